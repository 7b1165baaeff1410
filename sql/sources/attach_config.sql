-- The policy set of an attached schema: what the source knows of states, calendars and promises.

CREATE FUNCTION slaops.attach_join(config jsonb, more jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $attach_join$
    SELECT $1 || coalesce(
        jsonb_object_agg(
            setting.key,
            CASE
                WHEN $1 ? setting.key AND jsonb_typeof(setting.value) IN ('object', 'array')
                    THEN ($1 -> setting.key) || setting.value
                ELSE setting.value
            END
        ),
        '{}'
    )
    FROM jsonb_each($2) AS setting
$attach_join$;
COMMENT ON FUNCTION slaops.attach_join(jsonb, jsonb) IS
'Parts of one configuration: objects and lists are put together. Example: SELECT '
'slaops.attach_join(''{"calendars": {"a": "24/7 @ UTC"}}'', ''{"preset": "jira"}'');';

-- A column of serialized text: a row that is not YAML must not keep attach from the others.
CREATE FUNCTION slaops.attach_yaml(yaml text, OUT value jsonb, OUT problem text)
LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $attach_yaml$
BEGIN
    value := slaops.yaml_to_jsonb(yaml);
EXCEPTION WHEN invalid_text_representation OR program_limit_exceeded THEN
    problem := SQLERRM;
END
$attach_yaml$;
COMMENT ON FUNCTION slaops.attach_yaml(text) IS
'The value of serialized text, or why it cannot be read. Example: SELECT * FROM '
'slaops.attach_yaml(''a: ['');';

-- What load_config takes of the calendars and policies, one after the other, where it does not take
-- them all.
CREATE FUNCTION slaops.attach_loadable(config jsonb, policy_set text)
RETURNS TABLE (loadable jsonb, subject text, problem text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = error
AS $attach_loadable$
DECLARE
    part record;
    tried jsonb;
BEGIN
    loadable := config;
    BEGIN
        PERFORM slaops.load_config(config::text, policy_set, true);
        RETURN NEXT;
        RETURN;
    EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
        loadable := config - ARRAY['calendars', 'policies', 'default_calendar'];
    END;
    FOR part IN
        SELECT
            'calendar ' || calendar.key AS name,
            jsonb_build_object(
                'calendars', jsonb_build_object(calendar.key, calendar.value)
            ) AS entry
        FROM jsonb_each(config -> 'calendars') AS calendar
        UNION ALL
        SELECT
            'default calendar' AS name,
            jsonb_build_object('default_calendar', config -> 'default_calendar') AS entry
        WHERE config ? 'default_calendar'
        UNION ALL
        SELECT
            'policy ' || (policy.value ->> 'name') AS name,
            jsonb_build_object('policies', jsonb_build_array(policy.value)) AS entry
        FROM jsonb_array_elements(config -> 'policies') AS policy
    LOOP
        tried := slaops.attach_join(loadable, part.entry);
        BEGIN
            PERFORM slaops.load_config(tried::text, policy_set, true);
            loadable := tried;
        EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
            subject := part.name;
            problem := SQLERRM;
            RETURN NEXT;
        END;
    END LOOP;
    subject := NULL;
    problem := NULL;
    RETURN NEXT;
END
$attach_loadable$;
COMMENT ON FUNCTION slaops.attach_loadable(jsonb, text) IS
'A configuration without the calendars and policies that load_config refuses (the row without a '
'subject), and a row for each of these. Example: SELECT * FROM '
'slaops.attach_loadable(''{"calendars": {"a": "Mo 9-5"}}'', ''mine'');';

-- A set that attach made is made anew as long as nobody has changed it. Of any other set only
-- statuses get a meaning that have none.
CREATE FUNCTION slaops.attach_config(source text, schema text, query text)
RETURNS TABLE (subject text, finding text, cost text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
-- A config is a long query over small tables: compiling it took a minute.
SET jit = off
AS $attach_config$
#variable_conflict use_column
DECLARE
    part record;
    said text;
    config jsonb := '{}';
    ours boolean;
    messages text := current_setting('client_min_messages');
    mark CONSTANT text := format('Made by slaops.attach of %s, as ', source);
BEGIN
    FOR part IN EXECUTE query LOOP
        config := slaops.attach_join(config, part.config);
        IF part.subject IS NOT NULL THEN
            RETURN QUERY SELECT part.subject::text, part.finding::text, part.cost::text;
        END IF;
    END LOOP;
    IF config = '{}' THEN
        RETURN;
    END IF;
    subject := format('policy set %s', schema);
    SELECT known.description = mark || slaops.config_mark(schema)
    INTO ours
    FROM slaops.policy_sets AS known
    WHERE known.name = schema;
    IF ours IS NULL THEN
        ours := NOT EXISTS (
            SELECT
            FROM slaops.policy_set_names() AS known (name)
            WHERE known.name = schema
        );
    END IF;
    IF NOT ours THEN
        finding := 'kept: it is not as attach made it';
        cost := 'only statuses that have no state in it are added';
        config := jsonb_build_object(
            'states',
            (
                SELECT coalesce(jsonb_object_agg(unknown.state, unknown.statuses), '{}')
                FROM (
                    SELECT
                        meaning.key AS state,
                        jsonb_agg(status.name ORDER BY status.name) AS statuses
                    FROM jsonb_each(config -> 'states') AS meaning
                    CROSS JOIN jsonb_array_elements_text(meaning.value) AS status (name)
                    WHERE slaops.state_of(status.name, schema) IS NULL
                    GROUP BY meaning.key
                ) AS unknown
            )
        );
    ELSE
        finding := format('made: preset %s', coalesce(config ->> 'preset', 'default'));
        cost := CASE
            WHEN config -> 'policies' <> '[]' THEN NULL
            ELSE format(
                'it promises nothing yet: slaops.load_config(..., policy_set => %L)', schema
            )
        END;
    END IF;
    BEGIN
        IF config -> 'states' <> '{}' OR ours THEN
            FOR part IN SELECT tried.* FROM slaops.attach_loadable(config, schema) AS tried LOOP
                IF part.subject IS NULL THEN
                    config := part.loadable;
                ELSE
                    RETURN QUERY SELECT
                        part.subject::text,
                        format('left out: %s', part.problem),
                        'its tickets fall to the other policies'::text;
                END IF;
            END LOOP;
            PERFORM set_config('client_min_messages', 'error', true);
            PERFORM slaops.load_config(config::text, schema);
            PERFORM set_config('client_min_messages', messages, true);
        END IF;
        IF ours THEN
            UPDATE slaops.policy_sets AS made
            SET description = mark || slaops.config_mark(schema)
            WHERE made.name = schema
                AND made.description IS DISTINCT FROM mark || slaops.config_mark(schema);
        END IF;
    EXCEPTION WHEN insufficient_privilege THEN
        GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, cost = PG_EXCEPTION_HINT;
        finding := format('not made: %s', said);
        cost := format(
            'create_marts measures by another set. %s Then attach again.',
            replace(cost, ' Nothing was changed; dry_run => true needs no such right.', '')
        );
    -- A source may promise something that no set accepts, such as a policy that never applies.
    WHEN invalid_parameter_value OR invalid_text_representation THEN
        GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, cost = PG_EXCEPTION_HINT;
        finding := format('not made: %s', said);
        cost := format('create_marts measures by another set. %s', cost);
    END;
    RETURN NEXT;
END
$attach_config$;
COMMENT ON FUNCTION slaops.attach_config(text, text, text) IS
'Makes the policy set of an attached schema from the query config of its source.';

CREATE FUNCTION slaops.config_mark(policy_set text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN md5((slaops.stored_config(policy_set) - 'calendars')::text);
COMMENT ON FUNCTION slaops.config_mark(text) IS
'A hash of the rows of a policy set, by which attach sees whether somebody changed them.';
