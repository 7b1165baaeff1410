-- After which step do tickets of a group and priority stand still? A row a group, priority and
-- activity. Counts and minutes add up over rows.
-- materialized: table
-- key: group_name, priority, activity
WITH activities AS (
    SELECT
        cell.group_name,
        cell.priority,
        cell.activity,
        sum(cell.times)::bigint AS times,
        sum(cell.tickets)::bigint AS tickets,
        sum(cell.met)::bigint AS met,
        sum(cell.breached)::bigint AS breached,
        sum(cell.timed)::bigint AS timed,
        (sum(cell.microseconds) / 60000000)::double precision AS minutes,
        (
            coalesce(sum(cell.microseconds) FILTER (WHERE cell.phase = 'waiting'), 0) / 60000000
        )::double precision AS waiting_minutes,
        slaops.rollup(cell.each_minutes) AS each_minutes
    FROM {schema}.int_steps_by_group AS cell
    -- What happens after it was solved keeps nobody waiting.
    WHERE cell.phase IS NOT NULL
    GROUP BY
        cell.group_name,
        cell.priority,
        cell.activity
)

SELECT
    -- The group that has the tickets, or had them last; NULL: none.
    activity.group_name,
    -- Their priority.
    activity.priority,
    -- What happened; time counts until the next thing does, for a ticket that is not solved.
    activity.activity,
    -- How often it happened.
    activity.times AS volume,
    -- Tickets in which it did.
    activity.tickets,
    -- Clocks of these tickets that ended in time.
    activity.met,
    -- Clocks of these tickets past their target.
    activity.breached,
    -- Breached share of all clocks of these tickets.
    activity.breached / nullif(activity.met + activity.breached, 0)::double precision
    AS breach_rate,
    -- Times of which the open minutes are known.
    activity.timed,
    -- Open minutes until the next thing happened, or until now, summed.
    activity.minutes,
    -- Of them, those in states new, pending and hold.
    activity.waiting_minutes,
    -- Mean of the open minutes.
    activity.minutes / nullif(activity.timed, 0) AS cycle_minutes,
    -- Nine tenths took no longer.
    slaops.survival_percentile(activity.each_minutes, 0.9) AS p90_cycle_minutes,
    -- cycle_minutes x volume x breach_rate.
    activity.minutes / nullif(activity.timed, 0)
    * activity.times
    * activity.breached / nullif(activity.met + activity.breached, 0) AS score
FROM activities AS activity
