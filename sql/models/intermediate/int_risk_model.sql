-- The models behind at_risk_tickets: one row per metric. refresh fits them once a day, to clocks
-- that ran within their target at instants of the 150 days before, as they were then, and that were
-- decided when the day began.
-- materialized: table
-- key: metric
WITH fit AS MATERIALIZED (
    -- Only refresh fits models: a read of these views would take seconds.
    SELECT day.begins AS at
    FROM (
        SELECT timezone({time_zone}, date_trunc('day', timezone({time_zone}, {as_of}))) AS begins
    ) AS day
    WHERE slaops.sees_all_tickets((
            SELECT row_type.typrelid::regclass
            FROM pg_type AS row_type
            WHERE row_type.oid = pg_typeof(NULL::{schema}.stg_tickets)
        ))
        AND EXISTS (
            SELECT
            FROM {refresh_log} AS logged (refresh, state, started_at, updated_at, finished_at)
            WHERE logged.refresh > 0
        )
),

candidates AS MATERIALIZED (
    -- 31 hours apart, so that every hour of the week comes up. An answer is sure when the due time
    -- has passed: of clocks that ended before, those that met their target would be too many.
    SELECT
        clock.ticket_id,
        clock.metric,
        clock.cycle,
        clock.status = 'breached' AS breached,
        fit.at - number.i * interval '31 hours' AS asked_at,
        sure.at AS known_at,
        fit.at AS fitted_at
    FROM fit
    JOIN {schema}.fct_sla_attainment AS clock
        ON clock.decided_at > fit.at - interval '150 days'
        AND clock.started_at < fit.at
        AND clock.status IN ('met', 'breached')
    CROSS JOIN LATERAL (
        SELECT
            CASE clock.status
                WHEN 'breached' THEN clock.decided_at
                ELSE greatest(
                    clock.decided_at, coalesce(clock.due_at, clock.promised_due_at)
                )
            END AS at
    ) AS sure
    CROSS JOIN LATERAL generate_series(
        greatest(1, floor(extract(epoch FROM fit.at - clock.decided_at) / 111600)::integer + 1),
        least(116, ceil(extract(epoch FROM fit.at - clock.started_at) / 111600)::integer - 1)
    ) AS number (i)
    WHERE sure.at <= fit.at
),

sampled AS MATERIALIZED (
    -- At most 100,000 questions, as many of each metric, by a hash that no order of rows changes.
    SELECT place.*
    FROM (
        SELECT
            candidate.*,
            row_number() OVER (
                PARTITION BY candidate.metric
                ORDER BY
                    hashtextextended(
                        concat(candidate.ticket_id, ' ', candidate.cycle),
                        extract(epoch FROM candidate.asked_at)::bigint
                    ),
                    candidate.ticket_id::text
            ) AS place
        FROM candidates AS candidate
    ) AS place
    WHERE place.place <= 100000 / (
        SELECT count(DISTINCT candidate.metric)
        FROM candidates AS candidate
    )
),

asked AS MATERIALIZED (
    SELECT DISTINCT
        sampled.ticket_id,
        sampled.asked_at
    FROM sampled
),

asked_tickets AS MATERIALIZED (
    SELECT DISTINCT asked.ticket_id
    FROM asked
),

histories AS MATERIALIZED (
    SELECT
        ticket.*,
        ticket_history.history
    FROM asked_tickets AS asked_ticket
    JOIN {schema}.stg_tickets AS ticket
        ON ticket.ticket_id = asked_ticket.ticket_id
    LEFT JOIN (
        SELECT
            event.ticket_id,
            slaops.ticket_history(
                event.event_at,
                event.event_type,
                event.actor_role,
                event.actor,
                event.field,
                event.old_value,
                event.new_value,
                event.public,
                event.seq
            ) AS history
        FROM asked_tickets
        JOIN {schema}.stg_ticket_events AS event
            ON event.ticket_id = asked_tickets.ticket_id
        GROUP BY event.ticket_id
    ) AS ticket_history
        ON ticket_history.ticket_id = ticket.ticket_id
),

later_changes AS MATERIALIZED (
    -- What a field was before its first change after the instant. The functions that read a history
    -- know status, priority, group and assignee as they were.
    SELECT
        change.ticket_id,
        change.asked_at,
        jsonb_object_agg(change.field, change.old_value) AS was
    FROM (
        SELECT DISTINCT ON (asked.ticket_id, asked.asked_at, field.name)
            asked.ticket_id,
            asked.asked_at,
            field.name AS field,
            event.old_value
        FROM asked
        JOIN {schema}.stg_ticket_events AS event
            ON event.ticket_id = asked.ticket_id
            AND event.event_at >= asked.asked_at
            AND event.event_type NOT IN ('created', 'comment')
        CROSS JOIN LATERAL (SELECT coalesce(event.field, event.event_type) AS name) AS field
        WHERE field.name NOT IN ('status', 'priority', 'group', 'assignee')
        ORDER BY
            asked.ticket_id,
            asked.asked_at,
            field.name,
            event.event_at,
            event.seq NULLS LAST
    ) AS change
    GROUP BY
        change.ticket_id,
        change.asked_at
),

backlogs AS MATERIALIZED (
    -- A group's open tickets over their mean of the 28 days before. By their number, groups of a
    -- desk that grows would be told apart by time.
    SELECT
        backlog.day,
        backlog.group_name,
        backlog.tickets / avg(backlog.tickets) OVER (
            PARTITION BY backlog.group_name
            ORDER BY backlog.day
            RANGE BETWEEN interval '28 days' PRECEDING AND interval '1 day' PRECEDING
        ) AS growth
    FROM (
        SELECT
            per_priority.day,
            coalesce(per_priority.group_name, '') AS group_name,
            sum(per_priority.tickets) AS tickets
        FROM {schema}.int_backlog_by_day AS per_priority
        WHERE per_priority.day >= ({as_of} AT TIME ZONE {time_zone})::date - 180
        GROUP BY
            per_priority.day,
            coalesce(per_priority.group_name, '')
    ) AS backlog
),

described AS MATERIALIZED (
    -- The status is not among the fields, and the assignee only if an event says so: of a source
    -- without events of them the row tells what they are now.
    SELECT
        asked.ticket_id,
        asked.asked_at,
        clock.metric,
        clock.cycle,
        coalesce(clock.priority, '') AS priority,
        coalesce(clock.last_group, '') AS last_group,
        clock.elapsed_minutes,
        clock.target_minutes,
        to_jsonb(known) AS fields
    FROM asked
    JOIN histories AS ticket
        ON ticket.ticket_id = asked.ticket_id
    CROSS JOIN LATERAL slaops.sla_attainment(
        ticket, ticket.history, {policy_set}, asked.asked_at, targets_only => true
    ) AS clock
    CROSS JOIN LATERAL slaops.ticket_lifecycle(
        ticket, ticket.history, {policy_set}, asked.asked_at
    ) AS life
    LEFT JOIN backlogs AS backlog
        ON backlog.day = (asked.asked_at AT TIME ZONE {time_zone})::date
        AND backlog.group_name = coalesce(clock.last_group, '')
    CROSS JOIN LATERAL (
        SELECT
            clock.priority,
            clock.policy,
            clock.last_group AS group_name,
            clock.target_minutes,
            clock.elapsed_minutes,
            clock.paused_minutes,
            clock.margin_minutes AS minutes_left,
            clock.status = 'paused' AS is_paused,
            CASE WHEN life.assignments > 0 THEN life.assignee END AS assignee,
            ticket.type,
            ticket.brand,
            ticket.region,
            ticket.channel,
            ticket.tier,
            ticket.organization_id,
    -- {attributes of ticket}
            date_part('isodow', life.created_at AT TIME ZONE {time_zone}) AS weekday,
            date_part('hour', life.created_at AT TIME ZONE {time_zone}) AS hour,
            life.agent_replies,
            life.customer_replies,
            life.internal_notes,
            life.reopens,
            life.handoffs,
            life.assignments,
            life.pending_minutes,
            life.hold_minutes,
            backlog.growth AS backlog_growth
    ) AS known
    WHERE clock.status IN ('active', 'at_risk', 'paused')
),

cuts AS MATERIALIZED (
    -- Each week of the quarter whose questions judge a model; before it few are needed.
    SELECT fit.at - number.i * interval '7 days' AS at
    FROM fit
    CROSS JOIN unnest('{1,2,3,4,5,6,7,8,9,10,11,12,13,17,22}'::integer[]) AS number (i)
),

clocks_then AS MATERIALIZED (
    -- Of a clock that ran on after a cut, the share of its time until then counts.
    SELECT
        cut.at,
        clock.metric,
        coalesce(clock.priority, '') AS priority,
        coalesce(clock.cause_group, '') AS group_name,
        clock.group_shares - coalesce(clock.cause_group, '') AS other_shares,
        clock.started_at > cut.at - interval '672 hours' AS is_recent,
        clock.elapsed_minutes * CASE
            WHEN clock.stopped_at <= cut.at THEN 1
            ELSE least(
                1,
                extract(epoch FROM cut.at - clock.started_at) / nullif(
                    extract(epoch FROM coalesce(clock.stopped_at, {as_of}) - clock.started_at),
                    0
                )
            )
        END AS elapsed_minutes,
        coalesce(clock.stopped_at <= cut.at, false)
        AND clock.status IN ('met', 'breached') AS is_finished
    FROM cuts AS cut
    JOIN {schema}.fct_sla_attainment AS clock
        ON clock.started_at < cut.at
        AND clock.started_at > cut.at - interval '183 days'
        AND clock.elapsed_minutes >= 0
    WHERE clock.status IN ('active', 'at_risk', 'paused', 'met', 'breached', 'cancelled')
),

group_curves AS MATERIALIZED (
    SELECT
        part.at,
        part.metric,
        part.priority,
        part.group_name,
        slaops.survival_agg(part.elapsed_minutes, part.is_finished) AS elapsed,
        slaops.survival_agg(part.elapsed_minutes, false) FILTER (
            WHERE NOT part.is_finished
        ) AS unfinished,
        slaops.survival_agg(part.elapsed_minutes, part.is_finished) FILTER (
            WHERE part.is_recent
        ) AS recently,
        slaops.survival_agg(part.elapsed_minutes, false) FILTER (
            WHERE part.is_recent AND NOT part.is_finished
        ) AS recently_unfinished
    FROM (
        SELECT
            clock.at,
            clock.metric,
            clock.priority,
            clock.group_name,
            clock.is_recent,
            clock.elapsed_minutes,
            clock.is_finished
        FROM clocks_then AS clock
        UNION ALL
        SELECT
            clock.at,
            clock.metric,
            clock.priority,
            other_group.name,
            clock.is_recent,
            clock.elapsed_minutes,
            clock.is_finished
        FROM clocks_then AS clock
        CROSS JOIN LATERAL jsonb_object_keys(clock.other_shares) AS other_group (name)
        WHERE clock.other_shares <> '{}'
    ) AS part
    GROUP BY
        part.at,
        part.metric,
        part.priority,
        part.group_name
),

priority_curves AS MATERIALIZED (
    SELECT
        clock.at,
        clock.metric,
        clock.priority,
        slaops.survival_agg(clock.elapsed_minutes, clock.is_finished) AS elapsed,
        slaops.survival_agg(clock.elapsed_minutes, false) FILTER (
            WHERE NOT clock.is_finished
        ) AS unfinished
    FROM clocks_then AS clock
    GROUP BY
        clock.at,
        clock.metric,
        clock.priority
),

known AS MATERIALIZED (
    SELECT
        row_number() OVER () AS question,
        sampled.metric,
        sampled.fitted_at,
        sampled.breached,
        sampled.asked_at,
        sampled.known_at,
        sampled.ticket_id::text AS ticket,
        described.priority,
        described.last_group,
        described.elapsed_minutes,
        described.target_minutes,
        described.fields || coalesce(
            (
                SELECT jsonb_object_agg(was.field, was.before)
                FROM jsonb_each(later.was) AS was (field, before)
                WHERE described.fields ? was.field
            ),
            '{}'
        ) AS fields
    FROM sampled
    JOIN described
        ON described.ticket_id = sampled.ticket_id
        AND described.asked_at = sampled.asked_at
        AND described.metric = sampled.metric
        AND described.cycle = sampled.cycle
    LEFT JOIN later_changes AS later
        ON later.ticket_id = sampled.ticket_id
        AND later.asked_at = sampled.asked_at
),

by_curves AS MATERIALIZED (
    -- Curves are long, so each is read once, for all questions of its cell.
    SELECT
        question.question,
        nearest.probability
    FROM (
        SELECT
            cut.at,
            known.metric,
            known.priority,
            known.last_group,
            array_agg(known.question) AS questions,
            array_agg(known.elapsed_minutes) AS elapsed_minutes,
            array_agg(known.target_minutes) AS target_minutes
        FROM known
        CROSS JOIN LATERAL (
            SELECT max(cuts.at) AS at
            FROM cuts
            WHERE cuts.at <= known.asked_at
        ) AS cut
        GROUP BY
            cut.at,
            known.metric,
            known.priority,
            known.last_group
    ) AS cell
    LEFT JOIN group_curves AS in_group
        ON in_group.at = cell.at
        AND in_group.metric = cell.metric
        AND in_group.priority = cell.priority
        AND in_group.group_name = cell.last_group
    LEFT JOIN priority_curves AS in_priority
        ON in_priority.at = cell.at
        AND in_priority.metric = cell.metric
        AND in_priority.priority = cell.priority
    CROSS JOIN LATERAL unnest(cell.questions, cell.elapsed_minutes, cell.target_minutes)
        AS question (question, elapsed_minutes, target_minutes)
    CROSS JOIN LATERAL (
        -- As at_risk_tickets chooses: the most specific with 30 decided clocks that extends to the
        -- target. VALUES are read in order.
        SELECT estimate.probability
        FROM (
            VALUES
                (in_group.recently, in_group.recently_unfinished),
                (in_group.elapsed, in_group.unfinished),
                (in_priority.elapsed, in_priority.unfinished)
        ) AS curve (elapsed, unfinished)
        CROSS JOIN LATERAL (
            SELECT
                slaops.breach_probability(
                    curve.elapsed, question.elapsed_minutes, question.target_minutes
                ) AS probability,
                slaops.survival_at_risk(curve.elapsed, question.elapsed_minutes) AS peers,
                slaops.survival_at_risk(curve.elapsed, question.target_minutes) AS longest,
                coalesce(
                    slaops.survival_at_risk(curve.unfinished, question.elapsed_minutes)
                    - slaops.survival_at_risk(curve.unfinished, question.target_minutes),
                    0
                ) AS censored
        ) AS estimate
        WHERE estimate.peers - estimate.censored >= 30
            AND (estimate.longest > 0 OR estimate.probability = 0)
        LIMIT 1
    ) AS nearest
),

questions AS (
    SELECT
        known.metric,
        known.fitted_at,
        known.breached,
        known.asked_at,
        known.known_at,
        known.ticket,
        known.fields,
        by_curve.probability AS curve
    FROM known
    LEFT JOIN by_curves AS by_curve
        ON by_curve.question = known.question
)

SELECT
    -- The metric.
    question.metric,
    -- The start of the day on which it was fitted: all answers were known then.
    question.fitted_at,
    -- The configuration under which the clocks ran: refresh writes its hash.
    NULL::text AS basis,
    -- Questions asked of the past.
    count(*) AS questions,
    -- The model; NULL if there is too little to learn from.
    slaops.risk_model_agg(
        question.fields,
        question.breached,
        question.asked_at,
        question.known_at,
        question.ticket,
        question.curve
    ) AS model
FROM questions AS question
GROUP BY
    question.metric,
    question.fitted_at
