-- Facts of pm4py 2.7 and pandas about two logs: counts exact, seconds to what their microseconds and doubles allow.
CREATE TABLE told AS
SELECT log, slaops.transition_matrix(case_id, activity, at, seq) AS tm, slaops.transition_matrix(case_id, activity, at, 'Mo-Fr 08:00-17:00 @ UTC', seq) AS open FROM log GROUP BY log;
CREATE TABLE edge AS
SELECT f.log, e ->> 'from' AS from_activity, e ->> 'to' AS to_activity, (e ->> 'count')::bigint AS n, e -> 'pandas' AS s
FROM fact AS f, jsonb_array_elements(f.facts -> 'edges') AS e;
SELECT pg_temp.yes('there are edges to compare', (SELECT count(*) > 100 FROM edge));
SELECT pg_temp.no('edges that are not as pandas has them', count(*) FILTER (WHERE ok IS NOT TRUE)) FROM (
    SELECT e.n = t.n AND t.exact AND pg_temp.near(t.mean_minutes * 60, (s ->> 'mean')::float8, 1e-9) AND pg_temp.near(t.p50 * 60, (s ->> 'median')::float8, 1e-9)
           AND pg_temp.near(t.min * 60, (s ->> 'min')::float8, 1e-9) AND pg_temp.near(t.max * 60, (s ->> 'max')::float8, 1e-9) AND pg_temp.near(t.total_minutes * 60, (s ->> 'sum')::float8, 1e-9)
           AND pg_temp.near(t.p90 * 60, (s ->> 'p90_type7')::float8, 1e-9) AND pg_temp.near(t.p95 * 60, (s ->> 'p95_type7')::float8, 1e-9) AS ok
    FROM edge AS e
    FULL JOIN (SELECT d.log, t.* FROM told AS d, slaops.transitions(d.tm) AS t WHERE t.total_minutes IS NOT NULL) AS t USING (log, from_activity, to_activity)) AS v;
SELECT pg_temp.no('ends of cases', count(*) FILTER (WHERE x.n IS DISTINCT FROM x.told)) FROM (
    SELECT e.value::bigint AS n, t.n AS told FROM (SELECT f.log, k.kind, v.key, v.value FROM fact AS f, unnest(ARRAY['start', 'end']) AS k (kind), jsonb_each_text(f.facts -> (k.kind || '_activities')) AS v) AS e
    FULL JOIN (SELECT d.log, 'start' AS kind, s.* FROM told AS d, slaops.start_activities(d.tm) AS s UNION ALL SELECT d.log, 'end', s.* FROM told AS d, slaops.end_activities(d.tm) AS s) AS t
        ON (t.log, t.kind, t.activity) = (e.log, e.kind, e.key)) AS x;
SELECT pg_temp.no('cases that visit an activity again', count(*) FILTER (WHERE x.n IS DISTINCT FROM x.told)) FROM (
    SELECT e.value::bigint AS n, t.rework_cases AS told FROM (SELECT f.log, v.* FROM fact AS f, jsonb_each_text(f.facts -> 'rework_cases_per_activity') AS v) AS e
    FULL JOIN (SELECT d.log, l.* FROM told AS d, slaops.loops(d.tm) AS l) AS t ON (t.log, t.activity) = (e.log, e.key)) AS x;
SELECT pg_temp.yes('self loops and cases of ' || f.log, (SELECT coalesce(sum(l.immediate_repeats), 0) FROM slaops.loops(d.tm) AS l) = (f.facts ->> 'self_loop_edges_total')::bigint
    AND s.cases = (f.facts ->> 'cases')::bigint AND s.events = (f.facts ->> 'events')::bigint
    AND pg_temp.near(s.mean_minutes * 60, (f.facts -> 'case_duration_seconds' ->> 'mean')::float8, 1e-9) AND pg_temp.near(s.p50 * 60, (f.facts -> 'case_duration_seconds' ->> 'median')::float8, 1e-9)
    AND pg_temp.near(s.p90 * 60, (f.facts -> 'case_duration_seconds' ->> 'p90_type7')::float8, 1e-9))
FROM fact AS f JOIN told AS d USING (log), slaops.matrix_stats(d.tm) AS s;
-- Business hours: pm4py's floats, and an independent interval algebra beside them.
SELECT pg_temp.no('edges in business time', count(*) FILTER (WHERE ok IS NOT TRUE)), pg_temp.yes('there are edges in business time', count(*) > 90) FROM (
    -- Theirs are doubles of Unix seconds, good to a microsecond or so each.
    SELECT (SELECT bool_and(abs(v.told * 60 - (e -> 'independent' ->> v.what)::float8) < 1e-5 * (CASE v.what WHEN 'sum' THEN t.n ELSE 1 END))
            FROM (VALUES ('mean', t.business_mean_minutes), ('sum', t.business_total_minutes), ('median', t.business_p50), ('min', t.business_min), ('max', t.business_max)) AS v (what, told)) AS ok
    FROM fact AS f, jsonb_array_elements(f.facts -> 'business_hours' -> 'edges') AS e, told AS d, slaops.transitions(d.open) AS t
    WHERE d.log = f.log AND (t.from_activity, t.to_activity) = (e ->> 'from', e ->> 'to')) AS v;

-- Variants, and their alignment to the most frequent one: pm4py counts a substitution as one edit where an alignment leaves one out and puts one in.
CREATE TABLE variant AS
SELECT log, trace, count(*) AS n FROM (SELECT log, case_id, slaops.trace(activity, at, seq) AS trace FROM log GROUP BY log, case_id) AS t GROUP BY log, trace;
SELECT pg_temp.no('variants', count(*) FILTER (WHERE v.n IS DISTINCT FROM e.n)), pg_temp.yes('there are variants', count(*) > 100) FROM (
    SELECT f.log, (SELECT array_agg(a.value ORDER BY a.ordinality) FROM jsonb_array_elements_text(v -> 'activities') WITH ORDINALITY AS a) AS trace, (v ->> 'count')::bigint AS n
    FROM fact AS f, jsonb_array_elements(f.facts -> 'variants') AS v) AS e
FULL JOIN variant AS v USING (log, trace);
CREATE TABLE happy AS
SELECT log, string_agg('"' || a || '"', ' > ' ORDER BY i) AS model FROM fact, jsonb_array_elements_text(facts -> 'happy_path') WITH ORDINALITY AS h (a, i) GROUP BY log;
SELECT pg_temp.no('fitness', count(*) FILTER (WHERE (c.cost = 0) <> (lev = 0) OR c.cost < lev OR c.cost > 2 * lev OR c.fits <> (c.cost = 0) OR (c.fitness = 1) <> c.fits)), pg_temp.yes('there are distances', count(*) > 100) FROM (
    SELECT f.log, (SELECT array_agg(a.value ORDER BY a.ordinality) FROM jsonb_array_elements_text(v -> 'activities') WITH ORDINALITY AS a) AS trace, (v ->> 'lev_to_happy_path')::int AS lev
    FROM fact AS f, jsonb_array_elements(f.facts -> 'variants') AS v WHERE v ? 'lev_to_happy_path') AS e
JOIN happy AS h USING (log), slaops.conformance(e.trace, h.model) AS c;
SELECT pg_temp.yes('share of the happy path', abs(sum(v.n) FILTER (WHERE c.fits) / sum(v.n) - (SELECT (facts ->> 'happy_path_share')::numeric FROM fact AS f WHERE f.log = 'receipt')) < 1e-9)
FROM variant AS v JOIN happy AS h USING (log), slaops.conformance(v.trace, h.model) AS c WHERE v.log = 'receipt';

-- Support teams, against window functions.
CREATE TABLE event AS
SELECT "case_id", activity, to_timestamp(complete_timestamp, 'YYYY/MM/DD HH24:MI:SS.MS') AS at, row_number() OVER () AS seq FROM helpdesk;
SELECT pg_temp.yes('the help desk''s counts', (s.cases, s.events, s.activities) = (4580, 21348, 14)) FROM (SELECT slaops.transition_matrix(case_id, activity, at, seq) AS tm FROM event) AS m, slaops.matrix_stats(tm) AS s;
SELECT pg_temp.yes('the help desk''s variants', count(DISTINCT trace) = 226 AND count(DISTINCT slaops.variant_id(trace)) = 226) FROM (SELECT slaops.trace(activity, at, seq) AS trace FROM event GROUP BY case_id) AS t;
SELECT pg_temp.as_windows('the help desk', 50, 'Mo-Fr 09:00-13:00,14:00-18:00; PH off @ Europe/Rome, IT');
DROP TABLE event;
CREATE TABLE event AS
SELECT number AS case_id, incident_state AS activity, to_timestamp(sys_updated_at, 'DD/MM/YYYY HH24:MI') AS at, sys_mod_count::bigint AS seq FROM incident_log;
SELECT pg_temp.yes('the incident log''s counts', (s.cases, s.events, s.activities) = (24918, 141712, 9)) FROM (SELECT slaops.transition_matrix(case_id, activity, at, seq) AS tm FROM event) AS m, slaops.matrix_stats(tm) AS s;
SELECT pg_temp.as_windows('the incident log', 40);
