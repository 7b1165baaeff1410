-- Series and forecasts: the aggregate, steps and gaps, methods, fits, back-tests, refusals.
SET extra_float_digits = 0;
CREATE TEMP TABLE day (queue text, at timestamptz, n double precision);
-- Eight weeks of three queues, busy on Mondays, with a day without tickets and one counted in two
-- rows.
INSERT INTO day
SELECT
    asked,
    d,
    20 + 10 * w + (ARRAY[30, 15, 10, 8, 12, 0, -5])[extract(isodow FROM d)] + (
        extract(doy FROM d)::int * 7 + w * 3
    ) % 5
FROM
    (VALUES ('billing', 0), ('returns', 1), ('technical', 2)) AS asked (asked, w),
    generate_series(timestamptz '2026-01-05Z', '2026-03-01Z', '1 day') AS days (d);
DELETE FROM day WHERE queue = 'returns' AND at = '2026-02-10Z';
INSERT INTO day VALUES
    ('billing', '2026-01-07Z', 100), ('billing', NULL, 1), ('billing', '2026-01-07Z', NULL),
    ('billing', '2026-01-07Z', 'NaN');

SELECT
    queue,
    slaops.series_step(slaops.series(at, n)) AS step,
    (SELECT count(*) FROM slaops.series_values(slaops.series(at, n))) AS steps
FROM day
GROUP BY queue
ORDER BY queue;
SELECT gap.*
FROM slaops.gaps((SELECT slaops.series(at, n) FROM day WHERE queue = 'returns')) AS gap;
SELECT gap.*
FROM slaops.gaps(
    (SELECT slaops.series(at, n, '1 day', 'missing') FROM day WHERE queue = 'returns')
) AS gap;
SELECT point.*
FROM slaops.series_values(
    (
        SELECT slaops.series(at, n)
        FROM day
        WHERE queue = 'returns' AND at BETWEEN '2026-02-09Z' AND '2026-02-11Z'
    )
) AS point;
-- Rows of one instant are summed; of a step too.
SELECT point.*
FROM slaops.series_values(
    (SELECT slaops.series(at, n, '7 days') FROM day WHERE queue = 'billing' AND at < '2026-01-20Z')
) AS point;
SELECT point.*
FROM slaops.series_values(
    (SELECT slaops.series(at, n, '1 month') FROM day WHERE queue = 'billing')
) AS point;

-- The order of rows and how they are parted do not matter.
CREATE TEMP TABLE form AS SELECT slaops.series(at, n, '1 day') AS whole FROM day;
SELECT slaops.series(at, n, '1 day' ORDER BY random())::text = whole::text AS same
FROM day, form
GROUP BY whole::text;
SELECT slaops.rollup(part)::text = whole::text AS same
FROM (SELECT slaops.series(at, n, '1 day') AS part FROM day GROUP BY queue) AS parts, form
GROUP BY whole::text;
SELECT whole::text::slaops.series::text = whole::text AS round_trip, left(whole::text, 90) AS form
FROM form;
SELECT slaops.series(at, n) IS NULL AS none FROM day WHERE false;

-- A day of a zone may have 23 hours; forecasts go on at its midnights.
SET timezone = 'Europe/Berlin';
SELECT at, step, round(forecast::numeric, 2) AS forecast
FROM slaops.forecast(
    (
        SELECT slaops.series(at, 5 + extract(isodow FROM at))
        FROM generate_series(timestamptz '2026-03-09', '2026-03-27', '1 day') AS instants (at)
    ),
    4, 'seasonal_naive'
);
SELECT at::date, value
FROM slaops.series_values(
    (
        SELECT slaops.series(at, 1, '1 day')
        FROM generate_series(timestamptz '2026-03-28', '2026-03-30', '1 hour') AS instants (at)
    )
);
-- Nine o'clock stays nine o'clock when clocks change on the 29th: 50 an hour from 9 to 17, else 5;
-- by the hours of a calendar; by a fit and one brought past the change.
CREATE TEMP TABLE hourly AS
SELECT
    g AS at,
    CASE
        WHEN extract(hour FROM g) BETWEEN 9 AND 16 THEN 50
        ELSE 5
    END + (extract(epoch FROM g)::bigint / 3600 * 7919) % 5 AS n
FROM generate_series(
    timestamptz '2026-02-01 00:00+01', '2026-04-01 00:00+02', '1 hour'
) AS numbers (g);
CREATE TEMP TABLE spring AS
SELECT slaops.series(at, n, '1 hour') AS s, slaops.fit(slaops.series(at, n, '1 hour')) AS fit
FROM hourly
WHERE at < '2026-03-29 00:00+01';
SELECT
    forecast.at,
    round(forecast.forecast) AS forecast,
    round(forecast_too.forecast) AS by_calendar,
    round(forecast_too_too.forecast) AS by_fit
FROM
    spring,
    slaops.forecast(s, 48, nonnegative => true) AS forecast,
    slaops.forecast(s, 48, '24/7 @ Europe/Berlin'::slaops.calendar) AS forecast_too,
    slaops.forecast(fit, 48) AS forecast_too_too
WHERE forecast.at::date = '2026-03-30'
    AND extract(hour FROM forecast.at) IN (8, 9, 16, 17)
    AND forecast_too.at = forecast.at
    AND forecast_too_too.at = forecast.at
ORDER BY forecast.at;
SELECT info.n, info.missing, forecast.at, round(forecast.forecast) AS forecast
FROM
    spring,
    slaops.update_fit(
        fit,
        ARRAY(
            SELECT n
            FROM hourly
            WHERE at BETWEEN '2026-03-29 00:00+01' AND '2026-03-31 07:00+02'
            ORDER BY at
        )
    ) AS updated (u),
    slaops.fit_info(u) AS info,
    slaops.forecast(u, 2) AS forecast;
SELECT method, round(mase::numeric, 2) AS mase, folds
FROM slaops.backtest(
    (SELECT slaops.series(at, n, '1 hour') FROM hourly), '{weekday_mean,seasonal_naive}', 24, 3
);
-- In autumn two o'clock comes twice; both are forecast alike.
SELECT forecast.at, forecast.forecast
FROM slaops.forecast(
    (
        SELECT slaops.series(at, extract(hour FROM at), '1 hour')
        FROM generate_series(
            timestamptz '2026-09-24 00:00+02', '2026-10-24 23:00+02', '1 hour'
        ) AS instants (at)
    ),
    6, 'seasonal_naive'
) AS forecast;
RESET timezone;

-- Given a step, days are the session's, whatever instants there are.
SET timezone = 'America/New_York';
SELECT n, min(point.at) AS begins, count(*) AS days
FROM
    unnest(ARRAY[2, 3]) AS elements (n),
    LATERAL (
        SELECT slaops.series(at, 1, '1 day') AS s
        FROM unnest(
            '{2026-03-01 03:00Z, 2026-03-06 03:00Z, 2026-03-20 03:00Z}'::timestamptz[]
        ) WITH ORDINALITY AS elements (at, i)
        WHERE i <= n
    ) AS found,
    slaops.series_values(s) AS point
GROUP BY n
ORDER BY n;
-- A day without a midnight is a day.
SET timezone = 'America/Sao_Paulo';
SELECT point.at, value
FROM slaops.series_values(
    (
        SELECT slaops.series(d, 1)
        FROM unnest(
            '{2018-11-03, 2018-11-04 01:00, 2018-11-05, 2018-11-06}'::timestamptz[]
        ) AS days (d)
    )
) AS point;
-- Zones of a session that are no IANA names.
SET timezone = '<X>-3';
SELECT point.at, value
FROM slaops.series_values(
    (
        SELECT slaops.series(at, 1, '1 day')
        FROM unnest('{2018-11-03 21:30Z, 2018-11-04 12:00Z}'::timestamptz[]) AS instants (at)
    )
) AS point;
SET timezone = '+05:30';
SELECT *
FROM refusal(
    $$
        SELECT point.at
        FROM slaops.series_values((SELECT slaops.series(now(), 1, '1 day'))) AS point
    $$
);
RESET timezone;

-- One statement for all queues.
SELECT
    queue,
    forecast.at::date,
    step,
    round(forecast::numeric, 1) AS forecast,
    round(lower[2]::numeric, 1) AS lower_95,
    round(upper[2]::numeric, 1) AS upper_95,
    method
FROM (SELECT queue, slaops.series(at, n) AS series FROM day GROUP BY queue) AS asked
CROSS JOIN LATERAL slaops.forecast(series, 2, 'holt_winters') AS forecast
ORDER BY queue, step;

-- Each method.
SELECT
    m,
    round(forecast::numeric, 1) AS forecast,
    array_length(lower, 1) AS levels,
    lower[1] <= forecast AND forecast <= upper[1] AS inside,
    method
FROM unnest(
    ARRAY[
        'auto', 'ets', 'AAA', 'ETS(M,Ad,M)', 'holt_winters', 'holt_winters_damped',
        'holt_winters_multiplicative', 'holt_winters_multiplicative_damped', 'holt', 'holt_damped',
        'ses', 'theta', 'dynamic_theta', 'seasonal_naive', 'weekday_mean', 'drift', 'naive'
    ]
) AS elements (m)
CROSS JOIN LATERAL slaops.forecast(
    (SELECT slaops.series(at, n) FROM day WHERE queue = 'technical'), 3, m
) AS forecast
WHERE step = 3;

-- What cannot serve is replaced, and the result says so.
SELECT what, round(forecast.forecast::numeric, 3) AS forecast, forecast.method
FROM (
    VALUES
        ('constant', ARRAY[5, 5, 5, 5]::float8[], 'auto'),
        ('zeros', ARRAY[0, 0, 0, 0, 0, 0], 'holt_winters'), ('one', ARRAY[7], 'theta'),
        ('two', ARRAY[7, 9], 'auto'),
        ('two', ARRAY[7, 9], 'holt'),
        ('negative', ARRAY[3, -1, 4, 1, -5, 9, 2, 6, 5, 3, 5, 8], 'MAM'),
        ('negative', ARRAY[3, -1, 4, 1, -5, 9, 2, 6, 5, 3, 5, 8], 'holt_winters_multiplicative'),
        ('short', ARRAY[3, 1, 4, 1, 5], 'holt_winters'),
        ('short', ARRAY[3, 1, 4, 1, 5], 'seasonal_naive'),
        ('a gap', ARRAY[3, NULL, float8 'NaN', 1, 5, 2, 4], 'ses')
) AS given (what, y, m)
CROSS JOIN LATERAL slaops.forecast(y, 1, m, 7) AS forecast;

-- Counts are not negative; the seed fixes what is simulated.
SELECT step, round(forecast::numeric, 3) AS forecast, lower[1] AS lower, nonnegative
FROM (VALUES (false), (true)) AS given (nonnegative)
CROSS JOIN LATERAL slaops.forecast(
    ARRAY[5, 4, 3, 2, 1, 0], 2, 'drift', nonnegative => nonnegative, levels => '{0.5}'
) AS forecast;
SELECT
    (
        SELECT array_agg(upper[1])
        FROM slaops.forecast(ARRAY[5, 4, 6, 7, 5, 8, 9, 7, 6, 8], 3, 'MNN', seed => a)
    ) = (
        SELECT array_agg(upper[1])
        FROM slaops.forecast(ARRAY[5, 4, 6, 7, 5, 8, 9, 7, 6, 8], 3, 'MNN', seed => b)
    ) AS same,
    a,
    b
FROM (VALUES (1, 1), (1, 2)) AS given (a, b);
SELECT count(*) FROM slaops.forecast(NULL::slaops.series, 3);

-- By open hours: New Year's Day and the weekend get the forecast of closed days, and Monday is
-- not bent by the holiday.
SELECT
    at::date,
    round(forecast::numeric, 1) AS forecast,
    round(lower[2]::numeric, 1) AS lower_95,
    method
FROM slaops.forecast(
    (
        SELECT slaops.series(
            at,
            round(
                slaops.business_minutes(
                    'Mo-Fr 09:00-17:00; PH off @ UTC, US'::slaops.calendar, at,
                    at + interval '1 day'
                ) / 60 * 5 + (extract(isodow FROM at)::int * 3) % 4
            )
        )
        FROM generate_series(timestamptz '2025-10-06Z', '2025-12-30Z', '1 day') AS instants (at)
    ),
    7, 'Mo-Fr 09:00-17:00; PH off @ UTC, US'::slaops.calendar, 'weekday_mean', nonnegative => true
);

-- Values of one step are summed, or refused: of one quarter of an hour at once, of one day when
-- days are laid out.
SELECT point.at, point.value
FROM slaops.series_values(
    (
        SELECT slaops.series(at, n, '1 day', NULL, 'sum')
        FROM (
            VALUES (timestamptz '2026-01-05 09:00Z', 3), ('2026-01-05 10:00Z', 4)
        ) AS ticket (at, n)
    )
) AS point;
SELECT *
FROM refusal(
    $$
        SELECT slaops.series(at, n, '1 day', 'auto', 'refuse')
        FROM (
            VALUES (timestamptz '2026-01-05 09:00Z', 3), ('2026-01-05 09:00Z', 4)
        ) AS ticket (at, n)
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.series_values(
            (
                SELECT slaops.series(at, n, '1 day', 'auto', 'refuse')
                FROM (
                    VALUES (timestamptz '2026-01-05 09:00Z', 3), ('2026-01-05 10:00Z', 4)
                ) AS ticket (at, n)
            )
        )
    $$
);
SELECT * FROM refusal($$SELECT slaops.series(now(), 1, '1 day', 'auto', 'keep')$$);
-- A negative value makes a multiplicative fit additive; a zero is a small value.
SELECT info.method, info.n, info.warnings
FROM slaops.fit_info(
    slaops.update_fit(slaops.fit(ARRAY[1, 2, 4, 3, 5, 4, 6, 5, 7, 8], 'MNN'), '{7, -1, 5}')
) AS info;
SELECT info.method, info.n, info.warnings
FROM slaops.fit_info(
    slaops.update_fit(slaops.fit(ARRAY[1, 2, 4, 3, 5, 4, 6, 5, 7, 8], 'MNN'), '{7, 0, 5}')
) AS info;
-- After ten missing values the next step is as far as the eleventh; JSON is a fit again.
SELECT
    forecast.step,
    forecast.forecast = forecast_too.forecast
    AND forecast.lower = forecast_too.lower
    AND forecast.upper = forecast_too.upper AS same
FROM (SELECT slaops.fit(ARRAY[10, 12, 11, 13, 15, 14, 16, 18, 17, 19, 21, 20, 22]) AS fit) AS asked
CROSS JOIN LATERAL slaops.forecast(
    slaops.update_fit(asked.fit, array_fill(NULL::float8, '{10}'))::jsonb::slaops.forecast_fit, 2
) AS forecast
JOIN LATERAL slaops.forecast(asked.fit, 12) AS forecast_too
    ON forecast_too.step = forecast.step + 10
ORDER BY 1;
-- Two weeks and a Monday; one value, a few equal ones, many.
SELECT forecast.step, round(forecast.forecast::numeric, 1) AS forecast, forecast.method
FROM slaops.forecast(
    ARRAY[26, 24, 22, 21, 20, 4, 3, 25, 25, 21, 22, 19, 5, 2, 26], 7, season => 7
) AS forecast;
SELECT n, forecast.forecast, forecast.lower, forecast.upper, forecast.method
FROM unnest(ARRAY[1, 3, 20, 60]) AS elements (n)
CROSS JOIN LATERAL slaops.forecast(array_fill(5::float8, ARRAY[n]), 1) AS forecast;
SELECT m, forecast.method
FROM unnest('{theta,weekday_mean,seasonal_naive,auto}'::text[]) AS elements (m)
CROSS JOIN LATERAL slaops.forecast(
    ARRAY[30, 21, 27, 16, 25, 4, 1, 25, 31, 18, 26, 15, 8], 1, m, 7
) AS forecast;
SELECT m, forecast.method
FROM unnest('{weekday_mean,seasonal_naive}'::text[]) AS elements (m)
CROSS JOIN LATERAL slaops.forecast(ARRAY[30, 21, 27], 1, m) AS forecast;
-- A forecast lies within its bounds, and says when an additive model stands in for one that nears
-- zero.
SELECT
    bool_and(
        forecast.lower[1] <= forecast.forecast AND forecast.forecast <= forecast.upper[1]
    ) AS inside,
    min(forecast.method) AS method
FROM slaops.forecast(
    (
        SELECT array_agg(
            (round((60 - i * 0.66) * (ARRAY[1.2, 1.1, 1, 1, .9, .3, .2])[1 + i % 7]) + 1)::float8
        )
        FROM generate_series(0, 83) AS numbers (i)
    ),
    28, 'MAM', 7
) AS forecast;
-- One season of history tells a spread, by Student's distribution.
SELECT
    m,
    forecast.forecast,
    round(forecast.lower[2]::numeric, 2) AS lower_95,
    round(forecast.upper[2]::numeric, 2) AS upper_95
FROM unnest(ARRAY['weekday_mean', 'seasonal_naive']) AS elements (m)
CROSS JOIN LATERAL slaops.forecast('{5,9,3,7,1,2,8}'::float8[], 1, m, 7) AS forecast;
SELECT forecast.forecast, round(forecast.upper[2]::numeric, 2) AS upper_95
FROM slaops.forecast('{5,9}'::float8[], 1, 'drift') AS forecast;
-- Closed in all of the past; the first closed day to come.
CREATE TEMP TABLE five AS
SELECT slaops.series(at, extract(day FROM at)) AS five
FROM generate_series(timestamptz '2026-01-05Z', '2026-01-09Z', '1 day') AS instants (at);
SELECT forecast.at::date, forecast.forecast, forecast.lower, forecast.method
FROM five
CROSS JOIN LATERAL slaops.forecast(
    five, 1, 'Sa-Su 09:00-12:00 @ UTC'::slaops.calendar, 'naive'
) AS forecast;
SELECT forecast.at::date, forecast.forecast, forecast.lower, forecast.method
FROM five
CROSS JOIN LATERAL slaops.forecast(
    five, 2, 'Mo-Fr 09:00-17:00 @ UTC'::slaops.calendar, 'naive'
) AS forecast;
-- Ends of months are months; steps of five minutes keep one instant each.
SELECT
    slaops.series_step(s),
    (SELECT array_agg(value ORDER BY at) FROM slaops.series_values(s)) AS "values"
FROM (
    SELECT slaops.series(m - interval '1 day', extract(month FROM m)) AS s
    FROM generate_series(timestamptz '2025-02-01Z', '2025-08-01Z', '1 month') AS numbers (m)
) AS ends;
SELECT (s::text::jsonb)->'points' AS points
FROM (
    SELECT slaops.series(timestamptz '2026-01-05Z' + i * interval '7 seconds', 1, '5 minutes') AS s
    FROM generate_series(1, 80) AS numbers (i)
) AS calls;

-- Fits are values.
CREATE TEMP TABLE kept AS
SELECT queue, slaops.fit(slaops.series(at, n), 'AAA') AS fit FROM day GROUP BY queue;
SELECT
    queue,
    info.method,
    info.season,
    info.n,
    info.missing,
    info.parts,
    round(info.alpha::numeric, 3) AS alpha,
    array_length(info.seasonal, 1) AS seasonal,
    round(info.aicc::numeric, 1) AS aicc,
    info.warnings
FROM kept
CROSS JOIN LATERAL slaops.fit_info(fit) AS info
ORDER BY queue;
SELECT
    queue,
    forecast_too.at,
    round(forecast_too.forecast::numeric, 1) AS forecast,
    (
        SELECT round(forecast.forecast::numeric, 1)
        FROM slaops.forecast(
            (SELECT slaops.series(at, n) FROM day WHERE day.queue = kept.queue), 1, 'AAA'
        ) AS forecast
    ) AS anew
FROM kept
CROSS JOIN LATERAL slaops.forecast(fit, 1) AS forecast_too
ORDER BY queue;
SELECT info.n, forecast.at
FROM kept
CROSS JOIN LATERAL slaops.update_fit(fit, '{70, NULL, 60}') AS updated (u)
CROSS JOIN LATERAL slaops.fit_info(u) AS info
CROSS JOIN LATERAL slaops.forecast(u, 1) AS forecast
WHERE queue = 'billing';
SELECT
    fit::text::slaops.forecast_fit::text = fit::text AS round_trip,
    (fit::jsonb)->'version' AS version,
    jsonb_object_keys((fit::jsonb)->'figures') AS figure
FROM kept
WHERE queue = 'billing';

-- Back-tests say when the last season again would have done better.
SELECT
    method,
    round(mase::numeric, 2) AS mase,
    round(smape::numeric, 1) AS smape,
    round(rmse::numeric, 1) AS rmse,
    coverage_80,
    coverage_95,
    folds,
    beats_naive,
    note
FROM slaops.backtest(
    (SELECT slaops.series(at, n) FROM day WHERE queue = 'technical'),
    '{holt_winters,weekday_mean,naive,seasonal_naive}', 7, 4
);
SELECT method, beats_naive
FROM slaops.backtest(
    (SELECT slaops.series(at, n) FROM day WHERE queue = 'technical'), '{weekday_mean}',
    cal => 'Mo-Sa 09:00-17:00 @ UTC', horizon => 7, folds => 4
);
SELECT count(*)
FROM slaops.backtest(
    (SELECT slaops.series(at, n) FROM day WHERE queue = 'technical'), '{weekday_mean,naive}',
    horizon => 7
);
SELECT method, folds, beats_naive, note
FROM slaops.backtest('{1,2,3,4,5,6,7,8}'::float8[], '{drift,naive}', 2, 5);
-- Where nothing could be scored there is no score.
SELECT method, smape, rmse, coverage_95, folds, beats_naive, note
FROM slaops.backtest('{1,2,3,4,5,6,NULL,NULL}'::float8[], '{naive}', 1, 2);

-- Sums of tenths are rounded once: the same in any order and by parts.
SELECT
    slaops.series(timestamptz '2026-01-05Z', v ORDER BY i)::text AS up,
    slaops.series(timestamptz '2026-01-05Z', v ORDER BY -i)::text AS down,
    sum(v ORDER BY i) AS added_up
FROM unnest('{0.1,0.2,0.3,1e16,0.4,-1e16,0.5}'::float8[]) WITH ORDINALITY AS elements (v, i);
SELECT count(DISTINCT s::text) AS one
FROM (
    SELECT slaops.rollup(s ORDER BY i) AS s
    FROM (
        SELECT i, slaops.series(timestamptz '2026-01-05Z', i / 10.0) AS s
        FROM generate_series(1, 9) AS numbers (i)
        GROUP BY i
    ) AS found
    UNION ALL
    SELECT slaops.rollup(s ORDER BY -i)
    FROM (
        SELECT i, slaops.series(timestamptz '2026-01-05Z', i / 10.0) AS s
        FROM generate_series(1, 9) AS numbers (i)
        GROUP BY i
    ) AS found
) AS merged;
-- A step that only some rows give holds for all.
SELECT slaops.series(
    timestamptz '2026-01-05 10:00:01Z' + i * interval '1 minute', 1,
    CASE WHEN i > 1 THEN interval '1 day' END
)::text AS days
FROM generate_series(1, 3) AS numbers (i);
-- To the last instant there is.
SELECT at, value
FROM slaops.series_values(
    (
        SELECT slaops.series(at, 1, '1 day')
        FROM unnest('{294276-12-30 12:00Z,294276-12-31 23:59:59Z}'::timestamptz[]) AS instants (at)
    )
);
SELECT n, at
FROM
    (
        SELECT slaops.fit(slaops.series(at, 1, '1 day')) AS f
        FROM unnest('{294276-12-29 12:00Z,294276-12-30 23:59:59Z}'::timestamptz[]) AS instants (at)
    ) AS found,
    slaops.fit_info(f),
    slaops.forecast(f, 2);
SELECT *
FROM refusal(
    $$
        SELECT slaops.update_fit(
            slaops.fit('{1,2,4,3,5,6,4,7,8,9}'::float8[], 'ses'), '{1e308,-1e308,1e308}'
        )
    $$
);
SELECT *
FROM refusal(
    $$SELECT slaops.fit('{1e200,2e200,4e200,3e200,5e200,6e200,4e200,7e200}'::float8[], 'drift')$$
);
SELECT *
FROM refusal($$SELECT slaops.series(timestamptz '2026-01-05Z', 1e308) FROM generate_series(1, 2)$$);
SELECT *
FROM refusal(
    $$
        SELECT slaops.forecast(
            slaops.series(timestamptz '2026-01-05Z' + i * i * i * interval '1 day', 1), 1
        )
        FROM generate_series(1, 20) AS numbers (i)
    $$
);
SELECT * FROM refusal($$SELECT slaops.forecast(ARRAY[1, 2, 3], 0)$$);
SELECT * FROM refusal($$SELECT slaops.forecast(ARRAY[1, 2, 3], 20000)$$);
SELECT * FROM refusal($$SELECT slaops.forecast(ARRAY[1, 2, 3], 1, 'holt_winter')$$);
SELECT * FROM refusal($$SELECT slaops.forecast(ARRAY[1, 2, 3], 1, 'prophet')$$);
SELECT * FROM refusal($$SELECT slaops.forecast(ARRAY[1, 2, 3], 1, 'AAM')$$);
SELECT * FROM refusal($$SELECT slaops.forecast(ARRAY[1, 2, float8 '-Infinity'], 1)$$);
SELECT * FROM refusal($$SELECT slaops.forecast('{}'::float8[], 1)$$);
SELECT * FROM refusal($$SELECT slaops.forecast(ARRAY[NULL, NULL]::float8[], 1)$$);
SELECT * FROM refusal($$SELECT slaops.forecast(ARRAY[1, 2, 3], 1, season => 0)$$);
SELECT * FROM refusal($$SELECT slaops.forecast(ARRAY[1, 2, 3], 1, season => 5000)$$);
SELECT * FROM refusal($$SELECT slaops.forecast(ARRAY[1, 2, 3], 1, levels => '{95}')$$);
SELECT * FROM refusal($$SELECT slaops.forecast(array_fill(1::float8, ARRAY[1000001]), 1)$$);
SELECT * FROM refusal($$SELECT slaops.series(timestamptz '2026-01-05Z', 'Infinity')$$);
SELECT * FROM refusal($$SELECT slaops.series(at, 1, '1 month 2 days') FROM day$$);
SELECT * FROM refusal($$SELECT slaops.series(at, 1, '1 day', 'average') FROM day$$);
SELECT *
FROM refusal(
    $$
        SELECT slaops.forecast(
            slaops.series(timestamptz '2026-01-05Z' + i * i * i * interval '1 second', 1), 1
        )
        FROM generate_series(1, 30) AS numbers (i)
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.rollup(s)
        FROM (
            SELECT slaops.series(at, 1, '1 day') AS s
            FROM day
            UNION ALL
            SELECT slaops.series(at, 1, '1 hour')
            FROM day
        ) AS found
    $$
);
SELECT * FROM refusal($$SELECT 'x'::slaops.series$$);
SELECT * FROM refusal($$SELECT '{"step": {"days": 0}, "points": []}'::slaops.series$$);
SELECT * FROM refusal($$SELECT '{}'::slaops.forecast_fit$$);
SELECT * FROM refusal($$SELECT slaops.backtest(ARRAY[1, 2, 3], '{naive}', 7)$$);
