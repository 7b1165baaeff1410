-- A row a clock of an open ticket that has a target and has not ended: how it stands now.
SELECT
    ticket_id, metric, cycle, priority, group_name, assignee, status, due_at, margin_minutes, elapsed_minutes,
    target_minutes, brand, region, channel, tier,
    CASE status
        WHEN 'breached' THEN 'past target' WHEN 'at_risk' THEN 'at risk' WHEN 'paused' THEN 'waiting'
        ELSE 'on track'
    END AS standing
FROM {schema}.fct_sla_attainment
WHERE is_open AND stopped_at IS NULL AND status IN ('breached', 'at_risk', 'active', 'paused')
