-- Public holidays and holidays from iCalendar text.

CREATE FUNCTION slaops.holidays(cal slaops.calendar, "from" date, "to" date)
RETURNS TABLE (day date, name text)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 30
AS 'MODULE_PATHNAME', 'slaops_holidays';
COMMENT ON FUNCTION slaops.holidays(slaops.calendar, date, date) IS
'The holidays of a calendar from a date to before another, each with its name.';

CREATE FUNCTION slaops.holidays_from_ics(
    ics text,
    "from" date DEFAULT '2000-01-01',
    "to" date DEFAULT '2051-01-01'
)
RETURNS date[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_holidays_from_ics';
COMMENT ON FUNCTION slaops.holidays_from_ics(text, date, date) IS
'The dates that the events of an iCalendar (RFC 5545) text cover, from a date to before another, '
'for make_calendar. The text may have 4,000,000 bytes.';

CREATE FUNCTION slaops.ics_holidays(
    ics text,
    "from" date DEFAULT '2000-01-01',
    "to" date DEFAULT '2051-01-01'
)
RETURNS TABLE (day date, name text)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 30
AS 'MODULE_PATHNAME', 'slaops_ics_holidays';
COMMENT ON FUNCTION slaops.ics_holidays(text, date, date) IS
'The dates that the events of an iCalendar (RFC 5545) text cover, each with the event''s summary. '
'The text may have 4,000,000 bytes.';

CREATE FUNCTION slaops.tzdata_version()
RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_tzdata_version';
COMMENT ON FUNCTION slaops.tzdata_version() IS
'The version of the time-zone rules that this library was built with.';

CREATE FUNCTION slaops.cache_usage()
RETURNS text
LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'slaops_cache_usage';
COMMENT ON FUNCTION slaops.cache_usage() IS
'How many compiled calendars this session caches, and the bytes that they hold.';
