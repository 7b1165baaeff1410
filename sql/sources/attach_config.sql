-- The policy set of an attached schema: what the source knows of states, calendars and promises.

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
    setting record;
    said text;
    config jsonb := '{}';
    ours boolean;
    mark CONSTANT text := format('Made by slaops.attach of %s, as ', source);
BEGIN
    FOR part IN EXECUTE query LOOP
        -- Parts of one configuration: objects and lists are put together.
        FOR setting IN SELECT entry.* FROM jsonb_each(part.config) AS entry LOOP
            config := config || jsonb_build_object(
                setting.key,
                CASE
                    WHEN config ? setting.key
                        AND jsonb_typeof(setting.value) IN ('object', 'array')
                        THEN (config -> setting.key) || setting.value
                    ELSE setting.value
                END
            );
        END LOOP;
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
            WHEN config ? 'policies' THEN NULL
            ELSE format(
                'it promises nothing yet: slaops.load_config(..., policy_set => %L)', schema
            )
        END;
    END IF;
    BEGIN
        IF config -> 'states' <> '{}' OR ours THEN
            PERFORM slaops.load_config(config::text, schema);
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
    -- What the source itself promises may be what no set takes, such as a policy that never applies.
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
