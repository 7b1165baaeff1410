-- Events of a Chatwoot 3 or 4. Messages are comments. When a conversation was resolved or opened is
-- counted in reporting_events; snoozing, teams, assignees and priorities are known by the English
-- text of activity messages (config/locales/en.yml, 006eb17). That a message of the customer opens
-- a conversation again is concluded for the time before Chatwoot counted openings.
-- {conversations}: id! int4, account_id! int8, inbox_id! int8, status! int4,
--     created_at! timestamptz, contact_id int8
-- {messages}: id! int8, conversation_id! int4, account_id! int8, message_type! int4, content text,
--     created_at! timestamptz, private bool, sender_type text, sender_id int8,
--     content_attributes jsonb, additional_attributes jsonb
-- {users}: id! int8, name! text
-- {teams}?: name! text
-- {contacts}?: id! int8, name text, blocked bool
-- {agent_bots}?: id! int8, name text
-- {captain_assistants}?: id! int8, name text
-- {agent_bot_inboxes}?: inbox_id! int8, status int4
-- {captain_inboxes}?: inbox_id! int8
-- {reporting_events}?: id! int8, name! text, conversation_id! int4, event_end_time! timestamptz,
--     created_at timestamptz
-- {sla_policies}?: id! int8, name! text
-- {applied_slas}?: id! int8, sla_policy_id! int8, conversation_id! int4, created_at! timestamptz
-- without messages.private: first_response counts private notes too
-- without messages.sender_type: messages of bots count as those of agents
-- without messages.sender_id: who wrote a message is unknown
-- without messages.content: groups, assignees, priorities and snoozing are unknown
-- without messages.content_attributes: what automation rules send counts as an agent's reply
-- without messages.additional_attributes: what campaigns send counts as an agent's reply
-- without agent_bots: bots have no names
-- without captain_assistants: Captain has no name
-- without agent_bot_inboxes: that a message hands a conversation back to a bot is unknown
-- without agent_bot_inboxes.status: an inbox keeps a bot that is switched off
-- without agent_bots.name: bots have no names
-- without captain_assistants.name: Captain has no name
-- without reporting_events.created_at: refresh takes events by their own time
-- without captain_inboxes: that a message hands a conversation back to Captain is unknown
-- without contacts.name: customers have no names
-- without contacts.blocked: a blocked contact's message opens a conversation
-- without applied_slas: a policy is taken to hold from the creation on
-- without reporting_events: a solution is known by its activity message only
WITH actor AS (
    SELECT
        person.name,
        min(person.role) AS role
    FROM (
        SELECT
            known.name,
            'agent' AS role
        FROM {users} AS known
        UNION ALL
        SELECT
            bot.name,
            'bot' AS role
        FROM {agent_bots} AS bot
        UNION ALL
        SELECT
            assistant.name,
            'bot' AS role
        FROM {captain_assistants} AS assistant
    ) AS person
    GROUP BY person.name
),
bot_inbox AS (
    SELECT linked.inbox_id
    FROM {agent_bot_inboxes} AS linked
    WHERE coalesce(linked.status, 0) = 0
    UNION
    SELECT linked.inbox_id
    FROM {captain_inboxes} AS linked
),
message AS (
    SELECT
        sent.id,
        sent.conversation_id,
        sent.account_id,
        sent.message_type,
        sent.created_at,
        sent.content,
        coalesce(sent.private, false) AS private,
        sent.sender_type,
        sent.sender_id,
        -- Rails keeps an object here as the text of one.
        (sent.content_attributes #>> '{}')::jsonb ->> 'automation_rule_id' IS NOT NULL
        OR sent.additional_attributes ->> 'campaign_id' IS NOT NULL AS automatic
    FROM {messages} AS sent
),
comment AS (
    SELECT
        message.conversation_id AS ticket_id,
        message.created_at AS event_at,
        'comment' AS event_type,
        CASE
            WHEN message.message_type = 0 THEN 'customer'
            WHEN message.message_type = 3 OR message.automatic THEN 'system'
            WHEN message.sender_type IN ('AgentBot', 'Captain::Assistant') THEN 'bot'
            -- Of a user who was deleted nothing is left.
            ELSE 'agent'
        END AS actor_role,
        coalesce(contact.name, person.name, bot.name, assistant.name) AS actor,
        NULL AS old_value,
        NULL AS new_value,
        NOT message.private AS public,
        message.id AS place,
        message.created_at AS loaded_at
    FROM message
    LEFT JOIN {contacts} AS contact
        ON message.sender_type = 'Contact' AND contact.id = message.sender_id
    LEFT JOIN {users} AS person
        ON message.sender_type = 'User' AND person.id = message.sender_id
    LEFT JOIN {agent_bots} AS bot
        ON message.sender_type = 'AgentBot' AND bot.id = message.sender_id
    LEFT JOIN {captain_assistants} AS assistant
        ON message.sender_type = 'Captain::Assistant' AND assistant.id = message.sender_id
    WHERE message.message_type IN (0, 1, 3)
),
-- What an activity message says: which field, and the words that name who and what.
activity AS (
    SELECT
        message.id,
        message.conversation_id,
        message.account_id,
        message.created_at,
        message.content,
        CASE
            WHEN message.content ~ '^Conversation was marked resolved by ' THEN 'resolved'
            WHEN message.content ~ '^Conversation was resolved by ' THEN 'resolved'
            WHEN message.content ~ '^Conversation was (reopened|marked open) ' THEN 'open'
            WHEN message.content ~ '^System reopened the conversation ' THEN 'open'
            WHEN message.content ~ '^Conversation was marked as pending by ' THEN 'pending'
            WHEN message.content ~ '^Conversation was snoozed by ' THEN 'snoozed'
        END AS status,
        message.content ~ ' (set|changed|removed) the priority( |$)' AS of_priority,
        message.content ~ '^Assigned to .+ by ' AS of_assignment,
        message.content ~ '^Assigned to .+ via .+ by ' AS of_both,
        message.content ~ '^Unassigned from .+ by ' AS of_no_team,
        message.content ~ '^Conversation unassigned by ' AS of_no_assignee,
        message.content ~ ' self-assigned this conversation$' AS of_self
    FROM message
    WHERE message.message_type = 2
),
known AS (
    SELECT
        whose.name,
        bool_and(whose.is_team) AS is_team
    FROM (
        SELECT
            team.name,
            true AS is_team
        FROM {teams} AS team
        UNION ALL
        SELECT
            actor.name,
            false AS is_team
        FROM actor
    ) AS whose
    GROUP BY whose.name
),
-- Names may have the word by in them: a known one tells where the sentence is to be cut. Chatwoot
-- writes teams in lower case: one that is no more is known by that.
assignment AS (
    SELECT
        cut.id,
        cut.conversation_id,
        cut.created_at,
        cut.new_value,
        coalesce(chosen.is_team, cut.new_value = lower(cut.new_value)) AS is_team,
        substr(cut.content, length('Assigned to ' || cut.new_value || ' by ') + 1) AS by_name
    FROM (
        SELECT
            activity.id,
            activity.conversation_id,
            activity.created_at,
            activity.content,
            coalesce(
                target.name,
                CASE WHEN actor.name IS NOT NULL THEN activity.first_name END,
                activity.long_name
            ) AS new_value
        FROM (
            SELECT
                told.*,
                substring(told.content FROM '^Assigned to (.+?) by ') AS first_name,
                substring(told.content FROM '^Assigned to .+? by (.+)$') AS by_name,
                substring(told.content FROM '^Assigned to (.+) by ') AS long_name
            FROM activity AS told
            WHERE told.of_assignment
                AND NOT told.of_both
        ) AS activity
        LEFT JOIN known AS target ON target.name = activity.first_name
        LEFT JOIN actor ON actor.name = activity.by_name
    ) AS cut
    LEFT JOIN known AS chosen ON chosen.name = cut.new_value
),
field_change AS (
    SELECT
        assignment.id,
        assignment.conversation_id,
        assignment.created_at,
        CASE WHEN assignment.is_team THEN 'group_name' ELSE 'assignee' END AS event_type,
        assignment.new_value,
        assignment.by_name
    FROM assignment
    UNION ALL
    SELECT
        activity.id,
        activity.conversation_id,
        activity.created_at,
        'assignee' AS event_type,
        substring(activity.content FROM '^Assigned to (.+?) via ') AS new_value,
        substring(activity.content FROM '^Assigned to .+? via .+? by (.+)$') AS by_name
    FROM activity
    WHERE activity.of_both
    UNION ALL
    SELECT
        activity.id,
        activity.conversation_id,
        activity.created_at,
        'group_name' AS event_type,
        substring(activity.content FROM ' via (.+?) by ') AS new_value,
        substring(activity.content FROM '^Assigned to .+? via .+? by (.+)$') AS by_name
    FROM activity
    WHERE activity.of_both
    UNION ALL
    SELECT
        activity.id,
        activity.conversation_id,
        activity.created_at,
        'assignee' AS event_type,
        substring(activity.content FROM '^(.+) self-assigned this conversation$') AS new_value,
        substring(activity.content FROM '^(.+) self-assigned this conversation$') AS by_name
    FROM activity
    WHERE activity.of_self
    UNION ALL
    SELECT
        activity.id,
        activity.conversation_id,
        activity.created_at,
        'assignee' AS event_type,
        NULL AS new_value,
        substring(activity.content FROM '^Conversation unassigned by (.+)$') AS by_name
    FROM activity
    WHERE activity.of_no_assignee
    UNION ALL
    SELECT
        activity.id,
        activity.conversation_id,
        activity.created_at,
        'group_name' AS event_type,
        NULL AS new_value,
        substring(activity.content FROM '^Unassigned from .+? by (.+)$') AS by_name
    FROM activity
    WHERE activity.of_no_team
    UNION ALL
    SELECT
        activity.id,
        activity.conversation_id,
        activity.created_at,
        'priority' AS event_type,
        substring(activity.content FROM ' the priority (?:from .+ )?to (.+)$') AS new_value,
        substring(activity.content FROM '^(.+) (?:set|changed|removed) the priority') AS by_name
    FROM activity
    WHERE activity.of_priority
),
change AS (
    SELECT
        field_change.conversation_id AS ticket_id,
        field_change.created_at AS event_at,
        field_change.event_type,
        coalesce(
            actor.role,
            CASE WHEN field_change.by_name = 'Automation System' THEN 'system' ELSE 'agent' END
        ) AS actor_role,
        nullif(field_change.by_name, 'Automation System') AS actor,
        lag(field_change.new_value) OVER (
            PARTITION BY field_change.conversation_id, field_change.event_type
            ORDER BY field_change.created_at, field_change.id
        ) AS old_value,
        field_change.new_value,
        NULL::bool AS public,
        field_change.id AS place,
        field_change.created_at AS loaded_at
    FROM field_change
    LEFT JOIN actor ON actor.name = field_change.by_name
),
reported AS (
    SELECT
        event.id,
        event.conversation_id,
        event.event_end_time AS event_at,
        CASE event.name WHEN 'conversation_resolved' THEN 'resolved' ELSE 'open' END AS status,
        coalesce(event.created_at, event.event_end_time) AS loaded_at
    FROM {reporting_events} AS event
    WHERE event.name IN (
        'conversation_resolved', 'conversation_opened', 'conversation_bot_handoff'
    )
),
-- The message about it is written by a job, a little later.
told AS (
    SELECT DISTINCT ON (reported.id)
        reported.id,
        activity.id AS activity_id
    FROM reported
    JOIN activity
        ON activity.conversation_id = reported.conversation_id
        AND activity.status = reported.status
        AND activity.created_at >= reported.event_at - interval '2 s'
        AND activity.created_at <= reported.event_at + interval '5 min'
    ORDER BY
        reported.id,
        activity.created_at,
        activity.id
),
recorded AS (
    SELECT
        reported.conversation_id,
        reported.event_at,
        reported.status,
        activity.content,
        true AS is_counted,
        reported.loaded_at
    FROM reported
    LEFT JOIN told ON told.id = reported.id
    LEFT JOIN activity ON activity.id = told.activity_id
    UNION ALL
    SELECT
        activity.conversation_id,
        activity.created_at AS event_at,
        activity.status,
        activity.content,
        false AS is_counted,
        activity.created_at AS loaded_at
    FROM activity
    LEFT JOIN told ON told.activity_id = activity.id
    WHERE activity.status IS NOT NULL
        AND told.activity_id IS NULL
),
counting AS (
    SELECT min(event.event_end_time) AS since
    FROM {reporting_events} AS event
    WHERE event.name = 'conversation_opened'
),
step AS (
    SELECT
        recorded.*,
        false AS by_customer
    FROM recorded
    UNION ALL
    SELECT
        message.conversation_id,
        message.created_at AS event_at,
        NULL AS status,
        NULL AS content,
        false AS is_counted,
        message.created_at AS loaded_at,
        true AS by_customer
    FROM message
    WHERE message.message_type = 0
        AND NOT message.private
),
-- An opening that a message brought about is counted up to a second later.
timed_step AS (
    SELECT
        step.conversation_id,
        CASE
            WHEN step.is_counted
                AND step.status = 'open'
                AND max(step.event_at) FILTER (WHERE step.by_customer) OVER earlier
                    >= step.event_at - interval '2 s'
                THEN max(step.event_at) FILTER (WHERE step.by_customer) OVER earlier
            ELSE step.event_at
        END AS event_at,
        step.status,
        step.content,
        step.loaded_at,
        step.by_customer
    FROM step
    WINDOW earlier AS (
        PARTITION BY step.conversation_id
        ORDER BY step.event_at, step.by_customer DESC
    )
),
numbered_step AS (
    SELECT
        timed_step.*,
        count(timed_step.status) OVER (
            PARTITION BY timed_step.conversation_id
            ORDER BY timed_step.event_at, timed_step.by_customer
        ) AS number
    FROM timed_step
),
-- A customer's message opens what is resolved or snoozed. A bot gets what was resolved back.
answered AS (
    SELECT
        numbered_step.conversation_id,
        numbered_step.event_at,
        numbered_step.by_customer,
        numbered_step.number,
        max(numbered_step.status) OVER (
            PARTITION BY numbered_step.conversation_id, numbered_step.number
        ) AS status_then
    FROM numbered_step
),
concluded AS (
    SELECT
        answered.conversation_id,
        min(answered.event_at) AS event_at,
        CASE
            WHEN answered.status_then = 'resolved' AND bot_inbox.inbox_id IS NOT NULL THEN 'pending'
            ELSE 'open'
        END AS status
    FROM answered
    JOIN {conversations} AS conversation ON conversation.id = answered.conversation_id
    LEFT JOIN bot_inbox ON bot_inbox.inbox_id = conversation.inbox_id
    LEFT JOIN {contacts} AS contact ON contact.id = conversation.contact_id
    CROSS JOIN counting
    WHERE answered.by_customer
        AND answered.status_then IN ('resolved', 'snoozed')
        AND contact.blocked IS NOT TRUE
        AND (
            answered.event_at < coalesce(counting.since, 'infinity')
            OR answered.status_then = 'resolved' AND bot_inbox.inbox_id IS NOT NULL
        )
    GROUP BY
        answered.conversation_id,
        answered.number,
        answered.status_then,
        bot_inbox.inbox_id
),
status_change AS (
    SELECT
        timed_step.conversation_id,
        timed_step.event_at,
        timed_step.status,
        timed_step.content,
        timed_step.loaded_at,
        1 AS rank
    FROM timed_step
    WHERE NOT timed_step.by_customer
    UNION ALL
    SELECT
        concluded.conversation_id,
        concluded.event_at,
        concluded.status,
        NULL AS content,
        concluded.event_at AS loaded_at,
        0 AS rank
    FROM concluded
),
by_bot AS (
    SELECT DISTINCT event.conversation_id
    FROM {reporting_events} AS event
    WHERE event.name IN ('conversation_bot_handoff', 'conversation_bot_resolved')
),
-- Nobody writes down with which status a conversation began; only what was pending is opened.
first_status AS (
    SELECT DISTINCT ON (status_change.conversation_id)
        status_change.conversation_id,
        CASE
            WHEN status_change.status = 'open' OR by_bot.conversation_id IS NOT NULL THEN 'pending'
            ELSE 'open'
        END AS status
    FROM status_change
    LEFT JOIN by_bot ON by_bot.conversation_id = status_change.conversation_id
    ORDER BY
        status_change.conversation_id,
        status_change.event_at,
        status_change.rank,
        status_change.status
),
status_event AS (
    SELECT
        status_change.conversation_id,
        status_change.event_at,
        lag(status_change.status, 1, first_status.status) OVER (
            PARTITION BY status_change.conversation_id
            ORDER BY status_change.event_at, status_change.rank, status_change.status
        ) AS old_value,
        status_change.status AS new_value,
        substring(status_change.content FROM ' by (?!system due to)(.+)$') AS by_name,
        status_change.content ~ '^Conversation was resolved by ' AS by_customer,
        status_change.loaded_at
    FROM status_change
    JOIN first_status ON first_status.conversation_id = status_change.conversation_id
),
event AS (
    SELECT
        conversation.id AS ticket_id,
        conversation.created_at AS event_at,
        'created' AS event_type,
        'customer' AS actor_role,
        contact.name AS actor,
        NULL AS old_value,
        coalesce(
            first_status.status,
            (ARRAY['open', 'resolved', 'pending', 'snoozed'])[conversation.status + 1]
        ) AS new_value,
        NULL::bool AS public,
        0::int8 AS place,
        conversation.created_at AS loaded_at
    FROM {conversations} AS conversation
    LEFT JOIN {contacts} AS contact ON contact.id = conversation.contact_id
    LEFT JOIN first_status ON first_status.conversation_id = conversation.id
    UNION ALL
    SELECT comment.*
    FROM comment
    UNION ALL
    SELECT change.*
    FROM change
    WHERE change.old_value IS DISTINCT FROM change.new_value
    UNION ALL
    SELECT
        status_event.conversation_id AS ticket_id,
        status_event.event_at,
        'status' AS event_type,
        CASE
            WHEN status_event.by_customer THEN 'customer'
            WHEN actor.role IS NOT NULL THEN actor.role
            WHEN status_event.by_name IS NULL THEN 'system'
            WHEN status_event.by_name = 'Automation System' THEN 'system'
            -- Captain adds a reason to its name.
            WHEN status_event.by_name ~ '( due to inactivity|\))$' THEN 'bot'
            ELSE 'agent'
        END AS actor_role,
        nullif(status_event.by_name, 'Automation System') AS actor,
        status_event.old_value,
        status_event.new_value,
        NULL::bool AS public,
        9223372036854775807 AS place,
        status_event.loaded_at
    FROM status_event
    LEFT JOIN actor ON actor.name = status_event.by_name
    WHERE status_event.old_value <> status_event.new_value
    UNION ALL
    SELECT
        applied.conversation_id AS ticket_id,
        applied.created_at AS event_at,
        'tier' AS event_type,
        'system' AS actor_role,
        NULL AS actor,
        NULL AS old_value,
        policy.name AS new_value,
        NULL::bool AS public,
        applied.id AS place,
        applied.created_at AS loaded_at
    FROM {applied_slas} AS applied
    JOIN (
        SELECT
            named.id,
            concat_ws(
                ' ',
                named.name,
                CASE WHEN count(*) OVER (PARTITION BY named.name) > 1 THEN named.id END
            ) AS name
        FROM {sla_policies} AS named
    ) AS policy ON policy.id = applied.sla_policy_id
)
SELECT
    -- The conversation.
    event.ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- customer for a contact, agent for a user, bot for agent bots and Captain, else system.
    event.actor_role,
    -- Who did it.
    event.actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    event.old_value,
    -- What it is since.
    event.new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant.
    event.place AS seq,
    -- When Chatwoot wrote it.
    event.loaded_at
FROM event
JOIN {conversations} AS conversation ON conversation.id = event.ticket_id
