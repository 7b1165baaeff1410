-- Everything that the reference shows, as one JSON object.
WITH members AS (
    SELECT dependency.classid, dependency.objid
    FROM pg_depend AS dependency
    JOIN pg_extension AS extension
        ON dependency.refclassid = 'pg_extension'::regclass
        AND dependency.refobjid = extension.oid
    WHERE extension.extname = 'slaops' AND dependency.deptype = 'e'
),

-- Functions by which types, operators, indexes and aggregates work: nobody calls them by name.
support AS (
    SELECT unnest(ARRAY[
        aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn,
        aggmtransfn, aggminvtransfn, aggmfinalfn
    ]::oid[]) AS oid
    FROM pg_aggregate
    UNION ALL
    SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout]::oid[])
    FROM pg_type
    UNION ALL
    SELECT oprcode::oid FROM pg_operator
    UNION ALL
    SELECT amproc::oid FROM pg_amproc
),

functions AS (
    SELECT
        function.oid,
        function.proname AS name,
        CASE function.prokind
            WHEN 'a' THEN 'aggregate'
            WHEN 'p' THEN 'procedure'
            ELSE 'function'
        END AS kind,
        pg_get_function_arguments(function.oid) AS arguments,
        pg_get_function_result(function.oid) AS result,
        obj_description(function.oid, 'pg_proc') AS comment
    FROM pg_proc AS function
    JOIN members ON members.classid = 'pg_proc'::regclass AND members.objid = function.oid
    WHERE function.oid NOT IN (SELECT support.oid FROM support WHERE support.oid IS NOT NULL)
        AND function.prorettype <> ALL ('{internal, cstring, trigger}'::regtype[])
),

columns AS (
    SELECT
        attrelid AS relation,
        json_agg(
            json_build_object(
                'name', attname,
                'type', format_type(atttypid, atttypmod),
                'comment', col_description(attrelid, attnum)
            )
            ORDER BY attnum
        ) AS list
    FROM pg_attribute
    WHERE attnum > 0 AND NOT attisdropped
    GROUP BY attrelid
),

types AS (
    SELECT
        type.oid,
        type.typname AS name,
        obj_description(type.oid, 'pg_type') AS comment,
        columns.list AS columns
    FROM pg_type AS type
    JOIN members ON members.classid = 'pg_type'::regclass AND members.objid = type.oid
    LEFT JOIN pg_class AS relation ON type.typrelid = relation.oid
    LEFT JOIN columns ON columns.relation = relation.oid
    WHERE type.typcategory <> 'A' AND coalesce(relation.relkind, 'c') = 'c'
),

operators AS (
    SELECT
        operator.oid,
        operator.oprname AS name,
        operator.oprleft::regtype::text AS "left",
        operator.oprright::regtype::text AS "right",
        operator.oprresult::regtype::text AS result,
        obj_description(operator.oid, 'pg_operator') AS comment
    FROM pg_operator AS operator
    JOIN members ON members.classid = 'pg_operator'::regclass AND members.objid = operator.oid
),

casts AS (
    SELECT
        coercion.oid,
        coercion.castsource::regtype::text AS source,
        coercion.casttarget::regtype::text AS target,
        obj_description(coercion.oid, 'pg_cast') AS comment
    FROM pg_cast AS coercion
    JOIN members ON members.classid = 'pg_cast'::regclass AND members.objid = coercion.oid
),

tables AS (
    SELECT
        relation.oid,
        relation.relname AS name,
        obj_description(relation.oid, 'pg_class') AS comment,
        columns.list AS columns
    FROM pg_class AS relation
    JOIN members ON members.classid = 'pg_class'::regclass AND members.objid = relation.oid
    JOIN columns ON columns.relation = relation.oid
    WHERE relation.relkind = 'r'
),

views AS (
    SELECT
        template.position,
        template.name,
        template.materialized,
        obj_description(relation.oid, 'pg_class') AS comment,
        columns.list AS columns
    FROM slaops.mart_templates AS template
    JOIN pg_class AS relation
        ON relation.relnamespace = 'marts'::regnamespace AND relation.relname = template.name
    JOIN columns ON columns.relation = relation.oid
),

state_words AS (
    SELECT state, string_agg(status, ', ' ORDER BY status) AS words
    FROM slaops.states
    WHERE built_in
    GROUP BY state
)

SELECT json_build_object(
    'functions', (SELECT json_agg(functions ORDER BY oid) FROM functions),
    'types', (SELECT json_agg(types ORDER BY oid) FROM types),
    'operators', (SELECT json_agg(operators ORDER BY oid) FROM operators),
    'casts', (SELECT json_agg(casts ORDER BY oid) FROM casts),
    'tables', (SELECT json_agg(tables ORDER BY oid) FROM tables),
    'views', (SELECT json_agg(views ORDER BY position) FROM views),
    'states', (SELECT json_agg(state_words ORDER BY state) FROM state_words),
    'metrics', (SELECT json_agg(metrics ORDER BY position) FROM slaops.metrics WHERE built_in),
    'presets', (SELECT json_agg(presets ORDER BY name) FROM slaops.presets WHERE built_in)
);
