-- One row per stretch of int_ticket_stages of a ticket with work logs: for how much of it somebody
-- worked on the ticket (touch time), and for how much it waited.
-- materialized: view
WITH work AS (
    SELECT
        work_log.ticket_id,
        -- What several people do at the same time is one time of the ticket.
        range_agg(tstzrange(work_log.started_at, work_log.ended_at)) AS touched,
        array_agg(tstzrange(work_log.started_at, work_log.ended_at)) AS logs
    FROM {schema}.stg_work_logs AS work_log
    WHERE slaops.known_instant(work_log.started_at) IS NOT NULL
        AND slaops.known_instant(work_log.ended_at) > work_log.started_at
    GROUP BY work_log.ticket_id
),

stages AS (
    SELECT
        stage.*,
        work.touched,
        work.logs,
        CASE
            WHEN stage.minutes IS NULL THEN NULL
            WHEN life.calendar_name = '24x7' THEN '24/7 @ UTC'
            ELSE life.calendar_name
        END AS calendar
    FROM work
    JOIN {schema}.int_ticket_stages AS stage
        ON stage.ticket_id = work.ticket_id
    JOIN {schema}.int_ticket_lifecycle AS life
        ON life.ticket_id = stage.ticket_id
)

SELECT
    -- The ticket.
    stage.ticket_id,
    -- When the stretch began.
    stage.from_at,
    -- When it ended.
    stage.to_at,
    -- The status, in the source's words.
    stage.status,
    -- Its state: new, open, pending or hold; NULL if it is unknown.
    stage.state,
    -- The group that had the ticket.
    stage.group_name,
    -- waiting: new, pending or on hold; working: open, or in an unknown state.
    stage.phase,
    -- The ticket's priority.
    stage.priority,
    -- Open minutes of the ticket's calendar; NULL if the calendar is unknown.
    stage.minutes,
    -- Of them, minutes in which somebody worked on the ticket.
    touch.minutes AS touch_minutes,
    -- Of them, the others.
    stage.minutes - touch.minutes AS wait_minutes,
    -- Minutes by the wall clock.
    extract(epoch FROM stage.to_at - stage.from_at)::double precision / 60 AS wall_minutes,
    -- Of them, minutes in which somebody worked on the ticket.
    touch.wall_minutes AS wall_touch_minutes,
    -- Minutes of work of all people, by the wall clock: what two do at the same time counts twice.
    effort.minutes AS work_minutes,
    -- Number of logs in this stretch or in a part of it.
    effort.logs
FROM stages AS stage
CROSS JOIN LATERAL (
    SELECT tstzrange(stage.from_at, greatest(stage.to_at, stage.from_at)) AS span
) AS stretch
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN stage.calendar IS NOT NULL THEN coalesce(
                sum(
                    slaops.business_minutes(stage.calendar, lower(piece.span), upper(piece.span))
                ),
                0
            )
        END AS minutes,
        coalesce(
            sum(extract(epoch FROM upper(piece.span) - lower(piece.span)))::double precision / 60,
            0
        ) AS wall_minutes
    FROM unnest(stage.touched * tstzmultirange(stretch.span)) AS piece (span)
) AS touch
CROSS JOIN LATERAL (
    SELECT
        coalesce(
            sum(
                extract(
                    epoch FROM least(upper(work_log.span), stage.to_at)
                    - greatest(lower(work_log.span), stage.from_at)
                )
            )::double precision / 60,
            0
        ) AS minutes,
        count(*) AS logs
    FROM unnest(stage.logs) AS work_log (span)
    WHERE work_log.span && stretch.span
) AS effort
