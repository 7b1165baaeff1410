-- Counts, sums and survival summaries of facts by what dashboards group by. A refresh keeps them by
-- difference: the model, read over the published rows of the tickets that changed, is subtracted,
-- and read over their new rows, it is added. Sums are numeric, so that nothing is lost on the way,
-- and each aggregate is to the row what it would be if it were made anew.

-- A model names facts as {schema}.fct_sla_attainment. This function puts in the rows of the queued
-- tickets, before or after the current refresh, or all published rows. It does not use the view,
-- because the view's test of the run prevents parallel plans. If only time has passed for a ticket,
-- its snapshots of past days stay. Statistics do not know the rows of the current run: for "run =
-- 2" the planner expects one row and joins 11,000 of them in nested loops, in 25 seconds instead of
-- a tenth. For a CASE it expects half of the tickets' rows, which is correct.
CREATE FUNCTION slaops.aggregate_query(sql text, schema text, state jsonb, is_new boolean)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $aggregate_query$
DECLARE
    run bigint := coalesce(state -> 'pending' ->> 'run', state ->> 'run')::bigint;
    name text;
BEGIN
    FOR name IN
        SELECT model.name
        FROM slaops.mart_templates AS model
        WHERE model.materialized = 'incremental'
    LOOP
        sql := regexp_replace(
            sql,
            '\{schema\}\.' || name || '\M',
            CASE WHEN is_new IS NULL THEN format(
                '(
    SELECT stored.*
    FROM {schema}.stored_%1$s AS stored
    WHERE stored.run <= %2$s
)',
                name,
                run
            )
            ELSE format(
                '(
    SELECT stored.*
    FROM {schema}.refresh_queue AS queued
    JOIN {schema}.stored_%1$s AS stored
        ON stored.ticket_id = queued.ticket_id
    WHERE %2$s%3$s
)',
                name,
                format(
                    CASE
                        WHEN is_new THEN 'CASE WHEN stored.run = %s THEN true ELSE false END'
                        ELSE 'stored.run < %s'
                    END,
                    run
                ),
                CASE WHEN NOT is_new AND name = 'fct_backlog_snapshot' THEN
                    E'\n        AND queued.kind <> ''passed'''
                END
            ) END,
            'g'
        );
    END LOOP;
    RETURN slaops.mart_fill(
        sql,
        schema,
        state,
        state ->> 'policy_set',
        state ->> 'time_zone',
        NULL::text,
        NULL::text,
        NULL::text,
        NULL::text
    );
END
$aggregate_query$;
COMMENT ON FUNCTION slaops.aggregate_query(text, text, jsonb, boolean) IS
'The SQL of an aggregate over the old or the new facts of the tickets that a refresh has queued; '
'with NULL over all facts.';

CREATE FUNCTION slaops.refresh_aggregates(schema text, state jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
SET work_mem = '64MB'
SET enable_sort = off
-- Old facts of a few tickets are found by their index: scanning all of them takes four times as
-- long, and the default of 4 is that of disks that seek.
SET random_page_cost = 1.1
AS $refresh_aggregates$
DECLARE
    model record;
    is_new boolean;
BEGIN
    FOR model IN
        SELECT
            template.name,
            template.sql,
            format('%I.%I', schema, 'stored_' || template.name) AS store,
            store_columns.*
        FROM slaops.mart_templates AS template
        CROSS JOIN LATERAL slaops.mart_key(template.name, state -> 'dimensions') AS known (key)
        CROSS JOIN LATERAL (
            SELECT
                slaops.mart_key_parts(attribute.attrelid, known.key, true) AS key_parts,
                string_agg(quote_ident(attribute.attname), ', ' ORDER BY attribute.attnum)
                AS all_columns,
                string_agg(
                    format(
                        CASE
                            WHEN attribute.atttypid = 'slaops.survival'::regtype
                                -- Where nothing is left a summary made anew is NULL.
                                THEN '%1$I = (SELECT CASE WHEN NOT slaops.survival_eq('
                                    'rest.value, '''') THEN rest.value END FROM (SELECT '
                                    'coalesce(slaops.survival_subtract(kept.%1$I, '
                                    'excluded.%1$I), kept.%1$I) AS value OFFSET 0) AS rest)'
                            ELSE '%1$I = kept.%1$I - excluded.%1$I'
                        END,
                        attribute.attname
                    ),
                    ', ' ORDER BY attribute.attnum
                ) FILTER (WHERE is_value) AS minus,
                string_agg(
                    format(
                        CASE
                            WHEN attribute.atttypid = 'slaops.survival'::regtype
                                THEN '%1$I = coalesce(slaops.survival_rollup(kept.%1$I, '
                                    'excluded.%1$I), kept.%1$I, excluded.%1$I)'
                            ELSE '%1$I = kept.%1$I + excluded.%1$I'
                        END,
                        attribute.attname
                    ),
                    ', ' ORDER BY attribute.attnum
                ) FILTER (WHERE is_value) AS plus,
                (
                    array_agg(quote_ident(attribute.attname) ORDER BY attribute.attnum)
                    FILTER (WHERE is_value)
                )[1] AS row_count,
                -- A survival summary has no rows below zero.
                CASE
                    WHEN bool_and(attribute.atttypid <> 'slaops.survival'::regtype) THEN
                        string_agg(
                            format(
                                CASE
                                    WHEN is_value THEN
                                        'sum(CASE WHEN change.is_added THEN change.%1$I '
                                        'ELSE -change.%1$I END)::%2$s AS %1$I'
                                    ELSE 'change.%1$I'
                                END,
                                attribute.attname,
                                attribute.atttypid::regtype
                            ),
                            ', ' ORDER BY attribute.attnum
                        )
                END AS differences,
                string_agg(
                    format('change.%I', attribute.attname), ', ' ORDER BY attribute.attnum
                ) FILTER (WHERE NOT is_value) AS other_columns,
                string_agg(
                    format('difference.%I <> 0', attribute.attname),
                    ' OR ' ORDER BY attribute.attnum
                ) FILTER (WHERE is_value) AS is_changed
            FROM pg_attribute AS attribute
            CROSS JOIN LATERAL (
                -- Any other column belongs to the key, as a name to its number.
                SELECT attribute.attname <> ALL (known.key)
                    AND attribute.atttypid IN (
                        'bigint'::regtype,
                        'numeric'::regtype,
                        'slaops.survival'::regtype
                    ) AS is_value
            ) AS kind
            WHERE attribute.attrelid = format(
                    '%I.%I',
                    slaops.schema_name(schema), 'stored_' || template.name
                )::regclass
                AND attribute.attnum > 0
            GROUP BY attribute.attrelid
        ) AS store_columns
        WHERE template.materialized = 'aggregate'
        ORDER BY
            template."position",
            template.name
    LOOP
        -- Time passes for most of these tickets and changes few sums: of sums alone the difference
        -- is taken first, and only cells that it changes are written.
        IF model.differences IS NOT NULL THEN
            EXECUTE format(
                $difference$
                    INSERT INTO %1$s AS kept (%2$s)
                    SELECT %2$s
                    FROM (
                        SELECT %3$s
                        FROM (
                            SELECT
                                true AS is_added,
                                added.*
                            FROM (
                                %4$s
                            ) AS added
                            UNION ALL
                            SELECT
                                false AS is_added,
                                taken.*
                            FROM (
                                %5$s
                            ) AS taken
                        ) AS change
                        GROUP BY %6$s
                    ) AS difference
                    WHERE %7$s
                    ON CONFLICT (%8$s) DO UPDATE SET %9$s
                $difference$,
                model.store,
                model.all_columns,
                model.differences,
                slaops.aggregate_query(model.sql, schema, state, true),
                slaops.aggregate_query(model.sql, schema, state, false),
                model.other_columns,
                model.is_changed,
                model.key_parts,
                model.plus
            );
        ELSE
            -- First what was: every row of it has its place in the aggregate.
            FOREACH is_new IN ARRAY '{false,true}'::boolean[] LOOP
                EXECUTE format(
                    $change$
                        INSERT INTO %1$s AS kept (%2$s)
                        SELECT %2$s
                        FROM (
                            %3$s
                        ) AS change
                        ON CONFLICT (%4$s) DO UPDATE SET %5$s
                    $change$,
                    model.store,
                    model.all_columns,
                    slaops.aggregate_query(model.sql, schema, state, is_new),
                    model.key_parts,
                    CASE WHEN is_new THEN model.plus ELSE model.minus END
                );
            END LOOP;
        END IF;
        EXECUTE format('DELETE FROM %s WHERE %s = 0', model.store, model.row_count);
    END LOOP;
END
$refresh_aggregates$;
COMMENT ON FUNCTION slaops.refresh_aggregates(text, jsonb) IS
'Takes the old facts of the tickets of a refresh out of the aggregates and adds the new ones.';

CREATE FUNCTION slaops.fill_aggregates(schema text, state jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
SET work_mem = '64MB'
SET enable_sort = off
SET "slaops.as_of" = ''
AS $fill_aggregates$
DECLARE
    model record;
    store text;
BEGIN
    FOR model IN
        SELECT template.*
        FROM slaops.mart_templates AS template
        WHERE template.materialized = 'aggregate'
        ORDER BY
            template."position",
            template.name
    LOOP
        store := format('%I.%I', schema, 'stored_' || model.name);
        EXECUTE format('DELETE FROM %s', store);
        -- INSERT is never parallel; a table of its query is, so both cores work where the server
        -- allows.
        EXECUTE 'CREATE TEMPORARY TABLE slaops_filled AS '
            || slaops.aggregate_query(model.sql, schema, state, NULL);
        EXECUTE format('INSERT INTO %s SELECT * FROM pg_temp.slaops_filled', store);
        DROP TABLE pg_temp.slaops_filled;
        EXECUTE format('ANALYZE %s', store);
    END LOOP;
END
$fill_aggregates$;
COMMENT ON FUNCTION slaops.fill_aggregates(text, jsonb) IS
'Computes the aggregates anew from the published facts.';
