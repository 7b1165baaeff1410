-- Where do tickets pile up? A row a group: cycle time x volume x breach rate, each term shown.
-- The worst first.
-- materialized: table
-- key: group_name
WITH groups AS (
    SELECT
        cell.group_name,
        sum(cell.tickets)::bigint AS tickets,
        sum(cell.open_now)::bigint AS open_now,
        (sum(cell.microseconds) / nullif(sum(cell.timed), 0) / 60000000)::double precision
        AS cycle_minutes
    FROM {schema}.int_tickets_by_group AS cell
    GROUP BY cell.group_name
),

phases AS (
    SELECT
        cell.group_name,
        sum(cell.microseconds) FILTER (WHERE cell.phase = 'working') / 60000000 AS working,
        sum(cell.microseconds) FILTER (WHERE cell.phase = 'waiting') / 60000000 AS waiting
    FROM {schema}.int_stages_by_group AS cell
    GROUP BY cell.group_name
),

clocks AS (
    -- The group's own clocks, and those of whole tickets that ended with it.
    SELECT
        cell.group_name,
        sum(cell.met) FILTER (WHERE cell.metric = 'group_ownership') AS own_met,
        sum(cell.breached) FILTER (WHERE cell.metric = 'group_ownership') AS own_breached,
        sum(cell.met) FILTER (WHERE cell.metric <> 'group_ownership') AS met,
        sum(cell.breached) FILTER (WHERE cell.metric <> 'group_ownership') AS breached
    FROM {schema}.int_sla_by_month AS cell
    GROUP BY cell.group_name
),

scores AS (
    SELECT
        held.group_name,
        held.tickets,
        held.open_now,
        held.cycle_minutes,
        rate.breach_rate,
        held.cycle_minutes * held.tickets * rate.breach_rate AS score,
        coalesce(phase.working, 0)::double precision / held.tickets AS working_minutes,
        coalesce(phase.waiting, 0)::double precision / held.tickets AS waiting_minutes,
        held.cycle_minutes / nullif(avg(held.cycle_minutes) OVER (), 0) AS cycle_ratio,
        held.tickets / nullif(avg(held.tickets) OVER (), 0)::double precision AS volume_ratio,
        rate.breach_rate / nullif(avg(rate.breach_rate) OVER (), 0) AS breach_ratio
    FROM groups AS held
    LEFT JOIN phases AS phase
        ON phase.group_name = held.group_name
    LEFT JOIN clocks AS clock
        ON clock.group_name = held.group_name
    CROSS JOIN LATERAL (
        SELECT
            coalesce(
                clock.own_breached / nullif(clock.own_met + clock.own_breached, 0),
                clock.breached / nullif(clock.met + clock.breached, 0)
            )::double precision AS breach_rate
    ) AS rate
)

SELECT
    -- Place by score.
    row_number() OVER (ORDER BY score.score DESC NULLS LAST, score.group_name) AS rank,
    -- The group.
    score.group_name,
    -- Mean open minutes that a ticket is with it.
    score.cycle_minutes,
    -- Tickets that it ever had.
    score.tickets AS volume,
    -- Breached share of its clocks of group_ownership; where there are none, of all clocks
    -- that ended with it or go on there.
    score.breach_rate,
    -- cycle_minutes x volume x breach_rate: minutes with the group, weighed by how often it
    -- is late.
    score.score,
    -- Share of the score of all groups.
    score.score / nullif(sum(score.score) OVER (), 0) AS share,
    -- Tickets that are open with it now.
    score.open_now,
    -- The term that is furthest above the mean of all groups.
    CASE
        WHEN score.score IS NULL THEN NULL
        WHEN score.cycle_ratio >= greatest(score.volume_ratio, score.breach_ratio)
            THEN 'cycle time'
        WHEN score.volume_ratio >= score.breach_ratio THEN 'volume'
        ELSE 'breach rate'
    END AS driven_by,
    -- What cycle_minutes contributes to the score: times the mean of all groups.
    score.cycle_ratio,
    -- What volume contributes: times the mean of all groups.
    score.volume_ratio,
    -- What breach_rate contributes: times the mean of all groups.
    score.breach_ratio,
    -- Of cycle_minutes, those in state open: somebody could work on the ticket.
    score.working_minutes,
    -- Of cycle_minutes, those in states new, pending and hold: it waited.
    score.waiting_minutes,
    -- The waiting share of its time.
    score.waiting_minutes / nullif(score.working_minutes + score.waiting_minutes, 0)
    AS waiting_share
FROM scores AS score
ORDER BY rank
