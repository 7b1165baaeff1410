-- Do escalations cost time? One row if at least 30 tickets and a twentieth of all are escalated,
-- take significantly longer than others, and are late more often by a tenth; else empty.
-- materialized: table
-- key: subject
SELECT
    -- The subject; NULL: all tickets.
    NULL::text AS subject,
    -- The weight: the share of tickets that are escalated.
    impact.escalated::double precision / (impact.escalated + impact.not_escalated) AS weight,
    -- Escalated tickets.
    impact.escalated,
    -- Others.
    impact.not_escalated,
    -- Mean open hours of escalated tickets.
    impact.mean_cycle_minutes / 60 AS hours,
    -- The same for the others.
    impact.mean_cycle_minutes_others / 60 AS hours_others,
    -- The difference.
    impact.added_minutes / 60 AS added_hours,
    -- Lower end of its 95 % interval.
    impact.added_lower / 60 AS added_hours_lower,
    -- Upper end of its 95 % interval.
    impact.added_upper / 60 AS added_hours_upper,
    -- Open hours that a tenth fewer escalations would save, if escalations cause the difference.
    impact.total_added_minutes / 600 AS saved_hours,
    -- Share of the clocks of escalated tickets that are late.
    impact.breach_rate,
    -- The same for the others.
    impact.breach_rate_others
FROM {schema}.escalation_impact AS impact
WHERE impact.level = 'all'
    AND least(impact.escalated, impact.not_escalated) >= 30
    AND impact.escalated * 20 >= impact.escalated + impact.not_escalated
    AND impact.added_lower > 0
    AND impact.breach_rate > impact.breach_rate_others + 0.1
