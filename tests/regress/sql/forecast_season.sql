-- The season of an array that is given without one, and literals: an array, a series or a fit in
-- text form.
SET extra_float_digits = 0;
-- Five weeks of days; four weeks of hours, with an office's day and a quiet weekend; a year and a
-- half of noise by the week; a line; a week and a half.
CREATE TEMP TABLE given (what text, y double precision[]);
INSERT INTO given VALUES
    (
        'days',
        ARRAY(
            SELECT (ARRAY[30, 24, 22, 21, 20, 4, 3])[1 + i % 7] + i * 7919 % 5
            FROM generate_series(0, 34) AS numbers (i)
        )
    ),
    (
        'hours',
        ARRAY(
            SELECT CASE
                WHEN i / 24 % 7 > 4 THEN 2
                WHEN i % 24 BETWEEN 9 AND 16 THEN 50
                ELSE 5
            END + i * 7919 % 5
            FROM generate_series(0, 24 * 28 - 1) AS numbers (i)
        )
    ),
    (
        'noise',
        ARRAY(SELECT (hashint4(i) & 1023)::float8 FROM generate_series(1, 78) AS numbers (i))
    ),
    ('line', ARRAY(SELECT 3 + 0.5 * i FROM generate_series(1, 40) AS numbers (i))),
    ('short', ARRAY[30, 24, 22, 21, 20, 4, 3, 31, 25, 22, 20]);
-- The method says which season was found. 1 is none, and a method without a season does not look
-- for one.
SELECT what, m, f.method
FROM
    given,
    unnest('{seasonal_naive,theta,holt_winters,ses,naive}'::text[]) WITH ORDINALITY AS m (m, i)
CROSS JOIN LATERAL slaops.forecast(y, 1, m) AS f
ORDER BY what, i;
SELECT
    step,
    round(found.forecast) AS found,
    round(told.forecast) AS told,
    round(none.forecast) AS none,
    found.forecast = told.forecast AS same,
    none.method LIKE '%found%' AS says_so
FROM given
CROSS JOIN LATERAL slaops.forecast(y, 7, 'weekday_mean') AS found
JOIN LATERAL slaops.forecast(y, 7, 'weekday_mean', 7) AS told USING (step)
JOIN LATERAL slaops.forecast(y, 7, 'weekday_mean', season => 1) AS none USING (step)
WHERE what = 'days'
ORDER BY step;
-- A fit says so too and keeps it; each origin of a back-test shows its own season, and the note
-- names the last.
SELECT info.method, info.season, forecast.method AS of_forecast, forecast_too.method AS later
FROM given
CROSS JOIN LATERAL slaops.fit(y, 'theta') AS fit
CROSS JOIN LATERAL slaops.fit_info(fit) AS info
CROSS JOIN LATERAL slaops.forecast(fit, 1) AS forecast
CROSS JOIN LATERAL slaops.forecast(slaops.update_fit(fit, '{34, 26}'), 1) AS forecast_too
WHERE what = 'days';
SELECT backtest.method, round(mase::numeric, 2) AS mase, folds, beats_naive, note
FROM given
CROSS JOIN LATERAL slaops.backtest(y, '{weekday_mean,naive}', 24, 3) AS backtest
WHERE what = 'hours';
SELECT backtest.method, round(mase::numeric, 2) AS mase, folds, beats_naive, note
FROM given
CROSS JOIN LATERAL slaops.backtest(y, '{weekday_mean,naive}', 24, 3, season => 24) AS backtest
WHERE what = 'hours';

-- A literal is text: an array, a series or a fit by its form, with arguments by name or place.
SELECT step, round(forecast::numeric, 2) AS forecast, method FROM slaops.forecast('{1,2,3}', 2);
SELECT step, forecast, upper, method
FROM slaops.forecast('[0:3]={1,NULL,3,"4"}', 1, 'naive', levels => '{0.5}');
SELECT method
FROM slaops.forecast(
    season => 1, data => '{5,9,3,7,1,2,8}', method => 'seasonal_naive', horizon => 1
);
SELECT at, step, forecast, method
FROM slaops.forecast(
    '{
        "step": {"days": 1}, "points": [["2026-01-05T00:00:00Z", 12], ["2026-01-06T00:00:00Z", 14]]
    }',
    2, 'drift'
);
SELECT info.method, info.season
FROM slaops.fit_info(slaops.fit('{1,2,9,1,2,9,1,2,9,1,2,9}', 'seasonal_naive')) AS info;
SELECT method, mase, note FROM slaops.backtest('{1,2,3,4,5,6,7,8}', '{drift}', 2, 2);
SELECT count(*) FROM slaops.forecast(NULL, 3);
-- A parameter without a type is text as well; one of a type, and a column, goes to its own
-- function.
PREPARE untyped AS SELECT forecast, method FROM slaops.forecast($1, 1, $2);
EXECUTE untyped ('{5,9,3,7,1,2,8}', 'naive');
SELECT format('EXECUTE untyped (%L, %L)', slaops.fit(ARRAY[5, 9, 3], 'drift'), 'auto') \gexec
SELECT format('EXECUTE untyped (%L, %L)', slaops.series(at, 4), 'naive')
FROM generate_series(timestamptz '2026-01-05Z', '2026-01-12Z', '1 day') AS instants (at) \gexec
PREPARE typed (double precision[]) AS SELECT forecast, method FROM slaops.forecast($1, 1, 'naive');
EXECUTE typed ('{5,9,3,7,1,2,8}');
SELECT DISTINCT prepared.parameter_types
FROM pg_prepared_statements AS prepared
WHERE prepared.name IN ('typed', 'untyped')
ORDER BY 1;
-- The same functions as with types, to the bit.
SELECT what, a = t AS same
FROM given
CROSS JOIN LATERAL (
    SELECT array_agg(forecast::text ORDER BY step) AS a FROM slaops.forecast(y, 3) AS forecast
) AS found
CROSS JOIN LATERAL (
    SELECT array_agg(forecast::text ORDER BY step) AS t
    FROM slaops.forecast(y::text, 3) AS forecast
) AS later
ORDER BY what;
SELECT fact.kind, pg_typeof(v) AS type
FROM (SELECT 'fit' AS kind, slaops.fit('{1,2,4}'::text, 'naive') AS v) AS fact;

-- What is none of them; a fit has its method; values have no times.
SELECT * FROM refusal($$SELECT slaops.forecast('billing', 7)$$);
SELECT * FROM refusal($$SELECT slaops.forecast('', 7)$$);
SELECT * FROM refusal($$SELECT slaops.forecast('{1,two}', 7)$$);
SELECT * FROM refusal($$SELECT slaops.forecast('{1,2', 7)$$);
SELECT * FROM refusal($$SELECT slaops.forecast('{"method": "naive"}', 7)$$);
SELECT * FROM refusal($$SELECT slaops.forecast('{"points": 3}', 7)$$);
SELECT * FROM refusal($$SELECT slaops.fit('{"method": "naive"}')$$);
SELECT *
FROM refusal(
    format('SELECT slaops.forecast(%L, 7, ''theta'')', slaops.fit(ARRAY[5, 9, 3], 'drift'))
);
SELECT * FROM refusal($$SELECT slaops.forecast('{1,2,3}', 7, cal => 'desk')$$);
SELECT * FROM refusal($$SELECT slaops.forecast('{1,2,3}', 0)$$);
