-- One row per ticket: its activities in order, by the names of variants and of process models.
-- materialized: incremental
-- key: ticket_id
WITH ways AS (
    -- An event as a text: three flags (before the creation, old value known, new value known), what
    -- happened, and the old value of a change.
    SELECT
        transition.ticket_id,
        slaops.trace(
            concat(
                (transition.event_at < life.created_at)::integer,
                (transition.old_value IS NOT NULL)::integer,
                (transition.new_value IS NOT NULL)::integer,
                transition.activity,
                CASE
                    WHEN transition.activity LIKE 'status %' OR transition.activity LIKE 'group %'
                        THEN E'\x01' || transition.old_value
                END
            ),
            transition.event_at,
            transition.event_number
        ) AS way
    FROM {transition_rows} AS transition
    JOIN {lifecycle_rows} AS life
        ON life.ticket_id = transition.ticket_id
    -- Activities that a customer would notice: creation, replies, changes of state and group.
    WHERE transition.activity = 'created'
        OR transition.activity LIKE 'status %'
        OR transition.activity LIKE 'group %'
        OR transition.activity LIKE '% reply'
    GROUP BY transition.ticket_id
),

-- Tickets with the same events are processed once.
distinct_ways AS (
    SELECT
        row_number() OVER () AS way_number,
        way.way
    FROM ways AS way
    GROUP BY way.way
),

way_events AS (
    SELECT
        way.way_number,
        event.place,
        left(event.text, 1) = '1' AS is_early,
        told.activity,
        CASE
            WHEN event.text LIKE '_1%' THEN substr(event.text, 5 + length(told.activity))
        END AS old_value,
        CASE WHEN event.text LIKE '__1%' THEN substr(told.activity, 7) END AS new_group,
        CASE
            WHEN told.activity = 'created' THEN 'creation'
            WHEN told.activity LIKE '% reply' THEN 'reply'
            WHEN told.activity LIKE 'status %' THEN 'status'
            ELSE 'group'
        END AS kind
    FROM distinct_ways AS way
    CROSS JOIN LATERAL unnest(way.way) WITH ORDINALITY AS event (text, place)
    CROSS JOIN LATERAL (
        SELECT split_part(substr(event.text, 4), E'\x01', 1) AS activity
    ) AS told
),

turns AS (
    SELECT
        event.*,
        row_number() OVER by_kind AS turn,
        first_value(event.old_value) OVER by_kind AS first_value,
        lag(event.activity) OVER by_kind AS previous_activity,
        row_number() OVER (
            PARTITION BY
                event.way_number,
                event.kind,
                event.activity
            ORDER BY event.place
        ) AS turn_of_activity
    FROM way_events AS event
    WINDOW by_kind AS (PARTITION BY event.way_number, event.kind ORDER BY event.place)
),

steps AS (
    SELECT
        turn.way_number,
        turn.place,
        turn.is_early,
        turn.activity,
        CASE
            WHEN turn.kind = 'reply' THEN turn.activity
            WHEN turn.kind = 'group' AND turn.turn = 1 AND turn.old_value IS NULL THEN 'assigned'
            WHEN turn.kind = 'group'
                AND (turn.new_group IS NULL OR turn.new_group = turn.old_value)
                THEN NULL
            WHEN turn.kind = 'group'
                AND (turn.turn_of_activity > 1 OR turn.new_group = turn.first_value)
                THEN 'sent back'
            WHEN turn.kind = 'group' THEN 'escalated'
            WHEN turn.activity IN ('status solved', 'status closed') THEN substr(turn.activity, 8)
            WHEN turn.previous_activity IN ('status solved', 'status closed') THEN 'reopened'
            WHEN turn.kind = 'status'
                AND turn.turn = 1
                AND btrim(translate(lower(turn.old_value), '-_', '  ')) IN (
                    SELECT known.status
                    FROM slaops.states_of({policy_set}) AS known
                    WHERE known.state IN ('solved', 'closed')
                )
                THEN 'reopened'
            WHEN turn.activity = 'status pending' THEN 'pending'
            WHEN turn.activity = 'status hold' THEN 'on hold'
        END AS step
    FROM turns AS turn
),

paths AS (
    SELECT
        step.way_number,
        slaops.collapse(array_agg(step.activity ORDER BY step.place)) AS activities,
        -- Events before the creation are not part of it.
        array_agg(step.step ORDER BY step.place) FILTER (
            WHERE step.step IS NOT NULL AND NOT step.is_early
        ) AS steps
    FROM steps AS step
    GROUP BY step.way_number
)

SELECT
    -- The ticket.
    life.ticket_id,
    -- Id of its variant, which never changes; NULL without events.
    slaops.variant_id(path.activities) AS variant_id,
    -- Creation, replies, states and groups in order. Immediate repeats count once.
    path.activities,
    -- The steps of a solved ticket, by the names of slaops.process_models.
    CASE WHEN NOT life.is_open AND life.created_at IS NOT NULL THEN
        CASE WHEN isfinite(life.created_at) THEN '{created}'::text[] END
        || path.steps
        -- The solution, if only the ticket's row has it.
        || CASE
            WHEN NOT coalesce(path.steps && '{solved,closed}', false) THEN '{solved}'::text[]
        END
    END AS steps
FROM {lifecycle_rows} AS life
LEFT JOIN ways AS way
    ON way.ticket_id = life.ticket_id
LEFT JOIN distinct_ways AS known_way
    ON known_way.way = way.way
LEFT JOIN paths AS path
    ON path.way_number = known_way.way_number
