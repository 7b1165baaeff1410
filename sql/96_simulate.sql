-- What if: capacity_gap with other people, arrivals or handling times.

CREATE FUNCTION slaops.simulate_capacity(
    schema text, extra_fte jsonb DEFAULT '{}', arrivals_factor double precision DEFAULT 1, handling_factor double precision DEFAULT 1,
    occupancy double precision DEFAULT NULL, shrinkage double precision DEFAULT 0, working_days double precision DEFAULT NULL
)
RETURNS TABLE (
    plan jsonb, group_name text, fte_now double precision, fte double precision, fte_to_hold double precision, fte_to_clear double precision, fte_gap double precision,
    arrivals_a_day double precision, minutes_a_ticket double precision, utilisation double precision, utilization_28 double precision, short_days_28 bigint,
    backlog_now bigint, days double precision, backlog_after double precision, clear_days double precision, clears_on date, wait_days double precision,
    attainment_expected double precision, expected_from_days bigint, expected_from_clocks bigint, attainment_cleared double precision, cleared_from_days bigint, cleared_from_clocks bigint
)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 10
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $simulate_capacity$
DECLARE
    state jsonb := slaops.mart_state_of(schema, false);
    known text[];
    unknown text;
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
    IF EXISTS (SELECT FROM jsonb_array_elements(plans) AS p (plan) WHERE p.plan <> '{}') THEN
        EXECUTE format('SELECT coalesce(array_agg(DISTINCT g.group_name), ''{}'') FROM %I.stg_group_capacity AS g WHERE g.fte BETWEEN 1e-6 AND 1e6 AND g.handle_minutes BETWEEN 1e-6 AND 1e6', schema) INTO known;
        SELECT e.key INTO unknown FROM jsonb_array_elements(plans) AS p (plan) CROSS JOIN LATERAL jsonb_object_keys(p.plan) AS e (key) WHERE e.key <> ALL (known) ORDER BY 1 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'what the group "%" can do is not known', unknown
                USING ERRCODE = 'undefined_object',
                      HINT = CASE WHEN known = '{}' THEN 'create_marts(..., group_capacity => ''my_groups'') tells it.' ELSE format('There are: %s.', array_to_string(known, ', ')) END;
        END IF;
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
        ), plan AS (
            SELECT g.*, slaops.fte_to_hold(g.arrivals, g.minutes, g.hours_per_day, g.occupied, $5) AS hold,
                   slaops.fte_to_clear(g.open_now, g.arrivals, g.minutes, g.plan_days, g.hours_per_day, g.occupied, $5) AS clear
            FROM (SELECT g.*, g.fte + coalesce((e.plan ->> g.group_name)::double precision, 0) AS people, e.plan, e.place, g.arrivals_a_day * $2 AS arrivals, g.handle_minutes * $3 AS minutes,
                         coalesce($4, g.occupancy) AS occupied, coalesce($6, g.working_days_28) AS plan_days
                  FROM gap AS g
                  CROSS JOIN jsonb_array_elements($1) WITH ORDINALITY AS e (plan, place)) AS g
        )
        SELECT p.plan, p.group_name, p.fte, p.people, p.hold, p.clear, p.clear - p.people, p.arrivals, p.minutes, s.utilisation, p.utilization_28, p.short_days_28,
               p.open_now, p.plan_days, s.backlog_after, s.clear_days,
               CASE WHEN s.clear_days < 2600 THEN slaops.business_day_add(p.calendar_name, slaops.roll(p.calendar_name, timezone($8, $7)::date, 'forward'), greatest(ceil(s.clear_days - 1e-6)::integer - 1, 0)) END,
               s.expected_wait_days,
               CASE WHEN e.days >= 5 AND e.clocks >= 30 THEN e.met / e.clocks END::double precision, e.days, e.clocks,
               CASE WHEN c.days >= 5 AND c.clocks >= 30 THEN c.met / c.clocks END::double precision, c.days, c.clocks
        FROM plan AS p
        LEFT JOIN LATERAL slaops.capacity_simulator(p.open_now, p.arrivals, p.minutes, p.people, p.people, 1, p.plan_days, p.hours_per_day, p.occupied, $5) AS s ON true
        LEFT JOIN usual AS u ON u.group_name = p.group_name
        LEFT JOIN LATERAL (
            -- The half of days with the shorter queue, or those on which it was within a half of the expected one.
            SELECT count(*) AS days, sum(b.clocks)::bigint AS clocks, sum(b.met) AS met FROM behind AS b
            WHERE b.group_name = p.group_name AND CASE WHEN s.expected_wait_days <= u.wait THEN b.wait <= u.wait ELSE b.wait BETWEEN s.expected_wait_days / 1.5 AND s.expected_wait_days * 1.5 END
        ) AS e ON true
        LEFT JOIN LATERAL (
            SELECT count(*) AS days, sum(b.clocks)::bigint AS clocks, sum(b.met) AS met FROM behind AS b
            WHERE b.group_name = p.group_name AND b.wait <= u.wait AND s.clear_days IS NOT NULL
        ) AS c ON true
        ORDER BY p.place, p.clear - p.people DESC NULLS LAST, p.group_name
    $query$, schema)
    USING plans, arrivals_factor, handling_factor, occupancy, coalesce(shrinkage, 0), working_days,
          CASE WHEN (state ->> 'stored')::boolean THEN (state ->> 'as_of')::timestamptz ELSE slaops.as_of() END, state ->> 'time_zone';
END
$simulate_capacity$;
COMMENT ON FUNCTION slaops.simulate_capacity(text, jsonb, double precision, double precision, double precision, double precision, double precision) IS
'What if there were more or fewer people, tickets or minutes a ticket? A row a group of the views of create_marts in a schema, those that lack most first; with nothing changed the last rows of capacity_gap. extra_fte adds people by group, ''{"Tier 2": 2, "Tier 1": -2}'', or is an array of such plans, which are worked out at once, each with its rows; factors multiply expected arrivals and minutes a ticket; occupancy takes the place of the source''s, shrinkage is the part of paid time away on top of it; working_days are the days to look ahead, each group''s own of the next 28 where not given. Gives people now, then, to hold and to clear the backlog, and lacking; utilisation expected, and of the last 28 days; the backlog now and after these days, days until it is cleared, that day, and the mean wait of what comes meanwhile. Expected attainment is that of the group''s own clocks of a year which began behind such a queue (in working days of today''s people), attainment_cleared that of the half of days with the shorter queue, once the backlog can be cleared; NULL under 5 days or 30 clocks, whose numbers stand beside.';
