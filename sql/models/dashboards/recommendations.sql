-- What should be done? One row per action, with its evidence; the most urgent first. Small numbers
-- give no advice. The figures are in the views finding_*, the texts in slaops.recommendation_texts.
-- materialized: table
-- key: kind, subject
WITH schema_today AS (
    -- The present name of the schema.
    SELECT
        quote_ident(namespace.nspname) AS identifier,
        namespace.nspname::text AS name
    FROM pg_catalog.pg_type AS row_type
    JOIN pg_catalog.pg_namespace AS namespace
        ON namespace.oid = row_type.typnamespace
    WHERE row_type.oid = pg_typeof(NULL::{schema}.mart_sla)
),

findings AS (
    -- slaops.rows_of plans each view separately.
    SELECT
        'late_tickets' AS kind,
        finding.subject,
        finding.weight,
        to_jsonb(finding) || jsonb_build_object('waiting', nullif(finding.waiting, 0)) AS evidence
    FROM slaops.rows_of(NULL::{schema}.finding_late_tickets) AS finding
    UNION ALL
    SELECT
        'endless_backlog' AS kind,
        finding.subject,
        finding.weight,
        to_jsonb(finding) AS evidence
    FROM slaops.rows_of(NULL::{schema}.finding_endless_backlog) AS finding
    UNION ALL
    SELECT
        CASE WHEN finding.moved > 0 THEN 'people_to_move' ELSE 'missing_people' END AS kind,
        finding.subject,
        finding.weight,
        to_jsonb(finding) || jsonb_build_object(
            'added_too', nullif(finding.added, 0),
            'attainment_from',
            CASE WHEN NOT attainment.is_kept THEN finding.attainment END,
            'attainment_kept',
            CASE WHEN attainment.is_kept THEN finding.planned_attainment END,
            'instead',
            CASE
                WHEN finding.added > 0 THEN ' instead'
                WHEN finding.moved > 0 THEN ' as well'
                ELSE ''
            END
        ) AS evidence
    FROM slaops.rows_of(NULL::{schema}.finding_short_group) AS finding
    CROSS JOIN LATERAL (
        -- In percent, as the text shows it.
        SELECT
            round(finding.attainment::numeric * 100)
            = round(finding.planned_attainment::numeric * 100) AS is_kept
    ) AS attainment
    UNION ALL
    SELECT
        'bottleneck' AS kind,
        finding.subject,
        finding.weight,
        to_jsonb(finding) AS evidence
    FROM slaops.rows_of(NULL::{schema}.finding_bottleneck) AS finding
    UNION ALL
    SELECT
        CASE finding.priorities WHEN 1 THEN 'missed_target' ELSE 'missed_priority' END AS kind,
        finding.subject,
        finding.weight,
        to_jsonb(finding) || jsonb_build_object(
            'goal_stated', CASE WHEN finding.is_stated THEN finding.goal END,
            'goal_asked', CASE WHEN NOT finding.is_stated THEN finding.goal END
        ) AS evidence
    FROM slaops.rows_of(NULL::{schema}.finding_missed_target) AS finding
    UNION ALL
    SELECT
        'worse_attainment' AS kind,
        finding.subject,
        finding.weight,
        to_jsonb(finding) AS evidence
    FROM slaops.rows_of(NULL::{schema}.finding_worse_attainment) AS finding
    UNION ALL
    SELECT
        'escalations' AS kind,
        finding.subject,
        finding.weight,
        to_jsonb(finding) AS evidence
    FROM slaops.rows_of(NULL::{schema}.finding_escalations) AS finding
    UNION ALL
    SELECT
        'detour' AS kind,
        finding.subject,
        finding.weight,
        to_jsonb(finding) || jsonb_build_object(
            'deviation_text',
            CASE finding.subject
                WHEN 'no reply' THEN 'solved without a reply'
                ELSE finding.subject
            END
        ) AS evidence
    FROM slaops.rows_of(NULL::{schema}.finding_detour) AS finding
    UNION ALL
    SELECT
        'low_ratings' AS kind,
        finding.subject,
        finding.weight,
        to_jsonb(finding) AS evidence
    FROM slaops.rows_of(NULL::{schema}.finding_low_ratings) AS finding
    UNION ALL
    SELECT
        'busy_days' AS kind,
        NULL AS subject,
        max(finding.robust_z) AS weight,
        jsonb_build_object(
            'days',
            jsonb_agg(
                jsonb_build_object(
                    'day', finding.day,
                    'created', finding.created,
                    'expected_few', CASE WHEN finding.expected < 10 THEN finding.expected END,
                    'expected_many', CASE WHEN finding.expected >= 10 THEN finding.expected END
                )
                ORDER BY finding.day
            )
        ) AS evidence
    FROM slaops.rows_of(NULL::{schema}.finding_busy_days) AS finding
    HAVING count(*) > 0
),

said AS (
    SELECT
        finding.kind,
        finding.subject,
        finding.weight,
        finding_text.urgency,
        finding_text.area,
        finding_text.title,
        slaops.finding_text(finding_text.action, known.evidence) AS action,
        slaops.finding_text(finding_text.evidence, known.evidence) AS evidence,
        slaops.finding_text(finding_text.query, known.evidence) AS query
    FROM findings AS finding
    CROSS JOIN schema_today
    CROSS JOIN LATERAL (
        SELECT
            finding.evidence || jsonb_build_object(
                'schema', schema_today.identifier,
                'schema_name', schema_today.name
            ) AS evidence
    ) AS known
    JOIN slaops.recommendation_texts AS finding_text
        ON finding_text.kind = finding.kind
)

SELECT
    -- Rank: late tickets, then people and bottlenecks, then metrics, process and CSAT, then volume.
    row_number() OVER (
        ORDER BY
            said.urgency,
            said.weight DESC,
            said.area,
            said.action
    ) AS rank,
    -- backlog, capacity, bottleneck, sla, escalation, process, csat or volume.
    said.area,
    -- The group, metric, deviation or driver concerned.
    said.subject,
    -- What to do. For people: how many to move and from where, how many to add, and the utilization
    -- and attainment expected from the whole plan.
    said.action,
    -- The figures behind it.
    said.evidence,
    -- The query that shows them.
    said.query,
    -- The kind of finding, in slaops.recommendation_texts.
    said.kind,
    -- A short title.
    said.title
FROM said
ORDER BY rank
