-- Rows of a policy set over the built-in ones. The built-in rows are entered before: they keep
-- the set ''.

ALTER TABLE slaops.states ALTER COLUMN policy_set SET DEFAULT 'current';
ALTER TABLE slaops.metrics ALTER COLUMN policy_set SET DEFAULT 'current';
ALTER TABLE slaops.presets ALTER COLUMN policy_set SET DEFAULT 'current';

-- The planner puts these three into the query that calls them, so they are not STRICT and set
-- nothing.
CREATE FUNCTION slaops.states_of(policy_set text)
RETURNS SETOF slaops.states
LANGUAGE sql STABLE PARALLEL SAFE ROWS 50
BEGIN ATOMIC
    SELECT DISTINCT ON (meaning.status) meaning.*
    FROM slaops.states AS meaning
    WHERE meaning.policy_set OPERATOR(pg_catalog.=) ANY (ARRAY['', states_of.policy_set])
    ORDER BY meaning.status, meaning.built_in;
END;
COMMENT ON FUNCTION slaops.states_of(text) IS
'The states of statuses in a policy set: its own rows, then built-in ones. Example: SELECT * FROM '
'slaops.states_of(''demo'');';

CREATE FUNCTION slaops.metrics_of(policy_set text)
RETURNS SETOF slaops.metrics
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    SELECT DISTINCT ON (metric.name) metric.*
    FROM slaops.metrics AS metric
    WHERE metric.policy_set OPERATOR(pg_catalog.=) ANY (ARRAY['', metrics_of.policy_set])
    ORDER BY metric.name, metric.built_in;
END;
COMMENT ON FUNCTION slaops.metrics_of(text) IS
'The metrics of a policy set: its own, then built-in ones. The preset may change their '
'conditions. Example: SELECT * FROM slaops.metrics_of(''demo'');';

CREATE FUNCTION slaops.presets_of(policy_set text)
RETURNS SETOF slaops.presets
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    SELECT DISTINCT ON (preset.name) preset.*
    FROM slaops.presets AS preset
    WHERE preset.policy_set OPERATOR(pg_catalog.=) ANY (ARRAY['', presets_of.policy_set])
    ORDER BY preset.name, preset.built_in;
END;
COMMENT ON FUNCTION slaops.presets_of(text) IS
'The presets of a policy set: its own, then built-in ones. Example: SELECT * FROM '
'slaops.presets_of(''demo'');';

GRANT SELECT ON slaops.states, slaops.metrics, slaops.presets TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON slaops.states, slaops.metrics, slaops.presets
    TO @extowner@, pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('slaops.states', 'WHERE NOT built_in');
SELECT pg_catalog.pg_extension_config_dump('slaops.metrics', 'WHERE NOT built_in');
SELECT pg_catalog.pg_extension_config_dump('slaops.presets', 'WHERE NOT built_in');
