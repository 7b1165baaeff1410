-- Who works on tickets, if the source says so.
SELECT
{agents_columns}
FROM {agents} AS a
