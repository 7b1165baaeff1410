-- What each group can do on a working day, if the source says so.
SELECT
{group_capacity_columns}
FROM {group_capacity} AS c
