-- The histories of Zammad, Chatwoot and dbt_zendesk: their own metrics, and what the rows without metrics say.

-- The event lists. What a ticket had when it was created is the old value of its first change, or in its row.
CREATE TEMP TABLE listed AS
    SELECT id, n, e, (e ->> 'at')::timestamptz AS at, e ->> 'type' AS type,
        lag(e ->> 'value') OVER (PARTITION BY id, e ->> 'type' ORDER BY n) AS before
    FROM vectors, jsonb_array_elements(v -> 'events') WITH ORDINALITY AS l (e, n) WHERE suite = 'histories';
INSERT INTO ticket_events
    SELECT id, at, type, NULL, NULL, NULL, NULL, e ->> 'status', NULL, n FROM listed WHERE type = 'created'
    UNION ALL
    SELECT id, at, type, e ->> 'by', NULL, NULL, NULL, NULL, (e ->> 'public')::boolean, n FROM listed WHERE type = 'comment'
    UNION ALL
    SELECT id, at, replace(type, 'schedule', 'calendar_name'), NULL, NULL, NULL,
        coalesce(before, (SELECT c.e ->> l.type FROM listed AS c WHERE c.id = l.id AND c.type = 'created')), e ->> 'value', NULL, n
    FROM listed AS l WHERE type NOT IN ('created', 'comment');
-- The names of dbt-zendesk-01's calendars as the events have them are those of slaops.calendars. chatwoot-03
-- is a rule without events: a reply exactly when it is due, and one a microsecond later.
INSERT INTO tickets (ticket_id, created_at, priority, status, calendar_name)
    SELECT id, min(at), (array_agg(e ->> 'priority') FILTER (WHERE type = 'created'))[1], (array_agg(e ->> 'status') FILTER (WHERE type = 'created'))[1],
        CASE id WHEN 'dbt-zendesk-01-schedule-change' THEN NULL ELSE id END
    FROM listed GROUP BY id;
INSERT INTO tickets (ticket_id, created_at, calendar_name)
    SELECT id || late, '2024-01-19 10:00Z', id FROM vectors, (VALUES (''), ('+')) AS l (late) WHERE id = 'chatwoot-03-first-reply-boundary';
INSERT INTO ticket_events (ticket_id, event_at, event_type, actor_role, public, seq) VALUES
    ('chatwoot-03-first-reply-boundary', '2024-01-19 10:00Z', 'created', NULL, NULL, 1),
    ('chatwoot-03-first-reply-boundary', '2024-01-19 11:00Z', 'comment', 'agent', true, 2),
    ('chatwoot-03-first-reply-boundary+', '2024-01-19 10:00Z', 'created', NULL, NULL, 1),
    ('chatwoot-03-first-reply-boundary+', '2024-01-19 11:00:00.000001Z', 'comment', 'agent', true, 2);

-- What is asked of each history. A reply's number is its cycle; the last one is meant where a history has three.
CREATE TEMP TABLE asked AS
    SELECT id, name AS what, m, (v ->> 'id' LIKE 'zammad%') AS zammad, (m ->> 'target')::numeric AS target,
        CASE WHEN name LIKE 'first_reply%' THEN 'first_response' WHEN name LIKE 'next_reply%' THEN 'next_response'
             WHEN name LIKE 'resolution%' THEN 'resolution' WHEN name = 'requester_wait' THEN name
             WHEN name = 'work' THEN 'period' WHEN name = 'due' THEN 'destination' END AS metric,
        CASE WHEN id LIKE 'dbt%' THEN 'zendesk' ELSE 'zammad' END AS policy_set,
        coalesce((m ->> 'as_of')::timestamptz, CASE WHEN id IN ('zammad-18c', 'dbt-zendesk-02-breach-time') THEN (m ->> 'stop')::timestamptz END,
            (SELECT max(at) FROM listed AS l WHERE l.id = vectors.id)) AS as_of
    FROM vectors, jsonb_each(v -> 'metrics') AS e (name, m) WHERE suite = 'histories';
-- The contrived questions of zammad-18 and -19 begin where the question says: an event of its own.
INSERT INTO ticket_events (ticket_id, event_at, event_type)
    SELECT id, (m ->> 'start')::timestamptz, 'asked' FROM asked WHERE metric IN ('period', 'destination');

-- One policy a history, with the targets that its metrics name; under every preset. zammad-10's ticket
-- matches by its priority at first.
INSERT INTO slaops.sla_policies (policy_set, name, position, conditions)
    SELECT s.name, id, row_number() OVER (PARTITION BY s.name ORDER BY id),
        jsonb_build_object('history', id) || CASE id WHEN 'zammad-10' THEN '{"priority": "matching"}' ELSE '{}' END::jsonb
    FROM slaops.policy_sets AS s, (SELECT DISTINCT id FROM asked WHERE target IS NOT NULL) AS a WHERE s.name <> 'dbt_zendesk';
INSERT INTO slaops.sla_targets (policy_set, policy, metric, target)
    SELECT DISTINCT s.name, id, metric, target * interval '1 minute' FROM slaops.policy_sets AS s, asked WHERE target IS NOT NULL AND s.name <> 'dbt_zendesk';
-- The targets of the rows without metrics. dbt-zendesk-03 has none; these are ours.
INSERT INTO slaops.sla_policies (policy_set, name, position, conditions)
    SELECT s.name, id, 1000 + row_number() OVER (PARTITION BY s.name ORDER BY id),
        CASE id WHEN 'dbt-zendesk-04-frt-anchor' THEN '{"policy": "FRT 60"}' ELSE jsonb_build_object('history', id) END
    FROM slaops.policy_sets AS s, vectors WHERE suite = 'histories' AND v -> 'metrics' = '{}' AND s.name <> 'dbt_zendesk';
INSERT INTO slaops.sla_targets (policy_set, policy, priority, metric, target)
    SELECT s.name, t.* FROM slaops.policy_sets AS s, (VALUES
        ('chatwoot-01-closed-calendar', '*', 'first_response', interval '60 minutes'),
        ('chatwoot-02-late-resolution-counted-as-hit', '*', 'resolution', '60 minutes'),
        ('chatwoot-03-first-reply-boundary', '*', 'first_response', '60 minutes'),
        ('dbt-zendesk-03-priority-at-apply', 'low', 'first_response', '480 minutes'),
        ('dbt-zendesk-03-priority-at-apply', 'urgent', 'first_response', '60 minutes'),
        ('dbt-zendesk-04-frt-anchor', '*', 'first_response', '60 minutes')) AS t (policy, priority, metric, target)
    WHERE s.name <> 'dbt_zendesk';
UPDATE tickets SET attributes = jsonb_build_object('history', rtrim(ticket_id, '+')) WHERE ticket_id NOT LIKE 'dbt-run-%';

-- A history's rows at an instant under a set; those of one cycle, the last for 0.
CREATE FUNCTION answer(ticket text, metric text, policy_set text, as_of timestamptz, cycle int DEFAULT 0, before bigint DEFAULT NULL)
RETURNS TABLE (cycle int, calendar_name text, target_minutes float8, started_at timestamptz, stopped_at timestamptz, elapsed_minutes float8, paused_minutes float8,
    margin_minutes float8, due_at timestamptz, breached_at timestamptz, status text) LANGUAGE sql STABLE AS $$
    SELECT a.cycle, a.calendar_name, a.target_minutes, a.started_at, a.stopped_at, a.elapsed_minutes, a.paused_minutes, a.margin_minutes, a.due_at, a.breached_at, a.status
    FROM tickets AS t, slaops.sla_attainment(t, history(t.ticket_id, answer.before), answer.policy_set, answer.as_of) AS a
    WHERE t.ticket_id = ticket AND a.metric = answer.metric AND (answer.cycle = 0 OR a.cycle = answer.cycle)
    ORDER BY a.cycle DESC LIMIT 1
$$;

CREATE TEMP TABLE answers AS
    SELECT q.*, a.*, CASE WHEN what IN ('next_reply_1', 'next_reply_2') THEN right(what, 1)::int ELSE 0 END AS wanted_cycle
    FROM asked AS q LEFT JOIN LATERAL answer(q.id, q.metric, q.policy_set, q.as_of, CASE WHEN what IN ('next_reply_1', 'next_reply_2') THEN right(what, 1)::int ELSE 0 END,
        -- Before the priority changed, in the same second.
        CASE WHEN what LIKE '%_before' THEN 2 END) AS a ON true
    WHERE what <> 'all_while_pending';
INSERT INTO checks
    SELECT 'histories', id, what, 'elapsed', elapsed_minutes::text, m #>> '{expected,elapsed_minutes}', same(elapsed_minutes, (m #>> '{expected,elapsed_minutes}')::numeric)
    FROM answers WHERE m #> '{expected,elapsed_minutes}' IS NOT NULL
    UNION ALL
    SELECT 'histories', id, what, 'early', margin_minutes::text, m #>> '{expected,diff_minutes}', same(margin_minutes, (m #>> '{expected,diff_minutes}')::numeric)
    FROM answers WHERE m #> '{expected,diff_minutes}' IS NOT NULL
    UNION ALL
    SELECT 'histories', id, what, 'breached', status, m #>> '{expected,breached}',
        status IN ('met', 'breached') AND (status = 'breached') = (m #>> '{expected,breached}')::boolean AND (breached_at IS NOT NULL) = (status = 'breached')
    FROM answers WHERE m #> '{expected,breached}' IS NOT NULL
    UNION ALL
    -- dbt-zendesk-02 waits for the customer at the end; a waiting clock has no due time, but was breached when it was due.
    SELECT 'histories', id, what, 'due', coalesce(due_at, breached_at)::text, m #>> '{expected,due_at}', coalesce(due_at, breached_at) IS NOT DISTINCT FROM (m #>> '{expected,due_at}')::timestamptz
    FROM answers WHERE m -> 'expected' ? 'due_at'
    UNION ALL
    -- zammad-17's third: whether pending ended the second or let it wait, no open minute had passed, and it is due at the same time.
    SELECT 'histories', id, what, 'start', started_at::text, m ->> 'start', started_at = (m ->> 'start')::timestamptz FROM answers WHERE what <> 'next_reply_3'
    UNION ALL
    -- 18c is asked of an instant in mid-course, dbt-zendesk-02 only waits.
    SELECT 'histories', id, what, 'stop', stopped_at::text, m ->> 'stop', stopped_at = (m ->> 'stop')::timestamptz
    FROM answers WHERE m ->> 'stop' IS NOT NULL AND id NOT IN ('zammad-18c', 'dbt-zendesk-02-breach-time')
    UNION ALL
    SELECT 'histories', id, what, 'paused', paused_minutes::text, p.minutes::text, abs(paused_minutes - p.minutes) < 1e-6
    FROM answers, LATERAL (
        SELECT coalesce(sum(slaops.business_minutes(calendar_name, from_at, to_at)), 0) AS minutes
        FROM jsonb_array_elements(m -> 'pauses') AS p,
            LATERAL (SELECT greatest((p ->> 0)::timestamptz, started_at) AS from_at, least((p ->> 1)::timestamptz, as_of) AS to_at) AS t
        WHERE from_at < to_at) AS p WHERE what <> 'next_reply_3';
-- The due times of both kinds: the earliest instant, and Zammad's next opening.
INSERT INTO checks
    SELECT 'histories', id, what, 'due ' || kind, coalesce(a.due_at, a.breached_at)::text, m #>> ARRAY['reference', kind],
        coalesce(a.due_at, a.breached_at) = (m #>> ARRAY['reference', kind])::timestamptz
    FROM answers AS q, (VALUES ('due_at_earliest', 'zammad_at_close'), ('due_at_next_open', 'zammad')) AS k (kind, set),
        LATERAL answer(q.id, q.metric, CASE WHEN zammad THEN set ELSE 'zendesk' END, as_of, wanted_cycle, CASE WHEN what LIKE '%_before' THEN 2 END) AS a
    WHERE m #> ARRAY['reference', kind] IS NOT NULL;
-- zammad-17 while it is pending: nothing that still runs or waits has a due time.
INSERT INTO checks
    SELECT 'histories', q.id, q.what, 'due', max(a.due_at)::text, NULL, count(*) > 0 AND max(a.due_at) IS NULL
    FROM asked AS q, tickets AS t, slaops.sla_attainment(t, history(t.ticket_id), 'zammad', q.as_of) AS a
    WHERE q.what = 'all_while_pending' AND t.ticket_id = q.id AND a.stopped_at IS NULL AND a.started_at IS NOT NULL
    GROUP BY q.id, q.what;

-- The rows without metrics. In order: the ticket, what is asked, the preset, when, and what must come out.
CREATE TEMP TABLE rules (ticket text, what text, metric text, policy_set text, as_of timestamptz, elapsed numeric, breached boolean, due timestamptz, status text);
INSERT INTO rules VALUES
    -- A calendar that never opens: Chatwoot falls back to the wall clock, due at 17:00. Ours is due never.
    ('chatwoot-01-closed-calendar', 'never due', 'first_response', 'default', '2034-01-19 16:00Z', 0, false, 'infinity', 'active'),
    -- Six hours for a target of one: Chatwoot's poller comes late and reports a hit.
    ('chatwoot-02-late-resolution-counted-as-hit', 'late resolution', 'resolution', 'default', '2024-02-01Z', 360, true, '2024-01-19 11:00Z', 'breached'),
    ('chatwoot-03-first-reply-boundary', 'reply at due', 'first_response', 'default', '2024-02-01Z', 60, false, '2024-01-19 11:00Z', 'met'),
    ('chatwoot-03-first-reply-boundary+', 'a microsecond late', 'first_response', 'default', '2024-02-01Z', NULL, true, '2024-01-19 11:00Z', 'breached'),
    -- Each schedule in its time, up to the change and to the reply; or the last one for all of it, as Zendesk's reports have it.
    ('dbt-zendesk-01-schedule-change', 'level 1', 'first_response', 'dbt_zendesk', '2020-09-30 19:01:25Z', 959.7833, NULL, NULL, NULL),
    ('dbt-zendesk-01-schedule-change', 'each schedule', 'first_response', 'dbt_zendesk', '2020-10-01Z', 960.1333, NULL, NULL, NULL),
    ('dbt-zendesk-01-schedule-change', 'each schedule, default', 'first_response', 'default', '2020-10-01Z', 960.1333, NULL, NULL, NULL),
    ('dbt-zendesk-01-schedule-change', 'last schedule', 'first_response', 'zendesk_last_schedule', '2020-10-01Z', 690.1333, NULL, NULL, NULL),
    -- Low at nine, urgent at ten. v1.6.1 has the target of when it was applied, v1.4.0 the current one, earlier ones the first.
    ('dbt-zendesk-03-priority-at-apply', 'v1.6.1, at the event', 'first_response', 'default', '2026-01-05 10:30Z', 90, false, '2026-01-05 17:00Z', 'active'),
    ('dbt-zendesk-03-priority-at-apply', 'v1.4.0, current', 'first_response', 'zendesk', '2026-01-05 10:30Z', 90, true, '2026-01-05 10:00Z', 'breached'),
    ('dbt-zendesk-03-priority-at-apply', 'before v1.4.0, first', 'first_response', 'zendesk_first_priority', '2026-01-05 10:30Z', 90, false, '2026-01-05 17:00Z', 'active'),
    -- Two days after creation a policy comes to apply, half an hour later comes the reply.
    ('dbt-zendesk-04-frt-anchor', 'dbt_zendesk, from creation', 'first_response', 'zendesk', '2026-02-01Z', 2910, true, '2026-01-05 10:00Z', 'breached'),
    ('dbt-zendesk-04-frt-anchor', 'Explore, from the policy', 'first_response', 'zendesk_from_policy', '2026-02-01Z', 30, false, '2026-01-07 10:00Z', 'met');
-- dbt-zendesk-02 a moment before it waits, when it still has a due time.
INSERT INTO rules VALUES
    ('dbt-zendesk-02-breach-time', 'while it runs', 'requester_wait', 'zendesk', '2023-10-18 17:49:50Z', 718.8167, true, '2023-10-18 14:51:01Z', 'breached');
CREATE TEMP TABLE ruled AS
    SELECT r.*, a.elapsed_minutes, a.due_at, a.breached_at, a.status AS found_status
    FROM rules AS r LEFT JOIN LATERAL answer(r.ticket, r.metric, r.policy_set, r.as_of) AS a ON true;
INSERT INTO checks
    SELECT 'histories', rtrim(ticket, '+'), what, 'elapsed', elapsed_minutes::text, elapsed::text, same(elapsed_minutes, elapsed) FROM ruled WHERE elapsed IS NOT NULL
    UNION ALL
    SELECT 'histories', rtrim(ticket, '+'), what, 'breached', found_status, status, found_status = status AND (breached_at IS NOT NULL) = breached
    FROM ruled WHERE breached IS NOT NULL
    UNION ALL
    SELECT 'histories', rtrim(ticket, '+'), what, 'due', due_at::text, due::text, due_at = due FROM ruled WHERE due IS NOT NULL;
-- The part in level 2 is the difference.
INSERT INTO checks
    SELECT 'histories', a.ticket, 'level 2', 'elapsed', (a.elapsed_minutes - b.elapsed_minutes)::text, '0.35', same(a.elapsed_minutes - b.elapsed_minutes, 0.35)
    FROM ruled AS a JOIN ruled AS b USING (ticket) WHERE a.what = 'each schedule' AND b.what = 'level 1';
