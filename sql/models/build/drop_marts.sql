-- Taking the views away again, and what would go with them.

CREATE FUNCTION slaops.mart_dependents(schema text, relations text[], ours text[])
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_dependents$
    WITH own AS (
        SELECT
            class.oid,
            class.relname,
            class.relname = ANY (relations) AS goes
        FROM pg_class AS class
        WHERE class.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema)))
            AND class.relname = ANY (ours)
    ),
    used AS (
        SELECT
            'pg_class'::regclass AS catalog,
            own.oid
        FROM own
        WHERE own.goes
        UNION ALL
        SELECT
            'pg_type'::regclass,
            row_type.oid
        FROM pg_type AS row_type
        JOIN own
            ON row_type.typrelid = own.oid
        WHERE own.goes
        UNION ALL
        SELECT
            'pg_type'::regclass,
            row_type.typarray
        FROM pg_type AS row_type
        JOIN own
            ON row_type.typrelid = own.oid
        WHERE own.goes
    ),
    -- What stands elsewhere and uses them, and policies on tables of ours that do.
    dependents AS (
        SELECT coalesce(
            CASE class.relkind
                WHEN 'v' THEN 'view '
                WHEN 'm' THEN 'materialized view '
            END || rule.ev_class::regclass,
            pg_describe_object(dependency.classid, dependency.objid, dependency.objsubid)
        ) AS object
        FROM used
        JOIN pg_depend AS dependency
            ON dependency.refclassid = used.catalog
            AND dependency.refobjid = used.oid
            AND dependency.deptype = 'n'
        LEFT JOIN pg_rewrite AS rule
            ON dependency.classid = 'pg_rewrite'::regclass
            AND rule.oid = dependency.objid
        LEFT JOIN pg_class AS class
            ON class.oid = rule.ev_class
        LEFT JOIN pg_policy AS policy
            ON dependency.classid = 'pg_policy'::regclass
            AND policy.oid = dependency.objid
        LEFT JOIN pg_constraint AS restriction
            ON dependency.classid = 'pg_constraint'::regclass
            AND restriction.oid = dependency.objid
        LEFT JOIN pg_trigger AS trigger
            ON dependency.classid = 'pg_trigger'::regclass
            AND trigger.oid = dependency.objid
        WHERE coalesce(
                rule.ev_class,
                policy.polrelid,
                restriction.conrelid,
                trigger.tgrelid,
                CASE WHEN dependency.classid = 'pg_class'::regclass THEN dependency.objid END,
                0
            ) NOT IN (SELECT own.oid FROM own)
            OR policy.polname <> 'slaops_own_tickets'
    ),
    -- What was added to them.
    additions AS (
        SELECT pg_describe_object('pg_policy'::regclass, policy.oid, 0) AS object
        FROM pg_policy AS policy
        JOIN own
            ON own.oid = policy.polrelid
        WHERE own.goes
            AND policy.polname <> 'slaops_own_tickets'
        UNION
        SELECT pg_describe_object('pg_rewrite'::regclass, rule.oid, 0)
        FROM pg_rewrite AS rule
        JOIN own
            ON own.oid = rule.ev_class
        WHERE own.goes
            AND rule.rulename <> '_RETURN'
        UNION
        SELECT pg_describe_object('pg_trigger'::regclass, trigger.oid, 0)
        FROM pg_trigger AS trigger
        JOIN own
            ON own.oid = trigger.tgrelid
        WHERE own.goes
            AND NOT trigger.tgisinternal
        UNION
        SELECT pg_describe_object('pg_constraint'::regclass, restriction.oid, 0)
        FROM pg_constraint AS restriction
        JOIN own
            ON own.oid = restriction.conrelid
        WHERE own.goes
            AND restriction.contype NOT IN ('n', 't')
            AND restriction.conname NOT IN (own.relname || '_pkey', 'mart_state_one_check')
        UNION
        SELECT pg_describe_object('pg_class'::regclass, index.indexrelid, 0)
        FROM pg_index AS index
        JOIN own
            ON own.oid = index.indrelid
        JOIN pg_class AS class
            ON class.oid = index.indexrelid
        WHERE own.goes
            AND class.relname NOT LIKE 'slaops\_%'
            AND NOT EXISTS (
                SELECT
                FROM pg_constraint AS restriction
                WHERE restriction.conindid = index.indexrelid
            )
    ),
    found AS (
        SELECT dependents.object FROM dependents
        UNION
        SELECT additions.object FROM additions
    )
    SELECT array_agg(found.object ORDER BY found.object COLLATE "C")
    FROM found
$mart_dependents$;
COMMENT ON FUNCTION slaops.mart_dependents(text, text[], text[]) IS
'Objects of others that depend on relations of a schema or were added to them (policies, rules, '
'triggers, constraints, indexes); NULL without any.';

CREATE FUNCTION slaops.mart_grants(schema text, ours text[])
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_grants$
    WITH relations AS (
        SELECT
            class.oid,
            class.relname,
            class.relowner,
            class.relacl
        FROM pg_class AS class
        WHERE class.relnamespace = quote_ident(slaops.schema_name(schema))::regnamespace
            AND class.relname = ANY (ours)
            AND class.relname <> 'mart_state'
    ),
    access_lists AS (
        SELECT
            relation.relname,
            relation.relowner,
            NULL::name AS attname,
            relation.relacl AS acl
        FROM relations AS relation
        UNION ALL
        SELECT
            relation.relname,
            relation.relowner,
            attribute.attname,
            attribute.attacl
        FROM relations AS relation
        JOIN pg_attribute AS attribute
            ON attribute.attrelid = relation.oid
            AND NOT attribute.attisdropped
    )
    SELECT coalesce(
        array_agg(format(
            'GRANT %s%s ON %I.%I TO %s%s',
            privilege.privilege_type,
            CASE WHEN list.attname IS NOT NULL THEN format(' (%I)', list.attname) END,
            schema,
            list.relname,
            CASE privilege.grantee WHEN 0 THEN 'PUBLIC' ELSE privilege.grantee::regrole::text END,
            CASE WHEN privilege.is_grantable THEN ' WITH GRANT OPTION' END
        )),
        '{}'
    )
    FROM access_lists AS list
    CROSS JOIN LATERAL aclexplode(list.acl) AS privilege
    WHERE privilege.grantee <> list.relowner
$mart_grants$;
COMMENT ON FUNCTION slaops.mart_grants(text, text[]) IS
'The GRANT statements that restore the rights of others on the relations of create_marts.';

CREATE FUNCTION slaops.drop_mart_views(schema text, ours text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $drop_mart_views$
DECLARE
    list text;
    own_policy record;
BEGIN
    FOR own_policy IN
        SELECT
            policy.polname,
            class.relname
        FROM pg_policy AS policy
        JOIN pg_class AS class
            ON class.oid = policy.polrelid
        WHERE class.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema)))
            AND class.relname = ANY (ours)
            AND policy.polname = 'slaops_own_tickets'
    LOOP
        EXECUTE format(
            'DROP POLICY %I ON %I.%I',
            own_policy.polname, schema, own_policy.relname
        );
    END LOOP;
    -- The newest first: readers lock a view before those that it reads.
    SELECT string_agg(format('%I.%I', schema, class.relname), ', ' ORDER BY class.oid DESC)
    INTO list
    FROM pg_class AS class
    WHERE class.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema)))
        AND class.relname = ANY (ours)
        AND class.relkind = 'v';
    IF list IS NOT NULL THEN
        EXECUTE 'DROP VIEW ' || list;
    END IF;
END
$drop_mart_views$;
COMMENT ON FUNCTION slaops.drop_mart_views(text, text[]) IS
'Drops views of create_marts and the policies that use them.';

CREATE FUNCTION slaops.drop_marts(schema text)
RETURNS TABLE (dropped text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $drop_marts$
DECLARE
    ours text[];
    dependents text[];
    list text;
    state jsonb;
BEGIN
    state := slaops.mart_state_of(schema, true);
    IF state IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts',
            coalesce(quote_ident(schema), 'NULL')
            USING
                ERRCODE = 'undefined_object',
                HINT = 'Give the schema that you gave create_marts.';
    END IF;
    PERFORM slaops.lock_marts(schema, 'change');
    state := slaops.mart_state_of(schema, true);
    ours := array(SELECT jsonb_object_keys(state -> 'objects') ORDER BY 1);
    dependents := slaops.mart_dependents(schema, ours, ours);
    IF dependents IS NOT NULL THEN
        RAISE EXCEPTION 'objects of yours depend on the views of %: %',
            quote_ident(schema), array_to_string(dependents, ', ')
            USING
                ERRCODE = 'dependent_objects_still_exist',
                HINT = 'Drop these first. Nothing has been dropped.';
    END IF;
    RETURN QUERY
        SELECT format(
            '%s %I.%I',
            CASE class.relkind WHEN 'v' THEN 'view' ELSE 'table' END, schema, class.relname
        )
        FROM pg_class AS class
        WHERE class.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema)))
            AND class.relname = ANY (ours)
            AND class.relkind IN ('v', 'r')
        ORDER BY
            class.relkind DESC,
            class.relname;
    PERFORM slaops.drop_mart_views(schema, ours);
    SELECT string_agg(format('%I.%I', schema, class.relname), ', ')
    INTO list
    FROM pg_class AS class
    WHERE class.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema)))
        AND class.relname = ANY (ours)
        AND class.relkind = 'r';
    EXECUTE 'DROP TABLE ' || list;
END
$drop_marts$;
COMMENT ON FUNCTION slaops.drop_marts(text) IS
'Drops what create_marts made in a schema; raises an error, and drops nothing, if objects of '
'yours depend on it. Example: SELECT * FROM slaops.drop_marts(''support'');';
