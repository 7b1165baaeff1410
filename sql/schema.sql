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
