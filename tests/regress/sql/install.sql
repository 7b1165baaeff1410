-- The extension installs, and reads well.
CREATE EXTENSION slaops;
SELECT extname, nspname
FROM pg_extension
JOIN pg_namespace AS namespace ON namespace.oid = extnamespace
WHERE extname = 'slaops';

-- For the tests that follow: what a statement is refused with.
CREATE FUNCTION public.refusal(statement text) RETURNS TABLE (
    state text, message text, detail text, hint text
) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    message := 'not refused';
    RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT;
END $$;
