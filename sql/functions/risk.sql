-- Breach risk that is learned from questions of the past: clocks that ran then, and what became of
-- them.

CREATE TYPE slaops.risk_model;

CREATE FUNCTION slaops.risk_model_in(text cstring)
RETURNS slaops.risk_model
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_risk_model_in';
COMMENT ON FUNCTION slaops.risk_model_in(cstring) IS
'Reads a risk model in text form, which is JSON.';

CREATE FUNCTION slaops.risk_model_out(model slaops.risk_model)
RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_risk_model_out';
COMMENT ON FUNCTION slaops.risk_model_out(slaops.risk_model) IS
'Prints a risk model as JSON: version, fields, trees and report.';

CREATE FUNCTION slaops.risk_model_recv(message internal)
RETURNS slaops.risk_model
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_risk_model_recv';
COMMENT ON FUNCTION slaops.risk_model_recv(internal) IS
'Reads a risk model in binary form, checking all of it.';

CREATE FUNCTION slaops.risk_model_send(model slaops.risk_model)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_risk_model_send';
COMMENT ON FUNCTION slaops.risk_model_send(slaops.risk_model) IS
'A risk model in binary form.';

CREATE TYPE slaops.risk_model (
    INPUT = slaops.risk_model_in,
    OUTPUT = slaops.risk_model_out,
    RECEIVE = slaops.risk_model_recv,
    SEND = slaops.risk_model_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended
);
COMMENT ON TYPE slaops.risk_model IS
'Boosted trees that foretell whether a running clock breaches, with how they fared on questions '
'that they had not seen.';

-- One model has one form of bytes. Equality lets tables of models be published, and rows of models
-- be compared.
CREATE FUNCTION slaops.risk_model_eq(a slaops.risk_model, b slaops.risk_model)
RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'byteaeq';
COMMENT ON FUNCTION slaops.risk_model_eq(slaops.risk_model, slaops.risk_model) IS
'Whether two risk models are the same, bit for bit.';

CREATE FUNCTION slaops.risk_model_ne(a slaops.risk_model, b slaops.risk_model)
RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'byteane';
COMMENT ON FUNCTION slaops.risk_model_ne(slaops.risk_model, slaops.risk_model) IS
'Whether two risk models differ.';

CREATE FUNCTION slaops.risk_model_hash(model slaops.risk_model)
RETURNS integer
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE
AS 'hashvarlena';
COMMENT ON FUNCTION slaops.risk_model_hash(slaops.risk_model) IS
'A hash of a risk model.';

CREATE OPERATOR slaops.= (
    LEFTARG = slaops.risk_model, RIGHTARG = slaops.risk_model, FUNCTION = slaops.risk_model_eq,
    COMMUTATOR = OPERATOR(slaops.=), NEGATOR = OPERATOR(slaops.<>),
    RESTRICT = pg_catalog.eqsel, JOIN = pg_catalog.eqjoinsel, HASHES
);
COMMENT ON OPERATOR slaops.= (slaops.risk_model, slaops.risk_model) IS
'Whether two risk models are the same, bit for bit.';

CREATE OPERATOR slaops.<> (
    LEFTARG = slaops.risk_model, RIGHTARG = slaops.risk_model, FUNCTION = slaops.risk_model_ne,
    COMMUTATOR = OPERATOR(slaops.<>), NEGATOR = OPERATOR(slaops.=),
    RESTRICT = pg_catalog.neqsel, JOIN = pg_catalog.neqjoinsel
);
COMMENT ON OPERATOR slaops.<> (slaops.risk_model, slaops.risk_model) IS
'Whether two risk models differ.';

CREATE OPERATOR CLASS slaops.risk_model_hash_ops DEFAULT FOR TYPE slaops.risk_model USING hash AS
    OPERATOR 1 slaops.=,
    FUNCTION 1 slaops.risk_model_hash(slaops.risk_model);
COMMENT ON OPERATOR CLASS slaops.risk_model_hash_ops USING hash IS
'Risk models hash by their binary form.';

CREATE FUNCTION slaops.risk_model_transition(
    state internal,
    fields jsonb,
    breached boolean,
    asked_at timestamptz,
    known_at timestamptz,
    ticket text,
    curve double precision
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_risk_model_transition';
COMMENT ON FUNCTION slaops.risk_model_transition(
    internal, jsonb, boolean, timestamptz, timestamptz, text, double precision
) IS
'Adds a question to the state of risk_model_agg.';

CREATE FUNCTION slaops.risk_model_final(state internal)
RETURNS slaops.risk_model
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_risk_model_final';
COMMENT ON FUNCTION slaops.risk_model_final(internal) IS
'The risk model of a state of risk_model_agg, NULL where there is too little to learn from.';

-- A model needs all questions in one place, so that there is nothing to combine.
CREATE AGGREGATE slaops.risk_model_agg(
    fields jsonb,
    breached boolean,
    asked_at timestamptz,
    known_at timestamptz,
    ticket text,
    curve double precision
) (
    SFUNC = slaops.risk_model_transition,
    STYPE = internal,
    SSPACE = 65536,
    FINALFUNC = slaops.risk_model_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.risk_model_agg(
    jsonb, boolean, timestamptz, timestamptz, text, double precision
) IS
'Fits a risk model to questions of the past, in any order of rows: what was known of a clock at '
'asked_at, whether it breached, and when that was sure. Questions of one ticket are kept together; '
'curve is another estimate to compare with, or NULL. NULL below 200 questions or 20 of an answer. '
'Example: SELECT slaops.risk_model_agg(jsonb_build_object(''type'', type), solved_at IS NULL, '
'created_at, created_at + interval ''3 days'', ticket_id::text, NULL) FROM demo.tickets;';

CREATE FUNCTION slaops.risk_probability(model slaops.risk_model, fields jsonb)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'slaops_risk_probability';
COMMENT ON FUNCTION slaops.risk_probability(slaops.risk_model, jsonb) IS
'The probability of a breach by a risk model, for what is known of a clock. Example: SELECT '
'slaops.risk_probability(model.model, ''{"elapsed_minutes": 30}'') FROM support.int_risk_model AS '
'model;';

CREATE FUNCTION slaops.risk_estimate(probability double precision, curve double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_risk_estimate';
COMMENT ON FUNCTION slaops.risk_estimate(double precision, double precision) IS
'The probability of a breach by risk_probability and by a curve (breach_probability): two thirds '
'of the one and a third of the other; the first alone where the curve is NULL. Example: SELECT '
'slaops.risk_estimate(0.6, 0.3);';

CREATE FUNCTION slaops.risk_reasons(
    model slaops.risk_model,
    fields jsonb,
    most integer DEFAULT 3
)
RETURNS TABLE (field text, field_value text, effect double precision)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 3 COST 200
AS 'MODULE_PATHNAME', 'slaops_risk_reasons';
COMMENT ON FUNCTION slaops.risk_reasons(slaops.risk_model, jsonb, integer) IS
'The fields that change the probability most, the strongest first: the field, its value, and by '
'how much the probability is higher (positive) or lower with it. Example: SELECT reason.* FROM '
'support.int_risk_model AS model, slaops.risk_reasons(model.model, ''{"elapsed_minutes": 30}'') AS '
'reason;';

CREATE FUNCTION slaops.risk_info(
    model slaops.risk_model,
    OUT version integer,
    OUT fields text[],
    OUT questions bigint,
    OUT breached bigint,
    OUT instants bigint,
    OUT first_asked timestamptz,
    OUT last_asked timestamptz,
    OUT held_out bigint,
    OUT held_out_from timestamptz,
    OUT brier double precision,
    OUT brier_base double precision,
    OUT brier_curve double precision,
    OUT brier_estimate double precision,
    OUT trees integer
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_risk_info';
COMMENT ON FUNCTION slaops.risk_info(slaops.risk_model) IS
'What a risk model was made of and how good it is: its fields, the weightiest first; questions and '
'how many breached; the mean squared error (Brier score) on the latest questions, which a model of '
'the earlier ones had not seen, beside that of their base rate, of the curve, and of the estimate '
'by model and curve (risk_estimate). Example: SELECT info.* FROM support.int_risk_model AS model, '
'slaops.risk_info(model.model) AS info;';

CREATE FUNCTION slaops.risk_calibration(model slaops.risk_model)
RETURNS TABLE (
    tenth integer,
    cases bigint,
    expected double precision,
    observed double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10
AS 'MODULE_PATHNAME', 'slaops_risk_calibration';
COMMENT ON FUNCTION slaops.risk_calibration(slaops.risk_model) IS
'The held-out questions by tenth of the estimate by model and curve (1: below 0.1): how many, the '
'mean estimate, and the share that breached. Example: SELECT tenth.* FROM '
'support.int_risk_model AS model, slaops.risk_calibration(model.model) AS tenth;';

CREATE FUNCTION slaops.risk_fields(model slaops.risk_model)
RETURNS TABLE (field text, kind text, texts bigint, importance double precision)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 15
AS 'MODULE_PATHNAME', 'slaops_risk_fields';
COMMENT ON FUNCTION slaops.risk_fields(slaops.risk_model) IS
'The fields of a risk model: number or text, how many texts are told apart, and the share of what '
'the trees'' splits gained. Example: SELECT field.* FROM support.int_risk_model AS model, '
'slaops.risk_fields(model.model) AS field;';
