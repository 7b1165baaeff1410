-- How unusual is a value among earlier ones?
CREATE TEMP TABLE day (day int, tickets float8);
INSERT INTO day
SELECT i, v
FROM unnest(
    '{10, 12, 8, 10, 20, 11, NULL, 9, NaN, 10, -5, Infinity, 10}'::float8[]
) WITH ORDINALITY AS elements (v, i);
-- Of 10, 12, 8, 10 and then 20: 6.12 from a mean of 10, 6.74 from a median of 10. Then the 20
-- widens one and not the other.
SELECT
    day,
    tickets,
    round((slaops.rolling_zscore(tickets) OVER w)::numeric, 4) AS z,
    round((slaops.robust_zscore(tickets) OVER w)::numeric, 4) AS robust_z
FROM day WINDOW w AS (ORDER BY day ROWS BETWEEN 4 PRECEDING AND CURRENT ROW)
ORDER BY day;
-- As an aggregate: the latest row among all before it. Nothing, one row, a past that never varied.
SELECT
    round(slaops.rolling_zscore(tickets ORDER BY day)::numeric, 4) AS z,
    round(slaops.robust_zscore(tickets ORDER BY day)::numeric, 4) AS robust_z
FROM day
WHERE day <= 5;
SELECT slaops.rolling_zscore(v) AS none, slaops.robust_zscore(v) AS none
FROM unnest('{}'::float8[]) AS elements (v);
SELECT slaops.rolling_zscore(5) AS one, slaops.robust_zscore(5) AS one;
SELECT slaops.rolling_zscore(v) OVER w AS z, slaops.robust_zscore(v) OVER w AS robust_z
FROM unnest(
    '{5, 5, 5, 5, 6, 5}'::float8[]
) WITH ORDINALITY AS elements (v, i) WINDOW w AS (ORDER BY i);

-- Every kind of frame, moving or not, is what plain SQL says of its rows.
CREATE TEMP TABLE many AS
SELECT
    i,
    hashint4(i) & 3 AS part,
    CASE
        WHEN hashint4(i * 5) & 15 = 0 THEN NULL
        WHEN hashint4(i * 5) & 63 = 1 THEN 'NaN'
        ELSE (hashint4(i * 3) & 255) + 1e6
    END AS v
FROM generate_series(1, 600) AS numbers (i);
CREATE FUNCTION pg_temp.plain(list float8[]) RETURNS float8 LANGUAGE sql AS $$
    SELECT CASE WHEN count(v) >= 2 THEN (list[cardinality(list)] - avg(v)) / stddev_samp(v) END
    FROM unnest(list[:cardinality(list) - 1]) AS elements (v)
    WHERE v <> 'NaN'
    HAVING list[cardinality(list)] <> 'NaN'
$$;
CREATE FUNCTION pg_temp.robust(list float8[]) RETURNS float8 LANGUAGE sql AS $$
    SELECT CASE
        WHEN count(v) >= 3 THEN 0.6744897501960817 * (
            list[cardinality(list)] - min(m)
        ) / percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(v - m))
    END
    FROM
        unnest(list[:cardinality(list) - 1]) AS elements (v),
        (
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY v) AS m
            FROM unnest(list[:cardinality(list) - 1]) AS elements (v)
            WHERE v <> 'NaN'
        ) AS found
    WHERE v <> 'NaN'
    HAVING list[cardinality(list)] <> 'NaN'
$$;
CREATE FUNCTION pg_temp.differ(a float8, b float8) RETURNS bool LANGUAGE sql AS $$
    SELECT (a IS NULL) <> (b IS NULL) OR abs(a - b) > 1e-9 * (1 + abs(b))
$$;
SELECT
    'moving' AS frame,
    count(*) AS "rows",
    count(z) AS scored,
    count(*) FILTER (
        WHERE pg_temp.differ(z, pg_temp.plain(list)) OR pg_temp.differ(r, pg_temp.robust(list))
    ) AS differ
FROM (
    SELECT
        slaops.rolling_zscore(v) OVER w AS z,
        slaops.robust_zscore(v) OVER w AS r,
        array_agg(v) OVER w AS list
    FROM many WINDOW w AS (PARTITION BY part ORDER BY i ROWS BETWEEN 20 PRECEDING AND CURRENT ROW)
) AS found
UNION ALL
SELECT
    'growing',
    count(*),
    count(z),
    count(*) FILTER (
        WHERE pg_temp.differ(z, pg_temp.plain(list)) OR pg_temp.differ(r, pg_temp.robust(list))
    )
FROM (
    SELECT
        slaops.rolling_zscore(v) OVER w AS z,
        slaops.robust_zscore(v) OVER w AS r,
        array_agg(v) OVER w AS list
    FROM many WINDOW w AS (PARTITION BY part ORDER BY i)
) AS found
UNION ALL
SELECT
    'until next week',
    count(*),
    count(z),
    count(*) FILTER (
        WHERE pg_temp.differ(z, pg_temp.plain(list)) OR pg_temp.differ(r, pg_temp.robust(list))
    )
FROM (
    SELECT
        slaops.rolling_zscore(v) OVER w AS z,
        slaops.robust_zscore(v) OVER w AS r,
        array_agg(v) OVER w AS list
    FROM many WINDOW w AS (ORDER BY i ROWS BETWEEN 5 PRECEDING AND 7 FOLLOWING)
) AS found
UNION ALL
SELECT
    'by value',
    count(*),
    count(z),
    count(*) FILTER (
        WHERE pg_temp.differ(z, pg_temp.plain(list)) OR pg_temp.differ(r, pg_temp.robust(list))
    )
FROM (
    SELECT
        slaops.rolling_zscore(v) OVER w AS z,
        slaops.robust_zscore(v) OVER w AS r,
        array_agg(v) OVER w AS list
    FROM many WINDOW w AS (ORDER BY i RANGE BETWEEN 30 PRECEDING AND 10 PRECEDING)
) AS found
UNION ALL
SELECT
    'shrinking',
    count(*),
    count(z),
    count(*) FILTER (
        WHERE pg_temp.differ(z, pg_temp.plain(list)) OR pg_temp.differ(r, pg_temp.robust(list))
    )
FROM (
    SELECT
        slaops.rolling_zscore(v) OVER w AS z,
        slaops.robust_zscore(v) OVER w AS r,
        array_agg(v) OVER w AS list
    FROM many WINDOW w AS (ORDER BY i ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
) AS found;
-- What has left a frame leaves nothing behind, however large it was.
SELECT i, v, round((slaops.rolling_zscore(v) OVER w)::numeric, 6) AS z
FROM unnest('{1, 1e17, 3, 1, 2, 3, 1, 2}'::float8[]) WITH ORDINALITY AS elements (v, i) WINDOW w AS (
    ORDER BY i ROWS BETWEEN 3 PRECEDING AND CURRENT ROW
)
OFFSET 5;

-- Weeks: a Monday is compared with Mondays. The last Monday is far off, the holiday before it too.
SELECT
    "position",
    value,
    expected,
    round(z::numeric, 2) AS z,
    round(robust_z::numeric, 2) AS robust_z,
    is_anomaly
FROM slaops.anomalies(
    '{100, 90, 80, 70, 60, 5, 4, 104, 92, 79, 71, 60, 6, 4, 98, 91, 81, 70, 62, 5, 5, 101, 89,'
    ' 80, 72, 61, 5, 4, 99, 90, 82, 5, 60, 4, 5, 160, 91}',
    7
)
OFFSET 28;
SELECT
    count(*) FILTER (
        WHERE pg_temp.differ(anomaly.z, window_row.z)
        OR pg_temp.differ(anomaly.robust_z, window_row.r)
    ) AS differ,
    count(anomaly.z) AS scored
FROM
    (SELECT array_agg(v ORDER BY i) AS list FROM many) AS listed,
    slaops.anomalies(list, 7, 10) AS anomaly
JOIN (
    SELECT
        i,
        slaops.rolling_zscore(v) OVER window_row AS z,
        slaops.robust_zscore(v) OVER window_row AS r
    FROM many WINDOW window_row AS (
        PARTITION BY i % 7 ORDER BY i ROWS BETWEEN 10 PRECEDING AND CURRENT ROW
    )
) AS window_row
    ON window_row.i = anomaly.position;
SELECT * FROM slaops.anomalies('{1, 2, NULL, NaN, 1, 2, 9}') OFFSET 2;
SELECT count(*) FROM slaops.anomalies('{}');
SELECT count(*) FROM slaops.anomalies(NULL);

-- Most of them alike, by the mean deviation: 1,999 earlier values, all 0 but 1 to 199.
SELECT i, z
FROM (
    SELECT
        i,
        slaops.robust_zscore(CASE WHEN i % 10 = 0 THEN i / 10 ELSE 0 END) OVER (ORDER BY i) AS z
    FROM generate_series(1, 2001) AS numbers (i)
) AS found
WHERE i IN (1999, 2000, 2001);
SELECT round(200 / (199 * 200 / 2 / 1999.0 * 1.2533141373155003), 13) AS of_2000;
-- Tiny values vary too: their squares are beyond the numbers, so there is no plain score.
SELECT value, z, robust_z
FROM slaops.anomalies('{1e-200,3e-200,2e-200,1e-200,9e-200}')
WHERE "position" = 5;
SELECT * FROM refusal($$SELECT slaops.anomalies('{1}', 0)$$);
SELECT * FROM refusal($$SELECT slaops.anomalies('{1}', 7, 2)$$);
SELECT * FROM refusal($$SELECT slaops.anomalies('{1}', 7, 20000)$$);
SELECT * FROM refusal($$SELECT slaops.anomalies('{1}', 7, 8, 0)$$);
SELECT * FROM refusal($$SELECT slaops.anomalies('{1}', 7, 8, 'NaN')$$);
