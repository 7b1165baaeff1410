-- Views of standard column types, read by a role with no more than USAGE on the schema.
INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ UTC');
CREATE TABLE public.ticket_event (ticket int, at timestamptz, signal text);
INSERT INTO public.ticket_event VALUES
    (1, '2026-01-05 09:00Z', 'start'), (1, '2026-01-05 12:00Z', 'stop'),
    (2, '2026-01-05 09:00Z', 'start');
CREATE VIEW public.attainment AS
SELECT
    ticket,
    slaops.elapsed_minutes(clock, 'desk', '2026-01-06') AS elapsed_minutes,
    slaops.due_at(clock, 'desk', '4 hours') AS due_at,
    slaops.sla_status(clock, 'desk', '4 hours', '2026-01-06') AS status
FROM (
    SELECT ticket, slaops.sla_clock_agg(at, signal) AS clock
    FROM public.ticket_event
    GROUP BY ticket
) AS found;
CREATE ROLE slaops_reader;
GRANT USAGE ON SCHEMA slaops TO slaops_reader;
GRANT SELECT ON public.attainment TO slaops_reader;
SET ROLE slaops_reader;
SELECT * FROM public.attainment ORDER BY ticket;
SELECT slaops.business_minutes('desk', '2026-01-05', '2026-01-06');
INSERT INTO slaops.calendars (name, calendar) VALUES ('mine', '24/7 @ UTC');
RESET ROLE;
SELECT attname, atttypid::regtype
FROM pg_attribute
WHERE attrelid = 'public.attainment'::regclass AND attnum > 0
ORDER BY attnum;
DROP VIEW public.attainment;
DROP TABLE public.ticket_event;
REVOKE USAGE ON SCHEMA slaops FROM slaops_reader;
DROP ROLE slaops_reader;
TRUNCATE slaops.calendars;
