-- Conformance: process models by name, and how far a case is from one.

CREATE FUNCTION slaops.check_process_model(kind text, definition text)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_check_process_model';
COMMENT ON FUNCTION slaops.check_process_model(text, text) IS
'True for a process model that is valid for its kind, path or transitions; else an error that '
'names the character.';

CREATE TABLE slaops.process_models (
    name text NOT NULL CONSTRAINT process_models_name_check
        CHECK (name OPERATOR(pg_catalog.<>) '' AND name OPERATOR(pg_catalog.!~) '>'),
    kind text NOT NULL DEFAULT 'path',
    definition text NOT NULL,
    description text,
    built_in boolean NOT NULL DEFAULT false,
    PRIMARY KEY (name, built_in),
    CONSTRAINT process_models_definition_check CHECK (slaops.check_process_model(kind, definition))
);
COMMENT ON TABLE slaops.process_models IS
'Models of how cases should go. A row of yours replaces a built-in one of the same name.';
COMMENT ON COLUMN slaops.process_models.name IS
'Name of the model; it has no ">", which marks a definition.';
COMMENT ON COLUMN slaops.process_models.kind IS
'path: steps in order; transitions: which step may follow which.';
COMMENT ON COLUMN slaops.process_models.definition IS
'The model: a path such as created > (triaged)? > (reply)+ > (solved | closed), where ? is 0 or '
'1, * any number and + at least 1; or transitions such as start > created, created > (assigned | '
'solved), solved > end. Names with signs in them go into double quotes.';
COMMENT ON COLUMN slaops.process_models.description IS 'Purpose of the model.';
COMMENT ON COLUMN slaops.process_models.built_in IS 'Whether the row belongs to slaops.';

INSERT INTO slaops.process_models (name, kind, definition, description, built_in)
SELECT
    'happy path' AS name,
    'path' AS kind,
    'created > (assigned | customer reply)* > agent reply > (assigned | customer reply)* '
    '> (solved | closed) > (closed | customer reply)*' AS definition,
    'One group, one reply, solved; in the steps of the view process_conformance.' AS description,
    true AS built_in;

GRANT SELECT ON slaops.process_models TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON slaops.process_models
    TO @extowner@, pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('slaops.process_models', 'WHERE NOT built_in');

CREATE FUNCTION slaops.conformance(
    trace text[],
    model text,
    OUT fits boolean,
    OUT fitness double precision,
    OUT cost integer,
    OUT deviations integer
)
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 200
AS 'MODULE_PATHNAME', 'slaops_conformance';
COMMENT ON FUNCTION slaops.conformance(text[], text) IS
'Distance of a trace from a process model, by name or definition: whether it fits, fitness from 0 '
'to 1, and cost: activities to remove plus steps to add. Example: SELECT * FROM '
'slaops.conformance(ARRAY[''created'', ''solved''], ''created > (reply)+ > solved'');';

CREATE FUNCTION slaops.deviations(trace text[], model text)
RETURNS TABLE ("position" integer, at timestamptz, activity text, deviation text, expected text)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 4 COST 200
AS 'MODULE_PATHNAME', 'slaops_deviations';
COMMENT ON FUNCTION slaops.deviations(text[], text) IS
'Deviations of a trace from a process model: position, activity, kind (skipped, inserted, out of '
'order or repeated) and what the model expected. Example: SELECT * FROM '
'slaops.deviations(ARRAY[''created'', ''solved''], ''created > (reply)+ > solved'');';

CREATE FUNCTION slaops.deviations(trace text[], at timestamptz[], model text)
RETURNS TABLE ("position" integer, at timestamptz, activity text, deviation text, expected text)
LANGUAGE c STABLE PARALLEL SAFE ROWS 4 COST 200
AS 'MODULE_PATHNAME', 'slaops_deviations_at';
COMMENT ON FUNCTION slaops.deviations(text[], timestamptz[], text) IS
'Like deviations(trace, model), with the instant of each deviation; at has an instant for each '
'activity. Example: SELECT * FROM slaops.deviations(ARRAY[''created'', ''solved''], '
'ARRAY[''2026-01-05 09:00Z'', ''2026-01-05 12:00Z'']::timestamptz[], ''created > (reply)+ > '
'solved'');';

CREATE FUNCTION slaops.process_model()
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN pg_catalog.current_setting('slaops.process_model', true) OPERATOR(pg_catalog.<>) ''
        THEN pg_catalog.current_setting('slaops.process_model', true)
    ELSE 'happy path'
END;
COMMENT ON FUNCTION slaops.process_model() IS
'The model of the view process_conformance: the setting slaops.process_model, a name or a '
'definition, else the happy path.';
