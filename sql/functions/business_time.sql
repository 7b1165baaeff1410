-- Business-time arithmetic. Every function derives from the same open intervals.

CREATE FUNCTION slaops.business_minutes(cal slaops.calendar, "from" timestamptz, "to" timestamptz)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_minutes';
COMMENT ON FUNCTION slaops.business_minutes(slaops.calendar, timestamptz, timestamptz) IS
'Open minutes between two instants; negative if they are reversed. Example: SELECT '
'slaops.business_minutes(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05 16:00Z'', '
'''2026-01-06 10:00Z'');';

CREATE FUNCTION slaops.business_minutes(cal slaops.calendar, period tstzrange)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_minutes_range';
COMMENT ON FUNCTION slaops.business_minutes(slaops.calendar, tstzrange) IS
'Open minutes in a range; Infinity if the range and the open time have no end. Example: SELECT '
'slaops.business_minutes(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, tstzrange(''2026-01-05 '
'16:00Z'', ''2026-01-06 10:00Z''));';

CREATE FUNCTION slaops.business_interval(cal slaops.calendar, "from" timestamptz, "to" timestamptz)
RETURNS interval
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_interval';
COMMENT ON FUNCTION slaops.business_interval(slaops.calendar, timestamptz, timestamptz) IS
'Open time between two instants as an interval. Example: SELECT slaops.business_interval(''Mo-Fr '
'09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05 16:00Z'', ''2026-01-06 10:00Z'');';

CREATE FUNCTION slaops.business_add(cal slaops.calendar, at timestamptz, minutes double precision)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_add';
COMMENT ON FUNCTION slaops.business_add(slaops.calendar, timestamptz, double precision) IS
'The earliest instant after which that many open minutes have passed; for negative minutes the '
'latest from which they pass; infinity if never. Example: SELECT slaops.business_add(''Mo-Fr '
'09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05 16:00Z'', 120);';

CREATE FUNCTION slaops.business_add(cal slaops.calendar, at timestamptz, amount interval)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_add_interval';
COMMENT ON FUNCTION slaops.business_add(slaops.calendar, timestamptz, interval) IS
'Like business_add with minutes; a day of the interval is one working day, day_minutes(cal). '
'Example: SELECT slaops.business_add(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05 '
'16:00Z'', interval ''2 days'');';

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
'Like business_add with an interval, or with minutes if the text is a number. Example: SELECT '
'slaops.business_add(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05 16:00Z'', ''4 '
'hours'');';

CREATE FUNCTION slaops.is_open(cal slaops.calendar, at timestamptz)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_is_open';
COMMENT ON FUNCTION slaops.is_open(slaops.calendar, timestamptz) IS
'Whether a calendar is open at an instant; the instant of opening is open, that of closing is '
'not. Example: SELECT slaops.is_open(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05 '
'16:00Z'');';

CREATE FUNCTION slaops.next_open(cal slaops.calendar, at timestamptz)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_next_open';
COMMENT ON FUNCTION slaops.next_open(slaops.calendar, timestamptz) IS
'The first opening after an instant, NULL if there is none. Example: SELECT '
'slaops.next_open(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.next_close(cal slaops.calendar, at timestamptz)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_next_close';
COMMENT ON FUNCTION slaops.next_close(slaops.calendar, timestamptz) IS
'The first closing after an instant, NULL if there is none. Example: SELECT '
'slaops.next_close(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.prev_open(cal slaops.calendar, at timestamptz)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_prev_open';
COMMENT ON FUNCTION slaops.prev_open(slaops.calendar, timestamptz) IS
'The last opening at or before an instant, NULL if there is none. Example: SELECT '
'slaops.prev_open(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.prev_close(cal slaops.calendar, at timestamptz)
RETURNS timestamptz
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_prev_close';
COMMENT ON FUNCTION slaops.prev_close(slaops.calendar, timestamptz) IS
'The last closing at or before an instant, NULL if there is none. Example: SELECT '
'slaops.prev_close(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.business_ordinal(cal slaops.calendar, at timestamptz)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_ordinal';
COMMENT ON FUNCTION slaops.business_ordinal(slaops.calendar, timestamptz) IS
'Open microseconds since 2000-01-01 00:00 UTC, negative before; the difference of two is business '
'time. Example: SELECT slaops.business_ordinal(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, '
'''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.business_days(cal slaops.calendar, "from" date, "to" date)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_days';
COMMENT ON FUNCTION slaops.business_days(slaops.calendar, date, date) IS
'Business days from a date to before another; negative if they are reversed. Example: SELECT '
'slaops.business_days(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-01'', '
'''2026-02-01'');';

CREATE FUNCTION slaops.business_day_add(cal slaops.calendar, day date, n integer)
RETURNS date
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_day_add';
COMMENT ON FUNCTION slaops.business_day_add(slaops.calendar, date, integer) IS
'The nth business day after a date, before it for negative n; infinity if there are fewer. '
'Example: SELECT slaops.business_day_add(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, '
'''2026-01-02'', 3);';

CREATE FUNCTION slaops.roll(cal slaops.calendar, day date, how text)
RETURNS date
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_roll';
COMMENT ON FUNCTION slaops.roll(slaops.calendar, date, text) IS
'A date, moved to a business day if it is none, as how says: forward, backward, '
'modifiedfollowing, modifiedpreceding, nat (NULL) or raise (an error). Example: SELECT '
'slaops.roll(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-03'', ''forward'');';

CREATE FUNCTION slaops.open_periods(cal slaops.calendar, "from" timestamptz, "to" timestamptz)
RETURNS SETOF tstzrange
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
AS 'MODULE_PATHNAME', 'slaops_open_periods';
COMMENT ON FUNCTION slaops.open_periods(slaops.calendar, timestamptz, timestamptz) IS
'The open periods between two instants in order, cut at both. Example: SELECT * FROM '
'slaops.open_periods(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05Z'', '
'''2026-01-08Z'');';

CREATE FUNCTION slaops.open_multirange(cal slaops.calendar, "from" timestamptz, "to" timestamptz)
RETURNS tstzmultirange
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(pg_catalog.range_agg(open_period.period), pg_catalog.tstzmultirange())
    FROM slaops.open_periods(cal, "from", "to") AS open_period (period)
);
COMMENT ON FUNCTION slaops.open_multirange(slaops.calendar, timestamptz, timestamptz) IS
'The open periods between two instants as one multirange. Example: SELECT '
'slaops.open_multirange(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar, ''2026-01-05Z'', '
'''2026-01-08Z'');';

CREATE FUNCTION slaops.business_minutes(cal slaops.calendar, periods tstzmultirange)
RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(pg_catalog.sum(slaops.business_minutes(cal, part.period)), 0)
    FROM pg_catalog.unnest(periods) AS part (period)
);
COMMENT ON FUNCTION slaops.business_minutes(slaops.calendar, tstzmultirange) IS
'Open minutes in a multirange. Example: SELECT slaops.business_minutes(''Mo-Fr 09:00-17:00 @ '
'UTC''::slaops.calendar, ''{[2026-01-05 08:00Z, 2026-01-05 10:00Z)}''::tstzmultirange);';
