-- The backlog: how open tickets stood at past instants, and how many there were.

CREATE FUNCTION slaops.backlog_snapshots(
    ticket record,
    history slaops.ticket_history,
    instants timestamptz[],
    policy_set text DEFAULT 'current'
)
RETURNS TABLE (
    snapshot_at timestamptz,
    status text,
    state text,
    group_name text,
    assignee text,
    priority text,
    policy text,
    age_minutes double precision,
    business_age_minutes double precision,
    sla_debt_minutes double precision,
    breached_clocks integer,
    risk text,
    next_due_at timestamptz
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 3 COST 200
AS 'MODULE_PATHNAME', 'slaops_backlog_snapshots';
COMMENT ON FUNCTION slaops.backlog_snapshots(record, slaops.ticket_history, timestamptz[], text) IS
'How a ticket stood at each of the instants at which it was open, from its events until then: age '
'by the wall clock and in open minutes of its calendar, minutes past target summed over its open '
'clocks, and the gravest of them: breached, at_risk, on_track or no_target. The ticket is a row of '
'any table or view with the columns of tickets. There may be 1,000,000 instants.';

CREATE FUNCTION slaops.backlog_snapshots(
    ticket jsonb,
    history slaops.ticket_history,
    instants timestamptz[],
    policy_set text DEFAULT 'current'
)
RETURNS TABLE (
    snapshot_at timestamptz,
    status text,
    state text,
    group_name text,
    assignee text,
    priority text,
    policy text,
    age_minutes double precision,
    business_age_minutes double precision,
    sla_debt_minutes double precision,
    breached_clocks integer,
    risk text,
    next_due_at timestamptz
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 3 COST 200
AS 'MODULE_PATHNAME', 'slaops_backlog_snapshots_json';
COMMENT ON FUNCTION slaops.backlog_snapshots(jsonb, slaops.ticket_history, timestamptz[], text) IS
'How a ticket stood at each of the instants at which it was open, from its events until then: age '
'by the wall clock and in open minutes of its calendar, minutes past target summed over its open '
'clocks, and the gravest of them: breached, at_risk, on_track or no_target. The ticket is a JSON '
'object. There may be 1,000,000 instants.';

CREATE FUNCTION slaops.instants(
    from_at timestamptz,
    to_at timestamptz,
    step interval DEFAULT '1 day',
    time_zone text DEFAULT 'UTC'
)
RETURNS timestamptz[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $instants$
DECLARE
    most CONSTANT bigint := 1000000;
BEGIN
    IF NOT isfinite(from_at) OR NOT isfinite(to_at) THEN
        RAISE EXCEPTION 'instants from % to % have no end', from_at, to_at
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give finite instants.';
    END IF;
    IF extract(epoch FROM step) <= 0 THEN
        RAISE EXCEPTION 'a step of % leads nowhere', step
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a step above zero, such as ''1 day''.';
    END IF;
    IF extract(epoch FROM to_at - from_at) / extract(epoch FROM step) > most THEN
        RAISE EXCEPTION 'more than % instants from % to % by %', most, from_at, to_at, step
            USING ERRCODE = 'program_limit_exceeded',
                  HINT = 'Give a longer step or a shorter time.';
    END IF;
    RETURN (
        SELECT coalesce(array_agg(timezone(time_zone, moment.local) ORDER BY moment.local), '{}')
        FROM generate_series(
            timezone(time_zone, from_at),
            timezone(time_zone, to_at),
            step
        ) AS moment (local)
    );
END
$instants$;
COMMENT ON FUNCTION slaops.instants(timestamptz, timestamptz, interval, text) IS
'Instants from one to another by a step of local time, so that a day is a day when clocks change: '
'instants(from_at, to_at, ''1 day'', ''Europe/Berlin'').';

CREATE FUNCTION slaops.backlog_at(
    opened timestamptz[],
    closed timestamptz[],
    instants timestamptz[]
)
RETURNS TABLE (at timestamptz, opened bigint, closed bigint, open bigint)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 400 COST 1000
AS 'MODULE_PATHNAME', 'slaops_backlog_at';
COMMENT ON FUNCTION slaops.backlog_at(timestamptz[], timestamptz[], timestamptz[]) IS
'How many periods are open at each instant, and how many opened and closed since the instant '
'before, in one sweep over the ends: SELECT group_name, b.* FROM (SELECT group_name, '
'array_agg(created_at) AS opened, array_agg(solved_at) AS closed FROM tickets GROUP BY group_name) '
'AS g, slaops.backlog_at(opened, closed, ARRAY[now()]) AS b. There may be 10,000,000 periods and '
'1,000,000 instants.';

CREATE FUNCTION slaops.backlog_at(
    opened timestamptz[],
    closed timestamptz[],
    from_at timestamptz,
    to_at timestamptz,
    step interval DEFAULT '1 day',
    time_zone text DEFAULT 'UTC'
)
RETURNS TABLE (at timestamptz, opened bigint, closed bigint, open bigint)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 400
BEGIN ATOMIC
    SELECT
        backlog.at,
        backlog.opened,
        backlog.closed,
        backlog.open
    FROM slaops.backlog_at(
        opened,
        closed,
        slaops.instants(from_at, to_at, step, time_zone)
    ) AS backlog;
END;
COMMENT ON FUNCTION slaops.backlog_at(
    timestamptz[], timestamptz[], timestamptz, timestamptz, interval, text
) IS
'How many periods are open at instants a step of local time apart, and how many opened and closed '
'since the instant before. There may be 10,000,000 periods and 1,000,000 instants.';
