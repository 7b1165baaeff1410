-- Are we hitting SLA? Clocks by metric, policy, priority, group and the ticket's own dimensions; counts add up over rows, rates do not.
SELECT
    f.metric,               -- What is measured.
    f.policy,               -- The SLA policy.
    f.priority,             -- The priority whose target counts.
    f.last_group AS group_name, -- The group that had the ticket last while the clock went on: before what stopped it; now, where it has not stopped.
    f.type,                 -- The ticket's type.
    f.brand,                -- Its brand.
    f.region,               -- Its region.
    f.channel,              -- Its channel.
    f.tier,                 -- The customer's tier.
    date_trunc('month', f.started_at AT TIME ZONE {time_zone})::date AS month, -- Month in which clocks started.
    count(*) AS clocks,     -- Clocks with a target: the sum of met, breached, at_risk, on_track, cancelled, not_started and no_calendar.
    count(*) FILTER (WHERE f.status = 'met') AS met, -- Ended in time.
    count(*) FILTER (WHERE f.status = 'breached') AS breached, -- Past their target, ended or not.
    count(*) FILTER (WHERE f.status = 'breached' AND f.stopped_at IS NULL) AS open_breached, -- Past their target and still running.
    count(*) FILTER (WHERE f.status = 'at_risk') AS at_risk, -- Past the warning fraction of their target.
    count(*) FILTER (WHERE f.status IN ('active', 'paused')) AS on_track, -- Running or waiting with time left.
    count(*) FILTER (WHERE f.status = 'cancelled') AS cancelled, -- Void.
    count(*) FILTER (WHERE f.status = 'not_started') AS not_started, -- Have not begun.
    count(*) FILTER (WHERE f.status = 'no_calendar') AS no_calendar, -- Cannot be measured: nobody says when business hours are.
    (slaops.attainment(f.status)).attainment, -- met / (met + breached).
    (slaops.attainment(f.status)).lower AS attainment_lower, -- Lower end of its 95 % interval.
    (slaops.attainment(f.status)).upper AS attainment_upper, -- Upper end of its 95 % interval.
    percentile_cont(0.5) WITHIN GROUP (ORDER BY f.elapsed_minutes) AS median_minutes, -- Median time taken so far.
    sum(greatest(-f.minutes_early, 0)) AS minutes_late -- Minutes past target, summed.
FROM {schema}.fct_sla_attainment AS f
GROUP BY f.metric, f.policy, f.priority, f.last_group, f.type, f.brand, f.region, f.channel, f.tier, month
