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
'Business days until a backlog is cleared: at the mean pace, and the days by which 50, 80 and 95 '
'% of simulated runs are done, each of which draws past days at random. Example: SELECT * FROM '
'slaops.backlog_clearance(40, ''{8,9,7}'', ''{10,12,11}'', ''Mo-Fr 09:00-17:00 @ '
'UTC''::slaops.calendar, ''2026-01-05 08:00Z'');';

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
'Business days until a backlog is cleared: at the mean pace, and the days by which 50, 80 and 95 '
'% of simulated runs are done, each of which draws past days at random. By the name of a '
'registered calendar. Example: SELECT * FROM slaops.backlog_clearance(40, ''{8,9,7}'', '
'''{10,12,11}'', ''demo emea'', ''2026-01-05 08:00Z'');';
