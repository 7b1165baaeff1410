-- Tickets of a Znuny, or of an OTRS from version 6 on, over its own tables
-- (scripts/database/schema.postgresql.sql of Znuny 7). Times have no zone: they are in that of the
-- setting OTRSTimeZone. A ticket that was merged into another has the status merged, whatever the
-- team calls that state. Attributes are dynamic fields by their names, the service, the ticket that
-- a merged one went into, and the due times that Znuny has set; 0 means unset.
-- schema public
-- {ticket}: id! int8, tn text, title text, queue_id! int4, type_id int2, service_id int4,
--     sla_id int4, user_id! int4, ticket_priority_id! int2, ticket_state_id! int2,
--     customer_id text, customer_user_id text, until_time int4, escalation_update_time int4,
--     escalation_response_time int4, escalation_solution_time int4, create_time! timestamptz,
--     change_time timestamptz
-- {ticket_state}: id! int4, name! text, type_id! int2
-- {ticket_state_type}: id! int4, name! text
-- {ticket_priority}: id! int4, name! text
-- {queue}: id! int4, name! text
-- {users}: id! int4, login text, first_name text, last_name text
-- {ticket_type}?: id! int4, name! text
-- {service}?: id! int4, name! text
-- {sla}?: id! int4, name! text
-- {customer_company}?: customer_id! text, name! text
-- {article}: id! int8, ticket_id! int8, communication_channel_id int8
-- {communication_channel}?: id! int8, name! text
-- {ticket_history}: ticket_id! int8, history_type_id! int2, name text, state_id! int2,
--     create_time! timestamptz, change_time timestamptz
-- {ticket_history_type}: id! int4, name! text
-- {dynamic_field}?: id! int4, name! text, object_type! text
-- {dynamic_field_value}?: id! int4, field_id! int4, object_id! int8, value_text text,
--     value_date timestamptz, value_int int8
-- without ticket_type: types are unknown
-- without service: attributes lack the service
-- without sla: service levels are unknown
-- without customer_company: customers' companies go by their number
-- without communication_channel: how tickets came in is unknown
-- without article.communication_channel_id: how tickets came in is unknown
-- without dynamic_field: attributes lack dynamic fields
-- without dynamic_field_value: attributes lack dynamic fields
WITH closing AS (
    -- As Znuny itself finds it; records that a merge has moved here tell of another ticket.
    SELECT
        entry.ticket_id,
        max(entry.create_time) AS closed_at
    FROM {ticket_history} AS entry
    JOIN {ticket_history_type} AS kind
        ON kind.id = entry.history_type_id
        AND kind.name IN ('StateUpdate', 'NewTicket')
    JOIN {ticket_state} AS state ON state.id = entry.state_id
    JOIN {ticket_state_type} AS state_type
        ON state_type.id = state.type_id
        AND state_type.name = 'closed'
    WHERE entry.change_time IS NULL OR entry.change_time = entry.create_time
    GROUP BY entry.ticket_id
),
merge AS (
    SELECT
        entry.ticket_id,
        max(split_part(entry.name, '%%', 5)) AS survivor_id,
        max(entry.create_time) AS merged_at
    FROM {ticket_history} AS entry
    JOIN {ticket_history_type} AS kind
        ON kind.id = entry.history_type_id
        AND kind.name = 'Merged'
    -- The record is in both tickets: number and id of the one, then of the other.
    WHERE split_part(entry.name, '%%', 3) = entry.ticket_id::text
    GROUP BY entry.ticket_id
),
first_article AS (
    SELECT DISTINCT ON (article.ticket_id)
        article.ticket_id,
        article.communication_channel_id
    FROM {article} AS article
    ORDER BY
        article.ticket_id,
        article.id
),
field_value AS (
    SELECT
        given.object_id AS ticket_id,
        field.name,
        jsonb_agg(
            coalesce(
                to_jsonb(given.value_text),
                to_jsonb(given.value_date),
                to_jsonb(given.value_int)
            )
            ORDER BY given.id
        ) AS list
    FROM {dynamic_field_value} AS given
    JOIN {dynamic_field} AS field
        ON field.id = given.field_id
        AND field.object_type = 'Ticket'
    GROUP BY
        given.object_id,
        field.name
),
field AS (
    SELECT
        field_value.ticket_id,
        jsonb_object_agg(
            field_value.name,
            CASE
                WHEN jsonb_array_length(field_value.list) = 1 THEN field_value.list -> 0
                ELSE field_value.list
            END
        ) AS attributes
    FROM field_value
    GROUP BY field_value.ticket_id
)
SELECT
    -- The ticket.
    ticket.id AS ticket_id,
    -- When it was created.
    ticket.create_time AS created_at,
    -- What it is about.
    ticket.title AS subject,
    -- The customer user who asked.
    nullif(ticket.customer_user_id, '') AS requester_id,
    -- The customer's company.
    coalesce(company.name, nullif(ticket.customer_id, '')) AS organization_id,
    -- Znuny has none.
    NULL::text AS brand,
    -- Znuny has none.
    NULL::text AS region,
    -- The channel of its first article: Email, Phone, Internal, ...
    channel.name AS channel,
    -- Its service level.
    level.name AS tier,
    -- Its type.
    kind.name AS type,
    -- Its priority now.
    priority.name AS priority,
    -- The queue that has it now.
    queue.name AS group_name,
    -- Who has it now; user 1, root@localhost, is nobody.
    coalesce(
        nullif(btrim(concat_ws(' ', owner.first_name, owner.last_name)), ''),
        owner.login
    ) AS assignee,
    -- Its state now.
    CASE WHEN state_type.name = 'merged' THEN 'merged' ELSE state.name END AS status,
    -- When it was last closed.
    CASE WHEN state_type.name = 'closed' THEN closing.closed_at END AS solved_at,
    -- When it was last closed, or merged into another.
    CASE
        WHEN state_type.name = 'closed' THEN closing.closed_at
        WHEN state_type.name = 'merged' THEN coalesce(merge.merged_at, ticket.change_time)
    END AS closed_at,
    -- Znuny knows none.
    NULL::float8 AS csat_score,
    -- Znuny knows none.
    NULL::float8 AS cost,
    -- The calendar is that of the policy.
    NULL::text AS calendar_name,
    -- Znuny has none.
    NULL::text[] AS tags,
    -- Dynamic fields by their names, the service, the ticket that it was merged into, until when it
    -- is pending, and the due times that Znuny has set.
    coalesce(field.attributes, '{}') || jsonb_strip_nulls(
        jsonb_build_object(
            'number', ticket.tn,
            'service', service.name,
            'merged into',
            CASE WHEN merge.survivor_id ~ '^[0-9]{1,18}$' THEN merge.survivor_id::int8 END,
            'pending until', to_timestamp(nullif(ticket.until_time, 0)),
            'znuny escalation_response_time',
            to_timestamp(nullif(ticket.escalation_response_time, 0)),
            'znuny escalation_update_time',
            to_timestamp(nullif(ticket.escalation_update_time, 0)),
            'znuny escalation_solution_time',
            to_timestamp(nullif(ticket.escalation_solution_time, 0))
        )
    ) AS attributes,
    -- When it was last changed.
    ticket.change_time AS loaded_at
FROM {ticket} AS ticket
LEFT JOIN {ticket_state} AS state ON state.id = ticket.ticket_state_id
LEFT JOIN {ticket_state_type} AS state_type ON state_type.id = state.type_id
LEFT JOIN {ticket_priority} AS priority ON priority.id = ticket.ticket_priority_id
LEFT JOIN {queue} AS queue ON queue.id = ticket.queue_id
LEFT JOIN {users} AS owner ON owner.id = ticket.user_id AND owner.id <> 1
LEFT JOIN {ticket_type} AS kind ON kind.id = ticket.type_id
LEFT JOIN {service} AS service ON service.id = ticket.service_id
LEFT JOIN {sla} AS level ON level.id = ticket.sla_id
LEFT JOIN {customer_company} AS company ON company.customer_id = ticket.customer_id
LEFT JOIN first_article ON first_article.ticket_id = ticket.id
LEFT JOIN {communication_channel} AS channel ON channel.id = first_article.communication_channel_id
LEFT JOIN closing ON closing.ticket_id = ticket.id
LEFT JOIN merge ON merge.ticket_id = ticket.id
LEFT JOIN field ON field.ticket_id = ticket.id
