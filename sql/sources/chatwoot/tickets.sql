-- Conversations of a Chatwoot 3 or 4, over its own tables (db/schema.rb, 2025_08_16_044639).
-- schema public
-- {conversations}: id! int4, account_id! int8, inbox_id! int8, status! int4, assignee_id int8,
--     created_at! timestamptz, updated_at timestamptz, contact_id int8, display_id int8,
--     team_id int8, priority int4, sla_policy_id int8, custom_attributes jsonb,
--     additional_attributes jsonb, cached_label_list text
-- {inboxes}: id! int8, name! text, channel_type text, working_hours_enabled bool
-- {working_hours}?: inbox_id! int8, closed_all_day bool
-- {users}: id! int8, name! text
-- {teams}?: id! int8, name! text
-- {accounts}?: id! int8, name! text
-- {contacts}?: id! int8, additional_attributes jsonb, country_code text
-- {reporting_events}?: name! text, conversation_id! int4, event_end_time timestamptz
-- {csat_survey_responses}?: conversation_id! int4, rating! int4, created_at! timestamptz
-- {sla_policies}?: id! int8, name! text
-- {custom_attribute_definitions}?: account_id! int8, attribute_key! text,
--     attribute_display_name! text, attribute_model! int4
-- without conversations.assignee_id: assignees are unknown
-- without conversations.updated_at: refresh cannot tell which conversations changed
-- without conversations.contact_id: requesters are unknown
-- without conversations.display_id: the number that people see is unknown
-- without conversations.custom_attributes: attributes lack the custom attributes
-- without conversations.additional_attributes: subjects are unknown
-- without conversations.team_id: groups are unknown
-- without conversations.priority: policies and targets cannot ask for a priority
-- without conversations.sla_policy_id: what Chatwoot promised to whom is unknown
-- without conversations.cached_label_list: policies cannot ask for labels
-- without inboxes.channel_type: how conversations came in is unknown
-- without inboxes.working_hours_enabled: calendars are open around the clock
-- without accounts: attributes lack the account
-- without contacts: customers have no names, companies or countries
-- without contacts.country_code: regions are unknown
-- without contacts.additional_attributes: companies are unknown
-- without working_hours.closed_all_day: every day of an inbox is open
-- without teams: groups are unknown
-- without sla_policies: Chatwoot promises nothing
-- without working_hours: calendars are open around the clock
-- without reporting_events: a solution is known by its activity message only
-- without csat_survey_responses: csat_drivers is empty
-- without custom_attribute_definitions: custom attributes go by their keys
WITH inbox AS (
    SELECT
        named.id,
        named.channel_type,
        -- Several accounts may have an inbox of one name.
        concat_ws(
            ' ',
            named.name,
            CASE WHEN count(*) OVER (PARTITION BY named.name) > 1 THEN named.id END
        ) AS name,
        named.working_hours_enabled
    FROM {inboxes} AS named
),
open_inbox AS (
    SELECT DISTINCT hours.inbox_id
    FROM {working_hours} AS hours
    WHERE hours.closed_all_day IS NOT TRUE
),
policy AS (
    SELECT
        named.id,
        concat_ws(
            ' ',
            named.name,
            CASE WHEN count(*) OVER (PARTITION BY named.name) > 1 THEN named.id END
        ) AS name
    FROM {sla_policies} AS named
),
solution AS (
    SELECT
        event.conversation_id,
        max(event.event_end_time) AS solved_at
    FROM {reporting_events} AS event
    WHERE event.name = 'conversation_resolved'
    GROUP BY event.conversation_id
),
rating AS (
    SELECT DISTINCT ON (response.conversation_id)
        response.conversation_id,
        response.rating
    FROM {csat_survey_responses} AS response
    ORDER BY
        response.conversation_id,
        response.created_at DESC,
        response.rating
),
custom_value AS (
    SELECT
        conversation.id AS conversation_id,
        jsonb_object_agg(coalesce(field.attribute_display_name, entry.key), entry.value) AS entries
    FROM {conversations} AS conversation
    CROSS JOIN jsonb_each(
        CASE jsonb_typeof(conversation.custom_attributes)
            WHEN 'object' THEN conversation.custom_attributes
        END
    ) AS entry
    LEFT JOIN {custom_attribute_definitions} AS field
        ON field.account_id = conversation.account_id
        AND field.attribute_key = entry.key
        AND field.attribute_model = 0
    GROUP BY conversation.id
)
SELECT
    -- The conversation, by the number that is its own in all accounts.
    conversation.id AS ticket_id,
    -- When it was created.
    conversation.created_at,
    -- What an email was about.
    conversation.additional_attributes ->> 'mail_subject' AS subject,
    -- The contact.
    conversation.contact_id::text AS requester_id,
    -- The contact's company.
    nullif(contact.additional_attributes ->> 'company_name', '') AS organization_id,
    -- The inbox.
    inbox.name AS brand,
    -- The contact's country.
    nullif(contact.country_code, '') AS region,
    -- The kind of inbox: WebWidget, Email, Whatsapp, Api.
    regexp_replace(inbox.channel_type, '^Channel::', '') AS channel,
    -- Its SLA policy.
    policy.name AS tier,
    -- Chatwoot has none.
    NULL::text AS type,
    -- Its priority now.
    (ARRAY['low', 'medium', 'high', 'urgent'])[conversation.priority + 1] AS priority,
    -- The team that has it now.
    team.name AS group_name,
    -- Who has it now.
    assignee.name AS assignee,
    -- Its status now.
    coalesce(
        (ARRAY['open', 'resolved', 'pending', 'snoozed'])[conversation.status + 1],
        conversation.status::text
    ) AS status,
    -- When it was last resolved.
    CASE WHEN conversation.status = 1 THEN solution.solved_at END AS solved_at,
    -- Chatwoot closes nothing for good.
    NULL::timestamptz AS closed_at,
    -- The last rating, 1 to 5.
    rating.rating::float8 AS csat_score,
    -- Chatwoot knows none.
    NULL::float8 AS cost,
    -- The hours of its inbox, registered in slaops.calendars.
    {schema} || ' '
    || CASE
        WHEN inbox.working_hours_enabled AND open_inbox.inbox_id IS NOT NULL THEN inbox.name
        ELSE '24/7'
    END AS calendar_name,
    -- Labels.
    string_to_array(nullif(conversation.cached_label_list, ''), ', ') AS tags,
    -- Custom attributes by their names, the number that people see, and the account.
    coalesce(custom_value.entries, '{}') || jsonb_strip_nulls(
        jsonb_build_object('display id', conversation.display_id, 'account', account.name)
    ) AS attributes,
    -- When it was last changed.
    conversation.updated_at AS loaded_at
FROM {conversations} AS conversation
LEFT JOIN inbox ON inbox.id = conversation.inbox_id
LEFT JOIN open_inbox ON open_inbox.inbox_id = conversation.inbox_id
LEFT JOIN {contacts} AS contact ON contact.id = conversation.contact_id
LEFT JOIN policy ON policy.id = conversation.sla_policy_id
LEFT JOIN {teams} AS team ON team.id = conversation.team_id
LEFT JOIN {users} AS assignee ON assignee.id = conversation.assignee_id
LEFT JOIN {accounts} AS account ON account.id = conversation.account_id
LEFT JOIN solution ON solution.conversation_id = conversation.id
LEFT JOIN rating ON rating.conversation_id = conversation.id
LEFT JOIN custom_value ON custom_value.conversation_id = conversation.id
