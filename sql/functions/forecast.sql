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
COMMENT ON TYPE slaops.series IS
'Values by time: a number for each instant, in order, with the step in which they are read and the '
'rule for gaps.';

CREATE FUNCTION slaops.series_transition(state internal, at timestamptz, value double precision)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_transition';
COMMENT ON FUNCTION slaops.series_transition(internal, timestamptz, double precision) IS
'Adds a value to the state of series.';

CREATE FUNCTION slaops.series_transition(
    state internal,
    at timestamptz,
    value double precision,
    step interval
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_transition_step';
COMMENT ON FUNCTION slaops.series_transition(internal, timestamptz, double precision, interval) IS
'Adds a value to the state of series with a step.';

CREATE FUNCTION slaops.series_transition(
    state internal,
    at timestamptz,
    value double precision,
    step interval,
    fill text
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_transition_step';
COMMENT ON FUNCTION slaops.series_transition(
    internal, timestamptz, double precision, interval, text
) IS
'Adds a value to the state of series with a step and a rule for gaps.';

CREATE FUNCTION slaops.series_transition(
    state internal,
    at timestamptz,
    value double precision,
    step interval,
    fill text,
    duplicates text
)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_transition_step';
COMMENT ON FUNCTION slaops.series_transition(
    internal, timestamptz, double precision, interval, text, text
) IS
'Adds a value to the state of series with a step and rules for gaps and for values of one step.';

CREATE FUNCTION slaops.series_combine(state internal, other internal)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_combine';
COMMENT ON FUNCTION slaops.series_combine(internal, internal) IS
'Joins two states of series; right for every split of the rows.';

CREATE FUNCTION slaops.series_serialize(state internal)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_serialize';
COMMENT ON FUNCTION slaops.series_serialize(internal) IS
'The state of series as bytes, between parallel workers.';

CREATE FUNCTION slaops.series_deserialize(bytes bytea, context internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_deserialize';
COMMENT ON FUNCTION slaops.series_deserialize(bytea, internal) IS
'The state of series from bytes.';

CREATE FUNCTION slaops.series_final(state internal)
RETURNS slaops.series
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_final';
COMMENT ON FUNCTION slaops.series_final(internal) IS
'The series of a state of series.';

CREATE AGGREGATE slaops.series(at timestamptz, value double precision) (
    SFUNC = slaops.series_transition,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = slaops.series_final,
    COMBINEFUNC = slaops.series_combine,
    SERIALFUNC = slaops.series_serialize,
    DESERIALFUNC = slaops.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.series(timestamptz, double precision) IS
'Gathers values by time, in any order of rows, into a series. Values of one instant are summed, '
'exactly and rounded once, so that order and parallel plans do not matter; a row without an '
'instant or a value (NULL, NaN) says nothing; the series ends with its last row, so add one of 0 '
'for a last step that may have none. The step (days, months, hours) is found from the instants; '
'last days of months stand for their months. Steps without a value are 0 if all values are whole '
'and none is negative, as counts are, else missing; slaops.gaps lists them.';

CREATE AGGREGATE slaops.series(at timestamptz, value double precision, step interval) (
    SFUNC = slaops.series_transition,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = slaops.series_final,
    COMBINEFUNC = slaops.series_combine,
    SERIALFUNC = slaops.series_serialize,
    DESERIALFUNC = slaops.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.series(timestamptz, double precision, interval) IS
'As above, in steps given: instants fall into days, weeks from Monday, months or hours, and values '
'of one step are summed, so that slaops.series(created_at, 1, interval ''1 day'') counts tickets '
'by day. Days and months are those of the session''s time zone when the series is read, which has '
'to be an IANA name or whole hours from UTC. Hours are real time: after clocks change, steps of 6 '
'or 24 hours begin an hour earlier or later, so give ''1 day'' for days.';

CREATE AGGREGATE slaops.series(at timestamptz, value double precision, step interval, fill text) (
    SFUNC = slaops.series_transition,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = slaops.series_final,
    COMBINEFUNC = slaops.series_combine,
    SERIALFUNC = slaops.series_serialize,
    DESERIALFUNC = slaops.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.series(timestamptz, double precision, interval, text) IS
'As above, with the rule for steps without a value: zero, missing (not known; models go on over '
'them) or auto.';

CREATE AGGREGATE slaops.series(
    at timestamptz,
    value double precision,
    step interval,
    fill text,
    duplicates text
) (
    SFUNC = slaops.series_transition,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = slaops.series_final,
    COMBINEFUNC = slaops.series_combine,
    SERIALFUNC = slaops.series_serialize,
    DESERIALFUNC = slaops.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.series(timestamptz, double precision, interval, text, text) IS
'As above, with the rule for several values of one step: sum, or refuse, which is an error that '
'names them: of one instant at once, of one day or month when the series is read, as these are a '
'time zone''s. Series that are merged are summed. NULL for the step or a rule leaves it as '
'without.';

CREATE FUNCTION slaops.series_merge(a slaops.series, b slaops.series)
RETURNS slaops.series
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_merge';
COMMENT ON FUNCTION slaops.series_merge(slaops.series, slaops.series) IS
'One series from two, values of one instant summed.';

CREATE FUNCTION slaops.series_rollup(state internal, series slaops.series)
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_rollup';
COMMENT ON FUNCTION slaops.series_rollup(internal, slaops.series) IS
'Adds a series to the state of rollup.';

CREATE AGGREGATE slaops.rollup(slaops.series) (
    SFUNC = slaops.series_rollup,
    STYPE = internal,
    SSPACE = 512,
    FINALFUNC = slaops.series_final,
    COMBINEFUNC = slaops.series_combine,
    SERIALFUNC = slaops.series_serialize,
    DESERIALFUNC = slaops.series_deserialize,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE slaops.rollup(slaops.series) IS
'Merges series, in any order, into one: those of several queues into that of all, or of parts of '
'one. Sums are rounded once here, as they were in each series, so that of whole numbers the result '
'is that of all rows, and of fractions it may differ from that in the last digit.';

CREATE FUNCTION slaops.series_values(series slaops.series)
RETURNS TABLE (at timestamptz, value double precision, filled boolean)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 365
AS 'MODULE_PATHNAME', 'slaops_series_values';
COMMENT ON FUNCTION slaops.series_values(slaops.series) IS
'The series in regular steps: what forecasts are made from. A value that was not given is filled: '
'0 for counts, else NULL.';

CREATE FUNCTION slaops.gaps(series slaops.series)
RETURNS TABLE (from_at timestamptz, to_at timestamptz, steps integer, filled_with double precision)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 5
AS 'MODULE_PATHNAME', 'slaops_gaps';
COMMENT ON FUNCTION slaops.gaps(slaops.series) IS
'Stretches of a series without a value, from an instant to before another: how many steps, and '
'what they were filled with (NULL: they count as missing).';

CREATE FUNCTION slaops.series_step(series slaops.series)
RETURNS interval
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_series_step';
COMMENT ON FUNCTION slaops.series_step(slaops.series) IS
'The step of a series, given or found.';

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
'A forecasting method fitted to a series: model, parameters, states, errors; it can be stored, '
'brought forward with new values and asked for forecasts.';

CREATE FUNCTION slaops.to_jsonb(fit slaops.forecast_fit)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_forecast_fit_to_jsonb';
COMMENT ON FUNCTION slaops.to_jsonb(slaops.forecast_fit) IS
'A fit as JSON, with log-likelihood, AIC, AICc and BIC.';

CREATE CAST (slaops.forecast_fit AS jsonb)
WITH FUNCTION slaops.to_jsonb(slaops.forecast_fit) AS ASSIGNMENT;
COMMENT ON CAST (slaops.forecast_fit AS jsonb) IS
'A fit as JSON.';

CREATE CAST (jsonb AS slaops.forecast_fit) WITH INOUT;
COMMENT ON CAST (jsonb AS slaops.forecast_fit) IS
'The fit that JSON as slaops prints it describes.';

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
'Fits a method to a series; with cal, the name of a registered calendar, to its values an open '
'hour. Methods: auto, ets, an ETS model such as AAdA, holt_winters (also _damped, _multiplicative, '
'_multiplicative_damped), holt, holt_damped, ses, theta, dynamic_theta, seasonal_naive, '
'weekday_mean, drift, naive.';

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
'Fits a method to the values an open hour of a calendar. The fit remembers that it is by open '
'hours, not the calendar: slaops.forecast and slaops.update_fit need it again.';

CREATE FUNCTION slaops.fit(
    "values" double precision[],
    method text DEFAULT 'auto',
    season integer DEFAULT NULL
)
RETURNS slaops.forecast_fit
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'slaops_fit_array';
COMMENT ON FUNCTION slaops.fit(double precision[], text, integer) IS
'Fits a method to values, the oldest first; NULL and NaN stand for missing ones. Season: the '
'number of steps after which the pattern repeats, 1 for none; if not given the one that the values '
'show, which fit_info''s method names.';

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
'Fits a method to values or a series in text form: what a literal or a parameter without a type is '
'taken for. {1,2,3} is an array, a JSON object a series.';

CREATE FUNCTION slaops.update_fit(fit slaops.forecast_fit, "values" double precision[])
RETURNS slaops.forecast_fit
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_update_fit';
COMMENT ON FUNCTION slaops.update_fit(slaops.forecast_fit, double precision[]) IS
'The fit after the values that followed: states and errors go on, parameters stay. Of two hours of '
'one name, when clocks go back, the first counts. Fit again from time to time. A multiplicative '
'model goes on as an additive one from the first negative value, or from zeros that take its level '
'below its errors; method and warnings say so. A fit by open hours takes a series and its '
'calendar.';

CREATE FUNCTION slaops.update_fit(
    fit slaops.forecast_fit,
    series slaops.series,
    cal slaops.calendar
)
RETURNS slaops.forecast_fit
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_update_fit_open';
COMMENT ON FUNCTION slaops.update_fit(slaops.forecast_fit, slaops.series, slaops.calendar) IS
'A fit by open hours after the series that followed, with the calendar that it was made with. The '
'series has the step of the fit and begins after its last; steps between without a value are '
'filled as gaps are.';

CREATE FUNCTION slaops.update_fit(fit slaops.forecast_fit, series slaops.series, cal text)
RETURNS slaops.forecast_fit
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_update_fit_open_by_name';
COMMENT ON FUNCTION slaops.update_fit(slaops.forecast_fit, slaops.series, text) IS
'A fit by open hours after the series that followed, by the name of a registered calendar.';

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
'What a fit holds: the method really used, values taken in and missing ones, parts with their '
'weights; and of the part that weighs most, if it is of exponential smoothing: smoothing '
'parameters, the latest level, trend and seasonal figures, sum of squared errors, standard '
'deviation of the noise (relative for multiplicative noise), log-likelihood without its constants, '
'and information criteria. Of a fit by open hours all of this is that of values an open hour, and '
'season and n count the steps at places of the season that open.';

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
'The next steps of a series; with cal, the name of a registered calendar, by its open hours, those '
'of each of its versions in its time, and by the days of the zone of the version at the last '
'value: forecast, and for each level the bounds between which that share of values should lie. '
'Season: steps after which the pattern repeats; if not given 7 for days, 168 for hours (24 where '
'there are less than four weeks of them), 12 for months, 52 for weeks, 4 for quarters, else 1. '
'Seasons of hours and shorter steps go by the wall clock of the session''s time zone (or the '
'calendar''s): nine o''clock stays nine o''clock when clocks change, the hour left out in spring '
'is a missing value, the two of one name in autumn count as their mean. The column method names '
'what was really used, and why if that is not what was asked. Bounds are NULL where so few values, '
'all foretold exactly, say nothing of a level: 60 are needed for 0.95. Missing values at the end '
'widen them. nonnegative cuts off below 0; the same seed gives the same answer. Methods: auto, '
'ets, an ETS model such as AAdA, holt_winters (also _damped, _multiplicative, '
'_multiplicative_damped), holt, holt_damped, ses, theta, dynamic_theta, seasonal_naive, '
'weekday_mean, drift, naive.';

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
'The next steps after values, the oldest first; NULL and NaN stand for missing ones, at is NULL. '
'Season: 1 for none; if not given the one that the values show, of 400 steps and a third of the '
'values at most, which the column method names: "auto: ... (season 24 found)". It is found by the '
'peaks of the autocorrelation function and an F test of seasonal means, and noise seldom has one.';

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
'The next steps of values, a series or a fit in text form: what a literal or a parameter without a '
'type is taken for, as in slaops.forecast(''{1,2,3}'', 7). {1,2,3} is an array, a JSON object with '
'points a series, any other a fit.';

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
'The next steps of a series by a calendar: what is modeled is the value an open hour, so that '
'holidays and half days do not bend the season; the forecast is that times the open hours of each '
'step. A step without open time is foretold the mean of past such steps, or 0 if there were none; '
'its bounds are NULL if there were fewer than two. A place of the season that opens for the first '
'time is foretold the mean of the season. If all of the past was closed, the calendar is left out, '
'which the column method says. Days are those of the calendar''s zone.';

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
'The next steps after the values that a fit has taken in. A fit by open hours needs the calendar '
'that it was made with, here by its name.';

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
'The next steps of a fit by open hours, with the calendar that it was made with.';

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
'How well methods would have foretold the end of a series: each is fitted before each of several '
'past instants, a horizon apart, and compared with what came. mase: mean absolute error over that '
'of the seasonal naive method within the values fitted (below 1 is better); smape in percent (0 to '
'200); rmse in the unit of the values; coverage: shares of values within the 80 % and 95 % '
'intervals; beats_naive: whether it errs less than seasonal_naive did at the same instants, which '
'the note says if not. Scores are NULL where no value could be compared; folds counts past '
'instants with one that could. With cal, the name of a registered calendar, forecasts are by its '
'open hours, which the note says.';

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
'As above, of values, the oldest first. If no season is given, each past instant has the one that '
'the values before it show, and the note names the last.';

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
'As above, of values or a series in text form.';

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
'As above, with forecasts by the open hours of a calendar.';
