-- Anomalies: how unusual is a value among earlier ones?

CREATE FUNCTION slaops.rolling_zscore_add(state internal, value double precision)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_rolling_zscore_add';
COMMENT ON FUNCTION slaops.rolling_zscore_add(internal, double precision) IS
'Takes the next row into the state of rolling_zscore.';

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
'Takes the next row into a frame of rolling_zscore that moves.';

CREATE FUNCTION slaops.rolling_zscore_leave(state internal, value double precision)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_rolling_zscore_leave';
COMMENT ON FUNCTION slaops.rolling_zscore_leave(internal, double precision) IS
'Lets the oldest row leave a frame of rolling_zscore.';

CREATE FUNCTION slaops.rolling_zscore_score(state internal)
RETURNS double precision
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_rolling_zscore_score';
COMMENT ON FUNCTION slaops.rolling_zscore_score(internal) IS
'The score of the last row of a frame of rolling_zscore.';

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
'How many standard deviations the last row of the frame is from the mean of the rows before it in '
'the frame: rolling_zscore(tickets) OVER (ORDER BY day ROWS BETWEEN 28 PRECEDING AND CURRENT ROW). '
'NULL for fewer than two earlier values. NULL, NaN and infinite values have no score and are left '
'out of the others'' past; after a past without variation a different value scores Infinity.';

CREATE FUNCTION slaops.robust_zscore_enter(state internal, value double precision)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_robust_zscore_enter';
COMMENT ON FUNCTION slaops.robust_zscore_enter(internal, double precision) IS
'Takes the next row into the state of robust_zscore.';

CREATE FUNCTION slaops.robust_zscore_leave(state internal, value double precision)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_robust_zscore_leave';
COMMENT ON FUNCTION slaops.robust_zscore_leave(internal, double precision) IS
'Lets the oldest row leave a frame of robust_zscore.';

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
'As rolling_zscore, but by the median of the rows before and their median absolute deviation x '
'1.4826, which earlier outliers do not widen; by the mean absolute deviation x 1.2533 where more '
'than half of the values are the same. NULL for fewer than three earlier values. Above 3.5 is '
'commonly called an anomaly.';

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
'Scores each value of a series against the same place of the cycles before: season is the number '
'of values in a cycle (7 for days of weeks, 1 for none), window how many earlier cycles count. '
'expected is their median; z and robust_z are as rolling_zscore and robust_zscore have them; an '
'anomaly is further off than threshold robust deviations, and NULL where there are too few earlier '
'values to tell.';
