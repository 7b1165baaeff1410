-- What Salesforce itself says of its promises: the last milestone of a case for each metric, as its
-- type's name tells. Minutes are whole ones.
-- {case}: id! text, is_deleted bool
-- {case_milestone}: id! text, case_id! text, milestone_type_id! text, is_deleted bool,
--     start_date timestamptz, target_date* timestamptz,
--     actual_elapsed_time_in_mins|elapsed_time_in_mins* float8, target_response_in_mins float8,
--     is_violated* bool
-- {milestone_type}: id! text, name! text
-- without figures: Salesforce's own figures are in case_milestone and milestone_type:
--     reconciliation has nothing to compare
-- without case_milestone.target_date: when a milestone was due is unknown
-- without case_milestone.actual_elapsed_time_in_mins: how long a milestone took is not compared
-- without case_milestone.is_violated: whether a milestone was violated is not compared
WITH type AS (
    SELECT
        known.id,
        CASE
            WHEN known.name ~* '(first|initial) *(response|reply|contact)|^response'
                THEN 'first_response'
            WHEN known.name ~* 'resol|clos|solution|fix' THEN 'resolution'
            WHEN known.name ~* '(next|subsequent) *(response|reply)' THEN 'next_response'
        END AS metric
    FROM {milestone_type} AS known
)
SELECT DISTINCT ON (milestone.case_id, type.metric)
    -- The case.
    milestone.case_id AS ticket_id,
    -- The metric.
    type.metric,
    -- The last cycle.
    NULL::int4 AS cycle,
    -- When it was due.
    milestone.target_date AS due_at,
    -- Minutes that it took, without those for which it was stopped.
    milestone.actual_elapsed_time_in_mins AS elapsed_minutes,
    -- Minutes that were allowed.
    milestone.target_response_in_mins AS target_minutes,
    -- Whether it was violated.
    milestone.is_violated AS breached
FROM {case_milestone} AS milestone
JOIN {case} AS ticket
    ON ticket.id = milestone.case_id
    AND ticket.is_deleted IS NOT TRUE
JOIN type
    ON type.id = milestone.milestone_type_id
    AND type.metric IS NOT NULL
WHERE milestone.is_deleted IS NOT TRUE
ORDER BY
    milestone.case_id,
    type.metric,
    milestone.start_date DESC NULLS LAST,
    milestone.id
