-- What tests say of what they find; for the session that reads this.
CREATE FUNCTION pg_temp.no(what text, wrong bigint) RETURNS void LANGUAGE plpgsql AS
$$ BEGIN IF wrong IS NULL OR wrong <> 0 THEN RAISE '% %', wrong, what; END IF; END $$;
CREATE FUNCTION pg_temp.yes(what text, yes boolean) RETURNS void LANGUAGE plpgsql AS
$$ BEGIN IF yes IS NOT TRUE THEN RAISE 'not so: %', what; END IF; END $$;
-- Nobody's row is compared with nothing: both sides have as many as are asked for.
CREATE FUNCTION pg_temp.same(what text, mine text, theirs text, fewest bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE wrong bigint; example text; total bigint;
BEGIN
    EXECUTE format('SELECT count(*), min(x::text) FROM ((%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)) AS x', '(' || mine || ')', '(' || theirs || ')') INTO wrong, example;
    EXECUTE format('SELECT count(*) FROM (%s) AS x', mine) INTO total;
    IF wrong <> 0 THEN RAISE '%: % of % rows differ, such as %', what, wrong, total, example; END IF;
    IF total < fewest THEN RAISE '%: only % rows', what, total; END IF;
END $$;
CREATE FUNCTION pg_temp.refused(statement text, message text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE said text; hint text;
BEGIN
    BEGIN EXECUTE statement; EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT; END;
    IF said IS DISTINCT FROM message OR hint = '' THEN RAISE 'not refused as it should be: %, said "%", hint "%"', statement, said, hint; END IF;
END $$;
