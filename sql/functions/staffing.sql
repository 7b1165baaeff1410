-- Staffing: agents for calls that are answered at once, and people for tickets that may wait.

CREATE FUNCTION slaops.erlang_b(erlangs double precision, agents integer)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_erlang_b';
COMMENT ON FUNCTION slaops.erlang_b(double precision, integer) IS
'The part of calls that find all agents busy where none wait (Erlang B). A load of one erlang is '
'one agent busy all the time: calls an hour times handling time in hours.';

CREATE FUNCTION slaops.erlang_c(erlangs double precision, agents integer)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_erlang_c';
COMMENT ON FUNCTION slaops.erlang_c(double precision, integer) IS
'The part of calls that wait where all wait and none give up (Erlang C); 1 once the load reaches '
'the number of agents.';

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
'A queue whose callers give up after some patience, exponential with this mean (Erlang A): the '
'part of calls that wait, the part that give up, mean seconds of waiting over all calls, the part '
'of agents'' time spent on calls, and the mean number of waiting calls. With a patience of '
'Infinity nobody gives up (Erlang C); waits are Infinity then where the load reaches the agents.';

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
'The part of all calls that are answered within the threshold. Callers never give up (Erlang C) '
'unless a mean patience is given (Erlang A); those who give up count as not answered.';

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
'Mean seconds that a call waits, over all calls; Infinity where the load reaches the agents and '
'nobody gives up.';

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
'The fewest agents who answer this part of the calls within the threshold and are busy for at most '
'max_occupancy of their time, divided by 1 - shrinkage (the part of paid time away) and rounded '
'up.';

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
'Full-time people who keep a backlog from growing: arrivals times handling time, divided by what '
'one does in a day: hours x occupancy (the part of work time spent on tickets) x (1 - shrinkage, '
'the part of paid time away).';

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
'Full-time people who do all arrivals and a backlog beside them within so many working days.';

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
'Full-time people who do all arrivals and a backlog beside them in the business days of a calendar '
'from a date to before another.';

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
'Full-time people who do all arrivals and a backlog beside them in the business days of a calendar '
'from a date to before another. By the name of a registered calendar.';

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
'The fewest full-time people with whom this part of tickets keeps a target in open minutes '
'(target_metric: resolution, work is done; response, it has begun), once there is no backlog: those at '
'work at once, as Erlang C has it, divided by 1 - shrinkage. Arrivals are spread over the open '
'hours of a day, work takes exponential times.';

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
'What if there were more or fewer people? A row for each number of full-time people: tickets a day '
'they can do, the part of it that arrivals take, by how much the backlog shrinks a day (negative: '
'grows), the backlog after so many working days, the days until it is cleared (NULL for never), '
'and the mean wait in days of tickets that come in meanwhile, first in first out.';
