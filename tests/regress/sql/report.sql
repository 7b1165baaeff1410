-- The report: a page of its views' figures, in which every name is text.
SET client_min_messages = warning;
SELECT slaops.html_text(given.value)
FROM (
    VALUES
        (''),
        (NULL),
        ('plain'),
        ('<script>alert(1)</script>'),
        ('R&D "x" ''y'' &amp; ]]>'),
        (E'two\nlines\ttab'),
        (E'bell\x07 escape\x1b[31m delete\x7f'),
        ('Ünïcode 漢字 🦀')
) AS given (value);

-- A team of 1000 tickets, whose groups are named as somebody might who wants to be more than text.
SELECT count(*) AS loaded FROM slaops.load_sample('page_demo', 1000);
CREATE SCHEMA "page <b>&";
CREATE FUNCTION "page <b>&".hostile(name text) RETURNS text LANGUAGE sql IMMUTABLE RETURN CASE name
    WHEN 'Tier 1' THEN '"><script>alert(''1'')</script><td x="&amp;'
    WHEN 'Tier 2' THEN E']]>\n</svg><style>* {display: none}</style> -->'
    ELSE name
END;
CREATE VIEW "page <b>&".ticket AS
SELECT
    ticket.ticket_id, ticket.created_at, ticket.priority, ticket.status,
    "page <b>&".hostile(ticket.group_name) AS group_name, ticket.assignee, ticket.solved_at,
    ticket.csat_score, ticket.cost, ticket.calendar_name
FROM page_demo.tickets AS ticket;
CREATE VIEW "page <b>&".event AS
SELECT
    event.ticket_id, event.event_at, event.event_type, event.actor_role, event.public,
    CASE event.event_type WHEN 'group_name' THEN "page <b>&".hostile(event.old_value)
    ELSE event.old_value END AS old_value,
    CASE event.event_type WHEN 'group_name' THEN "page <b>&".hostile(event.new_value)
    ELSE event.new_value END AS new_value
FROM page_demo.ticket_events AS event;
CREATE TABLE "page <b>&".capacity AS SELECT * FROM page_demo.group_capacity;
UPDATE "page <b>&".capacity SET group_name = "page <b>&".hostile(group_name);
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'page <b>&', '"page <b>&".ticket', '"page <b>&".event', policy_set => 'page_demo',
    group_capacity => '"page <b>&".capacity'
);
CREATE TABLE "page <b>&".page AS
SELECT
    made.html,
    xmlparse(DOCUMENT replace(made.html, '<!DOCTYPE html>', '')) AS doc
FROM slaops.monday_report('page <b>&') AS made (html);
-- Everything is closed, nothing is fetched, nothing runs, and it is small.
SELECT
    html ~ '^<!DOCTYPE html>\n<html lang="en">' AS is_html,
    html !~* '(<script|<base|<link|<iframe|<img|<object|<embed|<form|javascript:|https?:|url\(|@import|\son\w+=)'
    AS is_quiet,
    octet_length(html) < 60000 AS is_small
FROM "page <b>&".page;
SELECT element.name, count(*)
FROM "page <b>&".page AS page
CROSS JOIN LATERAL unnest(xpath('//*', page.doc)) AS node
CROSS JOIN LATERAL (SELECT substring(node::text, '^<(\w+)') AS name) AS element
WHERE element.name IN ('section', 'h1', 'h2', 'style', 'title', 'svg', 'polygon', 'polyline', 'table', 'li', 'b')
GROUP BY element.name
ORDER BY element.name COLLATE "C";
CREATE FUNCTION pg_temp.texts(path text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT (xpath('string(/*)', node))[1]::text
    FROM "page <b>&".page AS page, unnest(xpath(path, page.doc)) AS node
$$;
-- Names are read back as they are, up to what is escaped by xml's own output.
SELECT text FROM pg_temp.texts('//section[@id="groups"]//tbody//th') AS text;
SELECT regexp_replace(text, '[0-9]+ days old', 'N days old') AS text
FROM pg_temp.texts('//header/p') AS text;
-- Each figure is that of its view.
SELECT
    kpi.figure,
    card.value,
    card.change,
    round(kpi.value::numeric, 2) AS value_of_view,
    round(kpi.change::numeric, 2) AS change_of_view,
    kpi.good
FROM "page <b>&".page AS page
CROSS JOIN LATERAL unnest(xpath('//div[@class="card"]', page.doc)) AS node
CROSS JOIN LATERAL (
    SELECT
        (xpath('string(/div/@data-figure)', node))[1]::text AS figure,
        (xpath('string(/div/p[@class="value"])', node))[1]::text AS value,
        (xpath('string(/div/p[@class="change"])', node))[1]::text AS change
) AS card
FULL JOIN (SELECT * FROM "page <b>&".kpi WHERE level = 'all' AND metric IS NULL) AS kpi
    ON kpi.figure = card.figure
ORDER BY kpi.figure;
SELECT
    row.metric,
    row.texts,
    row.texts[1] = to_char(round(overview.attainment::numeric * 100, 1), 'FM990.0') || ' %'
    AND row.texts[5] = overview.open_breached::text AS is_of_view
FROM "page <b>&".page AS page
CROSS JOIN LATERAL unnest(xpath('//section[@id="attainment"]//tbody/tr', page.doc)) AS node
CROSS JOIN LATERAL (
    SELECT
        (xpath('string(/tr/@data-metric)', node))[1]::text AS metric,
        array(SELECT (xpath('string(/td)', cell))[1]::text FROM unnest(xpath('/tr/td', node)) AS cell)
        AS texts
) AS row
FULL JOIN (SELECT * FROM "page <b>&".sla_overview WHERE level = 'all') AS overview
    ON overview.metric = row.metric
ORDER BY overview.attainment, overview.metric;
SELECT summary.wip, summary.past_target, text
FROM pg_temp.texts('//section[@id="backlog"]/p') AS text, "page <b>&".backlog_summary AS summary;
SELECT volume.text, past.created, past.solved, round(ahead.expected) AS expected
FROM pg_temp.texts('//section[@id="volume"]/p') AS volume (text),
    (
        SELECT sum(created) AS created, sum(solved) AS solved
        FROM "page <b>&".mart_daily_totals
        WHERE day >= '2025-12-06' AND is_complete
    ) AS past,
    (SELECT sum(expected) AS expected FROM "page <b>&".volume_forecast WHERE level = 'all') AS ahead;
-- The lines have a point a day: 30 days, and 28 with the two edges of each band.
SELECT
    (xpath('string(/*/@class)', node))[1]::text AS line,
    cardinality(string_to_array((xpath('string(/*/@points)', node))[1]::text, ' ')) AS points
FROM "page <b>&".page AS page, unnest(xpath('//*[@points]', page.doc)) AS node;
SELECT
    text LIKE '%' || slaops.html_text(advice.action) || '%'
    OR text LIKE '%' || advice.action || '%' AS is_of_view
FROM (
    SELECT row_number() OVER () AS rank, text
    FROM pg_temp.texts('//section[@id="recommendations"]//li') AS text
) AS shown
JOIN "page <b>&".recommendations AS advice USING (rank);

-- Nobody reads more by it than by the views; what is missing is said.
CREATE ROLE page_reader;
GRANT USAGE ON SCHEMA slaops TO page_reader;
SET ROLE page_reader;
SELECT * FROM refusal($$SELECT slaops.monday_report('page <b>&')$$);
RESET ROLE;
GRANT USAGE ON SCHEMA "page <b>&" TO page_reader;
SET ROLE page_reader;
SELECT * FROM refusal($$SELECT slaops.monday_report('page <b>&')$$);
RESET ROLE;
SELECT count(*) > 30 AS granted FROM slaops.grant_read('page <b>&', 'page_reader');
SET ROLE page_reader;
SELECT slaops.monday_report('page <b>&') ~ '</html>' AS is_page;
RESET ROLE;
SELECT * FROM refusal($$SELECT slaops.monday_report('nowhere')$$);
SELECT * FROM refusal($$SELECT slaops.monday_report(NULL)$$);
SELECT * FROM refusal($$SELECT slaops.monday_report('page_demo')$$);

-- No ticket at all.
CREATE TABLE page_demo.no_ticket AS SELECT * FROM page_demo.tickets LIMIT 0;
CREATE TABLE page_demo.no_event AS SELECT * FROM page_demo.ticket_events LIMIT 0;
CREATE SCHEMA page_none;
SELECT count(*) > 30 AS made
FROM slaops.create_marts('page_none', 'page_demo.no_ticket', 'page_demo.no_event');
TRUNCATE "page <b>&".page;
INSERT INTO "page <b>&".page
SELECT made.html, xmlparse(DOCUMENT replace(made.html, '<!DOCTYPE html>', ''))
FROM slaops.monday_report('page_none') AS made (html);
SELECT text FROM pg_temp.texts('//section/p') AS text;
-- 40 groups with long names: still small.
CREATE VIEW page_demo.many AS
SELECT ticket_id, created_at, status, solved_at, repeat('漢<&', 40) || ticket_id % 40 AS group_name
FROM page_demo.tickets;
CREATE VIEW page_demo.many_event AS
SELECT
    ticket_id, created_at AS event_at, 'group_name' AS event_type, NULL::text AS old_value,
    group_name AS new_value
FROM page_demo.many;
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('page_none');
SELECT count(*) > 30 AS made
FROM slaops.create_marts('page_none', 'page_demo.many', 'page_demo.many_event');
TRUNCATE "page <b>&".page;
INSERT INTO "page <b>&".page
SELECT made.html, xmlparse(DOCUMENT replace(made.html, '<!DOCTYPE html>', ''))
FROM slaops.monday_report('page_none') AS made (html);
SELECT octet_length(html) < 60000 AS is_small FROM "page <b>&".page;
SELECT text FROM pg_temp.texts('//section[@id="groups"]/p[last()]') AS text;
SELECT count(*), max(length(text)) FROM pg_temp.texts('//section[@id="groups"]//tbody//th') AS text;
\set QUIET on
RESET slaops.as_of;
DROP SCHEMA "page <b>&", page_none, page_demo CASCADE;
DROP OWNED BY page_reader;
DROP ROLE page_reader;
RESET client_min_messages;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
DELETE FROM slaops.calendars;
