-- Are we hitting SLA, and is it getting better? A row a metric and priority, and one for all of
-- a metric: lately, before that, and what is open now. The worst first.
-- materialized: view
WITH counted AS (
    SELECT f.metric, coalesce(f.priority, '(none)') AS priority, grouping(coalesce(f.priority, '(none)')) AS whole,
           slaops.attainment(f.status) FILTER (WHERE d.at > {as_of} - interval '168 hours') AS week,
           slaops.attainment(f.status) FILTER (WHERE d.at > {as_of} - interval '672 hours') AS recent,
           slaops.attainment(f.status) FILTER (WHERE d.at <= {as_of} - interval '672 hours' AND d.at > {as_of} - interval '1344 hours') AS earlier,
           slaops.attainment(f.status) AS ever,
           count(*) FILTER (WHERE f.stopped_at IS NULL AND f.status IN ('active', 'at_risk', 'paused', 'breached')) AS running,
           count(*) FILTER (WHERE f.status = 'at_risk') AS at_risk,
           count(*) FILTER (WHERE f.status = 'breached' AND f.stopped_at IS NULL) AS open_breached,
           sum(greatest(-f.margin_minutes, 0)) FILTER (WHERE f.status = 'breached' AND f.stopped_at IS NULL) AS debt
    FROM {schema}.fct_sla_attainment AS f
    -- Hours, not days: a day before an instant is another instant where clocks change, by
    -- the reader's time zone. A clock is decided when it ends in time, or when it runs past
    -- its target.
    CROSS JOIN LATERAL (SELECT CASE WHEN f.status IN ('met', 'breached') THEN coalesce(f.breached_at, f.stopped_at) END AS at) AS d
    GROUP BY GROUPING SETS ((f.metric), (f.metric, coalesce(f.priority, '(none)')))
)
SELECT
    -- What is measured.
    c.metric,
    -- The priority; NULL: all of them.
    CASE WHEN c.whole = 0 THEN c.priority END AS priority,
    -- Clocks that ended in time in the last 28 days.
    (c.recent).met,
    -- Clocks that ran past their target in these days.
    (c.recent).breached,
    -- met / (met + breached).
    (c.recent).attainment,
    -- Lower end of its 95 % interval.
    (c.recent).lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    (c.recent).upper AS attainment_upper,
    -- Attainment of the last 7 days.
    (c.week).attainment AS attainment_7_days,
    -- Clocks that it is of.
    coalesce((c.week).met + (c.week).breached, 0) AS decided_7_days,
    -- Attainment of the 28 days before.
    (c.earlier).attainment AS attainment_before,
    -- Clocks that it is of.
    coalesce((c.earlier).met + (c.earlier).breached, 0) AS decided_before,
    -- Change against these.
    (c.recent).attainment - (c.earlier).attainment AS change,
    -- better or worse where the two intervals do not meet, else no clear change.
    CASE WHEN (c.recent).attainment IS NULL OR (c.earlier).attainment IS NULL THEN NULL
         WHEN (c.recent).lower > (c.earlier).upper THEN 'better'
         WHEN (c.recent).upper < (c.earlier).lower THEN 'worse'
         ELSE 'no clear change' END AS trend,
    -- Attainment of all that is on record.
    (c.ever).attainment AS attainment_ever,
    -- Clocks that it is of.
    (c.ever).met + (c.ever).breached AS decided_ever,
    -- Clocks that run or wait now.
    c.running,
    -- Of them, past the warning fraction of their target.
    c.at_risk,
    -- Of them, past their target.
    c.open_breached,
    -- Minutes past target of these, summed.
    coalesce(c.debt, 0) AS sla_debt_minutes
FROM counted AS c
ORDER BY (c.recent).attainment NULLS LAST, c.metric, c.whole DESC, c.priority
