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
'A clock segment by segment: state, open minutes, running total, the instant of a breach, and '
'holidays. Example: SELECT * FROM slaops.explain(''start '
'2026-01-05T09:00:00Z''::slaops.sla_clock, ''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''4 '
'hours'', ''2026-01-06 12:00Z'');';

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
'A clock segment by segment, by the name of a registered calendar. Example: SELECT * FROM '
'slaops.explain(''start 2026-01-05T09:00:00Z'', ''demo emea'', ''4 hours'', ''2026-01-06 '
'12:00Z'');';

CREATE TYPE slaops.sla_term AS (
    effective_from timestamptz,
    calendar_name text,
    target interval
);
COMMENT ON TYPE slaops.sla_term IS
'A calendar, by name or text form, and a target that apply to a clock from an instant on. The '
'earliest of a list also applies before its instant.';

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
'Called by standing with the terms column by column.';

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
'Status, times and due date of a clock whose calendar or target changes; target_at and '
'calendar_at choose which one counts: event, first, current or each. Example: SELECT * FROM '
'slaops.standing(''start 2026-01-05T09:00:00Z'', ARRAY[(''-infinity'', ''demo emea'', ''4 '
'hours'')]::slaops.sla_term[], ''2026-01-05 12:00Z'');';

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
'Called by explain_standing with the terms column by column.';

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
'A clock segment by segment whose calendar or target changes, with the switches of standing. '
'Example: SELECT * FROM slaops.explain_standing(''start 2026-01-05T09:00:00Z'', '
'ARRAY[(''-infinity'', ''demo emea'', ''4 hours'')]::slaops.sla_term[], ''2026-01-05 12:00Z'');';
