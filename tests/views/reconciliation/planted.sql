-- A desk of 4,500 tickets, 500 of each kind. What its vendor says is counted here on ranges of open time, with one thing otherwise for each kind;
-- causes and switches must be those that were planted.
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION slaops;
\ir ../../support/checks.sql
SELECT setseed(0.19);
SELECT FROM slaops.load_config($$
calendars:
  planted day: Mo-Fr 09:00-17:00 @ UTC
  planted late: Mo-Sa 12:00-21:00 @ UTC
default_calendar: planted day
presets:
  planted:
    like: default
    metrics:
      resolution: {pause: {state: pending}, cancel: {field: status, to: merged}}
      first_response: {cancel: {field: status, to: merged}}
preset: planted
policies:
  - name: Late team
    when: {group_name: late}
    calendar: planted late
    targets: {'*': {resolution: 12h, first_response: 3h}}
  - name: All
    targets:
      high: {resolution: 8h, first_response: 2h}
      low: {resolution: 16h, first_response: 4h}
$$, 'planted');

-- Open time, day by day.
CREATE TABLE open_time AS
SELECT
    'day' AS calendar,
    range_agg(tstzrange(day + interval '9 hours', day + interval '17 hours')) AS ranges
FROM generate_series(timestamptz '2026-01-01Z', '2026-12-31Z', '1 day') AS day
WHERE extract(isodow FROM day) <= 5
UNION ALL
SELECT 'late', range_agg(tstzrange(day + interval '12 hours', day + interval '21 hours'))
FROM generate_series(timestamptz '2026-01-01Z', '2026-12-31Z', '1 day') AS day
WHERE extract(isodow FROM day) <= 6
UNION ALL
SELECT 'always', tstzmultirange(tstzrange('2026-01-01Z', '2027-01-01Z'));
CREATE FUNCTION pg_temp.minutes(open tstzmultirange, "from" timestamptz, "to" timestamptz) RETURNS float8 LANGUAGE sql AS $$
    SELECT coalesce(sum(extract(epoch FROM upper(r) - lower(r))), 0)::float8 / 60 FROM unnest(open * tstzmultirange(tstzrange("from", "to"))) AS r
$$;
-- Where so many minutes are used up.
CREATE FUNCTION pg_temp.due(open tstzmultirange, "from" timestamptz, minutes float8) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT upper(r) - make_interval(secs => used - minutes * 60)
    FROM (
        SELECT r, sum(extract(epoch FROM upper(r) - lower(r))) OVER (ORDER BY r)::float8 AS used
        FROM unnest(open * tstzmultirange(tstzrange("from", "from" + interval '40 days'))) AS r
    ) AS walk
    WHERE used >= minutes * 60 ORDER BY used LIMIT 1
$$;

-- What happened. Every ticket begins on a weekday in working time, at an odd second.
CREATE TABLE story AS
SELECT
    number AS ticket_id, kind.name AS kind, place,
    timestamptz '2026-02-02 09:00:07Z' + interval '1 week' * (place % 20) + interval '1 day' * (place % 4) + interval '1 second' * floor(random() * 20000) AS created_at,
    CASE WHEN place % 2 = 0 THEN 'high' ELSE 'low' END AS priority,
    interval '1 second' * (1800 + floor(random() * 3600)) AS early,
    interval '1 second' * (3600 + floor(random() * 10800)) AS long,
    interval '1 second' * (floor(random() * 300000) + 90000) AS life
FROM unnest('{agrees,calendar,pause,priority changed,reopened,merged,other target,rounding,nobody knows}'::text[]) WITH ORDINALITY AS kind (name, kind_place)
CROSS JOIN LATERAL (SELECT place, (kind_place * 1000 + place)::int AS number FROM generate_series(1, 500) AS place) AS numbers;
ALTER TABLE story ADD target float8, ADD solved_at timestamptz;
UPDATE story SET target = CASE priority WHEN 'high' THEN 480 ELSE 960 END, solved_at = CASE WHEN place % 3 <> 0 THEN created_at + life END;

CREATE TABLE event (ticket_id int, event_at timestamptz, event_type text, actor_role text, actor text, old_value text, new_value text, public boolean, loaded_at timestamptz);
INSERT INTO event (ticket_id, event_at, event_type, actor_role, actor, public) SELECT ticket_id, created_at, 'created', 'customer', 'c' || ticket_id, NULL FROM story;
-- Others than those of the causes have pauses and solutions too, where these change nothing between the two.
INSERT INTO event (ticket_id, event_at, event_type, actor_role, actor, old_value, new_value)
SELECT ticket_id, created_at + early + step.after, 'status', 'agent', 'a' || place % 7, step.was, step.is_now
FROM story CROSS JOIN LATERAL (VALUES (interval '0', 'open', 'pending'), (long, 'pending', 'open')) AS step (after, was, is_now)
WHERE kind = 'pause' OR kind IN ('agrees', 'calendar', 'other target', 'rounding') AND place % 5 = 0;
INSERT INTO event (ticket_id, event_at, event_type, actor_role, actor, old_value, new_value)
SELECT ticket_id, solved_at, 'status', 'agent', 'a' || place % 7, 'open', 'solved' FROM story WHERE solved_at IS NOT NULL AND kind NOT IN ('reopened', 'merged');
-- Solved early and opened again.
INSERT INTO event (ticket_id, event_at, event_type, actor_role, actor, old_value, new_value)
SELECT ticket_id, created_at + early + step.after, 'status', step.role, 'x', step.was, step.is_now
FROM story CROSS JOIN LATERAL (VALUES (interval '0', 'agent', 'open', 'solved'), (long, 'customer', 'solved', 'open')) AS step (after, role, was, is_now)
WHERE kind = 'reopened';
INSERT INTO event (ticket_id, event_at, event_type, actor_role, actor, old_value, new_value)
SELECT ticket_id, created_at + life, 'status', 'agent', 'x', 'open', 'solved' FROM story WHERE kind = 'reopened' AND place % 3 <> 0;
INSERT INTO event (ticket_id, event_at, event_type, actor_role, actor, old_value, new_value)
SELECT ticket_id, created_at + early, 'priority', 'agent', 'x', CASE priority WHEN 'high' THEN 'low' ELSE 'high' END, priority FROM story WHERE kind = 'priority changed';

-- Of each ticket "merged" another is merged into it, after an agent answered there.
CREATE TABLE donor AS
SELECT ticket_id + 50000 AS ticket_id, ticket_id AS survivor_id, place, created_at + interval '11 seconds' AS created_at, created_at + early AS answered_at,
       created_at + early + interval '10 minutes 3 seconds' AS merged_at, priority
FROM story WHERE kind = 'merged';
INSERT INTO event (ticket_id, event_at, event_type, actor_role, actor, new_value, public)
SELECT ticket_id, created_at, 'created', 'customer', 'c', NULL, NULL FROM donor UNION ALL SELECT ticket_id, answered_at, 'comment', 'agent', 'a1', NULL, true FROM donor
UNION ALL SELECT ticket_id, merged_at, 'status', 'agent', 'a1', 'merged', NULL FROM donor
UNION ALL SELECT survivor_id, merged_at + interval '3 hours', 'comment', 'agent', 'a2', NULL, true FROM donor;

CREATE VIEW ticket AS
SELECT s.ticket_id, s.created_at, s.priority, CASE WHEN s.kind = 'late' THEN 'late' ELSE 'desk' END AS group_name,
       coalesce((SELECT e.new_value FROM event AS e WHERE e.ticket_id = s.ticket_id AND e.event_type = 'status' ORDER BY e.event_at DESC LIMIT 1), 'open') AS status,
       '{}'::jsonb AS attributes
FROM story AS s
UNION ALL SELECT ticket_id, created_at, priority, 'desk', 'merged', jsonb_build_object('merged into', survivor_id) FROM donor;
CREATE SCHEMA planted;
CREATE TABLE planted.tickets AS SELECT * FROM ticket;
CREATE TABLE planted.ticket_events AS SELECT * FROM event;

-- What the vendor says. A clock: from when, open time without what does not count, target, until when.
CREATE TABLE counted AS
SELECT
    s.*,
    day.ranges AS open,
    tstzmultirange(tstzrange(s.created_at + s.early, s.created_at + s.early + s.long)) AS gap,
    EXISTS (SELECT FROM event AS e WHERE e.ticket_id = s.ticket_id AND e.new_value = 'pending') AS has_pause
FROM story AS s JOIN open_time AS day ON day.calendar = 'day';
CREATE TABLE figure AS
SELECT
    c.ticket_id, c.kind, c.place, 'resolution' AS metric, c.created_at AS started_at, c.solved_at AS stopped_at,
    CASE WHEN c.kind = 'calendar' THEN other.ranges ELSE c.open END
        -- The vendor knows pauses, but for those that are the cause.
        - CASE WHEN c.has_pause AND c.kind <> 'pause' THEN c.gap ELSE '{}' END AS open,
    CASE
        -- As the priority was at first, or as it is now.
        WHEN c.kind = 'other target' THEN CASE c.place % 3 WHEN 0 THEN 1200 WHEN 1 THEN c.target * 2 + 60 ELSE 90 END
        ELSE c.target
    END AS target,
    -- The target is told, or not.
    c.kind = 'other target' AND c.place % 2 = 0 AS tells_target
FROM counted AS c
CROSS JOIN LATERAL (SELECT ranges FROM open_time WHERE calendar = CASE WHEN c.place % 2 = 0 THEN 'late' ELSE 'always' END) AS other
WHERE c.kind NOT IN ('merged', 'reopened', 'priority changed', 'nobody knows')
UNION ALL
-- The time for which it was solved counts, or the clock ended with the first solution.
SELECT c.ticket_id, c.kind, c.place, 'resolution', c.created_at,
       CASE WHEN c.place % 2 = 0 THEN c.created_at + c.early WHEN c.place % 3 <> 0 THEN c.created_at + c.life END, c.open, c.target, false
FROM counted AS c WHERE c.kind = 'reopened'
UNION ALL
SELECT c.ticket_id, c.kind, c.place, 'resolution', c.created_at, c.solved_at, c.open, c.target, false
FROM counted AS c WHERE c.kind = 'priority changed'
UNION ALL
-- The answer in the merged ticket is one, or the merged ticket is owed a solution as before.
SELECT c.ticket_id, c.kind, c.place, 'first_response', c.created_at, d.answered_at, c.open, c.target / 4, false
FROM counted AS c JOIN donor AS d ON d.survivor_id = c.ticket_id WHERE c.place % 2 = 0
UNION ALL
SELECT d.ticket_id, 'merged', d.place, 'resolution', d.created_at, CASE WHEN d.place % 4 = 1 THEN d.merged_at END, c.open, c.target, false
FROM counted AS c JOIN donor AS d ON d.survivor_id = c.ticket_id WHERE c.place % 2 = 1;
\set as_of '2026-11-02 12:00:00Z'
CREATE TABLE planted.vendor_clocks AS
SELECT
    f.ticket_id, f.metric,
    CASE
        WHEN f.kind = 'rounding' AND f.place % 3 = 0 THEN to_timestamp(ceil(extract(epoch FROM plain.due_at) / 900) * 900)
        WHEN f.kind = 'merged' AND f.place % 2 = 0 OR f.kind = 'reopened' AND f.place % 2 = 0 OR f.kind = 'rounding' THEN NULL
        ELSE plain.due_at
    END AS due_at,
    CASE
        WHEN f.kind = 'rounding' AND f.place % 3 = 0 THEN NULL
        WHEN f.kind = 'rounding' THEN floor(plain.minutes)
        WHEN f.stopped_at IS NOT NULL AND (f.place % 4 < 2 OR f.kind IN ('merged', 'reopened')) THEN plain.minutes
    END AS elapsed_minutes,
    CASE WHEN f.tells_target THEN f.target END AS target_minutes,
    CASE WHEN f.place % 5 > 0 AND f.kind <> 'rounding' THEN coalesce(f.stopped_at, :'as_of') > plain.due_at END AS breached
FROM figure AS f
CROSS JOIN LATERAL (
    SELECT pg_temp.due(f.open, f.started_at, f.target) AS due_at, pg_temp.minutes(f.open, f.started_at, coalesce(f.stopped_at, :'as_of')) AS minutes
) AS plain
UNION ALL
SELECT ticket_id, 'resolution', created_at + life * 0.37 + interval '3.3 seconds', NULL, NULL, NULL FROM story WHERE kind = 'nobody knows';

SET slaops.as_of = :'as_of';
SELECT FROM slaops.create_marts('planted', policy_set => 'planted');
CREATE TABLE found AS
SELECT coalesce(s.kind, 'merged') AS kind, r.*
FROM slaops.reconciliation('planted') AS r LEFT JOIN story AS s ON s.ticket_id::text = r.ticket_id;
CREATE TABLE share AS
SELECT kind, count(*) AS clocks, count(*) FILTER (WHERE agrees) AS agreeing,
       avg((cause = CASE kind WHEN 'nobody knows' THEN 'unexplained' ELSE kind END)::int) FILTER (WHERE NOT agrees) AS named
FROM found GROUP BY kind;
SELECT pg_temp.no('kinds that are not all there: ' || coalesce(string_agg(kind || ' ' || clocks || ' ' || agreeing, ', '), ''), count(*))
FROM share WHERE clocks <> 500 OR agreeing <> CASE kind WHEN 'agrees' THEN 500 ELSE 0 END AND kind <> 'rounding' OR kind = 'rounding' AND agreeing > 20;
SELECT pg_temp.no('causes that are named rightly in less than 95 %: ' || coalesce(string_agg(kind || ' ' || round(named, 3), ', '), ''), count(*)) FROM share WHERE named < 0.95;
SELECT pg_temp.yes('nine kinds', count(*) = 9) FROM share;

-- The switch is that which was planted, but for a few figures that two switches give.
SELECT pg_temp.yes('too many switches that were not planted: ' || count(*) || coalesce(string_agg(DISTINCT f.kind || ' ' || f.switch, ', '), ''), count(*) < 80)
FROM found AS f LEFT JOIN story AS s ON s.ticket_id::text = f.ticket_id LEFT JOIN donor AS d ON d.ticket_id::text = f.ticket_id
WHERE NOT f.agrees AND f.cause = f.kind AND f.switch <> CASE f.kind
    WHEN 'calendar' THEN CASE WHEN s.place % 2 = 0 AND f.switch <> '{"calendar": "24/7 @ UTC"}' THEN '{"calendar": "planted late"}' ELSE '{"calendar": "24/7 @ UTC"}' END
    WHEN 'pause' THEN '{"pause": null}'
    WHEN 'priority changed' THEN '{"target_at": "current"}'
    WHEN 'reopened' THEN CASE WHEN s.place % 2 = 0 THEN '{"reopen": "ignore"}' ELSE '{"reopen": "count"}' END
    WHEN 'other target' THEN jsonb_build_object('target_minutes', CASE s.place % 3 WHEN 0 THEN 1200 WHEN 1 THEN s.target * 2 + 60 ELSE 90 END)::text
    WHEN 'merged' THEN CASE WHEN s.place IS NOT NULL THEN '{"merged": "messages count in the ticket that remains"}'
        WHEN d.place % 4 = 1 THEN '{"merged": "the merge is a solution"}' ELSE '{"merged": "the clock goes on"}' END
    WHEN 'rounding' THEN CASE WHEN s.place % 3 = 0 THEN '{"rounded_to": "15 minutes"}' ELSE '{"rounded_to": "1 minute"}' END
END::jsonb;
SELECT pg_temp.yes('other calendars are told apart: ' || told, told > 225) FROM (SELECT count(*) AS told FROM found WHERE switch = '{"calendar": "planted late"}') AS x;

-- Of all 4,500 clocks the summary counts the same, and each switch makes those agree that it was planted in beside those that agree.
CREATE TABLE summary AS SELECT * FROM slaops.reconciliation_summary('planted');
SELECT pg_temp.same('the summary', 'SELECT metric, cause, switch, clocks FROM summary', $$SELECT metric, coalesce(cause, 'agrees'), switch, count(*) FROM found GROUP BY 1, 2, 3$$, 12);
SELECT pg_temp.no('switches with other numbers: ' || coalesce(string_agg(switch::text || ' ' || agree_with_switch, ', '), ''), count(*)) FROM summary
WHERE switch IN ('{"reopen": "count"}', '{"target_at": "current"}') AND agree_with_switch < clocks + 500;
