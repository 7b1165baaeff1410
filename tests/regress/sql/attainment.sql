-- Tickets against policies: which policy, all metrics in one pass, where the time went.
CREATE TEMP TABLE ticket (
    ticket_id int PRIMARY KEY, created_at timestamptz, priority text, status text,
    solved_at timestamptz,
    region text, group_name text, tags text[], cost numeric, calendar_name text, attributes jsonb
);
CREATE TEMP TABLE event (
    ticket_id int, event_at timestamptz, event_type text, actor_role text, actor text, field text,
    old_value text, new_value text, public boolean, seq bigint
);
INSERT INTO ticket VALUES
    (
        1, '2026-01-05 09:00Z', 'P1', 'solved', NULL, 'EU', 'Tier 2', '{vip,eu}', 250, NULL,
        '{"plan": "gold", "seats": 40}'
    ),
    (2, '2026-01-05 09:00Z', 'P2', 'open', NULL, 'US', 'Tier 1', NULL, NULL, 'late', NULL),
    (
        3, '2026-01-05 16:00Z', 'P3', 'solved', '2026-01-06 11:00Z', 'EU', 'Tier 1', '{}', 3, NULL,
        '{"plan": null}'
    );
INSERT INTO event (ticket_id, event_at, event_type, actor_role, old_value, new_value, public, seq)
VALUES
    (1, '2026-01-05 09:00Z', 'created', 'customer', NULL, 'new', NULL, 1),
    (1, '2026-01-05 10:00Z', 'comment', 'agent', NULL, NULL, true, 2),
    (1, '2026-01-05 10:00Z', 'status', 'agent', 'new', 'pending', NULL, 3),
    (1, '2026-01-05 12:00Z', 'comment', 'customer', NULL, NULL, true, 4),
    (1, '2026-01-05 12:00Z', 'status', 'customer', 'pending', 'open', NULL, 5),
    (1, '2026-01-05 13:00Z', 'group_name', 'agent', 'Tier 1', 'Tier 2', NULL, 6),
    (1, '2026-01-05 14:00Z', 'comment', 'agent', NULL, NULL, true, 7),
    (1, '2026-01-05 14:00Z', 'status', 'agent', 'open', 'solved', NULL, 8),
    (2, '2026-01-05 11:00Z', 'comment', 'agent', NULL, NULL, false, 1);
INSERT INTO slaops.calendars (name, calendar) VALUES
    ('desk', 'Mo-Fr 09:00-17:00 @ UTC'), ('late', 'Mo-Fr 12:00-20:00 @ UTC');
INSERT INTO slaops.sla_policies (name, position, conditions, hours, calendar_name) VALUES
    (
        'Gold', 10, '{"plan": "gold", "tags": {"all": ["vip", "eu"]}, "cost": {"at_least": 100}}',
        'business', 'desk'
    ),
    ('US', 20, '{"region": ["US", "CA"], "plan": null}', 'business', NULL),
    ('Rest', 30, '{}', '24x7', NULL);
INSERT INTO slaops.sla_targets (policy, priority, metric, target, hours, calendar_name) VALUES
    ('Gold', 'P1', 'first_response', '30 min', NULL, NULL),
    ('Gold', '*', 'first_response', '4 hours', NULL, NULL),
    ('Gold', '*', 'next_response', '2 hours', NULL, NULL),
    ('Gold', '*', 'resolution', '1 day', NULL, NULL),
    ('Gold', '*', 'group_ownership', '3 hours', NULL, NULL),
    ('US', '*', 'first_response', '1 hour', NULL, NULL),
    ('US', '*', 'resolution', '1 day', '24x7', NULL),
    ('Rest', '*', 'resolution', '1 day', NULL, NULL);
SELECT
    ticket_id,
    slaops.match_policy(ticket) AS policy,
    slaops.match_policy(to_jsonb(ticket)) AS of_json
FROM ticket
ORDER BY 1;
SELECT policy.* FROM ticket, slaops.explain_policy(ticket) AS policy WHERE ticket_id = 2;
SELECT * FROM slaops.explain_policy('{"plan": "gold", "tags": ["vip"], "cost": 250}');
SELECT *
FROM slaops.explain_policy('{"plan": "gold", "tags": ["vip", "eu"], "cost": 99.5, "region": "US"}');

CREATE TEMP VIEW history AS
SELECT
    ticket_id,
    slaops.ticket_history(
        event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
    ) AS history
FROM event
GROUP BY ticket_id;
CREATE TEMP VIEW fact AS
SELECT ticket.ticket_id, attainment.*
FROM ticket
LEFT JOIN history USING (ticket_id), slaops.sla_attainment(
    ticket, history, as_of => '2026-01-07 00:00Z'
) AS attainment;
SELECT
    ticket_id,
    metric,
    cycle,
    policy,
    calendar_name,
    target,
    started_at,
    stopped_at,
    elapsed_minutes,
    paused_minutes,
    margin_minutes,
    due_at,
    promised_due_at,
    breached_at,
    status
FROM fact
WHERE status <> 'no_target'
ORDER BY ticket_id, metric, cycle;
SELECT
    ticket_id,
    metric,
    cycle,
    elapsed_minutes,
    paused_minutes,
    cause_status,
    status_shares,
    cause_group,
    group_shares
FROM fact
WHERE ticket_id = 1
ORDER BY metric, cycle;
-- A ticket that is not there yet has no rows; later ones have what was known then.
SELECT as_of, attainment.metric, attainment.status, attainment.elapsed_minutes, attainment.due_at
FROM
    unnest('{2026-01-05 08:59Z,2026-01-05 09:10Z,2026-01-05 11:00Z}'::timestamptz[]) AS as_of,
    ticket
JOIN history USING (ticket_id), slaops.sla_attainment(
    ticket, history, as_of => as_of
) AS attainment
WHERE ticket_id = 1 AND attainment.target IS NOT NULL
ORDER BY as_of, attainment.metric;
-- What if: another calendar, another set.
INSERT INTO slaops.sla_policies (policy_set, name, position) VALUES ('proposed', 'All', 1);
INSERT INTO slaops.sla_targets (policy_set, policy, metric, target) VALUES
    ('proposed', 'All', 'resolution', '6 hours');
INSERT INTO slaops.policy_sets (name, default_calendar) VALUES ('proposed', 'desk');
SELECT
    ticket.ticket_id,
    policy_set,
    calendar,
    attainment.policy,
    attainment.target,
    attainment.calendar_name,
    attainment.elapsed_minutes,
    attainment.status
FROM ticket
LEFT JOIN history USING (ticket_id), unnest(
    '{current,proposed}'::text[]
) AS policy_set, unnest('{late,NULL}'::text[]) AS calendar, slaops.sla_attainment(
    ticket, history, policy_set, '2026-01-07 00:00Z', calendar
) AS attainment
WHERE attainment.metric = 'resolution'
ORDER BY 1, 2, 3;
SELECT stretch.*
FROM ticket
JOIN history USING (ticket_id), slaops.times_in_status(
    ticket, history, 'desk', '2026-01-06 10:00Z'
) AS stretch
WHERE ticket_id = 1;
-- In a window: stretches are cut, so those of neighboring windows add up to the whole; it may lie
-- beyond the ticket's life.
SELECT n, stretch.*
FROM ticket
JOIN history USING (ticket_id), (
    VALUES
        (1, '2026-01-05 10:00Z'::timestamptz, '2026-01-05 16:00Z'::timestamptz),
        (2, NULL, '2026-01-05 10:00Z'), (3, '2026-01-05 16:00Z', NULL),
        (4, '2026-02-01Z', NULL), (5, '-infinity', '2026-01-01Z'),
        (6, '2026-01-05 16:00Z', '2026-01-05 16:00Z')
) AS given (n, since, until), slaops.times_in_status(
    ticket, history, 'desk', '2026-01-06 10:00Z', since, until
) AS stretch
WHERE ticket_id = 1
ORDER BY n, from_at;
SELECT sum(total.minutes) = max(other.minutes) AS whole
FROM ticket
JOIN history USING (ticket_id)
CROSS JOIN LATERAL (
    SELECT sum(stretch.minutes) AS minutes
    FROM
        generate_series(-10, 60) AS hours (h),
        slaops.times_in_status(
            ticket, history, 'desk', '2026-01-06 10:00Z',
            '2026-01-05Z'::timestamptz + h * interval '1 hour',
            '2026-01-05Z'::timestamptz + (h + 1) * interval '1 hour'
        ) AS stretch
) AS total
CROSS JOIN LATERAL (
    SELECT sum(stretch.minutes) AS minutes
    FROM slaops.times_in_status(ticket, history, 'desk', '2026-01-06 10:00Z') AS stretch
) AS other
WHERE ticket_id = 1;
SELECT *
FROM refusal(
    $$
        SELECT *
        FROM slaops.times_in_status(
            '{}'::jsonb, NULL, since => '2026-01-06Z', until => '2026-01-05Z'
        )
    $$
);
-- What a status means is the policy set's.
INSERT INTO slaops.states (policy_set, status, state) VALUES ('proposed', 'open', 'hold');
SELECT policy_set, stretch.status, stretch.state
FROM
    unnest('{current,proposed}'::text[]) AS policy_set,
    slaops.times_in_status(
        '{"created_at": "2026-01-05T09:00:00Z", "status": "Open"}'::jsonb, NULL,
        policy_set => policy_set
    ) AS stretch;
DELETE FROM slaops.states WHERE NOT built_in;

-- A policy in two versions: a ticket of June keeps what June promised, unless the current target
-- counts; what
-- only the second version has a target for is not owed by a ticket of June.
INSERT INTO slaops.sla_policies (policy_set, name, position, valid_to) VALUES
    ('dated', 'Gold', 1, '2026-07-01Z');
INSERT INTO slaops.sla_policies (policy_set, name, position, valid_from, warn_fraction) VALUES
    ('dated', 'Gold', 1, '2026-07-01Z', 0.5);
INSERT INTO slaops.sla_targets (policy_set, policy, valid_from, metric, target) VALUES
    ('dated', 'Gold', '-infinity', 'resolution', '8 hours'),
    ('dated', 'Gold', '2026-07-01Z', 'resolution', '4 hours'),
    ('dated', 'Gold', '2026-07-01Z', 'first_response', '1 hour');
INSERT INTO slaops.policy_sets (name, default_calendar) VALUES ('dated', 'desk');
SELECT
    created,
    attainment.metric,
    attainment.target,
    attainment.due_at,
    attainment.promised_due_at,
    attainment.elapsed_minutes,
    attainment.status
FROM
    unnest('{2026-06-30T09:00:00Z,2026-07-01T09:00:00Z}'::text[]) AS created,
    slaops.sla_attainment(
        jsonb_build_object('created_at', created), NULL, 'dated', '2026-07-01 11:00Z'
    ) AS attainment
WHERE attainment.metric IN ('first_response', 'resolution')
ORDER BY 1, 2;
UPDATE slaops.policy_sets SET preset = 'zendesk' WHERE name = 'dated';
SELECT
    attainment.metric,
    attainment.target,
    attainment.due_at,
    attainment.promised_due_at,
    attainment.elapsed_minutes,
    attainment.status
FROM slaops.sla_attainment(
    '{"created_at": "2026-06-30T09:00:00Z"}'::jsonb, NULL, 'dated', '2026-07-01 11:00Z'
) AS attainment
WHERE attainment.metric IN ('first_response', 'resolution')
ORDER BY 1;

-- A ticket of June that changes in July has what July promises: from then on the policy's new
-- version is its own.
SELECT attainment.policy, attainment.target, attainment.due_at, attainment.status
FROM slaops.sla_attainment(
    '{"created_at": "2026-06-30T09:00:00Z", "tier": "gold"}'::jsonb,
    '[
        {"event_at": "2026-07-02T09:00:00Z", "event_type": "priority", "old_value": null,
            "new_value": "P1"}
    ]',
    'dated', '2026-07-02 11:00Z'
) AS attainment
WHERE attainment.metric = 'first_response';

-- A calendar's text may hold commas, and its holidays explain its own time only.
SELECT step.open_minutes, step.note
FROM slaops.explain_sla(
    '{
        "created_at": "2026-01-05T09:00:00Z",
        "calendar_name": "Mo-Fr 09:00-17:00; PH off @ America/New_York, US"
    }'::jsonb,
    '[
        {"event_at": "2026-01-20T09:00:00Z", "event_type": "calendar_name",
            "old_value": "Mo-Fr 09:00-17:00; PH off @ America/New_York, US",
            "new_value": "Mo-Fr 09:00-17:00; 2026 Jan 06 off \"Elsewhere\"; 2026 Jan 21 off \"Here\" @ UTC"}
    ]',
    'resolution', policy_set => 'proposed', as_of => '2026-01-23Z'
) AS step;

-- The statement sees what it should: its own changes, not those that are rolled back.
BEGIN;
UPDATE slaops.sla_policies SET conditions = '{"region": "nowhere"}' WHERE name = 'Gold';
SELECT slaops.match_policy(ticket) FROM ticket WHERE ticket_id = 1;
ROLLBACK;
SELECT slaops.match_policy(ticket) FROM ticket WHERE ticket_id = 1;

-- Rates with their interval.
SELECT (slaops.attainment(status)).*
FROM unnest(
    '{met,met,met,met,met,met,met,met,breached,breached,active,cancelled,no_target,NULL}'::text[]
) AS status;
SELECT metric, (slaops.attainment(status)).met, (slaops.attainment(status)).breached
FROM fact
GROUP BY GROUPING SETS ((metric), ())
HAVING (slaops.attainment(status)).attainment IS NOT NULL
ORDER BY 1;
SELECT slaops.attainment(s) FROM unnest('{active}'::text[]) AS elements (s);

-- Bad input.
SELECT * FROM refusal($$SELECT slaops.match_policy('[1]')$$);
-- Instants of a ticket's JSON, in the forms that Postgres reads as timestamptz; the session's time
-- zone decides nothing.
SET TimeZone = 'America/New_York';
SELECT written, life.created_at AT TIME ZONE 'UTC' AS utc
FROM
    unnest(
        ARRAY[
            '2026-03-02T09:00:00Z', '2026-03-02 09:00Z', '2026-03-02T09:00Z',
            '2026-03-02 09:00+00', '2026-03-02T09:00:00.000+0000', '2026-03-02T10:00:00+01:00',
            '20260302T090000Z', '2026-03-02 10:00 Europe/Berlin',
            'Mon 02 Mar 2026 09:00 UTC', '2026-03-02 04:00 EST', '2026-03-02Z', 'infinity'
        ]
    ) AS written,
    slaops.ticket_lifecycle(
        jsonb_build_object('created_at', written), NULL, as_of => '2026-03-03Z'
    ) AS life;
SELECT life.created_at AT TIME ZONE 'UTC' AS created, life.solved_at AT TIME ZONE 'UTC' AS solved
FROM slaops.ticket_lifecycle(
    '{
        "created_at": "2026-03-02 09:00Z", "closed_at": "2026-03-02T11:00+0100", "solved_at": null,
        "status": "solved"
    }'::jsonb,
    NULL, as_of => '2026-03-03Z'
) AS life;
SELECT written, refusal.state, refusal.message, refusal.hint
FROM
    unnest(
        ARRAY[
            '"soon"', '"2026-03-02 09:00"', '"2026-03-02"', '"today"', '"2026-02-30 09:00Z"',
            '"2026-03-02 09:00 Mars/Base"', '"2026-03-02 09:00+99"', '"999999-01-01Z"', '""',
            '1772442000', 'true'
        ]
    ) AS written,
    refusal(
        format($$SELECT slaops.match_policy('{"created_at": %s}'::jsonb)$$, written)
    ) AS refusal;
-- To the microsecond what Postgres reads, and nothing that it refuses.
SELECT
    written,
    life.created_at = written::timestamptz AS as_postgres,
    to_char(life.created_at AT TIME ZONE 'UTC', 'HH24:MI:SS.US') AS utc
FROM
    unnest(
        ARRAY[
            '2026-03-02T09:00:00.1234567Z', '2026-03-02T09:00:00.9999999Z', '2026-03-02T09:00:60Z',
            '2026-03-02T09:00:00.5+15:59'
        ]
    ) AS written,
    slaops.ticket_lifecycle(
        jsonb_build_object('created_at', written), NULL, as_of => '2026-03-03Z'
    ) AS life;
SELECT written, refusal.state, refusal.message
FROM
    unnest(
        ARRAY[
            '"2026-03-02T09:00:00+16:00"', '"2026-03-02T09:00:00\u221201:00"',
            '"0000-03-02T09:00:00Z"', '"now"', '"Tomorrow 10:00Z"'
        ]
    ) AS written,
    refusal(
        format($$SELECT slaops.match_policy('{"created_at": %s}'::jsonb)$$, written)
    ) AS refusal;
SHOW TimeZone;
RESET TimeZone;
SELECT now()::text ~ '[+]00$' AS as_before;
SELECT *
FROM refusal(
    $$SELECT slaops.match_policy(ticket) FROM (SELECT now()::timestamp AS created_at) AS ticket$$
);
SELECT * FROM refusal($$SELECT * FROM slaops.sla_attainment('{}'::jsonb, NULL, as_of => NULL)$$);
SELECT *
FROM refusal($$SELECT * FROM slaops.sla_attainment('{}'::jsonb, NULL, calendar => 'dezk')$$);
SELECT *
FROM refusal(
    $$INSERT INTO slaops.sla_targets (policy, metric, target) VALUES ('Rest', 'agent_work', '0')$$
);
SELECT *
FROM refusal(
    $$
        INSERT INTO slaops.sla_policies (name, position, valid_from) VALUES
            ('Rest', 1, '2026-01-01')
    $$
);
SELECT *
FROM refusal(
    $$UPDATE slaops.sla_policies SET conditions = '{"cost": {"atleast": 3}}' WHERE name = 'US'$$
);
SELECT *
FROM refusal(
    $$
        UPDATE slaops.sla_policies
        SET conditions = '{"cost": {"at_least": 3, "at_most": 2}}'
        WHERE name = 'US'
    $$
);
SELECT *
FROM refusal($$UPDATE slaops.sla_policies SET conditions = '{"brand": []}' WHERE name = 'US'$$);
SELECT *
FROM refusal(
    $$UPDATE slaops.sla_policies SET conditions = '{"state": "resolved"}' WHERE name = 'US'$$
);
SELECT *
FROM refusal(
    $$
        INSERT INTO slaops.sla_targets (policy, metric, target) VALUES
            ('Rest', 'agent_work', '1 day -12 hours')
    $$
);
SELECT * FROM refusal($$UPDATE slaops.sla_policies SET conditions = '"P1"' WHERE name = 'US'$$);
SELECT *
FROM refusal(
    $$
        INSERT INTO slaops.sla_targets (policy, metric, target) VALUES
            ('Rest', 'frist_response', '1 hour')
    $$
);
SELECT * FROM refusal($$SELECT slaops.match_policy('{}', 'propose')$$);
SELECT * FROM refusal($$SELECT slaops.match_policy('{}', 'x')$$);
SELECT *
FROM refusal(
    $$
        INSERT INTO slaops.metrics (name, start, stop) VALUES
            ('mine', '{"event": {"is": 1}}', '{}')
    $$
);
SELECT count(*) AS rows_of_nothing FROM slaops.sla_attainment('{}'::jsonb, NULL, 'proposed');
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
DELETE FROM slaops.calendars;
