-- Configuration as text: loaded into the tables, and written from them.

CREATE FUNCTION slaops.read_config(config text, known jsonb)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_read_config';
COMMENT ON FUNCTION slaops.read_config(text, jsonb) IS
'Reads and checks a configuration in YAML or JSON; gives its rows as JSON. known is what it may '
'refer to: {"calendars": [], "metrics": [], "presets": {}, "built_in": {"presets": {}}}. Words '
'that are likely to be slips are its "warnings". load_config calls it.';

CREATE FUNCTION slaops.print_config(config jsonb, format text DEFAULT 'yaml')
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_print_config';
COMMENT ON FUNCTION slaops.print_config(jsonb, text) IS
'Prints what read_config gave, or stored_config, as yaml or json. dump_config calls it.';

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
    'preset', coalesce((SELECT s.preset FROM slaops.policy_sets AS s WHERE s.name OPERATOR(pg_catalog.=) $1), 'default'),
    'default_calendar', (SELECT s.default_calendar FROM slaops.policy_sets AS s WHERE s.name OPERATOR(pg_catalog.=) $1),
    'calendars', coalesce((
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'name', c.name, 'calendar', c.calendar::text, 'description', c.description,
            'valid_from', CASE WHEN c.valid_from OPERATOR(pg_catalog.>) '-infinity' THEN c.valid_from END,
            'valid_to', CASE WHEN c.valid_to OPERATOR(pg_catalog.<) 'infinity' THEN c.valid_to END)
            ORDER BY c.name COLLATE "C", c.valid_from)
        FROM slaops.calendars AS c), '[]'),
    'states', coalesce((
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('status', s.status, 'state', s.state)
            ORDER BY s.status COLLATE "C")
        FROM slaops.states AS s WHERE s.policy_set OPERATOR(pg_catalog.=) $1 AND NOT s.built_in), '[]'),
    'metrics', coalesce((
        SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(m) OPERATOR(pg_catalog.-) ARRAY['built_in', 'policy_set']
            ORDER BY m.position, m.name COLLATE "C")
        FROM slaops.metrics AS m WHERE m.policy_set OPERATOR(pg_catalog.=) $1 AND NOT m.built_in), '[]'),
    'presets', coalesce((
        SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(p) OPERATOR(pg_catalog.-) ARRAY['built_in', 'policy_set']
            ORDER BY p.name COLLATE "C")
        FROM slaops.presets AS p WHERE p.policy_set OPERATOR(pg_catalog.=) $1 AND NOT p.built_in), '[]'),
    'policies', coalesce((
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'name', p.name, 'position', p.position, 'conditions', p.conditions, 'hours', p.hours,
            'calendar_name', p.calendar_name, 'warn_fraction', p.warn_fraction, 'description', p.description,
            'valid_from', CASE WHEN p.valid_from OPERATOR(pg_catalog.>) '-infinity' THEN p.valid_from END,
            'valid_to', CASE WHEN p.valid_to OPERATOR(pg_catalog.<) 'infinity' THEN p.valid_to END,
            'targets', coalesce((
                SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                    'priority', t.priority, 'metric', t.metric, 'target', t.target::text, 'hours', t.hours,
                    'calendar_name', t.calendar_name, 'warn_fraction', t.warn_fraction,
                    'business_days', CASE WHEN t.business_days THEN true END)
                    ORDER BY t.priority COLLATE "C", t.metric COLLATE "C")
                FROM slaops.sla_targets AS t
                WHERE t.policy_set OPERATOR(pg_catalog.=) p.policy_set AND t.policy OPERATOR(pg_catalog.=) p.name
                  AND t.valid_from OPERATOR(pg_catalog.=) p.valid_from), '[]'))
            ORDER BY p.position, p.name COLLATE "C", p.valid_from)
        FROM slaops.sla_policies AS p WHERE p.policy_set OPERATOR(pg_catalog.=) $1), '[]')
)
$$;
COMMENT ON FUNCTION slaops.stored_config(text) IS
'What the tables have of calendars, and of the states, metrics, presets and policies of a policy '
'set, as JSON.';

CREATE FUNCTION slaops.dump_config(policy_set text DEFAULT 'current', format text DEFAULT 'yaml')
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (
    SELECT slaops.print_config(slaops.stored_config(policy_set), format)
);
COMMENT ON FUNCTION slaops.dump_config(text, text) IS
'The configuration as text, yaml or json: what load_config turns into the same tables.';

-- One item a row of a table, so that two configurations can be compared by a join.
CREATE FUNCTION slaops.config_items(config jsonb, policy_set text)
RETURNS TABLE (kind text, key text, name text, place bigint, columns jsonb)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT 'policy_set', '', $2, NULL::bigint,
       (SELECT pg_catalog.jsonb_object_agg(e.key, e.value) FROM pg_catalog.jsonb_each($1) AS e
        WHERE e.key OPERATOR(pg_catalog.=) ANY (ARRAY['preset', 'default_calendar']))
WHERE $1 OPERATOR(pg_catalog.?|) ARRAY['preset', 'default_calendar']
UNION ALL
SELECT s.kind, pg_catalog.concat_ws(E'\x01', r.value OPERATOR(pg_catalog.->>) s.named, r.value OPERATOR(pg_catalog.->>) 'valid_from'),
       pg_catalog.concat(r.value OPERATOR(pg_catalog.->>) s.named,
           ' from ' OPERATOR(pg_catalog.||) pg_catalog.replace(r.value OPERATOR(pg_catalog.->>) 'valid_from', 'T00:00:00+00:00', '')),
       CASE WHEN s.kind OPERATOR(pg_catalog.=) 'policy' THEN r.place END,
       CASE WHEN s.kind OPERATOR(pg_catalog.=) 'policy'
           THEN r.value OPERATOR(pg_catalog.-) ARRAY['name', 'valid_from', 'position'] OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_object('targets', (
               SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', t.value OPERATOR(pg_catalog.->>) 'priority',
                          t.value OPERATOR(pg_catalog.->>) 'metric', t.value OPERATOR(pg_catalog.->>) 'target',
                          CASE WHEN (t.value OPERATOR(pg_catalog.->>) 'business_days')::boolean THEN '(business days)' END),
                      '; ' ORDER BY t.place)
               FROM pg_catalog.jsonb_array_elements(r.value OPERATOR(pg_catalog.->) 'targets') WITH ORDINALITY AS t (value, place)))
           ELSE r.value OPERATOR(pg_catalog.-) ARRAY[s.named, 'valid_from']
       END
FROM (VALUES ('state', 'states', 'status'), ('calendar', 'calendars', 'name'), ('metric', 'metrics', 'name'),
             ('preset', 'presets', 'name'), ('policy', 'policies', 'name')) AS s (kind, section, named),
     pg_catalog.jsonb_array_elements($1 OPERATOR(pg_catalog.->) s.section) WITH ORDINALITY AS r (value, place)
UNION ALL
SELECT 'target',
       pg_catalog.concat_ws(E'\x01', p.value OPERATOR(pg_catalog.->>) 'name', p.value OPERATOR(pg_catalog.->>) 'valid_from',
           '', t.value OPERATOR(pg_catalog.->>) 'priority', t.value OPERATOR(pg_catalog.->>) 'metric'),
       pg_catalog.concat(p.value OPERATOR(pg_catalog.->>) 'name',
           ' from ' OPERATOR(pg_catalog.||) pg_catalog.replace(p.value OPERATOR(pg_catalog.->>) 'valid_from', 'T00:00:00+00:00', ''),
           ', ', t.value OPERATOR(pg_catalog.->>) 'priority', ', ', t.value OPERATOR(pg_catalog.->>) 'metric'),
       NULL, t.value OPERATOR(pg_catalog.-) ARRAY['priority', 'metric']
FROM pg_catalog.jsonb_array_elements($1 OPERATOR(pg_catalog.->) 'policies') AS p,
     pg_catalog.jsonb_array_elements(p.value OPERATOR(pg_catalog.->) 'targets') AS t
$$;
COMMENT ON FUNCTION slaops.config_items(jsonb, text) IS
'The rows of a configuration one by one; place is that of a policy among the policies.';

CREATE FUNCTION slaops.config_changes(stored jsonb, wanted jsonb, policy_set text)
RETURNS TABLE (action text, kind text, name text, detail text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH old AS MATERIALIZED (
    SELECT i.* FROM slaops.config_items($1, $3) AS i
), new AS MATERIALIZED (
    SELECT i.* FROM slaops.config_items($2, $3) AS i
), places AS (
    -- Among the policies that both have: one more or one less moves no other.
    SELECT o.key, pg_catalog.row_number() OVER (ORDER BY o.place) AS old, pg_catalog.row_number() OVER (ORDER BY n.place) AS new
    FROM old AS o JOIN new AS n ON n.kind OPERATOR(pg_catalog.=) o.kind AND n.key OPERATOR(pg_catalog.=) o.key
    WHERE o.kind OPERATOR(pg_catalog.=) 'policy'
), pairs AS (
    SELECT coalesce(o.kind, n.kind) AS kind, coalesce(o.key, n.key) AS key, coalesce(o.name, n.name) AS name,
           o.columns AS old, n.columns AS new, n.place
    FROM old AS o FULL JOIN new AS n ON n.kind OPERATOR(pg_catalog.=) o.kind AND n.key OPERATOR(pg_catalog.=) o.key
), compared AS (
    SELECT p.*, d.detail
    FROM pairs AS p
    LEFT JOIN places AS moved ON p.kind OPERATOR(pg_catalog.=) 'policy' AND moved.key OPERATOR(pg_catalog.=) p.key
    CROSS JOIN LATERAL (
        SELECT pg_catalog.string_agg(c.line, ', ' ORDER BY c.line COLLATE "C") AS detail
        FROM (
            SELECT CASE
                WHEN p.old IS NULL OR p.new IS NULL THEN
                    pg_catalog.concat(coalesce(o.key, n.key), ' ', coalesce(o.value, n.value) OPERATOR(pg_catalog.#>>) '{}')
                ELSE pg_catalog.concat(n.key, ' ', coalesce(o.value OPERATOR(pg_catalog.#>>) '{}', 'none'), ' -> ',
                         coalesce(n.value OPERATOR(pg_catalog.#>>) '{}', 'none'))
                END
            FROM pg_catalog.jsonb_each(p.old) AS o
            FULL JOIN pg_catalog.jsonb_each(p.new) AS n ON n.key OPERATOR(pg_catalog.=) o.key
            -- What the text does not speak of stays; of a row that comes or goes only what has a
            -- value is said. Targets of a policy that both have are rows of their own.
            WHERE CASE WHEN p.old IS NULL OR p.new IS NULL
                       THEN coalesce(o.value, n.value) OPERATOR(pg_catalog.<>) 'null'
                       ELSE n.key OPERATOR(pg_catalog.<>) 'targets' AND o.value IS DISTINCT FROM n.value END
            UNION ALL
            SELECT pg_catalog.concat('place ', moved.old, ' -> ', moved.new)
            WHERE moved.old OPERATOR(pg_catalog.<>) moved.new
        ) AS c (line)
    ) AS d
)
SELECT CASE WHEN c.old IS NULL THEN 'add' WHEN c.new IS NULL THEN 'remove' ELSE 'change' END, c.kind, c.name, c.detail
FROM compared AS c
WHERE CASE
    WHEN c.new IS NULL THEN
        -- Policies are as the text says; of the rest it says only what it names.
        CASE c.kind
            WHEN 'policy' THEN $2 OPERATOR(pg_catalog.?) 'policies'
            WHEN 'calendar' THEN EXISTS (
                SELECT FROM new AS n WHERE n.kind OPERATOR(pg_catalog.=) 'calendar'
                  AND pg_catalog.split_part(n.key, E'\x01', 1) OPERATOR(pg_catalog.=) pg_catalog.split_part(c.key, E'\x01', 1))
            WHEN 'target' THEN EXISTS (
                SELECT FROM places AS s WHERE pg_catalog.starts_with(c.key, s.key OPERATOR(pg_catalog.||) E'\x01\x01'))
            ELSE false
        END
    WHEN c.old IS NULL THEN
        -- A policy that comes brings its targets.
        c.kind OPERATOR(pg_catalog.<>) 'target' OR EXISTS (
            SELECT FROM places AS s WHERE pg_catalog.starts_with(c.key, s.key OPERATOR(pg_catalog.||) E'\x01\x01'))
    ELSE c.detail IS NOT NULL
END
ORDER BY pg_catalog.array_position(ARRAY['policy_set', 'calendar', 'state', 'metric', 'preset', 'policy', 'target'], c.kind),
         c.place, c.name COLLATE "C"
$$;
COMMENT ON FUNCTION slaops.config_changes(jsonb, jsonb, text) IS
'What differs between a stored configuration and a wanted one: a row to add, change or remove '
'each.';

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
        RAISE EXCEPTION 'load_config needs a configuration, a policy set, and whether it is a dry run'
            USING ERRCODE = '22004', HINT = 'An argument is NULL. Nothing was changed.';
    END IF;
    IF $2 OPERATOR(pg_catalog.=) '' THEN
        RAISE EXCEPTION 'the policy set has no name'
            USING ERRCODE = '22023', HINT = 'The built-in rows belong to no set. Give the set a name, such as "current". Nothing was changed.';
    END IF;
    IF NOT $3 THEN
        SELECT pg_catalog.string_agg(t.name, ', ' ORDER BY t.place) INTO lacking
        FROM pg_catalog.unnest(ARRAY['calendars', 'states', 'metrics', 'presets', 'policy_sets', 'sla_policies', 'sla_targets'])
            WITH ORDINALITY AS u (name, place)
        CROSS JOIN LATERAL (SELECT 'slaops.' OPERATOR(pg_catalog.||) u.name AS name, u.place) AS t
        WHERE NOT (pg_catalog.has_table_privilege(t.name, 'SELECT') AND pg_catalog.has_table_privilege(t.name, 'INSERT')
            AND pg_catalog.has_table_privilege(t.name, 'UPDATE') AND pg_catalog.has_table_privilege(t.name, 'DELETE'));
        IF lacking IS NOT NULL THEN
            RAISE EXCEPTION 'role % may not change %', pg_catalog.quote_ident(current_user), lacking
                USING ERRCODE = '42501',
                      HINT = pg_catalog.format('Let %s run: GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I. Nothing was changed; dry_run => true needs no such right.',
                          (SELECT pg_catalog.quote_ident(r.rolname) FROM pg_catalog.pg_class AS c
                           JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) c.relowner
                           WHERE c.oid OPERATOR(pg_catalog.=) 'slaops.sla_policies'::pg_catalog.regclass), lacking, current_user);
        END IF;
        -- One load after another; who reads goes on reading.
        LOCK TABLE slaops.sla_policies IN SHARE ROW EXCLUSIVE MODE;
    END IF;
    wanted := slaops.read_config($1, pg_catalog.jsonb_build_object(
        'calendars', (SELECT pg_catalog.jsonb_agg(DISTINCT c.name) FROM slaops.calendars AS c),
        'metrics', (SELECT pg_catalog.jsonb_agg(m.name ORDER BY m.position, m.name) FROM slaops.metrics_of($2) AS m),
        'presets', (SELECT pg_catalog.jsonb_object_agg(p.name, pg_catalog.to_jsonb(p)) FROM slaops.presets_of($2) AS p),
        'built_in', pg_catalog.jsonb_build_object(
            'presets', (SELECT pg_catalog.jsonb_object_agg(p.name, pg_catalog.to_jsonb(p)) FROM slaops.presets AS p WHERE p.built_in))));
    FOR doubt IN SELECT w.value FROM pg_catalog.jsonb_array_elements(wanted OPERATOR(pg_catalog.->) 'warnings') AS w LOOP
        IF (doubt OPERATOR(pg_catalog.->>) 'likely')::boolean THEN
            RAISE WARNING '%', doubt OPERATOR(pg_catalog.->>) 'message' USING HINT = doubt OPERATOR(pg_catalog.->>) 'hint';
        ELSE
            RAISE NOTICE '%', doubt OPERATOR(pg_catalog.->>) 'message' USING HINT = doubt OPERATOR(pg_catalog.->>) 'hint';
        END IF;
    END LOOP;
    wanted := wanted OPERATOR(pg_catalog.-) 'warnings';
    stored := slaops.stored_config($2);
    RETURN QUERY SELECT c.action, c.kind, c.name, c.detail FROM slaops.config_changes(stored, wanted, $2) AS c;
    IF NOT FOUND OR $3 THEN
        RETURN;
    END IF;

    DELETE FROM slaops.calendars AS c
    USING pg_catalog.jsonb_array_elements(wanted OPERATOR(pg_catalog.->) 'calendars') AS w
    WHERE c.name OPERATOR(pg_catalog.=) (w.value OPERATOR(pg_catalog.->>) 'name')
      AND NOT EXISTS (
        SELECT FROM pg_catalog.jsonb_to_recordset(wanted OPERATOR(pg_catalog.->) 'calendars') AS v (name text, valid_from date)
        WHERE v.name OPERATOR(pg_catalog.=) c.name
          AND coalesce(v.valid_from, '-infinity') OPERATOR(pg_catalog.=) c.valid_from);
    INSERT INTO slaops.calendars AS c (name, calendar, description, valid_from, valid_to)
    SELECT w.name, w.calendar::slaops.calendar, w.description, coalesce(w.valid_from, '-infinity'), coalesce(w.valid_to, 'infinity')
    FROM pg_catalog.jsonb_to_recordset(wanted OPERATOR(pg_catalog.->) 'calendars')
        AS w (name text, calendar text, description text, valid_from date, valid_to date)
    ON CONFLICT (name, valid_from) DO UPDATE
    SET calendar = EXCLUDED.calendar, description = EXCLUDED.description, valid_to = EXCLUDED.valid_to
    WHERE (c.calendar::text, c.description, c.valid_to)
        IS DISTINCT FROM (EXCLUDED.calendar::text, EXCLUDED.description, EXCLUDED.valid_to);

    INSERT INTO slaops.states AS s (policy_set, status, state)
    SELECT $2, w.status, w.state
    FROM pg_catalog.jsonb_to_recordset(wanted OPERATOR(pg_catalog.->) 'states') AS w (status text, state text)
    ON CONFLICT (policy_set, status) DO UPDATE SET state = EXCLUDED.state
    WHERE s.state OPERATOR(pg_catalog.<>) EXCLUDED.state;

    INSERT INTO slaops.metrics AS m
        (policy_set, name, start, stop, pause, after, unanswered, cancel, reset, cycles, reopen, position, description)
    SELECT $2, w.name, w.start, w.stop, w.pause, w.after, w.unanswered, w.cancel, w.reset, w.cycles, w.reopen, w.position, w.description
    FROM pg_catalog.jsonb_populate_recordset(NULL::slaops.metrics, wanted OPERATOR(pg_catalog.->) 'metrics') AS w
    ON CONFLICT (policy_set, name) DO UPDATE
    SET start = EXCLUDED.start, stop = EXCLUDED.stop, pause = EXCLUDED.pause, after = EXCLUDED.after,
        unanswered = EXCLUDED.unanswered, cancel = EXCLUDED.cancel, reset = EXCLUDED.reset, cycles = EXCLUDED.cycles,
        reopen = EXCLUDED.reopen, position = EXCLUDED.position, description = EXCLUDED.description
    WHERE pg_catalog.to_jsonb(m) OPERATOR(pg_catalog.<>) pg_catalog.to_jsonb(EXCLUDED);

    INSERT INTO slaops.presets AS p
        (policy_set, name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close, metrics, description)
    SELECT $2, w.name, w.reopen, w.solved_before_reply, w.target_at, w.calendar_at, w.retroactive_start, w.due_at_close, w.metrics,
           w.description
    FROM pg_catalog.jsonb_populate_recordset(NULL::slaops.presets, wanted OPERATOR(pg_catalog.->) 'presets') AS w
    ON CONFLICT (policy_set, name) DO UPDATE
    SET reopen = EXCLUDED.reopen, solved_before_reply = EXCLUDED.solved_before_reply, target_at = EXCLUDED.target_at,
        calendar_at = EXCLUDED.calendar_at, retroactive_start = EXCLUDED.retroactive_start,
        due_at_close = EXCLUDED.due_at_close, metrics = EXCLUDED.metrics, description = EXCLUDED.description
    WHERE pg_catalog.to_jsonb(p) OPERATOR(pg_catalog.<>) pg_catalog.to_jsonb(EXCLUDED);

    IF wanted OPERATOR(pg_catalog.?|) ARRAY['preset', 'default_calendar'] THEN
        INSERT INTO slaops.policy_sets AS s (name, preset, default_calendar)
        SELECT $2, w.value OPERATOR(pg_catalog.->>) 'preset', w.value OPERATOR(pg_catalog.->>) 'default_calendar'
        -- What the text does not speak of stays.
        FROM (VALUES (stored OPERATOR(pg_catalog.||) wanted)) AS w (value)
        ON CONFLICT (name) DO UPDATE SET preset = EXCLUDED.preset, default_calendar = EXCLUDED.default_calendar
        WHERE (s.preset, s.default_calendar) IS DISTINCT FROM (EXCLUDED.preset, EXCLUDED.default_calendar);
    END IF;

    IF NOT wanted OPERATOR(pg_catalog.?) 'policies' THEN
        RETURN;
    END IF;
    DELETE FROM slaops.sla_policies AS p
    WHERE p.policy_set OPERATOR(pg_catalog.=) $2
      AND NOT EXISTS (
        SELECT FROM pg_catalog.jsonb_to_recordset(wanted OPERATOR(pg_catalog.->) 'policies') AS w (name text, valid_from timestamptz)
        WHERE w.name OPERATOR(pg_catalog.=) p.name
          AND coalesce(w.valid_from, '-infinity') OPERATOR(pg_catalog.=) p.valid_from);
    -- A version ends before the next begins, in whatever order the text has them.
    UPDATE slaops.sla_policies AS p SET valid_to = w.valid_to
    FROM pg_catalog.jsonb_to_recordset(wanted OPERATOR(pg_catalog.->) 'policies') AS w (name text, valid_from timestamptz, valid_to timestamptz)
    WHERE p.policy_set OPERATOR(pg_catalog.=) $2 AND p.name OPERATOR(pg_catalog.=) w.name
      AND p.valid_from OPERATOR(pg_catalog.=) coalesce(w.valid_from, '-infinity') AND w.valid_to OPERATOR(pg_catalog.<) p.valid_to;
    -- Positions stay where the order does, so that loading a dump changes none.
    renumber := pg_catalog.jsonb_path_query_array(stored, '$.policies[*].name')
            OPERATOR(pg_catalog.<>) pg_catalog.jsonb_path_query_array(wanted, '$.policies[*].name')
        OR pg_catalog.jsonb_path_query_array(stored, '$.policies[*].valid_from')
            OPERATOR(pg_catalog.<>) pg_catalog.jsonb_path_query_array(wanted, '$.policies[*].valid_from');
    INSERT INTO slaops.sla_policies AS p
        (policy_set, name, valid_from, valid_to, position, conditions, hours, calendar_name, warn_fraction, description)
    SELECT $2, w.name, coalesce(w.valid_from, '-infinity'), coalesce(w.valid_to, 'infinity'), w.position, w.conditions, w.hours,
           w.calendar_name, w.warn_fraction, w.description
    FROM pg_catalog.jsonb_populate_recordset(NULL::slaops.sla_policies, wanted OPERATOR(pg_catalog.->) 'policies') AS w
    ON CONFLICT (policy_set, name, valid_from) DO UPDATE
    SET valid_to = EXCLUDED.valid_to, conditions = EXCLUDED.conditions, hours = EXCLUDED.hours,
        position = CASE WHEN renumber THEN EXCLUDED.position ELSE p.position END,
        calendar_name = EXCLUDED.calendar_name, warn_fraction = EXCLUDED.warn_fraction, description = EXCLUDED.description
    WHERE (p.valid_to, p.conditions, p.hours, p.calendar_name, p.warn_fraction, p.description)
            IS DISTINCT FROM (EXCLUDED.valid_to, EXCLUDED.conditions, EXCLUDED.hours, EXCLUDED.calendar_name,
                EXCLUDED.warn_fraction, EXCLUDED.description)
       OR (renumber AND p.position OPERATOR(pg_catalog.<>) EXCLUDED.position);

    DELETE FROM slaops.sla_targets AS t
    WHERE t.policy_set OPERATOR(pg_catalog.=) $2
      AND NOT EXISTS (
        SELECT FROM pg_catalog.jsonb_array_elements(wanted OPERATOR(pg_catalog.->) 'policies') AS p,
             pg_catalog.jsonb_to_recordset(p.value OPERATOR(pg_catalog.->) 'targets') AS w (priority text, metric text)
        WHERE p.value OPERATOR(pg_catalog.->>) 'name' OPERATOR(pg_catalog.=) t.policy
          AND coalesce((p.value OPERATOR(pg_catalog.->>) 'valid_from')::timestamptz, '-infinity') OPERATOR(pg_catalog.=) t.valid_from
          AND w.priority OPERATOR(pg_catalog.=) t.priority AND w.metric OPERATOR(pg_catalog.=) t.metric);
    INSERT INTO slaops.sla_targets AS t
        (policy_set, policy, valid_from, priority, metric, target, hours, calendar_name, warn_fraction, business_days)
    SELECT $2, p.value OPERATOR(pg_catalog.->>) 'name', coalesce((p.value OPERATOR(pg_catalog.->>) 'valid_from')::timestamptz, '-infinity'),
           w.priority, w.metric, w.target, w.hours, w.calendar_name, w.warn_fraction, coalesce(w.business_days, false)
    FROM pg_catalog.jsonb_array_elements(wanted OPERATOR(pg_catalog.->) 'policies') AS p,
         pg_catalog.jsonb_populate_recordset(NULL::slaops.sla_targets, p.value OPERATOR(pg_catalog.->) 'targets') AS w
    ON CONFLICT (policy_set, policy, valid_from, priority, metric) DO UPDATE
    SET target = EXCLUDED.target, hours = EXCLUDED.hours, calendar_name = EXCLUDED.calendar_name, warn_fraction = EXCLUDED.warn_fraction,
        business_days = EXCLUDED.business_days
    -- As texts, since one day equals 24 hours as an interval, and is no working day.
    WHERE (t.target::text, t.hours, t.calendar_name, t.warn_fraction, t.business_days)
        IS DISTINCT FROM (EXCLUDED.target::text, EXCLUDED.hours, EXCLUDED.calendar_name, EXCLUDED.warn_fraction, EXCLUDED.business_days);
END
$$;
COMMENT ON FUNCTION slaops.load_config(text, text, boolean) IS
'Makes the tables as a configuration in YAML or JSON says, whole or not at all, and lists what '
'changed; with dry_run it only lists. Policies of the set are replaced; its states, metrics and '
'presets, and calendars, which all sets share, are added or changed by name. Words of conditions '
'that are likely to be slips are told as warnings.';
