-- Taking the views away again, and what would go with them.

CREATE FUNCTION slaops.mart_dependents(schema text, relations text[], ours text[])
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_dependents$
    WITH own AS (
        SELECT c.oid, c.relname, c.relname = ANY (relations) AS goes FROM pg_class AS c WHERE c.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema))) AND c.relname = ANY (ours)
    ), used AS (
        SELECT 'pg_class'::regclass AS class, o.oid FROM own AS o WHERE o.goes
        UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type AS t JOIN own AS o ON t.typrelid = o.oid WHERE o.goes
        UNION ALL SELECT 'pg_type'::regclass, t.typarray FROM pg_type AS t JOIN own AS o ON t.typrelid = o.oid WHERE o.goes
    ), found AS (
        -- What stands elsewhere and uses them, and policies on tables of ours that do.
        SELECT coalesce(CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' END || r.ev_class::regclass, pg_describe_object(d.classid, d.objid, d.objsubid)) AS object
        FROM used AS u
        JOIN pg_depend AS d ON d.refclassid = u.class AND d.refobjid = u.oid AND d.deptype = 'n'
        LEFT JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
        LEFT JOIN pg_class AS c ON c.oid = r.ev_class
        LEFT JOIN pg_policy AS p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
        LEFT JOIN pg_constraint AS k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
        LEFT JOIN pg_trigger AS g ON d.classid = 'pg_trigger'::regclass AND g.oid = d.objid
        WHERE coalesce(r.ev_class, p.polrelid, k.conrelid, g.tgrelid, CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid END, 0) NOT IN (SELECT o.oid FROM own AS o)
           OR p.polname <> 'slaops_own_tickets'
        -- What was added to them.
        UNION SELECT pg_describe_object('pg_policy'::regclass, p.oid, 0) FROM pg_policy AS p JOIN own AS o ON o.oid = p.polrelid WHERE o.goes AND p.polname <> 'slaops_own_tickets'
        UNION SELECT pg_describe_object('pg_rewrite'::regclass, r.oid, 0) FROM pg_rewrite AS r JOIN own AS o ON o.oid = r.ev_class WHERE o.goes AND r.rulename <> '_RETURN'
        UNION SELECT pg_describe_object('pg_trigger'::regclass, g.oid, 0) FROM pg_trigger AS g JOIN own AS o ON o.oid = g.tgrelid WHERE o.goes AND NOT g.tgisinternal
        UNION SELECT pg_describe_object('pg_constraint'::regclass, k.oid, 0) FROM pg_constraint AS k JOIN own AS o ON o.oid = k.conrelid
              WHERE o.goes AND k.contype NOT IN ('n', 't') AND k.conname NOT IN (o.relname || '_pkey', 'mart_state_one_check')
        UNION SELECT pg_describe_object('pg_class'::regclass, i.indexrelid, 0) FROM pg_index AS i JOIN own AS o ON o.oid = i.indrelid JOIN pg_class AS c ON c.oid = i.indexrelid
              WHERE o.goes AND c.relname NOT LIKE 'slaops\_%' AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)
    )
    SELECT array_agg(f.object ORDER BY f.object COLLATE "C") FROM found AS f
$mart_dependents$;
COMMENT ON FUNCTION slaops.mart_dependents(text, text[], text[]) IS
'Objects that depend on relations of a schema, or were added to them (policies, rules, triggers, '
'constraints, indexes), and that create_marts, whose relations are ours, did not make; NULL for '
'none.';

CREATE FUNCTION slaops.mart_grants(schema text, ours text[])
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_grants$
    SELECT coalesce(array_agg(format('GRANT %s%s ON %I.%I TO %s%s', x.privilege_type, CASE WHEN g.attname IS NOT NULL THEN format(' (%I)', g.attname) END, schema, g.relname,
               CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)), '{}')
    FROM (
        SELECT c.relname, c.relowner, NULL::name AS attname, c.relacl AS acl FROM pg_class AS c WHERE c.relnamespace = quote_ident(slaops.schema_name(schema))::regnamespace AND c.relname = ANY (ours)
        UNION ALL
        SELECT c.relname, c.relowner, a.attname, a.attacl FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped
        WHERE c.relnamespace = quote_ident(slaops.schema_name(schema))::regnamespace AND c.relname = ANY (ours)
    ) AS g
    CROSS JOIN LATERAL aclexplode(g.acl) AS x
    WHERE g.relname <> 'mart_state' AND x.grantee <> g.relowner
$mart_grants$;
COMMENT ON FUNCTION slaops.mart_grants(text, text[]) IS
'The statements that grant again what others may do with the relations of create_marts, and with '
'single columns.';

CREATE FUNCTION slaops.drop_mart_views(schema text, ours text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $drop_mart_views$
DECLARE
    list text;
    policy record;
BEGIN
    FOR policy IN
        SELECT p.polname, c.relname FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
        WHERE c.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema))) AND c.relname = ANY (ours) AND p.polname = 'slaops_own_tickets'
    LOOP
        EXECUTE format('DROP POLICY %I ON %I.%I', policy.polname, schema, policy.relname);
    END LOOP;
    -- The newest first: readers lock a view before those that it reads.
    SELECT string_agg(format('%I.%I', schema, c.relname), ', ' ORDER BY c.oid DESC) INTO list FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema))) AND c.relname = ANY (ours) AND c.relkind = 'v';
    IF list IS NOT NULL THEN
        EXECUTE 'DROP VIEW ' || list;
    END IF;
END
$drop_mart_views$;
COMMENT ON FUNCTION slaops.drop_mart_views(text, text[]) IS
'Drops views of create_marts, and the policies that use them.';

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
        RAISE EXCEPTION 'schema % has no views of create_marts', coalesce(quote_ident(schema), 'NULL')
            USING ERRCODE = 'undefined_object', HINT = 'Give the schema that you gave create_marts.';
    END IF;
    PERFORM slaops.lock_marts(schema, 'change');
    state := slaops.mart_state_of(schema, true);
    ours := array(SELECT jsonb_object_keys(state -> 'objects') ORDER BY 1);
    dependents := slaops.mart_dependents(schema, ours, ours);
    IF dependents IS NOT NULL THEN
        RAISE EXCEPTION 'objects of yours depend on the views of %: %', quote_ident(schema), array_to_string(dependents, ', ')
            USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Drop these first. Nothing has been dropped.';
    END IF;
    RETURN QUERY SELECT format('%s %I.%I', CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END, schema, c.relname)
        FROM pg_class AS c WHERE c.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema))) AND c.relname = ANY (ours) AND c.relkind IN ('v', 'r') ORDER BY c.relkind DESC, c.relname;
    PERFORM slaops.drop_mart_views(schema, ours);
    SELECT string_agg(format('%I.%I', schema, c.relname), ', ') INTO list FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace(quote_ident(slaops.schema_name(schema))) AND c.relname = ANY (ours) AND c.relkind = 'r';
    EXECUTE 'DROP TABLE ' || list;
END
$drop_marts$;
COMMENT ON FUNCTION slaops.drop_marts(text) IS
'Drops what create_marts made in a schema, and nothing else; objects of yours that depend on it are '
'named, and then nothing is dropped.';
