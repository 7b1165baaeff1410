-- Did a real company's incidents hit their SLA? Plain SQL over the table incident_log.
-- Most of it is in README.md and docs/guides, where it is explained; a test compares them.
\set QUIET on
\pset footer off
SET client_min_messages = warning;
CREATE EXTENSION slaops;

\echo
\echo '== Calendars and targets'
INSERT INTO slaops.calendars (name, calendar, description) VALUES
    ('always',   '24/7 @ UTC',               'critical incidents, around the clock'),
    ('desk',     'Mo-Fr 08:00-18:00 @ UTC',  'the service desk'),
    ('weekdays', 'Mo-Fr 00:00-24:00 @ UTC',  'the calendar that explains made_sla');

CREATE TABLE target (priority text, calendar text, resolution interval);
INSERT INTO target VALUES
    ('1 - Critical', 'always', '4 hours'),
    ('2 - High',     'always', '12 hours'),
    ('3 - Moderate', 'desk',   '3 days'),
    ('4 - Low',      'desk',   '5 days');

SELECT
    target.*, slaops.day_minutes(calendars.calendar) AS minutes_per_day,
    calendars.calendar AS means
FROM target
JOIN slaops.calendars ON calendars.name = target.calendar
ORDER BY priority;

-- The log has no time zone; it is read as UTC.
CREATE VIEW event AS
SELECT
    number, incident_state AS state, sys_mod_count::bigint AS seq,
    to_timestamp(sys_updated_at, 'DD/MM/YYYY HH24:MI') AS at,
    to_timestamp(opened_at, 'DD/MM/YYYY HH24:MI') AS opened_at,
    to_timestamp(nullif(resolved_at, '?'), 'DD/MM/YYYY HH24:MI') AS resolved_at,
    to_timestamp(nullif(closed_at, '?'), 'DD/MM/YYYY HH24:MI') AS closed_at,
    priority, assignment_group, made_sla::boolean
FROM incident_log;

CREATE VIEW incident AS
SELECT DISTINCT ON (number)
    number, priority, assignment_group, opened_at, closed_at, made_sla,
    coalesce(resolved_at, closed_at) AS resolved_at
FROM event
ORDER BY number, seq DESC;

-- It starts when the incident is opened, pauses while the user is awaited, stops when the incident
-- is resolved or closed, and runs in every other state.
CREATE MATERIALIZED VIEW clock AS
SELECT number, slaops.sla_clock_agg(at, signal, seq) AS clock
FROM (
    SELECT number, opened_at AS at, 'start' AS signal, -1 AS seq FROM incident
    UNION ALL
    SELECT
        number, at,
        CASE state
            WHEN 'Awaiting User Info' THEN 'pause'
            WHEN 'Resolved' THEN 'stop'
            WHEN 'Closed' THEN 'stop'
            ELSE 'reopen'
        END,
        seq
    FROM event
) AS signals
GROUP BY number;

CREATE VIEW attainment AS
SELECT
    number, priority, assignment_group, resolution AS target, calendar,
    slaops.sla_status(clock, calendar, resolution, as_of => '2017-03-01') AS status,
    slaops.elapsed_minutes(clock, calendar, as_of => '2017-03-01') AS elapsed_minutes,
    slaops.due_at(clock, calendar, resolution) AS due_at
FROM clock
JOIN incident USING (number)
JOIN target USING (priority);

\echo
\echo '== Are we hitting SLA? Attainment by priority, time awaiting the user not counted'
SELECT
    priority, calendar, target,
    count(*) FILTER (WHERE status = 'met') AS met,
    count(*) FILTER (WHERE status = 'breached') AS breached,
    round(
        100.0 * count(*) FILTER (WHERE status = 'met')
        / nullif(count(*) FILTER (WHERE status IN ('met', 'breached')), 0),
        1
    ) AS attainment,
    round(
        (percentile_cont(0.5) WITHIN GROUP (ORDER BY elapsed_minutes) / 60)::numeric, 1
    ) AS median_hours
FROM attainment
GROUP BY priority, calendar, target
ORDER BY priority;

\echo
\echo '== Where? The ten busiest groups'
SELECT
    assignment_group, count(*) AS incidents,
    round(
        100.0 * count(*) FILTER (WHERE status = 'met')
        / nullif(count(*) FILTER (WHERE status IN ('met', 'breached')), 0),
        1
    ) AS attainment,
    round(
        (percentile_cont(0.5) WITHIN GROUP (ORDER BY elapsed_minutes) / 60)::numeric, 1
    ) AS median_hours
FROM attainment
GROUP BY assignment_group
ORDER BY incidents DESC, assignment_group
LIMIT 10;

\echo
\echo '== The ten incidents nearest to breach on Wednesday 2016-04-13 at 10:00'
SELECT
    number, priority, assignment_group,
    slaops.sla_status(clock, calendar, resolution, as_of) AS status,
    round(slaops.remaining_minutes(clock, calendar, resolution, as_of)) AS remaining_minutes,
    slaops.due_at(clock, calendar, resolution, as_of) AS due_at
FROM clock
JOIN incident USING (number)
JOIN target USING (priority)
CROSS JOIN (VALUES (timestamptz '2016-04-13 10:00')) AS instant (as_of)
WHERE slaops.sla_status(clock, calendar, resolution, as_of) IN ('active', 'at_risk', 'paused')
ORDER BY remaining_minutes, number
LIMIT 10;

\echo
\echo '== Work in progress: incidents open on Monday at 08:00'
SELECT
    week::date AS monday, count(*) AS open,
    count(*) FILTER (
        WHERE slaops.sla_status(clock, calendar, resolution, week) = 'breached'
    ) AS past_target
FROM generate_series(timestamptz '2016-03-07 08:00', '2016-06-06', '7 days') AS week
JOIN incident ON opened_at <= week AND week < resolved_at
JOIN clock USING (number)
JOIN target USING (priority)
GROUP BY week
ORDER BY week;

\echo
\echo '== Does it agree with the source? made_sla of priority 3 and the threshold that fits best'
SELECT
    kind AS "time from open to close", threshold_hours,
    round(100 * avg(((hours <= threshold_hours) = made_sla)::int), 2) AS "agreement in percent"
FROM incident
CROSS JOIN LATERAL (VALUES
    (
        'business time, Monday to Friday', 153.65,
        slaops.business_minutes('weekdays', opened_at, closed_at) / 60
    ),
    ('wall clock', 217.52, extract(epoch FROM closed_at - opened_at) / 3600)
) AS measured (kind, threshold_hours, hours)
WHERE priority = '3 - Moderate'
GROUP BY kind, threshold_hours
ORDER BY kind;

\echo
\echo '== The same by policies: tickets and their events'
CREATE VIEW ticket AS
SELECT DISTINCT ON (number)
    number AS ticket_id, opened_at AS created_at, priority, assignment_group AS group_name,
    state AS status, resolved_at AS solved_at
FROM event
ORDER BY number, seq DESC;

CREATE VIEW ticket_event AS
SELECT number AS ticket_id, at AS event_at, event_type, old_value, new_value, seq
FROM (
    SELECT
        *,
        lag(state, 1, state) OVER by_number AS state_before,
        lag(assignment_group, 1, assignment_group) OVER by_number AS group_before,
        lag(priority, 1, priority) OVER by_number AS priority_before
    FROM event
    WINDOW by_number AS (PARTITION BY number ORDER BY seq)
) AS changed
CROSS JOIN LATERAL (VALUES
    ('status', state_before, state),
    ('group_name', group_before, assignment_group),
    ('priority', priority_before, priority)
) AS change (event_type, old_value, new_value)
WHERE old_value <> new_value;

\echo
\echo '== Policies, and the views'
SELECT * FROM slaops.load_config($$
preset: servicenow              # how clocks behave: on hold pauses, for example
states:
  closed: [-100]                # what a status of ours means
policies:                       # the first that matches a ticket wins
  - name: Urgent
    when: {priority: [1 - Critical, 2 - High]}
    hours: 24x7
    targets:
      1 - Critical: {resolution: 4h, group_ownership: 2h}
      2 - High: {resolution: 12h, group_ownership: 4h}
  - name: Standard
    calendar: desk
    targets:
      3 - Moderate: {resolution: 3d, group_ownership: 1d}
      4 - Low: {resolution: 5d, group_ownership: 2d}
$$);
SET slaops.as_of = '2017-03-01';
SELECT view_name, purpose
FROM slaops.create_marts('support', tickets => 'ticket', ticket_events => 'ticket_event');

\echo
\echo '== Attainment by metric and priority; the five busiest groups with their intervals'
SELECT
    metric, priority, sum(met) AS met, sum(breached) AS breached,
    round(sum(met) / nullif(sum(met) + sum(breached), 0) * 100, 1) AS attainment
FROM support.mart_sla
GROUP BY metric, priority
ORDER BY metric, priority;

SELECT
    group_name, (rate).met, (rate).breached, round((rate).attainment::numeric, 3) AS attainment,
    round((rate).lower::numeric, 3) AS lower, round((rate).upper::numeric, 3) AS upper
FROM (
    SELECT group_name, slaops.attainment(status) AS rate, count(*) AS clocks
    FROM support.fct_sla_attainment
    WHERE metric = 'resolution'
    GROUP BY group_name
) AS groups
ORDER BY clocks DESC, group_name
LIMIT 5;

\echo
\echo '== The five latest incidents, and where their time went'
SELECT
    ticket_id, priority, target, round(-margin_minutes / 60) AS hours_late,
    cause_status, cause_group, status_shares
FROM support.fct_sla_attainment
WHERE metric = 'resolution' AND status = 'breached'
ORDER BY margin_minutes, ticket_id
LIMIT 5;

\echo
\echo '== The story of one'
SELECT
    to_char(segment.from_at, 'Dy HH24:MI') AS from_at,
    to_char(segment.to_at, 'Dy HH24:MI') AS to_at,
    segment.state, segment.status, segment.group_name, segment.open_minutes AS minutes,
    segment.running_total AS total, to_char(segment.crossed_at, 'Dy HH24:MI') AS crossed_at
FROM support.stg_tickets AS ticket
CROSS JOIN LATERAL (
    SELECT slaops.ticket_history(
        event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
    ) AS history
    FROM support.stg_ticket_events AS event
    WHERE event.ticket_id = ticket.ticket_id
) AS events
CROSS JOIN LATERAL slaops.explain_sla(ticket, history, 'resolution') AS segment
WHERE ticket.ticket_id = 'INC0024710';

\echo
\echo '== What if: the desk open at weekends, or two days for everything'
SELECT FROM slaops.load_config($$
preset: servicenow
states:
  closed: [-100]                # states belong to a policy set, as policies do
policies:
  - name: Proposed
    calendar: desk
    targets:
      '*': {resolution: 2d}
$$, policy_set => 'proposed');

SELECT
    clock.priority, policy_set, calendar,
    (slaops.attainment(clock.status)).met, (slaops.attainment(clock.status)).breached
FROM support.stg_tickets AS ticket
JOIN (
    SELECT
        ticket_id,
        slaops.ticket_history(
            event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
        ) AS history
    FROM support.stg_ticket_events
    GROUP BY ticket_id
) AS events USING (ticket_id)
CROSS JOIN (VALUES
    ('current', NULL), ('current', 'Mo-Su 08:00-18:00 @ UTC'), ('proposed', NULL)
) AS what_if (policy_set, calendar)
CROSS JOIN LATERAL slaops.sla_attainment(
    ticket, history, policy_set, calendar => calendar
) AS clock
WHERE clock.metric = 'resolution'
GROUP BY clock.priority, policy_set, calendar
ORDER BY clock.priority, policy_set, calendar NULLS FIRST;

\echo
\echo '== What the configuration does not cover'
SELECT problem, what, tickets, example, remedy FROM support.config_health;

\echo
\echo '== The sample team: 50,000 tickets, loaded and measured'
SELECT * FROM slaops.load_sample('demo');
SET slaops.as_of = '2026-01-05 08:00+00';  -- the end of the sample year; the default is now
SELECT view_name, purpose
FROM slaops.create_marts(
    'demo_marts', 'demo.tickets', 'demo.ticket_events',
    policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents',
    shifts => 'demo.shifts', work_logs => 'demo.work_logs'
);

\echo
\echo '== The story of one of its tickets'
SELECT
    to_char(segment.from_at, 'Dy HH24:MI') AS "from", segment.status, segment.group_name,
    round(segment.open_minutes) AS minutes, round(segment.running_total) AS total,
    to_char(segment.crossed_at, 'Dy HH24:MI') AS target_crossed
FROM demo.tickets AS ticket
CROSS JOIN LATERAL (
    SELECT slaops.ticket_history(
        event_at, event_type, actor_role, actor, NULL, old_value, new_value, public, seq
    ) AS history
    FROM demo.ticket_events AS event
    WHERE event.ticket_id = ticket.ticket_id
) AS events
CROSS JOIN LATERAL slaops.explain_sla(
    ticket, history, 'resolution', policy_set => 'demo'
) AS segment
WHERE ticket.ticket_id = 20022;

\echo
\echo '== Monday 1: are we hitting SLA?'
SELECT
    metric, met, breached, round(attainment::numeric, 3) AS attainment,
    round(attainment_lower::numeric, 3) AS lower, round(attainment_upper::numeric, 3) AS upper,
    trend, open_breached
FROM demo_marts.sla_overview
WHERE level = 'all';

\echo
\echo '== Monday 2: where do tickets pile up?'
SELECT
    rank, group_name, round(cycle_minutes) AS cycle_minutes, volume,
    round(breach_rate::numeric, 3) AS breach_rate, round(share::numeric, 2) AS share,
    driven_by, open_now
FROM demo_marts.bottlenecks
WHERE level = 'group';

\echo
\echo '== Monday 3: will we have enough people next month?'
SELECT
    group_name, fte, round(utilization_28::numeric * 100) AS utilization, open_now,
    round(fte_to_hold::numeric, 1) AS fte_to_hold,
    round(fte_to_clear::numeric, 1) AS fte_to_clear
FROM demo_marts.capacity_gap
ORDER BY group_name;

\echo
\echo '== What if two people of Tier 1 went to Tier 2, or eight with six new ones?'
SELECT
    plan, fte, round(utilization::numeric, 2) AS utilization,
    round(backlog_after) AS backlog_after, clears_on,
    round(attainment_expected::numeric, 2) AS expected,
    round(attainment_cleared::numeric, 2) AS cleared
FROM slaops.simulate_capacity(
    'demo_marts', '[{}, {"Tier 2": 2, "Tier 1": -2}, {"Tier 2": 8, "Tier 1": -2}]'
)
WHERE group_name = 'Tier 2';

\echo
\echo '== Monday 4: what is hurting CSAT, cost and loyalty?'
SELECT
    driver, value, with_it, round(mean_with::numeric, 2) AS mean_with,
    round(mean_without::numeric, 2) AS mean_without,
    round(effect_lower::numeric, 2) AS lower, round(effect_upper::numeric, 2) AS upper
FROM demo_marts.csat_drivers
WHERE verdict = 'lower'
LIMIT 3;

SELECT
    outcome, driver, value, with_it, round(mean_with::numeric, 2) AS mean_with,
    round(mean_without::numeric, 2) AS mean_without,
    round(effect_lower::numeric, 2) AS effect_lower,
    round(effect_upper::numeric, 2) AS effect_upper, verdict
FROM demo_marts.outcome_drivers
WHERE driver IN ('reopened', 'escalated') AND outcome <> 'csat';

\echo
\echo '== Monday 5: what should I do about it?'
SELECT rank, area, action, evidence FROM demo_marts.recommendations;

\echo
\echo '== What is about to breach, and what will come?'
SELECT ticket_id, metric, round(breach_probability::numeric, 2) AS probability, reason
FROM demo_marts.at_risk_tickets
WHERE breach_probability < 0.9
ORDER BY rank
LIMIT 5;

SELECT
    day, round(expected::numeric) AS expected, round(lower_80::numeric) AS lower_80,
    round(upper_80::numeric) AS upper_80, method, round(mase::numeric, 2) AS mase
FROM demo_marts.volume_forecast
WHERE level = 'all'
ORDER BY day
LIMIT 5;

\echo
\echo '== Alerts, each once'
SELECT
    ticket_id, metric, group_name, round(breach_probability::numeric, 2) AS probability,
    round(remaining_minutes) AS remaining_minutes
FROM slaops.alert('demo_marts', 0.9);
SELECT count(*) AS reported_again FROM slaops.alert('demo_marts', 0.9);

\echo
\echo '== What follows what, in open time, and what is still to come'
CREATE TABLE process AS
SELECT slaops.transition_matrix(
    ticket_id, activity, event_at, '24/7 @ UTC', event_number
) AS tm
FROM demo_marts.int_event_transitions;

SELECT
    from_activity, to_activity, n, round(probability::numeric, 3) AS probability,
    round(business_p50) AS p50, round(business_p90) AS p90
FROM process, slaops.transitions(tm)
ORDER BY n DESC
LIMIT 5;

SELECT
    activity, rework_cases, round(rework_share::numeric, 3) AS rework_share,
    round(business_loop_minutes / rework_cases) AS minutes_per_case
FROM process, slaops.loops(tm)
LIMIT 3;

SELECT
    activity, round(expected_steps::numeric, 1) AS steps, round(expected_minutes) AS minutes,
    round(probability::numeric, 3) AS solved
FROM process, slaops.expected_remaining(tm, ARRAY['status solved'])
WHERE activity IN ('(start)', 'group Tier 2', 'group Engineering');

\echo
\echo '== The paths that tickets take, as a flow chart without cycles'
SELECT flow.source, flow.target, flow.value, round(flow.share::numeric, 3) AS share
FROM slaops.as_step_sankey(
    (
        SELECT array_agg(ROW(activities, tickets)::slaops.variant)
        FROM demo_marts.process_variants
    ),
    depth => 4, min_share => 0.05
) AS flow;

\echo
\echo '== Twelve hours later: only what has changed is computed again, and back'
CALL slaops.refresh('demo_marts', as_of => '2026-01-05 20:00+00');
SELECT refresh, state, reason, as_of, tickets, tickets_done
FROM demo_marts.refresh_log
ORDER BY refresh;
CALL slaops.refresh('demo_marts', as_of => '2026-01-05 08:00+00');
