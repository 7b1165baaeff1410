-- How good are the models of breach risk? One row per metric: what the model was fitted to, and its
-- error on the latest questions, which a model of the earlier ones had not seen.
-- materialized: table
-- key: metric
SELECT
    -- The metric.
    fitted.metric,
    -- The start of the day on which it was fitted: all answers were known then.
    fitted.fitted_at,
    -- Version of the stored form; NULL: there is too little to learn from, so curves are used.
    info.version,
    -- Its fields, the weightiest first.
    info.fields,
    -- Questions: clocks that ran within their target at an instant of the last 150 days. At most
    -- 100,000 of all metrics.
    fitted.questions,
    -- Of them, breached.
    info.breached,
    -- Instants at which they were asked.
    info.instants,
    -- The first of these instants.
    info.first_asked,
    -- The last of them.
    info.last_asked,
    -- Questions held out to judge the model: the latest.
    info.held_out,
    -- The first instant of these.
    info.held_out_from,
    -- Mean squared error of the model's probabilities of them (Brier score): 0 is best.
    info.brier,
    -- The same of always saying the share that had breached before.
    info.brier_base,
    -- The same of survival curves, those that at_risk_tickets would have had at most a week before;
    -- NULL if there are none.
    info.brier_curve,
    -- Whether at_risk_tickets uses the model: its estimate is better than the share and than the
    -- curves.
    coalesce(
        info.brier_estimate < info.brier_base
        AND info.brier_estimate <= coalesce(info.brier_curve, 1),
        false
    ) AS is_used,
    -- The same of the estimate that at_risk_tickets gives if the model is used, by model and curve
    -- (risk_estimate).
    info.brier_estimate
FROM {schema}.int_risk_model AS fitted
LEFT JOIN LATERAL slaops.risk_info(fitted.model) AS info
    ON fitted.model IS NOT NULL
WHERE fitted.fitted_at <= {as_of}
