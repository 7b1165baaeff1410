-- After which step do tickets stand still? A row an activity: minutes until the next thing
-- happens x how often x breach rate, each term shown. The worst first.
-- materialized: table
WITH event AS (
    SELECT i.ticket_id, i.activity, i.event_at, i.event_number, coalesce(i.next_event_at, CASE WHEN l.is_open THEN {as_of} END) AS until,
           CASE WHEN l.business_cycle_minutes IS NULL THEN NULL WHEN l.calendar_name = '24x7' THEN '24/7 @ UTC' ELSE l.calendar_name END AS calendar,
           l.states[1] AS begin, l.first_solved_at, CASE WHEN i.activity LIKE 'status %' THEN substr(i.activity, 8) END AS state,
           count(*) FILTER (WHERE i.activity LIKE 'status %') OVER (PARTITION BY i.ticket_id ORDER BY i.event_number) AS turn
    FROM {schema}.int_event_transitions AS i
    JOIN {schema}.int_ticket_lifecycle AS l ON l.ticket_id = i.ticket_id
), step AS (
    SELECT v.ticket_id, v.activity, slaops.business_minutes(v.calendar, v.event_at, v.until) AS minutes, v.state IN ('new', 'pending', 'hold') AS waits
    FROM (
        -- Before the first change of status a ticket is in its first state. Where no event tells of that one, the first that is known is its solution: until then it was open, and the step that is under way ends there.
        SELECT e.ticket_id, e.activity, e.calendar, e.event_at, CASE WHEN e.turn = 0 THEN least(e.until, e.first_solved_at) ELSE e.until END AS until,
               CASE WHEN e.turn > 0 THEN max(e.state) OVER (PARTITION BY e.ticket_id, e.turn)
                    WHEN e.begin IN ('solved', 'closed') AND e.event_at > e.first_solved_at THEN e.begin
                    WHEN e.begin IN ('solved', 'closed') THEN 'open'
                    ELSE coalesce(e.begin, 'open') END AS state
        FROM event AS e
    ) AS v
    -- What happens after it was solved keeps nobody waiting.
    WHERE v.state NOT IN ('solved', 'closed')
), term AS (
    SELECT s.activity, count(*) AS times, count(s.minutes) AS timed, avg(s.minutes) AS minutes, percentile_cont(0.9) WITHIN GROUP (ORDER BY s.minutes) AS p90,
           sum(s.minutes) FILTER (WHERE s.waits) AS waiting, sum(s.minutes) AS total
    FROM step AS s
    GROUP BY s.activity
), breach AS (
    SELECT d.activity, count(*) AS tickets, sum(o.breached) / nullif(sum(o.met + o.breached), 0)::double precision AS rate
    FROM (SELECT DISTINCT s.ticket_id, s.activity FROM step AS s) AS d
    JOIN {schema}.mart_ticket_outcomes AS o ON o.ticket_id = d.ticket_id
    GROUP BY d.activity
), score AS (
    SELECT t.*, b.tickets, b.rate, t.minutes * t.times * b.rate AS score
    FROM term AS t
    JOIN breach AS b ON b.activity = t.activity
)
SELECT
    -- Place by score.
    row_number() OVER (ORDER BY s.score DESC NULLS LAST, s.activity) AS rank,
    -- What happened; time counts until the next thing does, for a ticket that is not solved.
    s.activity,
    -- Mean open minutes until then; until now where nothing has.
    s.minutes AS cycle_minutes,
    -- Nine tenths took no longer.
    s.p90 AS p90_cycle_minutes,
    -- How often it happened.
    s.times AS volume,
    -- Tickets in which it did.
    s.tickets,
    -- Breached share of all clocks of these tickets.
    s.rate AS breach_rate,
    -- cycle_minutes x volume x breach_rate.
    s.score,
    -- Share of the score of all activities.
    s.score / nullif(sum(s.score) OVER (), 0) AS share,
    -- What cycle_minutes contributes to the score: times the mean of all activities.
    s.minutes / nullif(avg(s.minutes) OVER (), 0) AS cycle_ratio,
    -- What volume contributes: times the mean of all activities.
    s.times / nullif(avg(s.times) OVER (), 0)::double precision AS volume_ratio,
    -- What breach_rate contributes: times the mean of all activities.
    s.rate / nullif(avg(s.rate) OVER (), 0) AS breach_ratio,
    -- Of cycle_minutes, those in state open, or in one that nothing tells.
    (s.total - coalesce(s.waiting, 0)) / nullif(s.timed, 0) AS working_minutes,
    -- Of cycle_minutes, those in states new, pending and hold.
    coalesce(s.waiting, 0) / nullif(s.timed, 0) AS waiting_minutes,
    -- The waiting share of its time.
    coalesce(s.waiting, 0) / nullif(s.total, 0) AS waiting_share
FROM score AS s
ORDER BY rank
