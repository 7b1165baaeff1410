-- How will the backlog develop? One row per day of the next 60, at the pace of the last 28 days in
-- open minutes: arrivals, completions, open tickets and tickets past target.
-- materialized: table
-- key: day
SELECT
    -- The day.
    days.day::date AS day,
    -- Tickets created or reopened; NULL if the pace is unknown, as for minutes_to_green of
    -- backlog_summary.
    summary.arrivals_per_minute * open.minutes AS arrivals,
    -- Tickets solved.
    summary.completions_per_minute * open.minutes AS completions,
    -- Arrivals less completions.
    (summary.arrivals_per_minute - summary.completions_per_minute) * open.minutes AS net_flow,
    -- Tickets open when the day ends; the present number if the pace is unknown.
    greatest(
        summary.wip + coalesce(
            (summary.arrivals_per_minute - summary.completions_per_minute)
            * open.minutes_since_now,
            0
        ),
        0
    ) AS wip,
    -- Completions per day of the last 672 hours, or since the first ticket.
    summary.throughput,
    -- Open tickets past their target when the day ends; NULL: unknown, or growing.
    CASE
        WHEN summary.minutes_to_green IS NOT NULL
            THEN ceil(
                summary.past_target
                * greatest(1 - open.minutes_since_now / nullif(summary.minutes_to_green, 0), 0)
            )
    END AS past_target
FROM {schema}.backlog_summary AS summary
CROSS JOIN LATERAL generate_series(
    (summary.day + 1)::timestamp,
    summary.day + 60,
    interval '1 day'
) AS days (day)
CROSS JOIN LATERAL (
    SELECT
        slaops.business_minutes(
            summary.calendar_name,
            days.day AT TIME ZONE {time_zone},
            (days.day + interval '1 day') AT TIME ZONE {time_zone}
        ) AS minutes,
        slaops.business_minutes(
            summary.calendar_name,
            {as_of},
            (days.day + interval '1 day') AT TIME ZONE {time_zone}
        ) AS minutes_since_now
) AS open
