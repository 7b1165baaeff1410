-- How many solved tickets take the happy path: created, one group, one reply, solved? A row a deviation, and one for the path, for all groups and for each. A ticket may deviate in several ways. SET slaops.process_model for another model.
WITH event AS (
    SELECT e.*, b.state AS old_state, row_number() OVER w AS turn, first_value(e.old_value) OVER w AS first_value, lag(e.activity) OVER w AS before,
           row_number() OVER (PARTITION BY e.ticket_id, e.activity ORDER BY e.event_number) AS turn_here
    FROM (
        SELECT i.ticket_id, i.event_at, i.event_number, i.activity, i.old_value, i.new_value,
               CASE WHEN i.activity LIKE '% reply' THEN 'reply' WHEN i.activity LIKE 'status %' THEN 'status' WHEN i.activity LIKE 'group %' THEN 'group' END AS kind
        FROM {schema}.int_event_transitions AS i
    ) AS e
    LEFT JOIN slaops.states AS b ON e.kind = 'status' AND b.status = btrim(translate(lower(e.old_value), '-_', '  '))
    WHERE e.kind IS NOT NULL
    WINDOW w AS (PARTITION BY e.ticket_id, e.kind ORDER BY e.event_number)
), step AS (
    SELECT e.ticket_id, e.event_at, e.event_number AS place,
           CASE WHEN e.kind = 'reply' THEN e.activity
                WHEN e.kind = 'group' THEN
                    CASE WHEN e.turn = 1 AND e.old_value IS NULL THEN 'assigned' WHEN e.new_value IS NULL OR e.new_value = e.old_value THEN NULL
                         WHEN e.turn_here > 1 OR e.new_value = e.first_value THEN 'sent back' ELSE 'escalated' END
                WHEN e.activity IN ('status solved', 'status closed') THEN substr(e.activity, 8)
                WHEN e.before IN ('status solved', 'status closed') OR e.turn = 1 AND e.old_state IN ('solved', 'closed') THEN 'reopened'
                WHEN e.activity = 'status pending' THEN 'pending'
                WHEN e.activity = 'status hold' THEN 'on hold' END AS step
    FROM event AS e
    UNION ALL
    SELECT l.ticket_id, l.created_at, 0, 'created' FROM {schema}.int_ticket_lifecycle AS l
), ticket AS (
    SELECT l.ticket_id, coalesce(l.group_name, l.groups[cardinality(l.groups)], 'none') AS group_name, l.business_cycle_minutes AS minutes,
           -- Where only the ticket's row says so.
           s.trace || CASE WHEN NOT s.trace && '{solved,closed}' THEN '{solved}'::text[] END AS trace
    FROM (
        -- What was logged before the creation is no part of it.
        SELECT p.ticket_id, slaops.trace(p.step, p.event_at, p.place) AS trace
        FROM step AS p
        JOIN {schema}.int_ticket_lifecycle AS b ON b.ticket_id = p.ticket_id AND NOT b.is_open AND p.event_at >= b.created_at
        GROUP BY p.ticket_id
    ) AS s
    JOIN {schema}.int_ticket_lifecycle AS l ON l.ticket_id = s.ticket_id
), variant AS (
    SELECT v.trace, c.fits, c.fitness
    FROM (SELECT DISTINCT t.trace FROM ticket AS t) AS v
    CROSS JOIN LATERAL slaops.conformance(v.trace, slaops.process_model()) AS c
), way AS (
    SELECT v.trace, d.deviation, count(*) FILTER (WHERE d.counts) AS times
    FROM variant AS v
    CROSS JOIN LATERAL (
        SELECT NOT (f.activity IN ('solved', 'closed') AND f.deviation IN ('inserted', 'repeated') AND 'reopened' = ANY (v.trace)) AS counts,
               CASE WHEN f.deviation = 'skipped' AND f.activity = 'agent reply' THEN 'no reply'
                    WHEN f.deviation = 'skipped' OR f.deviation = 'out of order' THEN f.deviation || ' ' || f.activity
                    WHEN f.activity = 'agent reply' THEN 'more than one reply'
                    WHEN f.activity = 'escalated' THEN 'escalated to another group'
                    WHEN f.activity = 'sent back' THEN 'sent back to an earlier group'
                    WHEN f.activity = 'pending' THEN 'waited for the customer'
                    WHEN f.activity IN ('on hold', 'reopened') THEN f.activity
                    -- To be solved again goes with it.
                    WHEN f.activity IN ('solved', 'closed') AND 'reopened' = ANY (v.trace) THEN 'reopened'
                    ELSE f.deviation || ' ' || f.activity END AS deviation
        FROM slaops.deviations(v.trace, slaops.process_model()) AS f
    ) AS d
    GROUP BY v.trace, d.deviation
    UNION ALL
    SELECT v.trace, 'happy path', 0 FROM variant AS v WHERE v.fits
), total AS (
    SELECT t.group_name, count(*) AS n, avg(v.fitness) AS fitness
    FROM ticket AS t
    JOIN variant AS v ON v.trace = t.trace
    GROUP BY GROUPING SETS ((t.group_name), ())
), found AS (
    SELECT t.group_name, w.deviation, count(*) AS n, sum(w.times) AS times, avg(t.minutes) AS mean, var_samp(t.minutes) AS variance,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY t.minutes) AS median
    FROM ticket AS t
    JOIN way AS w ON w.trace = t.trace
    GROUP BY GROUPING SETS ((t.group_name, w.deviation), (w.deviation))
)
SELECT
    a.group_name,           -- The group that had the ticket last, none for tickets without; NULL: all groups.
    d.deviation,            -- What is not as the model has it, in plain words or as skipped, inserted, repeated or out of order with the step; "happy path" for tickets that follow the model.
    coalesce(x.n, 0) AS tickets, -- Solved tickets of which it holds.
    coalesce(x.n, 0) / a.n::double precision AS share, -- Their share.
    x.median AS median_cycle_minutes, -- Their median open minutes from creation to solved.
    CASE WHEN d.deviation <> 'happy path' THEN x.mean - p.mean END AS extra_minutes, -- Mean minutes more than on the happy path.
    CASE WHEN d.deviation <> 'happy path' THEN x.mean - p.mean - 1.96 * sqrt(x.variance / nullif(x.n, 0) + p.variance / nullif(p.n, 0)) END AS extra_lower, -- Lower end of the 95 % interval of this difference (Welch; fair from 30 tickets).
    CASE WHEN d.deviation <> 'happy path' THEN x.mean - p.mean + 1.96 * sqrt(x.variance / nullif(x.n, 0) + p.variance / nullif(p.n, 0)) END AS extra_upper, -- Upper end of it.
    coalesce(x.times, 0)::bigint AS times, -- How often it happened.
    a.fitness AS mean_fitness, -- Mean fitness of all solved tickets of the group: 1 when all follow the model.
    slaops.process_model() AS model -- The model: a name in slaops.process_models, or a definition.
FROM total AS a
JOIN LATERAL (SELECT 'happy path' AS deviation UNION SELECT f.deviation FROM found AS f WHERE f.group_name IS NOT DISTINCT FROM a.group_name) AS d ON true
LEFT JOIN found AS x ON x.group_name IS NOT DISTINCT FROM a.group_name AND x.deviation = d.deviation
LEFT JOIN found AS p ON p.group_name IS NOT DISTINCT FROM a.group_name AND p.deviation = 'happy path'
WHERE a.n > 0
ORDER BY a.group_name NULLS FIRST, d.deviation <> 'happy path', x.n DESC, d.deviation
