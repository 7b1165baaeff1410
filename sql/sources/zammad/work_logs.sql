-- Work logs of a Zammad 3 to 7: its time accounting. Time is accounted with an article or a note,
-- so work ends then. Units are minutes, unless columns says otherwise: the setting that names them
-- is among secrets, and is not read.
-- {ticket_time_accountings}: ticket_id! int4, time_unit! float8, type_id int4,
--     created_by_id! int4, created_at! timestamptz
-- {ticket_time_accounting_types}?: id! int4, name! text
-- {users}: id! int4, login text, firstname text, lastname text, email text
-- without figures: work logs are in ticket_time_accountings: touch time is unknown
-- without ticket_time_accountings.type_id: what was done is unknown
-- without ticket_time_accounting_types: what was done is unknown
SELECT
    -- The ticket.
    entry.ticket_id,
    -- Who accounted the time.
    coalesce(
        nullif(btrim(concat_ws(' ', worker.firstname, worker.lastname)), ''),
        nullif(worker.email, ''),
        worker.login
    ) AS agent,
    -- The accounted time before.
    entry.created_at - entry.time_unit * interval '1 minute' AS started_at,
    -- When it was accounted.
    entry.created_at AS ended_at,
    -- The activity type.
    kind.name AS activity
FROM {ticket_time_accountings} AS entry
LEFT JOIN {ticket_time_accounting_types} AS kind ON kind.id = entry.type_id
LEFT JOIN {users} AS worker ON worker.id = entry.created_by_id
WHERE entry.time_unit > 0
