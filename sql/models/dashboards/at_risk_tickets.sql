-- Which clocks will breach? One row per open clock within its target, the most likely breach first.
-- materialized: table
-- key: ticket_id, metric, cycle
WITH running AS MATERIALIZED (
    SELECT
        clock.ticket_id,
        clock.metric,
        clock.cycle,
        clock.priority,
        clock.group_name,
        clock.assignee,
        clock.status,
        clock.due_at,
        clock.elapsed_minutes,
        clock.target_minutes,
        clock.margin_minutes,
        clock.paused_minutes,
        clock.policy,
        clock.last_group,
        -- Clocks that ran longer, by however little, without the clock itself.
        clock.elapsed_minutes + 1e-9 AS older_minutes
    FROM {schema}.fct_sla_attainment AS clock
    WHERE clock.is_open
        AND clock.stopped_at IS NULL
        AND clock.status IN ('active', 'at_risk', 'paused')
),

by_group AS MATERIALIZED (
    -- Every group that had the ticket for a part of the clock's time.
    SELECT
        cell.metric,
        coalesce(cell.priority, '') AS priority,
        coalesce(cell.group_name, '') AS group_name,
        slaops.rollup(cell.elapsed) AS elapsed,
        slaops.rollup(cell.unfinished) AS unfinished
    FROM {schema}.int_clock_times AS cell
    GROUP BY
        cell.metric,
        cell.priority,
        cell.group_name
),

by_priority AS MATERIALIZED (
    SELECT
        cell.metric,
        coalesce(cell.priority, '') AS priority,
        slaops.rollup(cell.elapsed) AS elapsed,
        slaops.rollup(cell.unfinished) AS unfinished
    FROM {schema}.int_clock_times AS cell
    WHERE cell.had_most
    GROUP BY
        cell.metric,
        cell.priority
),

by_metric AS MATERIALIZED (
    SELECT
        by_priority.metric,
        slaops.rollup(by_priority.elapsed) AS elapsed,
        slaops.rollup(by_priority.unfinished) AS unfinished
    FROM by_priority
    GROUP BY by_priority.metric
),

recent_parts AS (
    SELECT
        clock.metric,
        coalesce(clock.priority, '') AS priority,
        coalesce(clock.cause_group, '') AS group_name,
        clock.group_shares - coalesce(clock.cause_group, '') AS other_shares,
        clock.elapsed_minutes,
        clock.status IN ('met', 'breached') AND clock.stopped_at IS NOT NULL AS is_finished
    FROM {schema}.fct_sla_attainment AS clock
    WHERE clock.started_at > {as_of} - interval '672 hours'
        AND clock.elapsed_minutes >= 0
        AND clock.status IN ('active', 'at_risk', 'paused', 'met', 'breached', 'cancelled')
),

by_group_recently AS MATERIALIZED (
    -- As in int_clock_times, for the clocks of the last four weeks.
    SELECT
        recent.metric,
        recent.priority,
        recent.group_name,
        slaops.survival_agg(recent.elapsed_minutes, recent.is_finished) AS elapsed,
        slaops.survival_agg(recent.elapsed_minutes, false) FILTER (
            WHERE NOT recent.is_finished
        ) AS unfinished
    FROM (
        SELECT
            part.metric,
            part.priority,
            part.group_name,
            part.elapsed_minutes,
            part.is_finished
        FROM recent_parts AS part
        UNION ALL
        SELECT
            part.metric,
            part.priority,
            other_group.name,
            part.elapsed_minutes,
            part.is_finished
        FROM recent_parts AS part
        CROSS JOIN LATERAL jsonb_object_keys(part.other_shares) AS other_group (name)
        WHERE part.other_shares <> '{}'
    ) AS recent
    GROUP BY
        recent.metric,
        recent.priority,
        recent.group_name
),

pools AS MATERIALIZED (
    -- Curves are kept once per metric, priority and group, because each takes at least 8 bytes for
    -- every distinct time.
    SELECT
        pool.metric,
        pool.priority,
        pool.group_name,
        by_group_recently.elapsed AS recently,
        by_group_recently.unfinished AS recently_unfinished,
        by_group.elapsed AS in_group,
        by_group.unfinished AS in_group_unfinished,
        by_priority.elapsed AS in_priority,
        by_priority.unfinished AS in_priority_unfinished,
        by_metric.elapsed AS in_metric,
        by_metric.unfinished AS in_metric_unfinished
    FROM (
        SELECT DISTINCT
            running.metric,
            coalesce(running.priority, '') AS priority,
            coalesce(running.group_name, '') AS group_name
        FROM running
    ) AS pool
    LEFT JOIN by_group_recently
        ON by_group_recently.metric = pool.metric
        AND by_group_recently.priority = pool.priority
        AND by_group_recently.group_name = pool.group_name
    LEFT JOIN by_group
        ON by_group.metric = pool.metric
        AND by_group.priority = pool.priority
        AND by_group.group_name = pool.group_name
    LEFT JOIN by_priority
        ON by_priority.metric = pool.metric
        AND by_priority.priority = pool.priority
    LEFT JOIN by_metric
        ON by_metric.metric = pool.metric
),

estimated AS MATERIALIZED (
    SELECT
        running.*,
        nearest.based_on,
        nearest.probability,
        coalesce(nearest.peers, 0) AS peers,
        coalesce(nearest.decided, 0) AS decided,
        coalesce(nearest.is_bound, false) AS is_bound
    FROM running
    JOIN pools AS pool
        ON pool.metric = running.metric
        AND pool.priority = coalesce(running.priority, '')
        AND pool.group_name = coalesce(running.group_name, '')
    CROSS JOIN LATERAL (
        -- The most specific curve that has 30 decided clocks and extends to the target, else the
        -- curve of the metric. VALUES are read in order, so later curves are not computed.
        SELECT
            curve.based_on,
            estimate.probability,
            estimate.peers,
            estimate.decided,
            estimate.longest = 0 AND estimate.probability > 0 AS is_bound
        FROM (
            VALUES
                ('group, last 28 days', pool.recently, pool.recently_unfinished),
                ('group', pool.in_group, pool.in_group_unfinished),
                ('priority', pool.in_priority, pool.in_priority_unfinished),
                ('all priorities', pool.in_metric, pool.in_metric_unfinished)
        ) AS curve (based_on, elapsed, unfinished)
        CROSS JOIN LATERAL (
            SELECT
                slaops.breach_probability(
                    curve.elapsed, running.elapsed_minutes, running.target_minutes
                ) AS probability,
                counted.peers,
                counted.longest,
                -- Clocks that ended before the target, and clocks that passed it.
                counted.peers
                - coalesce(counted.unfinished - counted.unfinished_longest, 0) AS decided
            FROM (
                SELECT
                    slaops.survival_at_risk(curve.elapsed, running.older_minutes) AS peers,
                    slaops.survival_at_risk(
                        curve.elapsed, greatest(running.target_minutes, running.older_minutes)
                    ) AS longest,
                    slaops.survival_at_risk(curve.unfinished, running.older_minutes)
                    AS unfinished,
                    slaops.survival_at_risk(
                        curve.unfinished, greatest(running.target_minutes, running.older_minutes)
                    ) AS unfinished_longest
            ) AS counted
        ) AS estimate
        WHERE curve.based_on = 'all priorities'
            OR estimate.decided >= 30 AND (estimate.longest > 0 OR estimate.probability = 0)
        LIMIT 1
    ) AS nearest
),

backlogs AS MATERIALIZED (
    SELECT
        backlog.group_name,
        backlog.tickets / backlog.before AS growth
    FROM (
        SELECT
            coalesce(per_priority.group_name, '') AS group_name,
            sum(per_priority.tickets) FILTER (WHERE per_priority.day = today.day) AS tickets,
            sum(per_priority.tickets) FILTER (WHERE per_priority.day < today.day)
            / count(DISTINCT per_priority.day) FILTER (
                WHERE per_priority.day < today.day
            ) AS before
        FROM (SELECT ({as_of} AT TIME ZONE {time_zone})::date AS day) AS today
        JOIN {schema}.int_backlog_by_day AS per_priority
            ON per_priority.day BETWEEN today.day - 28 AND today.day
        GROUP BY coalesce(per_priority.group_name, '')
    ) AS backlog
),

learned AS MATERIALIZED (
    -- By the model of the metric, with the fields that int_risk_model has.
    SELECT
        running.ticket_id,
        running.metric,
        running.cycle,
        slaops.risk_probability(model.model, known.fields) AS probability,
        (
            SELECT array_agg(
                concat(
                    replace(reason.field, '_', ' '),
                    ' ',
                    coalesce(
                        CASE
                            WHEN jsonb_typeof(known.fields -> reason.field) = 'number'
                                THEN round(reason.field_value::numeric)::text
                            ELSE reason.field_value
                        END,
                        '(none)'
                    ),
                    ': ',
                    CASE WHEN reason.effect > 0 THEN '+' END,
                    round(reason.effect::numeric * 100),
                    ' %'
                )
                ORDER BY abs(reason.effect) DESC
            )
            FROM slaops.risk_reasons(model.model, known.fields) AS reason
        ) AS reasons
    FROM running
    JOIN {schema}.risk_model AS judged
        ON judged.metric = running.metric
        AND judged.is_used
    JOIN {schema}.int_risk_model AS model
        ON model.metric = judged.metric
    JOIN {schema}.int_ticket_lifecycle AS life
        ON life.ticket_id = running.ticket_id
    LEFT JOIN backlogs AS backlog
        ON backlog.group_name = coalesce(running.last_group, '')
    CROSS JOIN LATERAL (
        SELECT
            to_jsonb(life)
            - '{subject,states,groups,group_minutes,open_from,open_to,is_open,status,state}'::text[]
            || jsonb_build_object(
                'priority', running.priority,
                'policy', running.policy,
                'group_name', running.last_group,
                'target_minutes', running.target_minutes,
                'elapsed_minutes', running.elapsed_minutes,
                'paused_minutes', running.paused_minutes,
                'minutes_left', running.margin_minutes,
                'is_paused', running.status = 'paused',
                'assignee', CASE WHEN life.assignments > 0 THEN life.assignee END,
                'weekday', date_part('isodow', life.created_at AT TIME ZONE {time_zone}),
                'hour', date_part('hour', life.created_at AT TIME ZONE {time_zone}),
                'backlog_growth', backlog.growth
            ) AS fields
    ) AS known
),

ranked AS (
    SELECT
        estimated.ticket_id,
        estimated.metric,
        estimated.cycle,
        estimated.priority,
        estimated.group_name,
        estimated.assignee,
        estimated.status,
        estimated.due_at,
        estimated.elapsed_minutes,
        estimated.target_minutes,
        estimated.margin_minutes,
        estimated.peers,
        estimated.decided,
        estimated.probability AS curve_probability,
        learned.reasons,
        learned.probability IS NOT NULL AS is_learned,
        judged.probability,
        CASE
            WHEN learned.probability IS NULL THEN estimated.based_on
            ELSE 'model'
        END AS based_on,
        estimated.is_bound AND learned.probability IS NULL AS is_bound,
        -- Rank by the probability of a breach, then by the due time. A probability that is only an
        -- upper bound counts as at most 0.5.
        row_number() OVER (
            ORDER BY
                CASE
                    WHEN estimated.is_bound AND learned.probability IS NULL
                        THEN least(judged.probability, 0.5)
                    ELSE judged.probability
                END DESC NULLS LAST,
                estimated.due_at NULLS LAST,
                estimated.ticket_id::text,
                estimated.metric,
                estimated.cycle
        ) AS rank,
        CASE estimated.based_on
            WHEN 'group, last 28 days'
                THEN concat(
                    coalesce(' of ' || estimated.group_name, ' of no group'),
                    ' in the last 28 days'
                )
            WHEN 'group' THEN coalesce(' of ' || estimated.group_name, ' of no group')
        END AS of_whom
    FROM estimated
    LEFT JOIN learned
        ON learned.ticket_id = estimated.ticket_id
        AND learned.metric = estimated.metric
        AND learned.cycle = estimated.cycle
    CROSS JOIN LATERAL (
        -- Model and curve together err less than either: each knows what the other does not.
        SELECT
            CASE
                WHEN learned.probability IS NULL THEN estimated.probability
                ELSE slaops.risk_estimate(
                    learned.probability,
                    CASE WHEN NOT estimated.is_bound THEN estimated.probability END
                )
            END AS probability
    ) AS judged
)

SELECT
    -- Rank by the probability of a breach, then by the due time. A probability that is only an
    -- upper bound counts as at most 0.5.
    ranked.rank,
    -- The ticket.
    ranked.ticket_id,
    -- Its subject.
    ticket.subject,
    -- The metric of the clock.
    ranked.metric,
    -- Number of the cycle, from 1.
    ranked.cycle,
    -- The priority whose target counts.
    ranked.priority,
    -- The group that has the ticket.
    ranked.group_name,
    -- Its assignee.
    ranked.assignee,
    -- active, at_risk or paused.
    ranked.status,
    -- When the target runs out; NULL while paused.
    ranked.due_at,
    -- Open minutes left of the target.
    ranked.margin_minutes AS remaining_minutes,
    -- Share of the target that is used up.
    ranked.elapsed_minutes / nullif(ranked.target_minutes, 0) AS target_used,
    -- Probability of a breach: by model and curve (risk_estimate) if the model of the metric is
    -- good enough (risk_model); else by the curve: of the clocks that ran longer than this one has,
    -- the share that takes longer than the target (Kaplan-Meier). An upper bound if is_bound; NULL
    -- if no clock ran longer.
    ranked.probability AS breach_probability,
    -- Clocks that ran longer than this one has, ended or not. The curve is based on them.
    ranked.peers AS comparable_clocks,
    -- model; or the most specific set of clocks with 30 that ran longer and ended or passed the
    -- target:
    -- group, last 28 days (same metric and priority, begun in the last 672 hours, partly with the
    -- group); group (the same of all time); priority (all groups); all priorities (the metric,
    -- however few).
    ranked.based_on,
    -- Why, in words.
    concat(
        CASE
            WHEN ranked.is_learned
                THEN concat(
                    round(ranked.probability::numeric * 100),
                    ' % by what became of clocks like it',
                    ' (' || array_to_string(ranked.reasons, ', ') || ')'
                )
            WHEN ranked.probability IS NULL
                THEN 'no clock on record ran longer, so there is no estimate'
            WHEN ranked.is_bound
                THEN concat(
                    'no clock on record ran as long as the target of ',
                    round(ranked.target_minutes::numeric),
                    ' minutes',
                    CASE
                        WHEN ranked.probability < 1
                            THEN concat(
                                '; of ',
                                ranked.peers,
                                ' as old as this at most ',
                                round(ranked.probability::numeric * 100),
                                ' % will'
                            )
                        ELSE ', so there is no estimate'
                    END
                )
            ELSE concat(
                round(ranked.probability::numeric * 100),
                ' % of ',
                CASE WHEN ranked.peers < 10 THEN 'only ' END,
                ranked.peers,
                CASE ranked.peers WHEN 1 THEN ' clock' ELSE ' clocks' END,
                ranked.of_whom,
                ' as old as this took longer than ',
                round(ranked.target_minutes::numeric),
                ' minutes'
            )
        END,
        '; ',
        round(ranked.margin_minutes::numeric),
        ' open minutes left; ',
        CASE ranked.status WHEN 'paused' THEN 'paused' ELSE 'waits' END,
        coalesce(' in ' || ranked.group_name, ' in no group'),
        CASE WHEN ranked.assignee IS NULL THEN ', with nobody' END
    ) AS reason,
    -- Of the comparable clocks, those that ended or passed the target.
    ranked.decided AS decided_clocks,
    -- Whether the probability is only an upper bound, because no clock on record ran as long as the
    -- target.
    ranked.is_bound,
    -- The three fields that change the model's probability most, each with its value and by how
    -- much; NULL if it is based on a curve.
    ranked.reasons,
    -- The probability by the curve.
    ranked.curve_probability
FROM ranked
LEFT JOIN {schema}.int_ticket_lifecycle AS ticket
    ON ticket.ticket_id = ranked.ticket_id
ORDER BY ranked.rank
