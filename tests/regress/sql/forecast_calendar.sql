-- Forecasts, fits and back-tests by open hours, with the calendar by value and by name.
SET extra_float_digits = 0;
SET timezone = 'Europe/Berlin';
INSERT INTO slaops.calendars (name, calendar) VALUES ('support', 'Mo-Fr 09:00-17:00; Sa 09:00-13:00; PH off @ Europe/Berlin, DE');
-- Eleven weeks: some six an open hour, more on Mondays, one now and then on closed days.
CREATE TEMP TABLE day AS
SELECT at, round(slaops.business_minutes('support', at, at + interval '1 day') / 60 * (6 + (extract(isodow FROM at) = 1)::int * 3)) + (extract(doy FROM at)::int * 7) % 5 / 4 AS n
FROM generate_series(timestamptz '2025-10-06', '2025-12-21', '1 day') AS at;
CREATE TEMP TABLE s AS SELECT slaops.series(at, n) AS series, slaops.series(at, n) FILTER (WHERE at < '2025-12-15') AS before, slaops.series(at, n) FILTER (WHERE at >= '2025-12-15') AS after FROM day;
-- Holidays are ahead, and Saturdays are half days.
SELECT at::date, round(forecast::numeric, 1) AS forecast, round(lower[2]::numeric, 1) AS lower_95, round(upper[2]::numeric, 1) AS upper_95, method FROM s CROSS JOIN LATERAL slaops.forecast(series, 14, 'weekday_mean', cal => 'support') AS f;

-- By name and by value, by position and by argument's name, typed or not, of a series and of its fit: the same to the bit.
SET extra_float_digits = 3;
CREATE TEMP TABLE ways AS
SELECT way, md5(string_agg(row(x.at, x.step, x.forecast, x.lower, x.upper, x.method)::text, E'\n' ORDER BY x.step)) AS rows FROM s CROSS JOIN LATERAL (
    SELECT 1, f.* FROM slaops.forecast(series, 14, cal => 'support') AS f
    UNION ALL SELECT 2, f.* FROM slaops.forecast(series, 14, 'auto', 7, '{0.8,0.95}', false, 1, 'support') AS f
    UNION ALL SELECT 3, f.* FROM slaops.forecast(series, 14, 'auto', NULL, '{0.8,0.95}', false, 1, 'support') AS f
    UNION ALL SELECT 4, f.* FROM slaops.forecast(series, 14, cal => 'support'::text, method => 'auto') AS f
    UNION ALL SELECT 5, f.* FROM slaops.forecast(series, 14, cal => 'Mo-Fr 09:00-17:00; Sa 09:00-13:00; PH off @ Europe/Berlin, DE') AS f
    UNION ALL SELECT 6, f.* FROM slaops.calendars AS c CROSS JOIN LATERAL slaops.forecast(series, 14, c.calendar) AS f WHERE c.name = 'support'
    UNION ALL SELECT 7, f.* FROM slaops.calendars AS c CROSS JOIN LATERAL slaops.forecast(series, 14, c.calendar, 'auto') AS f WHERE c.name = 'support'
    UNION ALL SELECT 8, f.* FROM slaops.calendars AS c CROSS JOIN LATERAL slaops.forecast(series, 14, cal => c.calendar) AS f WHERE c.name = 'support'
    UNION ALL SELECT 9, f.* FROM slaops.calendars AS c CROSS JOIN LATERAL slaops.forecast(series, 14, cal => c.name) AS f WHERE c.name = 'support'
    UNION ALL SELECT 10, f.* FROM slaops.forecast(slaops.fit(series, cal => 'support'), 14, cal => 'support') AS f
    UNION ALL SELECT 11, f.* FROM slaops.forecast(slaops.fit(series, 'auto', 7, 'support'), 14, '{0.8,0.95}', false, 1, 'support') AS f
    UNION ALL SELECT 14, f.* FROM slaops.forecast(slaops.fit(series, 'auto', NULL, 'support'), 14, cal => 'support', levels => '{0.8,0.95}') AS f
    UNION ALL SELECT 15, f.* FROM slaops.calendars AS c CROSS JOIN LATERAL slaops.forecast(slaops.fit(series, c.calendar, 7, 'auto'), 14, c.calendar, '{0.8,0.95}') AS f WHERE c.name = 'support'
    UNION ALL SELECT 12, f.* FROM slaops.calendars AS c CROSS JOIN LATERAL slaops.forecast(slaops.fit(series, c.calendar), 14, c.calendar) AS f WHERE c.name = 'support'
    UNION ALL SELECT 13, f.* FROM slaops.calendars AS c CROSS JOIN LATERAL slaops.forecast(slaops.fit(series, cal => c.calendar, method => 'auto')::text::slaops.forecast_fit, 14, cal => c.calendar, levels => '{0.8,0.95}') AS f WHERE c.name = 'support'
) AS x (way, at, step, forecast, lower, upper, method) GROUP BY way;
SELECT w.rows = first.rows AS same, count(*) FROM ways AS w, (SELECT rows FROM ways WHERE way = 1) AS first GROUP BY 1;
-- Every method; and by the same hours a longer horizon begins as a shorter one.
SELECT count(*) AS differences FROM s, unnest(ARRAY['ets', 'MAM', 'holt_winters', 'holt', 'ses', 'theta', 'dynamic_theta', 'seasonal_naive', 'weekday_mean', 'drift', 'naive']) AS m,
LATERAL (SELECT slaops.fit(series, m, cal => 'support') AS fit) AS g,
LATERAL (SELECT ((SELECT md5(string_agg(f::text, ' ' ORDER BY step)) FROM slaops.forecast(series, 9, m, nonnegative => true, seed => 5, cal => 'support') AS f),
                 (SELECT md5(string_agg(f::text, ' ' ORDER BY step)) FROM slaops.forecast(fit, 9, nonnegative => true, seed => 5, cal => 'support') AS f),
                 (SELECT md5(string_agg(f::text, ' ' ORDER BY step)) FROM slaops.forecast(fit, 30, nonnegative => true, seed => 5, cal => 'support') AS f WHERE step <= 9))) AS r (x)
WHERE to_jsonb(x)->>'f1' IS DISTINCT FROM to_jsonb(x)->>'f2' OR to_jsonb(x)->>'f1' IS DISTINCT FROM to_jsonb(x)->>'f3';
SET extra_float_digits = 0;
-- No calendar by the name NULL; NULL for a calendar's value says nothing.
SELECT (SELECT count(*) FROM slaops.forecast(series, 3, cal => NULL::text)) AS plain, (SELECT min(method) FROM slaops.forecast(series, 3, 'naive', cal => NULL::text)) AS method, (SELECT count(*) FROM slaops.forecast(series, 3, NULL::slaops.calendar)) AS none,
    slaops.fit(series, NULL::slaops.calendar) IS NULL AS no_fit FROM s;

-- A fit remembers that it is by open hours, and what closed days brought, nothing else of the calendar.
CREATE TEMP TABLE kept AS SELECT slaops.fit(before, 'weekday_mean', cal => 'support') AS fit, slaops.fit(before, 'weekday_mean') AS plain FROM s;
SELECT i.method, i.season, i.n, i.missing, i.by_open_hours, p.season AS plain_season, p.n AS plain_n, p.by_open_hours AS plain_by FROM kept CROSS JOIN LATERAL slaops.fit_info(fit) AS i CROSS JOIN LATERAL slaops.fit_info(plain) AS p;
SELECT fit::jsonb->'open_hours' AS open_hours, plain::jsonb->'open_hours' AS plain, fit::jsonb->'version' AS version, fit::text::slaops.forecast_fit::text = fit::text AS round_trip FROM kept;
SELECT count(*) FILTER (WHERE a::text = b::text) AS same, count(*) FROM s, kept, LATERAL slaops.update_fit(fit, after, 'support') AS u, LATERAL slaops.forecast(u, 7, cal => 'support') AS a JOIN LATERAL slaops.forecast(series, 7, 'weekday_mean', cal => 'support') AS b ON a.step = b.step;
SELECT slaops.update_fit(fit, after, 'support')::text = slaops.update_fit(fit, after, c.calendar)::text AS same FROM s, kept, slaops.calendars AS c WHERE name = 'support';
-- The next value may be some days ahead: days between are filled.
SELECT (u::jsonb->'open_hours'->>'steps')::int - (fit::jsonb->'open_hours'->>'steps')::int AS steps, u::jsonb->'open_hours'->'closed'->'n' AS closed, (f).at FROM kept,
LATERAL slaops.update_fit(fit, (SELECT slaops.series(at, 5) FROM generate_series(timestamptz '2025-12-17 08:00', '2025-12-20 08:00', '1 day') AS at), 'support') AS u, LATERAL slaops.forecast(u, 1, cal => 'support') AS f;

-- Back-tests.
SELECT b.method, round(mase::numeric, 2) AS mase, folds, beats_naive, note FROM s CROSS JOIN LATERAL slaops.backtest(series, '{weekday_mean,theta,seasonal_naive}', 7, 3, cal => 'support') AS b;
-- A bare NULL for the season is no calendar.
SELECT slaops.fit(series, 'naive', NULL)::text = slaops.fit(series, 'naive')::text AS same FROM s;
SELECT count(*) FILTER (WHERE a::text = b::text) AS same, count(*) FROM s CROSS JOIN slaops.calendars AS c CROSS JOIN LATERAL slaops.backtest(series, '{weekday_mean,theta}', 7, 3, NULL, 1, 'support') AS a JOIN LATERAL slaops.backtest(series, '{weekday_mean,theta}', c.calendar, 7, 3) AS b ON a.method = b.method WHERE c.name = 'support';

-- A name stands for all its versions: until the end of the year no Saturdays, then Saturdays, which take the mean of the season.
INSERT INTO slaops.calendars (name, calendar, valid_to) VALUES ('growing', 'Mo-Fr 09:00-17:00 @ Europe/Berlin', '2025-12-27');
INSERT INTO slaops.calendars (name, calendar, valid_from) VALUES ('growing', 'Mo-Fr 09:00-13:00; Sa 09:00-11:00 @ Europe/Berlin', '2025-12-27');
CREATE TEMP TABLE five AS SELECT slaops.series(at, slaops.business_minutes('growing', at, at + interval '1 day') / 60 * 10, '1 day') AS series FROM generate_series(timestamptz '2025-12-01', '2025-12-25', '1 day') AS at;
SELECT at::date, f.forecast, f.lower[2] AS lower_95, f.method FROM five CROSS JOIN LATERAL slaops.forecast(series, 6, 'weekday_mean', cal => 'growing') AS f;
SELECT i.n, u::jsonb->'warnings' AS warnings FROM five CROSS JOIN LATERAL slaops.update_fit(slaops.fit(series, 'naive', cal => 'growing'), (SELECT slaops.series(at, 5) FROM generate_series(timestamptz '2025-12-26', '2026-01-05', '1 day') AS at), 'growing') AS u CROSS JOIN LATERAL slaops.fit_info(u) AS i;

-- Days are those of the zone that holds at the last value.
INSERT INTO slaops.calendars (name, calendar, valid_to) VALUES ('moved', '24/7 @ UTC', '2026-01-10');
INSERT INTO slaops.calendars (name, calendar, valid_from) VALUES ('moved', '24/7 @ Asia/Tokyo', '2026-01-10');
SELECT until, f.at AT TIME ZONE 'UTC' AS at_utc, f.forecast FROM unnest(ARRAY[timestamptz '2026-01-09Z', '2026-01-12Z']) AS until
CROSS JOIN LATERAL slaops.forecast((SELECT slaops.series(at, 1, '1 day') FROM generate_series(timestamptz '2026-01-05Z', until - interval '1 hour', '1 hour') AS at), 1, 'naive', cal => 'moved') AS f;

-- Open around the clock, ten an hour: days of 23 and 25 hours.
SELECT start, at::date, f.forecast, f.upper[2] AS upper_95 FROM (VALUES (timestamptz '2026-03-02', timestamptz '2026-03-27'), ('2026-10-05', '2026-10-23')) AS v (start, stop)
CROSS JOIN LATERAL (SELECT slaops.series(at, 240, '1 day') AS series FROM generate_series(start, stop, '1 day') AS at) AS q CROSS JOIN LATERAL slaops.forecast(series, 3, 'weekday_mean', cal => '24/7 @ Europe/Berlin') AS f;
-- Closed throughout what is to come: nothing is expected of days that brought nothing.
SELECT at::date, f.forecast, f.lower, f.upper, f.method FROM slaops.forecast((SELECT slaops.series(at, CASE WHEN extract(isodow FROM at) < 6 THEN 8 + extract(day FROM at)::int % 3 ELSE 0 END) FROM generate_series(timestamptz '2025-12-01', '2025-12-31', '1 day') AS at), 3,
    cal => 'Oct-Dec Mo-Fr 09:00-17:00 @ Europe/Berlin') AS f;
-- Closed in all of the past: the fit is a plain one, and asks for its calendar all the same.
SELECT f.at::date, f.forecast, f.method FROM slaops.forecast(slaops.fit((SELECT slaops.series(at, extract(day FROM at)) FROM generate_series(timestamptz '2026-01-05', '2026-01-09', '1 day') AS at), 'naive', cal => 'Sa-Su 09:00-12:00 @ Europe/Berlin'), 1, cal => 'Sa-Su 09:00-12:00 @ Europe/Berlin') AS f;
-- Less than a season: which days open is read from the rest of the week.
SELECT (slaops.fit(slaops.series(at, 80), 'naive', cal => 'support')::jsonb)->'open_hours'->'opens' AS opens FROM generate_series(timestamptz '2026-01-05', '2026-01-07', '1 day') AS at;
SELECT f.at::date, f.forecast, f.method FROM slaops.forecast((SELECT slaops.series(at, 80) FROM generate_series(timestamptz '2026-01-05', '2026-01-07', '1 day') AS at), 5, 'weekday_mean', cal => 'support') AS f;
-- Hours of a day.
SELECT count(*) FILTER (WHERE f.forecast = 3) AS three, count(*) FILTER (WHERE f.forecast = 0) AS none, sum(f.forecast) FROM slaops.forecast((SELECT slaops.series(at, CASE WHEN slaops.is_open('support', at) THEN 3 ELSE 0 END) FROM generate_series(timestamptz '2026-01-05', '2026-01-24 23:00', '1 hour') AS at), 48, 'weekday_mean', 168, cal => 'support') AS f;

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
SELECT * FROM refusal($$SELECT slaops.update_fit(fit, (SELECT slaops.series(at, n, '1 hour') FROM day WHERE at >= '2025-12-15'), 'support') FROM kept$$);
SELECT * FROM refusal($$SELECT replace(fit::text, '"steps":70', '"steps":71')::slaops.forecast_fit FROM kept$$);
SELECT * FROM refusal($$SELECT regexp_replace(fit::text, '"opens":\[[a-z,]*\]', '"opens":[]')::slaops.forecast_fit FROM kept$$);
DELETE FROM slaops.calendars WHERE name IN ('support', 'growing', 'moved');
RESET timezone;
