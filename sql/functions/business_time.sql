-- Business-time arithmetic. Every function derives from the same open intervals.

CREATE FUNCTION slaops.business_minutes(cal slaops.calendar, "from" timestamptz, "to" timestamptz)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_minutes';
COMMENT ON FUNCTION slaops.business_minutes(slaops.calendar, timestamptz, timestamptz) IS
'Open minutes between two instants; negative when reversed.';

CREATE FUNCTION slaops.business_minutes(cal slaops.calendar, period tstzrange)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_minutes_range';
COMMENT ON FUNCTION slaops.business_minutes(slaops.calendar, tstzrange) IS
'Open minutes inside a range; an open end gives Infinity where open time has no end.';

CREATE FUNCTION slaops.business_interval(cal slaops.calendar, "from" timestamptz, "to" timestamptz)
RETURNS interval
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_interval';
COMMENT ON FUNCTION slaops.business_interval(slaops.calendar, timestamptz, timestamptz) IS
'Open time between two instants as an interval of hours, minutes and seconds.';

CREATE FUNCTION slaops.business_add(cal slaops.calendar, at timestamptz, minutes double precision)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_add';
COMMENT ON FUNCTION slaops.business_add(slaops.calendar, timestamptz, double precision) IS
'The earliest instant by which that many open minutes have passed; for negative minutes the latest '
'from which they pass; infinity if never.';

CREATE FUNCTION slaops.business_add(cal slaops.calendar, at timestamptz, amount interval)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_add_interval';
COMMENT ON FUNCTION slaops.business_add(slaops.calendar, timestamptz, interval) IS
'As with minutes; a day in the interval is one working day of the calendar, day_minutes(cal).';

-- For a literal that is not cast. It is not STRICT, so that the planner can inline it.
CREATE FUNCTION slaops.business_add(cal slaops.calendar, at timestamptz, amount text)
RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN amount OPERATOR(pg_catalog.~) '^\s*[-+]?[0-9]+([.][0-9]*)?\s*$'
        THEN slaops.business_add(cal, at, amount::double precision)
    ELSE slaops.business_add(cal, at, amount::interval)
END;
COMMENT ON FUNCTION slaops.business_add(slaops.calendar, timestamptz, text) IS
'As with an interval, or with minutes if the text is a plain number.';

CREATE FUNCTION slaops.is_open(cal slaops.calendar, at timestamptz)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_is_open';
COMMENT ON FUNCTION slaops.is_open(slaops.calendar, timestamptz) IS
'Whether the calendar is open at an instant; opening instants are open, closing instants are not.';

CREATE FUNCTION slaops.next_open(cal slaops.calendar, at timestamptz)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_next_open';
COMMENT ON FUNCTION slaops.next_open(slaops.calendar, timestamptz) IS
'The first opening after an instant; NULL when there is none.';

CREATE FUNCTION slaops.next_close(cal slaops.calendar, at timestamptz)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_next_close';
COMMENT ON FUNCTION slaops.next_close(slaops.calendar, timestamptz) IS
'The first closing after an instant; NULL when there is none.';

CREATE FUNCTION slaops.prev_open(cal slaops.calendar, at timestamptz)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_prev_open';
COMMENT ON FUNCTION slaops.prev_open(slaops.calendar, timestamptz) IS
'The last opening at or before an instant; NULL when there is none.';

CREATE FUNCTION slaops.prev_close(cal slaops.calendar, at timestamptz)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_prev_close';
COMMENT ON FUNCTION slaops.prev_close(slaops.calendar, timestamptz) IS
'The last closing at or before an instant; NULL when there is none.';

CREATE FUNCTION slaops.business_ordinal(cal slaops.calendar, at timestamptz)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_ordinal';
COMMENT ON FUNCTION slaops.business_ordinal(slaops.calendar, timestamptz) IS
'Open microseconds since 2000-01-01 00:00 UTC, negative before: differences of ordinals are '
'business time.';

CREATE FUNCTION slaops.business_days(cal slaops.calendar, "from" date, "to" date)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_days';
COMMENT ON FUNCTION slaops.business_days(slaops.calendar, date, date) IS
'Business days from a date to before another; negative when reversed.';

CREATE FUNCTION slaops.business_day_add(cal slaops.calendar, day date, n integer)
RETURNS date
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_day_add';
COMMENT ON FUNCTION slaops.business_day_add(slaops.calendar, date, integer) IS
'The nth business day after a date, or before it for a negative n; the date itself for 0; infinity '
'if there are not that many.';

CREATE FUNCTION slaops.roll(cal slaops.calendar, day date, how text)
RETURNS date
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_roll';
COMMENT ON FUNCTION slaops.roll(slaops.calendar, date, text) IS
'The date if it is a business day, else the one that how says: forward, following, backward, '
'preceding, modifiedfollowing, modifiedpreceding, nat (NULL) or raise (an error).';

CREATE FUNCTION slaops.open_periods(cal slaops.calendar, "from" timestamptz, "to" timestamptz)
RETURNS SETOF tstzrange
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
AS 'MODULE_PATHNAME', 'slaops_open_periods';
COMMENT ON FUNCTION slaops.open_periods(slaops.calendar, timestamptz, timestamptz) IS
'The open periods between two instants, clipped to them, in order.';

CREATE FUNCTION slaops.open_multirange(cal slaops.calendar, "from" timestamptz, "to" timestamptz)
RETURNS tstzmultirange
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(pg_catalog.range_agg(open_period.period), pg_catalog.tstzmultirange())
    FROM slaops.open_periods(cal, "from", "to") AS open_period (period)
);
COMMENT ON FUNCTION slaops.open_multirange(slaops.calendar, timestamptz, timestamptz) IS
'The open periods between two instants as one multirange.';

CREATE FUNCTION slaops.business_minutes(cal slaops.calendar, periods tstzmultirange)
RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(pg_catalog.sum(slaops.business_minutes(cal, part.period)), 0)
    FROM pg_catalog.unnest(periods) AS part (period)
);
COMMENT ON FUNCTION slaops.business_minutes(slaops.calendar, tstzmultirange) IS
'Open minutes inside a multirange.';
