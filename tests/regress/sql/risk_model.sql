-- Risk models: fitted, asked, explained, stored, and refused.
CREATE TABLE question AS
SELECT
    number.i AS ticket_id,
    timestamptz '2026-01-05Z' + (number.i / 200) * interval '1 week' AS asked_at,
    kind.name AS kind,
    (number.i * 7919) % 1000 AS elapsed,
    (number.i * 104729) % 97 < 10 + 20 * kind.place + (number.i * 7919) % 1000 / 40 AS breached
FROM generate_series(0, 3999) AS number (i)
CROSS JOIN LATERAL (
    SELECT
        number.i * 31 % 4 AS place,
        (ARRAY['billing', 'login', 'outage', 'question'])[number.i * 31 % 4 + 1] AS name
) AS kind;
CREATE TABLE fitted AS
SELECT slaops.risk_model_agg(
    jsonb_build_object('kind', kind, 'elapsed', elapsed, 'vip', ticket_id % 2 = 0),
    breached, asked_at, asked_at + interval '1 day', ticket_id::text,
    array_position('{billing,login,outage,question}', kind) * 0.2
) AS model
FROM question;
SELECT
    info.version,
    info.fields,
    info.questions,
    info.breached = (SELECT count(*) FROM question WHERE breached) AS counted,
    info.instants,
    info.first_asked,
    info.last_asked,
    info.held_out,
    info.brier < 0.8 * info.brier_base AS better_than_base,
    round(info.brier_curve::numeric, 4) AS brier_curve,
    -- The square of a mean is less than the mean of squares.
    info.brier_estimate < (2 * info.brier + info.brier_curve) / 3 AS by_both,
    info.trees BETWEEN 10 AND 300 AS rounds
FROM fitted
CROSS JOIN LATERAL slaops.risk_info(fitted.model) AS info;
SELECT field.field, field.kind, field.texts, field.importance > 0.3 AS weighs
FROM fitted
CROSS JOIN LATERAL slaops.risk_fields(fitted.model) AS field;
-- The share of a kind and third of the time, and what the model says in its middle.
SELECT
    question.kind,
    question.elapsed / 334 AS third,
    count(*) > 300 AS enough,
    abs(
        avg(question.breached::integer)
        - avg(slaops.risk_probability(
            fitted.model, jsonb_build_object('kind', question.kind, 'elapsed', question.elapsed)
        ))
    ) < 0.06 AS near
FROM question
CROSS JOIN fitted
GROUP BY question.kind, third
ORDER BY question.kind, third;
-- Held-out cases are all in the table; expected and observed are shares.
SELECT
    count(*) AS tenths,
    sum(tenth.cases) = (SELECT (slaops.risk_info(model)).held_out FROM fitted) AS complete,
    bool_and(
        coalesce(tenth.expected BETWEEN (tenth.tenth - 1) / 10.0 AND tenth.tenth / 10.0, true)
    ) AS in_place,
    bool_and(tenth.cases < 100 OR abs(tenth.expected - tenth.observed) < 0.1) AS calibrated
FROM fitted
CROSS JOIN LATERAL slaops.risk_calibration(fitted.model) AS tenth;
SELECT
    round(slaops.risk_estimate(0.6, 0.3)::numeric, 9) AS by_both,
    slaops.risk_estimate(0.6, NULL) AS by_model,
    slaops.risk_estimate(NULL, 0.3) AS by_none;
SELECT refusal('SELECT slaops.risk_estimate(1.5, 0.3)');
SELECT refusal('SELECT slaops.risk_estimate(0.6, ''NaN'')');
SELECT reason.field, reason.field_value, reason.effect > 0 AS higher
FROM fitted
CROSS JOIN LATERAL slaops.risk_reasons(
    fitted.model, '{"kind": "question", "elapsed": 20}'
) AS reason
WHERE abs(reason.effect) > 0.03;
-- The same bits for the same questions, in whatever order; texts and bytes read back.
SELECT
    again.model OPERATOR(slaops.=) fitted.model AS backwards,
    fitted.model::text::slaops.risk_model OPERATOR(slaops.=) fitted.model AS by_text,
    slaops.risk_model_hash(again.model) = slaops.risk_model_hash(fitted.model) AS hashed,
    fitted.model OPERATOR(slaops.<>) fitted.model AS differs
FROM fitted
CROSS JOIN (
    SELECT slaops.risk_model_agg(
        jsonb_build_object('elapsed', elapsed, 'kind', kind, 'vip', ticket_id % 2 = 0),
        breached, asked_at, asked_at + interval '1 day', ticket_id::text,
        array_position('{billing,login,outage,question}', kind) * 0.2
        ORDER BY ticket_id * 7 % 4001
    ) AS model
    FROM question
) AS again;
-- What has no fields, answer or instant is no question; too few are no model.
SELECT slaops.risk_model_agg('{}', true, NULL, '2026-01-01Z', 'a', NULL) IS NULL AS none;
SELECT slaops.risk_model_agg('{"a": 1}', breached, asked_at, asked_at, '', NULL) IS NULL AS few
FROM question
WHERE ticket_id < 150;
SELECT slaops.risk_model_agg('[1]', true, '2026-01-01Z', '2026-01-01Z', 'a', NULL);
SELECT slaops.risk_model_agg('{"a": {}}', true, '2026-01-01Z', '2026-01-01Z', 'a', NULL);
SELECT slaops.risk_model_agg(
    CASE i WHEN 1 THEN '{"a": 1}' ELSE '{"a": "1"}' END::jsonb, true, '2026-01-01Z', '2026-01-01Z',
    'a', NULL
)
FROM generate_series(1, 2) AS number (i);
SELECT slaops.risk_reasons(model, '{}', -1) FROM fitted;
SELECT '{"version": 2}'::slaops.risk_model;
SELECT '{"version": 1}'::slaops.risk_model;
DROP TABLE question, fitted;
