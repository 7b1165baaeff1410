-- Who worked on a ticket and when, if the source says so: a row for each stretch of work.
-- materialized: view
SELECT
    -- The ticket.
    work_log.ticket_id,
    -- The agent.
    work_log.agent,
    -- When the work began.
    work_log.started_at,
    -- When it ended.
    work_log.ended_at,
    -- What was done; NULL: the source does not say.
    work_log.activity
FROM {work_logs} AS work_log
