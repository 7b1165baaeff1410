-- The ways that cases take: a case's activities in order.

CREATE FUNCTION slaops.trace_transition(state internal, activity text, at timestamptz)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_trace_transition';
COMMENT ON FUNCTION slaops.trace_transition(internal, text, timestamptz) IS
'Adds an event to the state of trace.';

CREATE FUNCTION slaops.trace_transition(state internal, activity text, at timestamptz, seq bigint)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_trace_transition';
COMMENT ON FUNCTION slaops.trace_transition(internal, text, timestamptz, bigint) IS
'Adds an event to the state of trace; seq orders events of one instant.';

CREATE FUNCTION slaops.trace_combine(state internal, other internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_trace_combine';
COMMENT ON FUNCTION slaops.trace_combine(internal, internal) IS 'Merges two states of trace.';

CREATE FUNCTION slaops.trace_serialize(state internal)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_trace_serialize';
COMMENT ON FUNCTION slaops.trace_serialize(internal) IS
'The state of trace as bytes, between parallel workers.';

CREATE FUNCTION slaops.trace_deserialize(bytes bytea, context internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_trace_deserialize';
COMMENT ON FUNCTION slaops.trace_deserialize(bytea, internal) IS
'The state of trace from bytes.';

CREATE FUNCTION slaops.trace_final(state internal)
RETURNS text[]
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_trace_final';
COMMENT ON FUNCTION slaops.trace_final(internal) IS
'The trace of a state of trace.';

CREATE AGGREGATE slaops.trace(activity text, at timestamptz) (
    SFUNC = slaops.trace_transition,
    STYPE = internal,
    SSPACE = 256,
    FINALFUNC = slaops.trace_final,
    COMBINEFUNC = slaops.trace_combine,
    SERIALFUNC = slaops.trace_serialize,
    DESERIALFUNC = slaops.trace_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.trace(text, timestamptz) IS
'The activities of one case in order of time; those of one instant are ordered by their text. '
'Rows without an activity or a finite instant are ignored. Example: SELECT '
'slaops.trace(event_type, event_at) FROM demo.ticket_events WHERE ticket_id = 1;';

CREATE AGGREGATE slaops.trace(activity text, at timestamptz, seq bigint) (
    SFUNC = slaops.trace_transition,
    STYPE = internal,
    SSPACE = 256,
    FINALFUNC = slaops.trace_final,
    COMBINEFUNC = slaops.trace_combine,
    SERIALFUNC = slaops.trace_serialize,
    DESERIALFUNC = slaops.trace_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.trace(text, timestamptz, bigint) IS
'The activities of one case in order of time; those of one instant are ordered by seq, then by '
'their text. Example: SELECT slaops.trace(event_type, event_at, seq) FROM demo.ticket_events '
'WHERE ticket_id = 1;';

CREATE FUNCTION slaops.variant_id(trace text[])
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_variant_id';
COMMENT ON FUNCTION slaops.variant_id(text[]) IS
'A hash that is equal for equal traces on every machine (SipHash-2-4); NULL activities are '
'ignored. Example: SELECT slaops.variant_id(ARRAY[''created'', ''solved'']);';

CREATE FUNCTION slaops.collapse(trace text[])
RETURNS text[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_collapse';
COMMENT ON FUNCTION slaops.collapse(text[]) IS
'A trace with immediate repeats merged: {a,a,b,a} becomes {a,b,a}; NULL activities are dropped. '
'Example: SELECT slaops.collapse(ARRAY[''a'', ''a'', ''b'', ''a'']);';

CREATE TYPE slaops.variant AS (
    activities text[],
    n bigint
);
COMMENT ON TYPE slaops.variant IS 'A trace with the number of cases that have it.';
COMMENT ON COLUMN slaops.variant.activities IS
'The activities in order, as slaops.trace gives them.';
COMMENT ON COLUMN slaops.variant.n IS 'The number of cases with this trace.';

-- A node is an activity at a step, so that no path leads back to it; every name begins with a
-- number, so that no activity is taken for one of the artificial ones.
CREATE FUNCTION slaops.as_step_sankey(
    variants slaops.variant[],
    depth integer DEFAULT 8,
    min_share double precision DEFAULT 0.01
)
RETURNS TABLE (source text, target text, value bigint, share double precision)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $as_step_sankey$
BEGIN
    IF depth IS NULL OR depth < 1 OR depth > 1000 THEN
        RAISE EXCEPTION 'depth must be between 1 and 1000, not %', coalesce(depth::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the number of steps to draw from the start, such as 8.';
    END IF;
    IF min_share IS NULL OR NOT min_share BETWEEN 0 AND 1 THEN
        RAISE EXCEPTION 'min_share must be between 0 and 1, not %',
            coalesce(min_share::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the least share of cases of a step that is drawn, such as 0.01.';
    END IF;
    IF EXISTS (SELECT FROM unnest(variants) AS variant WHERE variant.n < 0) THEN
        RAISE EXCEPTION 'n of a variant must not be negative, not %',
            (SELECT min(variant.n) FROM unnest(variants) AS variant)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the number of its cases.';
    END IF;
    RETURN QUERY
    WITH way AS (
        SELECT
            variant.place,
            variant.n,
            array(
                SELECT taken.activity
                FROM unnest(variant.activities) WITH ORDINALITY AS taken (activity, place)
                WHERE taken.activity IS NOT NULL
                ORDER BY taken.place
            ) AS activities
        FROM unnest(variants) WITH ORDINALITY AS variant (activities, n, place)
        WHERE variant.n > 0
    ),
    step AS (
        SELECT
            way.place,
            taken.step,
            sum(way.n) OVER (PARTITION BY taken.step, taken.activity)
                < min_share * (SELECT sum(every_way.n) FROM way AS every_way) AS rare
        FROM way
        CROSS JOIN LATERAL unnest(way.activities[1:depth])
            WITH ORDINALITY AS taken (activity, step)
    ),
    before_rare AS (
        SELECT
            step.place,
            min(step.step) - 1 AS steps
        FROM step
        WHERE step.rare
        GROUP BY step.place
    ),
    followed AS (
        -- Up to the first rare step, to the depth, or to its end.
        SELECT
            way.n,
            way.activities,
            least(before_rare.steps, depth, cardinality(way.activities)) AS steps
        FROM way
        LEFT JOIN before_rare ON before_rare.place = way.place
    ),
    flow AS (
        SELECT
            node.step,
            followed.n,
            CASE node.step
                WHEN 0 THEN '(start)'
                ELSE concat(node.step, ' ', followed.activities[node.step])
            END AS source,
            CASE
                WHEN node.step < followed.steps
                    THEN concat(node.step + 1, ' ', followed.activities[node.step + 1])
                WHEN followed.steps = cardinality(followed.activities) THEN '(end)'
                ELSE '(rest)'
            END AS target
        FROM followed
        CROSS JOIN LATERAL generate_series(0, followed.steps::integer) AS node (step)
    )
    SELECT
        flow.source,
        flow.target,
        sum(flow.n)::bigint,
        (sum(flow.n) / sum(sum(flow.n)) OVER (PARTITION BY flow.source))::double precision
    FROM flow
    GROUP BY flow.step, flow.source, flow.target
    ORDER BY flow.step, sum(flow.n) DESC, flow.source COLLATE "C", flow.target COLLATE "C";
END
$as_step_sankey$;
COMMENT ON FUNCTION slaops.as_step_sankey(slaops.variant[], integer, double precision) IS
'Rows for a flow chart without cycles: activities with the number of their step, from (start) to '
'(end). Later steps, and those of fewer than min_share of all cases, go to (rest). Example: '
'SELECT s.* FROM slaops.as_step_sankey((SELECT array_agg(ROW(activities, '
'tickets)::slaops.variant) FROM support.process_variants)) AS s;';
