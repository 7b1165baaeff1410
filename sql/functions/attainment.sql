-- Targets met and breached, which policy a ticket has, and rates with their intervals.

-- A worker of Citus has an instant of its own, and does not hear of a SET on the coordinator: the
-- figures of one answer would be of several instants. Citus names its connections.
CREATE FUNCTION slaops.refuse_own_instant()
RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $refuse_own_instant$
BEGIN
    RAISE EXCEPTION 'slaops.as_of is not set on this worker: each node would answer of its own '
        'instant'
        USING
            ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Give as_of, or BEGIN; SET LOCAL citus.propagate_set_commands = ''local''; '
                'SET LOCAL slaops.as_of = ''...'';';
END
$refuse_own_instant$;
COMMENT ON FUNCTION slaops.refuse_own_instant() IS
'Raises the error of as_of() on a worker of a distributed query.';

CREATE FUNCTION slaops.as_of()
RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(
    CASE
        WHEN pg_catalog.current_setting('slaops.as_of', true) OPERATOR(pg_catalog.<>) ''
            THEN pg_catalog.current_setting('slaops.as_of', true)::pg_catalog.timestamptz
    END,
    CASE
        WHEN pg_catalog.current_setting('application_name')
            OPERATOR(pg_catalog.~~) 'citus\_% gpid=%'
            THEN slaops.refuse_own_instant()
    END,
    pg_catalog.statement_timestamp()
);
COMMENT ON FUNCTION slaops.as_of() IS
'The instant at which views give their figures: the setting slaops.as_of, else now. On a worker of '
'Citus it must be set. Example: SELECT slaops.as_of();';

CREATE FUNCTION slaops.sla_attainment(
    ticket record,
    history slaops.ticket_history,
    policy_set text DEFAULT 'current',
    as_of timestamptz DEFAULT slaops.as_of(),
    calendar text DEFAULT NULL,
    targets_only boolean DEFAULT false
)
RETURNS TABLE (
    metric text,
    cycle integer,
    policy text,
    priority text,
    calendar_name text,
    target interval,
    target_minutes double precision,
    started_at timestamptz,
    stopped_at timestamptz,
    elapsed_minutes double precision,
    paused_minutes double precision,
    margin_minutes double precision,
    due_at timestamptz,
    promised_due_at timestamptz,
    breached_at timestamptz,
    status text,
    group_name text,
    last_group text,
    cause_status text,
    status_shares jsonb,
    cause_group text,
    group_shares jsonb,
    clock slaops.sla_clock
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 8 COST 500
AS 'MODULE_PATHNAME', 'slaops_sla_attainment';
COMMENT ON FUNCTION slaops.sla_attainment(
    record, slaops.ticket_history, text, timestamptz, text, boolean
) IS
'Every metric and cycle of a ticket against a policy set, one row each; times are open minutes. '
'The ticket is a row of any relation with the columns of tickets; calendar replaces every '
'calendar but 24x7; targets_only leaves out clocks without a target. Example: SELECT a.* FROM '
'demo.tickets AS t, slaops.sla_attainment(t, ''[]'', ''demo'') AS a LIMIT 5;';

CREATE FUNCTION slaops.match_policy(
    ticket record,
    policy_set text DEFAULT 'current',
    at timestamptz DEFAULT slaops.as_of()
)
RETURNS text
LANGUAGE c STABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'slaops_match_policy';
COMMENT ON FUNCTION slaops.match_policy(record, text, timestamptz) IS
'The first policy of a set that matches a ticket at an instant, NULL if none does. The ticket is '
'a row of any relation with the columns of tickets. Example: SELECT slaops.match_policy(t, '
'''demo'') FROM demo.tickets AS t LIMIT 5;';

CREATE FUNCTION slaops.explain_policy(
    ticket record,
    policy_set text DEFAULT 'current',
    at timestamptz DEFAULT slaops.as_of()
)
RETURNS TABLE (rank integer, policy text, chosen boolean, reason text)
LANGUAGE c STABLE PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'slaops_explain_policy';
COMMENT ON FUNCTION slaops.explain_policy(record, text, timestamptz) IS
'Every policy of a set in order, with the reason why it matches a ticket or not. The ticket is a '
'row of any relation with the columns of tickets. Example: SELECT e.* FROM demo.tickets AS t, '
'slaops.explain_policy(t, ''demo'') AS e LIMIT 5;';

CREATE FUNCTION slaops.sla_attainment(
    ticket jsonb,
    history slaops.ticket_history,
    policy_set text DEFAULT 'current',
    as_of timestamptz DEFAULT slaops.as_of(),
    calendar text DEFAULT NULL,
    targets_only boolean DEFAULT false
)
RETURNS TABLE (
    metric text,
    cycle integer,
    policy text,
    priority text,
    calendar_name text,
    target interval,
    target_minutes double precision,
    started_at timestamptz,
    stopped_at timestamptz,
    elapsed_minutes double precision,
    paused_minutes double precision,
    margin_minutes double precision,
    due_at timestamptz,
    promised_due_at timestamptz,
    breached_at timestamptz,
    status text,
    group_name text,
    last_group text,
    cause_status text,
    status_shares jsonb,
    cause_group text,
    group_shares jsonb,
    clock slaops.sla_clock
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 8 COST 500
AS 'MODULE_PATHNAME', 'slaops_sla_attainment_json';
COMMENT ON FUNCTION slaops.sla_attainment(
    jsonb, slaops.ticket_history, text, timestamptz, text, boolean
) IS
'Every metric and cycle of a ticket against a policy set, one row each; times are open minutes. '
'The ticket is a JSON object. Example: SELECT * FROM slaops.sla_attainment(''{"priority": "high", '
'"created_at": "2026-01-05T09:00:00Z"}''::jsonb, ''[]'', ''demo'', ''2026-01-05 12:00Z'', ''Mo-Fr '
'09:00-17:00 @ UTC'');';

CREATE FUNCTION slaops.match_policy(
    ticket jsonb,
    policy_set text DEFAULT 'current',
    at timestamptz DEFAULT slaops.as_of()
)
RETURNS text
LANGUAGE c STABLE PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'slaops_match_policy_json';
COMMENT ON FUNCTION slaops.match_policy(jsonb, text, timestamptz) IS
'The first policy of a set that matches a ticket at an instant, NULL if none does. The ticket is '
'a JSON object. Example: SELECT slaops.match_policy(''{"priority": "urgent"}''::jsonb, ''demo'');';

CREATE FUNCTION slaops.explain_policy(
    ticket jsonb,
    policy_set text DEFAULT 'current',
    at timestamptz DEFAULT slaops.as_of()
)
RETURNS TABLE (rank integer, policy text, chosen boolean, reason text)
LANGUAGE c STABLE PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'slaops_explain_policy_json';
COMMENT ON FUNCTION slaops.explain_policy(jsonb, text, timestamptz) IS
'Every policy of a set in order, with the reason why it matches a ticket or not. The ticket is a '
'JSON object. Example: SELECT * FROM slaops.explain_policy(''{"priority": "urgent"}''::jsonb, '
'''demo'');';

CREATE FUNCTION slaops.times_in_status(
    ticket record,
    history slaops.ticket_history,
    calendar text DEFAULT '24/7 @ UTC',
    as_of timestamptz DEFAULT slaops.as_of(),
    since timestamptz DEFAULT NULL,
    until timestamptz DEFAULT NULL,
    policy_set text DEFAULT 'current'
)
RETURNS TABLE (
    from_at timestamptz,
    to_at timestamptz,
    status text,
    state text,
    group_name text,
    minutes double precision
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 8
AS 'MODULE_PATHNAME', 'slaops_times_in_status';
COMMENT ON FUNCTION slaops.times_in_status(
    record, slaops.ticket_history, text, timestamptz, timestamptz, timestamptz, text
) IS
'Each stretch of a ticket''s life in one status and group, from its creation to as_of, with its '
'minutes in a calendar; since and until cut the stretches. The ticket is a row of any relation '
'with the columns of tickets. Example: SELECT s.* FROM demo.tickets AS t, '
'slaops.times_in_status(t, ''[]'', ''demo emea'') AS s LIMIT 5;';

CREATE FUNCTION slaops.times_in_status(
    ticket jsonb,
    history slaops.ticket_history,
    calendar text DEFAULT '24/7 @ UTC',
    as_of timestamptz DEFAULT slaops.as_of(),
    since timestamptz DEFAULT NULL,
    until timestamptz DEFAULT NULL,
    policy_set text DEFAULT 'current'
)
RETURNS TABLE (
    from_at timestamptz,
    to_at timestamptz,
    status text,
    state text,
    group_name text,
    minutes double precision
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 8
AS 'MODULE_PATHNAME', 'slaops_times_in_status_json';
COMMENT ON FUNCTION slaops.times_in_status(
    jsonb, slaops.ticket_history, text, timestamptz, timestamptz, timestamptz, text
) IS
'Each stretch of a ticket''s life in one status and group, from its creation to as_of, with its '
'minutes in a calendar; since and until cut the stretches. The ticket is a JSON object. Example: '
'SELECT * FROM slaops.times_in_status(''{"status": "open", "created_at": '
'"2026-01-05T09:00:00Z"}''::jsonb, ''[]'');';

CREATE FUNCTION slaops.explain_sla(
    ticket record,
    history slaops.ticket_history,
    metric text,
    cycle integer DEFAULT 1,
    policy_set text DEFAULT 'current',
    as_of timestamptz DEFAULT slaops.as_of(),
    calendar text DEFAULT NULL
)
RETURNS TABLE (
    from_at timestamptz,
    to_at timestamptz,
    state text,
    status text,
    group_name text,
    open_minutes double precision,
    running_total double precision,
    crossed_at timestamptz,
    note text
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 10
AS 'MODULE_PATHNAME', 'slaops_explain_sla';
COMMENT ON FUNCTION slaops.explain_sla(
    record, slaops.ticket_history, text, integer, text, timestamptz, text
) IS
'One cycle of a metric of a ticket segment by segment: what the clock did, status, group, open '
'minutes, running total, the instant of a breach, and holidays. The ticket is a row of any '
'relation with the columns of tickets. Example: SELECT e.* FROM demo.tickets AS t, '
'slaops.explain_sla(t, ''[]'', ''resolution'', 1, ''demo'') AS e LIMIT 5;';

CREATE FUNCTION slaops.explain_sla(
    ticket jsonb,
    history slaops.ticket_history,
    metric text,
    cycle integer DEFAULT 1,
    policy_set text DEFAULT 'current',
    as_of timestamptz DEFAULT slaops.as_of(),
    calendar text DEFAULT NULL
)
RETURNS TABLE (
    from_at timestamptz,
    to_at timestamptz,
    state text,
    status text,
    group_name text,
    open_minutes double precision,
    running_total double precision,
    crossed_at timestamptz,
    note text
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 10
AS 'MODULE_PATHNAME', 'slaops_explain_sla_json';
COMMENT ON FUNCTION slaops.explain_sla(
    jsonb, slaops.ticket_history, text, integer, text, timestamptz, text
) IS
'One cycle of a metric of a ticket segment by segment: what the clock did, status, group, open '
'minutes, running total, the instant of a breach, and holidays. The ticket is a JSON object.';

-- A literal that is not cast is a text.
CREATE FUNCTION slaops.match_policy(
    ticket text,
    policy_set text DEFAULT 'current',
    at timestamptz DEFAULT slaops.as_of()
)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (
    slaops.match_policy(ticket::pg_catalog.jsonb, policy_set, at)
);
COMMENT ON FUNCTION slaops.match_policy(text, text, timestamptz) IS
'The first policy of a set that matches a ticket at an instant, NULL if none does. The ticket is '
'the text of a JSON object. Example: SELECT slaops.match_policy(''{"priority": "urgent"}'', '
'''demo'');';

CREATE FUNCTION slaops.explain_policy(
    ticket text,
    policy_set text DEFAULT 'current',
    at timestamptz DEFAULT slaops.as_of()
)
RETURNS TABLE (rank integer, policy text, chosen boolean, reason text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    SELECT
        explained.rank,
        explained.policy,
        explained.chosen,
        explained.reason
    FROM slaops.explain_policy(ticket::pg_catalog.jsonb, policy_set, at) AS explained;
END;
COMMENT ON FUNCTION slaops.explain_policy(text, text, timestamptz) IS
'Every policy of a set in order, with the reason why it matches a ticket or not. The ticket is '
'the text of a JSON object. Example: SELECT * FROM slaops.explain_policy(''{"priority": '
'"urgent"}'', ''demo'');';

-- Rates: 1.96 standard errors, by Wilson's score, which holds for few tickets and for rates near
-- 0 and 1.
CREATE TYPE slaops.attainment_rate AS (
    met bigint,
    breached bigint,
    attainment double precision,
    lower double precision,
    upper double precision
);
COMMENT ON TYPE slaops.attainment_rate IS
'Attainment with its 95 % interval: met / (met + breached), NULL if both are 0.';

CREATE FUNCTION slaops.attainment_transition(state bigint, status text)
RETURNS bigint
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_attainment_transition';
COMMENT ON FUNCTION slaops.attainment_transition(bigint, text) IS
'Counts a status: met in the lower half of the state, breached in the upper.';

CREATE FUNCTION slaops.attainment_combine(state bigint, other bigint)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_attainment_combine';
COMMENT ON FUNCTION slaops.attainment_combine(bigint, bigint) IS 'Merges two states of attainment.';

CREATE FUNCTION slaops.attainment_final(state bigint)
RETURNS slaops.attainment_rate
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_attainment_final';
COMMENT ON FUNCTION slaops.attainment_final(bigint) IS 'The rate of a state of attainment.';

CREATE FUNCTION slaops.attainment_rate(met bigint, breached bigint)
RETURNS slaops.attainment_rate
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_attainment_rate';
COMMENT ON FUNCTION slaops.attainment_rate(bigint, bigint) IS
'Attainment of counts that were added up, with its 95 % Wilson interval. Example: SELECT metric, '
'(slaops.attainment_rate(sum(met)::bigint, sum(breached)::bigint)).* FROM support.mart_sla GROUP '
'BY metric;';

CREATE AGGREGATE slaops.attainment(status text) (
    SFUNC = slaops.attainment_transition,
    STYPE = bigint,
    INITCOND = '0',
    FINALFUNC = slaops.attainment_final,
    COMBINEFUNC = slaops.attainment_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.attainment(text) IS
'Attainment of clocks by status, met / (met + breached), with counts and the 95 % Wilson '
'interval; other statuses do not count. Example: SELECT (slaops.attainment(status)).* FROM '
'support.fct_sla_attainment;';
