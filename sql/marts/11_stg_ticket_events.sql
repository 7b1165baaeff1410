-- What happened to tickets: creation, comments, and changes of fields.
SELECT
{events_columns}
FROM {ticket_events} AS e
