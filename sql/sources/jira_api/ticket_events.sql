-- Events of a Jira by the names of its API: creations, comments, and the changelog, from a table of
-- its own, from issues.changelog, or from dlt's child tables.
-- appended to: issue_changelogs
-- {issues}: id! text, key text, fields jsonb, created|fields__created timestamptz,
--     fields__reporter__account_id text, fields__creator__account_id text, changelog jsonb,
--     _airbyte_extracted_at|flow_published_at timestamptz, _dlt_load_id float8, _dlt_id text
-- {issue_changelogs}?: id! text, issue_id|issueId|issueid! text, created! timestamptz,
--     author jsonb, items! jsonb, _airbyte_extracted_at|flow_published_at timestamptz
-- {issues__changelog__histories}?: _dlt_id! text, _dlt_parent_id! text, id! text,
--     created! timestamptz, author__account_id text, author__display_name text,
--     author__account_type text
-- {issues__changelog__histories__items}?: _dlt_parent_id! text, field! text, from_string text,
--     to_string text
-- {issue_comments}?: id! text, issue_id|issueId|issueid! text, created! timestamptz,
--     author jsonb, jsd_public|jsdPublic|jsdpublic bool,
--     _airbyte_extracted_at|flow_published_at timestamptz
-- {issues__fields__comment__comments}?: _dlt_parent_id! text, id! text, created! timestamptz,
--     author__account_id text, author__display_name text, author__account_type text,
--     jsd_public bool
-- {users}?: account_id|accountId|accountid! text, display_name|displayName|displayname text,
--     account_type|accountType|accounttype text
-- without issues.fields unless issues.fields__creator__account_id: who asked is unknown
-- without issues.created unless issues.fields: nothing is known of the issues
-- without issues.fields__reporter__account_id unless issues.fields: the creator is the customer
-- without issues.fields__creator__account_id unless issues.fields: the customer is unknown
-- without issues.changelog unless issue_changelogs: changes are unknown
-- without issues.changelog unless issues__changelog__histories: changes are unknown
-- without issues._dlt_id unless issues._airbyte_extracted_at: child tables of dlt are not found
-- without issues._dlt_id unless issues.fields: child tables of dlt are not found
-- without issues._dlt_load_id unless issues._airbyte_extracted_at: it names a load of dlt
-- without issues._airbyte_extracted_at unless issues._dlt_load_id: when rows were loaded is unknown
-- without issue_changelogs unless issues.changelog: changes are unknown
-- without issue_changelogs unless issues__changelog__histories: changes are unknown
-- without issue_changelogs.author: nobody knows who changed a field
-- without issue_changelogs._airbyte_extracted_at: when rows were loaded is unknown
-- without issues__changelog__histories unless issue_changelogs: changes are unknown
-- without issues__changelog__histories unless issues.changelog: changes are unknown
-- without issues__changelog__histories unless issues.fields: changes are unknown
-- without issues__changelog__histories__items unless issue_changelogs: changes are unknown
-- without issues__changelog__histories__items unless issues.changelog: changes are unknown
-- without issues__changelog__histories__items unless issues.fields: changes are unknown
-- without issue_comments unless issues__fields__comment__comments: replies are unknown:
--     first_response and next_response never end by one
-- without issue_comments.jsd_public: first_response counts internal comments too
-- without issue_comments.author: replies are the system's and stop no clock
-- without issue_comments._airbyte_extracted_at: when rows were loaded is unknown
-- without issues__fields__comment__comments unless issue_comments: replies are unknown
-- without issues__fields__comment__comments unless issues.fields: replies are unknown
-- without issues__fields__comment__comments.jsd_public: first_response counts internal comments too
-- without users unless issues.fields: the reporter goes by his account
-- without users: the reporter goes by his account
WITH issue AS (
    SELECT
        source.id,
        source._dlt_id,
        coalesce(source.key, source.id) AS key,
        coalesce(source.created, (source.fields ->> 'created')::timestamptz) AS created_at,
        coalesce(
            source.fields #>> '{reporter,accountId}',
            source.fields__reporter__account_id,
            source.fields #>> '{creator,accountId}',
            source.fields__creator__account_id
        ) AS reporter,
        source.changelog,
        coalesce(source._airbyte_extracted_at, to_timestamp(source._dlt_load_id)) AS loaded_at
    FROM {issues} AS source
),
history AS (
    SELECT
        log.issue_id,
        log.id AS log_id,
        log.created AS event_at,
        log.author,
        log.items,
        log._airbyte_extracted_at AS loaded_at
    FROM {issue_changelogs} AS log
    UNION ALL
    SELECT
        issue.id AS issue_id,
        log.value ->> 'id' AS log_id,
        (log.value ->> 'created')::timestamptz AS event_at,
        log.value -> 'author' AS author,
        log.value -> 'items' AS items,
        issue.loaded_at
    FROM issue
    CROSS JOIN LATERAL jsonb_array_elements(issue.changelog -> 'histories') AS log
),
entry AS (
    -- The issue and its log may both have it, and an old load has what a newer one cuts off.
    SELECT DISTINCT ON (history.issue_id, history.log_id) history.*
    FROM history
    ORDER BY
        history.issue_id,
        history.log_id,
        history.loaded_at DESC NULLS LAST
),
change AS (
    SELECT
        entry.issue_id,
        entry.event_at,
        entry.author ->> 'accountId' AS author_id,
        entry.author ->> 'displayName' AS author,
        entry.author ->> 'accountType' AS account_type,
        coalesce(item.value ->> 'fieldId', item.value ->> 'field') AS field,
        item.value ->> 'fromString' AS old_value,
        item.value ->> 'toString' AS new_value,
        entry.loaded_at
    FROM entry
    CROSS JOIN LATERAL jsonb_array_elements(entry.items) AS item
    UNION ALL
    SELECT
        issue.id AS issue_id,
        log.created AS event_at,
        log.author__account_id AS author_id,
        log.author__display_name AS author,
        log.author__account_type AS account_type,
        item.field,
        item.from_string AS old_value,
        item.to_string AS new_value,
        issue.loaded_at
    FROM issue
    JOIN {issues__changelog__histories} AS log ON log._dlt_parent_id = issue._dlt_id
    JOIN {issues__changelog__histories__items} AS item ON item._dlt_parent_id = log._dlt_id
),
comment AS (
    SELECT
        said.issue_id,
        said.created AS event_at,
        said.author ->> 'accountId' AS author_id,
        said.author ->> 'displayName' AS author,
        said.author ->> 'accountType' AS account_type,
        said.jsd_public AS public,
        said._airbyte_extracted_at AS loaded_at
    FROM {issue_comments} AS said
    UNION ALL
    SELECT
        issue.id AS issue_id,
        said.created AS event_at,
        said.author__account_id AS author_id,
        said.author__display_name AS author,
        said.author__account_type AS account_type,
        said.jsd_public AS public,
        issue.loaded_at
    FROM issue
    JOIN {issues__fields__comment__comments} AS said ON said._dlt_parent_id = issue._dlt_id
),
event AS (
    SELECT
        issue.id AS issue_id,
        issue.created_at AS event_at,
        'created' AS event_type,
        issue.reporter AS author_id,
        reporter.display_name AS author,
        reporter.account_type,
        NULL::text AS old_value,
        NULL::text AS new_value,
        NULL::bool AS public,
        0::int8 AS seq,
        issue.loaded_at
    FROM issue
    LEFT JOIN {users} AS reporter ON reporter.account_id = issue.reporter
    UNION ALL
    SELECT
        comment.issue_id,
        comment.event_at,
        'comment' AS event_type,
        comment.author_id,
        comment.author,
        comment.account_type,
        NULL AS old_value,
        NULL AS new_value,
        comment.public,
        1 AS seq,
        comment.loaded_at
    FROM comment
    UNION ALL
    SELECT
        change.issue_id,
        change.event_at,
        CASE change.field WHEN 'project' THEN 'group_name' ELSE change.field END AS event_type,
        change.author_id,
        change.author,
        change.account_type,
        change.old_value,
        change.new_value,
        NULL AS public,
        CASE change.field
            WHEN 'priority' THEN 2
            WHEN 'assignee' THEN 3
            WHEN 'project' THEN 3
            ELSE 4
        END AS seq,
        change.loaded_at
    FROM change
    WHERE change.field IN ('status', 'priority', 'assignee', 'project')
)
SELECT
    -- The issue's key.
    issue.key AS ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- The reporter and the customers of the portal are customers; apps are bots.
    CASE
        WHEN event.author_id IS NULL THEN 'system'
        WHEN event.author_id = issue.reporter THEN 'customer'
        WHEN event.account_type = 'customer' THEN 'customer'
        WHEN event.account_type = 'app' THEN 'bot'
        ELSE 'agent'
    END AS actor_role,
    -- Who did it.
    coalesce(event.author, event.author_id) AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    event.old_value,
    -- What it is since.
    event.new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant.
    event.seq,
    -- When the warehouse took it in.
    event.loaded_at
FROM event
JOIN issue ON issue.id = event.issue_id
