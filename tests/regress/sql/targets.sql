-- Targets that could be promised: one desk of two priorities, open around the clock. High tickets
-- are solved after 1, 2, ... 100 minutes, low ones after 10, 20, ... 1,000; the low ones of
-- February take twice as long. The last twenty low ones still run.
SET client_min_messages = warning;
CREATE SCHEMA promise;
CREATE TABLE promise.tickets AS
SELECT
    row_number() OVER (ORDER BY kind.priority, month.first, number)::text AS ticket_id,
    kind.priority,
    month.first + number * interval '2 hours' AS created_at,
    number * kind.minutes * month.factor AS minutes,
    CASE number % 2 WHEN 0 THEN 'north' ELSE 'south' END AS region,
    '24x7'::text AS calendar_name
FROM (VALUES ('high', 1), ('low', 10)) AS kind (priority, minutes)
CROSS JOIN (
    VALUES (timestamptz '2026-01-01Z', 1), (timestamptz '2026-02-01Z', 2)
) AS month (first, factor)
CROSS JOIN generate_series(1, 100) AS number
WHERE kind.priority = 'low' OR month.factor = 1;
ALTER TABLE promise.tickets ADD solved_at timestamptz, ADD status text;
UPDATE promise.tickets
SET solved_at = created_at + minutes * interval '1 minute'
WHERE minutes <= 1600;
UPDATE promise.tickets
SET status = CASE WHEN solved_at IS NULL THEN 'open' ELSE 'solved' END;
CREATE TABLE promise.ticket_events AS
SELECT
    ticket_id,
    created_at AS event_at,
    'created'::text AS event_type,
    NULL::text AS field,
    'open'::text AS new_value
FROM promise.tickets
UNION ALL
SELECT
    ticket_id,
    solved_at AS event_at,
    'status' AS event_type,
    'status' AS field,
    'solved' AS new_value
FROM promise.tickets
WHERE solved_at IS NOT NULL;
SELECT count(*) > 0 AS loaded FROM slaops.load_config($$
policies:
  - name: All
    targets: {high: {resolution: 80m}, low: {resolution: 500m}}
$$, policy_set => 'promise');
SET slaops.as_of = '2026-02-20 00:00Z';
SELECT count(*) > 0 AS made FROM slaops.create_marts(
    'promise_marts', 'promise.tickets', 'promise.ticket_events', policy_set => 'promise'
);

SELECT
    level,
    priority,
    month,
    is_complete,
    clocks,
    finished,
    stated_minutes AS stated,
    attainment::numeric(4, 3),
    target_80,
    target_80_lower AS from_80,
    target_80_upper AS to_80,
    target_90,
    target_95,
    target_95_upper AS to_95
FROM promise_marts.achievable_targets
WHERE level IN ('all', 'priority')
ORDER BY level, priority, month NULLS FIRST;

-- Of clocks that have all ended it is what sorting them says.
SELECT
    view.priority,
    view.target_80 = percentile_disc(0.8) WITHIN GROUP (ORDER BY ticket.minutes) AS is_80,
    view.target_90 = percentile_disc(0.9) WITHIN GROUP (ORDER BY ticket.minutes) AS is_90,
    view.target_95 = percentile_disc(0.95) WITHIN GROUP (ORDER BY ticket.minutes) AS is_95
FROM promise_marts.achievable_targets AS view
JOIN promise.tickets AS ticket
    ON ticket.priority = view.priority
    AND date_trunc('month', ticket.created_at AT TIME ZONE 'UTC') = view.month
WHERE view.level = 'priority' AND view.clocks = view.finished
GROUP BY view.priority, view.target_80, view.target_90, view.target_95
ORDER BY view.priority;

-- By any field, and by month.
SELECT metric, value, clocks, finished, stated_minutes, target_90, target_90_lower, target_90_upper
FROM slaops.achievable_targets('promise_marts', 'region');
SELECT value, month, clocks, target_80
FROM slaops.achievable_targets('promise_marts', 'priority', by_month => true);
SELECT clocks, target_80 FROM slaops.achievable_targets('promise_marts');

-- What another target would have brought, beside a count of the tickets themselves.
SELECT
    asked.minutes,
    given.value,
    given.clocks,
    given.met,
    given.breached,
    given.met_with,
    given.breached_with,
    given.undecided_with,
    given.attainment_with::numeric(4, 3),
    given.attainment_in_the_end::numeric(4, 3),
    (
        SELECT (count(*) FILTER (WHERE ticket.minutes <= asked.minutes), count(*))::text
        FROM promise.tickets AS ticket
        WHERE ticket.priority = given.value
    ) AS by_hand
FROM (VALUES (80), (500), (1700)) AS asked (minutes)
CROSS JOIN LATERAL slaops.what_if_target(
    'promise_marts', asked.minutes * interval '1 minute'
) AS given
ORDER BY asked.minutes, given.value;
-- The stated target gives the stated figures.
SELECT value, met = met_with AND breached = breached_with AS is_stated
FROM slaops.what_if_target('promise_marts', '500 minutes')
WHERE value = 'low';
-- A day of this calendar is 1,440 minutes.
SELECT
    days.value,
    days.met_with = minutes.met_with AS is_same
FROM slaops.what_if_target('promise_marts', '1 day') AS days
JOIN slaops.what_if_target('promise_marts', '24 hours') AS minutes USING (value)
ORDER BY days.value;

-- Censored clocks: 2,000 of an exponential distribution, of which a third are cut off.
-- The interval has the quantile of the distribution.
WITH clocks AS (
    SELECT
        -100 * ln((number - 0.5) / 2000) AS takes,
        300 * ((number * 7919) % 2000) / 2000 AS seen
    FROM generate_series(1, 2000) AS number
)

SELECT
    quantile.fraction,
    round(quantile.minutes::numeric, 1) AS minutes,
    round(quantile.lower::numeric, 1) AS lower,
    round(quantile.upper::numeric, 1) AS upper,
    -100 * ln(1 - quantile.fraction) BETWEEN quantile.lower AND quantile.upper AS holds_the_true
FROM slaops.survival_quantiles(
    (SELECT slaops.survival_agg(least(takes, seen), takes <= seen) FROM clocks),
    '{0.1,0.5,0.8,0.9}'
) AS quantile;
SELECT * FROM slaops.survival_quantiles('10 x3, 20 x3, 30+ x2', '{0.3,0.375,0.7,0.9}');
SELECT * FROM slaops.targets_of(NULL);

-- What cannot be asked.
SELECT refusal($$SELECT slaops.achievable_targets('nowhere')$$);
SELECT refusal($$SELECT slaops.achievable_targets('promise_marts', 'regoin')$$);
SELECT refusal($$SELECT slaops.what_if_target('promise_marts', '1 month')$$);
SELECT refusal($$SELECT slaops.what_if_target('promise_marts', '-1 hour')$$);
SELECT refusal($$SELECT slaops.what_if_target('promise_marts', '0')$$);
SELECT refusal($$SELECT slaops.what_if_target('promise_marts', NULL)$$);
SELECT refusal($$SELECT slaops.what_if_target('promise_marts', '1 hour', 'resolve')$$);
SELECT refusal($$SELECT slaops.what_if_target('promise_marts', '1 hour', NULL)$$);
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('promise_marts');
DROP SCHEMA promise CASCADE;
RESET slaops.as_of;
