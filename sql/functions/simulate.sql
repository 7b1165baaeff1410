-- What if: capacity_gap with other people, arrivals or handling times.

CREATE FUNCTION slaops.simulate_capacity(
    schema text,
    extra_fte jsonb DEFAULT '{}',
    arrivals_factor double precision DEFAULT 1,
    handling_factor double precision DEFAULT 1,
    occupancy double precision DEFAULT NULL,
    shrinkage double precision DEFAULT 0,
    working_days double precision DEFAULT NULL
)
RETURNS TABLE (
    plan jsonb,
    group_name text,
    fte_now double precision,
    fte double precision,
    fte_to_hold double precision,
    fte_to_clear double precision,
    fte_gap double precision,
    arrivals_a_day double precision,
    minutes_a_ticket double precision,
    utilisation double precision,
    utilization_28 double precision,
    short_days_28 bigint,
    backlog_now bigint,
    days double precision,
    backlog_after double precision,
    clear_days double precision,
    clears_on date,
    wait_days double precision,
    attainment_expected double precision,
    expected_from_days bigint,
    expected_from_clocks bigint,
    attainment_cleared double precision,
    cleared_from_days bigint,
    cleared_from_clocks bigint
)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $simulate_capacity$
DECLARE
    state jsonb := slaops.mart_state_of(schema, false);
    known jsonb;
    unknown text;
    short record;
    as_of timestamptz;
    plans jsonb := CASE jsonb_typeof(extra_fte) WHEN 'array' THEN extra_fte ELSE jsonb_build_array(coalesce(extra_fte, '{}')) END;
BEGIN
    IF state IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts', coalesce(quote_ident(schema), 'NULL')
            USING ERRCODE = 'undefined_object', HINT = 'Give the schema that you gave create_marts.';
    END IF;
    IF NOT coalesce(arrivals_factor BETWEEN 0 AND 1e6 AND handling_factor BETWEEN 1e-6 AND 1e6, false) THEN
        RAISE EXCEPTION 'the factors are % for arrivals and % for handling time', coalesce(arrivals_factor::text, 'NULL'), coalesce(handling_factor::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value', HINT = 'A factor multiplies what is expected: 1.1 is a tenth more.';
    END IF;
    IF jsonb_path_exists(plans, 'strict $[*] ? (@.type() != "object")')
       OR EXISTS (SELECT FROM jsonb_array_elements(plans) AS p (plan) CROSS JOIN LATERAL jsonb_each(p.plan) AS e WHERE CASE jsonb_typeof(e.value) WHEN 'number' THEN abs((e.value #>> '{}')::numeric) > 1e6 ELSE true END) THEN
        RAISE EXCEPTION 'extra_fte is %', left(extra_fte::text, 200)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the people to add or take away, at most a million, by group: ''{"Tier 2": 2, "Tier 1": -0.5}'', or an array of such plans.';
    END IF;
    IF occupancy NOT BETWEEN 1e-6 AND 1 THEN
        RAISE EXCEPTION 'occupancy % is out of range', occupancy
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the part of working time spent on tickets, above 0 and at most 1, such as 0.85; NULL for the source''s.';
    END IF;
    IF shrinkage < 0 OR shrinkage > 1 - 1e-6 THEN
        RAISE EXCEPTION 'shrinkage % is out of range', shrinkage
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the part of paid time away from work (leave, training, breaks), from 0 to below 1, such as 0.3.';
    END IF;
    IF working_days NOT BETWEEN 1e-6 AND 1e9 THEN
        RAISE EXCEPTION 'a number of working days of % is out of range', working_days
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the working days to look ahead, above 0 and at most 1e9, such as 20; NULL for each group''s own of the next 28 days.';
    END IF;
    IF EXISTS (SELECT FROM jsonb_array_elements(plans) AS p (plan) WHERE p.plan <> '{}') THEN
        -- The groups of capacity_gap.
        EXECUTE format('SELECT coalesce(jsonb_object_agg(g.group_name, g.fte), ''{}'')
                        FROM (SELECT c.group_name, max(c.fte)::double precision AS fte FROM %I.stg_group_capacity AS c
                              WHERE c.group_name IS NOT NULL AND c.fte BETWEEN 1e-6 AND 1e6 AND c.handle_minutes BETWEEN 1e-6 AND 1e6 AND coalesce(c.hours_per_day, 8) BETWEEN 1e-6 AND 24 AND coalesce(c.occupancy, 1) BETWEEN 1e-6 AND 1 GROUP BY 1) AS g', schema) INTO known;
        SELECT e.key INTO unknown FROM jsonb_array_elements(plans) AS p (plan) CROSS JOIN LATERAL jsonb_object_keys(p.plan) AS e (key) WHERE NOT known ? e.key ORDER BY 1 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'what the group "%" can do is not known', unknown
                USING ERRCODE = 'undefined_object',
                      HINT = CASE WHEN known = '{}' THEN 'create_marts(..., group_capacity => ''my_groups'') tells it.' ELSE format('There are: %s.', (SELECT string_agg(k.name, ', ' ORDER BY k.name) FROM jsonb_object_keys(known) AS k (name))) END;
        END IF;
        SELECT e.key, (known ->> e.key)::double precision AS has, (known ->> e.key)::double precision + (e.value #>> '{}')::double precision AS people INTO short
        FROM jsonb_array_elements(plans) WITH ORDINALITY AS p (plan, place) CROSS JOIN LATERAL jsonb_each(p.plan) AS e
        WHERE (known ->> e.key)::double precision + (e.value #>> '{}')::double precision < -1e-9 ORDER BY p.place, e.key LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'the plan leaves "%" with % people', short.key, trim_scale(round(short.people::numeric, 6))
                USING ERRCODE = 'invalid_parameter_value', HINT = format('It has %s: take away no more than these.', trim_scale(round(short.has::numeric, 6)));
        END IF;
    END IF;
    IF (state ->> 'stored')::boolean THEN
        -- Before the query below, all of which would be shown with the error.
        as_of := slaops.published_as_of((state ->> 'as_of')::timestamptz);
    ELSE
        as_of := slaops.as_of();
    END IF;
    -- Queues are measured in working days of what the group can do now.
    RETURN QUERY EXECUTE format($query$
        WITH gap AS MATERIALIZED (
            SELECT DISTINCT ON (c.group_name) c.* FROM %1$I.capacity_gap AS c ORDER BY c.group_name, c.day DESC
        ), behind AS MATERIALIZED (
            SELECT k.group_name, k.clocks, k.met, coalesce(q.open, 0) * g.handle_minutes / g.capacity_minutes AS wait
            FROM (
                SELECT f.started_in_group AS group_name, timezone($8, f.started_at)::date AS day, count(*) AS clocks, count(*) FILTER (WHERE f.status = 'met') AS met
                FROM %1$I.fct_sla_attainment AS f
                WHERE f.metric = 'group_ownership' AND f.status IN ('met', 'breached') AND f.started_at > $7 - interval '8736 hours' AND f.started_at <= $7
                GROUP BY 1, 2
            ) AS k
            JOIN gap AS g ON g.group_name = k.group_name
            LEFT JOIN (SELECT b.group_name, b.day, count(*) AS open FROM %1$I.fct_backlog_snapshot AS b GROUP BY 1, 2) AS q ON q.group_name = k.group_name AND q.day = k.day
        ), usual AS (
            SELECT b.group_name, percentile_cont(0.5) WITHIN GROUP (ORDER BY b.wait) AS wait FROM behind AS b GROUP BY b.group_name
        ), brief AS MATERIALIZED (
            -- The half of days with the shorter queue.
            SELECT u.group_name, u.wait AS upto, count(*) AS days, sum(b.clocks)::bigint AS clocks, sum(b.met) / sum(b.clocks) AS rate
            FROM usual AS u
            JOIN behind AS b ON b.group_name = u.group_name AND b.wait <= u.wait
            GROUP BY u.group_name, u.wait
        ), longer AS (
            -- The others by their queue in up to ten parts, each of five days and 30 clocks or more
            -- in the mean.
            SELECT o.group_name, o.part, max(o.wait) AS upto, count(*) AS days, sum(o.clocks)::bigint AS clocks, sum(o.met) AS met
            FROM (
                SELECT b.*, (rank() OVER (PARTITION BY b.group_name ORDER BY b.wait) - 1) * greatest(least(10, count(*) OVER g / 5, floor(sum(b.clocks) OVER g / 30)::bigint), 1) / count(*) OVER g AS part
                FROM behind AS b
                JOIN usual AS u ON u.group_name = b.group_name AND b.wait > u.wait
                WINDOW g AS (PARTITION BY b.group_name)
            ) AS o
            GROUP BY o.group_name, o.part
        ), summed AS MATERIALIZED (
            SELECT l.*, sum(l.clocks) OVER w - l.clocks AS clocks_before, sum(l.met) OVER w - l.met AS met_before FROM longer AS l WINDOW w AS (PARTITION BY l.group_name ORDER BY l.part)
        ), falling AS (
            -- Isotonic regression, by its min-max formula: the longer the queue, the fewer are met.
            SELECT m.group_name, m.part, m.upto, m.days, m.clocks, min(m.rate) AS rate
            FROM (
                SELECT i.group_name, i.part, i.upto, i.days, i.clocks, j.part AS since, max((k.met_before + k.met - j.met_before) / (k.clocks_before + k.clocks - j.clocks_before)) AS rate
                FROM summed AS i
                JOIN summed AS j ON j.group_name = i.group_name AND j.part <= i.part
                JOIN summed AS k ON k.group_name = i.group_name AND k.part >= i.part
                GROUP BY 1, 2, 3, 4, 5, 6
            ) AS m
            GROUP BY 1, 2, 3, 4, 5
        ), step AS MATERIALIZED (
            -- Attainment by the wait, and nothing from one and a half of the longest on.
            SELECT s.group_name, s.days, s.clocks, s.rate::double precision AS rate, lag(s.upto) OVER w AS above, CASE WHEN lead(s.upto) OVER w IS NULL THEN s.upto * 1.5 ELSE s.upto END AS upto
            FROM (
                SELECT b.group_name, b.upto, b.days, b.clocks, b.rate FROM brief AS b
                UNION ALL
                SELECT f.group_name, max(f.upto), sum(f.days), sum(f.clocks), least(f.rate, b.rate) FROM falling AS f JOIN brief AS b ON b.group_name = f.group_name GROUP BY f.group_name, least(f.rate, b.rate)
            ) AS s
            WINDOW w AS (PARTITION BY s.group_name ORDER BY s.upto)
        ), plan AS (
            SELECT g.*, slaops.fte_to_hold(g.arrivals, g.minutes, g.hours_per_day, g.occupied, $5) AS hold,
                   slaops.fte_to_clear(g.open_now, g.arrivals, g.minutes, g.plan_days, g.hours_per_day, g.occupied, $5) AS clear
            FROM (SELECT g.*, greatest(g.fte + coalesce((e.plan ->> g.group_name)::double precision, 0), 0) AS people, e.plan, e.place, g.arrivals_a_day * $2 AS arrivals, g.handle_minutes * $3 AS minutes,
                         coalesce($4, g.occupancy) AS occupied, coalesce($6, g.working_days_28) AS plan_days
                  FROM gap AS g
                  CROSS JOIN jsonb_array_elements($1) WITH ORDINALITY AS e (plan, place)) AS g
        ), outcome AS MATERIALIZED (
            SELECT p.*, s.utilisation, s.backlog_after, s.clear_days, s.expected_wait_days, s.capacity_per_day, s.net_flow_per_day
            FROM plan AS p
            LEFT JOIN LATERAL slaops.capacity_simulator(p.open_now, p.arrivals, p.minutes, p.people, p.people, 1, p.plan_days, p.hours_per_day, p.occupied, $5) AS s ON true
        ), expected AS (
            -- The queue falls or rises in a line and stays at 0: so long is the wait above one
            -- bound and not above the next.
            SELECT t.place, t.group_name, sum(t.share) AS share, sum(t.share * t.rate) AS rate, sum(t.days) FILTER (WHERE t.share > 0) AS days, sum(t.clocks) FILTER (WHERE t.share > 0) AS clocks
            FROM (
                SELECT o.place, o.group_name, s.days, s.clocks, s.rate, w.upto - CASE WHEN s.above IS NULL THEN 0 ELSE w.above END AS share
                FROM outcome AS o
                JOIN step AS s ON s.group_name = o.group_name
                CROSS JOIN LATERAL (
                    SELECT max(b.share) FILTER (WHERE b.is_upper) AS upto, max(b.share) FILTER (WHERE NOT b.is_upper) AS above
                    FROM (
                        SELECT v.is_upper, CASE WHEN o.net_flow_per_day > 0 THEN 1 - least(greatest((o.open_now - v.wait * o.capacity_per_day) / o.net_flow_per_day / o.plan_days, 0), 1)
                                                WHEN o.net_flow_per_day < 0 THEN least(greatest((o.open_now - v.wait * o.capacity_per_day) / o.net_flow_per_day / o.plan_days, 0), 1)
                                                WHEN o.open_now <= v.wait * o.capacity_per_day THEN 1 ELSE 0 END AS share
                        FROM (VALUES (true, s.upto), (false, s.above)) AS v (is_upper, wait)
                    ) AS b
                ) AS w
                WHERE o.capacity_per_day > 0
            ) AS t
            GROUP BY t.place, t.group_name
        )
        SELECT p.plan, p.group_name, p.fte, p.people, p.hold, p.clear, p.clear - p.people, p.arrivals, p.minutes, p.utilisation, p.utilization_28, p.short_days_28,
               p.open_now, p.plan_days, p.backlog_after, p.clear_days,
               CASE WHEN p.clear_days < 2600 THEN slaops.business_day_add(p.calendar_name, slaops.roll(p.calendar_name, timezone($8, $7)::date, 'forward'), greatest(ceil(p.clear_days - 1e-6)::integer - 1, 0)) END,
               p.expected_wait_days,
               CASE WHEN e.days >= 5 AND e.clocks >= 30 THEN least(greatest(e.rate, 0), 1) END, coalesce(e.days, 0)::bigint, e.clocks::bigint,
               CASE WHEN c.days >= 5 AND c.clocks >= 30 THEN c.rate END::double precision, coalesce(c.days, 0), c.clocks
        FROM outcome AS p
        -- A queue that nobody has seen yet tells nothing.
        LEFT JOIN expected AS e ON e.place = p.place AND e.group_name = p.group_name AND e.share > 1 - 1e-9
        LEFT JOIN brief AS c ON c.group_name = p.group_name AND p.clear_days IS NOT NULL
        ORDER BY p.place, p.clear - p.people DESC NULLS LAST, p.group_name
    $query$, schema)
    USING plans, arrivals_factor, handling_factor, occupancy, coalesce(shrinkage, 0), working_days,
          as_of, state ->> 'time_zone';
END
$simulate_capacity$;
COMMENT ON FUNCTION slaops.simulate_capacity(
    text, jsonb, double precision, double precision, double precision, double precision,
    double precision
) IS
'What if there were more or fewer people, tickets or minutes a ticket? A row a group of the views '
'of create_marts in a schema, those that lack most first; with nothing changed the last rows of '
'capacity_gap. extra_fte adds people by group, ''{"Tier 2": 2, "Tier 1": -2}'', or is an array of '
'such plans, which are worked out at once, each with its rows; factors multiply expected arrivals '
'and minutes a ticket; occupancy takes the place of the source''s, shrinkage is the part of paid '
'time away on top of it; working_days are the days to look ahead, each group''s own of the next 28 '
'where not given. Gives people now, then, to hold and to clear the backlog, and lacking; '
'utilisation expected, and of the last 28 days; the backlog now and after these days, days until '
'it is cleared, that day, and the mean wait of what comes meanwhile. Expected attainment is the '
'mean over these days: for each moment, that of the group''s own clocks of a year which began '
'behind such a queue (in working days of today''s people), a longer queue never counted better '
'than a shorter one, so that more people never lower it; NULL for queues longer than one and a '
'half of the longest seen. attainment_cleared is that of the half of days with the shorter queue, '
'once the backlog can be cleared. Both are NULL under 5 days or 30 clocks, whose numbers stand '
'beside.';

-- A driver that sends strings as text or varchar has no jsonb to offer. The plan has no default
-- here, so that a call without one is the other function's.
CREATE FUNCTION slaops.simulate_capacity(
    schema text,
    extra_fte text,
    arrivals_factor double precision DEFAULT 1,
    handling_factor double precision DEFAULT 1,
    occupancy double precision DEFAULT NULL,
    shrinkage double precision DEFAULT 0,
    working_days double precision DEFAULT NULL
)
RETURNS TABLE (
    plan jsonb,
    group_name text,
    fte_now double precision,
    fte double precision,
    fte_to_hold double precision,
    fte_to_clear double precision,
    fte_gap double precision,
    arrivals_a_day double precision,
    minutes_a_ticket double precision,
    utilisation double precision,
    utilization_28 double precision,
    short_days_28 bigint,
    backlog_now bigint,
    days double precision,
    backlog_after double precision,
    clear_days double precision,
    clears_on date,
    wait_days double precision,
    attainment_expected double precision,
    expected_from_days bigint,
    expected_from_clocks bigint,
    attainment_cleared double precision,
    cleared_from_days bigint,
    cleared_from_clocks bigint
)
LANGUAGE plpgsql STABLE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $simulate_capacity$
#variable_conflict use_variable
DECLARE
    plans jsonb;
BEGIN
    BEGIN
        plans := extra_fte::jsonb;
    EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN
        RAISE EXCEPTION 'extra_fte is %', left(extra_fte, 200)
            USING ERRCODE = 'invalid_parameter_value', DETAIL = SQLERRM, HINT = 'Give the people to add or take away by group as JSON: ''{"Tier 2": 2, "Tier 1": -0.5}'', or an array of such plans.';
    END;
    RETURN QUERY SELECT s.* FROM slaops.simulate_capacity(schema, plans, arrivals_factor, handling_factor, occupancy, shrinkage, working_days) AS s;
END
$simulate_capacity$;
COMMENT ON FUNCTION slaops.simulate_capacity(
    text, text, double precision, double precision, double precision, double precision,
    double precision
) IS
'As with jsonb, for a plan that comes as text, so that a driver that sends strings needs no cast.';
