-- What the configuration does not cover, and what in the data is doubtful.
-- materialized: view
WITH event AS MATERIALIZED (
    -- The source is read once, and only what is asked below is kept.
    SELECT e.ticket_id, e.event_type, e.changed, e.at,
           CASE WHEN e.changed = 'status' THEN e.old_value END AS old_status,
           CASE WHEN e.changed = 'status' THEN e.new_value END AS new_status,
           e.event_type = 'comment' AND coalesce(e.actor_role, '') NOT IN ('agent', 'customer', 'bot', 'system') AS unknown_role,
           CASE WHEN e.event_type = 'comment' THEN e.actor_role END AS actor_role,
           e.event_type = 'comment' AND e.public IS NULL AS no_public,
           e.at IS NULL OR e.event_type IS NULL AS incomplete,
           e.changed IS NULL AND e.event_type NOT IN ('created', 'comment') AS changes_nothing
    FROM (
        SELECT e.*, slaops.known_instant(e.event_at) AS at,
               coalesce(e.field, CASE WHEN e.event_type NOT IN ('created', 'comment')
                                           AND (e.new_value IS NOT NULL OR e.old_value IS NOT NULL) THEN e.event_type
                                      WHEN e.event_type = 'created' AND e.new_value IS NOT NULL THEN 'status' END) AS changed
        FROM {schema}.stg_ticket_events AS e
    ) AS e
), ticket AS MATERIALIZED (
    -- What statuses mean is joined, not asked row by row of slaops.state_of: the same, at a
    -- thirtieth of the time.
    SELECT t.ticket_id, t.created_at, t.solved_at, t.closed_at, t.status, t.priority, t.calendar_name, k.state,
           slaops.match_policy(t, {policy_set}, coalesce(slaops.known_instant(t.created_at), {as_of})) AS policy
    FROM {schema}.stg_tickets AS t
    LEFT JOIN slaops.states_of({policy_set}) AS k ON k.status = btrim(translate(lower(t.status), '-_', '  '))
), status AS NOT MATERIALIZED (
    SELECT v.status, e.ticket_id
    FROM event AS e CROSS JOIN LATERAL (VALUES (e.old_status), (e.new_status)) AS v (status)
    WHERE e.changed = 'status'
    UNION ALL
    SELECT t.status, t.ticket_id FROM ticket AS t
), word AS MATERIALIZED (
    -- Each word is looked up once, not with each of its events.
    SELECT s.status, k.state
    FROM (SELECT DISTINCT s.status FROM status AS s WHERE s.status IS NOT NULL) AS s
    LEFT JOIN slaops.states_of({policy_set}) AS k ON k.status = btrim(translate(lower(s.status), '-_', '  '))
), history AS MATERIALIZED (
    -- What the events of a ticket tell: its creation, which goes before the row's created_at; the first of
    -- them; whether any is of its status, and whether any of these tells of a solution.
    SELECT e.ticket_id, min(e.at) FILTER (WHERE e.event_type = 'created') AS created_at, min(e.at) AS first_at,
           coalesce(bool_or(e.changed = 'status'), false) AS has_status, coalesce(bool_or(w.state IN ('solved', 'closed')), false) AS solved
    FROM event AS e LEFT JOIN word AS w ON w.status = e.new_status
    WHERE e.ticket_id IS NOT NULL
    GROUP BY e.ticket_id
), told AS (
    SELECT h.ticket_id, h.solved FROM history AS h WHERE h.has_status
), suspect AS MATERIALIZED (
    -- Tickets that are not there, or were created after one of their events.
    SELECT h.ticket_id, t.ticket_id IS NULL AS unknown, coalesce(h.created_at, slaops.known_instant(t.created_at)) AS began
    FROM history AS h LEFT JOIN ticket AS t ON t.ticket_id = h.ticket_id
    WHERE t.ticket_id IS NULL OR h.first_at < coalesce(h.created_at, slaops.known_instant(t.created_at))
), doubt AS MATERIALIZED (
    -- The events that some problem below is about: few, or the source has a fault.
    SELECT e.ticket_id, e.event_type, e.actor_role, e.unknown_role, e.no_public, e.incomplete, e.changes_nothing,
           e.ticket_id IS NULL AS unknown, false AS early
    FROM event AS e
    WHERE e.unknown_role OR e.no_public OR e.incomplete OR e.changes_nothing OR e.ticket_id IS NULL
    UNION ALL
    SELECT e.ticket_id, e.event_type, NULL, false, false, false, false, s.unknown, e.at < s.began
    FROM suspect AS s JOIN event AS e ON e.ticket_id = s.ticket_id
), metric AS MATERIALIZED (
    -- The metrics of the set, with what its preset has otherwise.
    SELECT m.name, NOT m.built_in OR c.own AS own, to_jsonb(m) || coalesce(c.changes, '{}') AS conditions
    FROM slaops.metrics_of({policy_set}) AS m
    LEFT JOIN LATERAL (
        SELECT p.metrics -> m.name AS changes, NOT p.built_in AND p.metrics ? m.name AS own
        FROM slaops.presets_of({policy_set}) AS p
        WHERE p.name = coalesce((SELECT s.preset FROM slaops.policy_sets AS s WHERE s.name = {policy_set}), 'default')
    ) AS c ON true
), condition AS MATERIALIZED (
    SELECT m.name, m.own, m.conditions -> k.key AS condition
    FROM metric AS m CROSS JOIN unnest('{start,stop,pause,after,unanswered,cancel,reset}'::text[]) AS k (key)
    WHERE jsonb_typeof(m.conditions -> k.key) IN ('object', 'array')
), known AS (
    -- Every event that some metric asks about.
    SELECT coalesce(jsonb_agg(w.word), '[]') AS events
    FROM condition AS c CROSS JOIN LATERAL jsonb_path_query(c.condition, '$.**.event[*]') AS w (word)
), asked AS MATERIALIZED (
    -- What conditions of the set's own metrics and policies ask for: kinds of events,
    -- changed fields, and fields of tickets.
    -- By way of an array, of which the planner expects ten rows, not a thousand times as
    -- many as there are conditions.
    SELECT a.item ->> 0 AS what, a.item ->> 1 AS kind, a.item ->> 2 AS word
    FROM unnest(array(
        SELECT jsonb_build_array('metric ' || c.name, v.kind, w.word)
        FROM condition AS c
        CROSS JOIN (VALUES ('event', '$.**.event[*] ? (@.type() == "string")'::jsonpath), ('changed field', '$.**.field[*] ? (@.type() == "string")')) AS v (kind, path)
        CROSS JOIN LATERAL jsonb_path_query(c.condition, v.path) AS w (word)
        WHERE c.own
        UNION
        SELECT jsonb_build_array(c.what, 'field', CASE k.key WHEN 'group' THEN 'group_name' WHEN 'calendar' THEN 'calendar_name' WHEN 'organization' THEN 'organization_id'
                                                               WHEN 'requester' THEN 'requester_id' ELSE k.key END)
        FROM (
            SELECT 'metric ' || c.name AS what, c.condition FROM condition AS c WHERE c.own
            UNION ALL SELECT 'policy ' || p.name, p.conditions FROM slaops.sla_policies AS p WHERE p.policy_set = {policy_set}
        ) AS c
        CROSS JOIN LATERAL (SELECT y.name #>> '{}' AS key FROM jsonb_path_query(c.condition, '$[*].keyvalue().key') AS y (name)) AS k
        WHERE k.key NOT IN ('event', 'by', 'actor', 'public', 'field', 'from', 'to')
    )) AS a (item)
), kind AS MATERIALIZED (
    -- What events are for a metric; a ticket's row tells of its creation and its solution
    -- where no event does.
    SELECT e.changed, CASE WHEN e.event_type IN ('created', 'comment') OR e.changed IS NULL THEN e.event_type ELSE 'change' END AS event
    FROM event AS e
    GROUP BY 1, 2
    UNION ALL VALUES ('status', 'created'), (NULL, 'change')
), filled AS (
    SELECT to_jsonb(b) AS columns
    FROM (
        SELECT count(*) AS ticket_id, count(t.created_at) AS created_at, count(t.subject) AS subject, count(t.requester_id) AS requester_id,
               count(t.organization_id) AS organization_id, count(t.brand) AS brand, count(t.region) AS region, count(t.channel) AS channel, count(t.tier) AS tier,
               count(t.type) AS type, count(t.priority) AS priority, count(t.group_name) AS group_name, count(t.assignee) AS assignee, count(t.status) AS status,
               count(*) AS state, count(*) AS customer_asked, count(t.solved_at) AS solved_at, count(t.closed_at) AS closed_at, count(t.csat_score) AS csat_score, count(t.cost) AS cost,
               count(t.calendar_name) AS calendar_name, count(t.tags) AS tags, count(t.attributes) AS attributes
        FROM {schema}.stg_tickets AS t
    ) AS b
)
SELECT
    -- What is wrong.
    f.problem,
    -- The status, event, policy, calendar or ticket that it is about.
    f.what,
    -- How many tickets it touches.
    f.tickets,
    -- One of them.
    f.example,
    -- What to do about it.
    f.remedy
FROM (
    SELECT 'unknown status' AS problem, s.status AS what, count(DISTINCT s.ticket_id) AS tickets, min(s.ticket_id::text) AS example,
           'It pauses and stops nothing. Say what it means in this policy set: states: in its configuration, or INSERT INTO slaops.states (policy_set, status, state).' AS remedy
    FROM word AS w JOIN status AS s ON s.status = w.status
    WHERE w.state IS NULL
    GROUP BY s.status
    UNION ALL
    SELECT 'unknown event', e.event_type, count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'No metric asks about it and it changes no field. Use created, comment, or the field that changed.'
    FROM doubt AS e
    WHERE e.changes_nothing AND NOT (SELECT k.events FROM known AS k) ? e.event_type
    GROUP BY e.event_type
    UNION ALL
    SELECT 'condition that nothing meets', concat_ws(' ', a.what || ':', a.kind, a.word), 0, NULL,
           CASE a.kind WHEN 'field' THEN 'No ticket has the field and no event changes it, so it counts as not known. Look for a slip in the condition.'
                       WHEN 'event' THEN 'No event is of this kind: created, comment, change (of a field), or an event_type that changes no field. Look for a slip in the condition.'
                       ELSE 'No event changes the field. Look for a slip in the condition.' END
    FROM asked AS a
    WHERE EXISTS (SELECT FROM ticket AS t) AND NOT CASE
        WHEN a.kind = 'event' THEN EXISTS (SELECT FROM kind AS k WHERE k.event = a.word)
        ELSE EXISTS (SELECT FROM kind AS k WHERE k.changed = a.word)
             OR a.kind = 'field' AND coalesce(((SELECT f.columns FROM filled AS f) ->> a.word)::bigint > 0, EXISTS (SELECT FROM {schema}.stg_tickets AS t WHERE t.attributes ? a.word)) END
    UNION ALL
    SELECT 'comment of unknown role', coalesce(e.actor_role, '(none)'), count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'actor_role is agent, customer, bot or system; other comments neither start nor stop a reply clock.'
    FROM doubt AS e
    WHERE e.unknown_role
    GROUP BY e.actor_role
    UNION ALL
    SELECT 'comments without a public flag', 'public', count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'They count as public: an internal note may end a reply clock.'
    FROM doubt AS e
    WHERE e.no_public
    HAVING count(*) > 0
    UNION ALL
    SELECT 'event without an instant or a type', coalesce(e.event_type, '(none)'), count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'It is left out: event_at is NULL, infinite, or of 1971 or before, or there is no event_type. Give both.'
    FROM doubt AS e
    WHERE e.incomplete
    GROUP BY e.event_type
    UNION ALL
    SELECT 'event before the ticket was created', e.event_type, count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'Clocks start at the creation, and a solution before it is none; look at the time zone of the source.'
    FROM doubt AS e
    WHERE e.early
    GROUP BY e.event_type
    UNION ALL
    SELECT 'event of an unknown ticket', e.event_type, count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'The ticket is not in stg_tickets, so it is measured nowhere.'
    FROM doubt AS e
    WHERE e.unknown
    GROUP BY e.event_type
    UNION ALL
    SELECT 'ticket more than once', 'ticket_id', count(*), min(d.ticket_id::text),
           'Each of its rows counts, and its events with each. Give create_marts a view with one row a ticket.'
    FROM (SELECT t.ticket_id FROM ticket AS t WHERE t.ticket_id IS NOT NULL GROUP BY t.ticket_id HAVING count(*) > 1) AS d
    HAVING count(*) > 0
    UNION ALL
    SELECT 'ticket created at no instant', t.created_at::text, count(*), min(t.ticket_id::text),
           'Its first event stands for the creation; without events it is in no view of tickets. Give created_at a finite instant after 1971, or NULL.'
    FROM ticket AS t
    WHERE t.created_at IS NOT NULL AND slaops.known_instant(t.created_at) IS NULL
    GROUP BY t.created_at
    UNION ALL
    SELECT 'solved at no instant', concat(v.name, CASE WHEN NOT isfinite(v.at) THEN ' is infinite' WHEN slaops.known_instant(v.at) IS NULL THEN ' of 1971 or before' ELSE ' before the creation' END),
           count(*), min(t.ticket_id::text), 'The instant is read as NULL. Give NULL where the source means that there is none; look at the time zone of the source.'
    FROM ticket AS t LEFT JOIN history AS n ON n.ticket_id = t.ticket_id
    CROSS JOIN LATERAL (VALUES ('solved_at', t.solved_at), ('closed_at', t.closed_at)) AS v (name, at)
    WHERE v.at IS NOT NULL AND (slaops.known_instant(v.at) IS NULL OR v.at < coalesce(n.created_at, slaops.known_instant(t.created_at)))
    GROUP BY 2
    UNION ALL
    SELECT 'group more than once', g.group_name, 0, NULL,
           'capacity_gap and next_best_ticket take the row with most people. Give stg_group_capacity one row a group.'
    FROM {schema}.stg_group_capacity AS g
    WHERE g.group_name IS NOT NULL
    GROUP BY g.group_name
    HAVING count(*) > 1
    UNION ALL
    SELECT 'capacity that is no usable number', concat(coalesce(g.group_name, '(no group)'), ', ', n.name, ' ', n.value), 0, NULL,
           'The row is left out. People and minutes are above 0 and at most a million, hours_per_day at most 24, occupancy at most 1.'
    FROM {schema}.stg_group_capacity AS g
    CROSS JOIN LATERAL (VALUES ('fte', g.fte, 1e6), ('handle_minutes', g.handle_minutes, 1e6), ('hours_per_day', g.hours_per_day, 24), ('occupancy', g.occupancy, 1)) AS n (name, value, most)
    WHERE NOT n.value BETWEEN 1e-6 AND n.most
    UNION ALL
    SELECT 'capacity that is no usable number', concat(coalesce(g.group_name, '(no group)'), ', attainment_target ', g.attainment_target), 0, NULL,
           'The target is left out. Write the part of clocks that are to be met, above 0 and below 1: 0.95 for 95 %.'
    FROM {schema}.stg_group_capacity AS g
    WHERE NOT (g.attainment_target > 0 AND g.attainment_target < 1)
    UNION ALL
    SELECT 'capacity of no group', '(no group)', 0, NULL,
           'The row is left out. Give each row of stg_group_capacity its group.'
    FROM {schema}.stg_group_capacity AS g
    WHERE g.group_name IS NULL
    HAVING count(*) > 0
    UNION ALL
    SELECT 'agent more than once in a group', concat(a.agent, ', ', coalesce(a.group_name, '(no group)')), 0, NULL,
           'mart_agent_productivity adds up rows that differ. Give stg_agents one row an agent and group.'
    FROM {schema}.stg_agents AS a
    WHERE a.agent IS NOT NULL
    GROUP BY a.agent, a.group_name
    HAVING count(*) > 1
    UNION ALL
    SELECT 'agent of more than full time', concat(a.agent, ', ', round(sum(a.fte ORDER BY a.fte)::numeric, 2)), 0, NULL,
           'mart_agent_productivity adds up fte. Write the part of full time that the agent works in each group.'
    FROM (SELECT DISTINCT s.agent, s.group_name, s.fte FROM {schema}.stg_agents AS s WHERE s.agent IS NOT NULL AND s.fte < 1e6) AS a
    GROUP BY a.agent
    HAVING sum(a.fte ORDER BY a.fte) > 1.000001
    UNION ALL
    SELECT 'ticket without a creation time', 'created_at', count(*), min(t.ticket_id::text),
           'Its first event stands for the creation.'
    FROM ticket AS t
    WHERE t.created_at IS NULL
    HAVING count(*) > 0
    UNION ALL
    SELECT 'solved, time unknown', t.status, count(*), min(t.ticket_id::text),
           'Clocks that the solution would end are cancelled. Give solved_at, or events of the status.'
    FROM ticket AS t LEFT JOIN told AS d ON d.ticket_id = t.ticket_id LEFT JOIN history AS n ON n.ticket_id = t.ticket_id
    CROSS JOIN LATERAL (SELECT greatest(slaops.known_instant(t.solved_at), slaops.known_instant(t.closed_at)) AS at) AS v
    WHERE t.state IN ('solved', 'closed') AND (v.at IS NULL OR v.at < coalesce(n.created_at, slaops.known_instant(t.created_at))) AND d.ticket_id IS NULL
    GROUP BY t.status
    UNION ALL
    SELECT 'waiting, start unknown', t.status, count(*), min(t.ticket_id::text),
           'It counts as waiting since its creation. Give events of the status.'
    FROM ticket AS t LEFT JOIN told AS d ON d.ticket_id = t.ticket_id
    WHERE t.state IN ('pending', 'hold') AND d.ticket_id IS NULL
    GROUP BY t.status
    UNION ALL
    SELECT 'no policy matched', coalesce(t.priority, '(no priority)'), count(*), min(t.ticket_id::text),
           'It has no target. slaops.explain_policy(ticket) tells why; a last policy without conditions takes all the rest.'
    FROM ticket AS t
    WHERE t.policy IS NULL
    GROUP BY t.priority
    UNION ALL
    SELECT 'policy never matched', p.name, 0, NULL,
           'No ticket had it when it was created. An earlier policy may take all of its tickets: slaops.explain_policy(ticket).'
    FROM slaops.sla_policies AS p
    WHERE p.policy_set = {policy_set} AND p.valid_from <= {as_of}
      AND p.name NOT IN (SELECT t.policy FROM ticket AS t WHERE t.policy IS NOT NULL)
    GROUP BY p.name
    UNION ALL
    SELECT 'no target for the priority', t.policy || ', ' || coalesce(t.priority, '(no priority)'), count(*), min(t.ticket_id::text),
           'The policy has no target for it. A target for the priority "*" is for all others.'
    FROM ticket AS t
    WHERE t.policy IS NOT NULL AND (t.policy, coalesce(t.priority, '')) NOT IN (
            SELECT g.policy, g.priority FROM slaops.sla_targets AS g WHERE g.policy_set = {policy_set})
      AND t.policy NOT IN (SELECT g.policy FROM slaops.sla_targets AS g WHERE g.policy_set = {policy_set} AND g.priority = '*')
    GROUP BY t.policy, t.priority
    UNION ALL
    SELECT 'no calendar', t.policy, count(*), min(t.ticket_id::text),
           'Its targets are in business hours, and neither policy, ticket nor set say whose. Set default_calendar in slaops.policy_sets.'
    FROM ticket AS t
    WHERE t.calendar_name IS NULL
      AND t.policy IN (SELECT p.name FROM slaops.sla_policies AS p
            LEFT JOIN slaops.sla_targets AS g ON g.policy_set = p.policy_set AND g.policy = p.name AND g.valid_from = p.valid_from
            WHERE p.policy_set = {policy_set} AND coalesce(g.hours, p.hours) = 'business' AND coalesce(g.calendar_name, p.calendar_name) IS NULL)
      AND NOT EXISTS (SELECT FROM slaops.policy_sets AS s WHERE s.name = {policy_set} AND s.default_calendar IS NOT NULL)
    GROUP BY t.policy
    UNION ALL
    SELECT 'unknown calendar of the configuration', c.calendar_name, 0, NULL,
           'A policy, a target or the set names it. Register it in slaops.calendars.'
    FROM (
        SELECT p.calendar_name FROM slaops.sla_policies AS p WHERE p.policy_set = {policy_set}
        UNION SELECT g.calendar_name FROM slaops.sla_targets AS g WHERE g.policy_set = {policy_set}
        UNION SELECT s.default_calendar FROM slaops.policy_sets AS s WHERE s.name = {policy_set}
    ) AS c
    WHERE c.calendar_name !~ '@|^{' AND c.calendar_name NOT IN (SELECT k.name FROM slaops.calendars AS k)
    UNION ALL
    -- Entering one is refused; a restore of some of the tables can leave one.
    SELECT 'target of an unknown metric', g.policy || ', ' || g.metric, 0, NULL,
           'It is left out. Insert the metric into slaops.metrics for this policy set, or delete the target.'
    FROM slaops.sla_targets AS g
    WHERE g.policy_set = {policy_set} AND g.metric NOT IN (SELECT m.name FROM slaops.metrics_of({policy_set}) AS m)
    GROUP BY g.policy, g.metric
    UNION ALL
    SELECT 'target of an unknown policy', concat(g.policy, ' from ' || nullif(g.valid_from, '-infinity')), 0, NULL,
           'It is left out. Insert the policy into slaops.sla_policies with this valid_from, or delete the target.'
    FROM slaops.sla_targets AS g
    WHERE g.policy_set = {policy_set} AND NOT EXISTS (SELECT FROM slaops.sla_policies AS p
            WHERE p.policy_set = g.policy_set AND p.name = g.policy AND p.valid_from = g.valid_from)
    GROUP BY g.policy, g.valid_from
    UNION ALL
    SELECT 'solved at a time that its events do not tell', t.status, count(*), min(t.ticket_id::text),
           'The events of its status count, and they end with another one. Look for missing events.'
    FROM ticket AS t JOIN told AS d ON d.ticket_id = t.ticket_id
    WHERE t.state IN ('solved', 'closed') AND NOT d.solved
    GROUP BY t.status
    UNION ALL
    SELECT 'unknown calendar', t.calendar_name, count(*), min(t.ticket_id::text),
           'Business hours of these tickets are not known. Register it in slaops.calendars.'
    FROM ticket AS t
    WHERE t.calendar_name IS NOT NULL AND t.calendar_name !~ '@|^{'
      AND t.calendar_name NOT IN (SELECT c.name FROM slaops.calendars AS c)
    GROUP BY t.calendar_name
    UNION ALL
    SELECT 'holidays run out', c.name, 0, NULL,
           'The last own holiday is over. Add those of the coming year, or give the calendar a country.'
    FROM slaops.calendars AS c
    WHERE c.valid_to > {as_of}::date
      AND (SELECT max(h.day::date) FROM jsonb_array_elements_text(
              CASE jsonb_typeof(c.calendar::jsonb -> 'holidays') WHEN 'array' THEN c.calendar::jsonb -> 'holidays' ELSE '[]' END) AS h (day)
          ) < {as_of}::date
      AND c.calendar::jsonb -> 'country' IS NULL
) AS f
