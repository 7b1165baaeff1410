-- What both suites need: the ticket model's two tables, the files as rows, calendars, metrics, presets.
\set histories `cat "$VECTORS/sla_clock_histories.json"`
\set run_tickets `cat "$VECTORS/sla_clock_tickets.json"`

CREATE TABLE tickets (ticket_id text PRIMARY KEY, created_at timestamptz NOT NULL, priority text, status text, solved_at timestamptz,
    calendar_name text, attributes jsonb NOT NULL DEFAULT '{}');
CREATE TABLE ticket_events (ticket_id text NOT NULL, event_at timestamptz NOT NULL, event_type text NOT NULL, actor_role text, actor text,
    field text, old_value text, new_value text, public boolean, seq bigint);
CREATE INDEX ON ticket_events (ticket_id);
-- The events of a ticket before the one with this seq.
CREATE FUNCTION history(ticket text, before bigint DEFAULT NULL) RETURNS slaops.ticket_history LANGUAGE sql STABLE AS $$
    SELECT slaops.ticket_history(event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq)
    FROM ticket_events WHERE ticket_id = ticket AND (before IS NULL OR seq < before)
$$;

CREATE TABLE vectors AS
    SELECT 'histories' AS suite, v, v ->> 'id' AS id FROM jsonb_array_elements(:'histories') AS v
    UNION ALL SELECT 'tickets', v, v ->> 'id' FROM jsonb_array_elements(:'run_tickets') AS v;

-- A weekday's hours stand beside the rest in the vectors; a list of calendars has their names for keys.
CREATE FUNCTION calendar_of(vector jsonb, zone text) RETURNS slaops.calendar LANGUAGE sql STABLE AS $$
    SELECT (jsonb_build_object('time_zone', zone, 'hours', coalesce(jsonb_object_agg(k, h) FILTER (WHERE length(k) = 3), '{}'))
        || coalesce(jsonb_object_agg(k, h) FILTER (WHERE length(k) > 3), '{}'))::slaops.calendar
    FROM jsonb_each(vector) AS e (k, h)
$$;
INSERT INTO slaops.calendars (name, calendar)
    SELECT split_part(k, ' (', 1), calendar_of(c, v ->> 'timezone') FROM vectors, jsonb_each(v -> 'calendar') AS e (k, c)
    WHERE id = 'dbt-zendesk-01-schedule-change';
INSERT INTO slaops.calendars (name, calendar)
    SELECT id, calendar_of(v -> 'calendar', v ->> 'timezone') FROM vectors
    WHERE suite = 'histories' AND id <> 'dbt-zendesk-01-schedule-change';
INSERT INTO slaops.calendars (name, calendar)
    SELECT DISTINCT v ->> 'timezone', calendar_of(v -> 'calendar', v ->> 'timezone') FROM vectors WHERE suite = 'tickets';

-- The sources' own metrics.
INSERT INTO slaops.metrics (name, start, stop, pause, reopen, description) VALUES
    ('first_resolution', '{"event": "created"}', '{"state": ["solved", "closed"]}', NULL, 'ignore', 'Creation to the first solution.'),
    ('full_resolution', '{"event": "created"}', '{"state": ["solved", "closed"]}', NULL, 'pause',
     'Creation to the last solution: what elapsed and what was solved time between.'),
    ('agent_wait', '{"event": "created"}', '{"state": ["solved", "closed"]}', '{"state": {"not": "pending"}}', NULL, 'Time that the ticket was pending.'),
    ('on_hold', '{"event": "created"}', '{"state": ["solved", "closed"]}', '{"state": {"not": "hold"}}', NULL, 'Time that the ticket was on hold.'),
    ('period', '{"event": "asked"}', '{"state": ["solved", "closed"]}', '{"state": "pending"}', NULL, 'Work from an instant that somebody asks about.'),
    ('destination', '{"event": "asked"}', '{"event": "arrived"}', '{"state": "pending"}', NULL, 'Where a target leads from an instant that somebody asks about.');

-- The built-in presets, and some with one switch turned.
CREATE FUNCTION turned(preset text, new_name text, switch jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO slaops.presets
    SELECT (jsonb_populate_record(p, switch || jsonb_build_object('name', new_name, 'policy_set', new_name, 'built_in', false))).* FROM slaops.presets AS p WHERE p.name = preset
$$;
SELECT turned('zammad', 'zammad_at_close', '{"due_at_close": "close"}'), turned('zendesk', 'zendesk_last_schedule', '{"calendar_at": "current"}'),
       turned('zendesk', 'zendesk_first_priority', '{"target_at": "first"}'), turned('zendesk', 'zendesk_from_policy', '{"retroactive_start": false}'),
       turned('zendesk', 'dbt_zendesk', '{"solved_before_reply": "ignore", "calendar_at": "each"}') \g /dev/null
INSERT INTO slaops.policy_sets (name, preset) SELECT name, name FROM slaops.presets;
INSERT INTO slaops.metrics SELECT (jsonb_populate_record(m, jsonb_build_object('policy_set', s.name))).* FROM slaops.metrics AS m, slaops.policy_sets AS s WHERE NOT m.built_in;

CREATE TABLE checks (suite text, ticket text, what text, aspect text, found text, expected text, ok boolean);
-- Minutes are seconds' sixtieths that the sources round to four places.
CREATE FUNCTION same(found double precision, expected numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT abs(found - expected) <= CASE WHEN expected * 60 % 1 = 0 THEN 1e-6 ELSE 0.0001 END
$$;
