-- Reproduces the due times that a city published. Plain SQL over the table service_request, which
-- has the columns of the file as text.
\set QUIET on
\pset footer off
SET client_min_messages = warning;
SET TimeZone = 'America/New_York';      -- the file's times are the city's, without a zone

\set text `cat examples/boston311.yml`
SELECT FROM slaops.load_config(:'text', policy_set => 'boston311') \g /dev/null

CREATE VIEW city_case AS
SELECT
    case_id AS ticket_id, type, status, opened_at::timestamptz AS created_at,
    nullif(closed_at, '')::timestamptz AS solved_at, target_at::timestamptz AS city_due_at,
    nullif(on_time, '') AS city_flag
FROM service_request
WHERE target_at <> '';

-- The file is from the evening of 12 January 2016. The city flags a case as late if it was due
-- before and is still open. Without a policy there is no target, and slaops gives no due time.
CREATE TABLE promise AS
SELECT
    city_case.*, clock.policy, clock.calendar_name, clock.promised_due_at AS due_at,
    clock.status AS sla_status,
    coalesce(
        abs(extract(epoch FROM clock.promised_due_at - city_case.city_due_at)) <= 300, false
    ) AS reproduced
FROM city_case
CROSS JOIN LATERAL slaops.sla_attainment(
    city_case, NULL::slaops.ticket_history, 'boston311', '2016-01-12 23:00'
) AS clock
WHERE clock.metric = 'resolution';

-- A type whose rule changed in February has both rules, in the order of time.
CREATE VIEW promise_by_type AS
SELECT
    type, string_agg(policy, ', then ' ORDER BY since) AS rule,
    (array_agg(calendar_name ORDER BY since DESC))[1] AS calendar_name,
    sum(cases)::bigint AS cases, sum(reproduced)::bigint AS reproduced,
    round(sum(reproduced) / sum(cases), 3) AS share
FROM (
    SELECT
        type, policy, calendar_name, min(created_at) AS since, count(*) AS cases,
        count(*) FILTER (WHERE reproduced) AS reproduced
    FROM promise
    WHERE policy IS NOT NULL
    GROUP BY type, policy, calendar_name
) AS by_policy
GROUP BY type;

\echo
\echo '== A city''s own promises, reproduced'
\echo 'Boston gave each of these service requests of 2015 a due time. examples/boston311.yml states'
\echo 'the rules behind them as policies, and slaops computes the due times again. Reproduced'
\echo 'means: equal to within five minutes. The city''s clock starts when somebody calls; the case'
\echo 'is opened when the call has been written down.'
SELECT
    count(*) AS cases, count(policy) AS with_a_rule,
    count(*) FILTER (WHERE reproduced) AS reproduced,
    round(count(*) FILTER (WHERE reproduced) / count(*)::numeric, 3) AS share,
    round(avg((sla_status = 'breached')::integer), 3) AS late,
    count(city_flag) FILTER (WHERE reproduced) AS flags,
    count(*) FILTER (
        WHERE reproduced AND (city_flag = 'OVERDUE') = (sla_status = 'breached')
    ) AS flags_reproduced
FROM promise;

\echo
\echo 'Rules of working days: the same time of day, a number of working days after the case came in'
\echo 'or city hall opened'
SELECT type, rule, cases, reproduced, share
FROM promise_by_type
WHERE calendar_name = 'city_hall' AND cases >= 40
ORDER BY cases DESC, type;

\echo
\echo 'Rules of calendar days: the same time of day, even if summer time begins or ends in between'
SELECT type, rule, cases, reproduced, share
FROM promise_by_type
WHERE calendar_name = 'every_day' AND cases >= 40
ORDER BY cases DESC, type;

\echo
\echo 'How the others differ'
SELECT
    CASE
        WHEN policy IS NULL THEN 'a rare type without a rule'
        WHEN abs(extract(epoch FROM due_at::time - city_due_at::time)) <= 300
            THEN 'the same time on another day: not the number of days of the rule'
        WHEN due_at > city_due_at AND due_at - city_due_at <= '2 hours'
            THEN 'up to two hours earlier: the call came long before the case'
        ELSE 'something else'
    END AS difference,
    count(*) AS cases, count(DISTINCT type) AS types
FROM promise
WHERE NOT reproduced
GROUP BY difference
ORDER BY cases DESC;
