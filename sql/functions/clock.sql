-- SLA clocks: the history of one metric of one ticket.

CREATE TYPE slaops.sla_clock;

CREATE FUNCTION slaops.sla_clock_in(text cstring)
RETURNS slaops.sla_clock
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_in';
COMMENT ON FUNCTION slaops.sla_clock_in(cstring) IS
'Reads a clock in text form.';

CREATE FUNCTION slaops.sla_clock_out(clock slaops.sla_clock)
RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_out';
COMMENT ON FUNCTION slaops.sla_clock_out(slaops.sla_clock) IS
'Prints a clock''s signals in order of effect.';

CREATE FUNCTION slaops.sla_clock_recv(message internal)
RETURNS slaops.sla_clock
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_recv';
COMMENT ON FUNCTION slaops.sla_clock_recv(internal) IS
'Reads a clock in binary form, checking all of it.';

CREATE FUNCTION slaops.sla_clock_send(clock slaops.sla_clock)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_send';
COMMENT ON FUNCTION slaops.sla_clock_send(slaops.sla_clock) IS
'A clock in binary form.';

CREATE TYPE slaops.sla_clock (
    INPUT = slaops.sla_clock_in,
    OUTPUT = slaops.sla_clock_out,
    RECEIVE = slaops.sla_clock_recv,
    SEND = slaops.sla_clock_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended
);
COMMENT ON TYPE slaops.sla_clock IS
'The signals of one metric of one ticket in order: start, pause, resume, stop, reopen, reset, '
'cancel.';

CREATE FUNCTION slaops.sla_clock_transition(state internal, at timestamptz, signal text)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_transition';
COMMENT ON FUNCTION slaops.sla_clock_transition(internal, timestamptz, text) IS
'Adds a signal to the state of sla_clock_agg.';

CREATE FUNCTION slaops.sla_clock_transition(state internal, at timestamptz, signal text, seq bigint)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_transition_seq';
COMMENT ON FUNCTION slaops.sla_clock_transition(internal, timestamptz, text, bigint) IS
'Adds a numbered signal to the state of sla_clock_agg.';

CREATE FUNCTION slaops.sla_clock_combine(state internal, other internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_combine';
COMMENT ON FUNCTION slaops.sla_clock_combine(internal, internal) IS
'Merges two states of sla_clock_agg.';

CREATE FUNCTION slaops.sla_clock_serialize(state internal)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_serialize';
COMMENT ON FUNCTION slaops.sla_clock_serialize(internal) IS
'The state of sla_clock_agg as bytes, between parallel workers.';

CREATE FUNCTION slaops.sla_clock_deserialize(bytes bytea, context internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_deserialize';
COMMENT ON FUNCTION slaops.sla_clock_deserialize(bytea, internal) IS
'The state of sla_clock_agg from bytes.';

CREATE FUNCTION slaops.sla_clock_final(state internal)
RETURNS slaops.sla_clock
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_final';
COMMENT ON FUNCTION slaops.sla_clock_final(internal) IS
'The clock of a state of sla_clock_agg.';

CREATE AGGREGATE slaops.sla_clock_agg(at timestamptz, signal text) (
    SFUNC = slaops.sla_clock_transition,
    STYPE = internal,
    SSPACE = 256,
    FINALFUNC = slaops.sla_clock_final,
    COMBINEFUNC = slaops.sla_clock_combine,
    SERIALFUNC = slaops.sla_clock_serialize,
    DESERIALFUNC = slaops.sla_clock_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.sla_clock_agg(timestamptz, text) IS
'Collects the signals of one metric of one ticket, in any order of rows, into a clock. Example: '
'SELECT slaops.sla_clock_agg(at, signal) FROM (VALUES (''2026-01-05 09:00Z''::timestamptz, '
'''start''), (''2026-01-05 12:00Z'', ''stop'')) AS s (at, signal);';

CREATE AGGREGATE slaops.sla_clock_agg(at timestamptz, signal text, seq bigint) (
    SFUNC = slaops.sla_clock_transition,
    STYPE = internal,
    SSPACE = 256,
    FINALFUNC = slaops.sla_clock_final,
    COMBINEFUNC = slaops.sla_clock_combine,
    SERIALFUNC = slaops.sla_clock_serialize,
    DESERIALFUNC = slaops.sla_clock_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.sla_clock_agg(timestamptz, text, bigint) IS
'Like sla_clock_agg(at, signal), with a number that orders signals of the same instant. Example: '
'SELECT slaops.sla_clock_agg(at, signal, seq) FROM (VALUES (''2026-01-05 09:00Z''::timestamptz, '
'''start'', 1), (''2026-01-05 09:00Z'', ''stop'', 2)) AS s (at, signal, seq);';

CREATE FUNCTION slaops.sla_clock_merge(a slaops.sla_clock, b slaops.sla_clock)
RETURNS slaops.sla_clock
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_merge';
COMMENT ON FUNCTION slaops.sla_clock_merge(slaops.sla_clock, slaops.sla_clock) IS
'Merges two partial clocks of the same ticket.';

CREATE AGGREGATE slaops.rollup(slaops.sla_clock) (
    SFUNC = slaops.sla_clock_merge,
    STYPE = slaops.sla_clock,
    COMBINEFUNC = slaops.sla_clock_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.rollup(slaops.sla_clock) IS
'Merges partial clocks of the same ticket, in any order, into one. Example: SELECT '
'slaops.rollup(part) FROM (VALUES (''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock)) AS t (part);';

CREATE FUNCTION slaops.elapsed_minutes(
    clock slaops.sla_clock,
    cal slaops.calendar,
    as_of timestamptz
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_elapsed_minutes';
COMMENT ON FUNCTION slaops.elapsed_minutes(slaops.sla_clock, slaops.calendar, timestamptz) IS
'Open minutes that a clock ran up to an instant; 0 before it starts. Example: SELECT '
'slaops.elapsed_minutes(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, '
'''2026-01-05 11:00Z'');';

CREATE FUNCTION slaops.elapsed_minutes(clock slaops.sla_clock, cal slaops.calendar)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_elapsed_minutes_ended';
COMMENT ON FUNCTION slaops.elapsed_minutes(slaops.sla_clock, slaops.calendar) IS
'Open minutes that a clock ran; NULL while it runs. Example: SELECT '
'slaops.elapsed_minutes(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar);';

CREATE FUNCTION slaops.paused_minutes(
    clock slaops.sla_clock,
    cal slaops.calendar,
    as_of timestamptz
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_paused_minutes';
COMMENT ON FUNCTION slaops.paused_minutes(slaops.sla_clock, slaops.calendar, timestamptz) IS
'Open minutes that a clock was paused up to an instant. Example: SELECT '
'slaops.paused_minutes(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, '
'''2026-01-05 11:00Z'');';

CREATE FUNCTION slaops.remaining_minutes(
    clock slaops.sla_clock,
    cal slaops.calendar,
    target interval,
    as_of timestamptz
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_remaining_minutes';
COMMENT ON FUNCTION slaops.remaining_minutes(
    slaops.sla_clock, slaops.calendar, interval, timestamptz
) IS
'Open minutes left of a target at an instant; negative once it is missed. Example: SELECT '
'slaops.remaining_minutes(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''4 '
'hours'', ''2026-01-05 11:00Z'');';

CREATE FUNCTION slaops.due_at(clock slaops.sla_clock, cal slaops.calendar, target interval)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_due_at';
COMMENT ON FUNCTION slaops.due_at(slaops.sla_clock, slaops.calendar, interval) IS
'The instant at which a target runs out; NULL before the start and during a pause, infinity if '
'never. Example: SELECT slaops.due_at(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''4 '
'hours'');';

CREATE FUNCTION slaops.due_at(
    clock slaops.sla_clock,
    cal slaops.calendar,
    target interval,
    as_of timestamptz
)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_due_at';
COMMENT ON FUNCTION slaops.due_at(slaops.sla_clock, slaops.calendar, interval, timestamptz) IS
'The instant at which a target runs out, as known at as_of. Example: SELECT slaops.due_at(''start '
'2026-01-05T09:00:00Z, stop 2026-01-05T12:00:00Z''::slaops.sla_clock, ''Mo-Fr 09:00-17:00 @ '
'UTC''::slaops.calendar, ''4 hours'', ''2026-01-05 11:00Z'');';

CREATE FUNCTION slaops.breached_at(clock slaops.sla_clock, cal slaops.calendar, target interval)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_breached_at';
COMMENT ON FUNCTION slaops.breached_at(slaops.sla_clock, slaops.calendar, interval) IS
'The instant at which a target ran out, or will if the clock still runs; NULL if it never does. '
'Example: SELECT slaops.breached_at(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2 '
'hours'');';

CREATE FUNCTION slaops.breached_at(
    clock slaops.sla_clock,
    cal slaops.calendar,
    target interval,
    as_of timestamptz
)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_breached_at';
COMMENT ON FUNCTION slaops.breached_at(slaops.sla_clock, slaops.calendar, interval, timestamptz) IS
'The instant at which a target ran out, if that was by as_of; else NULL. Example: SELECT '
'slaops.breached_at(''start 2026-01-05T09:00:00Z, stop 2026-01-05T12:00:00Z''::slaops.sla_clock, '
'''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2 hours'', ''2026-01-05 12:00Z'');';

CREATE FUNCTION slaops.sla_status(
    clock slaops.sla_clock,
    cal slaops.calendar,
    target interval,
    as_of timestamptz,
    warn_fraction double precision DEFAULT 0.8
)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_status';
COMMENT ON FUNCTION slaops.sla_status(
    slaops.sla_clock, slaops.calendar, interval, timestamptz, double precision
) IS
'not_started, active, at_risk (warn_fraction of the target has passed), paused, met, breached or '
'cancelled; a stop exactly on the target is met. Example: SELECT slaops.sla_status(''start '
'2026-01-05T09:00:00Z, stop 2026-01-05T12:00:00Z''::slaops.sla_clock, ''Mo-Fr 09:00-17:00 @ '
'UTC''::slaops.calendar, ''4 hours'', ''2026-01-05 12:00Z'');';

-- The same by the name of a registered calendar.

CREATE FUNCTION slaops.elapsed_minutes(
    clock slaops.sla_clock,
    calendar_name text,
    as_of timestamptz
)
RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_elapsed_minutes_by_name';
COMMENT ON FUNCTION slaops.elapsed_minutes(slaops.sla_clock, text, timestamptz) IS
'Open minutes that a clock ran up to an instant; 0 before it starts. By the name of a registered '
'calendar. Example: SELECT slaops.elapsed_minutes(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''demo emea'', ''2026-01-05 11:00Z'');';

CREATE FUNCTION slaops.elapsed_minutes(clock slaops.sla_clock, calendar_name text)
RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_elapsed_minutes_ended_by_name';
COMMENT ON FUNCTION slaops.elapsed_minutes(slaops.sla_clock, text) IS
'Open minutes that a clock ran; NULL while it runs. By the name of a registered calendar. '
'Example: SELECT slaops.elapsed_minutes(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''demo emea'');';

CREATE FUNCTION slaops.paused_minutes(clock slaops.sla_clock, calendar_name text, as_of timestamptz)
RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_paused_minutes_by_name';
COMMENT ON FUNCTION slaops.paused_minutes(slaops.sla_clock, text, timestamptz) IS
'Open minutes that a clock was paused up to an instant. By the name of a registered calendar. '
'Example: SELECT slaops.paused_minutes(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''demo emea'', ''2026-01-05 11:00Z'');';

CREATE FUNCTION slaops.remaining_minutes(
    clock slaops.sla_clock,
    calendar_name text,
    target interval,
    as_of timestamptz
)
RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_remaining_minutes_by_name';
COMMENT ON FUNCTION slaops.remaining_minutes(slaops.sla_clock, text, interval, timestamptz) IS
'Open minutes left of a target at an instant; negative once it is missed. By the name of a '
'registered calendar. Example: SELECT slaops.remaining_minutes(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''demo emea'', ''4 hours'', ''2026-01-05 11:00Z'');';

CREATE FUNCTION slaops.due_at(clock slaops.sla_clock, calendar_name text, target interval)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_due_at_by_name';
COMMENT ON FUNCTION slaops.due_at(slaops.sla_clock, text, interval) IS
'The instant at which a target runs out; NULL before the start and during a pause, infinity if '
'never. By the name of a registered calendar. Example: SELECT slaops.due_at(''start '
'2026-01-05T09:00:00Z, stop 2026-01-05T12:00:00Z''::slaops.sla_clock, ''demo emea'', ''4 hours'');';

CREATE FUNCTION slaops.due_at(
    clock slaops.sla_clock,
    calendar_name text,
    target interval,
    as_of timestamptz
)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_due_at_by_name';
COMMENT ON FUNCTION slaops.due_at(slaops.sla_clock, text, interval, timestamptz) IS
'The instant at which a target runs out, as known at as_of. By the name of a registered calendar. '
'Example: SELECT slaops.due_at(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''demo emea'', ''4 hours'', ''2026-01-05 11:00Z'');';

CREATE FUNCTION slaops.breached_at(clock slaops.sla_clock, calendar_name text, target interval)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_breached_at_by_name';
COMMENT ON FUNCTION slaops.breached_at(slaops.sla_clock, text, interval) IS
'The instant at which a target ran out, or will if the clock still runs; NULL if it never does. '
'By the name of a registered calendar. Example: SELECT slaops.breached_at(''start '
'2026-01-05T09:00:00Z, stop 2026-01-05T12:00:00Z''::slaops.sla_clock, ''demo emea'', ''2 hours'');';

CREATE FUNCTION slaops.breached_at(
    clock slaops.sla_clock,
    calendar_name text,
    target interval,
    as_of timestamptz
)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_breached_at_by_name';
COMMENT ON FUNCTION slaops.breached_at(slaops.sla_clock, text, interval, timestamptz) IS
'The instant at which a target ran out, if that was by as_of; else NULL. By the name of a '
'registered calendar. Example: SELECT slaops.breached_at(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''demo emea'', ''2 hours'', ''2026-01-05 12:00Z'');';

CREATE FUNCTION slaops.sla_status(
    clock slaops.sla_clock,
    calendar_name text,
    target interval,
    as_of timestamptz,
    warn_fraction double precision DEFAULT 0.8
)
RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_status_by_name';
COMMENT ON FUNCTION slaops.sla_status(
    slaops.sla_clock, text, interval, timestamptz, double precision
) IS
'not_started, active, at_risk (warn_fraction of the target has passed), paused, met, breached or '
'cancelled; a stop exactly on the target is met. By the name of a registered calendar. Example: '
'SELECT slaops.sla_status(''start 2026-01-05T09:00:00Z, stop '
'2026-01-05T12:00:00Z''::slaops.sla_clock, ''demo emea'', ''4 hours'', ''2026-01-05 12:00Z'');';
