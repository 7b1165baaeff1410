-- What readers of the views may read, and no more. Tables that know no tenants are granted by
-- columns.

CREATE FUNCTION slaops.mart_reader_columns(relation text)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $mart_reader_columns$
    -- Names of sources, the policy set and the time zone stand in the definitions of the
    -- views, which Postgres shows to
    -- everybody.
    SELECT CASE relation
        WHEN 'mart_state' THEN ARRAY['run', 'as_of', 'stored', 'time_zone', 'policy_set', 'tickets', 'ticket_events',
                                     'group_capacity', 'agents']
        WHEN 'refresh_log' THEN '{refresh,state,started_at,updated_at,finished_at}'
        WHEN 'risk_alerts' THEN ARRAY['ticket_id', 'metric', 'cycle', 'priority', 'group_name', 'assignee',
                                      'minutes_left', 'due_at', 'as_of', 'alerted_at', 'outcome', 'cleared_at']
        WHEN 'refresh_queue' THEN '{}'
        WHEN 'refreshed_tickets' THEN '{}' END
$mart_reader_columns$;
COMMENT ON FUNCTION slaops.mart_reader_columns(text) IS
'The columns of an internal table of create_marts that the views need of a reader, none for {}; '
'NULL for relations that readers may read as a whole.';

CREATE FUNCTION slaops.grant_read(schema text, reader regrole, alerts boolean DEFAULT true)
RETURNS TABLE (granted text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $grant_read$
#variable_conflict use_variable
DECLARE
    state jsonb := slaops.mart_state_of(schema, true);
    ours oid[];
    item record;
    names text;
    -- Before version 15 views read with their owner's rights: then the views are all that a
    -- reader needs.
    invoker boolean := current_setting('server_version_num')::integer >= 150000;
BEGIN
    IF state IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts', coalesce(quote_ident(schema), 'NULL')
            USING ERRCODE = 'undefined_object', HINT = 'Give the schema that you gave create_marts.';
    END IF;
    IF reader IS NULL OR reader = 0::regrole OR alerts IS NULL THEN
        RAISE EXCEPTION 'grant_read needs a role, and alerts as true or false'
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = format('SELECT * FROM slaops.grant_read(%L, ''my_reader'')', schema);
    END IF;
    ours := array(
        SELECT c.oid FROM pg_class AS c
        WHERE c.relnamespace = quote_ident(schema)::regnamespace AND c.relkind IN ('v', 'r')
          AND state -> 'objects' ? c.relname
    );
    FOR item IN
        SELECT n.oid, n.nspname, n.nspowner::regrole AS owner FROM pg_namespace AS n
        WHERE n.nspname IN (schema, 'slaops') AND NOT has_schema_privilege(reader, n.oid, 'USAGE')
        ORDER BY n.nspname = 'slaops'
    LOOP
        IF has_schema_privilege(item.oid, 'USAGE WITH GRANT OPTION') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', item.nspname, reader);
            granted := format('USAGE on schema %I', item.nspname);
            RETURN NEXT;
        ELSE
            RAISE NOTICE '% still needs USAGE on the schema %, which you may not grant',
                reader, quote_ident(item.nspname)
                USING HINT = format('Ask %s: GRANT USAGE ON SCHEMA %I TO %s;', item.owner, item.nspname, reader);
        END IF;
    END LOOP;
    FOR item IN
        SELECT c.oid::regclass AS relation, c.relkind, slaops.mart_reader_columns(c.relname) AS columns
        FROM pg_class AS c
        WHERE c.oid = ANY (ours) AND (invoker OR c.relkind = 'v')
          AND (alerts OR c.relname NOT IN ('alerts', 'risk_alerts'))
        ORDER BY c.relkind DESC, c.relname
    LOOP
        IF item.columns IS NULL AND NOT has_table_privilege(reader, item.relation, 'SELECT') THEN
            EXECUTE format('GRANT SELECT ON %s TO %s', item.relation, reader);
            names := CASE item.relkind WHEN 'v' THEN 'view' ELSE 'table' END;
            granted := format('SELECT on %s %s', names, item.relation);
            RETURN NEXT;
        ELSIF EXISTS (SELECT FROM unnest(item.columns) AS n
                      WHERE NOT has_column_privilege(reader, item.relation, n, 'SELECT')) THEN
            names := array_to_string(item.columns, ', ');
            EXECUTE format('GRANT SELECT (%s) ON %s TO %s', names, item.relation, reader);
            granted := format('SELECT (%s) on table %s', names, item.relation);
            RETURN NEXT;
        END IF;
    END LOOP;
    IF NOT invoker THEN
        RAISE NOTICE 'PostgreSQL % has no security_invoker: % reads all tickets that the owner of the views reads',
            current_setting('server_version'), reader;
        RETURN;
    END IF;
    -- What the views read elsewhere, through views that ask the reader too; and what
    -- policies on these tables read.
    FOR item IN
        WITH RECURSIVE reads AS (
            SELECT v.oid AS view, d.refobjid AS relation, d.refobjsubid AS attnum
            FROM pg_class AS v
            JOIN pg_rewrite AS r ON r.ev_class = v.oid
            JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                               AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
            WHERE v.relkind = 'v'
              AND (SELECT o.option_value::boolean FROM pg_options_to_table(v.reloptions) AS o
                   WHERE o.option_name = 'security_invoker')
        ), walk AS (
            SELECT unnest(ours) AS relation
            UNION
            SELECT s.relation FROM walk AS w JOIN reads AS s ON s.view = w.relation
        ), used AS (
            SELECT s.relation, s.attnum, NULL::text AS policy
            FROM walk AS w
            JOIN reads AS s ON s.view = w.relation
            UNION ALL
            SELECT d.refobjid, d.refobjsubid, format('policy %I on %s', p.polname, t.oid::regclass)
            FROM walk AS w
            JOIN pg_class AS t ON t.oid = w.relation AND t.relrowsecurity
            JOIN pg_policy AS p ON p.polrelid = t.oid AND p.polcmd IN ('r', '*')
            JOIN pg_depend AS d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
                               AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> t.oid
            WHERE EXISTS (SELECT FROM unnest(p.polroles) AS a (role)
                          WHERE a.role = 0 OR pg_has_role(reader, a.role, 'USAGE'))
        )
        SELECT c.oid, c.oid::regclass AS relation, c.relowner::regrole AS owner,
               CASE WHEN bool_and(u.policy IS NOT NULL) THEN min(u.policy) END AS policy
        FROM used AS u
        JOIN pg_class AS c ON c.oid = u.relation AND c.oid <> ALL (ours) AND c.relkind <> 'c'
        GROUP BY c.oid
        HAVING NOT bool_and(CASE WHEN u.attnum > 0
                                 THEN has_column_privilege(reader, c.oid, u.attnum::smallint, 'SELECT')
                                 ELSE has_any_column_privilege(reader, c.oid, 'SELECT') END)
        ORDER BY c.oid::regclass::text
    LOOP
        -- What only a policy reads may hold more than readers are to see: whether to
        -- grant it is for its owner to say.
        IF item.policy IS NULL AND has_table_privilege(item.oid, 'SELECT WITH GRANT OPTION') THEN
            EXECUTE format('GRANT SELECT ON %s TO %s', item.relation, reader);
            granted := format('SELECT on source %s', item.relation);
            RETURN NEXT;
        ELSE
            RAISE NOTICE '% still needs SELECT on %, which %', reader, item.relation,
                coalesce('the ' || item.policy || ' reads', 'you may not grant')
                USING HINT = format('Ask %s: GRANT SELECT ON %s TO %s;', item.owner, item.relation, reader);
        END IF;
    END LOOP;
    PERFORM slaops.check_readers(schema, '{}');
END
$grant_read$;
COMMENT ON FUNCTION slaops.grant_read(text, regrole, boolean) IS
'Grants a role what it needs to read the views of create_marts, and nothing else; the rows are what '
'it had not before. Whose tickets it then sees is for row-level security of your tables to say. Of '
'your own tables it grants what you may grant; for the rest a NOTICE has the GRANT and who can give '
'it. Without alerts the role does not learn for which of its tickets there were alerts, which '
'depends on the clocks of all. Call it again after an upgrade.';

-- No grant is taken back here: what a role holds may be meant.
CREATE FUNCTION slaops.check_readers(schema text, new_views text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $check_readers$
DECLARE
    item record;
BEGIN
    PERFORM slaops.schema_name(schema);
    FOR item IN
        SELECT CASE h.grantee WHEN 0 THEN 'PUBLIC' ELSE h.grantee::regrole::text END AS reader, h.grantee,
               string_agg(DISTINCT format('%I.%I', schema, h.relname), ', ') AS tables
        FROM (
            SELECT c.relname, c.relowner, x.grantee, x.privilege_type
            FROM pg_class AS c
            CROSS JOIN LATERAL aclexplode(c.relacl) AS x
            WHERE c.relnamespace = quote_ident(schema)::regnamespace
              AND slaops.mart_reader_columns(c.relname) IS NOT NULL
            UNION ALL
            SELECT c.relname, c.relowner, x.grantee, x.privilege_type
            FROM pg_class AS c
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped
            CROSS JOIN LATERAL aclexplode(a.attacl) AS x
            WHERE c.relnamespace = quote_ident(schema)::regnamespace
              AND a.attname <> ALL (slaops.mart_reader_columns(c.relname))
        ) AS h
        WHERE h.privilege_type = 'SELECT' AND h.grantee <> h.relowner
        GROUP BY h.grantee
        ORDER BY 1
    LOOP
        RAISE NOTICE '% may read internal tables, which hold figures of all tickets: %', item.reader, item.tables
            USING HINT = format('If that is not meant: REVOKE SELECT ON %s FROM %s;%s', item.tables, item.reader,
                                CASE WHEN item.grantee <> 0 THEN
                                    format(' SELECT * FROM slaops.grant_read(%L, %L);', schema, item.reader) END);
    END LOOP;
    FOR item IN
        SELECT x.grantee::regrole AS reader, count(DISTINCT v.name) AS views, min(v.name) AS example
        FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'as_of'
        CROSS JOIN LATERAL (
            SELECT t.* FROM aclexplode(c.relacl) AS t UNION ALL SELECT t.* FROM aclexplode(a.attacl) AS t
        ) AS x
        CROSS JOIN unnest(new_views) AS v (name)
        WHERE c.oid = to_regclass(format('%I.mart_state', schema))
          AND x.privilege_type = 'SELECT' AND x.grantee NOT IN (0, c.relowner)
          AND NOT has_table_privilege(x.grantee, v.name, 'SELECT')
        GROUP BY x.grantee
        ORDER BY x.grantee::regrole::text
    LOOP
        RAISE NOTICE '% may not read the new views yet: %', item.reader,
            item.example || CASE WHEN item.views > 1 THEN format(' and %s more', item.views - 1) ELSE '' END
            USING HINT = format('SELECT * FROM slaops.grant_read(%L, %L) grants what a reader needs.',
                                schema, item.reader);
    END LOOP;
END
$check_readers$;
COMMENT ON FUNCTION slaops.check_readers(text, text[]) IS
'Says in a NOTICE which roles may read more of the internal tables of create_marts than readers '
'need, and which may not read its new views.';
