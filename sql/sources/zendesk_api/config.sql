-- What a Zendesk promises: its SLA policies, by their filters where slaops can ask the same.
-- {sla_policies}?: id! text, title! text, description text, position int8, filter jsonb,
--     policy_metrics jsonb, _dlt_id text
-- {sla_policies__policy_metrics}?: _dlt_parent_id! text, priority! text, metric! text, target int8,
--     target_in_seconds int8, business_hours! bool
-- {sla_policies__filter__all}?: _dlt_parent_id! text, field! text, operator! text, value text
-- {sla_policies__filter__any}?: _dlt_parent_id! text, field! text, operator! text, value text
-- {ticket_metric_events}?: type! text, sla jsonb, sla__policy__title text
-- {groups}?: id! text, name! text
-- {users}?: id! text, name text
-- {organizations}?: id! text, name text
-- {brands}?: id! text, name text
-- {ticket_forms}?: id! text, name! text
-- {ticket_fields}?: id! text, title! text, custom_field_options jsonb
-- {schedules}?: id! int8, name! text
-- without sla_policies: nothing is promised until the policy set says so
-- without sla_policies.position: policies are tried by their titles
-- without sla_policies.filter unless sla_policies__policy_metrics: policies are for the tickets to
--     which Zendesk applied them
-- without sla_policies.policy_metrics unless sla_policies__policy_metrics: policies promise nothing
-- without sla_policies._dlt_id unless sla_policies.filter: their filters and targets are unknown
-- without sla_policies__policy_metrics unless sla_policies.policy_metrics: policies promise nothing
-- without sla_policies__policy_metrics unless ticket_audits: policies promise nothing
-- without sla_policies__policy_metrics unless tickets: policies promise nothing
-- without sla_policies__policy_metrics.target_in_seconds: targets are read in minutes
-- without sla_policies__filter__all unless sla_policies.filter: no policy asks for all of several
-- without sla_policies__filter__all unless ticket_audits: no policy asks for all of several
-- without sla_policies__filter__all unless tickets: no policy asks for all of several
-- without sla_policies__filter__any unless sla_policies.filter: no policy asks for one of several
-- without sla_policies__filter__any unless tickets: no policy asks for one of several
-- without ticket_metric_events.sla__policy__title unless ticket_metric_events.sla: to which tickets
--     Zendesk applied a policy is unknown
WITH target AS (
    SELECT
        policy.id AS policy_id,
        entry.value ->> 'priority' AS priority,
        entry.value ->> 'metric' AS metric,
        (entry.value ->> 'business_hours')::bool AS business_hours,
        coalesce(
            (entry.value ->> 'target_in_seconds')::int8,
            (entry.value ->> 'target')::int8 * 60
        ) AS seconds
    FROM {sla_policies} AS policy
    CROSS JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(policy.policy_metrics) WHEN 'array' THEN policy.policy_metrics END
    ) AS entry
    UNION ALL
    SELECT
        policy.id AS policy_id,
        entry.priority,
        entry.metric,
        entry.business_hours,
        coalesce(entry.target_in_seconds, entry.target * 60) AS seconds
    FROM {sla_policies} AS policy
    JOIN {sla_policies__policy_metrics} AS entry ON entry._dlt_parent_id = policy._dlt_id
),
known_metric AS (
    SELECT
        metric.zendesk,
        metric.name
    FROM (
        VALUES
            ('first_reply_time', 'first_response'),
            ('next_reply_time', 'next_response'),
            ('periodic_update_time', 'periodic_update'),
            ('pausable_update_time', 'pausable_update'),
            ('requester_wait_time', 'requester_wait'),
            ('agent_work_time', 'agent_work'),
            ('total_resolution_time', 'resolution')
    ) AS metric (zendesk, name)
),
targets_of_priority AS (
    SELECT
        target.policy_id,
        coalesce(target.priority, '*') AS priority,
        jsonb_object_agg(
            metric.name,
            jsonb_build_object(
                'target', format('%sm', target.seconds / 60),
                -- Without a schedule, Zendesk counts every hour.
                'hours', CASE
                    WHEN target.business_hours
                        AND EXISTS (SELECT known.id FROM {schedules} AS known)
                        THEN 'business'
                    ELSE '24x7'
                END
            )
        ) AS targets
    FROM target
    JOIN known_metric AS metric ON metric.zendesk = target.metric
    WHERE target.seconds >= 60
    GROUP BY
        target.policy_id,
        coalesce(target.priority, '*')
),
targets_of_policy AS (
    SELECT
        policy.policy_id,
        jsonb_object_agg(policy.priority, policy.targets) AS targets
    FROM targets_of_priority AS policy
    GROUP BY policy.policy_id
),
asked AS (
    SELECT
        policy.id AS policy_id,
        kind.name AS kind,
        entry.place,
        entry.value ->> 'field' AS field,
        entry.value ->> 'operator' AS operator,
        CASE jsonb_typeof(entry.value -> 'value')
            WHEN 'array' THEN entry.value -> 'value'
            ELSE to_jsonb(regexp_split_to_array(
                entry.value ->> 'value',
                CASE WHEN entry.value ->> 'field' = 'current_tags' THEN '[ ,]+' ELSE '$^' END
            ))
        END AS choices
    FROM {sla_policies} AS policy
    CROSS JOIN (VALUES ('all'), ('any')) AS kind (name)
    CROSS JOIN LATERAL jsonb_array_elements(policy.filter -> kind.name)
        WITH ORDINALITY AS entry (value, place)
    UNION ALL
    SELECT
        policy.id AS policy_id,
        entry.kind,
        row_number() OVER () AS place,
        entry.field,
        entry.operator,
        to_jsonb(regexp_split_to_array(
            entry.value,
            CASE WHEN entry.field = 'current_tags' THEN '[ ,]+' ELSE '$^' END
        )) AS choices
    FROM {sla_policies} AS policy
    JOIN (
        SELECT
            'all' AS kind,
            each.*
        FROM {sla_policies__filter__all} AS each
        UNION ALL
        SELECT
            'any' AS kind,
            each.*
        FROM {sla_policies__filter__any} AS each
    ) AS entry ON entry._dlt_parent_id = policy._dlt_id
),
field_option AS (
    SELECT
        field.id AS field_id,
        choice.value ->> 'value' AS tag,
        choice.value ->> 'name' AS name
    FROM {ticket_fields} AS field
    CROSS JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(field.custom_field_options)
            WHEN 'array' THEN field.custom_field_options
        END
    ) AS choice
),
named AS (
    -- Ids by their names, as the tickets have them.
    SELECT
        asked.policy_id,
        asked.kind,
        asked.place,
        asked.field,
        asked.operator,
        custom.title,
        jsonb_agg(
            CASE asked.field
                WHEN 'group_id' THEN coalesce(of_group.name, choice.id)
                WHEN 'assignee_id' THEN coalesce(person.name, choice.id)
                WHEN 'organization_id' THEN coalesce(organization.name, choice.id)
                WHEN 'brand_id' THEN coalesce(brand.name, choice.id)
                WHEN 'ticket_form_id' THEN coalesce(form.name, choice.id)
                WHEN 'ticket_type_id' THEN
                    CASE choice.id
                        WHEN '1' THEN 'question'
                        WHEN '2' THEN 'incident'
                        WHEN '3' THEN 'problem'
                        WHEN '4' THEN 'task'
                        ELSE choice.id
                    END
                ELSE coalesce(field_option.name, choice.id)
            END
            ORDER BY choice.place
        ) FILTER (WHERE choice.id <> '') AS choices
    FROM asked
    LEFT JOIN {ticket_fields} AS custom
        ON asked.field ~ '^(custom|ticket)_fields_'
        AND custom.id = substring(asked.field FROM '\d+$')
    LEFT JOIN LATERAL jsonb_array_elements_text(asked.choices)
        WITH ORDINALITY AS choice (id, place) ON true
    LEFT JOIN {groups} AS of_group ON of_group.id = choice.id
    LEFT JOIN {users} AS person ON person.id = choice.id
    LEFT JOIN {organizations} AS organization ON organization.id = choice.id
    LEFT JOIN {brands} AS brand ON brand.id = choice.id
    LEFT JOIN {ticket_forms} AS form ON form.id = choice.id
    LEFT JOIN field_option ON field_option.field_id = custom.id AND field_option.tag = choice.id
    GROUP BY
        asked.policy_id,
        asked.kind,
        asked.place,
        asked.field,
        asked.operator,
        custom.title
),
test AS (
    SELECT
        named.policy_id,
        named.kind,
        named.place,
        named.field AS said,
        coalesce(
            named.title,
            (
                SELECT field.name
                FROM (
                    VALUES
                        ('current_tags', 'tags'),
                        ('group_id', 'group_name'),
                        ('assignee_id', 'assignee'),
                        ('organization_id', 'organization_id'),
                        ('requester_id', 'requester_id'),
                        ('brand_id', 'brand'),
                        ('ticket_form_id', 'ticket form'),
                        ('ticket_type_id', 'type'),
                        ('type', 'type'),
                        ('priority', 'priority')
                ) AS field (zendesk, name)
                WHERE field.zendesk = named.field
            )
        ) AS field,
        CASE
            WHEN named.operator IN ('is', 'includes', 'value') THEN named.choices
            WHEN named.operator IN ('is_not', 'not_includes', 'not_value')
                THEN jsonb_build_object('not', named.choices)
            WHEN named.operator = 'present' THEN '{"not": null}'
            WHEN named.operator = 'not_present' THEN '[null]'
        END AS choices
    FROM named
),
filter AS (
    -- A condition asks each field once, so a filter that asks one twice cannot be put into it.
    SELECT
        policy.id AS policy_id,
        coalesce(
            (
                SELECT jsonb_object_agg(test.field, test.choices)
                FROM test
                WHERE test.policy_id = policy.id
                    AND test.kind = 'all'
                    AND test.field IS NOT NULL
            ),
            '{}'
        ) AS every,
        coalesce(
            (
                SELECT jsonb_agg(jsonb_build_object(test.field, test.choices) ORDER BY test.place)
                FROM test
                WHERE test.policy_id = policy.id
                    AND test.kind = 'any'
                    AND test.field IS NOT NULL
            ),
            '[]'
        ) AS one_of,
        (
            SELECT string_agg(DISTINCT test.said, ', ')
            FROM test
            WHERE test.policy_id = policy.id
                AND (
                    test.field IS NULL
                    OR test.choices IS NULL
                    OR test.choices = '{"not": null}' AND test.said = 'current_tags'
                    OR EXISTS (
                        SELECT
                        FROM test AS other
                        WHERE other.policy_id = test.policy_id
                            AND other.field = test.field
                            AND other.kind = 'all'
                            AND (other.kind, other.place) <> (test.kind, test.place)
                    )
                )
        ) AS unreadable
    FROM {sla_policies} AS policy
),
applied AS (
    SELECT DISTINCT coalesce(event.sla #>> '{policy,title}', event.sla__policy__title) AS title
    FROM {ticket_metric_events} AS event
    WHERE event.type = 'apply_sla'
),
policy AS (
    SELECT
        source.title,
        source.description,
        source.position,
        source.id,
        filter.unreadable,
        target.targets,
        applied.title IS NOT NULL AS is_applied,
        row_number() OVER (PARTITION BY source.title ORDER BY source.position, source.id) AS copy,
        CASE
            WHEN filter.unreadable IS NOT NULL
                THEN jsonb_build_object('sla policy', source.title)
            WHEN filter.one_of = '[]' THEN filter.every
            ELSE (
                SELECT jsonb_agg(filter.every || entry.value)
                FROM jsonb_array_elements(filter.one_of) AS entry
            )
        END AS condition
    FROM {sla_policies} AS source
    JOIN filter ON filter.policy_id = source.id
    LEFT JOIN targets_of_policy AS target ON target.policy_id = source.id
    LEFT JOIN applied ON applied.title = source.title
),
readable AS (
    SELECT
        policy.*,
        policy.title || CASE WHEN policy.copy > 1 THEN format(' (%s)', policy.copy) ELSE '' END
            AS name,
        -- Behind a policy for every ticket no other applies.
        coalesce(
            bool_or(policy.condition = '{}') OVER (
                ORDER BY policy.position, policy.title, policy.id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            false
        ) AS is_behind
    FROM policy
    WHERE policy.targets IS NOT NULL
        AND (policy.unreadable IS NULL OR policy.is_applied)
),
made AS (
    SELECT readable.*
    FROM readable
    WHERE NOT readable.is_behind
)
SELECT
    NULL AS subject,
    NULL AS finding,
    NULL AS cost,
    jsonb_build_object(
        'preset', 'zendesk',
        'default_calendar', (
            SELECT calendar.name
            FROM {schedules} AS schedule
            JOIN slaops.calendars AS calendar
                ON calendar.name = {schema} || ' ' || schedule.name
            ORDER BY schedule.id
            LIMIT 1
        ),
        'policies', jsonb_agg(
            jsonb_strip_nulls(jsonb_build_object(
                'name', made.name,
                'description', nullif(made.description, ''),
                'targets', made.targets
            ))
            || jsonb_build_object('when', made.condition)
            ORDER BY made.position, made.title, made.id
        )
    ) AS config
FROM made
HAVING count(*) > 0
UNION ALL
SELECT
    'sla policy ' || policy.title AS subject,
    CASE
        WHEN policy.targets IS NULL THEN 'left out: it has no targets that slaops knows'
        WHEN policy.is_applied
            THEN 'for the tickets to which Zendesk applied it: it asks for ' || policy.unreadable
        ELSE 'left out: it asks for ' || policy.unreadable
    END AS finding,
    CASE
        WHEN policy.targets IS NULL THEN 'its tickets get the next policy that matches'
        WHEN policy.is_applied THEN 'tickets of the future have it once Zendesk has applied it'
        ELSE 'its tickets get the next policy that matches'
    END AS cost,
    NULL AS config
FROM policy
WHERE policy.targets IS NULL
    OR policy.unreadable IS NOT NULL
UNION ALL
SELECT
    'sla policy ' || readable.title AS subject,
    'left out: an earlier policy takes every ticket' AS finding,
    'none: Zendesk does not apply it either' AS cost,
    NULL AS config
FROM readable
WHERE readable.is_behind
UNION ALL
SELECT
    'sla policy ' || policy.title AS subject,
    'without its target for ' || string_agg(DISTINCT target.metric, ', ') AS finding,
    'slaops has no such metric' AS cost,
    NULL AS config
FROM target
JOIN {sla_policies} AS policy ON policy.id = target.policy_id
LEFT JOIN known_metric AS metric ON metric.zendesk = target.metric
WHERE metric.name IS NULL
GROUP BY policy.title
