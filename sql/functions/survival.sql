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
'Prints a survival summary: "30 x2, 45, 60+ x3" is two finished after 30 minutes, one after 45, '
'and three still running after 60.';

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
'Times of finished tickets and times so far of running ones, in minutes, from which Kaplan-Meier '
'curves are computed.';

-- One summary has one form of bytes. Equality lets tables of summaries be published, and rows of
-- summaries be compared.
CREATE FUNCTION slaops.survival_eq(a slaops.survival, b slaops.survival)
RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'byteaeq';
COMMENT ON FUNCTION slaops.survival_eq(slaops.survival, slaops.survival) IS
'Whether two survival summaries have the same rows.';

CREATE FUNCTION slaops.survival_ne(a slaops.survival, b slaops.survival)
RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'byteane';
COMMENT ON FUNCTION slaops.survival_ne(slaops.survival, slaops.survival) IS
'Whether two survival summaries have other rows.';

CREATE FUNCTION slaops.survival_hash(survival slaops.survival)
RETURNS integer
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE
AS 'hashvarlena';
COMMENT ON FUNCTION slaops.survival_hash(slaops.survival) IS
'A hash of a survival summary.';

CREATE OPERATOR slaops.= (
    LEFTARG = slaops.survival, RIGHTARG = slaops.survival, FUNCTION = slaops.survival_eq,
    COMMUTATOR = OPERATOR(slaops.=), NEGATOR = OPERATOR(slaops.<>),
    RESTRICT = pg_catalog.eqsel, JOIN = pg_catalog.eqjoinsel, HASHES
);
COMMENT ON OPERATOR slaops.= (slaops.survival, slaops.survival) IS
'Whether two survival summaries have the same rows.';

CREATE OPERATOR slaops.<> (
    LEFTARG = slaops.survival, RIGHTARG = slaops.survival, FUNCTION = slaops.survival_ne,
    COMMUTATOR = OPERATOR(slaops.<>), NEGATOR = OPERATOR(slaops.=),
    RESTRICT = pg_catalog.neqsel, JOIN = pg_catalog.neqjoinsel
);
COMMENT ON OPERATOR slaops.<> (slaops.survival, slaops.survival) IS
'Whether two survival summaries have other rows.';

CREATE OPERATOR CLASS slaops.survival_hash_ops DEFAULT FOR TYPE slaops.survival USING hash AS
    OPERATOR 1 slaops.=,
    FUNCTION 1 slaops.survival_hash(slaops.survival);
COMMENT ON OPERATOR CLASS slaops.survival_hash_ops USING hash IS
'Survival summaries hash by their binary form.';

CREATE FUNCTION slaops.survival_transition(
    state slaops.survival,
    minutes double precision,
    finished boolean
)
RETURNS slaops.survival
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_transition';
COMMENT ON FUNCTION slaops.survival_transition(slaops.survival, double precision, boolean) IS
'Adds a ticket to the state of survival_agg.';

CREATE FUNCTION slaops.survival_combine(state slaops.survival, other slaops.survival)
RETURNS slaops.survival
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_combine';
COMMENT ON FUNCTION slaops.survival_combine(slaops.survival, slaops.survival) IS
'Merges two states of survival_agg.';

CREATE AGGREGATE slaops.survival_agg(minutes double precision, finished boolean) (
    SFUNC = slaops.survival_transition,
    STYPE = slaops.survival,
    SSPACE = 1024,
    COMBINEFUNC = slaops.survival_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.survival_agg(double precision, boolean) IS
'Collects the minutes of finished and running tickets, in any order of rows; rows with NULL or '
'NaN are ignored, negative minutes are an error. Example: SELECT '
'slaops.survival_agg(cycle_minutes, NOT is_open) FROM support.int_ticket_lifecycle;';

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
'Merges survival summaries of different tickets, in any order, into one. Example: SELECT '
'slaops.rollup(part) FROM (VALUES (''30 x2, 45, 60+ x3''::slaops.survival)) AS t (part);';

CREATE FUNCTION slaops.survival_subtract(whole slaops.survival, part slaops.survival)
RETURNS slaops.survival
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_subtract';
COMMENT ON FUNCTION slaops.survival_subtract(slaops.survival, slaops.survival) IS
'A survival summary without the rows of another, which it must have: the opposite of rollup. '
'Example: SELECT slaops.survival_subtract(''30 x2, 45, 60+ x3'', ''30, 60+'');';

CREATE FUNCTION slaops.survival_percentile(survival slaops.survival, fraction double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_percentile';
COMMENT ON FUNCTION slaops.survival_percentile(slaops.survival, double precision) IS
'The minutes within which a fraction of all tickets lies, running ones with their minutes so far: '
'percentile_cont of the times. Example: SELECT slaops.survival_percentile(''30 x2, 45, 60+ x3'', '
'0.5);';

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
'The Kaplan-Meier curve, a row for each distinct time in minutes: tickets at risk, finished and '
'censored, the share that takes longer, its standard error and its interval. Example: SELECT * '
'FROM slaops.survival_curve(''30 x2, 45, 60+ x3''::slaops.survival);';

CREATE FUNCTION slaops.survival_at(survival slaops.survival, minutes double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_at';
COMMENT ON FUNCTION slaops.survival_at(slaops.survival, double precision) IS
'The share of tickets that take longer than a number of minutes; beyond the longest time it keeps '
'the last value, an upper bound. Example: SELECT slaops.survival_at(''30 x2, 45, 60+ '
'x3''::slaops.survival, 40);';

CREATE FUNCTION slaops.survival_at_risk(survival slaops.survival, minutes double precision)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_at_risk';
COMMENT ON FUNCTION slaops.survival_at_risk(slaops.survival, double precision) IS
'The number of tickets followed for that many minutes or longer, on which an estimate is based. '
'Example: SELECT slaops.survival_at_risk(''30 x2, 45, 60+ x3''::slaops.survival, 40);';

CREATE FUNCTION slaops.median_survival(survival slaops.survival)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_median_survival';
COMMENT ON FUNCTION slaops.median_survival(slaops.survival) IS
'The minutes after which half of the tickets have finished, NULL if the curve does not reach a '
'half. Example: SELECT slaops.median_survival(''30 x2, 45, 60+ x3''::slaops.survival);';

CREATE FUNCTION slaops.survival_quantile(survival slaops.survival, fraction double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_survival_quantile';
COMMENT ON FUNCTION slaops.survival_quantile(slaops.survival, double precision) IS
'The minutes after which a fraction of the tickets has finished, NULL if the curve does not reach '
'it. Example: SELECT slaops.survival_quantile(''30 x2, 45, 60+ x3''::slaops.survival, 0.3);';

CREATE FUNCTION slaops.survival_quantiles(
    survival slaops.survival,
    fractions double precision[] DEFAULT '{0.8,0.9,0.95}',
    level double precision DEFAULT 0.95
)
RETURNS TABLE (
    fraction double precision,
    minutes double precision,
    lower double precision,
    upper double precision
)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 3
SET search_path = pg_catalog, pg_temp
AS $survival_quantiles$
    -- The interval has each time at which the curve's own interval holds the share that is left.
    -- Doubles may miss that share by their last digits.
    SELECT
        asked.fraction,
        slaops.survival_quantile(survival_quantiles.survival, asked.fraction) AS minutes,
        min(curve.minutes) FILTER (WHERE curve.lower <= 1 - asked.fraction + 1e-12) AS lower,
        min(curve.minutes) FILTER (WHERE curve.upper <= 1 - asked.fraction + 1e-12) AS upper
    FROM unnest(fractions) WITH ORDINALITY AS asked (fraction, place)
    LEFT JOIN slaops.survival_curve(survival_quantiles.survival, level) AS curve
        ON curve.events > 0
    GROUP BY asked.place, asked.fraction
    ORDER BY asked.place
$survival_quantiles$;
COMMENT ON FUNCTION slaops.survival_quantiles(
    slaops.survival, double precision[], double precision
) IS
'The minutes after which each of some fractions of the tickets has finished, with intervals '
'(Brookmeyer and Crowley); NULL where the curve does not reach one. Example: SELECT * FROM '
'slaops.survival_quantiles(''30 x2, 45, 60+ x3''::slaops.survival, ''{0.3,0.5}'');';

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
'The probability that a ticket which took elapsed minutes so far takes longer than target '
'minutes; NULL if no ticket took longer than elapsed. Example: SELECT '
'slaops.breach_probability(''30 x2, 45, 60+ x3''::slaops.survival, 20, 50);';
