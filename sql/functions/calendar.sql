-- The type calendar: opening hours in a time zone, with public holidays.

CREATE TYPE slaops.calendar;

CREATE FUNCTION slaops.calendar_in(text cstring)
RETURNS slaops.calendar
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_in';
COMMENT ON FUNCTION slaops.calendar_in(cstring) IS
'Reads a calendar: opening hours, @, a time zone, and optionally a country for public holidays.';

CREATE FUNCTION slaops.calendar_out(cal slaops.calendar)
RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_out';
COMMENT ON FUNCTION slaops.calendar_out(slaops.calendar) IS
'Prints a calendar in canonical text form, which reads back equal.';

CREATE FUNCTION slaops.calendar_recv(message internal)
RETURNS slaops.calendar
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_recv';
COMMENT ON FUNCTION slaops.calendar_recv(internal) IS
'Reads a calendar in binary form, checking all of it.';

CREATE FUNCTION slaops.calendar_send(cal slaops.calendar)
RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_send';
COMMENT ON FUNCTION slaops.calendar_send(slaops.calendar) IS
'A calendar in binary form.';

-- STORAGE main: a calendar stays in line as long as the row fits, where it is read without a call.
CREATE TYPE slaops.calendar (
    INPUT = slaops.calendar_in,
    OUTPUT = slaops.calendar_out,
    RECEIVE = slaops.calendar_recv,
    SEND = slaops.calendar_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = main
);
COMMENT ON TYPE slaops.calendar IS
'Opening hours in a time zone, with public and own holidays. Example: SELECT ''Mo-Fr 09:00-17:00; '
'PH off @ America/New_York, US''::slaops.calendar;';

CREATE FUNCTION slaops.calendar(definition jsonb)
RETURNS slaops.calendar
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_from_jsonb';
COMMENT ON FUNCTION slaops.calendar(jsonb) IS
'A calendar from its JSON form with time_zone, hours, holidays, shifts, breaks and country. '
'Example: SELECT slaops.calendar(''{"hours": "Mo-Fr 09:00-17:00", "time_zone": "UTC"}''::jsonb);';

CREATE FUNCTION slaops.to_jsonb(cal slaops.calendar)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_to_jsonb';
COMMENT ON FUNCTION slaops.to_jsonb(slaops.calendar) IS
'A calendar in JSON form, from which calendar(jsonb) makes an equal one. Example: SELECT '
'slaops.to_jsonb(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar);';

CREATE CAST (jsonb AS slaops.calendar) WITH FUNCTION slaops.calendar(jsonb) AS ASSIGNMENT;
COMMENT ON CAST (jsonb AS slaops.calendar) IS
'Reads a calendar in JSON form.';

CREATE CAST (slaops.calendar AS jsonb) WITH FUNCTION slaops.to_jsonb(slaops.calendar) AS ASSIGNMENT;
COMMENT ON CAST (slaops.calendar AS jsonb) IS
'A calendar in JSON form.';

CREATE FUNCTION slaops.make_calendar(
    hours text,
    time_zone text,
    country text DEFAULT NULL,
    holidays date[] DEFAULT NULL
)
RETURNS slaops.calendar
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_make_calendar';
COMMENT ON FUNCTION slaops.make_calendar(text, text, text, date[]) IS
'A calendar from hours, time zone, country and own holidays; holidays are closed unless the hours '
'say otherwise. Example: SELECT slaops.make_calendar(''Mo-Fr 09:00-17:00'', ''Europe/Berlin'', '
'''DE'', ''{2026-12-24}'');';

CREATE FUNCTION slaops.calendar_eq(a slaops.calendar, b slaops.calendar)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_eq';
COMMENT ON FUNCTION slaops.calendar_eq(slaops.calendar, slaops.calendar) IS
'Whether two calendars are equal; the operator = calls it.';

CREATE FUNCTION slaops.calendar_ne(a slaops.calendar, b slaops.calendar)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_ne';
COMMENT ON FUNCTION slaops.calendar_ne(slaops.calendar, slaops.calendar) IS
'Whether two calendars are different, by canonical form.';

CREATE FUNCTION slaops.calendar_lt(a slaops.calendar, b slaops.calendar)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_lt';
COMMENT ON FUNCTION slaops.calendar_lt(slaops.calendar, slaops.calendar) IS
'Whether a calendar sorts before another.';

CREATE FUNCTION slaops.calendar_le(a slaops.calendar, b slaops.calendar)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_le';
COMMENT ON FUNCTION slaops.calendar_le(slaops.calendar, slaops.calendar) IS
'Whether a calendar sorts before or equal another.';

CREATE FUNCTION slaops.calendar_gt(a slaops.calendar, b slaops.calendar)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_gt';
COMMENT ON FUNCTION slaops.calendar_gt(slaops.calendar, slaops.calendar) IS
'Whether a calendar sorts after another.';

CREATE FUNCTION slaops.calendar_ge(a slaops.calendar, b slaops.calendar)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_ge';
COMMENT ON FUNCTION slaops.calendar_ge(slaops.calendar, slaops.calendar) IS
'Whether a calendar sorts after or equal another.';

CREATE FUNCTION slaops.calendar_cmp(a slaops.calendar, b slaops.calendar)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_cmp';
COMMENT ON FUNCTION slaops.calendar_cmp(slaops.calendar, slaops.calendar) IS
'Orders calendars by their binary form: negative, zero or positive.';

CREATE FUNCTION slaops.calendar_hash(cal slaops.calendar)
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_hash';
COMMENT ON FUNCTION slaops.calendar_hash(slaops.calendar) IS
'Hash of a calendar.';

CREATE FUNCTION slaops.calendar_hash_extended(cal slaops.calendar, seed bigint)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_hash_extended';
COMMENT ON FUNCTION slaops.calendar_hash_extended(slaops.calendar, bigint) IS
'Hash of a calendar with a seed.';

CREATE OPERATOR slaops.= (
    LEFTARG = slaops.calendar, RIGHTARG = slaops.calendar, FUNCTION = slaops.calendar_eq,
    COMMUTATOR = OPERATOR(slaops.=), NEGATOR = OPERATOR(slaops.<>),
    RESTRICT = pg_catalog.eqsel, JOIN = pg_catalog.eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR slaops.= (slaops.calendar, slaops.calendar) IS
'Whether two calendars are equal.';

CREATE OPERATOR slaops.<> (
    LEFTARG = slaops.calendar, RIGHTARG = slaops.calendar, FUNCTION = slaops.calendar_ne,
    COMMUTATOR = OPERATOR(slaops.<>), NEGATOR = OPERATOR(slaops.=),
    RESTRICT = pg_catalog.neqsel, JOIN = pg_catalog.neqjoinsel
);
COMMENT ON OPERATOR slaops.<> (slaops.calendar, slaops.calendar) IS 'Whether two calendars differ.';

CREATE OPERATOR slaops.< (
    LEFTARG = slaops.calendar, RIGHTARG = slaops.calendar, FUNCTION = slaops.calendar_lt,
    COMMUTATOR = OPERATOR(slaops.>), NEGATOR = OPERATOR(slaops.>=),
    RESTRICT = pg_catalog.scalarltsel, JOIN = pg_catalog.scalarltjoinsel
);
COMMENT ON OPERATOR slaops.< (slaops.calendar, slaops.calendar) IS
'Whether the first calendar sorts before the second.';

CREATE OPERATOR slaops.<= (
    LEFTARG = slaops.calendar, RIGHTARG = slaops.calendar, FUNCTION = slaops.calendar_le,
    COMMUTATOR = OPERATOR(slaops.>=), NEGATOR = OPERATOR(slaops.>),
    RESTRICT = pg_catalog.scalarlesel, JOIN = pg_catalog.scalarlejoinsel
);
COMMENT ON OPERATOR slaops.<= (slaops.calendar, slaops.calendar) IS
'Whether the first calendar sorts before the second or equals it.';

CREATE OPERATOR slaops.> (
    LEFTARG = slaops.calendar, RIGHTARG = slaops.calendar, FUNCTION = slaops.calendar_gt,
    COMMUTATOR = OPERATOR(slaops.<), NEGATOR = OPERATOR(slaops.<=),
    RESTRICT = pg_catalog.scalargtsel, JOIN = pg_catalog.scalargtjoinsel
);
COMMENT ON OPERATOR slaops.> (slaops.calendar, slaops.calendar) IS
'Whether the first calendar sorts after the second.';

CREATE OPERATOR slaops.>= (
    LEFTARG = slaops.calendar, RIGHTARG = slaops.calendar, FUNCTION = slaops.calendar_ge,
    COMMUTATOR = OPERATOR(slaops.<=), NEGATOR = OPERATOR(slaops.<),
    RESTRICT = pg_catalog.scalargesel, JOIN = pg_catalog.scalargejoinsel
);
COMMENT ON OPERATOR slaops.>= (slaops.calendar, slaops.calendar) IS
'Whether the first calendar sorts after the second or equals it.';

CREATE OPERATOR CLASS slaops.calendar_ops DEFAULT FOR TYPE slaops.calendar USING btree AS
    OPERATOR 1 slaops.<,
    OPERATOR 2 slaops.<=,
    OPERATOR 3 slaops.=,
    OPERATOR 4 slaops.>=,
    OPERATOR 5 slaops.>,
    FUNCTION 1 slaops.calendar_cmp(slaops.calendar, slaops.calendar);
COMMENT ON OPERATOR CLASS slaops.calendar_ops USING btree IS
'Calendars sort by their binary form.';

CREATE OPERATOR CLASS slaops.calendar_hash_ops DEFAULT FOR TYPE slaops.calendar USING hash AS
    OPERATOR 1 slaops.=,
    FUNCTION 1 slaops.calendar_hash(slaops.calendar),
    FUNCTION 2 slaops.calendar_hash_extended(slaops.calendar, bigint);
COMMENT ON OPERATOR CLASS slaops.calendar_hash_ops USING hash IS
'Calendars hash by their binary form.';

CREATE FUNCTION slaops.calendar_union(a slaops.calendar, b slaops.calendar)
RETURNS slaops.calendar
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_union';
COMMENT ON FUNCTION slaops.calendar_union(slaops.calendar, slaops.calendar) IS
'A calendar that is open when either is; the operator | calls it.';

CREATE OPERATOR slaops.| (
    LEFTARG = slaops.calendar, RIGHTARG = slaops.calendar, FUNCTION = slaops.calendar_union
);
COMMENT ON OPERATOR slaops.| (slaops.calendar, slaops.calendar) IS
'A calendar that is open when either is.';

CREATE FUNCTION slaops.calendar_intersection(a slaops.calendar, b slaops.calendar)
RETURNS slaops.calendar
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_intersection';
COMMENT ON FUNCTION slaops.calendar_intersection(slaops.calendar, slaops.calendar) IS
'A calendar that is open when both are; the operator & calls it.';

CREATE OPERATOR slaops.& (
    LEFTARG = slaops.calendar, RIGHTARG = slaops.calendar, FUNCTION = slaops.calendar_intersection
);
COMMENT ON OPERATOR slaops.& (slaops.calendar, slaops.calendar) IS
'A calendar that is open when both are.';

CREATE FUNCTION slaops.calendar_difference(a slaops.calendar, b slaops.calendar)
RETURNS slaops.calendar
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_difference';
COMMENT ON FUNCTION slaops.calendar_difference(slaops.calendar, slaops.calendar) IS
'A calendar that is open when the first is and the second is not; the operator - calls it.';

CREATE OPERATOR slaops.- (
    LEFTARG = slaops.calendar, RIGHTARG = slaops.calendar, FUNCTION = slaops.calendar_difference
);
COMMENT ON OPERATOR slaops.- (slaops.calendar, slaops.calendar) IS
'A calendar that is open when the first is and the second is not.';

CREATE FUNCTION slaops.time_zone(cal slaops.calendar)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_time_zone';
COMMENT ON FUNCTION slaops.time_zone(slaops.calendar) IS
'The IANA time zone of a calendar; of a combination, that of its first calendar. Example: SELECT '
'slaops.time_zone(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar);';

CREATE FUNCTION slaops.hours(cal slaops.calendar)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_hours';
COMMENT ON FUNCTION slaops.hours(slaops.calendar) IS
'The opening hours of a calendar, without zone and country; NULL for a combination. Example: '
'SELECT slaops.hours(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar);';

CREATE FUNCTION slaops.country(cal slaops.calendar)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_country';
COMMENT ON FUNCTION slaops.country(slaops.calendar) IS
'The country or subdivision whose public holidays a calendar has, such as DE-BY; NULL without one '
'or for a combination. Example: SELECT slaops.country(''Mo-Fr 09:00-17:00 @ Europe/Berlin, DE'');';

CREATE FUNCTION slaops.day_minutes(cal slaops.calendar)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_calendar_day_minutes';
COMMENT ON FUNCTION slaops.day_minutes(slaops.calendar) IS
'Open minutes of one working day: the most common length of the open days of a week. Example: '
'SELECT slaops.day_minutes(''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar);';
