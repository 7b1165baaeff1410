-- Tickets as they are now, in the columns that every other view uses.
SELECT
{tickets_columns}
FROM {tickets} AS t
