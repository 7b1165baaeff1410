-- Work logs of a Request Tracker 4.2 to 5: the time taken of transactions, in minutes. It is given
-- with a reply or a comment, so work ends then.
-- appended to: transactions
-- {transactions}: id! int8, objecttype! text, objectid! int8, type! text, timetaken! int8,
--     creator! int8, created! timestamptz
-- {users}: id! int8, name! text
-- without figures: work logs are in transactions.timetaken: touch time is unknown
SELECT
    -- The ticket.
    entry.objectid AS ticket_id,
    -- Who wrote it.
    worker.name AS agent,
    -- The time taken before.
    entry.created - entry.timetaken * interval '1 minute' AS started_at,
    -- When it was written.
    entry.created AS ended_at,
    -- Correspond: a reply; Comment: a comment; or another transaction.
    entry.type AS activity
FROM {transactions} AS entry
LEFT JOIN {users} AS worker ON worker.id = entry.creator
WHERE entry.objecttype = 'RT::Ticket'
    AND entry.timetaken > 0
