-- What create_marts reads, checked before anything is made.

-- The row of mart_state; none where create_marts has made nothing. Another's table of that name is not read, and who does not
-- own the views is told so before anything fails half-way.
CREATE FUNCTION slaops.mart_state_of(schema text, to_change boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_state_of$
DECLARE
    state jsonb;
    owner oid := (SELECT c.relowner FROM pg_class AS c WHERE c.oid = to_regclass(quote_ident(slaops.schema_name(schema)) || '.mart_state'));
BEGIN
    IF owner IS NULL THEN
        RETURN NULL;
    END IF;
    IF obj_description(format('%I.mart_state', schema)::regclass, 'pg_class') IS DISTINCT FROM 'How slaops.create_marts made these views, and the figures that they hold.' THEN
        RAISE EXCEPTION '%.mart_state is not of create_marts', quote_ident(schema)
            USING ERRCODE = 'duplicate_table', HINT = 'Rename it, or give another schema.';
    END IF;
    IF to_change AND NOT pg_has_role(owner, 'USAGE') THEN
        RAISE EXCEPTION 'the views of % belong to %', quote_ident(schema), owner::regrole
            USING ERRCODE = 'insufficient_privilege', HINT = format('Ask %s, or SET ROLE %s. To read them no more is needed than SELECT.', owner::regrole, owner::regrole);
    END IF;
    EXECUTE format('SELECT to_jsonb(s) FROM %I.mart_state AS s', schema) INTO state;
    RETURN state;
END
$mart_state_of$;
COMMENT ON FUNCTION slaops.mart_state_of(text, boolean) IS
'The row of mart_state of a schema, NULL where there is none; an error where the table is another''s, or the caller may not change what it tells of.';

CREATE FUNCTION slaops.mart_castable(has text, wanted text)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_castable$
BEGIN
    EXECUTE format('SELECT NULL::%s::%s', has, wanted);
    RETURN true;
EXCEPTION WHEN cannot_coerce THEN
    RETURN false;
END
$mart_castable$;
COMMENT ON FUNCTION slaops.mart_castable(text, text) IS
'Whether Postgres has a cast from one type to another.';

-- Events are joined to tickets by the id, in the types that the two relations give it.
CREATE FUNCTION slaops.check_ticket_ids(tickets regclass, tickets_id text, ticket_events regclass, events_id text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $check_ticket_ids$
DECLARE
    of_tickets text := (SELECT format_type(a.atttypid, NULL) FROM pg_attribute AS a WHERE a.attrelid = tickets AND a.attname = tickets_id AND NOT a.attisdropped);
    of_events text := (SELECT format_type(a.atttypid, NULL) FROM pg_attribute AS a WHERE a.attrelid = ticket_events AND a.attname = events_id AND NOT a.attisdropped);
BEGIN
    EXECUTE format('SELECT NULL::%1$s = NULL::%2$s, NULL::%1$s < NULL::%1$s', of_tickets, of_events);
EXCEPTION WHEN undefined_function OR ambiguous_function THEN
    IF of_tickets = of_events THEN
        RAISE EXCEPTION '%.% is of type %, which cannot be compared', tickets, quote_ident(tickets_id), of_tickets
            USING ERRCODE = 'datatype_mismatch', HINT = format('Give a view in which it is a text: %1$I::text AS %1$I', tickets_id);
    END IF;
    RAISE EXCEPTION '%.% is of type %, but %.% of type %', tickets, quote_ident(tickets_id), of_tickets, ticket_events, quote_ident(events_id), of_events
        USING ERRCODE = 'datatype_mismatch',
              HINT = CASE WHEN slaops.mart_castable(of_events, of_tickets) THEN format('Give a view of events in which it is of the ticket''s type: %1$I::%2$s AS %1$I', events_id, of_tickets)
                          ELSE format('Give views in which both are written alike, as texts: %1$I::text AS %1$I', events_id) END;
END
$check_ticket_ids$;
COMMENT ON FUNCTION slaops.check_ticket_ids(regclass, text, regclass, text) IS
'An error where the ids of tickets and those of their events cannot be compared.';

CREATE FUNCTION slaops.mart_source(schema text, relation regclass, named text, wanted text[], types text[])
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $mart_source$
DECLARE
    source regclass := coalesce(relation, to_regclass(format('%I.%I', slaops.schema_name(schema), named)));
    missing text;
    item record;
BEGIN
    IF source IS NULL THEN
        RAISE EXCEPTION 'create_marts needs to know your %', replace(named, '_', ' ')
            USING ERRCODE = 'undefined_table', HINT = format('create_marts(%L, tickets => ''my_tickets'', ticket_events => ''my_ticket_events''), or slaops.attach makes %I.%I.', schema, schema, named);
    END IF;
    SELECT w.name INTO missing FROM unnest(wanted) AS w (name)
    WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = source AND a.attname = w.name AND a.attnum > 0 AND NOT a.attisdropped);
    IF FOUND THEN
        RAISE EXCEPTION 'table % has no column %', source, missing
            USING ERRCODE = 'undefined_column', HINT = format('Give a table or view with the columns of %s: %s, ...', replace(named, '_', ' '), array_to_string(wanted, ', '));
    END IF;
    -- Each "name type"; what is not listed is a text, which every type can be.
    FOR item IN
        SELECT format('%s.%I', source, a.attname) AS name, quote_ident(a.attname) AS attname, format_type(a.atttypid, NULL) AS has, split_part(t.entry, ' ', 2)::regtype AS type, y.typcategory
        FROM unnest(types) WITH ORDINALITY AS t (entry, place)
        JOIN pg_attribute AS a ON a.attrelid = source AND a.attname = split_part(t.entry, ' ', 1) AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type AS y ON y.oid = a.atttypid
        WHERE a.atttypid <> split_part(t.entry, ' ', 2)::regtype
        ORDER BY t.place
    LOOP
        IF item.type = 'timestamptz'::regtype AND item.has IN ('timestamp without time zone', 'date') THEN
            RAISE EXCEPTION 'column % has no time zone, so its instants depend on who asks', item.name
                USING ERRCODE = 'datatype_mismatch', HINT = format('Give a view that says where it was noon: %1$s AT TIME ZONE ''Europe/Berlin'' AS %1$s', item.attname);
        END IF;
        -- A text would be cast row by row, and fail in the middle of a refresh.
        IF item.typcategory = 'S' OR NOT slaops.mart_castable(item.has, item.type::text) THEN
            RAISE EXCEPTION 'column % is of type %, not %', item.name, item.has, item.type
                USING ERRCODE = 'datatype_mismatch',
                      HINT = format('Give a view that makes it one: %s AS %s', CASE
                          WHEN item.type = 'text[]'::regtype AND item.typcategory = 'S' THEN format('string_to_array(%s, '','')', item.attname)
                          WHEN item.type = 'text[]'::regtype AND item.has IN ('json', 'jsonb') THEN format('ARRAY(SELECT %s_array_elements_text(%s))', item.has, item.attname)
                          ELSE format('%s::%s', item.attname, item.type) END, item.attname);
        END IF;
    END LOOP;
    RETURN source;
END
$mart_source$;
COMMENT ON FUNCTION slaops.mart_source(text, regclass, text, text[], text[]) IS
'The relation that create_marts reads, checked for what it must have.';
