-- Views over tickets and events, made in a schema of the user's own.

CREATE TABLE slaops.mart_templates (
    name text PRIMARY KEY,
    "position" integer NOT NULL,
    sql text NOT NULL
);
COMMENT ON TABLE slaops.mart_templates IS
'The SQL of every view that create_marts makes, with {schema}, {tickets}, {ticket_events} and {policy_set} to be filled in.';
COMMENT ON COLUMN slaops.mart_templates.name IS 'The view.';
COMMENT ON COLUMN slaops.mart_templates."position" IS 'The order in which views are made: each uses only those before it.';
COMMENT ON COLUMN slaops.mart_templates.sql IS 'Its query. The first line says what it is for; the comment behind a column is that column''s.';
GRANT SELECT ON slaops.mart_templates TO PUBLIC;

CREATE FUNCTION slaops.state_of(status text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (
    SELECT s.state FROM slaops.states AS s
    WHERE s.status OPERATOR(pg_catalog.=) pg_catalog.btrim(pg_catalog.translate(pg_catalog.lower(state_of.status), '-_', '  '))
);
COMMENT ON FUNCTION slaops.state_of(text) IS
'The state that a status means: new, open, pending, hold, solved or closed; NULL when slaops.states does not know it.';

CREATE FUNCTION slaops.mart_columns(relation regclass, alias text, wanted text[])
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (
    SELECT pg_catalog.string_agg(
        CASE WHEN a.attname IS NULL THEN pg_catalog.format('    NULL::%s AS %I', w.type, w.name)
             WHEN pg_catalog.format_type(a.atttypid, NULL) OPERATOR(pg_catalog.=) w.type OR w.type OPERATOR(pg_catalog.=) 'anything'
                 THEN pg_catalog.format('    %I.%I', alias, w.name)
             ELSE pg_catalog.format('    %I.%I::%s AS %I', alias, w.name, w.type, w.name) END
        OPERATOR(pg_catalog.||) CASE WHEN w.place OPERATOR(pg_catalog.=) pg_catalog.cardinality(wanted) THEN ' -- ' ELSE ', -- ' END
        OPERATOR(pg_catalog.||) w.comment,
        E'\n' ORDER BY w.place)
    FROM (
        SELECT u.place, pg_catalog.split_part(u.entry, '|', 1) AS name, pg_catalog.split_part(u.entry, '|', 2) AS type,
               pg_catalog.split_part(u.entry, '|', 3) AS comment
        FROM pg_catalog.unnest(wanted) WITH ORDINALITY AS u (entry, place)
    ) AS w
    LEFT JOIN pg_catalog.pg_attribute AS a
        ON a.attrelid OPERATOR(pg_catalog.=) relation AND a.attname OPERATOR(pg_catalog.=) w.name
        AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
);
COMMENT ON FUNCTION slaops.mart_columns(regclass, text, text[]) IS
'The select list that gives a relation the wanted columns, each "name|type|comment"; a column that it lacks is NULL.';

CREATE FUNCTION slaops.mart_sql(
    view_name text, schema text DEFAULT 'support', tickets regclass DEFAULT NULL, ticket_events regclass DEFAULT NULL,
    policy_set text DEFAULT 'current'
)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
        m.sql,
        '{schema}', pg_catalog.quote_ident(schema)),
        '{policy_set}', pg_catalog.quote_literal(policy_set)),
        '{tickets_columns}', coalesce(slaops.mart_columns(tickets, 't', ARRAY[
            'ticket_id|anything|The ticket.',
            'created_at|timestamp with time zone|When it was created.',
            'subject|text|What it is about.',
            'requester_id|text|The customer who asked.',
            'organization_id|text|The customer''s organization.',
            'brand|text|The brand.',
            'region|text|The region.',
            'channel|text|How it came in.',
            'tier|text|The customer''s tier.',
            'type|text|Question, incident, problem, task.',
            'priority|text|Its priority now.',
            'group_name|text|The group that has it now.',
            'assignee|text|Who has it now.',
            'status|text|Its status now.',
            'solved_at|timestamp with time zone|When it was solved.',
            'closed_at|timestamp with time zone|When it was closed.',
            'csat_score|double precision|The customer''s rating.',
            'cost|double precision|What it cost.',
            'calendar_name|text|The calendar of its business hours, in slaops.calendars.',
            'tags|text[]|Tags.',
            'attributes|jsonb|Anything else that policies ask about.']), '    t.*')),
        '{events_columns}', coalesce(slaops.mart_columns(ticket_events, 'e', ARRAY[
            'ticket_id|anything|The ticket.',
            'event_at|timestamp with time zone|When it happened.',
            'event_type|text|created, comment, or the field that changed.',
            'actor_role|text|agent, customer or system.',
            'actor|text|Who did it.',
            'field|text|The field that changed.',
            'old_value|text|What it was before.',
            'new_value|text|What it is since.',
            'public|boolean|Whether the customer sees it.',
            'seq|bigint|Order of events of one instant.']), '    e.*')),
        '{tickets}', coalesce(tickets::pg_catalog.text, '{tickets}')),
        '{ticket_events}', coalesce(ticket_events::pg_catalog.text, '{ticket_events}'))
    FROM slaops.mart_templates AS m
    WHERE m.name OPERATOR(pg_catalog.=) view_name;
END;
COMMENT ON FUNCTION slaops.mart_sql(text, text, regclass, regclass, text) IS
'The query of one of the views of create_marts, to read or to paste elsewhere.';

CREATE FUNCTION slaops.create_marts(
    schema text, tickets regclass, ticket_events regclass, policy_set text DEFAULT 'current'
)
RETURNS TABLE (view_name text, purpose text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $create_marts$
DECLARE
    template record;
    query text;
    comment text[];
BEGIN
    IF schema IS NULL OR tickets IS NULL OR ticket_events IS NULL OR policy_set IS NULL THEN
        RAISE EXCEPTION 'create_marts needs a schema, the tickets, their events and a policy set'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'create_marts(schema => ''support'', tickets => ''my_tickets'', ticket_events => ''my_ticket_events'')';
    END IF;
    PERFORM FROM pg_attribute AS a WHERE a.attrelid = tickets AND a.attname = 'ticket_id' AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'table % has no column ticket_id', tickets
            USING ERRCODE = 'undefined_column', HINT = 'Give a table or view with the columns of tickets: ticket_id, created_at, priority, status, ...';
    END IF;
    PERFORM FROM pg_attribute AS a WHERE a.attrelid = ticket_events AND a.attname = 'event_at' AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'table % has no column event_at', ticket_events
            USING ERRCODE = 'undefined_column', HINT = 'Give a table or view with the columns of ticket events: ticket_id, event_at, event_type, ...';
    END IF;
    FOR query IN
        SELECT format('%s.%I', a.attrelid::regclass, a.attname) FROM pg_attribute AS a
        WHERE (a.attrelid, a.attname) IN ((tickets, 'created_at'), (tickets, 'solved_at'), (tickets, 'closed_at'), (ticket_events, 'event_at'))
          AND a.atttypid IN ('timestamp'::regtype, 'date'::regtype)
    LOOP
        RAISE EXCEPTION 'column % has no time zone, so its instants depend on who asks', query
            USING ERRCODE = 'datatype_mismatch', HINT = 'Give a view that says where it was noon: created_at AT TIME ZONE ''Europe/Berlin'' AS created_at';
    END LOOP;
    PERFORM FROM pg_attribute AS a WHERE a.attrelid = ticket_events AND a.attname = 'ticket_id' AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'table % has no column ticket_id', ticket_events
            USING ERRCODE = 'undefined_column', HINT = 'Give a table or view with the columns of ticket events: ticket_id, event_at, event_type, ...';
    END IF;
    IF to_regnamespace(quote_ident(schema)) IS NULL THEN
        EXECUTE format('CREATE SCHEMA %I', schema);
    END IF;
    FOR template IN SELECT m.name FROM slaops.mart_templates AS m ORDER BY m."position", m.name LOOP
        query := slaops.mart_sql(template.name, schema, tickets, ticket_events, policy_set);
        EXECUTE format(
            'CREATE OR REPLACE VIEW %I.%I %s AS %s', schema, template.name,
            CASE WHEN current_setting('server_version_num')::integer >= 150000 THEN 'WITH (security_invoker = true)' END, query);
        purpose := substring(query FROM '^-- ([^\n]*)');
        EXECUTE format('COMMENT ON VIEW %I.%I IS %L', schema, template.name, purpose);
        FOR comment IN SELECT regexp_matches(query, '^ +[^\n]*?([a-z_]+),? +-- ([^\n]+)$', 'gn') LOOP
            EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', schema, template.name, comment[1], comment[2]);
        END LOOP;
        view_name := format('%I.%I', schema, template.name);
        RETURN NEXT;
    END LOOP;
END
$create_marts$;
COMMENT ON FUNCTION slaops.create_marts(text, regclass, regclass, text) IS
'Makes the views stg_tickets, stg_ticket_events, fct_sla_attainment, mart_sla and config_health in a schema of yours, over a table or view of tickets and one of their events. They are yours: plain SQL and standard column types. Call it again after an upgrade.';

