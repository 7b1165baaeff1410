-- Tickets kept as values of a row type that was altered since: read by the type as it is now, or
-- refused, never by the wrong columns.
CREATE SCHEMA altered;
CREATE TYPE altered.ticket AS (id bigint, priority text, created_at timestamptz, note text);
CREATE TABLE altered.kept (n integer, ticket altered.ticket, several altered.ticket[]);
INSERT INTO altered.kept
SELECT n, t, ARRAY[t]
FROM (
    VALUES
        (1, ROW(7, 'P1', timestamptz '2026-01-05 09:00Z', 'a note')::altered.ticket),
        (2, ROW(8, NULL, NULL, repeat('x', 3000))::altered.ticket)
) AS given (n, t);
INSERT INTO slaops.sla_policies (policy_set, name, "position", conditions, hours) VALUES
    ('altered', 'urgent', 1, '{"priority": ["P1"]}', '24x7'),
    ('altered', 'vip', 2, '{"tier": ["gold"]}', '24x7');
INSERT INTO slaops.sla_targets (policy_set, policy, priority, metric, target) VALUES
    ('altered', 'urgent', '*', 'resolution', '4 hours'),
    ('altered', 'vip', '*', 'resolution', '8 hours');
-- What each ticket function makes of every kept ticket; an error by its SQLSTATE.
CREATE FUNCTION altered.told() RETURNS TABLE (
    n integer, policy text, of_several text, attainment text, status text
) LANGUAGE plpgsql AS $$
DECLARE
    k record;
    sql text;
    one text;
    answer text[];
BEGIN
    FOR k IN SELECT q.n FROM altered.kept AS q ORDER BY q.n LOOP
        n := k.n;
        answer := '{}';
        FOREACH sql IN ARRAY ARRAY[
            'SELECT slaops.match_policy(k.ticket, ''altered'', ''2026-01-06Z'')::text FROM altered.kept AS k WHERE k.n = $1',
            'SELECT slaops.match_policy(k.several[1], ''altered'', ''2026-01-06Z'')::text FROM altered.kept AS k WHERE k.n = $1',
            'SELECT a.status || coalesce('' '' || a.due_at, '''') FROM altered.kept AS k, slaops.sla_attainment(k.ticket, NULL, ''altered'', ''2026-01-05 10:00Z'') AS a WHERE k.n = $1 AND a.metric = ''resolution''',
            'SELECT l.status FROM altered.kept AS k, slaops.ticket_lifecycle(k.ticket, NULL, ''altered'', ''2026-01-05 10:00Z'') AS l WHERE k.n = $1'] LOOP
            BEGIN
                EXECUTE sql INTO one USING k.n;
            EXCEPTION WHEN OTHERS THEN
                one := SQLSTATE;
            END;
            answer := answer || one;
        END LOOP;
        policy := answer[1]; of_several := answer[2]; attainment := answer[3]; status := answer[4];
        RETURN NEXT;
    END LOOP;
END $$;
SELECT * FROM altered.told();
ALTER TYPE altered.ticket ADD ATTRIBUTE tier text;
SELECT * FROM altered.told();
INSERT INTO altered.kept
SELECT 3, t, ARRAY[t]
FROM (
    SELECT ROW(9, 'P9', timestamptz '2026-01-05 09:00Z', 'n', 'gold')::altered.ticket AS t
) AS given;
SELECT * FROM altered.told();
ALTER TYPE altered.ticket DROP ATTRIBUTE id;
SELECT * FROM altered.told();
ALTER TYPE altered.ticket RENAME ATTRIBUTE note TO status;
SELECT * FROM altered.told();
ALTER TYPE altered.ticket DROP ATTRIBUTE priority, ADD ATTRIBUTE priority integer;
SELECT * FROM altered.told();
-- Postgres refuses these while a column holds values of the type.
ALTER TYPE altered.ticket ALTER ATTRIBUTE tier TYPE integer;
ALTER TYPE altered.ticket ALTER ATTRIBUTE created_at TYPE text;

-- The row type of a table, whose new column has a default that old rows do not store.
CREATE TABLE altered.tickets (ticket_id text, priority text, created_at timestamptz);
INSERT INTO altered.tickets VALUES ('1', 'P9', '2026-01-05 09:00Z');
ALTER TABLE altered.tickets ADD COLUMN tier text DEFAULT 'gold';
SELECT slaops.match_policy(ticket, 'altered', '2026-01-06Z') FROM altered.tickets AS ticket;
ALTER TABLE altered.tickets DROP COLUMN ticket_id;
SELECT slaops.match_policy(ticket, 'altered', '2026-01-06Z') FROM altered.tickets AS ticket;
ALTER TABLE altered.tickets ALTER COLUMN tier DROP DEFAULT, ALTER COLUMN tier TYPE integer USING 1;
SELECT slaops.match_policy(ticket, 'altered', '2026-01-06Z') FROM altered.tickets AS ticket;
-- Rows of a table in a column of another: refused by Postgres where old values would have to
-- change.
CREATE TABLE altered.held (ticket altered.tickets);
INSERT INTO altered.held SELECT ticket FROM altered.tickets AS ticket;
ALTER TABLE altered.tickets ADD COLUMN extra text DEFAULT 'x';
ALTER TABLE altered.tickets ADD COLUMN extra text;
ALTER TABLE altered.tickets DROP COLUMN priority;
SELECT
    slaops.match_policy(held.ticket, 'altered', '2026-01-06Z'),
    (held.ticket).extra IS NULL AS no_extra
FROM altered.held;

-- A row as it lies on disk, older than a column with a default, comes to a trigger.
CREATE TABLE altered.old (ticket_id text, priority text);
INSERT INTO altered.old VALUES ('1', 'P9'), ('2', NULL);
ALTER TABLE altered.old
    ADD COLUMN tier text DEFAULT 'gold',
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT '2026-01-05 09:00Z';
CREATE FUNCTION altered.seen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE '% %: %, %', TG_WHEN, OLD.ticket_id, slaops.match_policy(OLD, 'altered', '2026-01-06Z'), (SELECT a.due_at FROM slaops.sla_attainment(OLD, NULL, 'altered', '2026-01-05 10:00Z') AS a WHERE a.metric = 'resolution');
    RETURN NULL;
END $$;
CREATE TRIGGER seen AFTER DELETE ON altered.old FOR EACH ROW EXECUTE FUNCTION altered.seen();
DELETE FROM altered.old;
DELETE FROM slaops.sla_targets WHERE policy_set = 'altered';
DELETE FROM slaops.sla_policies WHERE policy_set = 'altered';
SET client_min_messages = warning;
DROP SCHEMA altered CASCADE;
