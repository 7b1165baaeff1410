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
'The signals of one metric of one ticket, sorted: start, pause, resume, stop, reopen, reset, '
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
'Joins two states of sla_clock_agg; right for every split of the rows.';

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
'Gathers the signals of one metric of one ticket, in any order of rows, into a clock.';

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
'As above, with a number that orders signals of the same instant.';

CREATE FUNCTION slaops.sla_clock_merge(a slaops.sla_clock, b slaops.sla_clock)
RETURNS slaops.sla_clock
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_sla_clock_merge';
COMMENT ON FUNCTION slaops.sla_clock_merge(slaops.sla_clock, slaops.sla_clock) IS
'One clock from two partial clocks of the same ticket.';

CREATE AGGREGATE slaops.rollup(slaops.sla_clock) (
    SFUNC = slaops.sla_clock_merge,
    STYPE = slaops.sla_clock,
    COMBINEFUNC = slaops.sla_clock_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.rollup(slaops.sla_clock) IS
'Merges partial clocks of the same ticket, in any order, into the clock of all their signals.';

CREATE FUNCTION slaops.elapsed_minutes(
    clock slaops.sla_clock,
    cal slaops.calendar,
    as_of timestamptz
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_elapsed_minutes';
COMMENT ON FUNCTION slaops.elapsed_minutes(slaops.sla_clock, slaops.calendar, timestamptz) IS
'Open minutes that the clock ran up to an instant; 0 before it starts.';

CREATE FUNCTION slaops.elapsed_minutes(clock slaops.sla_clock, cal slaops.calendar)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_elapsed_minutes_ended';
COMMENT ON FUNCTION slaops.elapsed_minutes(slaops.sla_clock, slaops.calendar) IS
'Open minutes that the clock ran; NULL while it still runs.';

CREATE FUNCTION slaops.paused_minutes(
    clock slaops.sla_clock,
    cal slaops.calendar,
    as_of timestamptz
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_paused_minutes';
COMMENT ON FUNCTION slaops.paused_minutes(slaops.sla_clock, slaops.calendar, timestamptz) IS
'Open minutes that the clock was paused up to an instant.';

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
'Open minutes left of the target at an instant; negative once it is missed.';

CREATE FUNCTION slaops.due_at(clock slaops.sla_clock, cal slaops.calendar, target interval)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_due_at';
COMMENT ON FUNCTION slaops.due_at(slaops.sla_clock, slaops.calendar, interval) IS
'When the target runs out; NULL while the clock is paused or before it starts; infinity if the '
'calendar never gets there.';

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
'When the target runs out, as known at an instant.';

CREATE FUNCTION slaops.breached_at(clock slaops.sla_clock, cal slaops.calendar, target interval)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_breached_at';
COMMENT ON FUNCTION slaops.breached_at(slaops.sla_clock, slaops.calendar, interval) IS
'When the target ran out, if the clock ran longer; for a running clock, when it will; NULL if '
'never.';

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
'When the target ran out, if the clock had run longer by an instant; else NULL.';

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
'not_started, active, at_risk (once warn_fraction of the target has passed), paused, met, breached '
'or canceled. To stop exactly on the target is to meet it.';

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
'Open minutes that the clock ran up to an instant; 0 before it starts. By the name of a registered '
'calendar.';

CREATE FUNCTION slaops.elapsed_minutes(clock slaops.sla_clock, calendar_name text)
RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_elapsed_minutes_ended_by_name';
COMMENT ON FUNCTION slaops.elapsed_minutes(slaops.sla_clock, text) IS
'Open minutes that the clock ran; NULL while it still runs. By the name of a registered calendar.';

CREATE FUNCTION slaops.paused_minutes(clock slaops.sla_clock, calendar_name text, as_of timestamptz)
RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_paused_minutes_by_name';
COMMENT ON FUNCTION slaops.paused_minutes(slaops.sla_clock, text, timestamptz) IS
'Open minutes that the clock was paused up to an instant. By the name of a registered calendar.';

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
'Open minutes left of the target at an instant; negative once it is missed. By the name of a '
'registered calendar.';

CREATE FUNCTION slaops.due_at(clock slaops.sla_clock, calendar_name text, target interval)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_due_at_by_name';
COMMENT ON FUNCTION slaops.due_at(slaops.sla_clock, text, interval) IS
'When the target runs out; NULL while the clock is paused or before it starts; infinity if the '
'calendar never gets there. By the name of a registered calendar.';

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
'When the target runs out, as known at an instant. By the name of a registered calendar.';

CREATE FUNCTION slaops.breached_at(clock slaops.sla_clock, calendar_name text, target interval)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_breached_at_by_name';
COMMENT ON FUNCTION slaops.breached_at(slaops.sla_clock, text, interval) IS
'When the target ran out, if the clock ran longer; for a running clock, when it will; NULL if '
'never. By the name of a registered calendar.';

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
'When the target ran out, if the clock had run longer by an instant; else NULL. By the name of a '
'registered calendar.';

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
'not_started, active, at_risk (once warn_fraction of the target has passed), paused, met, breached '
'or canceled. To stop exactly on the target is to meet it. By the name of a registered calendar.';
