-- Work logs of a Znuny, or of an OTRS from version 6 on: its time accounting. Time is accounted
-- with an article, so work ends then. Units are minutes, unless columns says otherwise.
-- {time_accounting}: id! int8, ticket_id! int8, time_unit! float8, create_time! timestamptz,
--     create_by! int4
-- {users}: id! int4, login text, first_name text, last_name text
-- without figures: work logs are in time_accounting: touch time is unknown
SELECT
    -- The ticket.
    entry.ticket_id,
    -- Who accounted the time.
    coalesce(
        nullif(btrim(concat_ws(' ', worker.first_name, worker.last_name)), ''),
        worker.login
    ) AS agent,
    -- The accounted time before.
    entry.create_time - entry.time_unit * interval '1 minute' AS started_at,
    -- When it was accounted.
    entry.create_time AS ended_at,
    -- Znuny does not say.
    NULL::text AS activity
FROM {time_accounting} AS entry
LEFT JOIN {users} AS worker ON worker.id = entry.create_by
WHERE entry.time_unit > 0
