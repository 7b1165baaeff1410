-- Staffing: agents for calls that are answered at once, and people for tickets that may wait.

CREATE FUNCTION slaops.erlang_b(erlangs double precision, agents integer)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_erlang_b';
COMMENT ON FUNCTION slaops.erlang_b(double precision, integer) IS
'The share of calls that find all agents busy if none wait (Erlang B); load is calls per hour '
'times handling hours. Example: SELECT slaops.erlang_b(10, 12);';

CREATE FUNCTION slaops.erlang_c(erlangs double precision, agents integer)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_erlang_c';
COMMENT ON FUNCTION slaops.erlang_c(double precision, integer) IS
'The share of calls that wait if none give up (Erlang C); 1 from a load of as many erlangs as '
'agents. Example: SELECT slaops.erlang_c(10, 12);';

CREATE FUNCTION slaops.erlang_a(
    erlangs double precision,
    agents integer,
    handle_seconds double precision,
    patience_seconds double precision,
    OUT wait_probability double precision,
    OUT abandon_probability double precision,
    OUT speed_of_answer double precision,
    OUT occupancy double precision,
    OUT queue_length double precision
)
RETURNS record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_erlang_a';
COMMENT ON FUNCTION slaops.erlang_a(
    double precision, integer, double precision, double precision
) IS
'A queue whose callers give up after an exponential patience (Erlang A): shares that wait and '
'give up, mean seconds of waiting, occupancy and mean number waiting. Example: SELECT * FROM '
'slaops.erlang_a(10, 12, 180, 300);';

CREATE FUNCTION slaops.service_level(
    calls_per_hour double precision,
    handle_seconds double precision,
    agents integer,
    threshold_seconds double precision,
    patience_seconds double precision DEFAULT 'Infinity'
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_service_level';
COMMENT ON FUNCTION slaops.service_level(
    double precision, double precision, integer, double precision, double precision
) IS
'The share of calls answered within threshold_seconds; without patience_seconds callers never '
'give up. Example: SELECT slaops.service_level(200, 180, 14, 20);';

CREATE FUNCTION slaops.speed_of_answer(
    calls_per_hour double precision,
    handle_seconds double precision,
    agents integer,
    patience_seconds double precision DEFAULT 'Infinity'
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_speed_of_answer';
COMMENT ON FUNCTION slaops.speed_of_answer(
    double precision, double precision, integer, double precision
) IS
'Mean seconds that a call waits; Infinity if the load reaches the agents and nobody gives up. '
'Example: SELECT slaops.speed_of_answer(200, 180, 14);';

CREATE FUNCTION slaops.agents_required(
    calls_per_hour double precision,
    handle_seconds double precision,
    service_level double precision,
    threshold_seconds double precision,
    max_occupancy double precision DEFAULT 1,
    shrinkage double precision DEFAULT 0,
    patience_seconds double precision DEFAULT 'Infinity'
)
RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_agents_required';
COMMENT ON FUNCTION slaops.agents_required(
    double precision, double precision, double precision, double precision, double precision,
    double precision, double precision
) IS
'The fewest agents that answer service_level of the calls within threshold_seconds at no more '
'than max_occupancy, divided by 1 - shrinkage and rounded up. Example: SELECT '
'slaops.agents_required(200, 180, 0.8, 20);';

CREATE FUNCTION slaops.fte_to_hold(
    arrivals_per_day double precision,
    handle_minutes double precision,
    hours_per_day double precision DEFAULT 8,
    occupancy double precision DEFAULT 1,
    shrinkage double precision DEFAULT 0
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_fte_to_hold';
COMMENT ON FUNCTION slaops.fte_to_hold(
    double precision, double precision, double precision, double precision, double precision
) IS
'Full-time people that keep a backlog from growing: arrivals x handling time / (hours x occupancy '
'x (1 - shrinkage)). Example: SELECT slaops.fte_to_hold(40, 25);';

CREATE FUNCTION slaops.fte_to_clear(
    backlog double precision,
    arrivals_per_day double precision,
    handle_minutes double precision,
    working_days double precision,
    hours_per_day double precision DEFAULT 8,
    occupancy double precision DEFAULT 1,
    shrinkage double precision DEFAULT 0
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_fte_to_clear';
COMMENT ON FUNCTION slaops.fte_to_clear(
    double precision, double precision, double precision, double precision, double precision,
    double precision, double precision
) IS
'Full-time people that handle all arrivals and clear a backlog within working_days. Example: '
'SELECT slaops.fte_to_clear(200, 40, 25, 10);';

CREATE FUNCTION slaops.fte_to_clear_by(
    backlog double precision,
    arrivals_per_day double precision,
    handle_minutes double precision,
    cal slaops.calendar,
    from_day date,
    until_day date,
    hours_per_day double precision DEFAULT 8,
    occupancy double precision DEFAULT 1,
    shrinkage double precision DEFAULT 0
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_fte_to_clear_by';
COMMENT ON FUNCTION slaops.fte_to_clear_by(
    double precision, double precision, double precision, slaops.calendar, date, date,
    double precision, double precision, double precision
) IS
'Full-time people that handle all arrivals and clear a backlog in the business days from from_day '
'to before until_day. Example: SELECT slaops.fte_to_clear_by(200, 40, 25, ''Mo-Fr 09:00-17:00 @ '
'UTC''::slaops.calendar, ''2026-01-05'', ''2026-01-19'');';

CREATE FUNCTION slaops.fte_to_clear_by(
    backlog double precision,
    arrivals_per_day double precision,
    handle_minutes double precision,
    calendar_name text,
    from_day date,
    until_day date,
    hours_per_day double precision DEFAULT 8,
    occupancy double precision DEFAULT 1,
    shrinkage double precision DEFAULT 0
)
RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_fte_to_clear_by_by_name';
COMMENT ON FUNCTION slaops.fte_to_clear_by(
    double precision, double precision, double precision, text, date, date, double precision,
    double precision, double precision
) IS
'Full-time people that handle all arrivals and clear a backlog in the business days from from_day '
'to before until_day. By the name of a registered calendar. Example: SELECT '
'slaops.fte_to_clear_by(200, 40, 25, ''demo emea'', ''2026-01-05'', ''2026-01-19'');';

CREATE FUNCTION slaops.fte_to_attain(
    arrivals_per_day double precision,
    handle_minutes double precision,
    target_minutes double precision,
    attainment double precision,
    hours_per_day double precision DEFAULT 8,
    occupancy double precision DEFAULT 1,
    shrinkage double precision DEFAULT 0,
    target_metric text DEFAULT 'resolution'
)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_fte_to_attain';
COMMENT ON FUNCTION slaops.fte_to_attain(
    double precision, double precision, double precision, double precision, double precision,
    double precision, double precision, text
) IS
'The fewest full-time people with which a share of tickets keeps a target in open minutes, '
'without a backlog (Erlang C); target_metric is resolution (work is done) or response (work has '
'begun). Example: SELECT slaops.fte_to_attain(40, 25, 240, 0.9);';

CREATE FUNCTION slaops.capacity_simulator(
    backlog double precision,
    arrivals_per_day double precision,
    handle_minutes double precision,
    fte_from double precision,
    fte_to double precision,
    fte_step double precision DEFAULT 1,
    working_days double precision DEFAULT 20,
    hours_per_day double precision DEFAULT 8,
    occupancy double precision DEFAULT 1,
    shrinkage double precision DEFAULT 0
)
RETURNS TABLE (
    fte double precision,
    capacity_per_day double precision,
    utilization double precision,
    net_flow_per_day double precision,
    backlog_after double precision,
    clear_days double precision,
    expected_wait_days double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20
AS 'MODULE_PATHNAME', 'slaops_capacity_simulator';
COMMENT ON FUNCTION slaops.capacity_simulator(
    double precision, double precision, double precision, double precision, double precision,
    double precision, double precision, double precision, double precision, double precision
) IS
'A row for each number of full-time people: tickets per day, utilization, daily change and final '
'size of the backlog, days until it is cleared and mean wait in days. Example: SELECT * FROM '
'slaops.capacity_simulator(200, 40, 25, 2, 6);';

CREATE FUNCTION slaops.staffing_of_due_work(
    cal slaops.calendar,
    start_at timestamptz,
    arrivals double precision[],
    handle_minutes double precision,
    due_minutes double precision,
    backlog double precision DEFAULT 0,
    occupancy double precision DEFAULT 1,
    period_minutes integer DEFAULT 30,
    backlog_minutes double precision DEFAULT 'Infinity'
)
RETURNS TABLE (
    period integer,
    from_at timestamptz,
    to_at timestamptz,
    open_minutes double precision,
    arriving double precision,
    people double precision,
    waiting double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 336
AS 'MODULE_PATHNAME', 'slaops_staffing_of_due_work';
COMMENT ON FUNCTION slaops.staffing_of_due_work(
    slaops.calendar, timestamptz, double precision[], double precision, double precision,
    double precision, double precision, integer, double precision
) IS
'People needed in each period for work that may wait due_minutes of open time: the least even '
'number with which all work begins in time, over closed hours too. arrivals has a number for each '
'period from start_at on; backlog is begun within backlog_minutes, at the latest in the last '
'period. Example: SELECT * FROM slaops.staffing_of_due_work(''Mo-Fr 09:00-17:00 @ '
'UTC''::slaops.calendar, ''2026-01-05Z'', array_fill(4.0, ''{48}''), 15, 240);';

CREATE FUNCTION slaops.staffing_of_due_work(
    calendar_name text,
    start_at timestamptz,
    arrivals double precision[],
    handle_minutes double precision,
    due_minutes double precision,
    backlog double precision DEFAULT 0,
    occupancy double precision DEFAULT 1,
    period_minutes integer DEFAULT 30,
    backlog_minutes double precision DEFAULT 'Infinity'
)
RETURNS TABLE (
    period integer,
    from_at timestamptz,
    to_at timestamptz,
    open_minutes double precision,
    arriving double precision,
    people double precision,
    waiting double precision
)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 336
AS 'MODULE_PATHNAME', 'slaops_staffing_of_due_work_by_name';
COMMENT ON FUNCTION slaops.staffing_of_due_work(
    text, timestamptz, double precision[], double precision, double precision,
    double precision, double precision, integer, double precision
) IS
'People needed in each period for work that may wait due_minutes of open time, by the name of a '
'registered calendar. Example: SELECT * FROM slaops.staffing_of_due_work(''demo emea'', '
'''2026-01-05Z'', array_fill(4.0, ''{48}''), 15, 240);';

CREATE FUNCTION slaops.outlook_of_calls(
    arrivals double precision[],
    people double precision[],
    handle_seconds double precision,
    threshold_seconds double precision,
    patience_seconds double precision DEFAULT 'Infinity',
    backlog double precision DEFAULT 0,
    period_minutes integer DEFAULT 30
)
RETURNS TABLE (
    period integer,
    arriving double precision,
    at_work double precision,
    attainment double precision,
    abandonment double precision,
    utilization double precision,
    waiting double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 336
AS 'MODULE_PATHNAME', 'slaops_outlook_of_calls';
COMMENT ON FUNCTION slaops.outlook_of_calls(
    double precision[], double precision[], double precision, double precision, double precision,
    double precision, integer
) IS
'What calls will find in each period: shares answered within threshold_seconds and given up, '
'utilization, and calls that wait at its end. The queue of a period is there in the next. Example: '
'SELECT * FROM slaops.outlook_of_calls(''{80,120,90}'', ''{10,12,11}'', 180, 20, 300);';

CREATE FUNCTION slaops.outlook_of_due_work(
    cal slaops.calendar,
    start_at timestamptz,
    arrivals double precision[],
    people double precision[],
    handle_minutes double precision,
    due_minutes double precision,
    backlog double precision DEFAULT 0,
    occupancy double precision DEFAULT 1,
    period_minutes integer DEFAULT 30
)
RETURNS TABLE (
    period integer,
    arriving double precision,
    at_work double precision,
    attainment double precision,
    abandonment double precision,
    utilization double precision,
    waiting double precision
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 336
AS 'MODULE_PATHNAME', 'slaops_outlook_of_due_work';
COMMENT ON FUNCTION slaops.outlook_of_due_work(
    slaops.calendar, timestamptz, double precision[], double precision[], double precision,
    double precision, double precision, double precision, integer
) IS
'What tickets that may wait due_minutes of open time will find in each period: the share begun in '
'time, utilization, and tickets that wait at its end, over closed hours too. Example: SELECT * '
'FROM slaops.outlook_of_due_work(''24/7 @ UTC''::slaops.calendar, ''2026-01-05Z'', ''{8,4,4}'', '
'''{2,2,2}'', 15, 60);';

CREATE FUNCTION slaops.outlook_of_due_work(
    calendar_name text,
    start_at timestamptz,
    arrivals double precision[],
    people double precision[],
    handle_minutes double precision,
    due_minutes double precision,
    backlog double precision DEFAULT 0,
    occupancy double precision DEFAULT 1,
    period_minutes integer DEFAULT 30
)
RETURNS TABLE (
    period integer,
    arriving double precision,
    at_work double precision,
    attainment double precision,
    abandonment double precision,
    utilization double precision,
    waiting double precision
)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 336
AS 'MODULE_PATHNAME', 'slaops_outlook_of_due_work_by_name';
COMMENT ON FUNCTION slaops.outlook_of_due_work(
    text, timestamptz, double precision[], double precision[], double precision,
    double precision, double precision, double precision, integer
) IS
'What tickets that may wait due_minutes of open time will find in each period, by the name of a '
'registered calendar. Example: SELECT * FROM slaops.outlook_of_due_work(''demo emea'', '
'''2026-01-05 09:00Z'', ''{8,4,4}'', ''{2,2,2}'', 15, 60);';

CREATE FUNCTION slaops.shift_plan(
    start_at timestamptz,
    needed double precision[],
    patterns jsonb,
    time_zone text DEFAULT 'UTC',
    period_minutes integer DEFAULT 30,
    max_people integer DEFAULT 100000,
    max_seconds double precision DEFAULT 5
)
RETURNS TABLE (
    pattern text,
    day date,
    starts_at timestamptz,
    ends_at timestamptz,
    people integer,
    breaks text,
    paid_minutes double precision,
    team integer,
    total_people integer,
    fewest_people integer,
    total_paid_minutes double precision,
    least_paid_minutes double precision
)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 50 COST 1000000
AS 'MODULE_PATHNAME', 'slaops_shift_plan';
COMMENT ON FUNCTION slaops.shift_plan(
    timestamptz, double precision[], jsonb, text, integer, integer, double precision
) IS
'Shifts in given patterns that cover the people needed in each period from start_at on, with the '
'fewest people and then the least paid time. Example: SELECT * FROM slaops.shift_plan(''2026-01-05 '
'08:00Z'', ''{1,2,2,1}'', ''{"pattern": "day", "starts": ["08:00", "08:30"], "minutes": 90}'');';

-- A break is written in local time: it is the first one at or after the start of the shift.
CREATE FUNCTION slaops.shift_coverage(
    start_at timestamptz,
    needed double precision[],
    shifts jsonb,
    time_zone text DEFAULT 'UTC',
    period_minutes integer DEFAULT 30
)
RETURNS TABLE (
    period integer,
    from_at timestamptz,
    to_at timestamptz,
    people_needed double precision,
    people double precision,
    gap double precision
)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 336
SET search_path = pg_catalog, pg_temp
AS $shift_coverage$
    WITH given AS MATERIALIZED (
        SELECT
            row_number() OVER () AS place,
            shift.starts_at,
            shift.ends_at,
            coalesce(shift.people, 1) AS people,
            shift.breaks
        FROM jsonb_to_recordset(shifts) AS shift (
            starts_at timestamptz,
            ends_at timestamptz,
            people double precision,
            breaks text
        )
    ),
    written_pauses AS (
        SELECT
            given.place,
            timezone(time_zone, given.starts_at) AS local_start,
            split_part(written.text, '-', 1)::time AS from_time,
            split_part(written.text, '-', 2)::time AS to_time
        FROM given
        CROSS JOIN LATERAL regexp_split_to_table(given.breaks, ' *, *') AS written (text)
        WHERE written.text <> ''
    ),
    dated_pauses AS (
        SELECT
            pause.*,
            pause.local_start::date
            + CASE WHEN pause.from_time < pause.local_start::time THEN 1 ELSE 0 END AS day
        FROM written_pauses AS pause
    ),
    pauses AS MATERIALIZED (
        SELECT
            pause.place,
            timezone(time_zone, pause.day + pause.from_time) AS from_at,
            timezone(
                time_zone,
                pause.day + pause.to_time
                + CASE WHEN pause.to_time <= pause.from_time THEN 1 ELSE 0 END * interval '1 day'
            ) AS to_at
        FROM dated_pauses AS pause
    ),
    spans AS (
        SELECT
            want.place::integer AS period,
            coalesce(want.people, 0) AS people_needed,
            start_at + (want.place - 1) * period_minutes * interval '1 minute' AS from_at,
            start_at + want.place * period_minutes * interval '1 minute' AS to_at
        FROM unnest(needed) WITH ORDINALITY AS want (people, place)
    )
    SELECT
        span.period,
        span.from_at,
        span.to_at,
        span.people_needed,
        coalesce(there.people, 0),
        coalesce(there.people, 0) - span.people_needed
    FROM spans AS span
    LEFT JOIN LATERAL (
        SELECT sum(given.people) AS people
        FROM given
        WHERE given.starts_at <= span.from_at
            AND given.ends_at >= span.to_at
            AND NOT EXISTS (
                SELECT
                FROM pauses AS pause
                WHERE pause.place = given.place
                    AND pause.from_at < span.to_at
                    AND pause.to_at > span.from_at
            )
    ) AS there ON true
    ORDER BY span.period
$shift_coverage$;
COMMENT ON FUNCTION slaops.shift_coverage(timestamptz, double precision[], jsonb, text, integer) IS
'People at work during all of each period under shifts (rows of shift_plan or of a roster as '
'JSON, with starts_at, ends_at, people and breaks), beside those needed; gap is negative where '
'people are missing. Example: SELECT * FROM slaops.shift_coverage(''2026-01-05 08:00Z'', '
'''{1,1}'', ''[{"starts_at": "2026-01-05 08:00Z", "ends_at": "2026-01-05 09:00Z"}]'');';

CREATE FUNCTION slaops.shifts_from_ics(
    ics text,
    from_at timestamptz,
    to_at timestamptz,
    time_zone text DEFAULT 'UTC'
)
RETURNS TABLE (agent text, starts_at timestamptz, ends_at timestamptz)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 100
AS 'MODULE_PATHNAME', 'slaops_shifts_from_ics';
COMMENT ON FUNCTION slaops.shifts_from_ics(text, timestamptz, timestamptz, text) IS
'Shifts from iCalendar text between two instants, with repeated and moved events; the agent is the '
'SUMMARY. Wall times without a time zone are of time_zone. Example: SELECT * FROM '
'slaops.shifts_from_ics(E''BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:ann\nDTSTART:20260105T090000Z'
'\nDTEND:20260105T170000Z\nEND:VEVENT\nEND:VCALENDAR'', ''2026-01-05Z'', ''2026-01-12Z'');';
