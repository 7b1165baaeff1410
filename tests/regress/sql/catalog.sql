-- Every object of the extension has a comment, and functions say what the planner needs to know.
SELECT pg_describe_object(d.classid, d.objid, 0) AS without_comment
FROM pg_depend AS d
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
  AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'slaops')
  AND obj_description(d.objid, (SELECT relname FROM pg_class WHERE oid = d.classid)) IS NULL
  -- The schema is made by the control file; an operator family comes with its class.
  AND d.classid NOT IN ('pg_namespace'::regclass, 'pg_opfamily'::regclass)
  AND NOT EXISTS (SELECT FROM pg_type AS t WHERE t.oid = d.objid AND (t.typelem <> 0 OR t.typrelid <> 0))
ORDER BY 1;
SELECT a.attname AS column_without_comment FROM pg_attribute AS a
WHERE a.attrelid IN (SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = 'slaops'::regnamespace AND c.relkind IN ('r', 'v')) AND a.attnum > 0 AND col_description(a.attrelid, a.attnum) IS NULL;

-- What is immutable takes a calendar, what is stable takes a name or reads days of the session's time zone.
SELECT p.proname, p.provolatile, p.proparallel, p.proisstrict, pg_get_function_identity_arguments(p.oid) AS arguments
FROM pg_proc AS p WHERE p.pronamespace = 'slaops'::regnamespace AND p.proname !~ '^(calendar_|sla_clock_|ticket_history_|attainment_|trace_)'
ORDER BY p.proname, arguments;
