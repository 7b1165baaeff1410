-- Which ticket should be worked on next? One row per open ticket that has a running or late clock
-- and does not wait for the customer (state pending), ranked by the SLA debt that a minute of work
-- is expected to avoid.
-- materialized: table
-- key: ticket_id
WITH usual_delays AS MATERIALIZED (
    -- Mean lateness of clocks that end late.
    SELECT
        cell.metric,
        coalesce(cell.priority, '') AS priority,
        (sum(cell.minutes_late) / sum(cell.ended_late))::double precision AS minutes
    FROM {schema}.int_clock_times AS cell
    WHERE cell.had_most
    GROUP BY
        cell.metric,
        cell.priority
    HAVING sum(cell.ended_late) > 0
),

open_clocks AS (
    -- We assume that lateness has no memory: a clock that is late already is expected to run as
    -- much longer as late clocks do.
    SELECT
        clock.ticket_id,
        clock.metric,
        clock.due_at,
        clock.status,
        1.0::double precision AS probability,
        coalesce(usual_delay.minutes, -clock.margin_minutes) AS minutes
    FROM {schema}.fct_sla_attainment AS clock
    LEFT JOIN usual_delays AS usual_delay
        ON usual_delay.metric = clock.metric
        AND usual_delay.priority = coalesce(clock.priority, '')
    WHERE clock.is_open
        AND clock.stopped_at IS NULL
        AND clock.status = 'breached'
    UNION ALL
    -- Without an estimate the probability is 0.5; an upper bound counts as at most 0.5.
    SELECT
        clock.ticket_id,
        clock.metric,
        clock.due_at,
        clock.status,
        CASE
            WHEN clock.is_bound THEN least(clock.breach_probability, 0.5)
            ELSE coalesce(clock.breach_probability, 0.5)
        END AS probability,
        coalesce(usual_delay.minutes, 0) AS minutes
    FROM {schema}.at_risk_tickets AS clock
    LEFT JOIN usual_delays AS usual_delay
        ON usual_delay.metric = clock.metric
        AND usual_delay.priority = coalesce(clock.priority, '')
    WHERE clock.status <> 'paused'
),

clock_debts AS (
    SELECT
        open_clock.*,
        open_clock.probability * open_clock.minutes AS debt
    FROM open_clocks AS open_clock
),

ticket_debts AS (
    -- Summed in a fixed order, so that equal clocks give equal debts and the older ticket comes
    -- first.
    SELECT
        clock.ticket_id,
        sum(clock.debt ORDER BY clock.debt) AS debt,
        count(*) FILTER (WHERE clock.status = 'breached') AS breached_clocks,
        min(clock.due_at) FILTER (WHERE clock.status <> 'breached') AS next_due_at,
        (array_agg(clock.metric ORDER BY clock.debt DESC, clock.metric))[1] AS metric,
        (array_agg(clock.probability ORDER BY clock.debt DESC, clock.metric))[1] AS probability
    FROM clock_debts AS clock
    GROUP BY clock.ticket_id
),

usual_handling AS MATERIALIZED (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY capacity.handle_minutes) AS minutes
    FROM {schema}.int_group_capacity AS capacity
),

ranked AS (
    SELECT
        ticket_debt.*,
        handling.minutes AS handle_minutes,
        ticket_debt.debt / handling.minutes AS debt_avoided_per_minute,
        ticket.subject,
        ticket.priority,
        ticket.group_name,
        ticket.assignee,
        ticket.skill,
        ticket.created_at
    FROM ticket_debts AS ticket_debt
    JOIN {schema}.int_ticket_lifecycle AS ticket
        ON ticket.ticket_id = ticket_debt.ticket_id
    LEFT JOIN {schema}.int_group_capacity AS capacity
        ON capacity.group_name = ticket.group_name
    CROSS JOIN usual_handling
    CROSS JOIN LATERAL (
        SELECT coalesce(capacity.handle_minutes, usual_handling.minutes, 60) AS minutes
    ) AS handling
    WHERE ticket.is_open
        AND ticket.state <> 'pending'
)

SELECT
    -- Rank by debt avoided per minute of work.
    row_number() OVER best_first AS rank,
    -- The ticket.
    ranked.ticket_id,
    -- Its subject.
    ranked.subject,
    -- Its priority.
    ranked.priority,
    -- The group that has it.
    ranked.group_name,
    -- Its assignee.
    ranked.assignee,
    -- Expected minutes of SLA debt avoided per minute of work.
    ranked.debt_avoided_per_minute,
    -- Sum over its open clocks: probability of a breach times the mean lateness of late clocks of
    -- the metric and priority. Clocks past target count in full.
    ranked.debt AS expected_debt_minutes,
    -- Minutes of work for the ticket: those of its group in stg_group_capacity; else the median of
    -- the groups; else 60.
    ranked.handle_minutes,
    -- Clocks past their target.
    ranked.breached_clocks,
    -- The earliest due time of the others.
    ranked.next_due_at,
    -- Why, in words.
    concat(
        CASE ranked.breached_clocks
            WHEN 0
                THEN concat(
                    ranked.metric,
                    ' may run past its target (',
                    round(ranked.probability::numeric * 100),
                    ' %)'
                )
            WHEN 1
                THEN concat(
                    ranked.metric,
                    ' is late or soon will be; 1 clock is past its target'
                )
            ELSE concat(
                ranked.metric,
                ' weighs most; ',
                ranked.breached_clocks,
                ' clocks are past their target'
            )
        END,
        '; ',
        round(ranked.debt::numeric),
        ' minutes of SLA debt to avoid by ',
        round(ranked.handle_minutes::numeric),
        ' minutes of work'
    ) AS reason,
    -- Rank among the tickets of its group: 1 is the next to take.
    row_number() OVER (
        PARTITION BY ranked.group_name
        ORDER BY
            ranked.debt_avoided_per_minute DESC,
            ranked.created_at,
            ranked.ticket_id::text
    ) AS rank_in_group,
    -- The skill that it needs, if the source says so: the text "skill" in attributes.
    ranked.skill,
    -- Rank among those of its group that need the same skill, or none.
    row_number() OVER (
        PARTITION BY
            ranked.group_name,
            ranked.skill
        ORDER BY
            ranked.debt_avoided_per_minute DESC,
            ranked.created_at,
            ranked.ticket_id::text
    ) AS rank_in_skill
FROM ranked
WINDOW best_first AS (
    ORDER BY
        ranked.debt_avoided_per_minute DESC,
        ranked.created_at,
        ranked.ticket_id::text
)
ORDER BY rank
