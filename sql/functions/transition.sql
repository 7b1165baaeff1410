-- Transition matrices: what follows what in the events of cases, how often, and how long it takes.

CREATE TYPE slaops.transition_matrix;

CREATE FUNCTION slaops.transition_matrix_in(text cstring)
RETURNS slaops.transition_matrix
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_matrix_in';
COMMENT ON FUNCTION slaops.transition_matrix_in(cstring) IS
'Reads a transition matrix in text form: the JSON that it prints.';

CREATE FUNCTION slaops.transition_matrix_out(matrix slaops.transition_matrix)
RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_matrix_out';
COMMENT ON FUNCTION slaops.transition_matrix_out(slaops.transition_matrix) IS
'Prints a transition matrix as JSON.';

CREATE FUNCTION slaops.transition_matrix_recv(message internal)
RETURNS slaops.transition_matrix
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_matrix_recv';
COMMENT ON FUNCTION slaops.transition_matrix_recv(internal) IS
'Reads a transition matrix in binary form, checking all of it.';

CREATE FUNCTION slaops.transition_matrix_send(matrix slaops.transition_matrix)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_matrix_send';
COMMENT ON FUNCTION slaops.transition_matrix_send(slaops.transition_matrix) IS
'A transition matrix in binary form.';

CREATE TYPE slaops.transition_matrix (
    INPUT = slaops.transition_matrix_in,
    OUTPUT = slaops.transition_matrix_out,
    RECEIVE = slaops.transition_matrix_recv,
    SEND = slaops.transition_matrix_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended
);
COMMENT ON TYPE slaops.transition_matrix IS
'Which activity follows which in the events of cases, with counts and durations. Equal logs have '
'equal values.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    at timestamptz
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add';
COMMENT ON FUNCTION slaops.transition_add(internal, anynonarray, text, timestamptz) IS
'Adds an event to the state of transition_matrix.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    at timestamptz,
    seq bigint
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_seq';
COMMENT ON FUNCTION slaops.transition_add(internal, anynonarray, text, timestamptz, bigint) IS
'Adds an event with its order among those of one instant.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    at timestamptz,
    cal slaops.calendar
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_calendar';
COMMENT ON FUNCTION slaops.transition_add(
    internal, anynonarray, text, timestamptz, slaops.calendar
) IS
'Adds an event under a calendar.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    at timestamptz,
    cal slaops.calendar,
    seq bigint
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_calendar_seq';
COMMENT ON FUNCTION slaops.transition_add(
    internal, anynonarray, text, timestamptz, slaops.calendar, bigint
) IS
'Adds an event under a calendar, with its order among those of one instant.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    at timestamptz,
    cal text
)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_name';
COMMENT ON FUNCTION slaops.transition_add(internal, anynonarray, text, timestamptz, text) IS
'Adds an event under a registered calendar.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    at timestamptz,
    cal text,
    seq bigint
)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_name_seq';
COMMENT ON FUNCTION slaops.transition_add(internal, anynonarray, text, timestamptz, text, bigint) IS
'Adds an event under a registered calendar, with its order among those of one instant.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_interval';
COMMENT ON FUNCTION slaops.transition_add(internal, anynonarray, text, timestamptz, timestamptz) IS
'Adds an event that lasts to the state of transition_matrix.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz,
    seq bigint
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_interval_seq';
COMMENT ON FUNCTION slaops.transition_add(
    internal, anynonarray, text, timestamptz, timestamptz, bigint
) IS
'Adds an event that lasts with its order among those that start at one instant.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz,
    cal slaops.calendar
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_interval_calendar';
COMMENT ON FUNCTION slaops.transition_add(
    internal, anynonarray, text, timestamptz, timestamptz, slaops.calendar
) IS
'Adds an event that lasts under a calendar.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz,
    cal slaops.calendar,
    seq bigint
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_interval_calendar_seq';
COMMENT ON FUNCTION slaops.transition_add(
    internal, anynonarray, text, timestamptz, timestamptz, slaops.calendar, bigint
) IS
'Adds an event that lasts under a calendar, with its order among those that start at one instant.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz,
    cal text
)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_interval_name';
COMMENT ON FUNCTION slaops.transition_add(
    internal, anynonarray, text, timestamptz, timestamptz, text
) IS
'Adds an event that lasts under a registered calendar.';

CREATE FUNCTION slaops.transition_add(
    state internal,
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz,
    cal text,
    seq bigint
)
RETURNS internal
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_add_interval_name_seq';
COMMENT ON FUNCTION slaops.transition_add(
    internal, anynonarray, text, timestamptz, timestamptz, text, bigint
) IS
'Adds an event that lasts under a registered calendar, with its order among those that start at '
'one instant.';

CREATE FUNCTION slaops.transition_combine(state internal, other internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_combine';
COMMENT ON FUNCTION slaops.transition_combine(internal, internal) IS
'Merges two states of transition_matrix.';

CREATE FUNCTION slaops.transition_serialize(state internal)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_serialize';
COMMENT ON FUNCTION slaops.transition_serialize(internal) IS
'The state of transition_matrix as bytes, between parallel workers.';

CREATE FUNCTION slaops.transition_deserialize(bytes bytea, context internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_deserialize';
COMMENT ON FUNCTION slaops.transition_deserialize(bytea, internal) IS
'The state of transition_matrix from bytes.';

CREATE FUNCTION slaops.transition_final(state internal)
RETURNS slaops.transition_matrix
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_final';
COMMENT ON FUNCTION slaops.transition_final(internal) IS
'The matrix of a state of transition_matrix.';

CREATE AGGREGATE slaops.transition_matrix(case_id anynonarray, activity text, at timestamptz) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(anynonarray, text, timestamptz) IS
'Collects the events of cases, in any order of rows, into a matrix; events of one instant are '
'ordered by activity. Incomplete rows are skipped and counted. Example: SELECT '
'slaops.transition_matrix(ticket_id, event_type, event_at) FROM demo.ticket_events;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    at timestamptz,
    seq bigint
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(anynonarray, text, timestamptz, bigint) IS
'Like transition_matrix(case_id, activity, at); seq orders events of one instant. Example: SELECT '
'slaops.transition_matrix(ticket_id, event_type, event_at, seq) FROM demo.ticket_events;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    at timestamptz,
    cal slaops.calendar
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(anynonarray, text, timestamptz, slaops.calendar) IS
'Like transition_matrix(case_id, activity, at), with durations in open time as well; the events '
'of a case share one calendar. Example: SELECT slaops.transition_matrix(ticket_id, event_type, '
'event_at, ''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar) FROM demo.ticket_events;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    at timestamptz,
    cal slaops.calendar,
    seq bigint
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(
    anynonarray, text, timestamptz, slaops.calendar, bigint
) IS
'Like transition_matrix with a calendar; seq orders events of one instant. Example: SELECT '
'slaops.transition_matrix(ticket_id, event_type, event_at, ''Mo-Fr 09:00-17:00 @ '
'UTC''::slaops.calendar, seq) FROM demo.ticket_events;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    at timestamptz,
    cal text
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(anynonarray, text, timestamptz, text) IS
'Like transition_matrix with a calendar, given by name or text form. Example: SELECT '
'slaops.transition_matrix(ticket_id, event_type, event_at, ''demo emea'') FROM demo.ticket_events;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    at timestamptz,
    cal text,
    seq bigint
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(anynonarray, text, timestamptz, text, bigint) IS
'Like transition_matrix with a calendar, given by name or text form; seq orders events of one '
'instant. Example: SELECT slaops.transition_matrix(ticket_id, event_type, event_at, ''demo '
'emea'', seq) FROM demo.ticket_events;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(anynonarray, text, timestamptz, timestamptz) IS
'Like transition_matrix(case_id, activity, at) for events that last: working time, from start to '
'end, apart from waiting, from an end to the next start. Events are ordered by start; where they '
'overlap the waiting is negative. Example: SELECT slaops.transition_matrix(ticket_id, status, '
'from_at, to_at) FROM support.int_ticket_stages;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz,
    seq bigint
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(
    anynonarray, text, timestamptz, timestamptz, bigint
) IS
'Like transition_matrix(case_id, activity, started_at, ended_at); seq orders events that start at '
'one instant. Example: SELECT slaops.transition_matrix(ticket_id, status, from_at, to_at, '
'1::bigint) FROM support.int_ticket_stages;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz,
    cal slaops.calendar
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(
    anynonarray, text, timestamptz, timestamptz, slaops.calendar
) IS
'Like transition_matrix(case_id, activity, started_at, ended_at), with durations in open time as '
'well. Example: SELECT slaops.transition_matrix(ticket_id, status, from_at, to_at, ''Mo-Fr '
'09:00-17:00 @ UTC''::slaops.calendar) FROM support.int_ticket_stages;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz,
    cal slaops.calendar,
    seq bigint
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(
    anynonarray, text, timestamptz, timestamptz, slaops.calendar, bigint
) IS
'Like transition_matrix of events that last with a calendar; seq orders events that start at one '
'instant. Example: SELECT slaops.transition_matrix(ticket_id, status, from_at, to_at, ''Mo-Fr '
'09:00-17:00 @ UTC''::slaops.calendar, 1::bigint) FROM support.int_ticket_stages;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz,
    cal text
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(anynonarray, text, timestamptz, timestamptz, text) IS
'Like transition_matrix of events that last with a calendar, given by name or text form. Example: '
'SELECT slaops.transition_matrix(ticket_id, status, from_at, to_at, ''demo emea'') FROM '
'support.int_ticket_stages;';

CREATE AGGREGATE slaops.transition_matrix(
    case_id anynonarray,
    activity text,
    started_at timestamptz,
    ended_at timestamptz,
    cal text,
    seq bigint
) (
    SFUNC = slaops.transition_add,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.transition_final,
    COMBINEFUNC = slaops.transition_combine,
    SERIALFUNC = slaops.transition_serialize,
    DESERIALFUNC = slaops.transition_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.transition_matrix(
    anynonarray, text, timestamptz, timestamptz, text, bigint
) IS
'Like transition_matrix of events that last with a calendar, given by name or text form; seq '
'orders events that start at one instant. Example: SELECT slaops.transition_matrix(ticket_id, '
'status, from_at, to_at, ''demo emea'', 1::bigint) FROM support.int_ticket_stages;';

CREATE FUNCTION slaops.transition_merge(a slaops.transition_matrix, b slaops.transition_matrix)
RETURNS slaops.transition_matrix
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_merge';
COMMENT ON FUNCTION slaops.transition_merge(slaops.transition_matrix, slaops.transition_matrix) IS
'One matrix of two logs without a common case; the operator + calls it.';

CREATE OPERATOR slaops.+ (
    FUNCTION = slaops.transition_merge,
    LEFTARG = slaops.transition_matrix,
    RIGHTARG = slaops.transition_matrix,
    COMMUTATOR = OPERATOR(slaops.+)
);
COMMENT ON OPERATOR slaops.+ (slaops.transition_matrix, slaops.transition_matrix) IS
'One matrix of two logs without a common case; a common case is an error.';

CREATE FUNCTION slaops.transition_rollup(sum slaops.transition_matrix, tm slaops.transition_matrix)
RETURNS slaops.transition_matrix
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_rollup';
COMMENT ON FUNCTION slaops.transition_rollup(slaops.transition_matrix, slaops.transition_matrix) IS
'The step of slaops.rollup: adds a matrix to a sum.';

CREATE AGGREGATE slaops.rollup(slaops.transition_matrix) (
    SFUNC = slaops.transition_rollup,
    STYPE = slaops.transition_matrix,
    COMBINEFUNC = slaops.transition_rollup,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.rollup(slaops.transition_matrix) IS
'Merges matrices of logs without a common case, such as those of months. Example: SELECT '
'slaops.rollup(m) FROM (SELECT slaops.transition_matrix(ticket_id, event_type, event_at) AS m '
'FROM demo.ticket_events GROUP BY ticket_id % 4) AS t;';

CREATE FUNCTION slaops.transitions(tm slaops.transition_matrix)
RETURNS TABLE (
    from_activity text,
    to_activity text,
    n bigint,
    cases bigint,
    probability double precision,
    total_minutes double precision,
    mean_minutes double precision,
    min double precision,
    max double precision,
    p50 double precision,
    p90 double precision,
    p95 double precision,
    business_total_minutes double precision,
    business_mean_minutes double precision,
    business_min double precision,
    business_max double precision,
    business_p50 double precision,
    business_p90 double precision,
    business_p95 double precision,
    exact boolean
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100
AS 'MODULE_PATHNAME', 'slaops_transitions';
COMMENT ON FUNCTION slaops.transitions(slaops.transition_matrix) IS
'A row for each transition, with (start) and (end): count, cases, share of from_activity, and '
'wall and open minutes. exact is false for percentiles of more than 4,096 durations, which are '
'within 0.4 %. Example: SELECT * FROM slaops.transitions((SELECT '
'slaops.transition_matrix(ticket_id, activity, event_at) FROM support.int_event_transitions));';

CREATE FUNCTION slaops.start_activities(tm slaops.transition_matrix)
RETURNS TABLE (activity text, n bigint, share double precision)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'slaops_start_activities';
COMMENT ON FUNCTION slaops.start_activities(slaops.transition_matrix) IS
'First activities with the number and share of cases. Example: SELECT * FROM '
'slaops.start_activities((SELECT slaops.transition_matrix(ticket_id, activity, event_at) FROM '
'support.int_event_transitions));';

CREATE FUNCTION slaops.end_activities(tm slaops.transition_matrix)
RETURNS TABLE (activity text, n bigint, share double precision)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'slaops_end_activities';
COMMENT ON FUNCTION slaops.end_activities(slaops.transition_matrix) IS
'Last activities so far with the number and share of cases. Example: SELECT * FROM '
'slaops.end_activities((SELECT slaops.transition_matrix(ticket_id, activity, event_at) FROM '
'support.int_event_transitions));';

CREATE FUNCTION slaops.activity_stats(tm slaops.transition_matrix)
RETURNS TABLE (
    activity text,
    visits bigint,
    cases bigint,
    case_share double precision,
    starts bigint,
    ends bigint,
    total_minutes double precision,
    mean_minutes double precision,
    p50 double precision,
    p90 double precision,
    p95 double precision,
    business_total_minutes double precision,
    business_mean_minutes double precision,
    business_p50 double precision,
    business_p90 double precision,
    business_p95 double precision,
    work_total_minutes double precision,
    work_mean_minutes double precision,
    work_p50 double precision,
    work_p90 double precision,
    work_p95 double precision,
    business_work_total_minutes double precision,
    business_work_mean_minutes double precision,
    business_work_p50 double precision,
    business_work_p90 double precision,
    business_work_p95 double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 30
AS 'MODULE_PATHNAME', 'slaops_activity_stats';
COMMENT ON FUNCTION slaops.activity_stats(slaops.transition_matrix) IS
'A row for each activity: visits, cases, starts, ends, the wall and open minutes until the next '
'event, and, where events last, those of the work itself. Example: SELECT * FROM '
'slaops.activity_stats((SELECT slaops.transition_matrix(ticket_id, activity, event_at) FROM '
'support.int_event_transitions));';

CREATE FUNCTION slaops.loops(tm slaops.transition_matrix)
RETURNS TABLE (
    activity text,
    visits bigint,
    cases bigint,
    rework_cases bigint,
    rework_share double precision,
    repeats bigint,
    immediate_repeats bigint,
    loop_minutes double precision,
    business_loop_minutes double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'slaops_loops';
COMMENT ON FUNCTION slaops.loops(slaops.transition_matrix) IS
'A row for each activity that some case repeats: cases, visits beyond the first, immediate '
'repeats, and minutes between first and last visit. Example: SELECT * FROM slaops.loops((SELECT '
'slaops.transition_matrix(ticket_id, activity, event_at) FROM support.int_event_transitions));';

CREATE FUNCTION slaops.expected_remaining(tm slaops.transition_matrix, final text[] DEFAULT '{}')
RETURNS TABLE (
    activity text,
    expected_steps double precision,
    expected_minutes double precision,
    probability double precision,
    business_expected_minutes double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 30
AS 'MODULE_PATHNAME', 'slaops_expected_remaining';
COMMENT ON FUNCTION slaops.expected_remaining(slaops.transition_matrix, text[]) IS
'Expected steps and minutes from each activity to a final one or to the end, and the probability '
'to reach it, by an absorbing Markov chain. Example: SELECT * FROM '
'slaops.expected_remaining((SELECT slaops.transition_matrix(ticket_id, activity, event_at) FROM '
'support.int_event_transitions));';

CREATE FUNCTION slaops.outcome_probabilities(tm slaops.transition_matrix, final text[] DEFAULT '{}')
RETURNS TABLE (activity text, outcome text, probability double precision)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100
AS 'MODULE_PATHNAME', 'slaops_outcome_probabilities';
COMMENT ON FUNCTION slaops.outcome_probabilities(slaops.transition_matrix, text[]) IS
'The probability of each outcome after each activity: a final activity, or the last one before '
'the case ends. Probabilities of an activity sum to 1. Example: SELECT * FROM '
'slaops.outcome_probabilities((SELECT slaops.transition_matrix(ticket_id, activity, event_at) '
'FROM support.int_event_transitions));';

CREATE FUNCTION slaops.as_sankey(tm slaops.transition_matrix)
RETURNS TABLE (
    source text,
    target text,
    value bigint,
    share double precision,
    mean_minutes double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100
AS 'MODULE_PATHNAME', 'slaops_as_sankey';
COMMENT ON FUNCTION slaops.as_sankey(slaops.transition_matrix) IS
'Rows for a flow chart: source, target, count, share of the source, and mean minutes (open ones '
'with a calendar). Example: SELECT * FROM slaops.as_sankey((SELECT '
'slaops.transition_matrix(ticket_id, activity, event_at) FROM support.int_event_transitions));';

CREATE FUNCTION slaops.as_heatmap(tm slaops.transition_matrix)
RETURNS TABLE (
    from_activity text,
    to_activity text,
    n bigint,
    probability double precision,
    mean_minutes double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 400
AS 'MODULE_PATHNAME', 'slaops_as_heatmap';
COMMENT ON FUNCTION slaops.as_heatmap(slaops.transition_matrix) IS
'Rows for a heat map: a row for each pair of activities, with 0 for pairs that never occur; mean '
'minutes are open ones with a calendar. Example: SELECT * FROM slaops.as_heatmap((SELECT '
'slaops.transition_matrix(ticket_id, activity, event_at) FROM support.int_event_transitions));';

CREATE FUNCTION slaops.as_dot(tm slaops.transition_matrix, min_count bigint DEFAULT 1)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_as_dot';
COMMENT ON FUNCTION slaops.as_dot(slaops.transition_matrix, bigint) IS
'A graph in Graphviz''s DOT language, with the transitions that occur at least min_count times. '
'Example: SELECT slaops.as_dot((SELECT slaops.transition_matrix(ticket_id, activity, event_at) '
'FROM support.int_event_transitions), 10);';

CREATE FUNCTION slaops.matrix_stats(
    tm slaops.transition_matrix,
    OUT cases bigint,
    OUT events bigint,
    OUT activities bigint,
    OUT transitions bigint,
    OUT skipped bigint,
    OUT first_at timestamptz,
    OUT last_at timestamptz,
    OUT has_calendar boolean,
    OUT mean_minutes double precision,
    OUT p50 double precision,
    OUT p90 double precision,
    OUT business_mean_minutes double precision,
    OUT business_p50 double precision,
    OUT business_p90 double precision,
    OUT has_intervals boolean
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_matrix_stats';
COMMENT ON FUNCTION slaops.matrix_stats(slaops.transition_matrix) IS
'A matrix in one row: cases, events, activities, transitions, skipped rows, first and last '
'instant, and minutes per case. Example: SELECT * FROM slaops.matrix_stats((SELECT '
'slaops.transition_matrix(ticket_id, activity, event_at) FROM support.int_event_transitions));';
