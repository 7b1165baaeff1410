-- What readers of the views may read, and no more. Tables that know no tenants are granted by
-- columns.

CREATE FUNCTION slaops.mart_reader_columns(relation text)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $mart_reader_columns$
    -- Names of sources, the policy set and the time zone stand in the definitions of the views,
    -- which Postgres shows to everybody.
    SELECT CASE relation
        WHEN 'mart_state' THEN ARRAY[
            'run',
            'as_of',
            'stored',
            'time_zone',
            'policy_set',
            'tickets',
            'ticket_events',
            'group_capacity',
            'agents',
            'shifts',
            'work_logs',
            'process_model',
            'summary_run',
            'dimensions'
        ]
        WHEN 'refresh_log' THEN '{refresh,state,started_at,updated_at,finished_at}'
        WHEN 'risk_alerts' THEN ARRAY[
            'ticket_id',
            'metric',
            'cycle',
            'priority',
            'group_name',
            'assignee',
            'remaining_minutes',
            'due_at',
            'as_of',
            'alerted_at',
            'outcome',
            'cleared_at',
            'level',
            'alert_id'
        ]
        WHEN 'refresh_queue' THEN '{}'
        WHEN 'refreshed_tickets' THEN '{}'
    END
$mart_reader_columns$;
COMMENT ON FUNCTION slaops.mart_reader_columns(text) IS
'The columns of an internal table that readers of the views need; {} for none, NULL for all.';

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
BEGIN
    IF state IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts',
            coalesce(quote_ident(schema), 'NULL')
            USING
                ERRCODE = 'undefined_object',
                HINT = 'Give the schema that you gave create_marts.';
    END IF;
    IF reader IS NULL OR reader = 0::regrole OR alerts IS NULL THEN
        RAISE EXCEPTION 'reader and alerts must not be NULL'
            USING
                ERRCODE = 'null_value_not_allowed',
                HINT = format('SELECT * FROM slaops.grant_read(%L, ''my_reader'')', schema);
    END IF;
    ours := array(
        SELECT class.oid
        FROM pg_class AS class
        WHERE class.relnamespace = quote_ident(schema)::regnamespace
            AND class.relkind IN ('v', 'r')
            AND (
                state -> 'objects' ? class.relname
                -- Which asks the reader; one that somebody wrote may show more than he sees.
                OR class.relname = 'vendor_clocks'
                AND obj_description(class.oid, 'pg_class') LIKE 'Made by slaops.attach: %'
                AND pg_has_role(class.relowner, 'USAGE')
            )
    );
    FOR item IN
        SELECT
            namespace.oid,
            namespace.nspname,
            namespace.nspowner::regrole AS owner
        FROM pg_namespace AS namespace
        WHERE (
            namespace.nspname IN (schema, 'slaops')
            -- Which a function reads by name.
            OR namespace.oid IN (
                SELECT class.relnamespace
                FROM unnest(ARRAY[
                    state ->> 'tickets',
                    state ->> 'ticket_events',
                    state ->> 'group_capacity',
                    state ->> 'agents',
                    state ->> 'shifts',
                    state ->> 'work_logs'
                ]) AS source (name)
                JOIN pg_class AS class
                    ON class.oid = slaops.source_relation(source.name)
                WHERE slaops.is_distributed(slaops.source_relation(source.name))
            )
        )
            AND NOT has_schema_privilege(reader, namespace.oid, 'USAGE')
        ORDER BY namespace.nspname = 'slaops'
    LOOP
        IF has_schema_privilege(item.oid, 'USAGE WITH GRANT OPTION') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', item.nspname, reader);
            granted := format('USAGE on schema %I', item.nspname);
            RETURN NEXT;
        ELSE
            RAISE NOTICE '% still needs USAGE on the schema %, which you may not grant',
                reader, quote_ident(item.nspname)
                USING HINT = format(
                    'Ask %s: GRANT USAGE ON SCHEMA %I TO %s;',
                    item.owner, item.nspname, reader
                );
        END IF;
    END LOOP;
    FOR item IN
        SELECT
            class.oid::regclass AS relation,
            class.relkind,
            slaops.mart_reader_columns(class.relname) AS columns
        FROM pg_class AS class
        WHERE class.oid = ANY (ours)
            AND (alerts OR class.relname NOT IN ('alerts', 'risk_alerts'))
        ORDER BY
            class.relkind DESC,
            class.relname
    LOOP
        IF item.columns IS NULL AND NOT has_table_privilege(reader, item.relation, 'SELECT') THEN
            EXECUTE format('GRANT SELECT ON %s TO %s', item.relation, reader);
            names := CASE item.relkind WHEN 'v' THEN 'view' ELSE 'table' END;
            granted := format('SELECT on %s %s', names, item.relation);
            RETURN NEXT;
        ELSIF EXISTS (
            SELECT
            FROM unnest(item.columns) AS needed (name)
            WHERE NOT has_column_privilege(reader, item.relation, needed.name, 'SELECT')
        ) THEN
            names := array_to_string(item.columns, ', ');
            EXECUTE format('GRANT SELECT (%s) ON %s TO %s', names, item.relation, reader);
            granted := format('SELECT (%s) on table %s', names, item.relation);
            RETURN NEXT;
        END IF;
    END LOOP;
    -- What the views read elsewhere, through views that ask the reader too; and what policies on
    -- these tables read.
    FOR item IN
        WITH RECURSIVE view_reads AS (
            SELECT
                class.oid AS view,
                dependency.refobjid AS relation,
                dependency.refobjsubid AS attnum
            FROM pg_class AS class
            JOIN pg_rewrite AS rule
                ON rule.ev_class = class.oid
            JOIN pg_depend AS dependency
                ON dependency.classid = 'pg_rewrite'::regclass
                AND dependency.objid = rule.oid
                AND dependency.refclassid = 'pg_class'::regclass
                AND dependency.refobjid <> class.oid
            WHERE class.relkind = 'v'
                AND (
                    SELECT option.option_value::boolean
                    FROM pg_options_to_table(class.reloptions) AS option
                    WHERE option.option_name = 'security_invoker'
                )
        ),
        reached AS (
            SELECT unnest(ours) AS relation
            UNION
            SELECT view_reads.relation
            FROM reached
            JOIN view_reads
                ON view_reads.view = reached.relation
        ),
        used AS (
            SELECT
                view_reads.relation,
                view_reads.attnum,
                NULL::text AS policy
            FROM reached
            JOIN view_reads
                ON view_reads.view = reached.relation
            UNION ALL
            SELECT
                dependency.refobjid,
                dependency.refobjsubid,
                format('policy %I on %s', policy.polname, class.oid::regclass)
            FROM reached
            JOIN pg_class AS class
                ON class.oid = reached.relation
                AND class.relrowsecurity
            JOIN pg_policy AS policy
                ON policy.polrelid = class.oid
                AND policy.polcmd IN ('r', '*')
            JOIN pg_depend AS dependency
                ON dependency.classid = 'pg_policy'::regclass
                AND dependency.objid = policy.oid
                AND dependency.refclassid = 'pg_class'::regclass
                AND dependency.refobjid <> class.oid
            WHERE EXISTS (
                SELECT
                FROM unnest(policy.polroles) AS applies_to (role)
                WHERE applies_to.role = 0
                    OR pg_has_role(reader, applies_to.role, 'USAGE')
            )
        )
        SELECT
            class.oid,
            class.oid::regclass AS relation,
            class.relowner::regrole AS owner,
            CASE WHEN bool_and(used.policy IS NOT NULL) THEN min(used.policy) END AS policy
        FROM used
        JOIN pg_class AS class
            ON class.oid = used.relation
            AND class.oid <> ALL (ours)
            AND class.relkind <> 'c'
        GROUP BY class.oid
        HAVING NOT bool_and(
            CASE
                WHEN used.attnum > 0
                    THEN has_column_privilege(reader, class.oid, used.attnum::smallint, 'SELECT')
                ELSE has_any_column_privilege(reader, class.oid, 'SELECT')
            END
        )
        ORDER BY class.oid::regclass::text
    LOOP
        -- What only a policy reads may hold more than readers are to see: whether to grant it is
        -- for its owner to say.
        IF item.policy IS NULL AND has_table_privilege(item.oid, 'SELECT WITH GRANT OPTION') THEN
            EXECUTE format('GRANT SELECT ON %s TO %s', item.relation, reader);
            granted := format('SELECT on source %s', item.relation);
            RETURN NEXT;
        ELSE
            RAISE NOTICE '% still needs SELECT on %, which %',
                reader,
                item.relation,
                coalesce('the ' || item.policy || ' reads', 'you may not grant')
                USING HINT = format(
                    'Ask %s: GRANT SELECT ON %s TO %s;',
                    item.owner, item.relation, reader
                );
        END IF;
    END LOOP;
    PERFORM slaops.check_readers(schema, '{}');
END
$grant_read$;
COMMENT ON FUNCTION slaops.grant_read(text, regrole, boolean) IS
'Grants a role the rights to read the views of create_marts and lists the new ones; a NOTICE has '
'the GRANTs that only others can give. Without alerts the role does not see the alerts of its '
'tickets. Example: SELECT * FROM slaops.grant_read(''support'', ''pg_monitor'');';

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
        WITH internal_tables AS (
            SELECT
                class.oid,
                class.relname,
                class.relowner,
                class.relacl,
                slaops.mart_reader_columns(class.relname) AS reader_columns
            FROM pg_class AS class
            WHERE class.relnamespace = quote_ident(schema)::regnamespace
        ),
        held AS (
            SELECT
                internal.relname,
                internal.relowner,
                privilege.grantee,
                privilege.privilege_type
            FROM internal_tables AS internal
            CROSS JOIN LATERAL aclexplode(internal.relacl) AS privilege
            WHERE internal.reader_columns IS NOT NULL
            UNION ALL
            SELECT
                internal.relname,
                internal.relowner,
                privilege.grantee,
                privilege.privilege_type
            FROM internal_tables AS internal
            JOIN pg_attribute AS attribute
                ON attribute.attrelid = internal.oid
                AND NOT attribute.attisdropped
            CROSS JOIN LATERAL aclexplode(attribute.attacl) AS privilege
            WHERE attribute.attname <> ALL (internal.reader_columns)
        )
        SELECT
            CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE held.grantee::regrole::text END AS reader,
            held.grantee,
            string_agg(DISTINCT format('%I.%I', schema, held.relname), ', ') AS tables
        FROM held
        WHERE held.privilege_type = 'SELECT'
            AND held.grantee <> held.relowner
        GROUP BY held.grantee
        ORDER BY 1
    LOOP
        RAISE NOTICE '% may read internal tables, which hold figures of all tickets: %',
            item.reader, item.tables
            USING HINT = format(
                'If that is not meant: REVOKE SELECT ON %s FROM %s;%s',
                item.tables,
                item.reader,
                CASE WHEN item.grantee <> 0 THEN
                    format(' SELECT * FROM slaops.grant_read(%L, %L);', schema, item.reader)
                END
            );
    END LOOP;
    FOR item IN
        SELECT
            privilege.grantee::regrole AS reader,
            count(DISTINCT new_view.name) AS views,
            min(new_view.name) AS example
        FROM pg_class AS class
        JOIN pg_attribute AS attribute
            ON attribute.attrelid = class.oid
            AND attribute.attname = 'as_of'
        CROSS JOIN LATERAL (
            SELECT of_table.*
            FROM aclexplode(class.relacl) AS of_table
            UNION ALL
            SELECT of_column.*
            FROM aclexplode(attribute.attacl) AS of_column
        ) AS privilege
        CROSS JOIN unnest(new_views) AS new_view (name)
        WHERE class.oid = to_regclass(format('%I.mart_state', schema))
            AND privilege.privilege_type = 'SELECT'
            AND privilege.grantee NOT IN (0, class.relowner)
            AND NOT has_table_privilege(privilege.grantee, new_view.name, 'SELECT')
        GROUP BY privilege.grantee
        ORDER BY privilege.grantee::regrole::text
    LOOP
        RAISE NOTICE '% may not read the new views yet: %',
            item.reader,
            item.example
            || CASE WHEN item.views > 1 THEN format(' and %s more', item.views - 1) ELSE '' END
            USING HINT = format(
                'SELECT * FROM slaops.grant_read(%L, %L) grants what a reader needs.',
                schema, item.reader
            );
    END LOOP;
END
$check_readers$;
COMMENT ON FUNCTION slaops.check_readers(text, text[]) IS
'Raises a NOTICE with the roles that have more or fewer rights on the views of create_marts than '
'readers need.';
