-- What transitions() says of a table `event` (case_id, activity, at, seq), by window functions: counts and cases, minutes by
-- the wall clock and in open minutes, percentiles to what transitions() promises.
CREATE FUNCTION pg_temp.near(a double precision, b double precision, part double precision) RETURNS boolean LANGUAGE sql AS
$$ SELECT a IS NOT DISTINCT FROM b OR abs(a - b) <= part * abs(b) + 1e-9 $$;
CREATE FUNCTION pg_temp.as_windows(log text, fewest bigint, cal text DEFAULT 'Mo-Fr 08:00-18:00 @ UTC') RETURNS void LANGUAGE plpgsql AS $$
DECLARE wrong bigint; total bigint; example text;
BEGIN
    CREATE TEMP TABLE plain ON COMMIT DROP AS
    SELECT from_activity, to_activity, count(*) AS n, count(DISTINCT case_id) AS cases, sum(m) AS total, min(m), max(m), percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY m) AS p,
           sum(b) AS btotal, min(b) AS bmin, max(b) AS bmax, percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY b) AS bp
    FROM (SELECT case_id, from_activity, to_activity, extract(epoch FROM next_at - at)::float8 / 60 AS m, slaops.business_minutes(cal, at, next_at) AS b
          FROM (SELECT case_id, activity AS from_activity, at, lead(activity) OVER w AS to_activity, lead(at) OVER w AS next_at FROM event WINDOW w AS (PARTITION BY case_id ORDER BY at, seq)) AS e
          WHERE next_at IS NOT NULL) AS step
    GROUP BY 1, 2;
    CREATE TEMP TABLE told ON COMMIT DROP AS
    SELECT t.* FROM (SELECT slaops.transition_matrix(case_id, activity, at, cal, seq) AS tm FROM event) AS m, slaops.transitions(tm) AS t WHERE t.total_minutes IS NOT NULL;
    SELECT count(*), count(*) FILTER (WHERE ok IS NOT TRUE), min(from_activity || ' > ' || to_activity) FILTER (WHERE ok IS NOT TRUE) INTO total, wrong, example FROM (
        SELECT from_activity, to_activity,
               p.n = t.n AND p.cases = t.cases AND pg_temp.near(t.total_minutes, p.total, 1e-9) AND pg_temp.near(t.mean_minutes, p.total / p.n, 1e-9) AND t.min = p.min AND t.max = p.max
               AND pg_temp.near(t.business_total_minutes, p.btotal, 1e-9) AND pg_temp.near(t.business_min, p.bmin, 1e-12) AND pg_temp.near(t.business_max, p.bmax, 1e-12)
               AND pg_temp.near(t.p50, p.p[1], e.part) AND pg_temp.near(t.p90, p.p[2], e.part) AND pg_temp.near(t.p95, p.p[3], e.part)
               AND pg_temp.near(t.business_p50, p.bp[1], e.part) AND pg_temp.near(t.business_p90, p.bp[2], e.part) AND pg_temp.near(t.business_p95, p.bp[3], e.part) AS ok
        FROM plain AS p FULL JOIN told AS t USING (from_activity, to_activity)
        CROSS JOIN LATERAL (SELECT CASE WHEN t.exact THEN 1e-9 ELSE 1.0 / 256 END::double precision AS part) AS e) AS v;
    IF wrong <> 0 THEN RAISE '%: % of % transitions are not as window functions say, such as %', log, wrong, total, example; END IF;
    IF total < fewest THEN RAISE '%: only % transitions', log, total; END IF;
    DROP TABLE plain, told;
END $$;
