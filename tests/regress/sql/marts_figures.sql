-- Six tickets of one week in March 2026, and every figure that views draw from them, computed by
-- hand.
-- The desk is open Monday to Friday 09:00-17:00 UTC. Targets, in open minutes: first response 60,
-- resolution 240, a group's own time 180.
CREATE SCHEMA story;
CREATE TABLE story.ticket (
    ticket_id int, created_at timestamptz, subject text, channel text, type text, priority text,
    group_name text, assignee text, status text, solved_at timestamptz, csat_score float8,
    cost float8, calendar_name text
);
CREATE TABLE story.event (
    ticket_id int, event_at timestamptz, event_type text, actor_role text, actor text,
    old_value text, new_value text, public boolean
);
INSERT INTO story.ticket VALUES
    (
        1, '2026-03-02 10:00Z', 'plain', 'email', 'question', 'normal', 'Tier 1', 'ann', 'solved',
        '2026-03-02 12:00Z', 5, 20, 'story desk'
    ),
    (
        2, '2026-03-02 16:30Z', 'overnight', 'email', 'question', 'normal', 'Tier 1', 'ben',
        'solved', '2026-03-03 11:30Z', 2, 30, 'story desk'
    ),
    (
        3, '2026-03-03 09:00Z', 'escalated', 'phone', 'incident', 'normal', 'Tier 2', 'cem',
        'solved', '2026-03-03 16:00Z', 1, 90, 'story desk'
    ),
    (
        4, '2026-03-04 09:00Z', 'reopened', 'phone', 'question', 'normal', 'Tier 1', 'ann',
        'solved', '2026-03-04 12:00Z', 2, 40, 'story desk'
    ),
    (
        5, '2026-03-05 15:00Z', 'late', 'email', 'incident', 'normal', 'Tier 1', 'ben', 'open',
        NULL, NULL, 10, 'story desk'
    ),
    (
        6, '2026-03-06 11:30Z', 'nobody''s', 'email', NULL, 'normal', NULL, NULL, 'new', NULL,
        NULL, NULL, 'story desk'
    );
INSERT INTO story.event
SELECT ticket_id, created_at, 'created', 'customer', 'customer', NULL, 'new', NULL
FROM story.ticket;
INSERT INTO story.event VALUES
    (1, '2026-03-02 10:30Z', 'comment', 'agent', 'ann', NULL, NULL, true),
    (1, '2026-03-02 12:00Z', 'status', 'agent', 'ann', 'new', 'solved', NULL),
    (2, '2026-03-03 10:00Z', 'comment', 'agent', 'ben', NULL, NULL, true),
    (2, '2026-03-03 11:30Z', 'status', 'agent', 'ben', 'new', 'solved', NULL),
    (3, '2026-03-03 09:30Z', 'comment', 'agent', 'ann', NULL, NULL, true),
    (3, '2026-03-03 10:00Z', 'group_name', 'agent', 'ann', 'Tier 1', 'Tier 2', NULL),
    (3, '2026-03-03 10:00Z', 'assignee', 'agent', 'ann', 'ann', 'cem', NULL),
    (3, '2026-03-03 11:00Z', 'comment', 'agent', 'cem', NULL, NULL, false),
    (3, '2026-03-03 15:30Z', 'comment', 'agent', 'cem', NULL, NULL, true),
    (3, '2026-03-03 16:00Z', 'status', 'agent', 'cem', 'new', 'solved', NULL),
    (4, '2026-03-04 09:15Z', 'comment', 'agent', 'ann', NULL, NULL, true),
    (4, '2026-03-04 10:00Z', 'status', 'agent', 'ann', 'new', 'solved', NULL),
    (4, '2026-03-04 11:00Z', 'status', 'customer', 'customer', 'solved', 'open', NULL),
    (4, '2026-03-04 11:30Z', 'comment', 'agent', 'ann', NULL, NULL, true),
    (4, '2026-03-04 12:00Z', 'status', 'agent', 'ann', 'open', 'solved', NULL),
    (5, '2026-03-05 15:30Z', 'comment', 'agent', 'ben', NULL, NULL, true),
    (5, '2026-03-05 15:30Z', 'status', 'agent', 'ben', 'new', 'open', NULL),
    -- What the views do not know yet on Friday the 6th.
    (6, '2026-03-09 12:00Z', 'status', 'agent', 'ann', 'new', 'solved', NULL);
CREATE TABLE story.agent (agent text, group_name text, fte float8, cost_per_hour float8);
INSERT INTO story.agent VALUES
    ('ann', 'Tier 1', 1, 30), ('ben', 'Tier 1', 0.5, 28), ('cem', 'Tier 2', 1, 40);
CREATE TABLE story.capacity (group_name text, fte float8, handle_minutes float8);
INSERT INTO story.capacity VALUES ('Tier 1', 1.5, 20), ('Tier 2', 1, 60);
SELECT
FROM slaops.load_config(
    $$
default_calendar: story desk
calendars: {story desk: {hours: Mo-Fr 09:00-17:00, time_zone: UTC}}
policies: [{name: All, targets: {'*': {first_response: 60m, resolution: 240m, group_ownership: 180m}}}]
$$,
    policy_set => 'story'
);
SET slaops.as_of = '2026-03-06 12:00Z';
SELECT count(*) > 20 AS made
FROM slaops.create_marts(
    'story_marts', 'story.ticket', 'story.event', policy_set => 'story', stored => false,
    group_capacity => 'story.capacity', agents => 'story.agent'
);

-- Rows that only the view or only the hand has; none is right.
CREATE FUNCTION pg_temp.differ(
    view text, hand text
) RETURNS TABLE (of text, "row" text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('(SELECT ''view'', x::text FROM ((%1$s) EXCEPT ALL (%2$s)) AS x) UNION ALL (SELECT ''hand'', x::text FROM ((%2$s) EXCEPT ALL (%1$s)) AS x) ORDER BY 2', view, hand);
END $$;
SET search_path = story_marts;

-- Outcomes. Ticket 2: 30 minutes on Monday and 150 on Tuesday, answered after 90. Ticket 3: 420 -
-- 240 late, and 360 - 180 in Tier 2. Ticket 5: 120 + 180 minutes so far, 60 + 120 late.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            ticket_id,
            outcome,
            first_response_minutes,
            cycle_minutes,
            business_cycle_minutes,
            reopens,
            escalations,
            met,
            breached,
            minutes_late,
            csat_score,
            cost
        FROM mart_ticket_outcomes
    $$,
    $$
        VALUES
            (
                1, 'solved in one reply', 30::float8, 120::float8, 120::float8, 0, 0, 3::bigint,
                0::bigint, 0::float8, 5::float8, 20::float8
            ),
            (2, 'solved in one reply', 1050, 1140, 180, 0, 0, 2, 1, 30, 2, 30),
            (3, 'escalated', 30, 420, 420, 0, 1, 2, 2, 360, 1, 90),
            (4, 'reopened', 15, 180, 180, 1, 0, 4, 0, 0, 2, 40),
            (5, 'open', 30, 1260, 300, 0, 0, 1, 2, 180, NULL, 10),
            (6, 'open', NULL, 30, 30, 0, 0, 0, 0, 0, NULL, NULL)
    $$
);

-- Days. A clock counts on the day that decides it: ticket 5 runs past its group's target on Friday
-- at 10:00 and past its own at 11:00.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            day,
            created,
            reopened,
            solved,
            net_flow,
            backlog,
            median_cycle_minutes,
            cost,
            csat,
            rated,
            is_complete
        FROM mart_daily_totals
    $$,
    $$
        VALUES
            (
                '2026-03-02'::date, 2::bigint, 0::bigint, 1::bigint, 1::bigint, 1::bigint,
                120::float8, 20::float8, 5::float8, 1::bigint, true
            ),
            ('2026-03-03', 1, 0, 2, -1, 0, 300, 120, 1.5, 2, true),
            ('2026-03-04', 1, 1, 2, 0, 0, 180, 40, 2, 1, true),
            ('2026-03-05', 1, 0, 0, 1, 1, NULL, NULL, NULL, 0, true),
            ('2026-03-06', 1, 0, 0, 1, 2, NULL, NULL, NULL, 0, false)
    $$
);
SELECT *
FROM pg_temp.differ(
    $$
        SELECT day, sum(met), sum(breached)
        FROM mart_sla_by_day
        GROUP BY day
    $$,
    $$
        VALUES
            ('2026-03-02'::date, 3::numeric, 0::numeric), ('2026-03-03', 4, 3),
            ('2026-03-04', 4, 0), ('2026-03-05', 1, 0), ('2026-03-06', 0, 2)
    $$
);
-- Groups and priorities add up to them.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT day, created, reopened, solved, net_flow, backlog, rated, cost
        FROM mart_daily_totals
    $$,
    $$
        SELECT
            day,
            sum(created)::bigint,
            sum(reopened)::bigint,
            sum(solved)::bigint,
            sum(net_flow)::bigint,
            sum(backlog)::bigint,
            sum(rated)::bigint,
            sum(cost)
        FROM mart_daily_ops
        GROUP BY day
    $$
);

-- Agents. Ticket 3 was solved with cem; ann wrote on it. ben works half the week.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            agent,
            group_names,
            month,
            tickets_touched,
            replies,
            notes,
            solved,
            solved_per_fte,
            reopened,
            reopened_share,
            median_cycle_minutes,
            csat,
            rated,
            cost,
            cost_per_hour
        FROM mart_agent_productivity
    $$,
    $$
        VALUES
            (
                'ann', '{Tier 1}'::text[], '2026-03-01'::date, 3::bigint, 4::bigint, 0::bigint,
                2::bigint, 2::float8, 1::bigint, 0.5::float8, 150::float8, 3.5::float8, 2::bigint,
                60::float8, 30::float8
            ),
            ('ben', '{Tier 1}', '2026-03-01', 2, 2, 0, 1, 2, 0, 0, 180, 2, 1, 30, 28),
            ('cem', '{Tier 2}', '2026-03-01', 1, 1, 1, 1, 1, 0, 0, 420, 1, 1, 90, 40)
    $$
);

-- Groups. Tier 1 had tickets 1 to 5 for 120, 180, 60, 120 and 300 minutes. Ticket 6 is with nobody.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            group_name,
            month,
            tickets,
            resolved,
            passed_on,
            reopened,
            owned_minutes,
            mean_owned_minutes,
            median_owned_minutes,
            met,
            breached,
            attainment,
            open_now,
            sla_debt_minutes
        FROM mart_group_performance
    $$,
    $$
        VALUES
            (
                'Tier 1', '2026-03-01'::date, 5::bigint, 3::bigint, 1::bigint, 1::bigint,
                780::float8, 156::float8, 120::float8, 5::bigint, 1::bigint, 5 / 6.0::float8,
                1::bigint, 180::float8
            ),
            ('Tier 2', '2026-03-01', 1, 1, 0, 0, 360, 360, 360, 0, 1, 0, 0, 0),
            (NULL, '2026-03-01', 1, 0, 0, 0, NULL, NULL, NULL, 0, 0, NULL, 1, 0)
    $$
);
-- At 16:00 nobody's ticket is late too: 270 - 60 unanswered and 270 - 240 unsolved; its group's
-- clock 270 - 180. Ticket 5 by 540 - 240 and 540 - 180.
SET slaops.as_of = '2026-03-06 16:00Z';
SELECT *
FROM pg_temp.differ(
    $$
        SELECT group_name, open_now, sla_debt_minutes
        FROM mart_group_performance
        WHERE open_now > 0
    $$,
    $$VALUES ('Tier 1', 1::bigint, 660::float8), (NULL, 1, 330)$$
);
SET slaops.as_of = '2026-03-06 12:00Z';

-- The overview: the worst first. All of it is of these two weeks, so that there is nothing before.
-- Of 4 in 5 Wilson's interval is 0.376 to 0.964.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            row_number() OVER (),
            metric,
            priority,
            met,
            breached,
            attainment,
            decided_7_days,
            decided_before,
            attainment_before,
            trend,
            decided_ever,
            running,
            at_risk,
            open_breached,
            sla_debt_minutes
        FROM sla_overview
        WHERE level IN ('all', 'priority')
    $$,
    $$
        VALUES
            (
                1::bigint, 'resolution', NULL, 3::bigint, 2::bigint, 0.6::float8, 5::bigint,
                0::bigint, NULL::float8, NULL, 5::bigint, 2::bigint, 0::bigint, 1::bigint,
                60::float8
            ),
            (2, 'resolution', 'normal', 3, 2, 0.6, 5, 0, NULL, NULL, 5, 2, 0, 1, 60),
            (3, 'group_ownership', NULL, 5, 2, 5 / 7.0::float8, 7, 0, NULL, NULL, 7, 2, 0, 1, 120),
            (
                4, 'group_ownership', 'normal', 5, 2, 5 / 7.0::float8, 7, 0, NULL, NULL, 7, 2, 0,
                1, 120
            ),
            (5, 'first_response', NULL, 4, 1, 0.8, 5, 0, NULL, NULL, 5, 1, 0, 0, 0),
            (6, 'first_response', 'normal', 4, 1, 0.8, 5, 0, NULL, NULL, 5, 1, 0, 0, 0)
    $$
);
SELECT round(attainment_lower::numeric, 3) AS lower, round(attainment_upper::numeric, 3) AS upper
FROM sla_overview
WHERE metric = 'first_response' AND level = 'all';

-- At risk: ticket 6, after 30 minutes. One answer took longer, 90 minutes, and too long. Of the
-- solutions, 120, 180, 180, 420 and ticket 5's 300 so far, (1 - 1/5)(1 - 2/4) take longer than 240.
-- Of the turns of groups, 60, 60, 60, 120, 180, 360 and ticket 5's 300 so far, (1 - 3/7)(1 - 1/4)(1
-- - 1/3) take longer than 180.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            rank,
            ticket_id,
            metric,
            status,
            due_at,
            remaining_minutes,
            target_used,
            round(breach_probability::numeric, 9),
            comparable_clocks,
            based_on
        FROM at_risk_tickets
    $$,
    $$
        VALUES
            (
                1::bigint, 6, 'first_response', 'active', timestamptz '2026-03-06 12:30Z',
                30::float8, 0.5::float8, 1.000000000, 1::bigint, 'all priorities'
            ),
            (
                2, 6, 'resolution', 'active', '2026-03-06 15:30Z', 210, 0.125, 0.400000000, 5,
                'all priorities'
            ),
            (
                3, 6, 'group_ownership', 'active', '2026-03-06 14:30Z', 150, 30 / 180.0::float8,
                0.285714286, 7, 'all priorities'
            )
    $$
);
SELECT reason FROM at_risk_tickets ORDER BY rank;

-- What next: ticket 5 is late by two clocks; late ones ended 180 minutes late: 360 for 20 minutes
-- of work. Ticket 6: 30 * 1 + 180 * 2/5 + 180 * 2/7 for the median of the groups' work, 40.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            rank,
            ticket_id,
            round(expected_debt_minutes::numeric, 9),
            handle_minutes,
            round(debt_avoided_per_minute::numeric, 9),
            breached_clocks,
            next_due_at,
            rank_in_group
        FROM next_best_ticket
    $$,
    $$
        VALUES
            (
                1::bigint, 5, 360::numeric, 20::float8, 18::numeric, 2::bigint, NULL::timestamptz,
                1::bigint
            ),
            (2, 6, 153.428571429, 40, 3.835714286, 0, '2026-03-06 12:30Z', 1)
    $$
);
SELECT reason FROM next_best_ticket ORDER BY rank;
-- A quarter of an hour after the first ticket nothing has ended: there is no estimate, and even
-- odds decide what is next.
SET slaops.as_of = '2026-03-02 10:15Z';
SELECT ticket_id, metric, breach_probability, comparable_clocks, reason
FROM at_risk_tickets
ORDER BY rank;
SELECT ticket_id, reason FROM next_best_ticket ORDER BY rank;
SET slaops.as_of = '2026-03-06 12:00Z';

-- Stages: waiting while new, worked on while open.
SELECT *
FROM pg_temp.differ(
    $$SELECT ticket_id, state, group_name, phase, minutes FROM int_ticket_stages$$,
    $$
        VALUES
            (1, 'new', 'Tier 1', 'waiting', 120::float8), (2, 'new', 'Tier 1', 'waiting', 180),
            (3, 'new', 'Tier 1', 'waiting', 60), (3, 'new', 'Tier 2', 'waiting', 360),
            (4, 'new', 'Tier 1', 'waiting', 60), (4, 'open', 'Tier 1', 'working', 60),
            (5, 'new', 'Tier 1', 'waiting', 30), (5, 'open', 'Tier 1', 'working', 270),
            (6, 'new', NULL, 'waiting', 30)
    $$
);

-- Bottlenecks: Tier 1 has 780 minutes of 5 tickets, 330 of them worked on, and 1 of 6 clocks late;
-- Tier 2 has 360 of one, which is late. Means of both: 258 minutes, 3 tickets, 7 / 12.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            rank,
            group_name,
            cycle_minutes,
            volume,
            breach_rate,
            score,
            driven_by,
            round(cycle_ratio::numeric, 9),
            volume_ratio,
            round(breach_ratio::numeric, 9),
            working_minutes,
            waiting_minutes,
            waiting_share
        FROM bottlenecks
        WHERE level = 'group'
    $$,
    $$
        VALUES
            (
                1::bigint, 'Tier 2', 360::float8, 1::bigint, 1::float8, 360::float8, 'breach rate',
                1.395348837, 1 / 3.0::float8, 1.714285714, 0::float8, 360::float8, 1::float8
            ),
            (
                2, 'Tier 1', 156, 5, 1 / 6.0::float8, 156 * 5 / 6.0::float8,
                'volume', 0.604651163, 5 / 3.0::float8, 0.285714286, 66, 90, 90 / 156.0::float8
            )
    $$
);
-- Activities: the note on ticket 3 was followed by 270 minutes of nothing. The replies: 90, 90, 30,
-- 30, 45, 30 (open by then) and 0.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            rank,
            activity,
            cycle_minutes,
            volume,
            tickets,
            breach_rate,
            round(score::numeric, 9),
            working_minutes,
            waiting_minutes
        FROM bottleneck_activities
    $$,
    $$
        VALUES
            (
                1::bigint, 'internal note', 270::float8, 1::bigint, 1::bigint, 0.5::float8,
                135::numeric, 0::float8, 270::float8
            ),
            (
                2, 'agent reply', 45, 7, 5, 5 / 17.0::float8, 92.647058824, 30 / 7.0::float8,
                285 / 7.0::float8
            ),
            (3, 'status open', 150, 2, 2, 2 / 7.0::float8, 85.714285714, 150, 0),
            (4, 'created', 37.5, 6, 6, 5 / 17.0::float8, 66.176470588, 0, 37.5),
            (5, 'group Tier 2', 60, 1, 1, 0.5, 30, 0, 60),
            (6, 'assignee', 0, 1, 1, 0.5, 0, 0, 0)
    $$
);
-- Hand-offs, rework (of 1,230 minutes in all) and escalations: 420 minutes against 120, 180 and
-- 180.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            from_group,
            to_group,
            handoffs,
            tickets,
            share,
            share_of_group,
            sent_back,
            mean_minutes_before,
            mean_minutes_after,
            mean_cycle_minutes,
            breach_rate
        FROM group_handoffs
        WHERE level = 'all'
    $$,
    $$
        VALUES (
            'Tier 1', 'Tier 2', 1::bigint, 1::bigint, 1::float8, 1::float8, 0::bigint, 60::float8,
            360::float8, 420::float8, 0.5::float8
        )
    $$
);
SELECT *
FROM pg_temp.differ(
    $$
        SELECT kind, group_name, tickets, times, minutes, mean_minutes, share, breach_rate
        FROM rework
        WHERE level = 'group'
    $$,
    $$
        VALUES (
            'reopened', 'Tier 1', 1::bigint, 1::bigint, 60::float8, 60::float8,
            60 / 1230.0::float8, 0::float8
        )
    $$
);
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            level,
            priority,
            escalated,
            not_escalated,
            mean_cycle_minutes,
            mean_cycle_minutes_others,
            median_cycle_minutes_others,
            added_minutes,
            added_lower,
            total_added_minutes,
            breach_rate,
            breach_rate_others
        FROM escalation_impact
        WHERE level IN ('all', 'priority')
    $$,
    $$
        VALUES
            (
                'all', NULL, 1::bigint, 3::bigint, 420::float8, 160::float8, 180::float8, 260::float8,
                NULL::float8, 260::float8, 0.5::float8, 0.1::float8
            ),
            ('priority', 'normal', 1, 3, 420, 160, 180, 260, NULL, 260, 0.5, 0.1)
    $$
);
-- Variants, and the happy path: tickets 1 and 2 take it. Ticket 3 has an escalation and a second
-- reply, cost 2 of 5 + 3; ticket 4 was opened again, with a second reply: 3 of 6 + 3.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            activities,
            tickets,
            median_cycle_minutes,
            p90_cycle_minutes,
            variant_id = slaops.variant_id(activities)
        FROM process_variants
        WHERE rank = 1
    $$,
    $$
        VALUES (
            '{created,"agent reply","status solved"}'::text[], 2::bigint, 150::float8, 174::float8,
            true
        )
    $$
);
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            group_name,
            deviation,
            tickets,
            share,
            median_cycle_minutes,
            extra_minutes,
            round(extra_lower::numeric, 6),
            times,
            round(mean_fitness::numeric, 9),
            model
        FROM process_conformance
        WHERE level IN ('all', 'group')
    $$,
    $$VALUES
    (NULL,     'happy path',                 2::bigint, 0.5::float8,    150::float8, NULL::float8, NULL::numeric, 0::bigint, 0.854166667, 'happy path'),
    (NULL,     'more than one reply',        2,         0.5,            300,         150,          -92.438611,    2,         0.854166667, 'happy path'), -- 150 - 1.96 * sqrt(28800 / 2 + 1800 / 2)
    (NULL,     'escalated to another group', 1,         0.25,           420,         270,          NULL,          1,         0.854166667, 'happy path'),
    (NULL,     'reopened',                   1,         0.25,           180,         30,           NULL,          1,         0.854166667, 'happy path'),
    ('Tier 1', 'happy path',                 2,         2 / 3.0::float8, 150,        NULL,         NULL,          0,         0.888888889, 'happy path'),
    ('Tier 1', 'more than one reply',        1,         1 / 3.0::float8, 180,        30,           NULL,          1,         0.888888889, 'happy path'),
    ('Tier 1', 'reopened',                   1,         1 / 3.0::float8, 180,        30,           NULL,          1,         0.888888889, 'happy path'),
    ('Tier 2', 'happy path',                 0,         0,              NULL,        NULL,         NULL,          0,         0.75,        'happy path'),
    ('Tier 2', 'more than one reply',        1,         1,              420,         NULL,         NULL,          1,         0.75,        'happy path'),
    ('Tier 2', 'escalated to another group', 1,         1,              420,         NULL,         NULL,          1,         0.75,        'happy path')$$
);
SET slaops.process_model = 'created > (agent reply)+ > (escalated > (agent reply)*)? > solved';
SELECT
    group_name,
    deviation,
    tickets,
    times,
    round(mean_fitness::numeric, 12) AS mean_fitness,
    model
FROM process_conformance
WHERE level = 'all';
RESET slaops.process_model;

-- CSAT: 5, 2, 1 and 2. Long: above 240, which is three quarters of the way from 120, 180, 180 to
-- 420.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT
            driver,
            value,
            with_it,
            without_it,
            mean_with,
            round(mean_without::numeric, 9),
            round(effect::numeric, 9),
            round(effect_lower::numeric, 6),
            verdict
        FROM csat_drivers
        WHERE
            driver IN ('reopened', 'escalated', 'past a target', 'long cycle', 'channel', 'group')
    $$,
    $$VALUES
    ('reopened',      'yes',                           1::bigint, 3::bigint, 2::float8, 2.666666667, -0.666666667, NULL::numeric, 'too few to tell'),
    ('escalated',     'yes',                           1,         3,         1,         3,           -2,           NULL,          'too few to tell'),
    ('past a target', 'yes',                           2,         2,         1.5,       3.5,         -2,           -5.099032,     'too few to tell'), -- 1.96 * sqrt(0.5 / 2 + 4.5 / 2) = 3.099
    ('long cycle',    'above three quarters of tickets', 1,       3,         1,         3,           -2,           NULL,          'too few to tell'),
    ('channel',       'email',                         2,         2,         3.5,       1.5,          2,           -1.099032,     'too few to tell'),
    ('channel',       'phone',                         2,         2,         1.5,       3.5,         -2,           -5.099032,     'too few to tell'),
    ('group',         'Tier 1',                        3,         1,         3,         1,            2,           NULL,          'too few to tell'),
    ('group',         'Tier 2',                        1,         3,         1,         3,           -2,           NULL,          'too few to tell')$$
);

-- The burn-down. In the 28 days 7 periods began (6 tickets, one twice) and 5 ended: never green.
SELECT *
FROM pg_temp.differ(
    $$
        SELECT day, arrivals, completions, wip, past_target, sla_debt_minutes, is_complete
        FROM backlog_burndown
    $$,
    $$
        VALUES
            (
                '2026-03-02'::date, 2::float8, 1::float8, 1::float8, 0::bigint, 0::float8, true
            ),
            ('2026-03-03', 1, 2, 0, 0, 0, true),
            ('2026-03-04', 2, 2, 0, 0, 0, true),
            ('2026-03-05', 1, 0, 1, 0, 0, true),
            ('2026-03-06', 1, 0, 2, 1, 180, false)
    $$
);
SELECT day, wip, past_target, sla_debt_minutes, minutes_to_green FROM backlog_summary;
-- Four weeks later ticket 6 has been solved and nothing has come: 1 late ticket, at 1 in 20 working
-- days of 480 minutes. Friday 3 April and 20 working days are Friday 1 May.
SET slaops.as_of = '2026-04-03 12:00Z';
SELECT day, wip, past_target, minutes_to_green, green_at
FROM backlog_summary;
SELECT count(*) AS days, max(day) AS last FROM backlog_projection;
SELECT *
FROM pg_temp.differ(
    $$
        SELECT day, round(wip::numeric, 9), round(completions::numeric, 9)
        FROM backlog_projection
        WHERE day <= '2026-04-07'
    $$,
    $$
        VALUES
            ('2026-04-04'::date, 0.96875, 0.0), ('2026-04-05', 0.96875, 0),
            ('2026-04-06', 0.91875, 0.05), ('2026-04-07', 0.86875, 0.05)
    $$
); -- 300 minutes of Friday are left; then 480 of 9600 a day.
-- On the stroke of midnight the day that begins is there: refreshed every night, the burn-down
-- still says how it stands. 20 working days from Monday the 6th end on 1 May at 17:00.
SET slaops.as_of = '2026-04-04 00:00Z';
SELECT day, wip, past_target, minutes_to_green, green_at
FROM backlog_summary;
RESET slaops.as_of;
RESET search_path;

-- Two more tickets of Monday 10:00, seen at 16:00: one came to A at 11:00, the other was taken from
-- A at 12:00 and given to nobody.
-- Turns: nobody's 60 minutes (met), A's 300 (120 late); A's 120 (met), nobody's 240 (60 late). Both
-- are 300 late with the answer and 120 with the solution: A owes 120 + 60 + 2 * 420.
CREATE TABLE story.lost AS SELECT * FROM story.ticket LIMIT 0;
CREATE TABLE story.lost_event AS SELECT * FROM story.event LIMIT 0;
INSERT INTO story.lost (ticket_id, created_at, priority, group_name, status, calendar_name) VALUES
    (7, '2026-03-02 10:00Z', 'normal', 'A', 'new', 'story desk'),
    (8, '2026-03-02 10:00Z', 'normal', NULL, 'new', 'story desk');
INSERT INTO story.lost_event (ticket_id, event_at, event_type, old_value, new_value) VALUES
    (7, '2026-03-02 11:00Z', 'group_name', NULL, 'A'),
    (8, '2026-03-02 12:00Z', 'group_name', 'A', NULL);
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'lost_marts', 'story.lost', 'story.lost_event', policy_set => 'story', stored => false
);
SET slaops.as_of = '2026-03-02 16:00Z';
SELECT *
FROM pg_temp.differ(
    $$
        SELECT group_name, tickets, owned_minutes, met, breached, open_now, sla_debt_minutes
        FROM lost_marts.mart_group_performance
    $$,
    $$
        VALUES
            ('A', 2::bigint, 420::float8, 1::bigint, 1::bigint, 2::bigint, 1020::float8),
            (NULL, 0, NULL, 1, 1, 0, 0)
    $$
);
RESET slaops.as_of;

-- In the first hour of a day of 25 hours there is a today, and whose clock the session goes by does
-- not matter.
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'berlin_marts', 'story.ticket', 'story.event', policy_set => 'story',
    time_zone => 'Europe/Berlin', stored => false
);
SET slaops.as_of = '2026-10-25 00:30+02';
SELECT
    max(day) AS today,
    count(*) = max(day) - min(day) + 1 AS no_gaps,
    count(*) = count(DISTINCT day) AS no_doubles
FROM berlin_marts.mart_daily_totals;
SET TimeZone = 'Europe/Berlin';
SELECT
    max(day) AS today,
    count(*) = max(day) - min(day) + 1 AS no_gaps,
    count(*) = count(DISTINCT day) AS no_doubles
FROM berlin_marts.mart_daily_totals;
RESET TimeZone;
RESET slaops.as_of;
-- Clocks skipped midnight in Sao Paulo on 4 November 2018: that day began at 01:00, the others at
-- midnight.
CREATE TABLE story.south AS
SELECT 99 AS ticket_id, timestamptz '2018-11-04 05:00Z' AS created_at, 'open'::text AS status;
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'south_marts', 'story.south', 'story.event', policy_set => 'story',
    time_zone => 'America/Sao_Paulo', stored => false
);
SET slaops.as_of = '2018-11-07 12:00Z';
SELECT day, snapshot_at AT TIME ZONE 'America/Sao_Paulo' AS local
FROM south_marts.fct_backlog_snapshot
ORDER BY day;
RESET slaops.as_of;
SELECT
    slaops.mart_days('2018-11-04 05:00Z', '2018-11-06 02:00Z', 'America/Sao_Paulo') AS days,
    slaops.mart_days('2018-11-03 12:00Z', '2018-11-03 02:00Z', 'UTC') AS later,
    slaops.mart_days(NULL, '2018-11-03 02:00Z', 'UTC') AS none;

-- Tickets whose changes of status are not logged are in bottleneck_activities like others. All were
-- created on Monday at 10:00; replies came at 11:00 and at 13:00.
-- 1 was solved at 12:00: created 60 minutes, the reply 60, the one after it none. 2 is closed, and
-- nobody says since when: three steps of unknown length. 3's solution is its first change, which
-- says of nothing before: as 1.
-- 4 is open and seen at 14:00: 60, 120, 60. 5's reply and solution are of 11:00: created 60, the
-- reply 0.
CREATE TABLE story.silent AS
SELECT
    n AS ticket_id,
    timestamptz '2026-03-02 10:00Z' AS created_at,
    CASE n WHEN 4 THEN 'open' WHEN 2 THEN 'closed' ELSE 'solved' END AS status,
    CASE n
        WHEN 1 THEN timestamptz '2026-03-02 12:00Z'
        WHEN 3 THEN '2026-03-02 12:00Z'
        WHEN 5 THEN '2026-03-02 11:00Z'
    END AS solved_at,
    'story desk'::text AS calendar_name
FROM generate_series(1, 5) AS numbers (n);
CREATE TABLE story.silent_event AS
SELECT
    ticket_id,
    created_at + h * interval '1 hour' AS event_at,
    CASE h WHEN 0 THEN 'created' ELSE 'comment' END AS event_type,
    CASE h WHEN 0 THEN 'customer' ELSE 'agent' END AS actor_role,
    NULL::text AS old_value,
    NULL::text AS new_value
FROM story.silent
CROSS JOIN unnest(ARRAY[0, 1, 3]) AS histories (h)
UNION ALL
SELECT 3, '2026-03-02 12:00Z', 'status', 'agent', NULL, 'solved';
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'silent_marts', 'story.silent', 'story.silent_event', policy_set => 'story', stored => false
);
SET slaops.as_of = '2026-03-02 14:00Z';
SELECT ticket_id, states, solved_at IS NOT NULL AS known
FROM silent_marts.int_ticket_lifecycle
ORDER BY ticket_id;
SELECT *
FROM pg_temp.differ(
    $$
        SELECT activity, volume, tickets, cycle_minutes, working_minutes, waiting_minutes
        FROM silent_marts.bottleneck_activities
    $$,
    $$
        VALUES
            ('created', 5::bigint, 5::bigint, 60::float8, 60::float8, 0::float8),
            ('agent reply', 7, 5, 60, 60, 0)
    $$
); -- 60, 60, 120, 60 and 0, and two of 2.
RESET slaops.as_of;

-- Events of one instant, stored in two orders: creation, the customer, other comments, changes, the
-- rest.
CREATE TABLE story.instant (
    ticket_id int, event_at timestamptz, event_type text, actor_role text, actor text,
    old_value text, new_value text, public boolean
);
INSERT INTO story.instant
SELECT t, '2026-03-02 10:00Z', event.*
FROM generate_series(1, 2) AS numbers (t)
CROSS JOIN LATERAL (
    SELECT given.*
    FROM (
        VALUES
            ('viewed', NULL, NULL, NULL, NULL, NULL::boolean),
            ('status', 'agent', 'ann', 'new', 'solved', NULL),
            ('group_name', 'agent', 'ann', NULL, 'Tier 2', NULL),
            ('comment', 'agent', 'ann', NULL, NULL, true),
            ('comment', 'customer', 'kim', NULL, NULL, true),
            ('created', 'customer', 'kim', NULL, 'new', NULL)
    ) AS given (event_type, actor_role, actor, old_value, new_value, public)
    ORDER BY (t - 1.5) * length(event_type), (t - 1.5) * length(actor_role)
) AS event;
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'instant_marts', 'story.ticket', 'story.instant', policy_set => 'story', stored => false
);
SELECT activities, array_agg(ticket_id ORDER BY ticket_id) AS tickets
FROM (
    SELECT ticket_id, string_agg(activity, ', ' ORDER BY event_number) AS activities
    FROM instant_marts.int_event_transitions
    GROUP BY ticket_id
) AS total
GROUP BY activities;
SELECT string_agg(event.event_type || coalesce(' ' || event.field, ''), ', ') AS history
FROM
    (
        SELECT slaops.ticket_history(
            event_at, event_type, actor_role, actor, NULL, old_value, new_value, public,
            NULL::bigint
        ) AS history
        FROM story.instant
        WHERE ticket_id = 1
    ) AS ticket,
    slaops.history_events(ticket.history) AS event;

-- Capacity: 600 tickets, 24 a working day, that are created with their group. A person of 8 hours
-- does 8 a day of 60 minutes: 3 are needed.
CREATE TABLE story.steady AS
SELECT
    i AS ticket_id,
    timestamptz '2026-01-26 09:00Z' + (
        i / 24 + 2 * (i / 120)
    ) * interval '24 hours' + i % 24 * interval '15 minutes' AS created_at,
    'open'::text AS status,
    'G'::text AS group_name,
    'story desk'::text AS calendar_name
FROM generate_series(0, 599) AS numbers (i);
CREATE TABLE story.steady_event AS
SELECT
    ticket_id,
    created_at AS event_at,
    'created'::text AS event_type,
    NULL::text AS old_value,
    NULL::text AS new_value
FROM story.steady;
CREATE TABLE story.steady_capacity AS
SELECT 'G'::text AS group_name, 1 AS fte, 60 AS handle_minutes UNION ALL SELECT 'H', 1, 60;
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'steady_marts', 'story.steady', 'story.steady_event', policy_set => 'story', stored => false,
    group_capacity => 'story.steady_capacity'
);
SET slaops.as_of = '2026-03-02 00:00Z';
SELECT group_name, count(*) AS days, min(tickets), max(tickets), avg(utilization), avg(fte_needed)
FROM steady_marts.capacity_by_day
WHERE tickets > 0
GROUP BY group_name;
-- All 600 are open, and 24 a day go on coming: 24 hours of work a day are 3 people; 600 of them in
-- the 20 working days until 29 March are 30 a day more: 6.75 people, and there is one.
SELECT
    group_name,
    last_day,
    round(arrivals_per_day::numeric, 6) AS arrivals_per_day,
    open_now,
    round(fte_to_hold::numeric, 6) AS fte_to_hold,
    round(fte_to_clear::numeric, 6) AS fte_to_clear,
    round(fte_gap_28::numeric, 6) AS fte_gap_28
FROM steady_marts.capacity_gap
WHERE fte_to_hold IS NOT NULL;
-- One that got its group later, or with its creation by an event, comes once; one that went on to
-- another came to both.
UPDATE story.steady SET group_name = 'H' WHERE ticket_id = 598;
INSERT INTO story.steady_event
SELECT ticket_id, created_at + interval '30 minutes', 'group_name', NULL, 'G'
FROM story.steady
WHERE ticket_id = 599
UNION ALL
SELECT ticket_id, created_at + interval '15 minutes', 'group_name', 'G', 'H'
FROM story.steady
WHERE ticket_id = 598
UNION ALL
SELECT ticket_id, created_at, 'group_name', NULL, 'G'
FROM story.steady
WHERE ticket_id = 597;
SELECT group_name, sum(tickets)
FROM steady_marts.capacity_by_day
GROUP BY group_name
ORDER BY group_name;
-- Events of tickets that are not there, or not for this reader, show nowhere.
INSERT INTO story.steady_event VALUES (9999, '2026-02-27 10:00Z', 'group_name', NULL, 'G');
SELECT group_name, sum(tickets)
FROM steady_marts.capacity_by_day
GROUP BY group_name
ORDER BY group_name;
SELECT count(*) FROM steady_marts.int_event_transitions WHERE ticket_id = 9999;
CREATE ROLE story_reader;
GRANT USAGE ON SCHEMA slaops, story, steady_marts TO story_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA slaops, story, steady_marts TO story_reader;
ALTER TABLE story.steady ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON story.steady USING (ticket_id < 24);
SET ROLE story_reader;
SELECT count(DISTINCT ticket_id) FROM steady_marts.int_event_transitions;
SELECT sum(tickets) FROM steady_marts.capacity_by_day;
RESET ROLE;
-- Duplicates are named, and invalid instants.
INSERT INTO story.steady (ticket_id, created_at, status, group_name, calendar_name)
SELECT ticket_id, created_at, status, group_name, calendar_name
FROM story.steady
WHERE ticket_id = 1
UNION ALL
SELECT 700, 'infinity', 'open', 'G', 'story desk';
INSERT INTO story.steady_capacity VALUES ('G', 1, 60);
SELECT problem, what, tickets, example
FROM steady_marts.config_health
WHERE problem ~ 'once|invalid'
ORDER BY 1, 2;
-- A status's meaning is that of slaops.state_of, however it is written.
SELECT
    status,
    slaops.state_of(status),
    (
        SELECT state.state
        FROM slaops.states AS state
        WHERE state.status = btrim(translate(lower(user_word.status), '-_', '  '))
    ) AS joined
FROM (VALUES ('On-Hold'), (' solved'), ('what'), (NULL)) AS user_word (status);
RESET slaops.as_of;

-- A new group is expected by what it has had since it came: 24 a day since Monday 23 February, not
-- that over eight weeks. After 112 quiet days nothing is expected, which is an answer too.
DELETE FROM story.steady WHERE ticket_id = 700;
DELETE FROM story.steady_event;
UPDATE story.steady SET group_name = 'New' WHERE created_at >= '2026-02-23Z';
SET slaops.as_of = '2026-03-02 00:00Z';
SELECT group_name, day, expected, weeks
FROM steady_marts.volume_forecast
WHERE day IN ('2026-03-03', '2026-03-07') AND level = 'group'
ORDER BY group_name, day;
SET slaops.as_of = '2026-08-03 00:00Z';
SELECT group_name, min(expected), max(expected), count(*)
FROM steady_marts.volume_forecast
GROUP BY group_name;
RESET slaops.as_of;
-- Today's throughput is that of the projection: 5 solved in the 98 hours since the first ticket.
-- Ratings count once a ticket is solved: on Tuesday evening tickets 1 to 3 are.
SET slaops.as_of = '2026-03-06 12:00Z';
SELECT round((throughput * 98 / 24)::numeric, 9) AS solved
FROM story_marts.backlog_burndown
WHERE day = '2026-03-06'
UNION
SELECT round((throughput * 98 / 24)::numeric, 9)
FROM story_marts.backlog_projection;
SET slaops.as_of = '2026-03-03 12:00Z';
SELECT driver, with_it + without_it AS rated FROM story_marts.csat_drivers WHERE driver = 'channel';
SET slaops.as_of = '2026-03-03 20:00Z';
SELECT driver, value, with_it, without_it
FROM story_marts.csat_drivers
WHERE driver = 'channel'
ORDER BY value;

-- When the backlog is green: 75 tickets of November, and from December on two more and three solved
-- on each of 65 working days, the oldest first. The 10 that are left are late.
-- One less a working day in each of 1000 futures as at the mean pace: ten working days from Monday
-- the 2nd end on Friday the 13th.
CREATE TABLE story.falling AS
SELECT
    n AS ticket_id,
    CASE
        WHEN n <= 75 THEN timestamptz '2025-11-03 10:00Z'
        ELSE day.days[(n - 74) / 2] + interval '10 hours'
    END AS created_at,
    CASE WHEN n <= 195 THEN day.days[(n + 2) / 3] + interval '16 hours' END AS solved_at,
    CASE WHEN n <= 195 THEN 'solved' ELSE 'new' END AS status,
    'story desk'::text AS calendar_name
FROM generate_series(1, 205) AS numbers (n)
CROSS JOIN (
    SELECT array_agg(g ORDER BY g) AS days
    FROM generate_series(timestamptz '2025-12-01Z', '2026-02-27Z', '1 day') AS numbers (g)
    WHERE extract(isodow FROM g) < 6
) AS day;
CREATE TABLE story.falling_event AS
SELECT
    ticket_id,
    created_at AS event_at,
    'created'::text AS event_type,
    NULL::text AS old_value,
    'new'::text AS new_value
FROM story.falling
UNION ALL
SELECT ticket_id, solved_at, 'status', 'new', 'solved'
FROM story.falling
WHERE solved_at IS NOT NULL;
ANALYZE story.falling, story.falling_event;
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'falling_marts', 'story.falling', 'story.falling_event', policy_set => 'story', stored => false
);
SET slaops.as_of = '2026-03-02 08:00Z';
SELECT
    day,
    wip,
    past_target,
    minutes_to_green,
    green_at,
    p50_date,
    p80_date,
    p95_date,
    never_probability
FROM falling_marts.backlog_summary
WHERE never_probability IS NOT NULL;
RESET slaops.as_of;

-- What should be done. Two teams of two groups, 20 weeks. All is well with the calm one: nothing is
-- advised. In the other A gets ten tickets on Mondays, Wednesdays and Fridays and four on other
-- days, at 20 minutes for a quarter
-- of a person who has 120: 7.6 a day on average are 0.317 people. Four of the ten take too long. B
-- has three people for 100 minutes of work a day.
CREATE TABLE story.work AS
SELECT
    row_number() OVER () AS ticket_id,
    team,
    g AS group_name,
    d + interval '9 hours' + i * interval '20 minutes' AS created_at,
    d + interval '9 hours' + i * interval '20 minutes' + CASE
        WHEN n = 10 AND i <= 4 THEN interval '200 minutes'
        ELSE interval '60 minutes' + i * interval '5 minutes'
    END AS solved_at,
    'solved'::text AS status,
    4 + (row_number() OVER () * 7919 % 97) / 70 AS csat_score,
    'story desk'::text AS calendar_name
FROM (
    VALUES ('calm', 'A', 5, 5), ('calm', 'B', 5, 5), ('uneven', 'A', 10, 4), ('uneven', 'B', 5, 5)
) AS known (team, g, odd, even)
CROSS JOIN LATERAL generate_series(timestamptz '2025-10-13Z', '2026-02-27Z', '1 day') AS days (d)
CROSS JOIN LATERAL (
    SELECT CASE extract(isodow FROM d)::int % 2 WHEN 1 THEN odd ELSE even END AS n
) AS given
CROSS JOIN LATERAL generate_series(1, n) AS numbers (i)
WHERE extract(isodow FROM d) < 6;
CREATE VIEW story.calm AS SELECT * FROM story.work WHERE team = 'calm';
CREATE VIEW story.uneven AS SELECT * FROM story.work WHERE team = 'uneven';
CREATE TABLE story.work_event AS
SELECT
    ticket_id,
    created_at AS event_at,
    'created'::text AS event_type,
    'customer'::text AS actor_role,
    NULL::text AS old_value,
    'new'::text AS new_value,
    NULL::boolean AS public
FROM story.work
UNION ALL
SELECT ticket_id, created_at, 'group_name', 'agent', NULL, group_name, NULL
FROM story.work
UNION ALL
SELECT ticket_id, created_at + interval '30 minutes', 'comment', 'agent', NULL, NULL, true
FROM story.work
UNION ALL
SELECT ticket_id, solved_at, 'status', 'agent', 'new', 'solved', NULL
FROM story.work;
CREATE TABLE story.work_capacity AS
SELECT 'A'::text AS group_name, 0.25 AS fte, 20 AS handle_minutes UNION ALL SELECT 'B', 3, 20;
ANALYZE story.work, story.work_event;
CREATE TABLE story.calm_capacity AS
SELECT group_name, 0.5 AS fte, handle_minutes FROM story.work_capacity;
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'calm_marts', 'story.calm', 'story.work_event', policy_set => 'story', stored => false,
    group_capacity => 'story.calm_capacity'
);
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'uneven_marts', 'story.uneven', 'story.work_event', policy_set => 'story', stored => false,
    group_capacity => 'story.work_capacity'
);
SET slaops.as_of = '2026-03-02 08:00Z';
SELECT
    count(*) AS tickets,
    (SELECT count(*) FROM calm_marts.recommendations) AS advised,
    (SELECT max(utilization) FROM calm_marts.capacity_by_day) AS utilization
FROM calm_marts.mart_ticket_outcomes;
SELECT area, subject, action, evidence, query
FROM uneven_marts.recommendations
WHERE area = 'capacity';
RESET slaops.as_of;

-- What will come. One on Mondays to five on Fridays went to Usual since September, none on
-- holidays; three a day go to New since 19 February, so that no zeros from before count; Gone has
-- had none since November.
-- The 6th of March is a holiday. Usual's pattern repeats to the ticket, so the errors are next to
-- 0; New is too young for them.
INSERT INTO slaops.calendars (name, calendar) VALUES
    (
        'story holidays',
        '{
            "time_zone": "America/New_York",
            "hours": {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]], "wed": [["09:00",
                "17:00"]], "thu": [["09:00", "17:00"]], "fri": [["09:00", "17:00"]]},
            "holidays": ["2025-10-13", "2025-12-25", "2026-01-20", "2026-03-06"]
        }'
    );
CREATE TABLE story.stream AS
SELECT
    row_number() OVER () AS ticket_id,
    d + '09:00' + i * interval '1 hour' AS created_at,
    'open'::text AS status,
    g AS group_name,
    'story holidays'::text AS calendar_name
FROM (
    VALUES
        ('Usual', timestamptz '2025-09-01Z', timestamptz '2026-03-01Z', 2),
        ('New', '2026-02-19Z', '2026-03-01Z', 3), ('Gone', '2025-09-01Z', '2025-11-30Z', 1)
) AS asked (g, since, until, n)
CROSS JOIN LATERAL generate_series(since, until, '1 day') AS days (d)
CROSS JOIN LATERAL generate_series(
    1, CASE g WHEN 'Usual' THEN extract(isodow FROM d)::int ELSE n END
) AS numbers (i)
WHERE g = 'New'
    OR extract(isodow FROM d) < 6
    AND d::date NOT IN ('2025-10-13', '2025-12-25', '2026-01-20');
CREATE TABLE story.stream_event AS SELECT * FROM story.event LIMIT 0;
ANALYZE story.stream;
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'stream_marts', 'story.stream', 'story.stream_event', policy_set => 'story', stored => false
);
SET slaops.as_of = '2026-03-02 08:00Z';
SELECT
    group_name,
    round(sum(expected)::numeric, 6) AS expected,
    min(day),
    max(day),
    max(weeks) AS weeks,
    round(max(mae)::numeric, 6) AS mae,
    max(mase) AS mase,
    max(method) AS method
FROM stream_marts.volume_forecast
GROUP BY group_name
ORDER BY group_name;
SELECT *
FROM pg_temp.differ(
    $$
        SELECT day, round(expected::numeric, 1)
        FROM stream_marts.volume_forecast
        WHERE group_name = 'Usual'
    $$,
    $$
        SELECT
            d::date,
            CASE
                WHEN extract(isodow FROM d) < 6
                AND d <> '2026-03-06' THEN extract(isodow FROM d) + 0.0
                ELSE 0.0
            END
        FROM generate_series(timestamp '2026-03-02', '2026-03-29', '1 day') AS days (d)
    $$
);
SELECT count(*) AS outside
FROM stream_marts.volume_forecast
WHERE lower_95 > lower_80
    OR lower_80 > expected + 1e-9
    OR expected > upper_80 + 1e-9
    OR upper_80 > upper_95
    OR lower_95 < 0;
-- The groups add up to all.
SELECT count(*) AS days, count(*) FILTER (WHERE abs(of_all - of_groups) > 1e-9) AS off
FROM (
    SELECT
        sum(expected) FILTER (WHERE level = 'all') AS of_all,
        sum(expected) FILTER (WHERE level = 'group') AS of_groups
    FROM stream_marts.volume_forecast
    GROUP BY day
) AS sums;
CREATE TEMP TABLE there AS SELECT * FROM stream_marts.volume_forecast;
SET TimeZone = 'Australia/Sydney';
SELECT * FROM pg_temp.differ('SELECT * FROM there', 'SELECT * FROM stream_marts.volume_forecast');
RESET TimeZone;
RESET slaops.as_of;
-- Calendars that do not read are nobody's: all days are alike.
UPDATE story.stream SET calendar_name = 'junk @ nowhere';
CREATE TABLE story.stream_capacity AS
SELECT 'New'::text AS group_name, 1 AS fte, 60 AS handle_minutes;
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'stream_marts', 'story.stream', 'story.stream_event', policy_set => 'story', stored => false,
    group_capacity => 'story.stream_capacity'
);
SET slaops.as_of = '2026-03-02 08:00Z';
SELECT
    (
        SELECT string_agg(DISTINCT method, ', ' ORDER BY method) FROM stream_marts.volume_forecast
    ) AS methods,
    (SELECT count(*) FROM stream_marts.capacity_by_day) AS capacity,
    (SELECT count(*) FROM stream_marts.backlog_projection) AS projected,
    (SELECT calendar_name FROM stream_marts.backlog_summary) AS calendar_name;
RESET slaops.as_of;
\set QUIET on
SET client_min_messages = warning;
DROP SCHEMA
    story, story_marts, lost_marts, berlin_marts, south_marts, instant_marts, silent_marts,
    steady_marts, falling_marts, calm_marts, uneven_marts, stream_marts
CASCADE;
DROP OWNED BY story_reader;
DROP ROLE story_reader;
RESET client_min_messages;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.calendars;
DELETE FROM slaops.policy_sets;
