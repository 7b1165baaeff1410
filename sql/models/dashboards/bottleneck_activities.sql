-- After which activity do tickets wait? One row per activity: minutes until the next activity x
-- occurrences x breach rate, with each term. The worst first.
-- materialized: table
-- key: activity
WITH activities AS (
    SELECT
        cell.activity,
        sum(cell.times)::bigint AS times,
        sum(cell.tickets)::bigint AS tickets,
        (sum(cell.microseconds) / nullif(sum(cell.timed), 0) / 60000000)::double precision
        AS minutes,
        (sum(cell.microseconds) FILTER (WHERE cell.phase = 'waiting') / 60000000)::double precision
        AS waiting,
        (sum(cell.microseconds) / 60000000)::double precision AS total,
        sum(cell.timed) AS timed,
        (sum(cell.breached) / nullif(sum(cell.met + cell.breached), 0))::double precision
        AS breach_rate,
        slaops.survival_percentile(slaops.rollup(cell.each_minutes), 0.9) AS p90
    FROM {schema}.int_steps_by_group AS cell
    -- Nobody waits for what happens after the solution.
    WHERE cell.phase IS NOT NULL
    GROUP BY cell.activity
),

scores AS (
    SELECT
        activity.*,
        activity.minutes * activity.times * activity.breach_rate AS score
    FROM activities AS activity
)

SELECT
    -- Rank by score.
    row_number() OVER (ORDER BY score.score DESC NULLS LAST, score.activity) AS rank,
    -- The activity. Its time runs until the next one, while the ticket is not solved.
    score.activity,
    -- Mean open minutes until the next activity, or until now.
    score.minutes AS cycle_minutes,
    -- The 90th percentile of these minutes.
    score.p90 AS p90_cycle_minutes,
    -- Number of occurrences.
    score.times AS volume,
    -- Tickets with this activity.
    score.tickets,
    -- Breached share of all clocks of these tickets.
    score.breach_rate,
    -- cycle_minutes x volume x breach_rate.
    score.score,
    -- Share of the score of all activities.
    score.score / nullif(sum(score.score) OVER (), 0) AS share,
    -- Contribution of cycle_minutes to the score, as a multiple of the mean of all activities.
    score.minutes / nullif(avg(score.minutes) OVER (), 0) AS cycle_ratio,
    -- Contribution of volume, as a multiple of the mean of all activities.
    score.times / nullif(avg(score.times) OVER (), 0)::double precision AS volume_ratio,
    -- Contribution of breach_rate, as a multiple of the mean of all activities.
    score.breach_rate / nullif(avg(score.breach_rate) OVER (), 0) AS breach_ratio,
    -- Of cycle_minutes, those in the state open or in an unknown state.
    (score.total - coalesce(score.waiting, 0)) / nullif(score.timed, 0) AS working_minutes,
    -- Of cycle_minutes, those in the states new, pending and hold.
    coalesce(score.waiting, 0) / nullif(score.timed, 0) AS waiting_minutes,
    -- The waiting share of its time.
    coalesce(score.waiting, 0) / nullif(score.total, 0) AS waiting_share
FROM scores AS score
ORDER BY rank
