-- Are we hitting SLA? Clocks by metric, policy, priority, group and the ticket's own dimensions;
-- counts add up over rows, rates do not.
-- materialized: view
SELECT
    -- What is measured.
    f.metric,
    -- The SLA policy.
    f.policy,
    -- The priority whose target counts.
    f.priority,
    -- The group that had the ticket last while the clock went on: before what stopped it;
    -- now, where it has not stopped.
    f.last_group AS group_name,
    -- The ticket's type.
    f.type,
    -- Its brand.
    f.brand,
    -- Its region.
    f.region,
    -- Its channel.
    f.channel,
    -- The customer's tier.
    f.tier,
    -- Month in which clocks started.
    date_trunc('month', f.started_at AT TIME ZONE {time_zone})::date AS month,
    -- Clocks with a target: the sum of met, breached, at_risk, on_track, cancelled,
    -- not_started and no_calendar.
    count(*) AS clocks,
    -- Ended in time.
    count(*) FILTER (WHERE f.status = 'met') AS met,
    -- Past their target, ended or not.
    count(*) FILTER (WHERE f.status = 'breached') AS breached,
    -- Past their target and still running.
    count(*) FILTER (WHERE f.status = 'breached' AND f.stopped_at IS NULL) AS open_breached,
    -- Past the warning fraction of their target.
    count(*) FILTER (WHERE f.status = 'at_risk') AS at_risk,
    -- Running or waiting with time left.
    count(*) FILTER (WHERE f.status IN ('active', 'paused')) AS on_track,
    -- Void.
    count(*) FILTER (WHERE f.status = 'cancelled') AS cancelled,
    -- Have not begun.
    count(*) FILTER (WHERE f.status = 'not_started') AS not_started,
    -- Cannot be measured: nobody says when business hours are.
    count(*) FILTER (WHERE f.status = 'no_calendar') AS no_calendar,
    -- met / (met + breached).
    (slaops.attainment(f.status)).attainment,
    -- Lower end of its 95 % interval.
    (slaops.attainment(f.status)).lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    (slaops.attainment(f.status)).upper AS attainment_upper,
    -- Median time taken so far.
    percentile_cont(0.5) WITHIN GROUP (ORDER BY f.elapsed_minutes) AS median_minutes,
    -- Minutes past target, summed.
    sum(greatest(-f.margin_minutes, 0)) AS minutes_late
FROM {schema}.fct_sla_attainment AS f
GROUP BY f.metric, f.policy, f.priority, f.last_group, f.type, f.brand, f.region, f.channel, f.tier, month
