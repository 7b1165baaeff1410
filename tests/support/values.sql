-- Values of every stored type, by name, and what is asked of them. tests/server/values.sh keeps their bytes of each
-- release in tests/data/values, and reads the bytes of old releases.
SET client_min_messages = warning;
CREATE SCHEMA kept;

-- The bytes as they lie in a table, and back.
DO $$
DECLARE
    type record;
BEGIN
    FOR type IN
        SELECT oid::regtype AS name FROM pg_type
        WHERE typnamespace = 'slaops'::regnamespace AND typtype = 'b' AND typreceive <> 0 AND typelem = 0
    LOOP
        EXECUTE format('CREATE CAST (bytea AS %s) WITHOUT FUNCTION', type.name);
        EXECUTE format('CREATE CAST (%s AS bytea) WITHOUT FUNCTION', type.name);
    END LOOP;
END $$;

CREATE TABLE kept.calendar (name text, value slaops.calendar);
INSERT INTO kept.calendar VALUES
    ('always', '24/7 @ UTC'), ('never', 'off @ UTC'),
    ('desk', 'Mo-Fr 09:00-17:00; PH off; Mo[1] 10:00-12:00; 2026 Dec 24 off "Christmas Eve" @ Europe/Berlin, DE-BY'),
    ('difference', '(Mo 09:00-17:00 @ UTC) - (Tu 10:00-12:00 @ Asia/Tokyo)'),
    ('union', '(24/7 @ UTC) | (Mo @ UTC) | (Tu @ America/New_York)'),
    ('movable', 'easter -2 days off; Su 22:00-26:00; week 1-53/2 We 10:00-11:00 @ Pacific/Apia');

CREATE TABLE kept.sla_clock (name text, value slaops.sla_clock);
INSERT INTO kept.sla_clock
SELECT
    n || ' events',
    slaops.sla_clock_agg(
        timestamptz '2026-01-05Z' + i * interval '1 hour',
        ('{start,pause,resume,stop,reopen}'::text[])[i % 5 + 1], CASE WHEN n > 4 THEN i END
    )
FROM generate_series(1, 8) AS n, generate_series(0, n) AS i
GROUP BY n;

CREATE TABLE kept.ticket_history (name text, value slaops.ticket_history);
INSERT INTO kept.ticket_history
SELECT
    n || ' events',
    slaops.ticket_history(
        timestamptz '2026-01-05 08:00Z' + i * interval '50 minutes',
        ('{created,comment,status,group,priority}'::text[])[i % 5 + 1], ('{agent,customer,system}'::text[])[i % 3 + 1],
        CASE WHEN i % 2 = 0 THEN 'Ada' END, NULL, ('{new,open,Tier 1,P1}'::text[])[i % 4 + 1],
        ('{open,pending,Tier 2,P2,solved}'::text[])[i % 5 + 1], i % 2 = 0, i
    )
FROM generate_series(0, 12, 4) AS n, generate_series(0, n) AS i
GROUP BY n;

CREATE TABLE kept.transition_matrix (name text, value slaops.transition_matrix);
INSERT INTO kept.transition_matrix
SELECT
    n || ' activities',
    slaops.transition_matrix(i / 5, chr(97 + (i * 7919 + n) % (n + 1)), timestamptz '2026-01-05 08:00Z' + i * interval '17 minutes')
FROM generate_series(0, 6, 3) AS n, generate_series(1, 20 * n) AS i
GROUP BY n;
INSERT INTO kept.transition_matrix
SELECT
    'with hours',
    slaops.transition_matrix(
        i / 5, chr(97 + (i * 7919) % 4), timestamptz '2026-01-05 08:00Z' + i * interval '17 minutes',
        'Mo-Fr 09:00-17:00 @ Europe/Berlin'::slaops.calendar
    )
FROM generate_series(1, 80) AS i;
INSERT INTO kept.transition_matrix
SELECT
    'with two instants',
    slaops.transition_matrix(
        i / 5, chr(97 + (i * 7919) % 4), timestamptz '2026-01-05 08:00Z' + i * interval '17 minutes',
        timestamptz '2026-01-05 08:00Z' + i * interval '17 minutes' + (i % 30) * interval '1 minute'
    )
FROM generate_series(1, 80) AS i;

CREATE TABLE kept.series (name text, value slaops.series);
INSERT INTO kept.series
SELECT
    step || ', ' || fill,
    slaops.series(timestamptz '2026-01-01Z' + i * step::interval, i % 7 + 0.5, step::interval, fill)
FROM unnest('{1 day,1 hour,1 month,15 minutes}'::text[], '{auto,zero,missing,auto}'::text[]) AS given (step, fill),
    generate_series(1, 60) AS i
GROUP BY step, fill;

CREATE TABLE kept.survival (name text, value slaops.survival);
INSERT INTO kept.survival
SELECT n || ' squared', slaops.survival_agg(i * 1.5, i % 3 > 0)
FROM generate_series(0, 5) AS n, generate_series(0, n * n) AS i
GROUP BY n;

CREATE TABLE kept.forecast_fit (name text, value slaops.forecast_fit);
INSERT INTO kept.forecast_fit
SELECT method, slaops.fit(slaops.series(timestamptz '2026-01-01Z' + i * interval '1 day', 20 + i % 7 + sqrt(i)), method)
FROM unnest('{auto,ets,holt_winters,theta,dynamic_theta,naive,seasonal_naive,drift,weekday_mean}'::text[]) AS method,
    generate_series(1, 42) AS i
GROUP BY method;
INSERT INTO kept.forecast_fit
SELECT
    'hours of a calendar',
    slaops.fit(
        slaops.series(timestamptz '2026-01-01Z' + i * interval '1 hour', 20 + i % 24 + i / 24 % 7),
        'Mo-Fr 09:00-17:00 @ Europe/Berlin'::slaops.calendar, method => 'auto'
    )
FROM generate_series(1, 700) AS i;

CREATE TABLE kept.risk_model (name text, value slaops.risk_model);
INSERT INTO kept.risk_model
SELECT
    n || ' kinds',
    slaops.risk_model_agg(
        jsonb_build_object('kind', 'kind ' || i % n, 'elapsed', i * 7919 % 100, 'vip', i % 2 = 0), (i * 104729) % 97 < i % n * 20,
        timestamptz '2026-01-05Z' + i * interval '1 hour', timestamptz '2026-01-06Z' + i * interval '1 hour', i::text, 0.5
    )
FROM generate_series(2, 4) AS n, generate_series(1, 600) AS i
GROUP BY n;

-- What is asked of each value: an answer that depends on most of its bytes.
CREATE FUNCTION kept.answer(value slaops.calendar) RETURNS text LANGUAGE sql AS $$
    SELECT value::text || ' ' || slaops.business_minutes(value, '2026-01-01Z', '2027-01-01Z')
$$;
CREATE FUNCTION kept.answer(value slaops.sla_clock) RETURNS text LANGUAGE sql AS $$
    SELECT value::text || ' ' || slaops.elapsed_minutes(value, '24/7 @ UTC'::slaops.calendar, as_of => '2026-01-07Z')
$$;
CREATE FUNCTION kept.answer(value slaops.ticket_history) RETURNS text LANGUAGE sql AS $$
    SELECT value::text || ' ' || (SELECT count(event) FROM slaops.history_events(value) AS event)
$$;
CREATE FUNCTION kept.answer(value slaops.transition_matrix) RETURNS text LANGUAGE sql AS $$
    SELECT md5(value::text) || ' ' || (SELECT md5(string_agg(edge::text, ',' ORDER BY edge::text)) FROM slaops.transitions(value) AS edge)
$$;
CREATE FUNCTION kept.answer(value slaops.series) RETURNS text LANGUAGE sql AS $$
    SELECT value::text
$$;
CREATE FUNCTION kept.answer(value slaops.survival) RETURNS text LANGUAGE sql AS $$
    SELECT value::text || ' ' || coalesce(slaops.median_survival(value)::text, 'none')
$$;
CREATE FUNCTION kept.answer(value slaops.forecast_fit) RETURNS text LANGUAGE sql AS $$
    SELECT md5(value::text) || ' ' || (
        SELECT string_agg(round(ahead.forecast::numeric, 6)::text, ' ' ORDER BY ahead.step)
        FROM slaops.forecast(value, 5, cal => CASE WHEN value::text !~ '"open_hours":null' THEN 'Mo-Fr 09:00-17:00 @ Europe/Berlin' END) AS ahead
    )
$$;
CREATE FUNCTION kept.answer(value slaops.risk_model) RETURNS text LANGUAGE sql AS $$
    SELECT md5(value::text) || ' ' || round(slaops.risk_probability(value, '{"kind": "kind 1", "elapsed": 50, "vip": true}')::numeric, 9)
$$;
