-- Configuration as text: loaded into the tables, and written from them.

CREATE FUNCTION slaops.read_config(config text, known jsonb)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_read_config';
COMMENT ON FUNCTION slaops.read_config(text, jsonb) IS
'Checks a configuration in YAML or JSON and gives its rows and warnings as JSON; known lists what '
'it may refer to. load_config calls it. Example: SELECT slaops.read_config(''preset: zendesk'', '
'''{"presets": {"zendesk": {}}}'');';

CREATE FUNCTION slaops.print_config(config jsonb, format text DEFAULT 'yaml')
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_print_config';
COMMENT ON FUNCTION slaops.print_config(jsonb, text) IS
'The text, in YAML or JSON, of the rows that read_config or stored_config gave.';

CREATE FUNCTION slaops.yaml_to_jsonb(yaml text)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_yaml_to_jsonb';
COMMENT ON FUNCTION slaops.yaml_to_jsonb(text) IS
'The value of YAML that a program wrote, as in columns that Ruby on Rails serializes: tags of a '
'language, such as !ruby/hash:, are left out, and keys are texts. Example: SELECT '
'slaops.yaml_to_jsonb(E''--- !ruby/hash:Hash\nactive: true'');';

-- Rows as read_config gives them, every column of each, so that the two can be compared.
-- Times and intervals are texts that depend on no setting.
CREATE FUNCTION slaops.stored_config(policy_set text DEFAULT 'current')
RETURNS jsonb
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
AS $$
SELECT pg_catalog.jsonb_build_object(
    'preset', coalesce((
        SELECT chosen.preset
        FROM slaops.policy_sets AS chosen
        WHERE chosen.name OPERATOR(pg_catalog.=) $1
    ), 'default'),
    'default_calendar', (
        SELECT chosen.default_calendar
        FROM slaops.policy_sets AS chosen
        WHERE chosen.name OPERATOR(pg_catalog.=) $1
    ),
    'calendars', coalesce((
        SELECT pg_catalog.jsonb_agg(
            pg_catalog.jsonb_build_object(
                'name', version.name,
                'calendar', version.calendar::text,
                'description', version.description,
                'valid_from', CASE
                    WHEN version.valid_from OPERATOR(pg_catalog.>) '-infinity'
                        THEN version.valid_from
                END,
                'valid_to', CASE
                    WHEN version.valid_to OPERATOR(pg_catalog.<) 'infinity'
                        THEN version.valid_to
                END
            )
            ORDER BY version.name COLLATE "C", version.valid_from
        )
        FROM slaops.calendars AS version
    ), '[]'),
    'states', coalesce((
        SELECT pg_catalog.jsonb_agg(
            pg_catalog.jsonb_build_object('status', meaning.status, 'state', meaning.state)
            ORDER BY meaning.status COLLATE "C"
        )
        FROM slaops.states AS meaning
        WHERE meaning.policy_set OPERATOR(pg_catalog.=) $1
            AND NOT meaning.built_in
    ), '[]'),
    'metrics', coalesce((
        SELECT pg_catalog.jsonb_agg(
            pg_catalog.to_jsonb(metric)
                OPERATOR(pg_catalog.-) ARRAY['built_in', 'policy_set']
            ORDER BY metric.position, metric.name COLLATE "C"
        )
        FROM slaops.metrics AS metric
        WHERE metric.policy_set OPERATOR(pg_catalog.=) $1
            AND NOT metric.built_in
    ), '[]'),
    'presets', coalesce((
        SELECT pg_catalog.jsonb_agg(
            pg_catalog.to_jsonb(preset)
                OPERATOR(pg_catalog.-) ARRAY['built_in', 'policy_set']
            ORDER BY preset.name COLLATE "C"
        )
        FROM slaops.presets AS preset
        WHERE preset.policy_set OPERATOR(pg_catalog.=) $1
            AND NOT preset.built_in
    ), '[]'),
    'policies', coalesce((
        SELECT pg_catalog.jsonb_agg(
            pg_catalog.jsonb_build_object(
                'name', policy.name,
                'position', policy.position,
                'conditions', policy.conditions,
                'hours', policy.hours,
                'calendar_name', policy.calendar_name,
                'warn_fraction', policy.warn_fraction,
                'description', policy.description,
                'valid_from', CASE
                    WHEN policy.valid_from OPERATOR(pg_catalog.>) '-infinity'
                        THEN policy.valid_from
                END,
                'valid_to', CASE
                    WHEN policy.valid_to OPERATOR(pg_catalog.<) 'infinity'
                        THEN policy.valid_to
                END,
                'targets', coalesce((
                    SELECT pg_catalog.jsonb_agg(
                        pg_catalog.jsonb_build_object(
                            'priority', target.priority,
                            'metric', target.metric,
                            'target', target.target::text,
                            'hours', target.hours,
                            'calendar_name', target.calendar_name,
                            'warn_fraction', target.warn_fraction,
                            'business_days', CASE WHEN target.business_days THEN true END
                        )
                        ORDER BY target.priority COLLATE "C", target.metric COLLATE "C"
                    )
                    FROM slaops.sla_targets AS target
                    WHERE target.policy_set OPERATOR(pg_catalog.=) policy.policy_set
                        AND target.policy OPERATOR(pg_catalog.=) policy.name
                        AND target.valid_from OPERATOR(pg_catalog.=) policy.valid_from
                ), '[]')
            )
            ORDER BY policy.position, policy.name COLLATE "C", policy.valid_from
        )
        FROM slaops.sla_policies AS policy
        WHERE policy.policy_set OPERATOR(pg_catalog.=) $1
    ), '[]')
)
$$;
COMMENT ON FUNCTION slaops.stored_config(text) IS
'Calendars, and the states, metrics, presets and policies of a set, as JSON.';

CREATE FUNCTION slaops.dump_config(policy_set text DEFAULT 'current', format text DEFAULT 'yaml')
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (
    SELECT slaops.print_config(slaops.stored_config(policy_set), format)
);
COMMENT ON FUNCTION slaops.dump_config(text, text) IS
'A policy set and the calendars as text, in YAML or JSON, which load_config reads. Example: '
'SELECT slaops.dump_config(''demo'');';

-- One item a row of a table, so that two configurations can be compared by a join.
CREATE FUNCTION slaops.config_items(config jsonb, policy_set text)
RETURNS TABLE (kind text, key text, name text, place bigint, columns jsonb)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT
    'policy_set',
    '',
    $2,
    NULL::bigint,
    (
        SELECT pg_catalog.jsonb_object_agg(setting.key, setting.value)
        FROM pg_catalog.jsonb_each($1) AS setting
        WHERE setting.key OPERATOR(pg_catalog.=) ANY (ARRAY['preset', 'default_calendar'])
    )
WHERE $1 OPERATOR(pg_catalog.?|) ARRAY['preset', 'default_calendar']
UNION ALL
SELECT
    section.kind,
    pg_catalog.concat_ws(
        E'\x01',
        item.value OPERATOR(pg_catalog.->>) section.named,
        item.value OPERATOR(pg_catalog.->>) 'valid_from'
    ),
    pg_catalog.concat(
        item.value OPERATOR(pg_catalog.->>) section.named,
        ' from ' OPERATOR(pg_catalog.||) pg_catalog.replace(
            item.value OPERATOR(pg_catalog.->>) 'valid_from', 'T00:00:00+00:00', ''
        )
    ),
    CASE WHEN section.kind OPERATOR(pg_catalog.=) 'policy' THEN item.place END,
    CASE
        WHEN section.kind OPERATOR(pg_catalog.=) 'policy' THEN
            item.value OPERATOR(pg_catalog.-) ARRAY['name', 'valid_from', 'position']
            OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_object('targets', (
                SELECT pg_catalog.string_agg(
                    pg_catalog.concat_ws(
                        ' ',
                        target.value OPERATOR(pg_catalog.->>) 'priority',
                        target.value OPERATOR(pg_catalog.->>) 'metric',
                        target.value OPERATOR(pg_catalog.->>) 'target',
                        CASE
                            WHEN (target.value OPERATOR(pg_catalog.->>) 'business_days')::boolean
                                THEN '(business days)'
                        END
                    ),
                    '; ' ORDER BY target.place
                )
                FROM pg_catalog.jsonb_array_elements(
                    item.value OPERATOR(pg_catalog.->) 'targets'
                ) WITH ORDINALITY AS target (value, place)
            ))
        ELSE item.value OPERATOR(pg_catalog.-) ARRAY[section.named, 'valid_from']
    END
FROM (
    VALUES
        ('state', 'states', 'status'),
        ('calendar', 'calendars', 'name'),
        ('metric', 'metrics', 'name'),
        ('preset', 'presets', 'name'),
        ('policy', 'policies', 'name')
) AS section (kind, section, named),
    pg_catalog.jsonb_array_elements($1 OPERATOR(pg_catalog.->) section.section)
        WITH ORDINALITY AS item (value, place)
UNION ALL
SELECT
    'target',
    pg_catalog.concat_ws(
        E'\x01',
        policy.value OPERATOR(pg_catalog.->>) 'name',
        policy.value OPERATOR(pg_catalog.->>) 'valid_from',
        '',
        target.value OPERATOR(pg_catalog.->>) 'priority',
        target.value OPERATOR(pg_catalog.->>) 'metric'
    ),
    pg_catalog.concat(
        policy.value OPERATOR(pg_catalog.->>) 'name',
        ' from ' OPERATOR(pg_catalog.||) pg_catalog.replace(
            policy.value OPERATOR(pg_catalog.->>) 'valid_from', 'T00:00:00+00:00', ''
        ),
        ', ',
        target.value OPERATOR(pg_catalog.->>) 'priority',
        ', ',
        target.value OPERATOR(pg_catalog.->>) 'metric'
    ),
    NULL,
    target.value OPERATOR(pg_catalog.-) ARRAY['priority', 'metric']
FROM pg_catalog.jsonb_array_elements($1 OPERATOR(pg_catalog.->) 'policies') AS policy,
    pg_catalog.jsonb_array_elements(policy.value OPERATOR(pg_catalog.->) 'targets') AS target
$$;
COMMENT ON FUNCTION slaops.config_items(jsonb, text) IS
'The rows of a configuration one by one; place is that of a policy among the policies.';

CREATE FUNCTION slaops.config_changes(stored jsonb, wanted jsonb, policy_set text)
RETURNS TABLE (action text, kind text, name text, detail text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH old AS MATERIALIZED (
    SELECT item.*
    FROM slaops.config_items($1, $3) AS item
),
new AS MATERIALIZED (
    SELECT item.*
    FROM slaops.config_items($2, $3) AS item
),
places AS (
    -- Among the policies that both have: one more or one less moves no other.
    SELECT
        old.key,
        pg_catalog.row_number() OVER (ORDER BY old.place) AS old,
        pg_catalog.row_number() OVER (ORDER BY new.place) AS new
    FROM old
    JOIN new
        ON new.kind OPERATOR(pg_catalog.=) old.kind
        AND new.key OPERATOR(pg_catalog.=) old.key
    WHERE old.kind OPERATOR(pg_catalog.=) 'policy'
),
pairs AS (
    SELECT
        coalesce(old.kind, new.kind) AS kind,
        coalesce(old.key, new.key) AS key,
        coalesce(old.name, new.name) AS name,
        old.columns AS old,
        new.columns AS new,
        new.place
    FROM old
    FULL JOIN new
        ON new.kind OPERATOR(pg_catalog.=) old.kind
        AND new.key OPERATOR(pg_catalog.=) old.key
),
compared AS (
    SELECT
        pairs.*,
        difference.detail
    FROM pairs
    LEFT JOIN places AS moved
        ON pairs.kind OPERATOR(pg_catalog.=) 'policy'
        AND moved.key OPERATOR(pg_catalog.=) pairs.key
    CROSS JOIN LATERAL (
        SELECT pg_catalog.string_agg(change.line, ', ' ORDER BY change.line COLLATE "C") AS detail
        FROM (
            SELECT
                CASE
                    WHEN pairs.old IS NULL OR pairs.new IS NULL THEN
                        pg_catalog.concat(
                            coalesce(before.key, after.key),
                            ' ',
                            coalesce(before.value, after.value) OPERATOR(pg_catalog.#>>) '{}'
                        )
                    ELSE
                        pg_catalog.concat(
                            after.key,
                            ' ',
                            coalesce(before.value OPERATOR(pg_catalog.#>>) '{}', 'none'),
                            ' -> ',
                            coalesce(after.value OPERATOR(pg_catalog.#>>) '{}', 'none')
                        )
                END
            FROM pg_catalog.jsonb_each(pairs.old) AS before
            FULL JOIN pg_catalog.jsonb_each(pairs.new) AS after
                ON after.key OPERATOR(pg_catalog.=) before.key
            -- What the text does not speak of stays; of a row that comes or goes only what has a
            -- value is said. Targets of a policy that both have are rows of their own.
            WHERE CASE
                WHEN pairs.old IS NULL OR pairs.new IS NULL
                    THEN coalesce(before.value, after.value) OPERATOR(pg_catalog.<>) 'null'
                ELSE
                    after.key OPERATOR(pg_catalog.<>) 'targets'
                    AND before.value IS DISTINCT FROM after.value
            END
            UNION ALL
            SELECT pg_catalog.concat('place ', moved.old, ' -> ', moved.new)
            WHERE moved.old OPERATOR(pg_catalog.<>) moved.new
        ) AS change (line)
    ) AS difference
)
SELECT
    CASE
        WHEN compared.old IS NULL THEN 'add'
        WHEN compared.new IS NULL THEN 'remove'
        ELSE 'change'
    END,
    compared.kind,
    compared.name,
    compared.detail
FROM compared
WHERE CASE
    WHEN compared.new IS NULL THEN
        -- Policies are as the text says; of the rest it says only what it names.
        CASE compared.kind
            WHEN 'policy' THEN $2 OPERATOR(pg_catalog.?) 'policies'
            WHEN 'calendar' THEN EXISTS (
                SELECT
                FROM new
                WHERE new.kind OPERATOR(pg_catalog.=) 'calendar'
                    AND pg_catalog.split_part(new.key, E'\x01', 1)
                        OPERATOR(pg_catalog.=) pg_catalog.split_part(compared.key, E'\x01', 1)
            )
            WHEN 'target' THEN EXISTS (
                SELECT
                FROM places
                WHERE pg_catalog.starts_with(
                    compared.key, places.key OPERATOR(pg_catalog.||) E'\x01\x01'
                )
            )
            ELSE false
        END
    WHEN compared.old IS NULL THEN
        -- A policy that comes brings its targets.
        compared.kind OPERATOR(pg_catalog.<>) 'target'
        OR EXISTS (
            SELECT
            FROM places
            WHERE pg_catalog.starts_with(
                compared.key, places.key OPERATOR(pg_catalog.||) E'\x01\x01'
            )
        )
    ELSE compared.detail IS NOT NULL
END
ORDER BY
    pg_catalog.array_position(
        ARRAY['policy_set', 'calendar', 'state', 'metric', 'preset', 'policy', 'target'],
        compared.kind
    ),
    compared.place,
    compared.name COLLATE "C"
$$;
COMMENT ON FUNCTION slaops.config_changes(jsonb, jsonb, text) IS
'The differences between two configurations: a row for each row to add, change or remove.';

CREATE FUNCTION slaops.load_config(
    config text,
    policy_set text DEFAULT 'current',
    dry_run boolean DEFAULT false
)
RETURNS TABLE (action text, kind text, name text, detail text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    stored jsonb;
    wanted jsonb;
    renumber boolean;
    doubt jsonb;
    lacking text;
BEGIN
    IF $1 IS NULL OR $2 IS NULL OR $3 IS NULL THEN
        RAISE EXCEPTION
            'config, policy_set and dry_run must not be NULL'
            USING ERRCODE = '22004',
                  HINT = 'Leave policy_set and dry_run out for their defaults. '
                      'Nothing was changed.';
    END IF;
    IF $2 OPERATOR(pg_catalog.=) '' THEN
        RAISE EXCEPTION 'policy_set must not be empty'
            USING ERRCODE = '22023',
                  HINT = 'The built-in rows belong to no set. '
                      'Give the set a name, such as "current". Nothing was changed.';
    END IF;
    IF NOT $3 THEN
        SELECT pg_catalog.string_agg(setting.name, ', ' ORDER BY setting.place)
        INTO lacking
        FROM pg_catalog.unnest(ARRAY[
            'calendars',
            'states',
            'metrics',
            'presets',
            'policy_sets',
            'sla_policies',
            'sla_targets'
        ]) WITH ORDINALITY AS listed (name, place)
        CROSS JOIN LATERAL (
            SELECT
                'slaops.' OPERATOR(pg_catalog.||) listed.name AS name,
                listed.place
        ) AS setting
        WHERE NOT (
            pg_catalog.has_table_privilege(setting.name, 'SELECT')
            AND pg_catalog.has_table_privilege(setting.name, 'INSERT')
            AND pg_catalog.has_table_privilege(setting.name, 'UPDATE')
            AND pg_catalog.has_table_privilege(setting.name, 'DELETE')
        );
        IF lacking IS NOT NULL THEN
            RAISE EXCEPTION 'role % may not change %',
                pg_catalog.quote_ident(current_user), lacking
                USING ERRCODE = '42501',
                      HINT = pg_catalog.format(
                          'Let %s run: GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I. '
                          'Nothing was changed; dry_run => true needs no such right.',
                          (
                              SELECT pg_catalog.quote_ident(owner.rolname)
                              FROM pg_catalog.pg_class AS class
                              JOIN pg_catalog.pg_roles AS owner
                                  ON owner.oid OPERATOR(pg_catalog.=) class.relowner
                              WHERE class.oid OPERATOR(pg_catalog.=)
                                  'slaops.sla_policies'::pg_catalog.regclass
                          ),
                          lacking,
                          current_user
                      );
        END IF;
        -- One load after another; who reads goes on reading.
        LOCK TABLE slaops.sla_policies IN SHARE ROW EXCLUSIVE MODE;
    END IF;
    wanted := slaops.read_config($1, pg_catalog.jsonb_build_object(
        'calendars', (
            SELECT pg_catalog.jsonb_agg(DISTINCT version.name)
            FROM slaops.calendars AS version
        ),
        'metrics', (
            SELECT pg_catalog.jsonb_agg(metric.name ORDER BY metric.position, metric.name)
            FROM slaops.metrics_of($2) AS metric
        ),
        'presets', (
            SELECT pg_catalog.jsonb_object_agg(preset.name, pg_catalog.to_jsonb(preset))
            FROM slaops.presets_of($2) AS preset
        ),
        'built_in', pg_catalog.jsonb_build_object('presets', (
            SELECT pg_catalog.jsonb_object_agg(preset.name, pg_catalog.to_jsonb(preset))
            FROM slaops.presets AS preset
            WHERE preset.built_in
        ))
    ));
    FOR doubt IN
        SELECT warning.value
        FROM pg_catalog.jsonb_array_elements(
            wanted OPERATOR(pg_catalog.->) 'warnings'
        ) AS warning
    LOOP
        IF (doubt OPERATOR(pg_catalog.->>) 'likely')::boolean THEN
            RAISE WARNING '%', doubt OPERATOR(pg_catalog.->>) 'message'
                USING HINT = doubt OPERATOR(pg_catalog.->>) 'hint';
        ELSE
            RAISE NOTICE '%', doubt OPERATOR(pg_catalog.->>) 'message'
                USING HINT = doubt OPERATOR(pg_catalog.->>) 'hint';
        END IF;
    END LOOP;
    wanted := wanted OPERATOR(pg_catalog.-) 'warnings';
    stored := slaops.stored_config($2);
    RETURN QUERY
    SELECT
        change.action,
        change.kind,
        change.name,
        change.detail
    FROM slaops.config_changes(stored, wanted, $2) AS change;
    IF NOT FOUND OR $3 THEN
        RETURN;
    END IF;

    DELETE FROM slaops.calendars AS version
    USING pg_catalog.jsonb_array_elements(wanted OPERATOR(pg_catalog.->) 'calendars') AS entry
    WHERE version.name OPERATOR(pg_catalog.=) (entry.value OPERATOR(pg_catalog.->>) 'name')
        AND NOT EXISTS (
            SELECT
            FROM pg_catalog.jsonb_to_recordset(
                wanted OPERATOR(pg_catalog.->) 'calendars'
            ) AS kept (name text, valid_from date)
            WHERE kept.name OPERATOR(pg_catalog.=) version.name
                AND coalesce(kept.valid_from, '-infinity') OPERATOR(pg_catalog.=) version.valid_from
        );
    INSERT INTO slaops.calendars AS version (
        name,
        calendar,
        description,
        valid_from,
        valid_to
    )
    SELECT
        entry.name,
        entry.calendar::slaops.calendar,
        entry.description,
        coalesce(entry.valid_from, '-infinity'),
        coalesce(entry.valid_to, 'infinity')
    FROM pg_catalog.jsonb_to_recordset(
        wanted OPERATOR(pg_catalog.->) 'calendars'
    ) AS entry (name text, calendar text, description text, valid_from date, valid_to date)
    ON CONFLICT (name, valid_from) DO UPDATE
    SET calendar = EXCLUDED.calendar,
        description = EXCLUDED.description,
        valid_to = EXCLUDED.valid_to
    WHERE (version.calendar::text, version.description, version.valid_to)
        IS DISTINCT FROM (EXCLUDED.calendar::text, EXCLUDED.description, EXCLUDED.valid_to);

    INSERT INTO slaops.states AS meaning (policy_set, status, state)
    SELECT
        $2,
        entry.status,
        entry.state
    FROM pg_catalog.jsonb_to_recordset(
        wanted OPERATOR(pg_catalog.->) 'states'
    ) AS entry (status text, state text)
    ON CONFLICT (policy_set, status) DO UPDATE
    SET state = EXCLUDED.state
    WHERE meaning.state OPERATOR(pg_catalog.<>) EXCLUDED.state;

    INSERT INTO slaops.metrics AS metric (
        policy_set,
        name,
        start,
        stop,
        pause,
        after,
        unanswered,
        cancel,
        reset,
        cycles,
        reopen,
        position,
        description
    )
    SELECT
        $2,
        entry.name,
        entry.start,
        entry.stop,
        entry.pause,
        entry.after,
        entry.unanswered,
        entry.cancel,
        entry.reset,
        entry.cycles,
        entry.reopen,
        entry.position,
        entry.description
    FROM pg_catalog.jsonb_populate_recordset(
        NULL::slaops.metrics, wanted OPERATOR(pg_catalog.->) 'metrics'
    ) AS entry
    ON CONFLICT (policy_set, name) DO UPDATE
    SET start = EXCLUDED.start,
        stop = EXCLUDED.stop,
        pause = EXCLUDED.pause,
        after = EXCLUDED.after,
        unanswered = EXCLUDED.unanswered,
        cancel = EXCLUDED.cancel,
        reset = EXCLUDED.reset,
        cycles = EXCLUDED.cycles,
        reopen = EXCLUDED.reopen,
        position = EXCLUDED.position,
        description = EXCLUDED.description
    WHERE pg_catalog.to_jsonb(metric) OPERATOR(pg_catalog.<>) pg_catalog.to_jsonb(EXCLUDED);

    INSERT INTO slaops.presets AS preset (
        policy_set,
        name,
        reopen,
        solved_before_reply,
        target_at,
        calendar_at,
        retroactive_start,
        due_at_close,
        metrics,
        description
    )
    SELECT
        $2,
        entry.name,
        entry.reopen,
        entry.solved_before_reply,
        entry.target_at,
        entry.calendar_at,
        entry.retroactive_start,
        entry.due_at_close,
        entry.metrics,
        entry.description
    FROM pg_catalog.jsonb_populate_recordset(
        NULL::slaops.presets, wanted OPERATOR(pg_catalog.->) 'presets'
    ) AS entry
    ON CONFLICT (policy_set, name) DO UPDATE
    SET reopen = EXCLUDED.reopen,
        solved_before_reply = EXCLUDED.solved_before_reply,
        target_at = EXCLUDED.target_at,
        calendar_at = EXCLUDED.calendar_at,
        retroactive_start = EXCLUDED.retroactive_start,
        due_at_close = EXCLUDED.due_at_close,
        metrics = EXCLUDED.metrics,
        description = EXCLUDED.description
    WHERE pg_catalog.to_jsonb(preset) OPERATOR(pg_catalog.<>) pg_catalog.to_jsonb(EXCLUDED);

    IF wanted OPERATOR(pg_catalog.?|) ARRAY['preset', 'default_calendar'] THEN
        INSERT INTO slaops.policy_sets AS chosen (name, preset, default_calendar)
        SELECT
            $2,
            entry.value OPERATOR(pg_catalog.->>) 'preset',
            entry.value OPERATOR(pg_catalog.->>) 'default_calendar'
        -- What the text does not speak of stays.
        FROM (VALUES (stored OPERATOR(pg_catalog.||) wanted)) AS entry (value)
        ON CONFLICT (name) DO UPDATE
        SET preset = EXCLUDED.preset,
            default_calendar = EXCLUDED.default_calendar
        WHERE (chosen.preset, chosen.default_calendar)
            IS DISTINCT FROM (EXCLUDED.preset, EXCLUDED.default_calendar);
    END IF;

    IF NOT wanted OPERATOR(pg_catalog.?) 'policies' THEN
        RETURN;
    END IF;
    DELETE FROM slaops.sla_policies AS policy
    WHERE policy.policy_set OPERATOR(pg_catalog.=) $2
        AND NOT EXISTS (
            SELECT
            FROM pg_catalog.jsonb_to_recordset(
                wanted OPERATOR(pg_catalog.->) 'policies'
            ) AS entry (name text, valid_from timestamptz)
            WHERE entry.name OPERATOR(pg_catalog.=) policy.name
                AND coalesce(entry.valid_from, '-infinity') OPERATOR(pg_catalog.=) policy.valid_from
        );
    -- A version ends before the next begins, in whatever order the text has them.
    UPDATE slaops.sla_policies AS policy
    SET valid_to = entry.valid_to
    FROM pg_catalog.jsonb_to_recordset(
        wanted OPERATOR(pg_catalog.->) 'policies'
    ) AS entry (name text, valid_from timestamptz, valid_to timestamptz)
    WHERE policy.policy_set OPERATOR(pg_catalog.=) $2
        AND policy.name OPERATOR(pg_catalog.=) entry.name
        AND policy.valid_from OPERATOR(pg_catalog.=) coalesce(entry.valid_from, '-infinity')
        AND entry.valid_to OPERATOR(pg_catalog.<) policy.valid_to;
    -- Positions stay where the order does, so that loading a dump changes none.
    renumber :=
        pg_catalog.jsonb_path_query_array(stored, '$.policies[*].name')
            OPERATOR(pg_catalog.<>)
            pg_catalog.jsonb_path_query_array(wanted, '$.policies[*].name')
        OR pg_catalog.jsonb_path_query_array(stored, '$.policies[*].valid_from')
            OPERATOR(pg_catalog.<>)
            pg_catalog.jsonb_path_query_array(wanted, '$.policies[*].valid_from');
    INSERT INTO slaops.sla_policies AS policy (
        policy_set,
        name,
        valid_from,
        valid_to,
        position,
        conditions,
        hours,
        calendar_name,
        warn_fraction,
        description
    )
    SELECT
        $2,
        entry.name,
        coalesce(entry.valid_from, '-infinity'),
        coalesce(entry.valid_to, 'infinity'),
        entry.position,
        entry.conditions,
        entry.hours,
        entry.calendar_name,
        entry.warn_fraction,
        entry.description
    FROM pg_catalog.jsonb_populate_recordset(
        NULL::slaops.sla_policies, wanted OPERATOR(pg_catalog.->) 'policies'
    ) AS entry
    ON CONFLICT (policy_set, name, valid_from) DO UPDATE
    SET valid_to = EXCLUDED.valid_to,
        conditions = EXCLUDED.conditions,
        hours = EXCLUDED.hours,
        position = CASE WHEN renumber THEN EXCLUDED.position ELSE policy.position END,
        calendar_name = EXCLUDED.calendar_name,
        warn_fraction = EXCLUDED.warn_fraction,
        description = EXCLUDED.description
    WHERE (
        policy.valid_to,
        policy.conditions,
        policy.hours,
        policy.calendar_name,
        policy.warn_fraction,
        policy.description
    ) IS DISTINCT FROM (
        EXCLUDED.valid_to,
        EXCLUDED.conditions,
        EXCLUDED.hours,
        EXCLUDED.calendar_name,
        EXCLUDED.warn_fraction,
        EXCLUDED.description
    )
       OR (renumber AND policy.position OPERATOR(pg_catalog.<>) EXCLUDED.position);

    DELETE FROM slaops.sla_targets AS target
    WHERE target.policy_set OPERATOR(pg_catalog.=) $2
        AND NOT EXISTS (
            SELECT
            FROM pg_catalog.jsonb_array_elements(
                wanted OPERATOR(pg_catalog.->) 'policies'
            ) AS policy,
                pg_catalog.jsonb_to_recordset(
                    policy.value OPERATOR(pg_catalog.->) 'targets'
                ) AS entry (priority text, metric text)
            WHERE policy.value OPERATOR(pg_catalog.->>) 'name' OPERATOR(pg_catalog.=) target.policy
                AND coalesce(
                    (policy.value OPERATOR(pg_catalog.->>) 'valid_from')::timestamptz, '-infinity'
                ) OPERATOR(pg_catalog.=) target.valid_from
                AND entry.priority OPERATOR(pg_catalog.=) target.priority
                AND entry.metric OPERATOR(pg_catalog.=) target.metric
        );
    INSERT INTO slaops.sla_targets AS target (
        policy_set,
        policy,
        valid_from,
        priority,
        metric,
        target,
        hours,
        calendar_name,
        warn_fraction,
        business_days
    )
    SELECT
        $2,
        policy.value OPERATOR(pg_catalog.->>) 'name',
        coalesce(
            (policy.value OPERATOR(pg_catalog.->>) 'valid_from')::timestamptz, '-infinity'
        ),
        entry.priority,
        entry.metric,
        entry.target,
        entry.hours,
        entry.calendar_name,
        entry.warn_fraction,
        coalesce(entry.business_days, false)
    FROM pg_catalog.jsonb_array_elements(wanted OPERATOR(pg_catalog.->) 'policies') AS policy,
        pg_catalog.jsonb_populate_recordset(
            NULL::slaops.sla_targets, policy.value OPERATOR(pg_catalog.->) 'targets'
        ) AS entry
    ON CONFLICT (policy_set, policy, valid_from, priority, metric) DO UPDATE
    SET target = EXCLUDED.target,
        hours = EXCLUDED.hours,
        calendar_name = EXCLUDED.calendar_name,
        warn_fraction = EXCLUDED.warn_fraction,
        business_days = EXCLUDED.business_days
    -- As texts, since one day equals 24 hours as an interval, and is no working day.
    WHERE (
        target.target::text,
        target.hours,
        target.calendar_name,
        target.warn_fraction,
        target.business_days
    ) IS DISTINCT FROM (
        EXCLUDED.target::text,
        EXCLUDED.hours,
        EXCLUDED.calendar_name,
        EXCLUDED.warn_fraction,
        EXCLUDED.business_days
    );
END
$$;
COMMENT ON FUNCTION slaops.load_config(text, text, boolean) IS
'Loads a configuration in YAML or JSON, whole or not at all, and lists the changes; with dry_run '
'it only lists them. Policies of the set are replaced, other rows are added or changed by name. '
'Example: SELECT * FROM slaops.load_config(''preset: zendesk'', ''trial'', dry_run => true);';
