-- Conformance: process models by name, and how far a case is from one.

CREATE FUNCTION slaops.check_process_model(kind text, definition text)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_check_process_model';
COMMENT ON FUNCTION slaops.check_process_model(text, text) IS
'True for a definition of a process model that reads as its kind, path or transitions; else an '
'error that says at which character it does not.';

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
'How cases should go. Of two rows of one name, yours goes before the one that slaops brought.';
COMMENT ON COLUMN slaops.process_models.name IS
'What functions call the model; it has no ">", which marks a definition.';
COMMENT ON COLUMN slaops.process_models.kind IS
'path: steps in order; transitions: which step may follow which.';
COMMENT ON COLUMN slaops.process_models.definition IS
'A path: created > (triaged)? > assigned > (reply)+ > (solved | closed), with ? for none or one, * '
'for any number, + for one and more. Transitions: start > created, created > (assigned | solved), '
'assigned > solved, solved > end. Names with signs in them, and steps called start or end, go into '
'double quotes.';
COMMENT ON COLUMN slaops.process_models.description IS 'What the model is for.';
COMMENT ON COLUMN slaops.process_models.built_in IS 'Whether slaops brought it.';

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
'How far a trace is from a process model, the name of one in slaops.process_models or a '
'definition: whether it fits; fitness, 1 for traces that fit and only for them, down to 0; cost, '
'activities too many and steps too few in a cheapest alignment; and how many deviations that is, '
'where one out of order costs two. A trace may have 2,000,000 activities.';

CREATE FUNCTION slaops.deviations(trace text[], model text)
RETURNS TABLE ("position" integer, at timestamptz, activity text, deviation text, expected text)
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 4 COST 200
AS 'MODULE_PATHNAME', 'slaops_deviations';
COMMENT ON FUNCTION slaops.deviations(text[], text) IS
'Where a trace goes astray from a process model, the name of one or a definition: position in the '
'trace; the activity that is skipped, inserted, out of order (it is missing in another place) or '
'repeated (it matched just before); and what the model expected there, NULL after its end. For a '
'skipped one the position is that of the activity before which it is missing. A trace may have '
'2,000,000 activities.';

CREATE FUNCTION slaops.deviations(trace text[], at timestamptz[], model text)
RETURNS TABLE ("position" integer, at timestamptz, activity text, deviation text, expected text)
LANGUAGE c STABLE PARALLEL SAFE ROWS 4 COST 200
AS 'MODULE_PATHNAME', 'slaops_deviations_at';
COMMENT ON FUNCTION slaops.deviations(text[], timestamptz[], text) IS
'As without instants; at has one for each activity of the trace in the same order (array_agg(at '
'ORDER BY at) beside trace(activity, at)), and gives that of the position. For a skipped activity '
'it is the instant by which it was missing; NULL at the end of the trace. A trace may have '
'2,000,000 activities.';

CREATE FUNCTION slaops.process_model()
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN pg_catalog.current_setting('slaops.process_model', true) OPERATOR(pg_catalog.<>) ''
        THEN pg_catalog.current_setting('slaops.process_model', true)
    ELSE 'happy path'
END;
COMMENT ON FUNCTION slaops.process_model() IS
'The model that the view process_conformance holds tickets against: SET slaops.process_model = ''a '
'name or a definition''; else the happy path.';
