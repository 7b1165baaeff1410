-- After which step do tickets stand still? A row an activity: minutes until the next thing
-- happens x how often x breach rate, each term shown. The worst first.
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
    -- What happens after it was solved keeps nobody waiting.
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
    -- Place by score.
    row_number() OVER (ORDER BY score.score DESC NULLS LAST, score.activity) AS rank,
    -- What happened; time counts until the next thing does, for a ticket that is not solved.
    score.activity,
    -- Mean open minutes until then; until now where nothing has.
    score.minutes AS cycle_minutes,
    -- Nine tenths took no longer.
    score.p90 AS p90_cycle_minutes,
    -- How often it happened.
    score.times AS volume,
    -- Tickets in which it did.
    score.tickets,
    -- Breached share of all clocks of these tickets.
    score.breach_rate,
    -- cycle_minutes x volume x breach_rate.
    score.score,
    -- Share of the score of all activities.
    score.score / nullif(sum(score.score) OVER (), 0) AS share,
    -- What cycle_minutes contributes to the score: times the mean of all activities.
    score.minutes / nullif(avg(score.minutes) OVER (), 0) AS cycle_ratio,
    -- What volume contributes: times the mean of all activities.
    score.times / nullif(avg(score.times) OVER (), 0)::double precision AS volume_ratio,
    -- What breach_rate contributes: times the mean of all activities.
    score.breach_rate / nullif(avg(score.breach_rate) OVER (), 0) AS breach_ratio,
    -- Of cycle_minutes, those in state open, or in one that nothing tells.
    (score.total - coalesce(score.waiting, 0)) / nullif(score.timed, 0) AS working_minutes,
    -- Of cycle_minutes, those in states new, pending and hold.
    coalesce(score.waiting, 0) / nullif(score.timed, 0) AS waiting_minutes,
    -- The waiting share of its time.
    coalesce(score.waiting, 0) / nullif(score.total, 0) AS waiting_share
FROM scores AS score
ORDER BY rank
