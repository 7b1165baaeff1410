-- What the configuration does not cover, and which data is doubtful. One row per problem and
-- object.
-- materialized: view
WITH events AS MATERIALIZED (
    -- The source is read once, and only the columns that checks need are kept.
    SELECT
        event.ticket_id,
        event.event_type,
        event.changed,
        event.known_at,
        CASE WHEN event.changed = 'status' THEN event.old_value END AS old_status,
        CASE WHEN event.changed = 'status' THEN event.new_value END AS new_status,
        CASE WHEN event.event_type = 'comment' THEN event.actor_role END AS actor_role,
        event.event_type = 'comment'
        AND coalesce(event.actor_role, '') NOT IN ('agent', 'customer', 'bot', 'system')
        AS has_unknown_role,
        event.event_type = 'comment' AND event.public IS NULL AS lacks_public,
        event.known_at IS NULL OR event.event_type IS NULL AS is_incomplete,
        event.changed IS NULL AND event.event_type NOT IN ('created', 'comment')
        AS changes_nothing
    FROM (
        SELECT
            source_event.*,
            slaops.known_instant(source_event.event_at) AS known_at,
            coalesce(
                source_event.field,
                CASE
                    WHEN source_event.event_type NOT IN ('created', 'comment')
                        AND (
                            source_event.new_value IS NOT NULL
                            OR source_event.old_value IS NOT NULL
                        )
                        THEN source_event.event_type
                    WHEN source_event.event_type = 'created'
                        AND source_event.new_value IS NOT NULL
                        THEN 'status'
                END
            ) AS changed
        FROM {schema}.stg_ticket_events AS source_event
    ) AS event
),

tickets AS MATERIALIZED (
    -- The states of statuses are joined. Calling slaops.state_of for each row takes thirty times as
    -- long.
    SELECT
        ticket.ticket_id,
        ticket.created_at,
        ticket.solved_at,
        ticket.closed_at,
        ticket.status,
        ticket.priority,
        ticket.calendar_name,
        meaning.state,
        slaops.match_policy(
            ticket,
            {policy_set},
            coalesce(slaops.known_instant(ticket.created_at), {as_of})
        ) AS policy
    FROM {schema}.stg_tickets AS ticket
    LEFT JOIN slaops.states_of({policy_set}) AS meaning
        ON meaning.status = btrim(translate(lower(ticket.status), '-_', '  '))
),

used_statuses AS NOT MATERIALIZED (
    SELECT
        used.status,
        event.ticket_id
    FROM events AS event
    CROSS JOIN LATERAL (VALUES (event.old_status), (event.new_status)) AS used (status)
    WHERE event.changed = 'status'
    UNION ALL
    SELECT
        ticket.status,
        ticket.ticket_id
    FROM tickets AS ticket
),

statuses AS MATERIALIZED (
    -- The state of each distinct status is looked up once, not with each of its events.
    SELECT
        used.status,
        meaning.state
    FROM (
        SELECT DISTINCT used_status.status
        FROM used_statuses AS used_status
        WHERE used_status.status IS NOT NULL
    ) AS used
    LEFT JOIN slaops.states_of({policy_set}) AS meaning
        ON meaning.status = btrim(translate(lower(used.status), '-_', '  '))
),

histories AS MATERIALIZED (
    -- The events of each ticket in one row: the creation, which takes precedence over the row's
    -- created_at; the first event; whether one is of the status, and whether one is a solution.
    SELECT
        event.ticket_id,
        min(event.known_at) FILTER (WHERE event.event_type = 'created') AS created_at,
        min(event.known_at) AS first_at,
        coalesce(bool_or(event.changed = 'status'), false) AS has_status,
        coalesce(bool_or(status.state IN ('solved', 'closed')), false) AS solved
    FROM events AS event
    LEFT JOIN statuses AS status ON status.status = event.new_status
    WHERE event.ticket_id IS NOT NULL
    GROUP BY event.ticket_id
),

status_histories AS (
    SELECT
        history.ticket_id,
        history.solved
    FROM histories AS history
    WHERE history.has_status
),

suspects AS MATERIALIZED (
    -- Tickets that do not exist, or were created after one of their events.
    SELECT
        history.ticket_id,
        ticket.ticket_id IS NULL AS is_unknown,
        coalesce(history.created_at, slaops.known_instant(ticket.created_at)) AS created_at
    FROM histories AS history
    LEFT JOIN tickets AS ticket ON ticket.ticket_id = history.ticket_id
    WHERE ticket.ticket_id IS NULL
        OR history.first_at
        < coalesce(history.created_at, slaops.known_instant(ticket.created_at))
),

doubtful_events AS MATERIALIZED (
    -- The events with a problem: few, unless the source has a fault.
    SELECT
        event.ticket_id,
        event.event_type,
        event.actor_role,
        event.has_unknown_role,
        event.lacks_public,
        event.is_incomplete,
        event.changes_nothing,
        event.ticket_id IS NULL AS has_unknown_ticket,
        false AS is_early
    FROM events AS event
    WHERE event.has_unknown_role
        OR event.lacks_public
        OR event.is_incomplete
        OR event.changes_nothing
        OR event.ticket_id IS NULL
    UNION ALL
    SELECT
        event.ticket_id,
        event.event_type,
        NULL,
        false,
        false,
        false,
        false,
        suspect.is_unknown,
        event.known_at < suspect.created_at
    FROM suspects AS suspect
    JOIN events AS event ON event.ticket_id = suspect.ticket_id
),

metrics AS MATERIALIZED (
    -- The metrics of the set, with the changes of its preset.
    SELECT
        metric_row.name,
        NOT metric_row.built_in OR changed.own AS own,
        to_jsonb(metric_row) || coalesce(changed.conditions, '{}') AS conditions
    FROM slaops.metrics_of({policy_set}) AS metric_row
    LEFT JOIN LATERAL (
        SELECT
            preset.metrics -> metric_row.name AS conditions,
            NOT preset.built_in AND preset.metrics ? metric_row.name AS own
        FROM slaops.presets_of({policy_set}) AS preset
        WHERE preset.name = coalesce(
            (
                SELECT chosen.preset
                FROM slaops.policy_sets AS chosen
                WHERE chosen.name = {policy_set}
            ),
            'default'
        )
    ) AS changed ON true
),

metric_conditions AS MATERIALIZED (
    SELECT
        metric.name,
        metric.own,
        metric.conditions -> part.key AS condition
    FROM metrics AS metric
    CROSS JOIN unnest(
        '{start,stop,pause,after,unanswered,cancel,reset}'::text[]
    ) AS part (key)
    WHERE jsonb_typeof(metric.conditions -> part.key) IN ('object', 'array')
),

known_events AS (
    -- Every event that a metric names.
    SELECT coalesce(jsonb_agg(named.word), '[]') AS words
    FROM metric_conditions AS metric
    CROSS JOIN LATERAL jsonb_path_query(metric.condition, '$.**.event[*]') AS named (word)
),

own_conditions AS (
    SELECT
        'metric ' || metric.name AS what,
        metric.condition
    FROM metric_conditions AS metric
    WHERE metric.own
    UNION ALL
    SELECT
        'policy ' || policy.name,
        policy.conditions
    FROM slaops.sla_policies AS policy
    WHERE policy.policy_set = {policy_set}
),

asked_words AS MATERIALIZED (
    -- What conditions of the set's own metrics and policies ask for: kinds of events, changed
    -- fields, and fields of tickets. The array makes the planner expect ten rows, not a thousand
    -- times as many as there are conditions.
    SELECT
        asked.item ->> 0 AS what,
        asked.item ->> 1 AS kind,
        asked.item ->> 2 AS word
    FROM unnest(array(
        SELECT jsonb_build_array('metric ' || metric.name, place.kind, named.word)
        FROM metric_conditions AS metric
        CROSS JOIN (
            VALUES
                ('event', '$.**.event[*] ? (@.type() == "string")'::jsonpath),
                ('changed field', '$.**.field[*] ? (@.type() == "string")')
        ) AS place (kind, path)
        CROSS JOIN LATERAL jsonb_path_query(metric.condition, place.path) AS named (word)
        WHERE metric.own
        UNION
        SELECT jsonb_build_array(
            owner.what,
            'field',
            CASE named.key
                WHEN 'group' THEN 'group_name'
                WHEN 'calendar' THEN 'calendar_name'
                WHEN 'organization' THEN 'organization_id'
                WHEN 'requester' THEN 'requester_id'
                ELSE named.key
            END
        )
        FROM own_conditions AS owner
        CROSS JOIN LATERAL (
            SELECT entry.name #>> '{}' AS key
            FROM jsonb_path_query(owner.condition, '$[*].keyvalue().key') AS entry (name)
        ) AS named
        WHERE named.key NOT IN ('event', 'by', 'actor', 'public', 'field', 'from', 'to')
    )) AS asked (item)
),

event_kinds AS MATERIALIZED (
    -- Kinds of events as metrics see them. If no event has them, a ticket's row gives its creation
    -- and its solution.
    SELECT
        event.changed,
        CASE
            WHEN event.event_type IN ('created', 'comment') OR event.changed IS NULL
                THEN event.event_type
            ELSE 'change'
        END AS event
    FROM events AS event
    GROUP BY
        event.changed,
        2
    UNION ALL
    VALUES ('status', 'created'), (NULL, 'change')
),

filled_columns AS (
    -- For each column of tickets, the number of tickets with a value.
    SELECT to_jsonb(filled) AS counts
    FROM (
        SELECT
            count(*) AS ticket_id,
            count(ticket.created_at) AS created_at,
            count(ticket.subject) AS subject,
            count(ticket.requester_id) AS requester_id,
            count(ticket.organization_id) AS organization_id,
            count(ticket.brand) AS brand,
            count(ticket.region) AS region,
            count(ticket.channel) AS channel,
            count(ticket.tier) AS tier,
            count(ticket.type) AS type,
            count(ticket.priority) AS priority,
            count(ticket.group_name) AS group_name,
            count(ticket.assignee) AS assignee,
            count(ticket.status) AS status,
            count(*) AS state,
            count(*) AS customer_asked,
            count(ticket.solved_at) AS solved_at,
            count(ticket.closed_at) AS closed_at,
            count(ticket.csat_score) AS csat_score,
            count(ticket.cost) AS cost,
            count(ticket.calendar_name) AS calendar_name,
            count(ticket.tags) AS tags,
            count(ticket.attributes) AS attributes
        FROM {schema}.stg_tickets AS ticket
    ) AS filled
),

word_problems AS (
    SELECT
        'unknown status' AS problem,
        used.status AS what,
        count(DISTINCT used.ticket_id) AS tickets,
        min(used.ticket_id::text) AS example,
        'It pauses and stops nothing. Say what it means in this policy set: states: in its '
        'configuration, or INSERT INTO slaops.states (policy_set, status, state).' AS remedy
    FROM statuses AS status
    JOIN used_statuses AS used ON used.status = status.status
    WHERE status.state IS NULL
    GROUP BY used.status
    UNION ALL
    SELECT
        'unknown event',
        event.event_type,
        count(DISTINCT event.ticket_id),
        min(event.ticket_id::text),
        'No metric asks about it and it changes no field. Use created, comment, or the field that '
        'changed.'
    FROM doubtful_events AS event
    WHERE event.changes_nothing
        AND NOT (SELECT known.words FROM known_events AS known) ? event.event_type
    GROUP BY event.event_type
    UNION ALL
    SELECT
        'condition that nothing meets',
        concat_ws(' ', asked.what || ':', asked.kind, asked.word),
        0,
        NULL,
        CASE asked.kind
            WHEN 'field'
                THEN
                    'No ticket has the field and no event changes it, so its value is unknown. '
                    'Look for a misspelled word in the condition.'
            WHEN 'event'
                THEN
                    'No event is of this kind: created, comment, change (of a field), or an '
                    'event_type that changes no field. Look for a misspelled word in the '
                    'condition.'
            ELSE 'No event changes the field. Look for a misspelled word in the condition.'
        END
    FROM asked_words AS asked
    WHERE EXISTS (SELECT FROM tickets)
        AND NOT CASE
            WHEN asked.kind = 'event'
                THEN EXISTS (
                    SELECT
                    FROM event_kinds AS kind
                    WHERE kind.event = asked.word
                )
            ELSE
                EXISTS (
                    SELECT
                    FROM event_kinds AS kind
                    WHERE kind.changed = asked.word
                )
                OR asked.kind = 'field'
                AND coalesce(
                    ((SELECT filled.counts FROM filled_columns AS filled) ->> asked.word)::bigint
                    > 0,
                    EXISTS (
                        SELECT
                        FROM {schema}.stg_tickets AS ticket
                        WHERE ticket.attributes ? asked.word
                    )
                )
        END
),

event_problems AS (
    SELECT
        'comment of unknown role' AS problem,
        coalesce(event.actor_role, '(none)') AS what,
        count(DISTINCT event.ticket_id) AS tickets,
        min(event.ticket_id::text) AS example,
        'actor_role is agent, customer, bot or system; other comments neither start nor stop a '
        'reply clock.' AS remedy
    FROM doubtful_events AS event
    WHERE event.has_unknown_role
    GROUP BY event.actor_role
    UNION ALL
    SELECT
        'comments without a public flag',
        'public',
        count(DISTINCT event.ticket_id),
        min(event.ticket_id::text),
        'They count as public: an internal note may end a reply clock.'
    FROM doubtful_events AS event
    WHERE event.lacks_public
    HAVING count(*) > 0
    UNION ALL
    SELECT
        'event without an instant or a type',
        coalesce(event.event_type, '(none)'),
        count(DISTINCT event.ticket_id),
        min(event.ticket_id::text),
        'It is left out: event_at is NULL, infinite, or in 1971 or before, or event_type is '
        'missing. Give both.'
    FROM doubtful_events AS event
    WHERE event.is_incomplete
    GROUP BY event.event_type
    UNION ALL
    SELECT
        'event before the ticket was created',
        event.event_type,
        count(DISTINCT event.ticket_id),
        min(event.ticket_id::text),
        'Clocks start at the creation, and a solution before it does not count. Check the time '
        'zone of the source.'
    FROM doubtful_events AS event
    WHERE event.is_early
    GROUP BY event.event_type
    UNION ALL
    SELECT
        'event of an unknown ticket',
        event.event_type,
        count(DISTINCT event.ticket_id),
        min(event.ticket_id::text),
        'The ticket is not in stg_tickets, so no view has it.'
    FROM doubtful_events AS event
    WHERE event.has_unknown_ticket
    GROUP BY event.event_type
    UNION ALL
    SELECT
        'work log that cannot be counted',
        count(*)::text,
        count(DISTINCT work_log.ticket_id),
        min(work_log.ticket_id::text),
        'touch_time leaves it out. Give each work log a start, and an end after it.'
    FROM {schema}.stg_work_logs AS work_log
    WHERE NOT coalesce(
        slaops.known_instant(work_log.started_at) IS NOT NULL
        AND slaops.known_instant(work_log.ended_at) > work_log.started_at,
        false
    )
    HAVING count(*) > 0
    UNION ALL
    SELECT
        'work log of an unknown ticket',
        count(*)::text,
        count(DISTINCT work_log.ticket_id),
        min(work_log.ticket_id::text),
        'touch_time leaves it out. Give work logs the ticket_id of stg_tickets.'
    FROM {schema}.stg_work_logs AS work_log
    WHERE NOT EXISTS (
        SELECT
        FROM {schema}.stg_tickets AS ticket
        WHERE ticket.ticket_id = work_log.ticket_id
    )
    HAVING count(*) > 0
),

ticket_problems AS (
    SELECT
        'ticket more than once' AS problem,
        'ticket_id' AS what,
        count(*) AS tickets,
        min(repeated.ticket_id::text) AS example,
        'Each of its rows counts, and its events with each. Give create_marts a view with one row '
        'per ticket.' AS remedy
    FROM (
        SELECT ticket.ticket_id
        FROM tickets AS ticket
        WHERE ticket.ticket_id IS NOT NULL
        GROUP BY ticket.ticket_id
        HAVING count(*) > 1
    ) AS repeated
    HAVING count(*) > 0
    UNION ALL
    SELECT
        'ticket without a creation time',
        'created_at',
        count(*),
        min(ticket.ticket_id::text),
        'Its first event counts as the creation.'
    FROM tickets AS ticket
    WHERE ticket.created_at IS NULL
    HAVING count(*) > 0
    UNION ALL
    SELECT
        'ticket with an invalid creation time',
        ticket.created_at::text,
        count(*),
        min(ticket.ticket_id::text),
        'Its first event counts as the creation; without events no view of tickets has it. Give '
        'created_at a finite instant after 1971, or NULL.'
    FROM tickets AS ticket
    WHERE ticket.created_at IS NOT NULL
        AND slaops.known_instant(ticket.created_at) IS NULL
    GROUP BY ticket.created_at
    UNION ALL
    SELECT
        'solved or closed at an invalid time',
        concat(
            over.name,
            CASE
                WHEN NOT isfinite(over.at) THEN ' is infinite'
                WHEN slaops.known_instant(over.at) IS NULL THEN ' in 1971 or before'
                ELSE ' before the creation'
            END
        ),
        count(*),
        min(ticket.ticket_id::text),
        'The instant is read as NULL. Give NULL if the source has no instant, and check the time '
        'zone of the source.'
    FROM tickets AS ticket
    LEFT JOIN histories AS creation ON creation.ticket_id = ticket.ticket_id
    CROSS JOIN LATERAL (
        VALUES ('solved_at', ticket.solved_at), ('closed_at', ticket.closed_at)
    ) AS over (name, at)
    WHERE over.at IS NOT NULL
        AND (
            slaops.known_instant(over.at) IS NULL
            OR over.at < coalesce(creation.created_at, slaops.known_instant(ticket.created_at))
        )
    GROUP BY 2
    UNION ALL
    SELECT
        'solved, time unknown',
        ticket.status,
        count(*),
        min(ticket.ticket_id::text),
        'Clocks that the solution would end are cancelled. Give solved_at, or events of the '
        'status.'
    FROM tickets AS ticket
    LEFT JOIN status_histories AS history ON history.ticket_id = ticket.ticket_id
    LEFT JOIN histories AS creation ON creation.ticket_id = ticket.ticket_id
    CROSS JOIN LATERAL (
        SELECT greatest(
            slaops.known_instant(ticket.solved_at), slaops.known_instant(ticket.closed_at)
        ) AS at
    ) AS over
    WHERE ticket.state IN ('solved', 'closed')
        AND (
            over.at IS NULL
            OR over.at < coalesce(creation.created_at, slaops.known_instant(ticket.created_at))
        )
        AND history.ticket_id IS NULL
    GROUP BY ticket.status
    UNION ALL
    SELECT
        'solved, but its events end otherwise',
        ticket.status,
        count(*),
        min(ticket.ticket_id::text),
        'The events of its status count, and they end with another status. Look for missing '
        'events.'
    FROM tickets AS ticket
    JOIN status_histories AS history ON history.ticket_id = ticket.ticket_id
    WHERE ticket.state IN ('solved', 'closed')
        AND NOT history.solved
    GROUP BY ticket.status
    UNION ALL
    SELECT
        'waiting, start unknown',
        ticket.status,
        count(*),
        min(ticket.ticket_id::text),
        'It counts as waiting since its creation. Give events of the status.'
    FROM tickets AS ticket
    LEFT JOIN status_histories AS history ON history.ticket_id = ticket.ticket_id
    WHERE ticket.state IN ('pending', 'hold')
        AND history.ticket_id IS NULL
    GROUP BY ticket.status
),

capacity_problems AS (
    SELECT
        'group more than once' AS problem,
        capacity.group_name AS what,
        'capacity_gap and next_best_ticket use the row with the most people. Give '
        'stg_group_capacity one row per group.' AS remedy
    FROM {schema}.stg_group_capacity AS capacity
    WHERE capacity.group_name IS NOT NULL
    GROUP BY capacity.group_name, capacity.channel
    HAVING count(*) > 1
    UNION ALL
    SELECT
        'unusable number in a capacity',
        concat(
            coalesce(capacity.group_name, '(no group)'), ', ', number.name, ' ', number.value
        ),
        'The row is left out. fte and handle_minutes must be above 0 and at most a million, '
        'hours_per_day at most 24, occupancy at most 1.'
    FROM {schema}.stg_group_capacity AS capacity
    CROSS JOIN LATERAL (
        VALUES
            ('fte', capacity.fte, 1e6),
            ('handle_minutes', capacity.handle_minutes, 1e6),
            ('hours_per_day', capacity.hours_per_day, 24),
            ('occupancy', capacity.occupancy, 1)
    ) AS number (name, value, most)
    WHERE NOT number.value BETWEEN 1e-6 AND number.most
    UNION ALL
    SELECT
        'unusable number in a capacity',
        concat(
            coalesce(capacity.group_name, '(no group)'),
            ', attainment_target ',
            capacity.attainment_target
        ),
        'The target is left out. Give the share of clocks that should be met, above 0 and below '
        '1: 0.95 for 95 %.'
    FROM {schema}.stg_group_capacity AS capacity
    WHERE NOT (capacity.attainment_target > 0 AND capacity.attainment_target < 1)
    UNION ALL
    SELECT
        'capacity without a group',
        '(no group)',
        'The row is left out. Give each row of stg_group_capacity its group.'
    FROM {schema}.stg_group_capacity AS capacity
    WHERE capacity.group_name IS NULL
    HAVING count(*) > 0
    UNION ALL
    SELECT
        'agent more than once in a group',
        concat(agent.agent, ', ', coalesce(agent.group_name, '(no group)')),
        'mart_agent_productivity adds up rows that differ. Give stg_agents one row per agent and '
        'group.'
    FROM {schema}.stg_agents AS agent
    WHERE agent.agent IS NOT NULL
    GROUP BY
        agent.agent,
        agent.group_name
    HAVING count(*) > 1
    UNION ALL
    SELECT
        'agent above full time',
        concat(agent.agent, ', ', round(sum(agent.fte ORDER BY agent.fte)::numeric, 2)),
        'mart_agent_productivity adds up fte. Give the share of full time that the agent works '
        'in each group.'
    FROM (
        SELECT DISTINCT
            membership.agent,
            membership.group_name,
            membership.fte
        FROM {schema}.stg_agents AS membership
        WHERE membership.agent IS NOT NULL
            AND membership.fte < 1e6
    ) AS agent
    GROUP BY agent.agent
    HAVING sum(agent.fte ORDER BY agent.fte) > 1.000001
    UNION ALL
    SELECT
        'unusable service level',
        concat_ws(', ', capacity.group_name, capacity.channel),
        'staffing_needs lets the work wait until it is due. Give a service_level between 0 and 1, '
        'and threshold_seconds from 0 to 86400.'
    FROM {schema}.stg_group_capacity AS capacity
    WHERE num_nonnulls(capacity.service_level, capacity.threshold_seconds) > 0
        AND NOT coalesce(
            capacity.service_level > 0
            AND capacity.service_level < 1
            AND capacity.threshold_seconds BETWEEN 0 AND 86400,
            false
        )
    UNION ALL
    SELECT DISTINCT
        'shift without a group',
        coalesce(shift.agent, '(no agent)'),
        'staffing_gaps leaves the shift out. Give the shift its group_name, or the agent one in '
        'stg_agents.'
    FROM {schema}.stg_shifts AS shift
    WHERE shift.group_name IS NULL
        AND NOT EXISTS (
            SELECT
            FROM {schema}.stg_agents AS agent
            WHERE agent.agent = shift.agent
                AND agent.group_name IS NOT NULL
        )
    UNION ALL
    SELECT DISTINCT
        'shift that cannot be counted',
        coalesce(shift.agent, '(no agent)'),
        'staffing_gaps leaves the shift out. A shift ends after it starts, within 168 hours.'
    FROM {schema}.stg_shifts AS shift
    WHERE NOT coalesce(
        isfinite(shift.starts_at)
        AND isfinite(shift.ends_at)
        AND shift.ends_at > shift.starts_at
        AND shift.ends_at <= shift.starts_at + interval '168 hours',
        false
    )
),

policy_problems AS (
    SELECT
        'no policy matched' AS problem,
        coalesce(ticket.priority, '(no priority)') AS what,
        count(*) AS tickets,
        min(ticket.ticket_id::text) AS example,
        'It has no target. slaops.explain_policy(ticket) shows why. A last policy without '
        'conditions applies to all other tickets.' AS remedy
    FROM tickets AS ticket
    WHERE ticket.policy IS NULL
    GROUP BY ticket.priority
    UNION ALL
    SELECT
        'policy never matched',
        policy.name,
        0,
        NULL,
        'No ticket had it when it was created. An earlier policy may match all of its tickets: '
        'slaops.explain_policy(ticket).'
    FROM slaops.sla_policies AS policy
    WHERE policy.policy_set = {policy_set}
        AND policy.valid_from <= {as_of}
        AND policy.name NOT IN (
            SELECT ticket.policy
            FROM tickets AS ticket
            WHERE ticket.policy IS NOT NULL
        )
    GROUP BY policy.name
    UNION ALL
    SELECT
        'no target for the priority',
        ticket.policy || ', ' || coalesce(ticket.priority, '(no priority)'),
        count(*),
        min(ticket.ticket_id::text),
        'The policy has no target for it. A target for the priority "*" applies to all others.'
    FROM tickets AS ticket
    WHERE ticket.policy IS NOT NULL
        AND (ticket.policy, coalesce(ticket.priority, '')) NOT IN (
            SELECT
                target.policy,
                target.priority
            FROM slaops.sla_targets AS target
            WHERE target.policy_set = {policy_set}
        )
        AND ticket.policy NOT IN (
            SELECT target.policy
            FROM slaops.sla_targets AS target
            WHERE target.policy_set = {policy_set}
                AND target.priority = '*'
        )
    GROUP BY
        ticket.policy,
        ticket.priority
    UNION ALL
    -- Such a row cannot be entered, but restoring only some of the tables can leave one.
    SELECT
        'target of an unknown metric',
        target.policy || ', ' || target.metric,
        0,
        NULL,
        'It is left out. Insert the metric into slaops.metrics for this policy set, or delete the '
        'target.'
    FROM slaops.sla_targets AS target
    WHERE target.policy_set = {policy_set}
        AND target.metric NOT IN (
            SELECT metric.name FROM slaops.metrics_of({policy_set}) AS metric
        )
    GROUP BY
        target.policy,
        target.metric
    UNION ALL
    SELECT
        'target of an unknown policy',
        concat(target.policy, ' from ' || nullif(target.valid_from, '-infinity')),
        0,
        NULL,
        'It is left out. Insert the policy into slaops.sla_policies with this valid_from, or '
        'delete the target.'
    FROM slaops.sla_targets AS target
    WHERE target.policy_set = {policy_set}
        AND NOT EXISTS (
            SELECT
            FROM slaops.sla_policies AS policy
            WHERE policy.policy_set = target.policy_set
                AND policy.name = target.policy
                AND policy.valid_from = target.valid_from
        )
    GROUP BY
        target.policy,
        target.valid_from
),

calendar_problems AS (
    SELECT
        'no calendar' AS problem,
        ticket.policy AS what,
        count(*) AS tickets,
        min(ticket.ticket_id::text) AS example,
        'Its targets are in business hours, and neither policy, ticket nor set names a calendar. '
        'Set default_calendar in slaops.policy_sets.' AS remedy
    FROM tickets AS ticket
    WHERE ticket.calendar_name IS NULL
        AND ticket.policy IN (
            SELECT policy.name
            FROM slaops.sla_policies AS policy
            LEFT JOIN slaops.sla_targets AS target
                ON target.policy_set = policy.policy_set
                AND target.policy = policy.name
                AND target.valid_from = policy.valid_from
            WHERE policy.policy_set = {policy_set}
                AND coalesce(target.hours, policy.hours) = 'business'
                AND coalesce(target.calendar_name, policy.calendar_name) IS NULL
        )
        AND NOT EXISTS (
            SELECT
            FROM slaops.policy_sets AS chosen
            WHERE chosen.name = {policy_set}
                AND chosen.default_calendar IS NOT NULL
        )
    GROUP BY ticket.policy
    UNION ALL
    SELECT
        'unknown calendar of the configuration',
        named.calendar_name,
        0,
        NULL,
        'A policy, a target or the set names it. Register it in slaops.calendars.'
    FROM (
        SELECT policy.calendar_name
        FROM slaops.sla_policies AS policy
        WHERE policy.policy_set = {policy_set}
        UNION
        SELECT target.calendar_name
        FROM slaops.sla_targets AS target
        WHERE target.policy_set = {policy_set}
        UNION
        SELECT chosen.default_calendar
        FROM slaops.policy_sets AS chosen
        WHERE chosen.name = {policy_set}
    ) AS named
    WHERE named.calendar_name !~ '@|^{'
        AND named.calendar_name NOT IN (SELECT calendar.name FROM slaops.calendars AS calendar)
    UNION ALL
    SELECT
        'unknown calendar',
        ticket.calendar_name,
        count(*),
        min(ticket.ticket_id::text),
        'The business hours of these tickets are unknown. Register it in slaops.calendars.'
    FROM tickets AS ticket
    WHERE ticket.calendar_name IS NOT NULL
        AND ticket.calendar_name !~ '@|^{'
        AND ticket.calendar_name NOT IN (
            SELECT calendar.name FROM slaops.calendars AS calendar
        )
    GROUP BY ticket.calendar_name
    UNION ALL
    SELECT
        'holidays run out',
        version.name,
        0,
        NULL,
        'The last own holiday has passed. Add those of the coming year, or give the calendar a '
        'country.'
    FROM slaops.calendars AS version
    WHERE version.valid_to > {as_of}::date
        AND (
            SELECT max(holiday.day::date)
            FROM jsonb_array_elements_text(
                CASE jsonb_typeof(version.calendar::jsonb -> 'holidays')
                    WHEN 'array' THEN version.calendar::jsonb -> 'holidays'
                    ELSE '[]'
                END
            ) AS holiday (day)
        ) < {as_of}::date
        AND version.calendar::jsonb -> 'country' IS NULL
),

problems AS (
    SELECT * FROM word_problems
    UNION ALL
    SELECT * FROM event_problems
    UNION ALL
    SELECT * FROM ticket_problems
    UNION ALL
    SELECT
        capacity_problem.problem,
        capacity_problem.what,
        0,
        NULL,
        capacity_problem.remedy
    FROM capacity_problems AS capacity_problem
    UNION ALL
    SELECT * FROM policy_problems
    UNION ALL
    SELECT * FROM calendar_problems
)

SELECT
    -- The problem.
    listed.problem,
    -- The status, event, policy, calendar or ticket that has the problem.
    listed.what,
    -- Number of tickets that it affects.
    listed.tickets,
    -- One of these tickets.
    listed.example,
    -- What to do about it.
    listed.remedy
FROM problems AS listed
