-- Anomalies: how unusual is a value among earlier ones?

CREATE FUNCTION slaops.rolling_zscore_add(state internal, value double precision)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_rolling_zscore_add';
COMMENT ON FUNCTION slaops.rolling_zscore_add(internal, double precision) IS
'Adds a row to the state of rolling_zscore.';

CREATE FUNCTION slaops.rolling_zscore_final(state internal)
RETURNS double precision
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_rolling_zscore_final';
COMMENT ON FUNCTION slaops.rolling_zscore_final(internal) IS
'The score of the last row of rolling_zscore.';

CREATE FUNCTION slaops.rolling_zscore_enter(state internal, value double precision)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_rolling_zscore_enter';
COMMENT ON FUNCTION slaops.rolling_zscore_enter(internal, double precision) IS
'Adds a row to a moving frame of rolling_zscore.';

CREATE FUNCTION slaops.rolling_zscore_leave(state internal, value double precision)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_rolling_zscore_leave';
COMMENT ON FUNCTION slaops.rolling_zscore_leave(internal, double precision) IS
'Removes the oldest row from a moving frame of rolling_zscore.';

CREATE FUNCTION slaops.rolling_zscore_score(state internal)
RETURNS double precision
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_rolling_zscore_score';
COMMENT ON FUNCTION slaops.rolling_zscore_score(internal) IS
'The score of the last row of a moving frame of rolling_zscore.';

CREATE AGGREGATE slaops.rolling_zscore(value double precision) (
    SFUNC = slaops.rolling_zscore_add,
    STYPE = internal,
    SSPACE = 64,
    FINALFUNC = slaops.rolling_zscore_final,
    MSFUNC = slaops.rolling_zscore_enter,
    MINVFUNC = slaops.rolling_zscore_leave,
    MSTYPE = internal,
    MSSPACE = 2048,
    MFINALFUNC = slaops.rolling_zscore_score,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.rolling_zscore(double precision) IS
'Standard deviations between the last row of a window frame and the mean of the rows before it; '
'NULL with fewer than two earlier values. Example: SELECT slaops.rolling_zscore(v) OVER (ORDER BY '
'day ROWS BETWEEN 28 PRECEDING AND CURRENT ROW) FROM (VALUES (1, 10.0), (2, 12), (3, 30)) AS t '
'(day, v);';

CREATE FUNCTION slaops.robust_zscore_enter(state internal, value double precision)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_robust_zscore_enter';
COMMENT ON FUNCTION slaops.robust_zscore_enter(internal, double precision) IS
'Adds a row to the state of robust_zscore.';

CREATE FUNCTION slaops.robust_zscore_leave(state internal, value double precision)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_robust_zscore_leave';
COMMENT ON FUNCTION slaops.robust_zscore_leave(internal, double precision) IS
'Removes the oldest row from the state of robust_zscore.';

CREATE FUNCTION slaops.robust_zscore_score(state internal)
RETURNS double precision
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_robust_zscore_score';
COMMENT ON FUNCTION slaops.robust_zscore_score(internal) IS
'The score of the last row of robust_zscore.';

CREATE AGGREGATE slaops.robust_zscore(value double precision) (
    SFUNC = slaops.robust_zscore_enter,
    STYPE = internal,
    SSPACE = 4096,
    FINALFUNC = slaops.robust_zscore_score,
    MSFUNC = slaops.robust_zscore_enter,
    MINVFUNC = slaops.robust_zscore_leave,
    MSTYPE = internal,
    MSSPACE = 4096,
    MFINALFUNC = slaops.robust_zscore_score,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.robust_zscore(double precision) IS
'Like rolling_zscore, with the median and the median absolute deviation x 1.4826, which outliers '
'do not widen; NULL with fewer than three earlier values. Example: SELECT slaops.robust_zscore(v) '
'OVER (ORDER BY day ROWS BETWEEN 28 PRECEDING AND CURRENT ROW) FROM (VALUES (1, 10.0), (2, 12), '
'(3, 11), (4, 30)) AS t (day, v);';

CREATE FUNCTION slaops.anomalies(
    "values" double precision[],
    season integer DEFAULT 1,
    "window" integer DEFAULT 8,
    threshold double precision DEFAULT 3.5
)
RETURNS TABLE (
    "position" integer,
    value double precision,
    expected double precision,
    z double precision,
    robust_z double precision,
    is_anomaly boolean
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100
AS 'MODULE_PATHNAME', 'slaops_anomalies';
COMMENT ON FUNCTION slaops.anomalies(double precision[], integer, integer, double precision) IS
'Scores each value against the same place in the window earlier cycles of season values; an '
'anomaly is more than threshold robust deviations from their median. Example: SELECT * FROM '
'slaops.anomalies(ARRAY[10, 12, 11, 10, 40]);';
