-- Presets: each switch on which ticket systems differ, with minutes that can be checked by hand.
BEGIN;
\pset null '-'
-- A desk from nine to five. Everything happens in the week of Monday, 5 January 2026. A story is a
-- line of
-- "day time what": the day once, until another; "reply" is an agent's public comment, "note" an
-- internal one,
-- "asks" the customer's; "field: old > new" is a change, any other word the status from then on; #1
-- is seq.
INSERT INTO slaops.calendars (name, calendar) VALUES
    ('desk', 'Mo-Fr 09:00-17:00 @ UTC'), ('early', 'Mo-Fr 06:00-14:00 @ UTC'),
    ('late', 'Mo-Fr 14:00-22:00 @ UTC'), ('level 1', 'Mo-Su 12:00-02:00 @ UTC'),
    ('level 2', 'Mo-Fr 15:00-00:30 @ UTC');
CREATE FUNCTION pg_temp.instant(day text, clock text) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT ('2026-01-05 ' || clock || 'Z')::timestamptz + (
        strpos('MoTuWeThFrSaSu', day) - 1
    ) / 2 * interval '1 day'
$$;
CREATE FUNCTION pg_temp.events(story text) RETURNS TABLE (
    event_at timestamptz, event_type text, actor_role text, field text, old_value text,
    new_value text, public boolean, seq bigint
) LANGUAGE sql AS $$
    WITH part AS (SELECT n, regexp_match(trim(p), '^(Mo|Tu|We|Th|Fr|Sa|Su)? ?([0-9:.]+) (.*?)(?: #([0-9]+))?$') AS m FROM regexp_split_to_table(story, ',') WITH ORDINALITY AS regexp_split_to_table (p, n)),
         dated AS (SELECT n, m, count(m[1]) OVER (ORDER BY n) AS day FROM part),
         said AS (SELECT n, pg_temp.instant(max(m[1]) OVER (PARTITION BY day), m[2]) AS at, split_part(m[3], ' ', 1) AS word, m[3] AS what, m[4]::bigint AS seq,
                         regexp_match(m[3], '^(.*): (.*) > (.*)$') AS c FROM dated)
    SELECT at, CASE word WHEN 'created' THEN 'created' WHEN 'reply' THEN 'comment' WHEN 'note' THEN 'comment' WHEN 'asks' THEN 'comment' ELSE 'change' END,
        CASE word WHEN 'asks' THEN 'customer' WHEN 'reply' THEN 'agent' WHEN 'note' THEN 'agent' END,
        CASE WHEN c IS NOT NULL THEN c[1] WHEN word NOT IN ('reply', 'note', 'asks') THEN 'status' END, nullif(c[2], '-'),
        CASE WHEN c IS NOT NULL THEN c[3] WHEN word = 'created' THEN coalesce(nullif(split_part(what, ' ', 2), ''), 'new') WHEN word NOT IN ('reply', 'note', 'asks') THEN what END,
        word <> 'note', seq
    FROM said
$$;
CREATE FUNCTION pg_temp.history(story text) RETURNS slaops.ticket_history LANGUAGE sql AS $$
    SELECT slaops.ticket_history(
        event_at, event_type, actor_role, NULL, field, old_value, new_value, public, seq
    )
    FROM pg_temp.events(story)
$$;
CREATE FUNCTION pg_temp.shown(at timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT
        left(to_char(at AT TIME ZONE 'UTC', 'Dy'), 2) || to_char(at AT TIME ZONE 'UTC', ' HH24:MI') || CASE
            WHEN extract(second FROM at) <> 0 THEN to_char(at AT TIME ZONE 'UTC', ':SS')
            ELSE ''
        END
$$;
-- What comes out under several presets, asked on Saturday unless said otherwise.
CREATE FUNCTION pg_temp.under(
    presets text, metric text, story text, at text DEFAULT 'Sa 00:00', ticket jsonb DEFAULT '{}'
) RETURNS TABLE (
    preset text, cycle int, "from" text, "to" text, elapsed numeric, paused numeric,
    target numeric, due text, status text
) LANGUAGE sql AS $$
    SELECT
        elements.name,
        attainment.cycle,
        pg_temp.shown(attainment.started_at),
        pg_temp.shown(attainment.stopped_at),
        round(attainment.elapsed_minutes::numeric, 4)::float8::numeric,
        attainment.paused_minutes::numeric,
        attainment.target_minutes::numeric,
        pg_temp.shown(attainment.due_at),
        attainment.status
    FROM
        unnest(string_to_array(presets, ', ')) WITH ORDINALITY AS elements (name, n),
        slaops.sla_attainment(
            under.ticket, pg_temp.history(story), elements.name,
            pg_temp.instant(left(at, 2), substr(at, 4))
        ) AS attainment
    WHERE attainment.metric = under.metric
    ORDER BY elements.n, attainment.cycle
$$;
\set all '''zendesk, jira, servicenow, zammad, default'''

-- Presets of the test: default with one switch turned.
CREATE FUNCTION pg_temp.turned(switch text, value text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO slaops.presets
    SELECT (
        jsonb_populate_record(
            preset,
            jsonb_build_object(
                'name', named.name, 'policy_set', named.name, 'built_in', false, switch, value
            )
        )
    ).*
    FROM
        slaops.presets AS preset,
        (
            SELECT CASE switch WHEN 'reopen' THEN value ELSE switch || ' ' || value END
        ) AS named (name)
    WHERE preset.name = 'default'
$$;
SELECT count(pg_temp.turned(switch, value))
FROM (
    VALUES
        ('reopen', 'resume'), ('reopen', 'pause'), ('reopen', 'count'), ('reopen', 'new_cycle'),
        ('reopen', 'ignore'),
        ('solved_before_reply', 'fulfill'), ('solved_before_reply', 'cancel'),
        ('solved_before_reply', 'ignore'),
        ('target_at', 'event'), ('target_at', 'current'), ('target_at', 'first'),
        ('calendar_at', 'each'), ('calendar_at', 'event'), ('calendar_at', 'current'),
        ('calendar_at', 'first'),
        ('retroactive_start', 'true'), ('retroactive_start', 'false'), ('due_at_close', 'close'),
        ('due_at_close', 'next_open')
) AS given (switch, value);
-- One policy: four hours for everything, but eight for low and one for urgent.
INSERT INTO slaops.policy_sets (name, preset, default_calendar)
SELECT name, name, 'desk'
FROM slaops.presets;
INSERT INTO slaops.sla_policies (policy_set, name, position)
SELECT name, 'desk', 2
FROM slaops.presets;
INSERT INTO slaops.sla_targets (policy_set, policy, priority, metric, target)
SELECT preset.name, 'desk', ticket.priority, metric.name, ticket.target
FROM
    slaops.presets AS preset,
    slaops.metrics AS metric,
    (
        VALUES ('*', interval '4 hours'), ('low', '8 hours'), ('urgent', '1 hour')
    ) AS ticket (priority, target);
SELECT name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close
FROM slaops.presets
WHERE built_in
ORDER BY name;

-- The notation.
SELECT *
FROM pg_temp.events(
    'Mo 09:00 created, 10:00 reply, 10:30 note, 11:00 priority: low > urgent, Tu 09:00 asks '
    '#1, 09:00 open #2'
);

-- REOPENED. Two hours to solved, three hours solved, one hour to solved again.
\set story '''Mo 09:00 created, 11:00 reply, 11:00 solved, 14:00 open, 15:00 solved'''
-- resume: 180, the three hours are nothing. pause: 180, they are a pause. new_cycle: 120 and 60.
-- ignore: 120.
SELECT * FROM pg_temp.under('resume, pause, new_cycle, ignore', 'resolution', :story);
-- count: the three hours count too, 360, so that it ran out at one. Until it is opened it has
-- stopped all the same.
SELECT * FROM pg_temp.under('count', 'resolution', :story);
SELECT at, under.*
FROM
    unnest('{Mo 12:00,Mo 13:30,Mo 14:00}'::text[]) AS instants (at),
    pg_temp.under('count', 'resolution', :story, at) AS under;
-- As the products do: zendesk resumes, jira and servicenow begin another cycle, zammad keeps the
-- first solution.
SELECT * FROM pg_temp.under(:all, 'resolution', :story);
-- While it is solved it has stopped, whatever comes later.
SELECT * FROM pg_temp.under('resume, pause, new_cycle, ignore', 'resolution', :story, 'Mo 12:00');
-- Opened twice: 60 + 60 + 60, or three cycles.
SELECT *
FROM pg_temp.under(
    'resume, new_cycle', 'resolution',
    'Mo 09:00 created, 10:00 solved, 11:00 open, 12:00 solved, 13:00 open, 14:00 solved'
);
-- From solved to closed is no opening.
SELECT *
FROM pg_temp.under(
    'resume, pause, new_cycle', 'resolution', 'Mo 09:00 created, 10:00 solved, Tu 10:00 closed'
);
-- Opened and solved in one second: it lasted no time.
SELECT *
FROM pg_temp.under(
    'resume, pause, new_cycle', 'resolution',
    'Mo 09:00 created, 10:00 solved, 12:00 open #1, 12:00 solved #2'
);
-- Opened into a state that pauses: it has not run again until one o'clock.
SELECT *
FROM pg_temp.under(
    :all, 'requester_wait',
    'Mo 09:00 created, 10:00 solved, 11:00 pending, 13:00 open, 14:00 solved'
);
-- The time that counts waits as any other: solved out of pending and opened into pending, it runs
-- for an hour between.
SELECT *
FROM pg_temp.under(
    'count', 'requester_wait',
    'Mo 09:00 created, 10:00 pending, 11:00 solved, 12:00 pending, 13:00 open, 14:00 solved'
);
-- A metric that has its own word for it: each group's time is a cycle under every preset, and so is
-- what
-- follows on an opening.
SELECT *
FROM pg_temp.under(
    'zendesk, zammad', 'group_ownership',
    'Mo 09:00 created, 10:00 group_name: a > b, 12:00 solved, 14:00 open, 15:00 solved'
);

-- SOLVED BEFORE THE REPLY. Created at nine, solved at ten, nobody has answered.
\set story '''Mo 09:00 created, 10:00 solved'''
-- fulfill: met after 60. cancel: void. ignore: the clock runs on; at noon it has 180.
SELECT *
FROM pg_temp.under(
    'solved_before_reply fulfill, solved_before_reply cancel, solved_before_reply ignore',
    'first_response', :story, 'Mo 12:00'
);
SELECT * FROM pg_temp.under(:all, 'first_response', :story, 'Mo 12:00');
-- Opened again at one, answered at two. Fulfilled stays fulfilled. Cancelled goes on as the preset
-- reopens:
-- 60 + 60 for resume, with a pause of 180 for zammad, and another cycle for servicenow. Ignored:
-- 300.
\set story '''Mo 09:00 created, 10:00 solved, 13:00 open, 14:00 reply'''
SELECT *
FROM pg_temp.under(
    'solved_before_reply fulfill, solved_before_reply cancel, solved_before_reply ignore',
    'first_response', :story
);
SELECT * FROM pg_temp.under(:all, 'first_response', :story);
-- Cancelled, and goes on with what lay between: 300.
UPDATE slaops.presets SET solved_before_reply = 'cancel' WHERE name = 'count';
SELECT * FROM pg_temp.under('count', 'first_response', :story);
SELECT *
FROM pg_temp.under(
    'count', 'next_response',
    'Mo 09:00 created, 10:00 reply, 11:00 solved, 12:00 asks, 13:00 open, 15:00 reply'
);
-- Answered after the solution, without opening: too late to count for fulfill and cancel.
SELECT *
FROM pg_temp.under(
    'solved_before_reply fulfill, solved_before_reply cancel, solved_before_reply ignore',
    'first_response', 'Mo 09:00 created, 10:00 solved, 11:00 reply'
);
-- A customer's message that nobody answers before it is solved.
SELECT *
FROM pg_temp.under(
    'solved_before_reply fulfill, solved_before_reply cancel, solved_before_reply ignore',
    'next_response', 'Mo 09:00 created, 10:00 reply, 11:00 asks, 12:00 solved', 'Mo 13:00'
);
-- "Thanks!" on a solved ticket asks for nothing, if it stays solved.
SELECT *
FROM pg_temp.under(
    'solved_before_reply fulfill, solved_before_reply cancel, solved_before_reply ignore',
    'next_response', 'Mo 09:00 created, 10:00 reply, 11:00 solved, 12:00 asks'
);
-- If it is opened an hour later, the message is owed an answer after all; the hour does not count.
SELECT *
FROM pg_temp.under(
    'resume, pause', 'next_response',
    'Mo 09:00 created, 10:00 reply, 11:00 solved, 12:00 asks, 13:00 open, 15:00 reply'
);
-- An update is owed after the last one; solving ends that.
SELECT *
FROM pg_temp.under(
    :all, 'periodic_update', 'Mo 09:00 created, 10:00 reply, 12:00 reply, 13:00 solved'
);

-- WHICH STATES PAUSE. New for one hour, pending for two, on hold for one, open for two.
\set story '''Mo 09:00 created, 10:00 pending, 12:00 hold, 13:00 open, 15:00 solved'''
SELECT
    metric.name,
    (SELECT elapsed FROM pg_temp.under('zendesk', metric.name, :story)) AS zendesk,
    (SELECT elapsed FROM pg_temp.under('jira', metric.name, :story)) AS jira,
    (SELECT elapsed FROM pg_temp.under('servicenow', metric.name, :story)) AS servicenow,
    (SELECT elapsed FROM pg_temp.under('zammad', metric.name, :story)) AS zammad,
    (SELECT elapsed FROM pg_temp.under('default', metric.name, :story)) AS "default"
FROM slaops.metrics AS metric
WHERE metric.name IN ('first_response', 'resolution', 'requester_wait', 'agent_work')
ORDER BY metric.position;
SELECT * FROM pg_temp.under(:all, 'resolution', :story);
-- While it waits there is no due time; a clock that ran out before it waits stays breached.
SELECT at, under.*
FROM
    unnest('{Mo 09:30,Mo 11:00,Mo 14:00}'::text[]) AS instants (at),
    pg_temp.under('zammad', 'resolution', :story, at) AS under;
SELECT * FROM pg_temp.under('zammad', 'resolution', 'Mo 09:00 created, 14:00 pending', 'Mo 15:00');
-- Created pending: nothing has run until it is opened.
SELECT *
FROM pg_temp.under(:all, 'agent_work', 'Mo 09:00 created pending, 12:00 open, 13:00 solved');
-- The pausable update waits while it is pending, the periodic one does not: 240 and 120.
SELECT given.metric, under.*
FROM
    (VALUES ('periodic_update'), ('pausable_update')) AS given (metric),
    pg_temp.under(
        'zendesk', given.metric,
        'Mo 09:00 created, 10:00 reply, 11:00 pending, 13:00 open, 14:00 reply'
    ) AS under
WHERE under.cycle = 1;
-- A pause that lasts no time is none; a pause outside the hours costs no minutes.
SELECT *
FROM pg_temp.under(
    'zendesk', 'requester_wait', 'Mo 09:00 created, 10:00 pending #1, 10:00 open #2, 11:00 solved'
);
SELECT *
FROM pg_temp.under(
    'zendesk', 'requester_wait', 'Mo 16:00 created, 18:00 pending, Tu 08:00 open, 10:00 solved'
);
-- Names of states as products write them.
SELECT word, under.*
FROM
    unnest(
        '{On-hold,on_hold,AWAITING_VENDOR,Pending,waiting-for-customer,snoozed}'::text[]
    ) AS word,
    pg_temp.under(
        'zendesk', 'agent_work', 'Mo 09:00 created, 10:00 ' || word || ', 12:00 open, 13:00 solved'
    ) AS under;

-- PRIORITY CHANGES. Low at nine: eight hours. Urgent at ten: one hour. Nobody answers; it is half
-- past ten.
\set story '''Mo 09:00 created, 10:00 priority: low > urgent'''
-- event and first: due at five. current: due at ten, and late. That is what dbt_zendesk answered in
-- turn (dbt-zendesk-03).
SELECT *
FROM pg_temp.under(
    'target_at event, target_at current, target_at first', 'first_response', :story, 'Mo 10:30'
);
-- ServiceNow attaches another SLA, which counts from the change: due at eleven.
SELECT * FROM pg_temp.under(:all, 'first_response', :story, 'Mo 10:30');
-- A message at eleven, after the change: event is urgent, first is low.
SELECT *
FROM pg_temp.under(
    'target_at event, target_at current, target_at first', 'next_response',
    'Mo 09:00 created, 09:30 reply, 10:00 priority: low > urgent, 11:00 asks', 'Mo 11:30'
);
-- Answered at half past nine: what changes afterward is no matter.
SELECT *
FROM pg_temp.under(
    :all, 'first_response', 'Mo 09:00 created, 09:30 reply, 10:00 priority: low > urgent'
);
-- Down again: an urgent ticket that was late at ten is not late as a low one.
SELECT *
FROM pg_temp.under(
    'target_at event, target_at current, target_at first', 'first_response',
    'Mo 09:00 created, 11:00 priority: urgent > low', 'Mo 11:30'
);
-- The change and the reply in one second: what comes with the reply is no part of what it ended, so
-- it was urgent and late.
SELECT *
FROM pg_temp.under(
    'target_at event, target_at current', 'first_response',
    'Mo 09:00 created, 11:00 priority: urgent > low, 11:00 reply'
);
-- What was promised when the clock began, and what is due by the target that counts.
SELECT
    elements.name AS preset,
    pg_temp.shown(attainment.promised_due_at) AS promised,
    pg_temp.shown(attainment.due_at) AS due,
    attainment.priority,
    attainment.target
FROM
    unnest('{target_at event,target_at current,target_at first}'::text[]) AS elements (name),
    slaops.sla_attainment(
        '{}'::jsonb, pg_temp.history(:story), elements.name, '2026-01-05 10:30Z'
    ) AS attainment
WHERE attainment.metric = 'first_response';
-- A pause moves the due time, not the promise: two hours pending.
SELECT pg_temp.shown(promised_due_at) AS promised, pg_temp.shown(due_at) AS due
FROM slaops.sla_attainment(
    '{}'::jsonb, pg_temp.history('Mo 09:00 created, 10:00 pending, 12:00 open'), 'zendesk',
    '2026-01-05 12:00Z'
)
WHERE metric = 'requester_wait';

-- THE CALENDAR CHANGES. The early shift from six to two, the late one from two to ten; at noon the
-- ticket is
-- handed over, at five it is answered.
\set story '''Mo 10:00 created, 12:00 calendar_name: early > late, 17:00 reply'''
-- each: 120 in the early, 180 in the late. event and first: 240 in the early. current: 180 in the
-- late.
SELECT *
FROM pg_temp.under(
    'calendar_at each, calendar_at event, calendar_at current, calendar_at first',
    'first_response', :story
);
SELECT * FROM pg_temp.under(:all, 'first_response', :story);
-- A message at one o'clock, after the change: event 180 in the late, first 60 in the early.
SELECT *
FROM pg_temp.under(
    'calendar_at each, calendar_at event, calendar_at current, calendar_at first', 'next_response',
    'Mo 10:00 created, 11:00 reply, 12:00 calendar_name: early > late, 13:00 asks, 17:00 reply'
);
-- dbt-zendesk-01: 960.1333 with each schedule in its time, 690.1333 with the last one only.
SELECT *
FROM pg_temp.under(
    'calendar_at each, calendar_at current', 'first_response',
    'Tu 17:01:38 created, We 19:01:25 calendar_name: level 1 > level 2, 19:01:46 reply'
);
-- A calendar that changes in the second of the reply is none of the clock's: 180 in nine to five.
SELECT *
FROM pg_temp.under(
    :all, 'first_response', 'Mo 09:00 created, 12:00 reply, 12:00 calendar_name: desk > late'
);
-- The names, in their order; a calendar to ask "what if" takes the place of all.
SELECT attainment.calendar_name, attainment.elapsed_minutes
FROM slaops.sla_attainment(
    '{}'::jsonb, pg_temp.history(:story), 'default', '2026-01-10Z'
) AS attainment
WHERE metric = 'first_response';
SELECT attainment.calendar_name, attainment.elapsed_minutes
FROM slaops.sla_attainment(
    '{}'::jsonb, pg_temp.history(:story), 'default', '2026-01-10Z', 'desk'
) AS attainment
WHERE metric = 'first_response';

-- THE POLICY COMES LATE. Gold from Wednesday, and answered half an hour later; around the clock.
INSERT INTO slaops.sla_policies (policy_set, name, position, conditions, hours)
SELECT name, 'gold', 1, '{"tier": "gold"}', '24x7'
FROM slaops.presets;
INSERT INTO slaops.sla_targets (policy_set, policy, metric, target)
SELECT preset.name, 'gold', m, '60 minutes'
FROM slaops.presets AS preset, unnest('{first_response,requester_wait}'::text[]) AS elements (m);
DELETE FROM slaops.sla_policies WHERE name = 'desk';
\set story '''Mo 09:00 created, We 09:00 tier: - > gold, 09:30 reply'''
-- true: from creation, 2910. false: from the policy, 30 (dbt-zendesk-04).
SELECT *
FROM pg_temp.under('retroactive_start true, retroactive_start false', 'first_response', :story);
SELECT * FROM pg_temp.under(:all, 'first_response', :story);
-- Before it comes there is no target; the time is measured all the same.
SELECT *
FROM pg_temp.under(
    'retroactive_start true, retroactive_start false', 'first_response', :story, 'Tu 09:00'
);
-- Answered before it comes: no target.
SELECT *
FROM pg_temp.under(
    'retroactive_start true, retroactive_start false', 'first_response',
    'Mo 09:00 created, 10:00 reply, We 09:00 tier: - > gold'
);
-- It comes at eleven, while the clock waits: from creation 120 and a pause of 180, from the policy
-- 60 and 120.
SELECT *
FROM pg_temp.under(
    'retroactive_start true, retroactive_start false', 'requester_wait',
    'Mo 09:00 created, 10:00 pending, 11:00 tier: - > gold, 13:00 open, 14:00 solved'
);
-- A policy that ceases to apply: current has no target any more, event keeps the promise.
SELECT *
FROM pg_temp.under(
    'target_at event, target_at current, target_at first', 'first_response',
    'Mo 09:00 created, 09:30 tier: gold > -', 'Mo 11:00'
);
-- A version of the policy follows at ten with two hours in place of one: event and first keep the
-- old, current has the new.
UPDATE slaops.sla_policies SET conditions = '{}', valid_to = '2026-01-05 10:00Z';
INSERT INTO slaops.sla_policies (policy_set, name, position, valid_from, hours)
SELECT name, 'gold', 1, '2026-01-05 10:00Z', '24x7'
FROM slaops.presets;
INSERT INTO slaops.sla_targets (policy_set, policy, valid_from, metric, target)
SELECT name, 'gold', '2026-01-05 10:00Z', 'first_response', '120 minutes'
FROM slaops.presets;
SELECT *
FROM pg_temp.under(
    'target_at event, target_at current, target_at first, servicenow', 'first_response',
    'Mo 09:00 created', 'Mo 10:30'
);
DELETE FROM slaops.sla_policies WHERE name = 'gold';
INSERT INTO slaops.sla_policies (policy_set, name, position)
SELECT name, 'desk', 2
FROM slaops.presets;
INSERT INTO slaops.sla_targets (policy_set, policy, priority, metric, target)
SELECT preset.name, 'desk', ticket.priority, metric.name, ticket.target
FROM
    slaops.presets AS preset,
    slaops.metrics AS metric,
    (
        VALUES ('*', interval '4 hours'), ('low', '8 hours'), ('urgent', '1 hour')
    ) AS ticket (priority, target);

-- WHAT ENDS A CYCLE IS NO PART OF IT. Group G1 has two hours, G2 one. G1 has the ticket for 90
-- minutes, then hands it over: met after 90 of 120, under every preset.
INSERT INTO slaops.sla_policies (policy_set, name, position, conditions)
SELECT preset.name, g, 1, jsonb_build_object('group_name', g)
FROM slaops.presets AS preset, unnest('{G1,G2}'::text[]) AS elements (g);
INSERT INTO slaops.sla_targets (policy_set, policy, metric, target)
SELECT preset.name, grouped.name, metric.name, grouped.target
FROM
    slaops.presets AS preset,
    slaops.metrics AS metric,
    (VALUES ('G1', interval '2 hours'), ('G2', '1 hour')) AS grouped (name, target);
\set story '''Mo 09:00 created, 10:30 group_name: G1 > G2, 11:00 solved'''
SELECT * FROM pg_temp.under(:all, 'group_ownership', :story);
SELECT
    elements.name AS preset,
    attainment.cycle,
    attainment.policy,
    attainment.group_name,
    attainment.last_group,
    pg_temp.shown(attainment.breached_at) AS breached
FROM
    unnest('{default,zendesk,servicenow}'::text[]) AS elements (name),
    slaops.sla_attainment(
        '{}'::jsonb, pg_temp.history(:story), elements.name, '2026-01-10Z'
    ) AS attainment
WHERE metric = 'group_ownership';
-- A minute before the hand-over and a minute after it say the same of the first cycle.
SELECT at, under.*
FROM
    unnest('{Mo 10:29,Mo 10:31}'::text[]) AS instants (at),
    pg_temp.under('zendesk', 'group_ownership', :story, at) AS under;
-- Time with no group is by the policy of tickets without one, four hours. Where G1 has no target
-- its time has none.
SELECT *
FROM pg_temp.under(
    :all, 'group_ownership', 'Mo 09:00 created, 10:30 group_name: - > G2, 11:00 solved'
);
DELETE FROM slaops.sla_targets WHERE policy = 'G1' AND metric = 'group_ownership';
SELECT * FROM pg_temp.under(:all, 'group_ownership', :story);
-- Answered by G1 and handed over in the second of the reply.
SELECT *
FROM pg_temp.under(
    :all, 'first_response', 'Mo 09:00 created, 10:30 reply, 10:30 group_name: G1 > G2'
);
-- Two hand-overs in one second: the group between had it for no time.
SELECT *
FROM pg_temp.under(
    'default', 'group_ownership',
    'Mo 09:00 created, 10:30 group_name: G1 > G3 #1, 10:30 group_name: G3 > G2 #2, 11:00 solved'
);
DELETE FROM slaops.sla_policies WHERE name IN ('G1', 'G2');
-- A version of a policy that begins in the second of the solution is not what was promised.
UPDATE slaops.sla_policies SET valid_to = '2026-01-05 11:00Z' WHERE name = 'desk';
INSERT INTO slaops.sla_policies (policy_set, name, position, valid_from)
SELECT name, 'desk', 2, '2026-01-05 11:00Z'
FROM slaops.presets;
INSERT INTO slaops.sla_targets (policy_set, policy, valid_from, metric, target)
SELECT name, 'desk', '2026-01-05 11:00Z', 'resolution', '1 hour'
FROM slaops.presets;
SELECT * FROM pg_temp.under(:all, 'resolution', 'Mo 09:00 created, 11:00 solved');
DELETE FROM slaops.sla_policies WHERE name = 'desk' AND valid_to = 'infinity';
UPDATE slaops.sla_policies SET valid_to = 'infinity' WHERE name = 'desk';

-- DUE AT CLOSING TIME. Eight hours from nine: due at five, or when the desk next opens.
SELECT *
FROM pg_temp.under(
    'due_at_close close, due_at_close next_open', 'first_response', 'Mo 09:00 created', 'Mo 12:00',
    '{"priority": "low"}'
);
SELECT *
FROM pg_temp.under(:all, 'first_response', 'Mo 09:00 created', 'Mo 12:00', '{"priority": "low"}');
-- Answered when the desk opens: on time by both. A minute later: late by both.
SELECT *
FROM pg_temp.under(
    'due_at_close close, due_at_close next_open', 'first_response',
    'Mo 09:00 created, Tu 09:00 reply', 'Sa 00:00', '{"priority": "low"}'
);
SELECT *
FROM pg_temp.under(
    'due_at_close close, due_at_close next_open', 'first_response',
    'Mo 09:00 created, Tu 09:01 reply', 'Sa 00:00', '{"priority": "low"}'
);
-- Any other due time is the same: four hours.
SELECT *
FROM pg_temp.under(
    'due_at_close close, due_at_close next_open', 'first_response', 'Mo 09:00 created', 'Mo 12:00'
);

-- THE NEXT RESPONSE. Two messages, one reply: from the older message, 180. Then 60.
\set story '''Mo 09:00 created, 10:00 reply, 11:00 asks, 12:00 asks, 14:00 reply, 15:00 asks, 16:00 reply'''
-- In zammad's sense creation is the first message.
SELECT * FROM pg_temp.under(:all, 'next_response', :story);
-- A message before the first reply belongs to the first response; jira and zammad count it.
SELECT * FROM pg_temp.under(:all, 'next_response', 'Mo 09:00 created, 09:30 asks, 10:00 reply');
-- Nobody asks: there is nothing to answer.
SELECT * FROM pg_temp.under('default', 'next_response', 'Mo 09:00 created, 10:00 reply');
-- Two replies in a row, then a message.
SELECT *
FROM pg_temp.under(
    'default', 'next_response',
    'Mo 09:00 created, 10:00 reply, 10:30 reply, 11:00 asks, 12:00 reply'
);
-- Set to pending instead of answered: it is owed all the same.
SELECT *
FROM pg_temp.under(
    'zendesk, jira, servicenow, default', 'next_response',
    'Mo 09:00 created, 10:00 reply, 11:00 asks, 12:00 pending, 14:00 open, 15:00 reply'
);

-- OPENED WITH AN INTERNAL NOTE, by an agent. Zendesk's first response is owed from the customer's
-- first public comment, 20 minutes, and not from the creation, 240 (dbt_zendesk, pull request 273).
SELECT *
FROM pg_temp.under(
    'zendesk, default', 'first_response', 'Mo 09:00 created, 09:00 note, 12:40 asks, 13:00 reply',
    'Sa 00:00', '{"priority": "urgent"}'
);
-- Until the customer asks nothing is owed, whoever writes and even if it is solved; what an agent
-- writes before is no reply, and the next response waits for one.
SELECT *
FROM pg_temp.under(
    'zendesk', 'first_response', 'Mo 09:00 created, 09:00 note, 10:00 reply, 11:00 solved'
);
SELECT given.metric, under.*
FROM
    (VALUES ('first_response'), ('next_response')) AS given (metric),
    pg_temp.under(
        'zendesk', given.metric,
        'Mo 09:00 created, 09:00 note, 10:00 reply, 12:40 asks, 13:00 reply, 14:00 asks, '
        '14:30 reply'
    ) AS under;
-- A customer's ticket is owed from its creation, whatever notes come later, and so is one that an
-- agent opens in public.
SELECT story, under.*
FROM
    unnest(
        ARRAY[
            'Mo 09:00 created, 09:30 note, 12:40 asks, 13:00 reply',
            'Mo 09:00 created, 09:00 asks #1, 09:00 note #2, 13:00 reply',
            'Mo 09:00 created, 09:00 reply, 09:30 note, 12:40 asks, 13:00 reply'
        ]
    ) AS story,
    pg_temp.under('zendesk', 'first_response', story) AS under;
-- A note that comes later takes nothing back, also where the creation is an agent's: both clocks
-- were breached at ten, and stay so.
SELECT
    as_of,
    attainment.metric,
    pg_temp.shown(attainment.started_at) AS "from",
    pg_temp.shown(attainment.breached_at) AS breached,
    attainment.elapsed_minutes,
    attainment.status
FROM
    unnest('{2026-01-05 11:00Z,2026-01-05 12:31Z}'::timestamptz[]) AS as_of,
    slaops.sla_attainment(
        '{"priority": "urgent"}'::jsonb,
        (
            SELECT slaops.ticket_history(
                at::timestamptz, type, role, NULL, NULL, NULL, value, public, NULL
            )
            FROM (
                VALUES
                    ('2026-01-05 09:00Z', 'created', 'agent', NULL, NULL::boolean),
                    ('2026-01-05 11:30Z', 'status', 'agent', 'solved', NULL),
                    ('2026-01-05 12:30Z', 'comment', 'agent', NULL, false)
            ) AS event (at, type, role, value, public)
        ),
        'zendesk', as_of
    ) AS attainment
WHERE metric IN ('first_response', 'resolution')
ORDER BY 1, 2;
-- Solved without a reply, answered while it is solved, then opened: nothing is owed again.
SELECT given.metric, under.*
FROM
    (VALUES ('first_response'), ('next_response')) AS given (metric),
    pg_temp.under(
        'zammad, servicenow, request_tracker', given.metric,
        'Mo 09:00 created, 10:00 solved, 11:00 reply, 13:00 open'
    ) AS under;

-- REQUEST TRACKER. Resolved time counts; a reply is owed from the creation and from every message
-- after a reply, also while it is resolved; any public comment ends a periodic update, a note does
-- not.
SELECT *
FROM pg_temp.under(
    'request_tracker', 'resolution', 'Mo 09:00 created, 11:00 resolved, 14:00 open, 15:00 resolved'
);
SELECT *
FROM pg_temp.under(
    'request_tracker', 'next_response',
    'Mo 09:00 created, 10:00 reply, 11:00 asks, 11:30 resolved, 12:00 open, 13:00 reply'
);
SELECT *
FROM pg_temp.under(
    'request_tracker', 'periodic_update',
    'Mo 09:00 created, 10:00 reply, 10:30 note, 11:00 asks, 12:00 reply, 13:00 reply', 'Mo 13:30'
);
SELECT *
FROM pg_temp.under(
    'request_tracker', 'periodic_update', 'Mo 09:00 created, 10:00 reply, 11:00 resolved'
);
SELECT *
FROM pg_temp.under(
    'request_tracker', 'first_response', 'Mo 09:00 created', 'Mo 12:00', '{"priority": "low"}'
);
-- A PAUSE OF SOME TICKETS ONLY: two hours stalled are nothing for the levels EMEA and High, and
-- count for others; a level that changes meanwhile ends the pause.
INSERT INTO slaops.presets
SELECT (
    jsonb_populate_record(
        preset,
        '{
            "name": "levels", "policy_set": "levels", "built_in": false,
            "metrics": {"resolution": {"pause": {"state": "pending", "tier": ["EMEA", "High"]}}}
        }'
    )
).*
FROM slaops.presets AS preset
WHERE preset.name = 'request_tracker';
INSERT INTO slaops.policy_sets (name, preset, default_calendar) VALUES ('levels', 'levels', 'desk');
INSERT INTO slaops.sla_policies (policy_set, name, position) VALUES ('levels', 'desk', 2);
INSERT INTO slaops.sla_targets (policy_set, policy, metric, target) VALUES
    ('levels', 'desk', 'resolution', '4 hours');
SELECT tier, under.*
FROM
    unnest('{EMEA,Standard}'::text[]) AS tier,
    pg_temp.under(
        'levels', 'resolution', 'Mo 09:00 created, 10:00 stalled, 12:00 open, 13:00 resolved',
        'Sa 00:00', jsonb_build_object('tier', tier)
    ) AS under;
SELECT *
FROM pg_temp.under(
    'levels', 'resolution',
    'Mo 09:00 created, 10:00 stalled, 11:00 tier: High > Standard, 12:00 open, 13:00 resolved',
    'Sa 00:00', '{"tier": "Standard"}'
);

-- INTERNAL NOTES answer nobody: 120 to the reply, not 60 to the note. A customer's own note asks
-- for nothing.
SELECT *
FROM pg_temp.under('default', 'first_response', 'Mo 09:00 created, 10:00 note, 11:00 reply');
SELECT *
FROM pg_temp.under(
    'default', 'next_response',
    'Mo 09:00 created, 10:00 reply, 11:00 asks, 12:00 note, 13:00 reply'
);
SELECT metric, cycle, elapsed_minutes FROM slaops.sla_attainment('{}'::jsonb,
    (SELECT slaops.ticket_history(at::timestamptz, type, role, NULL, NULL, NULL, NULL, public, NULL) FROM (VALUES
        -- nobody says that it is internal
        ('2026-01-05 09:00Z', 'created', 'customer', NULL::boolean),
        ('2026-01-05 10:00Z', 'comment', 'agent', NULL),
        ('2026-01-05 11:00Z', 'comment', 'customer', false),
        ('2026-01-05 12:00Z', 'comment', 'system', true),
        ('2026-01-05 13:00Z', 'comment', 'agent', true)) AS event (at, type, role, public)),
    'default', '2026-01-10Z') WHERE metric IN ('first_response', 'next_response');

-- TIES. The reply and the solution in one second, in either order: answered after 60, not cancelled.
SELECT story, under.*
FROM
    unnest(
        ARRAY[
            'Mo 09:00 created, 10:00 reply, 10:00 solved',
            'Mo 09:00 created, 10:00 solved #1, 10:00 reply #2',
            'Mo 09:00 created, 10:00 reply #1, 10:00 solved #2'
        ]
    ) AS story,
    pg_temp.under('solved_before_reply cancel', 'first_response', story) AS under;
-- The customer's message opens the ticket again, in one second: owed from then, under every preset.
SELECT
    story,
    under.preset,
    under.cycle,
    under."from",
    under."to",
    under.elapsed,
    under.paused,
    under.status
FROM
    unnest(
        ARRAY[
            '13:00 asks, 13:00 open', '13:00 asks #1, 13:00 open #2',
            '13:00 open #1, 13:00 asks #2'
        ]
    ) AS story,
    pg_temp.under(
        'zendesk, servicenow', 'next_response',
        'Mo 09:00 created, 10:00 reply, 11:00 solved, ' || story || ', 14:00 reply'
    ) AS under;
-- A question and its answer in one second.
SELECT *
FROM pg_temp.under(
    'default', 'next_response', 'Mo 09:00 created, 10:00 reply, 11:00 asks, 11:00 reply'
);
-- Created, answered and solved in one second.
SELECT given.metric, under.*
FROM
    (
        VALUES ('first_response'), ('resolution'), ('next_response'), ('periodic_update')
    ) AS given (metric),
    pg_temp.under('default', given.metric, 'Mo 09:00 created, 09:00 reply, 09:00 solved') AS under;
-- Three statuses in one second go by their old values where there is no seq.
SELECT *
FROM pg_temp.under(
    'zendesk', 'requester_wait',
    'Mo 09:00 created, 10:00 status: open > solved, 10:00 status: new > pending, 10:00 '
    'status: pending > open'
);

-- EVENTS AS WAREHOUSES HAVE THEM. Each event twice, in another order: the same history.
\set story '''Mo 09:00 created, 10:00 reply, 11:00 solved, 14:00 open, 15:00 solved'''
SELECT (
    SELECT slaops.ticket_history(
        event_at, event_type, actor_role, NULL, field, old_value, new_value, public,
        seq ORDER BY event_at DESC
    )
    FROM (
        SELECT * FROM pg_temp.events(:story) UNION ALL SELECT * FROM pg_temp.events(:story)
    ) AS event
)::text = pg_temp.history(:story)::text AS same;
-- The same event twice with a seq of its own each time: a second creation starts nothing again.
SELECT *
FROM pg_temp.under(
    'resume, new_cycle', 'resolution',
    'Mo 09:00 created #1, 09:00 created #2, 11:00 solved #3, 11:00 solved #4'
);
SELECT *
FROM pg_temp.under('default', 'resolution', 'Mo 09:00 created, 10:00 created, 11:00 solved');
-- An event that arrives late changes what was said before: the reply of ten o'clock.
SELECT * FROM pg_temp.under('default', 'first_response', 'Mo 09:00 created, 14:00 reply');
SELECT *
FROM pg_temp.under('default', 'first_response', 'Mo 09:00 created, 14:00 reply, 10:00 reply');
-- Before creation: a reply answers nothing yet, a state is already so.
SELECT *
FROM pg_temp.under('default', 'first_response', 'Mo 08:30 reply, 09:00 created, 10:00 reply');
SELECT *
FROM pg_temp.under(
    'zendesk', 'requester_wait',
    'Mo 08:30 pending, 09:00 created pending, 10:00 open, 11:00 solved'
);
-- A group that it was given before is the group at creation; it starts no cycle of its own.
SELECT *
FROM pg_temp.under(
    'default', 'group_ownership', 'Mo 08:30 group_name: a > b, 09:00 created, 10:00 solved'
);
-- Not created yet at the instant of the question: no rows.
SELECT * FROM pg_temp.under('default', 'first_response', 'Tu 09:00 created', 'Mo 12:00');
-- What happens after the instant of the question has not happened.
SELECT *
FROM pg_temp.under('default', 'first_response', 'Mo 09:00 created, 10:00 reply', 'Mo 09:30');

-- A TICKET WITHOUT EVENTS has its row: created, solved, its priority's target.
SELECT
    metric,
    pg_temp.shown(started_at) AS "from",
    pg_temp.shown(stopped_at) AS "to",
    elapsed_minutes,
    target_minutes,
    status
FROM slaops.sla_attainment(
    '{
        "created_at": "2026-01-05T09:00:00Z", "solved_at": "2026-01-05T11:00:00Z",
        "status": "closed", "priority": "urgent"
    }'::jsonb,
    NULL, 'default', '2026-01-10Z'
)
WHERE metric IN ('resolution', 'first_response', 'next_response');
SELECT
    metric,
    pg_temp.shown(started_at) AS "from",
    pg_temp.shown(stopped_at) AS "to",
    elapsed_minutes,
    target_minutes,
    status
FROM slaops.sla_attainment(
    '{"created_at": "2026-01-05T09:00:00Z", "status": "open"}'::jsonb, NULL, 'default',
    '2026-01-05 12:00Z'
)
WHERE metric IN ('resolution', 'first_response');
-- An instant before the creation, of 1971 or before, or infinite is none, as a row and as JSON: the
-- ticket is open, and if its status says solved, nobody knows since when.
SELECT
    elements.solved_at,
    elements.status AS ticket_status,
    attainment.status,
    attainment_after.status AS of_json,
    attainment.elapsed_minutes
FROM unnest(
    '{1970-01-01Z,1971-12-31 23:59:59Z,2026-01-05 08:59:59Z,-infinity,infinity,2026-01-05 '
    '10:00Z}'::timestamptz[],
    '{open,open,solved,open,solved,solved}'::text[]
) WITH ORDINALITY AS elements (solved_at, status, n)
CROSS JOIN LATERAL (
    SELECT
        timestamptz '2026-01-05 09:00Z' AS created_at,
        elements.solved_at,
        NULL::timestamptz AS closed_at,
        elements.status
) AS ticket
CROSS JOIN LATERAL slaops.sla_attainment(
    ticket, NULL, 'default', '2026-01-05 12:00Z'
) AS attainment
CROSS JOIN LATERAL slaops.sla_attainment(
    to_jsonb(ticket), NULL, 'default', '2026-01-05 12:00Z'
) AS attainment_after
WHERE attainment.metric = 'resolution' AND attainment_after.metric = 'resolution'
ORDER BY elements.n;
-- So is one of the creation, and one of an event: the first event that has one stands for the
-- creation.
SELECT pg_temp.shown(started_at) AS "from", elapsed_minutes
FROM slaops.sla_attainment(
    '{"created_at": "1970-01-01T00:00:00Z"}'::jsonb,
    (
        SELECT slaops.ticket_history(at, 'comment', 'agent', NULL, NULL, NULL, NULL, true, NULL)
        FROM unnest(
            '{1970-01-01Z,-infinity,2026-01-05 10:00Z,2026-01-05 11:00Z}'::timestamptz[]
        ) AS instants (at)
    ),
    'default', '2026-01-10Z'
)
WHERE metric = 'first_response';
SELECT '[
    {"event_at": "1970-01-01T00:00:00Z", "event_type": "created"}
]'::slaops.ticket_history AS nothing;
-- Where solved_at is none closed_at counts.
SELECT pg_temp.shown(stopped_at) AS "to"
FROM slaops.sla_attainment(
    '{
        "created_at": "2026-01-05T09:00:00Z", "solved_at": "1970-01-01T00:00:00Z",
        "closed_at": "2026-01-05T12:00:00Z", "status": "closed"
    }'::jsonb,
    NULL, 'default', '2026-01-10Z'
)
WHERE metric = 'resolution';
-- Closed at, where nobody says when it was solved; the reply is known.
SELECT metric, pg_temp.shown(stopped_at) AS "to", elapsed_minutes
FROM slaops.sla_attainment(
    '{
        "created_at": "2026-01-05T09:00:00Z", "closed_at": "2026-01-05T12:00:00Z",
        "status": "closed"
    }'::jsonb,
    pg_temp.history('Mo 10:00 reply'), 'default', '2026-01-10Z'
)
WHERE metric IN ('resolution', 'first_response');
-- A row with nothing in it: no rows.
SELECT count(*) FROM slaops.sla_attainment('{}'::jsonb, NULL, 'default', '2026-01-10Z');
-- Events that begin without a creation: the row's, else the first event's instant.
SELECT metric, pg_temp.shown(started_at) AS "from", elapsed_minutes
FROM slaops.sla_attainment(
    '{"created_at": "2026-01-05T09:00:00Z"}'::jsonb, pg_temp.history('Mo 10:00 reply'), 'default',
    '2026-01-10Z'
)
WHERE metric = 'first_response';
SELECT metric, pg_temp.shown(started_at) AS "from", elapsed_minutes
FROM slaops.sla_attainment(
    '{}'::jsonb, pg_temp.history('Mo 10:00 reply'), 'default', '2026-01-10Z'
)
WHERE metric = 'first_response';

-- A STATUS THAT NOBODY KNOWS pauses nothing and stops nothing: 120.
SELECT *
FROM pg_temp.under(:all, 'agent_work', 'Mo 09:00 created, 10:00 waiting on parts, 11:00 solved');
-- From solved to an unknown one: opened again.
SELECT *
FROM pg_temp.under(
    'resume, ignore', 'resolution',
    'Mo 09:00 created, 10:00 solved, 12:00 waiting on parts, 13:00 solved'
);
-- Once it is known it counts.
INSERT INTO slaops.states (policy_set, status, state) VALUES
    ('default', 'waiting on parts', 'hold');
SELECT *
FROM pg_temp.under(
    'default', 'agent_work', 'Mo 09:00 created, 10:00 Waiting-on-Parts, 11:00 solved'
);
ROLLBACK;
