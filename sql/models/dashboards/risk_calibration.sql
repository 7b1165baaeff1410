-- Do the probabilities of breach risk come true? One row per metric and tenth of probability: the
-- held-out questions by the estimate of at_risk_tickets (a reliability table).
-- materialized: table
-- key: metric, tenth
SELECT
    -- The metric.
    fitted.metric,
    -- The tenth: 1 is a probability below 0.1, 10 one of at least 0.9.
    part.tenth,
    -- Questions with such a probability.
    part.cases,
    -- Their mean probability.
    part.expected,
    -- The share of them that breached.
    part.observed,
    -- Whether the two are within 0.05 or two standard errors of each other; NULL below 100 cases.
    CASE
        WHEN part.cases >= 100
            THEN abs(part.expected - part.observed) <= greatest(
                0.05, 2 * sqrt(part.expected * (1 - part.expected) / part.cases)
            )
    END AS is_calibrated
FROM {schema}.int_risk_model AS fitted
CROSS JOIN LATERAL slaops.risk_calibration(fitted.model) AS part
WHERE fitted.model IS NOT NULL
    AND fitted.fitted_at <= {as_of}
