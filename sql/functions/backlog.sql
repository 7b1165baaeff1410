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
'A ticket at each instant at which it was open: wall and open minutes of age, minutes past target '
'over its open clocks, and its risk. The ticket is a row of any relation with the columns of '
'tickets. Example: SELECT b.* FROM demo.tickets AS t, slaops.backlog_snapshots(t, ''[]'', '
'ARRAY[t.created_at + ''1 hour''], ''demo'') AS b LIMIT 5;';

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
'A ticket at each instant at which it was open: wall and open minutes of age, minutes past target '
'over its open clocks, and its risk. The ticket is a JSON object.';

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
        RAISE EXCEPTION 'from_at and to_at must be finite, not % and %', from_at, to_at
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave no end at infinity.';
    END IF;
    IF extract(epoch FROM step) <= 0 THEN
        RAISE EXCEPTION 'step must be positive, not %', step
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a step such as ''1 day''.';
    END IF;
    IF extract(epoch FROM to_at - from_at) / extract(epoch FROM step) > most THEN
        RAISE EXCEPTION 'at most % instants are allowed, and % to % by % has more',
            most, from_at, to_at, step
            USING ERRCODE = 'program_limit_exceeded',
                  HINT = 'Give a longer step or a shorter period.';
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
'Instants a step of local time apart, so that a day stays a day when clocks change. Example: '
'SELECT slaops.instants(''2026-03-28 00:00+01'', ''2026-03-31 00:00+02'', ''1 day'', '
'''Europe/Berlin'');';

CREATE FUNCTION slaops.backlog_at(
    opened timestamptz[],
    closed timestamptz[],
    instants timestamptz[]
)
RETURNS TABLE (at timestamptz, opened bigint, closed bigint, open bigint)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 400 COST 1000
AS 'MODULE_PATHNAME', 'slaops_backlog_at';
COMMENT ON FUNCTION slaops.backlog_at(timestamptz[], timestamptz[], timestamptz[]) IS
'Periods open at each instant, and how many opened and closed since the instant before. Example: '
'SELECT b.* FROM (SELECT array_agg(created_at) AS opened, array_agg(solved_at) AS closed FROM '
'demo.tickets) AS t, slaops.backlog_at(opened, closed, ARRAY[''2025-12-01Z''::timestamptz]) AS b;';

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
'Periods open at instants a step of local time apart, and how many opened and closed since the '
'instant before. Example: SELECT b.* FROM (SELECT array_agg(created_at) AS opened, '
'array_agg(solved_at) AS closed FROM demo.tickets) AS t, slaops.backlog_at(opened, closed, '
'''2025-12-01Z'', ''2025-12-08Z'') AS b;';
