-- Tickets of a Zammad 3 to 7, over its own tables (db/migrate/20120101000001_create_base.rb and
-- 20120101000010_create_ticket.rb of Zammad 7.0). Times are in UTC without a zone. A ticket that
-- was merged into another has the status merged, whatever the team calls that state. Attributes are
-- the team's own object attributes by their names, those of the organization as
-- "organization.name", the ticket that a merged one went into, and the times that Zammad itself has
-- found.
-- schema public
-- {tickets}: id! int4, number text, title text, group_id! int4, priority_id! int4, state_id! int4,
--     organization_id int4, owner_id! int4, customer_id! int4, type text, created_at! timestamptz,
--     updated_at timestamptz, close_at timestamptz, last_close_at timestamptz,
--     create_article_type_id int4, first_response_escalation_at timestamptz,
--     update_escalation_at timestamptz, close_escalation_at timestamptz,
--     first_response_in_min int4, first_response_diff_in_min int4, update_in_min int4,
--     update_diff_in_min int4, close_in_min int4, close_diff_in_min int4, others others
-- {ticket_states}: id! int4, name! text, state_type_id! int4
-- {ticket_state_types}: id! int4, name! text
-- {ticket_priorities}: id! int4, name! text
-- {groups}: id! int4, name! text
-- {users}: id! int4, login text, firstname text, lastname text, email text, vip bool
-- {organizations}?: id! int4, name! text, others others
-- {ticket_article_types}?: id! int4, name! text
-- {histories}: o_id! int4, history_object_id! int4, history_type_id! int4, id_to int4,
--     created_at! timestamptz
-- {history_objects}: id! int4, name! text
-- {history_types}: id! int4, name! text
-- {tags}?: o_id! int4, tag_object_id! int4, tag_item_id! int4
-- {tag_objects}?: id! int4, name! text
-- {tag_items}?: id! int4, name! text
-- {object_manager_attributes}?: object_lookup_id! int4, name! text, editable bool
-- {object_lookups}?: id! int4, name! text
-- without organizations: policies cannot ask for organizations
-- without ticket_article_types: how tickets came in is unknown, and only internal articles are no
--     messages to the customer
-- without tickets.last_close_at: a ticket that was opened again and closed, and has no history, is
--     closed since the first time
-- without users.vip: policies cannot ask for customers who are VIP
-- without tags: policies cannot ask for tags
-- without tag_objects: policies cannot ask for tags
-- without tag_items: policies cannot ask for tags
-- without object_manager_attributes: attributes lack those that the team added
-- without object_lookups: attributes lack those that the team added
WITH own_attribute AS (
    SELECT
        object.name AS object,
        attribute.name
    FROM {object_manager_attributes} AS attribute
    JOIN {object_lookups} AS object ON object.id = attribute.object_lookup_id
    WHERE attribute.editable IS NOT FALSE
),
-- The columns that are the product's, of the first row: every row has the same.
product_column AS (
    SELECT
        array_agg(entry.key) FILTER (WHERE entry.object = 'Ticket') AS of_ticket,
        array_agg(entry.key) FILTER (WHERE entry.object = 'Organization') AS of_organization
    FROM (
        SELECT
            'Ticket' AS object,
            jsonb_object_keys(example.others) AS key
        FROM (
            SELECT ticket.others
            FROM {tickets} AS ticket
            ORDER BY ticket.id
            LIMIT 1
        ) AS example
        UNION ALL
        SELECT
            'Organization' AS object,
            jsonb_object_keys(example.others) AS key
        FROM (
            SELECT organization.others
            FROM {organizations} AS organization
            ORDER BY organization.id
            LIMIT 1
        ) AS example
    ) AS entry
    WHERE (entry.object, entry.key) NOT IN (
        SELECT
            own_attribute.object,
            own_attribute.name
        FROM own_attribute
    )
),
organization AS (
    SELECT
        organization.id,
        organization.name,
        (
            SELECT jsonb_object_agg('organization.' || entry.key, entry.value)
            FROM jsonb_each(
                organization.others
                - (SELECT coalesce(product_column.of_organization, '{}') FROM product_column)
            ) AS entry
        ) AS attributes
    FROM {organizations} AS organization
),
merge AS (
    SELECT
        entry.o_id AS ticket_id,
        max(entry.id_to) AS survivor_id,
        max(entry.created_at) AS merged_at
    FROM {histories} AS entry
    JOIN {history_objects} AS object
        ON object.id = entry.history_object_id
        AND object.name = 'Ticket'
    JOIN {history_types} AS kind
        ON kind.id = entry.history_type_id
        AND kind.name = 'merged_into'
    GROUP BY entry.o_id
),
tagging AS (
    SELECT
        tag.o_id AS ticket_id,
        array_agg(item.name ORDER BY item.id) AS names
    FROM {tags} AS tag
    JOIN {tag_objects} AS object
        ON object.id = tag.tag_object_id
        AND object.name = 'Ticket'
    JOIN {tag_items} AS item ON item.id = tag.tag_item_id
    GROUP BY tag.o_id
)
SELECT
    -- The ticket.
    ticket.id AS ticket_id,
    -- When it was created.
    ticket.created_at,
    -- What it is about.
    ticket.title AS subject,
    -- The customer who asked, by number.
    ticket.customer_id::text AS requester_id,
    -- The customer's organization.
    organization.name AS organization_id,
    -- Zammad has none.
    NULL::text AS brand,
    -- Zammad has none.
    NULL::text AS region,
    -- The kind of its first article: email, phone, web, ...
    article_type.name AS channel,
    -- Zammad has none.
    NULL::text AS tier,
    -- Its type, where the team uses that attribute.
    nullif(ticket.type, '') AS type,
    -- Its priority now.
    priority.name AS priority,
    -- The group that has it now.
    current_group.name AS group_name,
    -- Who has it now; user 1, "-", is nobody.
    coalesce(
        nullif(btrim(concat_ws(' ', owner.firstname, owner.lastname)), ''),
        nullif(owner.email, ''),
        owner.login
    ) AS assignee,
    -- Its state now.
    CASE WHEN state_type.name = 'merged' THEN 'merged' ELSE state.name END AS status,
    -- When it was last closed. Zammad keeps this when a ticket is opened again.
    CASE
        WHEN state_type.name = 'closed' THEN coalesce(ticket.last_close_at, ticket.close_at)
    END AS solved_at,
    -- When it was last closed, or merged into another.
    CASE
        WHEN state_type.name = 'closed' THEN coalesce(ticket.last_close_at, ticket.close_at)
        WHEN state_type.name = 'merged' THEN coalesce(merge.merged_at, ticket.updated_at)
    END AS closed_at,
    -- Zammad knows none.
    NULL::float8 AS csat_score,
    -- Zammad knows none.
    NULL::float8 AS cost,
    -- The calendar is that of the policy.
    NULL::text AS calendar_name,
    -- Tags.
    tagging.names AS tags,
    -- Object attributes, the ticket that it was merged into, and what Zammad itself says of its
    -- SLA.
    jsonb_strip_nulls(
        coalesce(
            ticket.others - (SELECT coalesce(product_column.of_ticket, '{}') FROM product_column),
            '{}'
        )
        || coalesce(organization.attributes, '{}')
        || jsonb_build_object(
            'number', ticket.number,
            'customer.vip', customer.vip,
            'merged into', merge.survivor_id,
            'zammad first_response_escalation_at', ticket.first_response_escalation_at,
            'zammad first_response_in_min', ticket.first_response_in_min,
            'zammad first_response_diff_in_min', ticket.first_response_diff_in_min,
            'zammad update_escalation_at', ticket.update_escalation_at,
            'zammad update_in_min', ticket.update_in_min,
            'zammad update_diff_in_min', ticket.update_diff_in_min,
            'zammad close_escalation_at', ticket.close_escalation_at,
            'zammad close_in_min', ticket.close_in_min,
            'zammad close_diff_in_min', ticket.close_diff_in_min
        )
    ) AS attributes,
    -- When it was last changed.
    ticket.updated_at AS loaded_at
FROM {tickets} AS ticket
LEFT JOIN {ticket_states} AS state ON state.id = ticket.state_id
LEFT JOIN {ticket_state_types} AS state_type ON state_type.id = state.state_type_id
LEFT JOIN {ticket_priorities} AS priority ON priority.id = ticket.priority_id
LEFT JOIN {groups} AS current_group ON current_group.id = ticket.group_id
LEFT JOIN {users} AS owner ON owner.id = ticket.owner_id AND owner.id <> 1
LEFT JOIN {users} AS customer ON customer.id = ticket.customer_id
LEFT JOIN organization ON organization.id = ticket.organization_id
LEFT JOIN {ticket_article_types} AS article_type ON article_type.id = ticket.create_article_type_id
LEFT JOIN merge ON merge.ticket_id = ticket.id
LEFT JOIN tagging ON tagging.ticket_id = ticket.id
