-- Forecasts, fits and back-tests by open hours, with the calendar by value and by name.
SET extra_float_digits = 0;
SET timezone = 'Europe/Berlin';
INSERT INTO slaops.calendars (name, calendar) VALUES
    ('support', 'Mo-Fr 09:00-17:00; Sa 09:00-13:00; PH off @ Europe/Berlin, DE');
-- Eleven weeks: some six an open hour, more on Mondays, one now and then on closed days.
CREATE TEMP TABLE day AS
SELECT
    at,
    round(
        slaops.business_minutes('support', at, at + interval '1 day') / 60 * (
            6 + (extract(isodow FROM at) = 1)::int * 3
        )
    ) + (extract(doy FROM at)::int * 7) % 5 / 4 AS n
FROM generate_series(timestamptz '2025-10-06', '2025-12-21', '1 day') AS instants (at);
CREATE TEMP TABLE s AS
SELECT
    slaops.series(at, n) AS series,
    slaops.series(at, n) FILTER (WHERE at < '2025-12-15') AS before,
    slaops.series(at, n) FILTER (WHERE at >= '2025-12-15') AS after
FROM day;
-- Holidays are ahead, and Saturdays are half days.
SELECT
    at::date,
    round(forecast::numeric, 1) AS forecast,
    round(lower[2]::numeric, 1) AS lower_95,
    round(upper[2]::numeric, 1) AS upper_95,
    method
FROM s
CROSS JOIN LATERAL slaops.forecast(series, 14, 'weekday_mean', cal => 'support') AS forecast;

-- By name and by value, by position and by argument's name, typed or not, of a series and of its
-- fit: the same to the bit.
SET extra_float_digits = 3;
CREATE TEMP TABLE ways AS
SELECT
    way,
    md5(
        string_agg(
            row(
                found.at, found.step, found.forecast, found.lower, found.upper, found.method
            )::text,
            E'\n' ORDER BY found.step
        )
    ) AS rows
FROM s
CROSS JOIN LATERAL (
    SELECT 1, forecast.*
    FROM slaops.forecast(series, 14, cal => 'support') AS forecast
    UNION ALL
    SELECT 2, forecast.*
    FROM slaops.forecast(series, 14, 'auto', 7, '{0.8,0.95}', false, 1, 'support') AS forecast
    UNION ALL
    SELECT 3, forecast.*
    FROM slaops.forecast(series, 14, 'auto', NULL, '{0.8,0.95}', false, 1, 'support') AS forecast
    UNION ALL
    SELECT 4, forecast.*
    FROM slaops.forecast(series, 14, cal => 'support'::text, method => 'auto') AS forecast
    UNION ALL
    SELECT 5, forecast.*
    FROM slaops.forecast(
        series, 14, cal => 'Mo-Fr 09:00-17:00; Sa 09:00-13:00; PH off @ Europe/Berlin, DE'
    ) AS forecast
    UNION ALL
    SELECT 6, forecast.*
    FROM slaops.calendars AS calendar
    CROSS JOIN LATERAL slaops.forecast(series, 14, calendar.calendar) AS forecast
    WHERE calendar.name = 'support'
    UNION ALL
    SELECT 7, forecast.*
    FROM slaops.calendars AS calendar
    CROSS JOIN LATERAL slaops.forecast(series, 14, calendar.calendar, 'auto') AS forecast
    WHERE calendar.name = 'support'
    UNION ALL
    SELECT 8, forecast.*
    FROM slaops.calendars AS calendar
    CROSS JOIN LATERAL slaops.forecast(series, 14, cal => calendar.calendar) AS forecast
    WHERE calendar.name = 'support'
    UNION ALL
    SELECT 9, forecast.*
    FROM slaops.calendars AS calendar
    CROSS JOIN LATERAL slaops.forecast(series, 14, cal => calendar.name) AS forecast
    WHERE calendar.name = 'support'
    UNION ALL
    SELECT 10, forecast.*
    FROM slaops.forecast(slaops.fit(series, cal => 'support'), 14, cal => 'support') AS forecast
    UNION ALL
    SELECT 11, forecast.*
    FROM slaops.forecast(
        slaops.fit(series, 'auto', 7, 'support'), 14, '{0.8,0.95}', false, 1, 'support'
    ) AS forecast
    UNION ALL
    SELECT 14, forecast.*
    FROM slaops.forecast(
        slaops.fit(series, 'auto', NULL, 'support'), 14, cal => 'support', levels => '{0.8,0.95}'
    ) AS forecast
    UNION ALL
    SELECT 15, forecast.*
    FROM slaops.calendars AS calendar
    CROSS JOIN LATERAL slaops.forecast(
        slaops.fit(series, calendar.calendar, 7, 'auto'), 14, calendar.calendar, '{0.8,0.95}'
    ) AS forecast
    WHERE calendar.name = 'support'
    UNION ALL
    SELECT 12, forecast.*
    FROM slaops.calendars AS calendar
    CROSS JOIN LATERAL slaops.forecast(
        slaops.fit(series, calendar.calendar), 14, calendar.calendar
    ) AS forecast
    WHERE calendar.name = 'support'
    UNION ALL
    SELECT 13, forecast.*
    FROM slaops.calendars AS calendar
    CROSS JOIN LATERAL slaops.forecast(
        slaops.fit(series, cal => calendar.calendar, method => 'auto')::text::slaops.forecast_fit,
        14, cal => calendar.calendar, levels => '{0.8,0.95}'
    ) AS forecast
    WHERE calendar.name = 'support'
) AS found (way, at, step, forecast, lower, upper, method)
GROUP BY way;
SELECT way.rows = first.rows AS same, count(*)
FROM ways AS way, (SELECT rows FROM ways WHERE way = 1) AS first
GROUP BY 1;
-- Every method; and by the same hours a longer horizon begins as a shorter one.
SELECT count(*) AS differences
FROM
    s,
    unnest(
        ARRAY[
            'ets', 'MAM', 'holt_winters', 'holt', 'ses', 'theta', 'dynamic_theta',
            'seasonal_naive', 'weekday_mean', 'drift', 'naive'
        ]
    ) AS elements (m),
    LATERAL (SELECT slaops.fit(series, m, cal => 'support') AS fit) AS grouped,
    LATERAL (
        SELECT (
            (
                SELECT md5(string_agg(forecast::text, ' ' ORDER BY step))
                FROM slaops.forecast(
                    series, 9, m, nonnegative => true, seed => 5, cal => 'support'
                ) AS forecast
            ),
            (
                SELECT md5(string_agg(forecast::text, ' ' ORDER BY step))
                FROM slaops.forecast(
                    fit, 9, nonnegative => true, seed => 5, cal => 'support'
                ) AS forecast
            ),
            (
                SELECT md5(string_agg(forecast::text, ' ' ORDER BY step))
                FROM slaops.forecast(
                    fit, 30, nonnegative => true, seed => 5, cal => 'support'
                ) AS forecast
                WHERE step <= 9
            )
        )
    ) AS result (x)
WHERE to_jsonb(x)->>'f1' IS DISTINCT FROM to_jsonb(x)->>'f2'
    OR to_jsonb(x)->>'f1' IS DISTINCT FROM to_jsonb(x)->>'f3';
SET extra_float_digits = 0;
-- No calendar by the name NULL; NULL for a calendar's value says nothing.
SELECT
    (SELECT count(*) FROM slaops.forecast(series, 3, cal => NULL::text)) AS plain,
    (SELECT min(method) FROM slaops.forecast(series, 3, 'naive', cal => NULL::text)) AS method,
    (SELECT count(*) FROM slaops.forecast(series, 3, NULL::slaops.calendar)) AS none,
    slaops.fit(series, NULL::slaops.calendar) IS NULL AS no_fit
FROM s;

-- A fit remembers that it is by open hours, and what closed days brought, nothing else of the
-- calendar.
CREATE TEMP TABLE kept AS
SELECT
    slaops.fit(before, 'weekday_mean', cal => 'support') AS fit,
    slaops.fit(before, 'weekday_mean') AS plain
FROM s;
SELECT
    info.method,
    info.season,
    info.n,
    info.missing,
    info.by_open_hours,
    info_too.season AS plain_season,
    info_too.n AS plain_n,
    info_too.by_open_hours AS plain_by
FROM kept
CROSS JOIN LATERAL slaops.fit_info(fit) AS info
CROSS JOIN LATERAL slaops.fit_info(plain) AS info_too;
SELECT
    fit::jsonb->'open_hours' AS open_hours,
    plain::jsonb->'open_hours' AS plain,
    fit::jsonb->'version' AS version,
    fit::text::slaops.forecast_fit::text = fit::text AS round_trip
FROM kept;
SELECT count(*) FILTER (WHERE a::text = b::text) AS same, count(*)
FROM
    s,
    kept,
    LATERAL slaops.update_fit(fit, after, 'support') AS u,
    LATERAL slaops.forecast(u, 7, cal => 'support') AS a
JOIN LATERAL slaops.forecast(series, 7, 'weekday_mean', cal => 'support') AS b ON a.step = b.step;
SELECT slaops.update_fit(fit, after, 'support')::text = slaops.update_fit(
    fit, after, calendar.calendar
)::text AS same
FROM s, kept, slaops.calendars AS calendar
WHERE name = 'support';
-- The next value may be some days ahead: days between are filled.
SELECT
    (u::jsonb->'open_hours'->>'steps')::int - (fit::jsonb->'open_hours'->>'steps')::int AS steps,
    u::jsonb->'open_hours'->'closed'->'n' AS closed,
    (f).at
FROM
    kept,
    LATERAL slaops.update_fit(
        fit,
        (
            SELECT slaops.series(at, 5)
            FROM generate_series(timestamptz '2025-12-17 08:00', '2025-12-20 08:00', '1 day') AS at
        ),
        'support'
    ) AS u,
    LATERAL slaops.forecast(u, 1, cal => 'support') AS f;

-- Back-tests.
SELECT backtest.method, round(mase::numeric, 2) AS mase, folds, beats_naive, note
FROM s
CROSS JOIN LATERAL slaops.backtest(
    series, '{weekday_mean,theta,seasonal_naive}', 7, 3, cal => 'support'
) AS backtest;
-- A bare NULL for the season is no calendar.
SELECT slaops.fit(series, 'naive', NULL)::text = slaops.fit(series, 'naive')::text AS same FROM s;
SELECT count(*) FILTER (WHERE backtest::text = backtest_after::text) AS same, count(*)
FROM s
CROSS JOIN slaops.calendars AS calendar
CROSS JOIN LATERAL slaops.backtest(
    series, '{weekday_mean,theta}', 7, 3, NULL, 1, 'support'
) AS backtest
JOIN LATERAL slaops.backtest(
    series, '{weekday_mean,theta}', calendar.calendar, 7, 3
) AS backtest_after
    ON backtest.method = backtest_after.method
WHERE calendar.name = 'support';

-- A name stands for all its versions: until the end of the year no Saturdays, then Saturdays, which
-- take the mean of the season.
INSERT INTO slaops.calendars (name, calendar, valid_to) VALUES
    ('growing', 'Mo-Fr 09:00-17:00 @ Europe/Berlin', '2025-12-27');
INSERT INTO slaops.calendars (name, calendar, valid_from) VALUES
    ('growing', 'Mo-Fr 09:00-13:00; Sa 09:00-11:00 @ Europe/Berlin', '2025-12-27');
CREATE TEMP TABLE five AS
SELECT slaops.series(
    at, slaops.business_minutes('growing', at, at + interval '1 day') / 60 * 10, '1 day'
) AS series
FROM generate_series(timestamptz '2025-12-01', '2025-12-25', '1 day') AS instants (at);
SELECT at::date, forecast.forecast, forecast.lower[2] AS lower_95, forecast.method
FROM five
CROSS JOIN LATERAL slaops.forecast(series, 6, 'weekday_mean', cal => 'growing') AS forecast;
SELECT info.n, u::jsonb->'warnings' AS warnings
FROM five
CROSS JOIN LATERAL slaops.update_fit(
    slaops.fit(series, 'naive', cal => 'growing'),
    (
        SELECT slaops.series(at, 5)
        FROM generate_series(timestamptz '2025-12-26', '2026-01-05', '1 day') AS instants (at)
    ),
    'growing'
) AS updated (u)
CROSS JOIN LATERAL slaops.fit_info(u) AS info;

-- Days are those of the zone that holds at the last value.
INSERT INTO slaops.calendars (name, calendar, valid_to) VALUES
    ('moved', '24/7 @ UTC', '2026-01-10');
INSERT INTO slaops.calendars (name, calendar, valid_from) VALUES
    ('moved', '24/7 @ Asia/Tokyo', '2026-01-10');
SELECT until, forecast.at AT TIME ZONE 'UTC' AS at_utc, forecast.forecast
FROM unnest(ARRAY[timestamptz '2026-01-09Z', '2026-01-12Z']) AS until
CROSS JOIN LATERAL slaops.forecast(
    (
        SELECT slaops.series(at, 1, '1 day')
        FROM generate_series(
            timestamptz '2026-01-05Z', until - interval '1 hour', '1 hour'
        ) AS instants (at)
    ),
    1, 'naive', cal => 'moved'
) AS forecast;

-- Open around the clock, ten an hour: days of 23 and 25 hours.
SELECT start, at::date, forecast.forecast, forecast.upper[2] AS upper_95
FROM (
    VALUES (timestamptz '2026-03-02', timestamptz '2026-03-27'), ('2026-10-05', '2026-10-23')
) AS given (start, stop)
CROSS JOIN LATERAL (
    SELECT slaops.series(at, 240, '1 day') AS series
    FROM generate_series(start, stop, '1 day') AS instants (at)
) AS asked
CROSS JOIN LATERAL slaops.forecast(
    series, 3, 'weekday_mean', cal => '24/7 @ Europe/Berlin'
) AS forecast;
-- Closed throughout what is to come: nothing is expected of days that brought nothing.
SELECT at::date, forecast.forecast, forecast.lower, forecast.upper, forecast.method
FROM slaops.forecast(
    (
        SELECT slaops.series(
            at,
            CASE WHEN extract(isodow FROM at) < 6 THEN 8 + extract(day FROM at)::int % 3 ELSE 0 END
        )
        FROM generate_series(timestamptz '2025-12-01', '2025-12-31', '1 day') AS instants (at)
    ),
    3,
    cal => 'Oct-Dec Mo-Fr 09:00-17:00 @ Europe/Berlin'
) AS forecast;
-- Closed in all of the past: the fit is a plain one, and asks for its calendar all the same.
SELECT forecast.at::date, forecast.forecast, forecast.method
FROM slaops.forecast(
    slaops.fit(
        (
            SELECT slaops.series(at, extract(day FROM at))
            FROM generate_series(timestamptz '2026-01-05', '2026-01-09', '1 day') AS instants (at)
        ),
        'naive', cal => 'Sa-Su 09:00-12:00 @ Europe/Berlin'
    ),
    1, cal => 'Sa-Su 09:00-12:00 @ Europe/Berlin'
) AS forecast;
-- Less than a season: which days open is read from the rest of the week.
SELECT (
    slaops.fit(slaops.series(at, 80), 'naive', cal => 'support')::jsonb
)->'open_hours'->'opens' AS opens
FROM generate_series(timestamptz '2026-01-05', '2026-01-07', '1 day') AS instants (at);
SELECT forecast.at::date, forecast.forecast, forecast.method
FROM slaops.forecast(
    (
        SELECT slaops.series(at, 80)
        FROM generate_series(timestamptz '2026-01-05', '2026-01-07', '1 day') AS instants (at)
    ),
    5, 'weekday_mean', cal => 'support'
) AS forecast;
-- Hours of a day.
SELECT
    count(*) FILTER (WHERE forecast.forecast = 3) AS three,
    count(*) FILTER (WHERE forecast.forecast = 0) AS none,
    sum(forecast.forecast)
FROM slaops.forecast(
    (
        SELECT slaops.series(at, CASE WHEN slaops.is_open('support', at) THEN 3 ELSE 0 END)
        FROM generate_series(
            timestamptz '2026-01-05', '2026-01-24 23:00', '1 hour'
        ) AS instants (at)
    ),
    48, 'weekday_mean', 168, cal => 'support'
) AS forecast;

SELECT * FROM refusal($$SELECT slaops.forecast(series, 14, cal => 'suport') FROM s$$);
SELECT * FROM refusal($$SELECT slaops.forecast(series, 14, cal => 'nobody') FROM s$$);
SELECT * FROM refusal($$SELECT slaops.forecast(series, 14, cal => 'Mo-Fr 09:00 @ UTC') FROM s$$);
SELECT * FROM refusal($$SELECT slaops.forecast(series, 14, cal => '') FROM s$$);
SELECT * FROM refusal($$SELECT slaops.fit(series, cal => 'suport') FROM s$$);
SELECT * FROM refusal($$SELECT slaops.backtest(series, cal => 'suport') FROM s$$);
SELECT * FROM refusal($$SELECT slaops.update_fit(fit, after, 'suport') FROM s, kept$$);
-- A calendar where a method stands.
SELECT * FROM refusal($$SELECT slaops.forecast(series, 14, 'support') FROM s$$);
SELECT * FROM refusal($$SELECT slaops.fit(series, 'Mo-Fr 09:00-17:00 @ UTC') FROM s$$);
-- A fit by open hours without its calendar, another with one.
SELECT * FROM refusal($$SELECT slaops.forecast(fit, 7) FROM kept$$);
SELECT * FROM refusal($$SELECT slaops.update_fit(fit, '{1,2}') FROM kept$$);
SELECT * FROM refusal($$SELECT slaops.forecast(plain, 7, cal => 'support') FROM kept$$);
SELECT * FROM refusal($$SELECT slaops.update_fit(plain, after, 'support') FROM s, kept$$);
SELECT * FROM refusal($$SELECT slaops.update_fit(fit, before, 'support') FROM s, kept$$);
SELECT *
FROM refusal(
    $$
        SELECT slaops.update_fit(
            fit, (SELECT slaops.series(at, n, '1 hour') FROM day WHERE at >= '2025-12-15'),
            'support'
        )
        FROM kept
    $$
);
SELECT *
FROM refusal(
    $$SELECT replace(fit::text, '"steps":70', '"steps":71')::slaops.forecast_fit FROM kept$$
);
SELECT *
FROM refusal(
    $$
        SELECT regexp_replace(fit::text, '"opens":\[[a-z,]*\]', '"opens":[]')::slaops.forecast_fit
        FROM kept
    $$
);
DELETE FROM slaops.calendars WHERE name IN ('support', 'growing', 'moved');
RESET timezone;
