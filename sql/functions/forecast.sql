-- Series and forecasts: values by time, exponential smoothing and simpler methods, intervals,
-- back-tests.

CREATE TYPE slaops.series;

CREATE FUNCTION slaops.series_in(text cstring)
RETURNS slaops.series
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_in';
COMMENT ON FUNCTION slaops.series_in(cstring) IS
'Reads a series in text form: JSON with step, rule for gaps and points.';

CREATE FUNCTION slaops.series_out(series slaops.series)
RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_out';
COMMENT ON FUNCTION slaops.series_out(slaops.series) IS
'Prints a series as JSON.';

CREATE FUNCTION slaops.series_recv(message internal)
RETURNS slaops.series
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_recv';
COMMENT ON FUNCTION slaops.series_recv(internal) IS
'Reads a series in binary form, checking all of it.';

CREATE FUNCTION slaops.series_send(series slaops.series)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_send';
COMMENT ON FUNCTION slaops.series_send(slaops.series) IS
'A series in binary form.';

CREATE TYPE slaops.series (
    INPUT = slaops.series_in,
    OUTPUT = slaops.series_out,
    RECEIVE = slaops.series_recv,
    SEND = slaops.series_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended
);
COMMENT ON TYPE slaops.series IS 'Values by time in order, with their step and a rule for gaps.';

CREATE FUNCTION slaops.series_transition(state bytea, at timestamptz, value double precision)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_transition';
COMMENT ON FUNCTION slaops.series_transition(bytea, timestamptz, double precision) IS
'Adds a value to the state of series.';

CREATE FUNCTION slaops.series_transition(
    state bytea,
    at timestamptz,
    value double precision,
    step interval
)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_transition_step';
COMMENT ON FUNCTION slaops.series_transition(bytea, timestamptz, double precision, interval) IS
'Adds a value to the state of series with a step.';

CREATE FUNCTION slaops.series_transition(
    state bytea,
    at timestamptz,
    value double precision,
    step interval,
    fill text
)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_transition_step';
COMMENT ON FUNCTION slaops.series_transition(
    bytea, timestamptz, double precision, interval, text
) IS
'Adds a value to the state of series with a step and a rule for gaps.';

CREATE FUNCTION slaops.series_transition(
    state bytea,
    at timestamptz,
    value double precision,
    step interval,
    fill text,
    duplicates text
)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_transition_step';
COMMENT ON FUNCTION slaops.series_transition(
    bytea, timestamptz, double precision, interval, text, text
) IS
'Adds a value to the state of series with a step and rules for gaps and duplicates.';

CREATE FUNCTION slaops.series_combine(state bytea, other bytea)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_combine';
COMMENT ON FUNCTION slaops.series_combine(bytea, bytea) IS 'Merges two states of series.';

CREATE FUNCTION slaops.series_final(state bytea)
RETURNS slaops.series
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_final';
COMMENT ON FUNCTION slaops.series_final(bytea) IS
'The series of a state of series.';

CREATE AGGREGATE slaops.series(at timestamptz, value double precision) (
    SFUNC = slaops.series_transition,
    STYPE = bytea,
    SSPACE = 1024,
    FINALFUNC = slaops.series_final,
    COMBINEFUNC = slaops.series_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.series(timestamptz, double precision) IS
'Collects values by time, in any order of rows, into a series; values of one instant are summed, '
'and the step is found from the instants. Gaps are 0 if all values are counts, else missing. '
'Example: SELECT slaops.series(day, n) FROM (VALUES (''2026-01-05Z''::timestamptz, 3.0), '
'(''2026-01-06Z'', 4)) AS t (day, n);';

CREATE AGGREGATE slaops.series(at timestamptz, value double precision, step interval) (
    SFUNC = slaops.series_transition,
    STYPE = bytea,
    SSPACE = 1024,
    FINALFUNC = slaops.series_final,
    COMBINEFUNC = slaops.series_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.series(timestamptz, double precision, interval) IS
'Collects values by time into a series with a step; values of one step are summed. Days and '
'months are those of the session''s time zone. Example: SELECT slaops.series(created_at, 1, ''1 '
'day'') FROM demo.tickets;';

CREATE AGGREGATE slaops.series(at timestamptz, value double precision, step interval, fill text) (
    SFUNC = slaops.series_transition,
    STYPE = bytea,
    SSPACE = 1024,
    FINALFUNC = slaops.series_final,
    COMBINEFUNC = slaops.series_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.series(timestamptz, double precision, interval, text) IS
'Like series with a step; fill is the rule for steps without a value: zero, missing or auto. '
'Example: SELECT slaops.series(created_at, 1, ''1 day'', ''zero'') FROM demo.tickets;';

CREATE AGGREGATE slaops.series(
    at timestamptz,
    value double precision,
    step interval,
    fill text,
    duplicates text
) (
    SFUNC = slaops.series_transition,
    STYPE = bytea,
    SSPACE = 1024,
    FINALFUNC = slaops.series_final,
    COMBINEFUNC = slaops.series_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.series(timestamptz, double precision, interval, text, text) IS
'Like series with a step and fill; duplicates is the rule for several values of one step: sum, or '
'refuse (an error). Example: SELECT slaops.series(created_at, 1, ''1 day'', ''zero'', ''sum'') '
'FROM demo.tickets;';

CREATE FUNCTION slaops.series_merge(a slaops.series, b slaops.series)
RETURNS slaops.series
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_merge';
COMMENT ON FUNCTION slaops.series_merge(slaops.series, slaops.series) IS
'One series from two; values of one instant are summed.';

CREATE FUNCTION slaops.series_rollup(sum bytea, series slaops.series)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_rollup';
COMMENT ON FUNCTION slaops.series_rollup(bytea, slaops.series) IS
'The step of slaops.rollup: adds a series to an exact sum.';

CREATE FUNCTION slaops.series_rollup_combine(sum bytea, other bytea)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_rollup_combine';
COMMENT ON FUNCTION slaops.series_rollup_combine(bytea, bytea) IS
'Adds two exact sums of slaops.rollup.';

CREATE FUNCTION slaops.series_rollup_final(sum bytea)
RETURNS slaops.series
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_rollup_final';
COMMENT ON FUNCTION slaops.series_rollup_final(bytea) IS
'The series of an exact sum of slaops.rollup, each value rounded once.';

CREATE AGGREGATE slaops.rollup(slaops.series) (
    SFUNC = slaops.series_rollup,
    STYPE = bytea,
    FINALFUNC = slaops.series_rollup_final,
    COMBINEFUNC = slaops.series_rollup_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.rollup(slaops.series) IS
'Merges series, in any order, into one, such as those of several groups. Example: SELECT '
'slaops.rollup(s) FROM (SELECT slaops.series(created_at, 1, ''1 day'') AS s FROM demo.tickets '
'GROUP BY group_name) AS g;';

CREATE FUNCTION slaops.series_values(series slaops.series)
RETURNS TABLE (at timestamptz, value double precision, filled boolean)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 365
AS 'MODULE_PATHNAME', 'slaops_series_values';
COMMENT ON FUNCTION slaops.series_values(slaops.series) IS
'The regular steps of a series, from which forecasts are made; filled marks values that were not '
'given. Example: SELECT * FROM slaops.series_values((SELECT slaops.series(created_at, 1, ''1 '
'day'') FROM demo.tickets));';

CREATE FUNCTION slaops.gaps(series slaops.series)
RETURNS TABLE (from_at timestamptz, to_at timestamptz, steps integer, filled_with double precision)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 5
AS 'MODULE_PATHNAME', 'slaops_gaps';
COMMENT ON FUNCTION slaops.gaps(slaops.series) IS
'Stretches of a series without values: start, end, number of steps and the value that fills them '
'(NULL: missing). Example: SELECT * FROM slaops.gaps((SELECT slaops.series(created_at, 1, ''1 '
'day'') FROM demo.tickets));';

CREATE FUNCTION slaops.series_step(series slaops.series)
RETURNS interval
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_step';
COMMENT ON FUNCTION slaops.series_step(slaops.series) IS
'The step of a series. Example: SELECT slaops.series_step((SELECT slaops.series(created_at, 1, '
'''1 day'') FROM demo.tickets));';

-- Fits as values.

CREATE TYPE slaops.forecast_fit;

CREATE FUNCTION slaops.forecast_fit_in(text cstring)
RETURNS slaops.forecast_fit
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_forecast_fit_in';
COMMENT ON FUNCTION slaops.forecast_fit_in(cstring) IS
'Reads a fit in text form: JSON.';

CREATE FUNCTION slaops.forecast_fit_out(fit slaops.forecast_fit)
RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_forecast_fit_out';
COMMENT ON FUNCTION slaops.forecast_fit_out(slaops.forecast_fit) IS
'Prints a fit as JSON.';

CREATE FUNCTION slaops.forecast_fit_recv(message internal)
RETURNS slaops.forecast_fit
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_forecast_fit_recv';
COMMENT ON FUNCTION slaops.forecast_fit_recv(internal) IS
'Reads a fit in binary form, checking all of it.';

CREATE FUNCTION slaops.forecast_fit_send(fit slaops.forecast_fit)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_forecast_fit_send';
COMMENT ON FUNCTION slaops.forecast_fit_send(slaops.forecast_fit) IS
'A fit in binary form.';

CREATE TYPE slaops.forecast_fit (
    INPUT = slaops.forecast_fit_in,
    OUTPUT = slaops.forecast_fit_out,
    RECEIVE = slaops.forecast_fit_recv,
    SEND = slaops.forecast_fit_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended
);
COMMENT ON TYPE slaops.forecast_fit IS
'A forecasting method fitted to a series: model, parameters, states and errors. It can be stored '
'and updated with new values.';

CREATE FUNCTION slaops.to_jsonb(fit slaops.forecast_fit)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_forecast_fit_to_jsonb';
COMMENT ON FUNCTION slaops.to_jsonb(slaops.forecast_fit) IS
'A fit as JSON, with log-likelihood, AIC, AICc and BIC. Example: SELECT '
'slaops.to_jsonb(slaops.fit(ARRAY[10, 12, 11, 13, 12, 14, 13, 15]::float8[], ''ses''));';

CREATE CAST (slaops.forecast_fit AS jsonb)
WITH FUNCTION slaops.to_jsonb(slaops.forecast_fit) AS ASSIGNMENT;
COMMENT ON CAST (slaops.forecast_fit AS jsonb) IS
'A fit as JSON.';

CREATE CAST (jsonb AS slaops.forecast_fit) WITH INOUT;
COMMENT ON CAST (jsonb AS slaops.forecast_fit) IS 'Reads a fit from the JSON that slaops prints.';

CREATE FUNCTION slaops.fit(
    series slaops.series,
    method text DEFAULT 'auto',
    season integer DEFAULT NULL,
    cal text DEFAULT NULL
)
RETURNS slaops.forecast_fit
LANGUAGE c STABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'slaops_fit_series';
COMMENT ON FUNCTION slaops.fit(slaops.series, text, integer, text) IS
'Fits a method to a series, with cal (a registered calendar) to its values per open hour. '
'docs/guides/forecasts.md lists the methods. Example: SELECT slaops.fit((SELECT '
'slaops.series(created_at, 1, ''1 day'') FROM demo.tickets), ''theta'');';

CREATE FUNCTION slaops.fit(
    series slaops.series,
    cal slaops.calendar,
    season integer DEFAULT NULL,
    method text DEFAULT 'auto'
)
RETURNS slaops.forecast_fit
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'slaops_fit_open';
-- Season before method: else a bare NULL for the season beside a literal method would be either
-- function's.
COMMENT ON FUNCTION slaops.fit(slaops.series, slaops.calendar, integer, text) IS
'Fits a method to the values per open hour of a calendar. The fit does not store the calendar: '
'pass it to forecast and update_fit again. Example: SELECT slaops.fit((SELECT '
'slaops.series(created_at, 1, ''1 day'') FROM demo.tickets), ''Mo-Fr 09:00-17:00 @ '
'UTC''::slaops.calendar);';

CREATE FUNCTION slaops.fit(
    "values" double precision[],
    method text DEFAULT 'auto',
    season integer DEFAULT NULL
)
RETURNS slaops.forecast_fit
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'slaops_fit_array';
COMMENT ON FUNCTION slaops.fit(double precision[], text, integer) IS
'Fits a method to values, oldest first; NULL and NaN are missing. season is the number of steps '
'after which the pattern repeats, 1 for none; it is detected if not given. Example: SELECT '
'slaops.fit(ARRAY[10, 12, 11, 13, 12, 14, 13, 15]::float8[], ''ses'');';

CREATE FUNCTION slaops.fit(
    data text,
    method text DEFAULT 'auto',
    season integer DEFAULT NULL,
    cal text DEFAULT NULL
)
RETURNS slaops.forecast_fit
LANGUAGE c STABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'slaops_fit_text';
COMMENT ON FUNCTION slaops.fit(text, text, integer, text) IS
'Fits a method to values or a series in text form: {1,2,3} is an array, a JSON object a series. '
'Example: SELECT slaops.fit(''{10,12,11,13,12,14,13,15}'', ''ses'');';

CREATE FUNCTION slaops.update_fit(fit slaops.forecast_fit, "values" double precision[])
RETURNS slaops.forecast_fit
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_update_fit';
COMMENT ON FUNCTION slaops.update_fit(slaops.forecast_fit, double precision[]) IS
'A fit after further values: states and errors are updated, parameters stay. Example: SELECT '
'slaops.update_fit(slaops.fit(ARRAY[10, 12, 11, 13, 12, 14, 13, 15]::float8[], ''ses''), '
'ARRAY[16, 15]);';

CREATE FUNCTION slaops.update_fit(
    fit slaops.forecast_fit,
    series slaops.series,
    cal slaops.calendar
)
RETURNS slaops.forecast_fit
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_update_fit_open';
COMMENT ON FUNCTION slaops.update_fit(slaops.forecast_fit, slaops.series, slaops.calendar) IS
'A fit by open hours after further values, with the calendar of the fit. The series must begin '
'after the last step of the fit. See docs/guides/forecasts.md.';

CREATE FUNCTION slaops.update_fit(fit slaops.forecast_fit, series slaops.series, cal text)
RETURNS slaops.forecast_fit
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_update_fit_open_by_name';
COMMENT ON FUNCTION slaops.update_fit(slaops.forecast_fit, slaops.series, text) IS
'A fit by open hours after further values, by the name of a registered calendar.';

CREATE FUNCTION slaops.fit_info(fit slaops.forecast_fit)
RETURNS TABLE (
    method text,
    season integer,
    n bigint,
    missing bigint,
    parts text[],
    alpha double precision,
    beta double precision,
    gamma double precision,
    phi double precision,
    level double precision,
    trend double precision,
    seasonal double precision[],
    sse double precision,
    sigma double precision,
    log_likelihood double precision,
    aic double precision,
    aicc double precision,
    bic double precision,
    warnings text[],
    by_open_hours boolean
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1
AS 'MODULE_PATHNAME', 'slaops_fit_info';
COMMENT ON FUNCTION slaops.fit_info(slaops.forecast_fit) IS
'The method of a fit, its parts, smoothing parameters, states, errors and information criteria. '
'Those of a fit by open hours are of values per open hour. Example: SELECT * FROM '
'slaops.fit_info(slaops.fit(ARRAY[10, 12, 11, 13, 12, 14, 13, 15]::float8[], ''ses''));';

-- Forecasts.

CREATE FUNCTION slaops.forecast(
    series slaops.series,
    horizon integer,
    method text DEFAULT 'auto',
    season integer DEFAULT NULL,
    levels double precision[] DEFAULT '{0.8,0.95}',
    nonnegative boolean DEFAULT false,
    seed bigint DEFAULT 1,
    cal text DEFAULT NULL
)
RETURNS TABLE (
    at timestamptz,
    step integer,
    forecast double precision,
    lower double precision[],
    upper double precision[],
    method text
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 14 COST 10000
AS 'MODULE_PATHNAME', 'slaops_forecast_series';
COMMENT ON FUNCTION slaops.forecast(
    slaops.series, integer, text, integer, double precision[], boolean, bigint, text
) IS
'The next steps of a series, with the bounds of each level; with cal (a registered calendar) by '
'its open hours. The column method names the method used. Example: SELECT * FROM '
'slaops.forecast((SELECT slaops.series(created_at, 1, ''1 day'') FROM demo.tickets), 14);';

CREATE FUNCTION slaops.forecast(
    "values" double precision[],
    horizon integer,
    method text DEFAULT 'auto',
    season integer DEFAULT NULL,
    levels double precision[] DEFAULT '{0.8,0.95}',
    nonnegative boolean DEFAULT false,
    seed bigint DEFAULT 1
)
RETURNS TABLE (
    at timestamptz,
    step integer,
    forecast double precision,
    lower double precision[],
    upper double precision[],
    method text
)
LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 14 COST 10000
AS 'MODULE_PATHNAME', 'slaops_forecast_array';
COMMENT ON FUNCTION slaops.forecast(
    double precision[], integer, text, integer, double precision[], boolean, bigint
) IS
'The next steps after values, oldest first; NULL and NaN are missing, and at is NULL. season is '
'detected if not given, 1 for none. Example: SELECT * FROM slaops.forecast(ARRAY[10, 12, 11, 13, '
'12, 14]::float8[], 3);';

CREATE FUNCTION slaops.forecast(
    data text,
    horizon integer,
    method text DEFAULT 'auto',
    season integer DEFAULT NULL,
    levels double precision[] DEFAULT '{0.8,0.95}',
    nonnegative boolean DEFAULT false,
    seed bigint DEFAULT 1,
    cal text DEFAULT NULL
)
RETURNS TABLE (
    at timestamptz,
    step integer,
    forecast double precision,
    lower double precision[],
    upper double precision[],
    method text
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 14 COST 10000
AS 'MODULE_PATHNAME', 'slaops_forecast_text';
COMMENT ON FUNCTION slaops.forecast(
    text, integer, text, integer, double precision[], boolean, bigint, text
) IS
'The next steps of values, a series or a fit in text form: {1,2,3} is an array, a JSON object '
'with points a series, any other a fit. Example: SELECT * FROM '
'slaops.forecast(''{10,12,11,13,12,14}'', 3);';

CREATE FUNCTION slaops.forecast(
    series slaops.series,
    horizon integer,
    cal slaops.calendar,
    method text DEFAULT 'auto',
    season integer DEFAULT NULL,
    levels double precision[] DEFAULT '{0.8,0.95}',
    nonnegative boolean DEFAULT false,
    seed bigint DEFAULT 1
)
RETURNS TABLE (
    at timestamptz,
    step integer,
    forecast double precision,
    lower double precision[],
    upper double precision[],
    method text
)
LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 14 COST 10000
AS 'MODULE_PATHNAME', 'slaops_forecast_open';
COMMENT ON FUNCTION slaops.forecast(
    slaops.series, integer, slaops.calendar, text, integer, double precision[], boolean, bigint
) IS
'The next steps of a series by a calendar: the value per open hour is forecast, then multiplied '
'by the open hours of each step, so that holidays do not distort the season. Example: SELECT * '
'FROM slaops.forecast((SELECT slaops.series(created_at, 1, ''1 day'') FROM demo.tickets), 14, '
'''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar);';

CREATE FUNCTION slaops.forecast(
    fit slaops.forecast_fit,
    horizon integer,
    levels double precision[] DEFAULT '{0.8,0.95}',
    nonnegative boolean DEFAULT false,
    seed bigint DEFAULT 1,
    cal text DEFAULT NULL
)
RETURNS TABLE (
    at timestamptz,
    step integer,
    forecast double precision,
    lower double precision[],
    upper double precision[],
    method text
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 14
AS 'MODULE_PATHNAME', 'slaops_forecast_fit';
COMMENT ON FUNCTION slaops.forecast(
    slaops.forecast_fit, integer, double precision[], boolean, bigint, text
) IS
'The next steps after the values of a fit. A fit by open hours needs its calendar, here by name. '
'Example: SELECT * FROM slaops.forecast(slaops.fit(ARRAY[10, 12, 11, 13, 12, 14, 13, '
'15]::float8[], ''ses''), 3);';

CREATE FUNCTION slaops.forecast(
    fit slaops.forecast_fit,
    horizon integer,
    cal slaops.calendar,
    levels double precision[] DEFAULT '{0.8,0.95}',
    nonnegative boolean DEFAULT false,
    seed bigint DEFAULT 1
)
RETURNS TABLE (
    at timestamptz,
    step integer,
    forecast double precision,
    lower double precision[],
    upper double precision[],
    method text
)
LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 14
AS 'MODULE_PATHNAME', 'slaops_forecast_fit_open';
COMMENT ON FUNCTION slaops.forecast(
    slaops.forecast_fit, integer, slaops.calendar, double precision[], boolean, bigint
) IS
'The next steps of a fit by open hours, with the calendar of the fit. Example: SELECT * FROM '
'slaops.forecast(slaops.fit((SELECT slaops.series(created_at, 1, ''1 day'') FROM demo.tickets), '
'''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar), 7, ''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar);';

-- Back-tests.

CREATE FUNCTION slaops.backtest(
    series slaops.series,
    methods text[] DEFAULT '{auto,ets,holt_winters,theta,weekday_mean,seasonal_naive}',
    horizon integer DEFAULT 14,
    folds integer DEFAULT 5,
    season integer DEFAULT NULL,
    seed bigint DEFAULT 1,
    cal text DEFAULT NULL
)
RETURNS TABLE (
    method text,
    mase double precision,
    smape double precision,
    rmse double precision,
    coverage_80 double precision,
    coverage_95 double precision,
    folds integer,
    beats_naive boolean,
    note text
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 6 COST 100000
AS 'MODULE_PATHNAME', 'slaops_backtest_series';
COMMENT ON FUNCTION slaops.backtest(
    slaops.series, text[], integer, integer, integer, bigint, text
) IS
'Errors of methods on the end of a series: each is fitted before several past instants and '
'compared with what followed. mase below 1 beats a seasonal naive forecast; smape is in percent, '
'rmse in the unit of the values. Example: SELECT * FROM slaops.backtest((SELECT '
'slaops.series(created_at, 1, ''1 day'') FROM demo.tickets), ''{theta,naive}'');';

CREATE FUNCTION slaops.backtest(
    "values" double precision[],
    methods text[] DEFAULT '{auto,ets,holt_winters,theta,weekday_mean,seasonal_naive}',
    horizon integer DEFAULT 14,
    folds integer DEFAULT 5,
    season integer DEFAULT NULL,
    seed bigint DEFAULT 1
)
RETURNS TABLE (
    method text,
    mase double precision,
    smape double precision,
    rmse double precision,
    coverage_80 double precision,
    coverage_95 double precision,
    folds integer,
    beats_naive boolean,
    note text
)
LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 6 COST 100000
AS 'MODULE_PATHNAME', 'slaops_backtest_array';
COMMENT ON FUNCTION slaops.backtest(
    double precision[], text[], integer, integer, integer, bigint
) IS
'Like backtest of a series, for values, oldest first; the season is detected at each past instant '
'if not given. Example: SELECT * FROM slaops.backtest(ARRAY[10, 12, 11, 13, 12, 14, 13, '
'15]::float8[], ''{ses,naive}'', 2, 2);';

CREATE FUNCTION slaops.backtest(
    data text,
    methods text[] DEFAULT '{auto,ets,holt_winters,theta,weekday_mean,seasonal_naive}',
    horizon integer DEFAULT 14,
    folds integer DEFAULT 5,
    season integer DEFAULT NULL,
    seed bigint DEFAULT 1,
    cal text DEFAULT NULL
)
RETURNS TABLE (
    method text,
    mase double precision,
    smape double precision,
    rmse double precision,
    coverage_80 double precision,
    coverage_95 double precision,
    folds integer,
    beats_naive boolean,
    note text
)
LANGUAGE c STABLE PARALLEL SAFE ROWS 6 COST 100000
AS 'MODULE_PATHNAME', 'slaops_backtest_text';
COMMENT ON FUNCTION slaops.backtest(text, text[], integer, integer, integer, bigint, text) IS
'Like backtest of a series, for values or a series in text form. Example: SELECT * FROM '
'slaops.backtest(''{10,12,11,13,12,14,13,15}'', ''{ses,naive}'', 2, 2);';

CREATE FUNCTION slaops.backtest(
    series slaops.series,
    methods text[],
    cal slaops.calendar,
    horizon integer DEFAULT 14,
    folds integer DEFAULT 5,
    season integer DEFAULT NULL,
    seed bigint DEFAULT 1
)
RETURNS TABLE (
    method text,
    mase double precision,
    smape double precision,
    rmse double precision,
    coverage_80 double precision,
    coverage_95 double precision,
    folds integer,
    beats_naive boolean,
    note text
)
LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 6 COST 100000
AS 'MODULE_PATHNAME', 'slaops_backtest_open';
COMMENT ON FUNCTION slaops.backtest(
    slaops.series, text[], slaops.calendar, integer, integer, integer, bigint
) IS
'Like backtest of a series, with forecasts by the open hours of a calendar. Example: SELECT * '
'FROM slaops.backtest((SELECT slaops.series(created_at, 1, ''1 day'') FROM demo.tickets), '
'''{theta}'', ''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar);';
