-- Backlog clearance: when will it be gone?

CREATE FUNCTION slaops.backlog_clearance(
    backlog bigint,
    arrivals double precision[],
    completions double precision[],
    cal slaops.calendar,
    as_of timestamptz,
    runs integer DEFAULT 2000,
    seed bigint DEFAULT 1,
    horizon_days integer DEFAULT 730,
    OUT net_per_day double precision,
    OUT deterministic_days double precision,
    OUT deterministic_date date,
    OUT p50_days integer,
    OUT p50_date date,
    OUT p80_days integer,
    OUT p80_date date,
    OUT p95_days integer,
    OUT p95_date date,
    OUT never_probability double precision,
    OUT history_days integer
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'slaops_backlog_clearance';
COMMENT ON FUNCTION slaops.backlog_clearance(
    bigint, double precision[], double precision[], slaops.calendar, timestamptz, integer, bigint,
    integer
) IS
'When the backlog will be gone: at the mean pace (deterministic), and by the day before which '
'half, 80 % and 95 % of made-up futures are done, each of which draws past days (what came in and '
'what was done on each business day) at random. Days are business days of the calendar from as_of '
'on; a percentile is NULL when fewer futures are done within horizon_days, or before the calendar '
'has no more business days, and never_probability is the part that is not. The day of as_of counts '
'if none of the hours that start on it have passed. The same seed gives the same result on every '
'machine. At most 100,000 past days.';

CREATE FUNCTION slaops.backlog_clearance(
    backlog bigint,
    arrivals double precision[],
    completions double precision[],
    calendar_name text,
    as_of timestamptz,
    runs integer DEFAULT 2000,
    seed bigint DEFAULT 1,
    horizon_days integer DEFAULT 730,
    OUT net_per_day double precision,
    OUT deterministic_days double precision,
    OUT deterministic_date date,
    OUT p50_days integer,
    OUT p50_date date,
    OUT p80_days integer,
    OUT p80_date date,
    OUT p95_days integer,
    OUT p95_date date,
    OUT never_probability double precision,
    OUT history_days integer
)
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000
AS 'MODULE_PATHNAME', 'slaops_backlog_clearance_by_name';
COMMENT ON FUNCTION slaops.backlog_clearance(
    bigint, double precision[], double precision[], text, timestamptz, integer, bigint, integer
) IS
'When the backlog will be gone: at the mean pace (deterministic), and by the day before which '
'half, 80 % and 95 % of made-up futures are done, each of which draws past days (what came in and '
'what was done on each business day) at random. Days are business days of the calendar from as_of '
'on; a percentile is NULL when fewer futures are done within horizon_days, or before the calendar '
'has no more business days, and never_probability is the part that is not. The day of as_of counts '
'if none of the hours that start on it have passed. The same seed gives the same result on every '
'machine. At most 100,000 past days. By the name of a registered calendar.';
