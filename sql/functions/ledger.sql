-- Clocks explained: a ledger of segments; and clocks whose calendar or target changes.

CREATE FUNCTION slaops.explain(
    clock slaops.sla_clock,
    cal slaops.calendar,
    target interval,
    as_of timestamptz
)
RETURNS TABLE (
    from_at timestamptz,
    to_at timestamptz,
    state text,
    open_minutes double precision,
    running_total double precision,
    crossed_at timestamptz,
    note text
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10
AS 'MODULE_PATHNAME', 'slaops_explain';
COMMENT ON FUNCTION slaops.explain(slaops.sla_clock, slaops.calendar, interval, timestamptz) IS
'A clock segment by segment: running, paused or stopped, the open minutes in it, the minutes run '
'by its end, when the target was crossed, and the holidays or closing that explain it.';

CREATE FUNCTION slaops.explain(
    clock slaops.sla_clock,
    calendar_name text,
    target interval,
    as_of timestamptz
)
RETURNS TABLE (
    from_at timestamptz,
    to_at timestamptz,
    state text,
    open_minutes double precision,
    running_total double precision,
    crossed_at timestamptz,
    note text
)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 10
AS 'MODULE_PATHNAME', 'slaops_explain_by_name';
COMMENT ON FUNCTION slaops.explain(slaops.sla_clock, text, interval, timestamptz) IS
'A clock segment by segment. By the name of a registered calendar.';

CREATE TYPE slaops.sla_term AS (
    effective_from timestamptz,
    calendar_name text,
    target interval
);
COMMENT ON TYPE slaops.sla_term IS
'What holds for a clock from an instant on: a calendar, by name or text form, and a target. The '
'earliest of a list also holds before its instant.';

CREATE FUNCTION slaops.standing_of(
    clock slaops.sla_clock,
    effective_from timestamptz[],
    calendar_names text[],
    targets interval[],
    as_of timestamptz,
    target_at text,
    calendar_at text,
    warn_fraction double precision,
    OUT status text,
    OUT started_at timestamptz,
    OUT stopped_at timestamptz,
    OUT elapsed_minutes double precision,
    OUT paused_minutes double precision,
    OUT target interval,
    OUT remaining_minutes double precision,
    OUT due_at timestamptz,
    OUT promised_due_at timestamptz,
    OUT breached_at timestamptz
)
RETURNS record
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_standing_terms';
COMMENT ON FUNCTION slaops.standing_of(
    slaops.sla_clock, timestamptz[], text[], interval[], timestamptz, text, text, double precision
) IS
'What slaops.standing calls, with the terms column by column.';

CREATE FUNCTION slaops.standing(
    clock slaops.sla_clock,
    terms slaops.sla_term[],
    as_of timestamptz,
    target_at text DEFAULT 'event',
    calendar_at text DEFAULT 'each',
    warn_fraction double precision DEFAULT 0.8,
    OUT status text,
    OUT started_at timestamptz,
    OUT stopped_at timestamptz,
    OUT elapsed_minutes double precision,
    OUT paused_minutes double precision,
    OUT target interval,
    OUT remaining_minutes double precision,
    OUT due_at timestamptz,
    OUT promised_due_at timestamptz,
    OUT breached_at timestamptz
)
RETURNS record
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT (slaops.standing_of(
        clock,
        ARRAY(SELECT term.effective_from FROM pg_catalog.unnest(terms) AS term),
        ARRAY(SELECT term.calendar_name FROM pg_catalog.unnest(terms) AS term),
        ARRAY(SELECT term.target FROM pg_catalog.unnest(terms) AS term),
        as_of,
        target_at,
        calendar_at,
        warn_fraction
    )).*;
END;
COMMENT ON FUNCTION slaops.standing(
    slaops.sla_clock, slaops.sla_term[], timestamptz, text, text, double precision
) IS
'Everything that a clock says at an instant when its calendar or target changes on the way. '
'target_at: the target in force when the clock started (event), the first, or the current one; '
'calendar_at: each in its time, or one of event, first, current. due_at is worked out with what is '
'known at as_of, promised_due_at with what was known at the start. A clock may have 1,000 terms.';

CREATE FUNCTION slaops.explain_standing_of(
    clock slaops.sla_clock,
    effective_from timestamptz[],
    calendar_names text[],
    targets interval[],
    as_of timestamptz,
    target_at text,
    calendar_at text
)
RETURNS TABLE (
    from_at timestamptz,
    to_at timestamptz,
    state text,
    open_minutes double precision,
    running_total double precision,
    crossed_at timestamptz,
    note text
)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 10
AS 'MODULE_PATHNAME', 'slaops_explain_terms';
COMMENT ON FUNCTION slaops.explain_standing_of(
    slaops.sla_clock, timestamptz[], text[], interval[], timestamptz, text, text
) IS
'What slaops.explain_standing calls, with the terms column by column.';

CREATE FUNCTION slaops.explain_standing(
    clock slaops.sla_clock,
    terms slaops.sla_term[],
    as_of timestamptz,
    target_at text DEFAULT 'event',
    calendar_at text DEFAULT 'each'
)
RETURNS TABLE (
    from_at timestamptz,
    to_at timestamptz,
    state text,
    open_minutes double precision,
    running_total double precision,
    crossed_at timestamptz,
    note text
)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    SELECT segment.*
    FROM slaops.explain_standing_of(
        clock,
        ARRAY(SELECT term.effective_from FROM pg_catalog.unnest(terms) AS term),
        ARRAY(SELECT term.calendar_name FROM pg_catalog.unnest(terms) AS term),
        ARRAY(SELECT term.target FROM pg_catalog.unnest(terms) AS term),
        as_of,
        target_at,
        calendar_at
    ) AS segment;
END;
COMMENT ON FUNCTION slaops.explain_standing(
    slaops.sla_clock, slaops.sla_term[], timestamptz, text, text
) IS
'A clock segment by segment when its calendar or target changes on the way; the switches are those '
'of slaops.standing. A clock may have 1,000 terms.';
