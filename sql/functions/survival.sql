-- Survival: how long tickets take when some of them still run.

CREATE TYPE slaops.survival;

CREATE FUNCTION slaops.survival_in(text cstring)
RETURNS slaops.survival
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_in';
COMMENT ON FUNCTION slaops.survival_in(cstring) IS
'Reads a survival summary in text form.';

CREATE FUNCTION slaops.survival_out(survival slaops.survival)
RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_out';
COMMENT ON FUNCTION slaops.survival_out(slaops.survival) IS
'Prints a survival summary: "30 x2, 45, 60+ x3" is two that finished after 30 minutes, one after '
'45, and three that still ran after 60.';

CREATE FUNCTION slaops.survival_recv(message internal)
RETURNS slaops.survival
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_recv';
COMMENT ON FUNCTION slaops.survival_recv(internal) IS
'Reads a survival summary in binary form, checking all of it.';

CREATE FUNCTION slaops.survival_send(survival slaops.survival)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_send';
COMMENT ON FUNCTION slaops.survival_send(slaops.survival) IS
'A survival summary in binary form.';

CREATE TYPE slaops.survival (
    INPUT = slaops.survival_in,
    OUTPUT = slaops.survival_out,
    RECEIVE = slaops.survival_recv,
    SEND = slaops.survival_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended
);
COMMENT ON TYPE slaops.survival IS
'How long tickets took, and how long those that are still running have taken so far: counts by '
'distinct time, from which Kaplan-Meier curves are worked out.';

CREATE FUNCTION slaops.survival_transition(
    state internal,
    minutes double precision,
    finished boolean
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_transition';
COMMENT ON FUNCTION slaops.survival_transition(internal, double precision, boolean) IS
'Adds a ticket to the state of survival_agg.';

CREATE FUNCTION slaops.survival_combine(state internal, other internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_combine';
COMMENT ON FUNCTION slaops.survival_combine(internal, internal) IS
'Joins two states of survival_agg; right for every split of the rows.';

CREATE FUNCTION slaops.survival_serialize(state internal)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_serialize';
COMMENT ON FUNCTION slaops.survival_serialize(internal) IS
'The state of survival_agg as bytes, between parallel workers.';

CREATE FUNCTION slaops.survival_deserialize(bytes bytea, context internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_deserialize';
COMMENT ON FUNCTION slaops.survival_deserialize(bytea, internal) IS
'The state of survival_agg from bytes.';

CREATE FUNCTION slaops.survival_final(state internal)
RETURNS slaops.survival
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_final';
COMMENT ON FUNCTION slaops.survival_final(internal) IS
'The survival summary of a state of survival_agg; NULL where no row counted.';

CREATE AGGREGATE slaops.survival_agg(minutes double precision, finished boolean) (
    SFUNC = slaops.survival_transition,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = slaops.survival_final,
    COMBINEFUNC = slaops.survival_combine,
    SERIALFUNC = slaops.survival_serialize,
    DESERIALFUNC = slaops.survival_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.survival_agg(double precision, boolean) IS
'Gathers how many minutes each ticket took (finished) or has taken so far (not finished), in any '
'order of rows. Rows with a NULL or NaN are left out; infinite minutes count as not finished; '
'negative ones are an error.';

CREATE FUNCTION slaops.survival_merge(a slaops.survival, b slaops.survival)
RETURNS slaops.survival
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_merge';
COMMENT ON FUNCTION slaops.survival_merge(slaops.survival, slaops.survival) IS
'The survival summary of all tickets of two.';

CREATE FUNCTION slaops.survival_rollup(sum slaops.survival, survival slaops.survival)
RETURNS slaops.survival
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_rollup';
COMMENT ON FUNCTION slaops.survival_rollup(slaops.survival, slaops.survival) IS
'The step of slaops.rollup: adds a survival summary to a sum.';

CREATE AGGREGATE slaops.rollup(slaops.survival) (
    SFUNC = slaops.survival_rollup,
    STYPE = slaops.survival,
    COMBINEFUNC = slaops.survival_rollup,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.rollup(slaops.survival) IS
'Merges survival summaries of different tickets, in any order, into that of all of them.';

CREATE FUNCTION slaops.survival_curve(survival slaops.survival, level double precision DEFAULT 0.95)
RETURNS TABLE (
    minutes double precision,
    at_risk bigint,
    events bigint,
    censored bigint,
    survival double precision,
    std_error double precision,
    lower double precision,
    upper double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100
AS 'MODULE_PATHNAME', 'slaops_survival_curve';
COMMENT ON FUNCTION slaops.survival_curve(slaops.survival, double precision) IS
'The Kaplan-Meier curve, a row a distinct time: tickets that took as long or longer, how many '
'finished then, how many still ran then, the share that takes longer, Greenwood''s standard error, '
'and the interval of the share by the log-log transform, which is NULL while the share is 1 and '
'once it is 0.';

CREATE FUNCTION slaops.survival_at(survival slaops.survival, minutes double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_at';
COMMENT ON FUNCTION slaops.survival_at(slaops.survival, double precision) IS
'The share of tickets that take longer than so many minutes. Beyond the longest time on record it '
'stays at its last value, an upper bound; survival_at_risk is 0 there.';

CREATE FUNCTION slaops.survival_at_risk(survival slaops.survival, minutes double precision)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_at_risk';
COMMENT ON FUNCTION slaops.survival_at_risk(slaops.survival, double precision) IS
'How many tickets were followed for so many minutes or longer: what an estimate there stands on.';

CREATE FUNCTION slaops.median_survival(survival slaops.survival)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_median_survival';
COMMENT ON FUNCTION slaops.median_survival(slaops.survival) IS
'The minutes after which half of the tickets have finished; NULL when the curve does not come down '
'to a half.';

CREATE FUNCTION slaops.survival_quantile(survival slaops.survival, fraction double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_quantile';
COMMENT ON FUNCTION slaops.survival_quantile(slaops.survival, double precision) IS
'The minutes after which this fraction of the tickets has finished, such as 0.9; NULL when the '
'curve does not come so far.';

CREATE FUNCTION slaops.breach_probability(
    survival slaops.survival,
    elapsed double precision,
    target double precision
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_breach_probability';
COMMENT ON FUNCTION slaops.breach_probability(
    slaops.survival, double precision, double precision
) IS
'The probability that a ticket which has already taken the elapsed minutes takes longer than the '
'target: 1 from the target on; NULL where no ticket on record ran longer than the elapsed minutes; '
'an upper bound for a target beyond the longest time on record.';
