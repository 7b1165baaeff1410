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
COMMENT ON FUNCTION slaops.trace_combine(internal, internal) IS
'Joins two states of trace; right for every split of the rows.';

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
'The activities of one case in order of time, for any order of rows. At one instant the activity''s own text decides, byte by byte. A row without an activity or a finite instant says nothing; NULL when none does. A case may have 2,000,000 events.';

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
'The activities of one case in order of time, for any order of rows. At one instant seq decides, those without one first, and then the activity''s own text, byte by byte. A row without an activity or a finite instant says nothing; NULL when none does. A case may have 2,000,000 events.';

CREATE FUNCTION slaops.variant_id(trace text[])
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_variant_id';
COMMENT ON FUNCTION slaops.variant_id(text[]) IS
'A number by which equal traces are known, the same on every machine and in every version: SipHash-2-4 with a key of zeros over each activity''s length (8 bytes, little-endian) and its UTF-8. NULLs inside count for nothing. A trace may have 2,000,000 activities.';

CREATE FUNCTION slaops.collapse(trace text[])
RETURNS text[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_collapse';
COMMENT ON FUNCTION slaops.collapse(text[]) IS
'A trace in which an activity that repeats at once counts as one: {a,a,b,a} is {a,b,a}. NULLs inside are dropped. A trace may have 2,000,000 activities.';
