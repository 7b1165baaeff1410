-- Calendars by name, and the arithmetic for names.

CREATE TABLE slaops.calendars (
    name text NOT NULL,
    calendar slaops.calendar NOT NULL,
    description text,
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (name, valid_from),
    CONSTRAINT calendars_name_check
        CHECK (
            name OPERATOR(pg_catalog.<>) ''
            AND name OPERATOR(pg_catalog.<>) '24x7'
            AND name OPERATOR(pg_catalog.!~) '@|^{'
        ),
    CONSTRAINT calendars_validity_check CHECK (valid_from OPERATOR(pg_catalog.<) valid_to),
    -- A name's hash stands for the name, as gist has no text; two names that share 64 bits of hash
    -- (one pair in 18 quintillions) could not hold on the same day.
    CONSTRAINT calendars_versions_overlap EXCLUDE USING gist (
        pg_catalog.numrange(
            pg_catalog.hashtextextended(name, 0)::pg_catalog.numeric,
            pg_catalog.hashtextextended(name, 0)::pg_catalog.numeric,
            '[]'
        ) WITH OPERATOR(pg_catalog.&&),
        pg_catalog.daterange(valid_from, valid_to) WITH OPERATOR(pg_catalog.&&)
    )
);
COMMENT ON TABLE slaops.calendars IS
'Calendars by name. A name may have consecutive versions; functions that take a name use each '
'version in its time.';
COMMENT ON COLUMN slaops.calendars.name IS
'Name of the calendar; it has no @ and no leading {, which mark a text form, and is not 24x7.';
COMMENT ON COLUMN slaops.calendars.calendar IS 'The calendar of this version.';
COMMENT ON COLUMN slaops.calendars.description IS 'Purpose of the calendar.';
COMMENT ON COLUMN slaops.calendars.valid_from IS
'First day of the version, from local midnight; NULL is stored as -infinity.';
COMMENT ON COLUMN slaops.calendars.valid_to IS
'First day after the version; NULL is stored as infinity.';
GRANT SELECT ON slaops.calendars TO PUBLIC;
-- The extension is trusted: whoever installs it fills and restores the table, which a superuser
-- owns. Never more than these four: TRIGGER and REFERENCES would run that role's functions with the
-- rights of the superuser.
GRANT SELECT, INSERT, UPDATE, DELETE ON slaops.calendars
    TO @extowner@, pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('slaops.calendars', '');

CREATE FUNCTION slaops.calendars_changed()
RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'slaops_calendars_changed';
COMMENT ON FUNCTION slaops.calendars_changed() IS
'Makes every session reload calendars after a change.';

CREATE TRIGGER calendars_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON slaops.calendars
FOR EACH STATEMENT EXECUTE FUNCTION slaops.calendars_changed();
-- Logical replication applies changes too.
ALTER TABLE slaops.calendars ENABLE ALWAYS TRIGGER calendars_changed;
COMMENT ON TRIGGER calendars_changed ON slaops.calendars IS
'Makes every session reload calendars after a change.';

-- A key column cannot be NULL, and tools that write rows field by field say NULL for a bound that
-- there is not.
CREATE FUNCTION slaops.fill_validity()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.valid_from := coalesce(NEW.valid_from, '-infinity');
    IF TG_TABLE_NAME <> 'sla_targets' THEN
        NEW.valid_to := coalesce(NEW.valid_to, 'infinity');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION slaops.fill_validity() IS
'Stores a NULL valid_from as -infinity and a NULL valid_to as infinity.';

CREATE TRIGGER absent_bounds
BEFORE INSERT OR UPDATE OF valid_from, valid_to ON slaops.calendars
FOR EACH ROW WHEN (NEW.valid_from IS NULL OR NEW.valid_to IS NULL)
EXECUTE FUNCTION slaops.fill_validity();
COMMENT ON TRIGGER absent_bounds ON slaops.calendars IS
'Stores NULL bounds of validity as infinite ones.';

CREATE FUNCTION slaops.calendar_of(name text, "on" date)
RETURNS slaops.calendar
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (
    SELECT version.calendar
    FROM slaops.calendars AS version
    WHERE version.name OPERATOR(pg_catalog.=) calendar_of.name
        AND calendar_of."on" OPERATOR(pg_catalog.>=) version.valid_from
        AND calendar_of."on" OPERATOR(pg_catalog.<) version.valid_to
);
COMMENT ON FUNCTION slaops.calendar_of(text, date) IS
'The registered calendar of a name on a date, NULL if there is none. Example: SELECT '
'slaops.calendar_of(''demo emea'', ''2026-01-05'');';

CREATE FUNCTION slaops.business_minutes(calendar_name text, "from" timestamptz, "to" timestamptz)
RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_minutes_by_name';
COMMENT ON FUNCTION slaops.business_minutes(text, timestamptz, timestamptz) IS
'Open minutes between two instants; negative if they are reversed. By the name of a registered '
'calendar. Example: SELECT slaops.business_minutes(''demo emea'', ''2026-01-05 16:00Z'', '
'''2026-01-06 10:00Z'');';

CREATE FUNCTION slaops.business_minutes(calendar_name text, period tstzrange)
RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_minutes_range_by_name';
COMMENT ON FUNCTION slaops.business_minutes(text, tstzrange) IS
'Open minutes in a range; Infinity if the range and the open time have no end. By the name of a '
'registered calendar. Example: SELECT slaops.business_minutes(''demo emea'', '
'tstzrange(''2026-01-05 16:00Z'', ''2026-01-06 10:00Z''));';

CREATE FUNCTION slaops.business_interval(calendar_name text, "from" timestamptz, "to" timestamptz)
RETURNS interval
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_interval_by_name';
COMMENT ON FUNCTION slaops.business_interval(text, timestamptz, timestamptz) IS
'Open time between two instants as an interval. By the name of a registered calendar. Example: '
'SELECT slaops.business_interval(''demo emea'', ''2026-01-05 16:00Z'', ''2026-01-06 10:00Z'');';

CREATE FUNCTION slaops.business_add(calendar_name text, at timestamptz, minutes double precision)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_add_by_name';
COMMENT ON FUNCTION slaops.business_add(text, timestamptz, double precision) IS
'The earliest instant after which that many open minutes have passed; for negative minutes the '
'latest from which they pass; infinity if never. By the name of a registered calendar. Example: '
'SELECT slaops.business_add(''demo emea'', ''2026-01-05 16:00Z'', 120);';

CREATE FUNCTION slaops.business_add(calendar_name text, at timestamptz, amount interval)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_add_interval_by_name';
COMMENT ON FUNCTION slaops.business_add(text, timestamptz, interval) IS
'Like business_add with minutes; a day of the interval is one working day, day_minutes(cal). By '
'the name of a registered calendar. Example: SELECT slaops.business_add(''demo emea'', '
'''2026-01-05 16:00Z'', interval ''2 days'');';

-- For a literal that is not cast. It is not STRICT, so that the planner can inline it.
CREATE FUNCTION slaops.business_add(calendar_name text, at timestamptz, amount text)
RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN amount OPERATOR(pg_catalog.~) '^\s*[-+]?[0-9]+([.][0-9]*)?\s*$'
        THEN slaops.business_add(calendar_name, at, amount::double precision)
    ELSE slaops.business_add(calendar_name, at, amount::interval)
END;
COMMENT ON FUNCTION slaops.business_add(text, timestamptz, text) IS
'Like business_add with an interval, or with minutes if the text is a number. By the name of a '
'registered calendar. Example: SELECT slaops.business_add(''demo emea'', ''2026-01-05 16:00Z'', '
'''4 hours'');';

CREATE FUNCTION slaops.is_open(calendar_name text, at timestamptz)
RETURNS boolean
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_is_open_by_name';
COMMENT ON FUNCTION slaops.is_open(text, timestamptz) IS
'Whether a calendar is open at an instant; the instant of opening is open, that of closing is '
'not. By the name of a registered calendar. Example: SELECT slaops.is_open(''demo emea'', '
'''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.next_open(calendar_name text, at timestamptz)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_next_open_by_name';
COMMENT ON FUNCTION slaops.next_open(text, timestamptz) IS
'The first opening after an instant, NULL if there is none. By the name of a registered calendar. '
'Example: SELECT slaops.next_open(''demo emea'', ''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.next_close(calendar_name text, at timestamptz)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_next_close_by_name';
COMMENT ON FUNCTION slaops.next_close(text, timestamptz) IS
'The first closing after an instant, NULL if there is none. By the name of a registered calendar. '
'Example: SELECT slaops.next_close(''demo emea'', ''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.prev_open(calendar_name text, at timestamptz)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_prev_open_by_name';
COMMENT ON FUNCTION slaops.prev_open(text, timestamptz) IS
'The last opening at or before an instant, NULL if there is none. By the name of a registered '
'calendar. Example: SELECT slaops.prev_open(''demo emea'', ''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.prev_close(calendar_name text, at timestamptz)
RETURNS timestamptz
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_prev_close_by_name';
COMMENT ON FUNCTION slaops.prev_close(text, timestamptz) IS
'The last closing at or before an instant, NULL if there is none. By the name of a registered '
'calendar. Example: SELECT slaops.prev_close(''demo emea'', ''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.business_ordinal(calendar_name text, at timestamptz)
RETURNS bigint
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_ordinal_by_name';
COMMENT ON FUNCTION slaops.business_ordinal(text, timestamptz) IS
'Open microseconds since 2000-01-01 00:00 UTC, negative before; the difference of two is business '
'time. By the name of a registered calendar. Example: SELECT slaops.business_ordinal(''demo '
'emea'', ''2026-01-05 16:00Z'');';

CREATE FUNCTION slaops.business_days(calendar_name text, "from" date, "to" date)
RETURNS integer
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_days_by_name';
COMMENT ON FUNCTION slaops.business_days(text, date, date) IS
'Business days from a date to before another; negative if they are reversed. By the name of a '
'registered calendar. Example: SELECT slaops.business_days(''demo emea'', ''2026-01-01'', '
'''2026-02-01'');';

CREATE FUNCTION slaops.business_day_add(calendar_name text, day date, n integer)
RETURNS date
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_business_day_add_by_name';
COMMENT ON FUNCTION slaops.business_day_add(text, date, integer) IS
'The nth business day after a date, before it for negative n; infinity if there are fewer. By the '
'name of a registered calendar. Example: SELECT slaops.business_day_add(''demo emea'', '
'''2026-01-02'', 3);';

CREATE FUNCTION slaops.roll(calendar_name text, day date, how text)
RETURNS date
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_roll_by_name';
COMMENT ON FUNCTION slaops.roll(text, date, text) IS
'A date, moved to a business day if it is none, as how says: forward, backward, '
'modifiedfollowing, modifiedpreceding, nat (NULL) or raise (an error). By the name of a '
'registered calendar. Example: SELECT slaops.roll(''demo emea'', ''2026-01-03'', ''forward'');';

CREATE FUNCTION slaops.open_periods(calendar_name text, "from" timestamptz, "to" timestamptz)
RETURNS SETOF tstzrange
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 1000
AS 'MODULE_PATHNAME', 'slaops_open_periods_by_name';
COMMENT ON FUNCTION slaops.open_periods(text, timestamptz, timestamptz) IS
'The open periods between two instants in order, cut at both. By the name of a registered '
'calendar. Example: SELECT * FROM slaops.open_periods(''demo emea'', ''2026-01-05Z'', '
'''2026-01-08Z'');';

CREATE FUNCTION slaops.open_multirange(calendar_name text, "from" timestamptz, "to" timestamptz)
RETURNS tstzmultirange
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(pg_catalog.range_agg(open_period.period), pg_catalog.tstzmultirange())
    FROM slaops.open_periods(calendar_name, "from", "to") AS open_period (period)
);
COMMENT ON FUNCTION slaops.open_multirange(text, timestamptz, timestamptz) IS
'The open periods between two instants as one multirange. By the name of a registered calendar. '
'Example: SELECT slaops.open_multirange(''demo emea'', ''2026-01-05Z'', ''2026-01-08Z'');';

CREATE FUNCTION slaops.business_minutes(calendar_name text, periods tstzmultirange)
RETURNS double precision
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(pg_catalog.sum(slaops.business_minutes(calendar_name, part.period)), 0)
    FROM pg_catalog.unnest(periods) AS part (period)
);
COMMENT ON FUNCTION slaops.business_minutes(text, tstzmultirange) IS
'Open minutes in a multirange. By the name of a registered calendar. Example: SELECT '
'slaops.business_minutes(''demo emea'', ''{[2026-01-05 08:00Z, 2026-01-05 '
'10:00Z)}''::tstzmultirange);';
