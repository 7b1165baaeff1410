-- How many solved tickets take the happy path: created, one group, one reply, solved? A row a
-- deviation, and one for the path, for all groups and for each. A ticket may deviate in several
-- ways. SET slaops.process_model for another model; it is then computed when read.
-- materialized: table
WITH logged AS MATERIALIZED (
    -- Events as texts: two flags (old and new value known), what happened, and the old value
    -- of a change.
    SELECT coalesce(l.group_name, l.groups[cardinality(l.groups)], 'none') AS group_name, l.business_cycle_minutes AS minutes, isfinite(l.created_at) AS dated, coalesce(s.events, '{}') AS events,
           -- What was logged before the creation is no part of it.
           CASE WHEN s.first < l.created_at THEN (SELECT count(*) FROM unnest(s.instants) AS u (at) WHERE u.at < l.created_at) ELSE 0 END AS early
    FROM {schema}.int_ticket_lifecycle AS l
    LEFT JOIN (
        SELECT i.ticket_id, min(i.event_at) AS first, array_agg(i.event_at) FILTER (WHERE isfinite(i.event_at)) AS instants,
               slaops.trace(concat((i.old_value IS NOT NULL)::integer, (i.new_value IS NOT NULL)::integer, i.activity, CASE WHEN i.activity NOT LIKE '% reply' THEN E'\x01' || i.old_value END), i.event_at, i.event_number) AS events
        FROM {schema}.int_event_transitions AS i
        WHERE i.activity LIKE '% reply' OR i.activity LIKE 'status %' OR i.activity LIKE 'group %'
        GROUP BY i.ticket_id
    ) AS s ON s.ticket_id = l.ticket_id
    WHERE NOT l.is_open AND l.created_at IS NOT NULL
), steps AS MATERIALIZED (
    -- Tickets with the same events are read once.
    SELECT d.events, d.early, d.dated,
           -- Solved, where only the ticket's row says so.
           k.trace || CASE WHEN NOT k.trace && '{solved,closed}' THEN '{solved}'::text[] END AS trace
    FROM (SELECT l.events, l.early, l.dated FROM logged AS l GROUP BY l.events, l.early, l.dated) AS d
    CROSS JOIN LATERAL (
        SELECT CASE WHEN d.dated THEN '{created}'::text[] END || array_agg(s.step ORDER BY s.place) FILTER (WHERE s.place > d.early AND s.step IS NOT NULL) AS trace
        FROM (
            SELECT e.place,
                   CASE WHEN e.kind = 'reply' THEN e.activity
                        WHEN e.kind = 'group' THEN
                            CASE WHEN e.turn = 1 AND e.old_value IS NULL THEN 'assigned' WHEN e.new_group IS NULL OR e.new_group = e.old_value THEN NULL
                                 WHEN e.turn_here > 1 OR e.new_group = e.first_value THEN 'sent back' ELSE 'escalated' END
                        WHEN e.activity IN ('status solved', 'status closed') THEN substr(e.activity, 8)
                        WHEN e.before IN ('status solved', 'status closed') THEN 'reopened'
                        WHEN e.turn = 1 AND (SELECT b.state FROM slaops.states_of({policy_set}) AS b WHERE b.status = btrim(translate(lower(e.old_value), '-_', '  '))) IN ('solved', 'closed') THEN 'reopened'
                        WHEN e.activity = 'status pending' THEN 'pending'
                        WHEN e.activity = 'status hold' THEN 'on hold' END AS step
            FROM (
                SELECT f.*, row_number() OVER w AS turn, first_value(f.old_value) OVER w AS first_value, lag(f.activity) OVER w AS before, row_number() OVER (PARTITION BY f.activity ORDER BY f.place) AS turn_here
                FROM (
                    SELECT u.place, c.activity, CASE WHEN u.event LIKE '1%' THEN substr(u.event, 4 + length(c.activity)) END AS old_value, CASE WHEN u.event LIKE '_1%' THEN substr(c.activity, 7) END AS new_group,
                           CASE WHEN c.activity LIKE '% reply' THEN 'reply' WHEN c.activity LIKE 'status %' THEN 'status' ELSE 'group' END AS kind
                    FROM unnest(d.events) WITH ORDINALITY AS u (event, place)
                    CROSS JOIN LATERAL (SELECT split_part(substr(u.event, 3), E'\x01', 1) AS activity) AS c
                ) AS f
                WINDOW w AS (PARTITION BY f.kind ORDER BY f.place)
            ) AS e
        ) AS s
    ) AS k
), variant AS MATERIALIZED (
    SELECT row_number() OVER () AS number, v.trace, c.fits, c.fitness
    FROM (SELECT s.trace FROM steps AS s GROUP BY s.trace) AS v
    CROSS JOIN LATERAL slaops.conformance(v.trace, slaops.process_model()) AS c
), ticket AS MATERIALIZED (
    SELECT l.group_name, l.minutes, v.number
    FROM logged AS l
    JOIN steps AS s ON s.events = l.events AND s.early = l.early AND s.dated = l.dated
    JOIN variant AS v ON v.trace = s.trace
), way AS (
    SELECT v.number, d.deviation, count(*) FILTER (WHERE d.counts) AS times
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
    GROUP BY v.number, d.deviation
    UNION ALL
    SELECT v.number, 'happy path', 0 FROM variant AS v WHERE v.fits
), total AS (
    SELECT t.group_name, count(*) AS n, avg(v.fitness) AS fitness
    FROM ticket AS t
    JOIN variant AS v ON v.number = t.number
    GROUP BY GROUPING SETS ((t.group_name), ())
), found AS (
    SELECT t.group_name, w.deviation, count(*) AS n, sum(w.times) AS times, avg(t.minutes) AS mean, var_samp(t.minutes) AS variance,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY t.minutes) AS median
    FROM ticket AS t
    JOIN way AS w ON w.number = t.number
    GROUP BY GROUPING SETS ((t.group_name, w.deviation), (w.deviation))
)
SELECT
    -- The group that had the ticket last, none for tickets without; NULL: all groups.
    a.group_name,
    -- What is not as the model has it, in plain words or as skipped, inserted, repeated or
    -- out of order with the step; "happy path" for tickets that follow the model.
    d.deviation,
    -- Solved tickets of which it holds.
    coalesce(x.n, 0) AS tickets,
    -- Their share.
    coalesce(x.n, 0) / a.n::double precision AS share,
    -- Their median open minutes from creation to solved.
    x.median AS median_cycle_minutes,
    -- Mean minutes more than on the happy path.
    CASE WHEN d.deviation <> 'happy path' THEN x.mean - p.mean END AS extra_minutes,
    -- Lower end of the 95 % interval of this difference (Welch; fair from 30 tickets).
    CASE WHEN d.deviation <> 'happy path' THEN x.mean - p.mean - 1.96 * sqrt(x.variance / nullif(x.n, 0) + p.variance / nullif(p.n, 0)) END AS extra_lower,
    -- Upper end of it.
    CASE WHEN d.deviation <> 'happy path' THEN x.mean - p.mean + 1.96 * sqrt(x.variance / nullif(x.n, 0) + p.variance / nullif(p.n, 0)) END AS extra_upper,
    -- How often it happened.
    coalesce(x.times, 0)::bigint AS times,
    -- Mean fitness of all solved tickets of the group: 1 when all follow the model.
    a.fitness AS mean_fitness,
    -- The model: a name in slaops.process_models, or a definition.
    slaops.process_model() AS model
FROM total AS a
JOIN LATERAL (SELECT 'happy path' AS deviation UNION SELECT f.deviation FROM found AS f WHERE f.group_name IS NOT DISTINCT FROM a.group_name) AS d ON true
LEFT JOIN found AS x ON x.group_name IS NOT DISTINCT FROM a.group_name AND x.deviation = d.deviation
LEFT JOIN found AS p ON p.group_name IS NOT DISTINCT FROM a.group_name AND p.deviation = 'happy path'
WHERE a.n > 0
ORDER BY a.group_name NULLS FIRST, d.deviation <> 'happy path', x.n DESC, d.deviation
