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
'What follows what in the events of some cases: each transition with its count and durations. '
'Equal logs have equal values.';

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

CREATE FUNCTION slaops.transition_combine(state internal, other internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_combine';
COMMENT ON FUNCTION slaops.transition_combine(internal, internal) IS
'Joins two states of transition_matrix; right for every split of the rows.';

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
'What follows what: gathers the events of cases, in any order of rows, into one value that '
'slaops.transitions shows. Cases are of any type that hashes. Events of one instant are ordered by '
'the name of their activity. Rows without a case, an activity or a finite instant are skipped and '
'counted.';

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
'The same; seq orders events of one instant.';

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
'The same; durations are measured in open time as well. A case''s events share one calendar.';

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
'The same in open time as well; seq orders events of one instant.';

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
'The same; the calendar is a registered one, by its name, or a calendar''s text.';

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
'The same for a registered calendar; seq orders events of one instant.';

CREATE FUNCTION slaops.transition_merge(a slaops.transition_matrix, b slaops.transition_matrix)
RETURNS slaops.transition_matrix
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_transition_merge';
COMMENT ON FUNCTION slaops.transition_merge(slaops.transition_matrix, slaops.transition_matrix) IS
'One matrix of two logs that have no case in common; a common case is an error.';

CREATE OPERATOR slaops.+ (
    FUNCTION = slaops.transition_merge,
    LEFTARG = slaops.transition_matrix,
    RIGHTARG = slaops.transition_matrix,
    COMMUTATOR = OPERATOR(slaops.+)
);
COMMENT ON OPERATOR slaops.+ (slaops.transition_matrix, slaops.transition_matrix) IS
'One matrix of two logs that have no case in common.';

CREATE AGGREGATE slaops.rollup(slaops.transition_matrix) (
    SFUNC = slaops.transition_merge,
    STYPE = slaops.transition_matrix,
    COMBINEFUNC = slaops.transition_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.rollup(slaops.transition_matrix) IS
'Merges matrices of logs that have no case in common, such as those of the cases that began in '
'each month.';

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
'A row a transition, with artificial ones from (start) and to (end): how often, in how many cases, '
'its share of what leaves from_activity, and its minutes by the wall clock and, where a calendar '
'was given, of open time. Percentiles are exact up to 4,096 durations and within 0.4 % beyond '
'(exact is false then).';

CREATE FUNCTION slaops.start_activities(tm slaops.transition_matrix)
RETURNS TABLE (activity text, n bigint, share double precision)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'slaops_start_activities';
COMMENT ON FUNCTION slaops.start_activities(slaops.transition_matrix) IS
'How cases begin: a row a first activity, the number of cases and their share.';

CREATE FUNCTION slaops.end_activities(tm slaops.transition_matrix)
RETURNS TABLE (activity text, n bigint, share double precision)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'slaops_end_activities';
COMMENT ON FUNCTION slaops.end_activities(slaops.transition_matrix) IS
'How cases end so far: a row a last activity, the number of cases and their share.';

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
    business_p95 double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 30
AS 'MODULE_PATHNAME', 'slaops_activity_stats';
COMMENT ON FUNCTION slaops.activity_stats(slaops.transition_matrix) IS
'A row an activity: visits, cases that have it, how often it begins and ends a case, and the '
'sojourn: minutes until the next event of the case, by the wall clock and in open time.';

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
'Rework: a row an activity that some case visits again: how many cases do and their share, visits '
'beyond the first (immediate_repeats: those that follow directly), and the minutes between its first and '
'last visit of a case, summed.';

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
'What is still to come, from the start of a case and after each activity: steps and minutes until '
'a final activity or the end of the case, and the probability that a final one is reached, by the '
'absorbing Markov chain of the transitions. Without final activities (start) has the mean steps '
'and minutes of a case. Minutes in the mean; infinity where it never ends. At most 10,000 final '
'activities.';

CREATE FUNCTION slaops.outcome_probabilities(tm slaops.transition_matrix, final text[] DEFAULT '{}')
RETURNS TABLE (activity text, outcome text, probability double precision)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100
AS 'MODULE_PATHNAME', 'slaops_outcome_probabilities';
COMMENT ON FUNCTION slaops.outcome_probabilities(slaops.transition_matrix, text[]) IS
'How cases come out after each activity: the probability of each final activity to be reached '
'first, and of each activity to be the last before one is (its name and (end)). The probabilities '
'of an activity sum to one. At most 10,000 final activities.';

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
'Rows for a flow chart: source, target, how often, the share of what leaves the source, and mean '
'minutes (of open time where a calendar was given).';

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
'Rows for a heat map: every pair of activities, those that never follow each other with 0; mean '
'minutes are of open time where a calendar was given.';

CREATE FUNCTION slaops.as_dot(tm slaops.transition_matrix, min_count bigint DEFAULT 1)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_as_dot';
COMMENT ON FUNCTION slaops.as_dot(slaops.transition_matrix, bigint) IS
'The graph for Graphviz (dot -Tsvg): a box an activity, an arrow a transition that occurs at least '
'so often, with its count and mean time.';

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
    OUT business_p90 double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_matrix_stats';
COMMENT ON FUNCTION slaops.matrix_stats(slaops.transition_matrix) IS
'A matrix in one row: cases, events, activities, transitions, rows that were skipped, the first '
'and last instant, and how long a case takes from its first event to its last.';
