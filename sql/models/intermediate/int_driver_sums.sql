-- One row per outcome (csat or cost), possible driver and value: solved tickets with that value and
-- their sums, and those of all tickets with the outcome.
-- materialized: view
-- key: outcome, driver, value
WITH outcome_spans AS (
    SELECT
        'csat' AS outcome,
        span.minutes_from,
        span.with_score AS with_outcome,
        span.rated AS tickets,
        span.score_sum AS total,
        span.score_squares AS squares
    FROM {schema}.int_outcomes_by_minutes AS span
    UNION ALL
    SELECT
        'cost' AS outcome,
        span.minutes_from,
        span.with_cost AS with_outcome,
        span.priced AS tickets,
        span.cost_sum AS total,
        span.cost_squares AS squares
    FROM {schema}.int_outcomes_by_minutes AS span
),

numbered_spans AS MATERIALIZED (
    -- Positions count from 0. The third quartile is between the positions below and above.
    SELECT
        outcome_span.*,
        outcome_span.minutes_from + CASE
            WHEN outcome_span.minutes_from < 1000 THEN 1
            WHEN outcome_span.minutes_from < 10000 THEN 10
            WHEN outcome_span.minutes_from < 100000 THEN 100
            ELSE 1000
        END AS minutes_to,
        sum(outcome_span.with_outcome) OVER by_minutes - outcome_span.with_outcome AS passed,
        floor(0.75 * (sum(outcome_span.with_outcome) OVER outcome_window - 1)) AS below,
        ceil(0.75 * (sum(outcome_span.with_outcome) OVER outcome_window - 1)) AS above,
        0.75 * (sum(outcome_span.with_outcome) OVER outcome_window - 1) AS place
    FROM outcome_spans AS outcome_span
    WHERE outcome_span.minutes_from IS NOT NULL
        AND outcome_span.with_outcome > 0
    WINDOW
        outcome_window AS (PARTITION BY outcome_span.outcome),
        by_minutes AS (
            PARTITION BY outcome_span.outcome
            ORDER BY outcome_span.minutes_from
        )
),

tickets_near AS MATERIALIZED (
    -- Every ticket of the one or two spans that hold the third quartile.
    SELECT
        span.outcome,
        span.minutes_from,
        span.below,
        span.above,
        span.place,
        ticket.business_cycle_minutes AS minutes,
        CASE span.outcome WHEN 'csat' THEN ticket.csat_score ELSE ticket.cost END AS amount,
        span.passed - 1 + row_number() OVER (
            PARTITION BY
                span.outcome,
                span.minutes_from
            ORDER BY ticket.business_cycle_minutes
        ) AS number
    FROM numbered_spans AS span
    JOIN {schema}.mart_ticket_outcomes AS ticket
        ON ticket.business_cycle_minutes >= span.minutes_from
        AND ticket.business_cycle_minutes < span.minutes_to
        AND ticket.outcome <> 'open'
        AND CASE span.outcome WHEN 'csat' THEN ticket.csat_score ELSE ticket.cost END
        IS NOT NULL
    WHERE span.below < span.passed + span.with_outcome
        AND span.above >= span.passed
),

third_quartiles AS MATERIALIZED (
    -- percentile_cont(0.75): interpolated between two neighbors.
    SELECT
        near.outcome,
        lower_ticket.minutes
        + (near.place - near.below)::double precision
        * (upper_ticket.minutes - lower_ticket.minutes) AS minutes
    FROM (
        SELECT DISTINCT
            tickets_near.outcome,
            tickets_near.place,
            tickets_near.below,
            tickets_near.above
        FROM tickets_near
    ) AS near
    JOIN tickets_near AS lower_ticket
        ON lower_ticket.outcome = near.outcome
        AND lower_ticket.number = near.below
    JOIN tickets_near AS upper_ticket
        ON upper_ticket.outcome = near.outcome
        AND upper_ticket.number = near.above
),

long_cycles AS (
    SELECT
        long.outcome,
        sum(long.tickets)::bigint AS tickets,
        sum(long.total) AS total,
        sum(long.squares) AS squares
    FROM (
        SELECT
            span.outcome,
            span.tickets,
            span.total,
            span.squares
        FROM numbered_spans AS span
        JOIN third_quartiles AS third_quartile
            ON third_quartile.outcome = span.outcome
        WHERE span.minutes_from > third_quartile.minutes
            AND NOT EXISTS (
                SELECT
                FROM tickets_near AS near
                WHERE near.outcome = span.outcome
                    AND near.minutes_from = span.minutes_from
            )
        UNION ALL
        SELECT
            near.outcome,
            1 AS tickets,
            near.amount::numeric AS total,
            near.amount::numeric * near.amount::numeric AS squares
        FROM tickets_near AS near
        JOIN third_quartiles AS third_quartile
            ON third_quartile.outcome = near.outcome
        WHERE near.minutes > third_quartile.minutes
            AND near.amount BETWEEN -1e100 AND 1e100
    ) AS long
    GROUP BY long.outcome
),

outcome_sums AS (
    SELECT
        'csat' AS outcome,
        cell.driver,
        cell.value,
        cell.rated AS tickets,
        cell.score_sum AS total,
        cell.score_squares AS squares
    FROM {schema}.int_outcomes_by_driver AS cell
    UNION ALL
    SELECT
        'cost' AS outcome,
        cell.driver,
        cell.value,
        cell.priced AS tickets,
        cell.cost_sum AS total,
        cell.cost_squares AS squares
    FROM {schema}.int_outcomes_by_driver AS cell
    UNION ALL
    SELECT
        long_cycle.outcome,
        'long cycle' AS driver,
        'above three quarters of tickets' AS value,
        long_cycle.tickets,
        long_cycle.total,
        long_cycle.squares
    FROM long_cycles AS long_cycle
)

SELECT
    -- csat or cost.
    driver_sum.outcome,
    -- The possible driver.
    driver_sum.driver,
    -- Its value.
    driver_sum.value,
    -- Solved tickets with it and the outcome.
    driver_sum.tickets,
    -- Their ratings or costs, summed.
    driver_sum.total,
    -- Sum of their squares.
    driver_sum.squares,
    -- Solved tickets with the outcome.
    all_tickets.tickets AS all_tickets,
    -- Their ratings or costs, summed.
    all_tickets.total AS all_total,
    -- Sum of their squares.
    all_tickets.squares AS all_squares
FROM outcome_sums AS driver_sum
JOIN outcome_sums AS all_tickets
    ON all_tickets.outcome = driver_sum.outcome
    AND all_tickets.driver = 'all'
WHERE driver_sum.driver <> 'all'
    AND driver_sum.tickets > 0
