-- Cases of a Salesforce, by the names of its API as Airbyte, dlt and others load it, or by those of
-- Fivetran (Object Reference 264.0). Cases in the recycle bin are left out. A case that was merged
-- into another and kept has the status merged.
-- names in any case
-- {case}: id! text, case_number text, created_date! timestamptz, closed_date timestamptz,
--     last_modified_date timestamptz, is_deleted bool, is_closed bool, status! text, priority text,
--     origin text, type text, subject text, owner_id text, contact_id text, account_id text,
--     entitlement_id text, business_hours_id text, master_record_id text, is_escalated bool,
--     _airbyte_extracted_at|_fivetran_synced|system_modstamp timestamptz, others others
-- {case_history}?: id text, case_id! text, created_date! timestamptz, field! text, old_value text,
--     new_value text, is_deleted bool
-- {user}?: id! text, name text
-- {group}?: id! text, name text
-- {account}?: id! text, name text
-- {entitlement}?: id! text, name text, sla_process_id text
-- {sla_process}?: id! text, name text
-- {business_hours}?: id! text, name! text, is_active bool
-- {case_milestone}?: case_id! text, milestone_type_id! text, target_date timestamptz,
--     is_deleted bool
-- {milestone_type}?: id! text, name! text
-- without case.case_number: the number that people see is unknown
-- without case.closed_date: when a case was closed is known by its history only
-- without case.last_modified_date: refresh cannot tell which cases changed
-- without case.is_deleted: deleted cases count
-- without case.is_closed: which statuses are closed is known by case_status, or by their names
-- without case.priority: policies and targets cannot ask for a priority
-- without case.origin: how cases came in is unknown
-- without case.type: types are unknown
-- without case.subject: subjects are unknown
-- without case.owner_id: queues and owners are known by the history only
-- without case.contact_id: requesters are unknown
-- without case.account_id: accounts are unknown
-- without case.entitlement_id: which promise a case has is unknown
-- without case.business_hours_id: every case has the default business hours
-- without case.master_record_id: merged cases are closed ones
-- without case.is_escalated: attributes do not say what is escalated
-- without case._airbyte_extracted_at: when rows were loaded is unknown
-- without case_history: without changes there are no clocks but first_response
-- without user: owners go by their id
-- without group: queues go by their id
-- without account: accounts go by their id
-- without entitlement: nothing is promised until the policy set says so
-- without entitlement.sla_process_id: entitlements go by their own names
-- without sla_process: entitlements go by their own names
-- without business_hours: calendars are unknown: the policy set must name one
-- without case_milestone: nothing is promised until the policy set says so
-- without case_milestone.target_date: what Salesforce itself had promised is unknown
-- without milestone_type: nothing is promised until the policy set says so
WITH owner AS (
    SELECT
        person.id,
        coalesce(person.name, person.id) AS name,
        false AS is_queue
    FROM {user} AS person
    UNION ALL
    SELECT
        queue.id,
        coalesce(queue.name, queue.id) AS name,
        true AS is_queue
    FROM {group} AS queue
),
-- The queue that had the case last; a history that shows only names is of no use here.
last_queue AS (
    SELECT DISTINCT ON (change.case_id)
        change.case_id,
        coalesce(owner.name, change.queue_id) AS name
    FROM (
        SELECT
            history.case_id,
            history.created_date,
            CASE
                WHEN history.new_value LIKE '00G%' THEN history.new_value
                ELSE history.old_value
            END AS queue_id
        FROM {case_history} AS history
        WHERE history.field IN ('Owner', 'ownerAssignment', 'ownerAccepted', 'ownerEscalated')
            AND history.is_deleted IS NOT TRUE
            AND (
                history.new_value ~ '^00G[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$'
                OR history.old_value ~ '^00G[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$'
            )
    ) AS change
    LEFT JOIN owner ON owner.id = change.queue_id
    ORDER BY
        change.case_id,
        change.created_date DESC,
        change.queue_id
),
hours AS (
    SELECT
        known.id,
        concat_ws(
            ' ', known.name, CASE WHEN count(*) OVER (PARTITION BY known.name) > 1 THEN known.id END
        ) AS name
    FROM {business_hours} AS known
    WHERE known.is_active IS NOT FALSE
),
promise AS (
    SELECT
        milestone.case_id,
        jsonb_object_agg(
            'salesforce ' || type.name || ' due', milestone.target_date
        ) AS entries
    FROM {case_milestone} AS milestone
    JOIN {milestone_type} AS type ON type.id = milestone.milestone_type_id
    WHERE milestone.is_deleted IS NOT TRUE
        AND milestone.target_date IS NOT NULL
    GROUP BY milestone.case_id
),
custom_value AS (
    SELECT
        ticket.id AS case_id,
        jsonb_object_agg(
            lower(replace(regexp_replace(entry.key, '__?c$', ''), '_', ' ')), entry.value
        ) AS entries
    FROM {case} AS ticket
    CROSS JOIN jsonb_each(ticket.others) AS entry
    WHERE entry.key ~ '_c$'
        AND entry.value <> 'null'
    GROUP BY ticket.id
)
SELECT
    -- The case.
    ticket.id AS ticket_id,
    -- When it was created.
    ticket.created_date AS created_at,
    -- What it is about.
    ticket.subject,
    -- The contact.
    ticket.contact_id AS requester_id,
    -- The contact's account.
    coalesce(account.name, ticket.account_id) AS organization_id,
    -- Salesforce has none.
    NULL::text AS brand,
    -- Salesforce has none.
    NULL::text AS region,
    -- Its origin.
    ticket.origin AS channel,
    -- The entitlement process, else the entitlement.
    coalesce(process.name, entitlement.name, ticket.entitlement_id) AS tier,
    -- Its type.
    ticket.type,
    -- Its priority now.
    ticket.priority,
    -- The queue that owns it, or that owned it last.
    CASE
        WHEN ticket.owner_id LIKE '00G%' THEN coalesce(owner.name, ticket.owner_id)
        ELSE last_queue.name
    END AS group_name,
    -- The user who owns it.
    CASE WHEN ticket.owner_id NOT LIKE '00G%' THEN coalesce(owner.name, ticket.owner_id) END
        AS assignee,
    -- Its status now.
    CASE WHEN ticket.master_record_id IS NULL THEN ticket.status ELSE 'merged' END AS status,
    -- When it was last closed: Salesforce does not tell solved from closed.
    ticket.closed_date AS solved_at,
    -- When it was last closed, or merged into another.
    CASE
        WHEN ticket.master_record_id IS NULL THEN ticket.closed_date
        ELSE coalesce(ticket.closed_date, ticket.last_modified_date)
    END AS closed_at,
    -- Salesforce has none of its own.
    NULL::float8 AS csat_score,
    -- Salesforce knows none.
    NULL::float8 AS cost,
    -- Its business hours, registered in slaops.calendars.
    {schema} || ' ' || hours.name AS calendar_name,
    -- Salesforce has topics instead.
    NULL::text[] AS tags,
    -- Custom fields, by their API names without the suffix; the number that people see; what
    -- Salesforce itself had promised.
    coalesce(custom_value.entries, '{}') || coalesce(promise.entries, '{}') || jsonb_strip_nulls(
        jsonb_build_object(
            'case number', ticket.case_number,
            'escalated', ticket.is_escalated,
            'merged into', ticket.master_record_id
        )
    ) AS attributes,
    -- When the warehouse last took it in, else when it was last changed.
    coalesce(ticket._airbyte_extracted_at, ticket.last_modified_date) AS loaded_at
FROM {case} AS ticket
LEFT JOIN owner ON owner.id = ticket.owner_id
LEFT JOIN last_queue ON last_queue.case_id = ticket.id
LEFT JOIN {account} AS account ON account.id = ticket.account_id
LEFT JOIN {entitlement} AS entitlement ON entitlement.id = ticket.entitlement_id
LEFT JOIN {sla_process} AS process ON process.id = entitlement.sla_process_id
LEFT JOIN hours ON hours.id = ticket.business_hours_id
LEFT JOIN promise ON promise.case_id = ticket.id
LEFT JOIN custom_value ON custom_value.case_id = ticket.id
WHERE ticket.is_deleted IS NOT TRUE
