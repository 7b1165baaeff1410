-- Ticket histories: all events of one ticket as a value.

CREATE TYPE slaops.ticket_history;

CREATE FUNCTION slaops.ticket_history_in(text cstring)
RETURNS slaops.ticket_history
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_ticket_history_in';
COMMENT ON FUNCTION slaops.ticket_history_in(cstring) IS
'Reads a history in text form: a JSON list of events.';

CREATE FUNCTION slaops.ticket_history_out(history slaops.ticket_history)
RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_ticket_history_out';
COMMENT ON FUNCTION slaops.ticket_history_out(slaops.ticket_history) IS
'Prints a history''s events in order as a JSON list.';

CREATE FUNCTION slaops.ticket_history_recv(message internal)
RETURNS slaops.ticket_history
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_ticket_history_recv';
COMMENT ON FUNCTION slaops.ticket_history_recv(internal) IS
'Reads a history in binary form, checking all of it.';

CREATE FUNCTION slaops.ticket_history_send(history slaops.ticket_history)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_ticket_history_send';
COMMENT ON FUNCTION slaops.ticket_history_send(slaops.ticket_history) IS
'A history in binary form.';

CREATE TYPE slaops.ticket_history (
    INPUT = slaops.ticket_history_in,
    OUTPUT = slaops.ticket_history_out,
    RECEIVE = slaops.ticket_history_recv,
    SEND = slaops.ticket_history_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended
);
COMMENT ON TYPE slaops.ticket_history IS 'The events of one ticket in order, without duplicates.';

CREATE FUNCTION slaops.ticket_history_transition(
    state internal,
    event_at timestamptz,
    event_type text,
    actor_role text,
    actor text,
    field text,
    old_value text,
    new_value text,
    public boolean,
    seq bigint
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_ticket_history_transition';
COMMENT ON FUNCTION slaops.ticket_history_transition(
    internal, timestamptz, text, text, text, text, text, text, boolean, bigint
) IS
'Adds an event to the state of ticket_history.';

CREATE FUNCTION slaops.ticket_history_combine(state internal, other internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_ticket_history_combine';
COMMENT ON FUNCTION slaops.ticket_history_combine(internal, internal) IS
'Merges two states of ticket_history.';

CREATE FUNCTION slaops.ticket_history_serialize(state internal)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_ticket_history_serialize';
COMMENT ON FUNCTION slaops.ticket_history_serialize(internal) IS
'The state of ticket_history as bytes, between parallel workers.';

CREATE FUNCTION slaops.ticket_history_deserialize(bytes bytea, context internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_ticket_history_deserialize';
COMMENT ON FUNCTION slaops.ticket_history_deserialize(bytea, internal) IS
'The state of ticket_history from bytes.';

CREATE FUNCTION slaops.ticket_history_final(state internal)
RETURNS slaops.ticket_history
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_ticket_history_final';
COMMENT ON FUNCTION slaops.ticket_history_final(internal) IS
'The history of a state of ticket_history.';

CREATE AGGREGATE slaops.ticket_history(
    event_at timestamptz, event_type text, actor_role text, actor text,
    field text, old_value text, new_value text, public boolean, seq bigint
) (
    SFUNC = slaops.ticket_history_transition,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = slaops.ticket_history_final,
    COMBINEFUNC = slaops.ticket_history_combine,
    SERIALFUNC = slaops.ticket_history_serialize,
    DESERIALFUNC = slaops.ticket_history_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.ticket_history(
    timestamptz, text, text, text, text, text, text, boolean, bigint
) IS
'Collects the events of one ticket, in any order of rows; event_type is created, comment or the '
'field that changed, and seq orders events of one instant. Example: SELECT '
'slaops.ticket_history(event_at, event_type, actor_role, actor, NULL, old_value, new_value, '
'public, seq) FROM demo.ticket_events WHERE ticket_id = 1;';

CREATE FUNCTION slaops.ticket_history_merge(a slaops.ticket_history, b slaops.ticket_history)
RETURNS slaops.ticket_history
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_ticket_history_merge';
COMMENT ON FUNCTION slaops.ticket_history_merge(slaops.ticket_history, slaops.ticket_history) IS
'Merges two partial histories of the same ticket.';

CREATE AGGREGATE slaops.rollup(slaops.ticket_history) (
    SFUNC = slaops.ticket_history_merge,
    STYPE = slaops.ticket_history,
    COMBINEFUNC = slaops.ticket_history_merge,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.rollup(slaops.ticket_history) IS
'Merges partial histories of the same ticket, in any order, into one. Example: SELECT '
'slaops.rollup(part) FROM (VALUES (''[]''::slaops.ticket_history)) AS t (part);';
