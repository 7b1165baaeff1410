-- The schema that holds everything. The script makes it, so it belongs to the extension and to the
-- superuser who owns the extension's objects: nobody else can put a function in it that slaops
-- would call.

DO $schema$
BEGIN
    IF pg_catalog.to_regnamespace('slaops') IS NOT NULL THEN
        RAISE EXCEPTION 'schema "slaops" already exists, and CREATE EXTENSION makes its own'
            USING ERRCODE = 'duplicate_schema',
                  HINT = 'Look at what is in it, then DROP SCHEMA slaops '
                      'or ALTER SCHEMA slaops RENAME TO another name.';
    END IF;
END
$schema$;

CREATE SCHEMA slaops;
COMMENT ON SCHEMA slaops IS
'SLA analytics: business-time calendars, SLA clocks, attainment, process mining and forecasts.';
-- Who ran CREATE EXTENSION decides who else may use it, and so does the database's owner: a dump
-- that a superuser restores makes the extension the superuser's, and the owner's views and tables
-- must come back all the same.
GRANT USAGE ON SCHEMA slaops TO @extowner@, pg_database_owner WITH GRANT OPTION;

-- A library that other declarations of its functions were made for would crash the server. Both
-- sides know the hash of these declarations: the library compares them when a session loads it, and
-- this script before it declares anything.
CREATE FUNCTION slaops.interface_of_library() RETURNS text
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_interface_of_library';
COMMENT ON FUNCTION slaops.interface_of_library() IS
'The hash of the declarations for which the loaded library was built; NULL for a library that make '
'did not build.';

-- The library reads the body, so this is a text and not an expression.
CREATE FUNCTION slaops.interface_of_script() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$SELECT '@interface@'$$;
COMMENT ON FUNCTION slaops.interface_of_script() IS
'The hash of the declarations that the extension''s script made in this database.';

DO $interface$
BEGIN
    IF slaops.interface_of_library() OPERATOR(pg_catalog.<>) slaops.interface_of_script() THEN
        RAISE EXCEPTION 'the library of slaops and its install script are of different builds'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = pg_catalog.format(
                      'The library was built for interface %s, the script has %s.',
                      slaops.interface_of_library(), slaops.interface_of_script()
                  ),
                  HINT = 'Install both together (make install), and connect again.';
    END IF;
END
$interface$;
