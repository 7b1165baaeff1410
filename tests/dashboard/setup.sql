-- Databases of the test of the pages. Variables: none; the database sample has the sample team.
CREATE DATABASE sample;
CREATE DATABASE hostile;
CREATE DATABASE nothing;
CREATE DATABASE single;
CREATE ROLE dashboard LOGIN;
CREATE ROLE north LOGIN;
CREATE ROLE partial LOGIN;
CREATE ROLE stranger LOGIN;

\connect sample
CREATE EXTENSION slaops;
SELECT count(*) > 3 AS loaded FROM slaops.load_sample('demo');
ALTER DATABASE sample SET slaops.as_of = '2026-01-05 08:00+00';
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT count(*) > 40 AS made
FROM slaops.create_marts(
    'support', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo',
    group_capacity => 'demo.group_capacity', agents => 'demo.agents', shifts => 'demo.shifts',
    work_logs => 'demo.work_logs',
    dimensions => '{brand,region,channel,tier}'
);
SELECT count(*) > 40 AS granted FROM slaops.grant_read('support', 'dashboard');
SELECT count(*) > 40 AS granted FROM slaops.grant_read('support', 'partial');
-- What a product says of every 25th ticket: it counts around the clock for some, and some nobody can explain.
CREATE TABLE support.vendor_clocks AS
SELECT
    ticket_id, metric,
    CASE
        WHEN ticket_id % 100 = 0 THEN started_at + target_minutes * interval '1 minute'
        WHEN ticket_id % 375 = 25 THEN due_at + interval '1 hour 47 minutes 3 seconds'
        ELSE due_at
    END AS due_at
FROM support.fct_sla_attainment
WHERE metric = 'resolution' AND ticket_id % 25 = 0;
GRANT SELECT ON support.vendor_clocks TO dashboard;
REVOKE SELECT ON support.bottlenecks FROM partial;

-- A team of one group, with its capacity, without any dimension.
\connect single
CREATE EXTENSION slaops;
CREATE SCHEMA raw;
CREATE TABLE raw.tickets AS
SELECT
    i::bigint AS ticket_id, timestamptz '2026-01-05 09:00Z' + i * interval '4 hours' AS created_at,
    'Printer on fire' AS subject, 'Support' AS group_name, 'normal' AS priority,
    CASE WHEN i % 10 > 0 THEN 'solved' ELSE 'open' END AS status, 'ann' AS assignee
FROM generate_series(0, 399) AS i;
CREATE TABLE raw.ticket_events AS
SELECT
    ticket_id, created_at AS event_at, 'created'::text AS event_type, 'customer'::text AS actor_role,
    'someone' AS actor, NULL::text AS new_value
FROM raw.tickets
UNION ALL
SELECT ticket_id, created_at + ticket_id % 7 * interval '30 minutes', 'status', 'agent', 'ann', 'solved'
FROM raw.tickets
WHERE status = 'solved';
CREATE TABLE raw.capacity AS
SELECT 'Support' AS group_name, 2.0::float8 AS fte, 30.0::float8 AS handle_minutes, 8.0::float8 AS hours_per_day;
SELECT count(*) > 0 AS loaded
FROM slaops.load_config(
    'policies: [{name: All, hours: 24x7, targets: {"*": {first_response: 1h, resolution: 2h}}}]', 'one'
);
ALTER DATABASE single SET slaops.as_of = '2026-03-14 09:00+00';
SET slaops.as_of = '2026-03-14 09:00+00';
SELECT count(*) > 40 AS made
FROM slaops.create_marts(
    'support', 'raw.tickets', 'raw.ticket_events', policy_set => 'one', group_capacity => 'raw.capacity'
);
SELECT count(*) > 40 AS granted FROM slaops.grant_read('support', 'dashboard');

-- No ticket, no event, no policy.
\connect nothing
CREATE EXTENSION slaops;
CREATE SCHEMA raw;
CREATE TABLE raw.tickets (
    ticket_id bigint, created_at timestamptz, priority text, group_name text, status text
);
CREATE TABLE raw.ticket_events (
    ticket_id bigint, event_at timestamptz, event_type text, actor_role text, new_value text
);
SELECT count(*) > 40 AS made FROM slaops.create_marts('support', 'raw.tickets', 'raw.ticket_events');
SELECT count(*) > 40 AS granted FROM slaops.grant_read('support', 'dashboard');

-- 303 groups with long names, names in other scripts, and names that try to be markup; no capacities; the
-- tickets of the north are those that the role north sees.
\connect hostile
CREATE EXTENSION slaops;
CREATE SCHEMA raw;
CREATE TABLE raw.names (i integer PRIMARY KEY, name text);
INSERT INTO raw.names VALUES
    (0, '<script>window.pwned = 1</script>'),
    (1, '<img src=x onerror="window.pwned = 1">'),
    (2, '**bold** _slanted_ `code`'),
    (3, '$x^2$ and $$y$$'),
    (4, ':red[red] :material/home: :smile:'),
    (5, '[link](https://evil.example/) https://evil.example/a www.evil.example'),
    (6, '![image](https://evil.example/p.png)'),
    (7, '# heading' || chr(10) || '- list' || chr(10) || '> quote'),
    (8, '<b>tag</b><br><a href="https://evil.example/">tag</a>'),
    (9, '%{x} {schema} %s %(days)s {0}'),
    (10, ''''';DROP SCHEMA support CASCADE;--'),
    (11, '&lt;b&gt;entity&lt;/b&gt; &amp; \* \\ |pipe|'),
    (12, repeat('Sehr langer Name ', 12)),
    (13, 'サポート一次窓口'),
    (14, 'Поддержка первого уровня'),
    (15, 'الدعم الفني'),
    (16, '(none)'),
    (17, ' ');
INSERT INTO raw.names
SELECT i, format('Group %s of the northern and the southern hemisphere', i)
FROM generate_series(18, 302) AS i;
CREATE TABLE raw.tickets AS
SELECT
    ticket.i::bigint AS ticket_id,
    timestamptz '2026-03-02 09:00Z' + ticket.i * interval '7 minutes' AS created_at,
    name AS subject,
    name AS group_name,
    (SELECT other.name FROM raw.names AS other WHERE other.i = ticket.i % 12) AS priority,
    name AS organization_id,
    name AS assignee,
    name AS tier,
    (ARRAY['north', 'south'])[1 + ticket.i % 2] AS region,
    (ARRAY['open', 'solved', 'solved'])[1 + ticket.i % 3] AS status,
    (1 + ticket.i % 5)::float8 AS csat_score,
    ticket.i::float8 AS cost,
    '{"churned": false}'::jsonb AS attributes
FROM generate_series(0, 9000) AS ticket (i)
INNER JOIN raw.names ON names.i = ticket.i % 303;
CREATE TABLE raw.ticket_events AS
SELECT
    ticket_id, created_at AS event_at, 'created'::text AS event_type, 'customer'::text AS actor_role,
    organization_id AS actor, NULL::text AS new_value
FROM raw.tickets
UNION ALL
SELECT ticket_id, created_at + interval '5 minutes', 'group', 'system', NULL, group_name
FROM raw.tickets
UNION ALL
SELECT ticket_id, created_at + interval '20 minutes', 'comment', 'agent', assignee, NULL
FROM raw.tickets
UNION ALL
SELECT ticket_id, created_at + (30 + ticket_id % 200) * interval '1 minute', 'status', 'agent', assignee, status
FROM raw.tickets
WHERE status = 'solved';
ALTER TABLE raw.tickets ADD PRIMARY KEY (ticket_id);
SELECT count(*) > 0 AS loaded
FROM slaops.load_config(
    'policies: [{name: "<b>policy</b> **x**", hours: 24x7, targets: {"*": {first_response: 10m, resolution: 2h}}}]',
    '<i>set</i>'
);
ALTER DATABASE hostile SET slaops.as_of = '2026-04-14 09:00+00';
SET slaops.as_of = '2026-04-14 09:00+00';
SELECT count(*) > 40 AS made
FROM slaops.create_marts(
    'support', 'raw.tickets', 'raw.ticket_events', policy_set => '<i>set</i>', dimensions => '{region,tier}'
);
SELECT count(*) > 40 AS granted FROM slaops.grant_read('support', 'dashboard');
SELECT count(*) > 40 AS granted FROM slaops.grant_read('support', 'north');
ALTER TABLE raw.tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_north ON raw.tickets FOR SELECT TO north USING (region = 'north');
CREATE POLICY of_all ON raw.tickets FOR SELECT TO dashboard USING (true);
