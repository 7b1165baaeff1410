-- Where do tickets pile up? One row per level, group and priority: cycle time x volume x breach
-- rate, with each term. The worst first. Each level covers all tickets, so read one level.
-- materialized: table
-- key: level, group_name, priority
WITH groups AS (
    SELECT
        cell.group_name,
        named.priority,
        sum(cell.tickets)::bigint AS tickets,
        sum(cell.open_now)::bigint AS open_now,
        (sum(cell.microseconds) / 60000000)::double precision AS minutes,
        (sum(cell.microseconds) / nullif(sum(cell.timed), 0) / 60000000)::double precision
        AS cycle_minutes
    FROM {schema}.int_tickets_by_group AS cell
    CROSS JOIN LATERAL (SELECT coalesce(cell.priority, '(none)') AS priority) AS named
    GROUP BY GROUPING SETS ((cell.group_name), (cell.group_name, named.priority))
),

phases AS (
    SELECT
        cell.group_name,
        named.priority,
        sum(cell.microseconds) FILTER (WHERE cell.phase = 'working') / 60000000 AS working,
        sum(cell.microseconds) FILTER (WHERE cell.phase = 'waiting') / 60000000 AS waiting
    FROM {schema}.int_stages_by_group AS cell
    CROSS JOIN LATERAL (SELECT coalesce(cell.priority, '(none)') AS priority) AS named
    WHERE cell.group_name IS NOT NULL
    GROUP BY GROUPING SETS ((cell.group_name), (cell.group_name, named.priority))
),

clocks AS (
    -- The group's own clocks, and clocks of whole tickets that ended with it.
    SELECT
        cell.group_name,
        named.priority,
        sum(cell.met) FILTER (WHERE cell.metric = 'group_ownership') AS own_met,
        sum(cell.breached) FILTER (WHERE cell.metric = 'group_ownership') AS own_breached,
        sum(cell.met) FILTER (WHERE cell.metric <> 'group_ownership') AS met,
        sum(cell.breached) FILTER (WHERE cell.metric <> 'group_ownership') AS breached
    FROM {schema}.int_sla_by_month AS cell
    CROSS JOIN LATERAL (SELECT coalesce(cell.priority, '(none)') AS priority) AS named
    WHERE cell.group_name IS NOT NULL
    GROUP BY GROUPING SETS ((cell.group_name), (cell.group_name, named.priority))
),

scores AS (
    SELECT
        held.group_name,
        held.priority,
        held.tickets,
        held.open_now,
        held.minutes,
        held.cycle_minutes,
        decided.met,
        decided.breached,
        decided.breached / nullif(decided.met + decided.breached, 0)::double precision
        AS breach_rate,
        coalesce(phase.working, 0)::double precision / held.tickets AS working_minutes,
        coalesce(phase.waiting, 0)::double precision / held.tickets AS waiting_minutes
    FROM groups AS held
    LEFT JOIN phases AS phase
        ON phase.group_name = held.group_name
        AND phase.priority IS NOT DISTINCT FROM held.priority
    LEFT JOIN clocks AS clock
        ON clock.group_name = held.group_name
        AND clock.priority IS NOT DISTINCT FROM held.priority
    CROSS JOIN LATERAL (
        SELECT
            CASE
                WHEN clock.own_met + clock.own_breached > 0 THEN clock.own_met
                ELSE coalesce(clock.met, 0)
            END::bigint AS met,
            CASE
                WHEN clock.own_met + clock.own_breached > 0 THEN clock.own_breached
                ELSE coalesce(clock.breached, 0)
            END::bigint AS breached
    ) AS decided
),

terms AS (
    SELECT
        score.*,
        score.cycle_minutes * score.tickets * score.breach_rate AS score,
        score.cycle_minutes / nullif(avg(score.cycle_minutes) OVER by_priority, 0) AS cycle_ratio,
        score.tickets / nullif(avg(score.tickets) OVER by_priority, 0)::double precision
        AS volume_ratio,
        score.breach_rate / nullif(avg(score.breach_rate) OVER by_priority, 0) AS breach_ratio
    FROM scores AS score
    WINDOW by_priority AS (PARTITION BY score.priority)
)

SELECT
    -- Level of the row: all tickets of a group, or those of a group and priority.
    CASE WHEN term.priority IS NULL THEN 'group' ELSE 'priority and group' END AS level,
    -- Rank by score, within the level and priority.
    row_number() OVER (
        PARTITION BY term.priority ORDER BY term.score DESC NULLS LAST, term.group_name
    ) AS rank,
    -- The group.
    term.group_name,
    -- The tickets' priority, if the level has one; (none): without a priority.
    term.priority,
    -- Mean open minutes that a ticket is with it.
    term.cycle_minutes,
    -- Tickets that it ever had.
    term.tickets AS volume,
    -- Breached share of its clocks of group_ownership; if there are none, of all clocks that ended
    -- or are open with it.
    term.breach_rate,
    -- cycle_minutes x volume x breach_rate: minutes with the group, weighted by how often it is
    -- late.
    term.score,
    -- Share of the score of all groups, within the level and priority.
    term.score / nullif(sum(term.score) OVER (PARTITION BY term.priority), 0) AS share,
    -- Tickets that are open with it now.
    term.open_now,
    -- The term that is furthest above the mean of all groups.
    CASE
        WHEN term.score IS NULL THEN NULL
        WHEN term.cycle_ratio >= greatest(term.volume_ratio, term.breach_ratio) THEN 'cycle time'
        WHEN term.volume_ratio >= term.breach_ratio THEN 'volume'
        ELSE 'breach rate'
    END AS driven_by,
    -- Contribution of cycle_minutes to the score, as a multiple of the mean of all groups.
    term.cycle_ratio,
    -- Contribution of volume, as a multiple of the mean of all groups.
    term.volume_ratio,
    -- Contribution of breach_rate, as a multiple of the mean of all groups.
    term.breach_ratio,
    -- Of cycle_minutes, those in the state open: somebody could work on the ticket.
    term.working_minutes,
    -- Of cycle_minutes, those in the states new, pending and hold: the ticket waited.
    term.waiting_minutes,
    -- The waiting share of its time.
    term.waiting_minutes / nullif(term.working_minutes + term.waiting_minutes, 0)
    AS waiting_share,
    -- Open minutes of all its tickets with it.
    term.minutes,
    -- Clocks of breach_rate that met their target.
    term.met,
    -- Clocks of breach_rate past their target.
    term.breached
FROM terms AS term
ORDER BY
    level,
    term.priority,
    rank
