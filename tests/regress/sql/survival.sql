-- How long tickets take when some still run: Kaplan-Meier.
-- Remission of 21 children on 6-mercaptopurine, in weeks (Freireich et al. 1963): the textbook's
-- figures.
CREATE TEMP TABLE remission (weeks float8, finished bool);
INSERT INTO remission VALUES
    (6, true), (6, true), (6, true), (6, false), (7, true), (9, false), (10, true), (10, false),
    (11, false), (13, true), (16, true), (17, false),
    (19, false), (20, false), (22, true), (23, true), (25, false), (32, false), (32, false),
    (34, false), (35, false);
SELECT slaops.survival_agg(weeks, finished) FROM remission;
SELECT
    minutes,
    at_risk,
    events,
    censored,
    round(survival::numeric, 4) AS survival,
    round(std_error::numeric, 4) AS std_error,
    round(lower::numeric, 4) AS lower,
    round(upper::numeric, 4) AS upper
FROM
    (SELECT slaops.survival_agg(weeks, finished) AS s FROM remission) AS result,
    slaops.survival_curve(s);
SELECT
    slaops.median_survival(s),
    slaops.survival_quantile(s, 0.25) AS a_quarter,
    slaops.survival_quantile(s, 0.9) AS most,
    round(slaops.survival_at(s, 12)::numeric, 4) AS at_12,
    slaops.survival_at_risk(s, 12) AS at_risk_12
FROM (SELECT slaops.survival_agg(weeks, finished) AS s FROM remission) AS result;

-- What an open ticket's chances are. Of ten, two were followed for 90 minutes and none for longer.
CREATE TEMP TABLE summary AS SELECT '10 x2, 20, 30+, 40, 60 x2, 80+, 90, 90+'::slaops.survival AS s;
SELECT
    elapsed,
    target,
    round(slaops.breach_probability(s, elapsed, target)::numeric, 4) AS p,
    slaops.survival_at_risk(s, elapsed) AS at_risk
FROM
    summary,
    (
        VALUES
            (0.0::float8, 60.0::float8), (15, 60), (59, 60), (60, 60), (75, 60), (20, 500),
            (90, 500), (-5, 20), ('NaN', 20), (NULL, 20)
    ) AS given (elapsed, target);
SELECT
    slaops.survival_at(s, -1) AS before,
    slaops.survival_at(s, 1e9) AS beyond,
    slaops.survival_at_risk(s, 1e9) AS nobody,
    slaops.survival_at(s, 'NaN') AS nan
FROM summary;
SELECT
    slaops.survival_at('', 5),
    slaops.median_survival(''),
    slaops.breach_probability('', 5, 10),
    slaops.breach_probability('', 10, 10) AS late;
-- Shares that reach nothing have no interval.
SELECT minutes, survival, std_error, lower, upper FROM slaops.survival_curve('5+, 10', 0.9);

-- Rows that say nothing; what never ends has not finished.
SELECT slaops.survival_agg(m, f)
FROM (
    VALUES
        (5.0, true), (NULL, true), (6, NULL), ('NaN', true), ('Infinity', true),
        ('Infinity', false), (-0.0, false)
) AS given (m, f);
SELECT slaops.survival_agg(m, f) IS NULL AS nothing
FROM (VALUES ('NaN'::float8, true), (NULL, false)) AS given (m, f);
SELECT slaops.survival_agg(5, true) IS NULL AS nothing WHERE false;
SELECT slaops.rollup(s)
FROM (VALUES ('10, 20+'::slaops.survival), (NULL), (''), ('10 x2, 5')) AS given (s);

-- Every split of the rows is the whole, also when memory is added up on the way.
CREATE TEMP TABLE many AS
SELECT (hashint4(i) & 4095) / 4.0 AS minutes, hashint4(i * 7) & 3 > 0 AS finished, i % 7 AS part
FROM generate_series(1, 50000) AS numbers (i);
WITH whole AS (SELECT slaops.survival_agg(minutes, finished) AS s FROM many),
parts AS (
    SELECT slaops.rollup(s) AS s
    FROM (SELECT slaops.survival_agg(minutes, finished) AS s FROM many GROUP BY part) AS part
),
turned AS (
    SELECT slaops.survival_agg(minutes, finished ORDER BY minutes DESC, finished) AS s FROM many
)
SELECT
    whole.s::text = parts.s::text AS split,
    whole.s::text = turned.s::text AS turned,
    whole.s::text = whole.s::text::slaops.survival::text AS text_form
FROM whole, parts, turned;
-- Against the definition, in SQL.
SELECT
    count(*) AS times,
    count(*) FILTER (
        WHERE abs(step.survival - day.survival) > 1e-9
        OR step.at_risk <> day.at_risk
        OR step.events <> day.events
    ) AS differ
FROM
    (SELECT slaops.survival_agg(minutes, finished) AS s FROM many) AS made,
    slaops.survival_curve(s) AS step
JOIN (
    SELECT
        minutes,
        events,
        at_risk,
        exp(sum(ln(1 - events::float8 / at_risk)) OVER (ORDER BY minutes)) AS survival
    FROM (
        SELECT
            minutes,
            count(*) FILTER (WHERE finished) AS events,
            sum(count(*)) OVER (ORDER BY minutes DESC) AS at_risk
        FROM many
        GROUP BY minutes
    ) AS found
) AS day USING (minutes);
-- Many curves at one call site.
SELECT count(*), count(*) FILTER (WHERE abs(slaops.survival_at(s, 500) - share) > 1e-12) AS differ
FROM
    (
        SELECT slaops.survival_agg(minutes, true) AS s, avg((minutes > 500)::int) AS share
        FROM many
        GROUP BY hashint4(minutes::int) % 1000
    ) AS grouped,
    generate_series(1, 2);
CREATE TEMP TABLE kept AS
SELECT
    part,
    slaops.survival_agg(minutes + part / 8.0, true) AS s,
    avg((minutes + part / 8.0 > 500)::int) AS share
FROM many
GROUP BY part;
SELECT count(*), count(*) FILTER (WHERE abs(slaops.survival_at(s, 500) - share) > 1e-12) AS differ
FROM kept;

SELECT * FROM refusal($$SELECT slaops.survival_agg(-1, true)$$);
SELECT * FROM refusal($$SELECT '5, 6 y2'::slaops.survival$$);
SELECT * FROM refusal($$SELECT 'Infinity'::slaops.survival$$);
SELECT * FROM refusal($$SELECT slaops.survival_curve('5', 1)$$);
SELECT * FROM refusal($$SELECT slaops.survival_curve('5', 'NaN')$$);
SELECT * FROM refusal($$SELECT slaops.survival_quantile('5', 1.5)$$);
