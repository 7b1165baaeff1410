-- Taking the views away again, and what would go with them.

CREATE FUNCTION slaops.mart_dependents(schema text, ours text[])
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_dependents$
    WITH own AS (
        SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = to_regnamespace(quote_ident(schema)) AND c.relname = ANY (ours)
    ), used AS (
        SELECT 'pg_class'::regclass AS class, o.oid FROM own AS o
        UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type AS t JOIN own AS o ON t.typrelid = o.oid
        UNION ALL SELECT 'pg_type'::regclass, t.typarray FROM pg_type AS t JOIN own AS o ON t.typrelid = o.oid
    )
    SELECT array_agg(DISTINCT coalesce(
               CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' END || r.ev_class::regclass,
               pg_describe_object(d.classid, d.objid, d.objsubid)))
    FROM used AS u
    JOIN pg_depend AS d ON d.refclassid = u.class AND d.refobjid = u.oid AND d.deptype = 'n'
    LEFT JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    LEFT JOIN pg_class AS c ON c.oid = r.ev_class
    LEFT JOIN pg_policy AS p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
    LEFT JOIN pg_constraint AS k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
    WHERE coalesce(r.ev_class, p.polrelid, k.conrelid, CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid END, 0) NOT IN (SELECT o.oid FROM own AS o)
$mart_dependents$;
COMMENT ON FUNCTION slaops.mart_dependents(text, text[]) IS
'Objects that are not among ours and depend on a relation of a schema that is; NULL for none.';

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
        WHERE c.relnamespace = to_regnamespace(quote_ident(schema)) AND c.relname = ANY (ours) AND p.polname = 'slaops_own_tickets'
    LOOP
        EXECUTE format('DROP POLICY %I ON %I.%I', policy.polname, schema, policy.relname);
    END LOOP;
    SELECT string_agg(format('%I.%I', schema, c.relname), ', ') INTO list FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace(quote_ident(schema)) AND c.relname = ANY (ours) AND c.relkind = 'v';
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
BEGIN
    IF to_regclass(format('%I.mart_state', schema)) IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts', coalesce(quote_ident(schema), 'NULL')
            USING ERRCODE = 'undefined_object', HINT = 'Give the schema that you gave create_marts.';
    END IF;
    EXECUTE format('SELECT array(SELECT jsonb_object_keys(s.objects) ORDER BY 1) FROM %I.mart_state AS s', schema) INTO ours;
    dependents := slaops.mart_dependents(schema, ours);
    IF dependents IS NOT NULL THEN
        RAISE EXCEPTION 'objects of yours depend on the views of %: %', quote_ident(schema), array_to_string(dependents, ', ')
            USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Drop these first. Nothing has been dropped.';
    END IF;
    RETURN QUERY SELECT format('%s %I.%I', CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END, schema, c.relname)
        FROM pg_class AS c WHERE c.relnamespace = to_regnamespace(quote_ident(schema)) AND c.relname = ANY (ours) AND c.relkind IN ('v', 'r') ORDER BY c.relkind DESC, c.relname;
    PERFORM slaops.drop_mart_views(schema, ours);
    SELECT string_agg(format('%I.%I', schema, c.relname), ', ') INTO list FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace(quote_ident(schema)) AND c.relname = ANY (ours) AND c.relkind = 'r';
    EXECUTE 'DROP TABLE ' || list;
END
$drop_marts$;
COMMENT ON FUNCTION slaops.drop_marts(text) IS
'Drops what create_marts made in a schema, and nothing else; objects of yours that depend on it are named, and then nothing is dropped.';
