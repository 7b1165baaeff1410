-- Every object of the extension has a comment, and functions say what the planner needs to know.
SELECT pg_describe_object(dependency.classid, dependency.objid, 0) AS without_comment
FROM pg_depend AS dependency
WHERE dependency.refclassid = 'pg_extension'::regclass AND dependency.deptype = 'e'
  AND dependency.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'slaops')
  AND obj_description(dependency.objid, (SELECT relname FROM pg_class WHERE oid = dependency.classid)) IS NULL
  -- The schema is made by the control file; an operator family comes with its class.
  AND dependency.classid NOT IN ('pg_namespace'::regclass, 'pg_opfamily'::regclass)
  AND NOT EXISTS (
      SELECT FROM pg_type AS type
      WHERE type.oid = dependency.objid AND (type.typelem <> 0 OR type.typrelid <> 0)
  )
ORDER BY 1;
SELECT attribute.attname AS column_without_comment
FROM pg_attribute AS attribute
WHERE attribute.attrelid IN (
        SELECT class.oid
        FROM pg_class AS class
        WHERE class.relnamespace = 'slaops'::regnamespace AND class.relkind IN ('r', 'v')
    )
    AND attribute.attnum > 0
    AND col_description(attribute.attrelid, attribute.attnum) IS NULL;

-- What is immutable takes a calendar, what is stable takes a name or reads days of the session's
-- time zone.
SELECT
    routine.proname,
    routine.provolatile,
    routine.proparallel,
    routine.proisstrict,
    pg_get_function_identity_arguments(routine.oid) AS arguments
FROM pg_proc AS routine
WHERE routine.pronamespace = 'slaops'::regnamespace
    AND routine.proname !~ '^(calendar_|sla_clock_|ticket_history_|attainment_|trace_)'
ORDER BY routine.proname, arguments;
