-- A ticket's life in one row.

CREATE FUNCTION slaops.ticket_lifecycle(
    ticket record,
    history slaops.ticket_history,
    policy_set text DEFAULT 'current',
    as_of timestamptz DEFAULT slaops.as_of()
)
RETURNS TABLE (
    created_at timestamptz,
    first_assigned_at timestamptz,
    first_response_at timestamptz,
    first_response_by text,
    first_solved_at timestamptz,
    solved_at timestamptz,
    closed_at timestamptz,
    is_open boolean,
    status text,
    state text,
    group_name text,
    assignee text,
    priority text,
    policy text,
    calendar_name text,
    states text[],
    groups text[],
    group_minutes double precision[],
    reopens integer,
    open_from timestamptz[],
    open_to timestamptz[],
    handoffs integer,
    escalations integer,
    assignments integer,
    agent_replies integer,
    customer_replies integer,
    internal_notes integer,
    cycle_minutes double precision,
    business_cycle_minutes double precision,
    new_minutes double precision,
    open_minutes double precision,
    pending_minutes double precision,
    hold_minutes double precision,
    settled boolean,
    last_event_at timestamptz,
    next_event_at timestamptz
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 1 COST 100
AS 'MODULE_PATHNAME', 'slaops_ticket_lifecycle';
COMMENT ON FUNCTION slaops.ticket_lifecycle(record, slaops.ticket_history, text, timestamptz) IS
'The life of a ticket up to as_of in one row: answers, solutions, reopens, groups, wall minutes '
'to the solution and open minutes in each state. The ticket is a row of any relation with the '
'columns of tickets. Example: SELECT l.* FROM demo.tickets AS t, slaops.ticket_lifecycle(t, '
'''[]'', ''demo'') AS l LIMIT 5;';

CREATE FUNCTION slaops.ticket_lifecycle(
    ticket jsonb,
    history slaops.ticket_history,
    policy_set text DEFAULT 'current',
    as_of timestamptz DEFAULT slaops.as_of()
)
RETURNS TABLE (
    created_at timestamptz,
    first_assigned_at timestamptz,
    first_response_at timestamptz,
    first_response_by text,
    first_solved_at timestamptz,
    solved_at timestamptz,
    closed_at timestamptz,
    is_open boolean,
    status text,
    state text,
    group_name text,
    assignee text,
    priority text,
    policy text,
    calendar_name text,
    states text[],
    groups text[],
    group_minutes double precision[],
    reopens integer,
    open_from timestamptz[],
    open_to timestamptz[],
    handoffs integer,
    escalations integer,
    assignments integer,
    agent_replies integer,
    customer_replies integer,
    internal_notes integer,
    cycle_minutes double precision,
    business_cycle_minutes double precision,
    new_minutes double precision,
    open_minutes double precision,
    pending_minutes double precision,
    hold_minutes double precision,
    settled boolean,
    last_event_at timestamptz,
    next_event_at timestamptz
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 1 COST 100
AS 'MODULE_PATHNAME', 'slaops_ticket_lifecycle_json';
COMMENT ON FUNCTION slaops.ticket_lifecycle(jsonb, slaops.ticket_history, text, timestamptz) IS
'The life of a ticket up to as_of in one row: answers, solutions, reopens, groups, wall minutes '
'to the solution and open minutes in each state. The ticket is a JSON object.';

CREATE FUNCTION slaops.history_events(history slaops.ticket_history)
RETURNS TABLE (
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
LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 6
AS 'MODULE_PATHNAME', 'slaops_history_events';
COMMENT ON FUNCTION slaops.history_events(slaops.ticket_history) IS
'The events of a history as rows in order, without duplicates. Example: SELECT * FROM '
'slaops.history_events(''[{"event_at": "2026-01-05T09:00:00Z", "event_type": "created"}]'');';

CREATE FUNCTION slaops.event_transitions(
    history slaops.ticket_history,
    policy_set text DEFAULT 'current',
    as_of timestamptz DEFAULT slaops.as_of()
)
RETURNS TABLE (
    event_number bigint,
    activity text,
    event_at timestamptz,
    actor_role text,
    actor text,
    next_activity text,
    next_event_at timestamptz,
    minutes double precision,
    seq bigint,
    old_value text,
    new_value text,
    state text,
    times bigint
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 6
AS 'MODULE_PATHNAME', 'slaops_event_transitions';
COMMENT ON FUNCTION slaops.event_transitions(slaops.ticket_history, text, timestamptz) IS
'The events of a history up to as_of as activities, each with the next one and the minutes between '
'them by the wall clock. A status has the name of its state in the policy set. state is the one of '
'the last change of status. times is the number of occurrences of the activity so far, without '
'those while the ticket was solved or closed. '
'Example: SELECT * FROM slaops.event_transitions(''[{"event_at": "2026-01-05T09:00:00Z", '
'"event_type": "created"}]'', ''demo'');';
