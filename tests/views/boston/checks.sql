-- After examples/boston311.sql: its due times against days counted one by one, and against the city's own.
SELECT pg_temp.yes('all cases are there', (SELECT count(*) FROM promise) = CASE :'file' WHEN 'slice' THEN 9011 ELSE 55750 END);

-- The same time, so many days later, without any target, policy or clock.
CREATE TEMP TABLE plain AS
SELECT p.*, CASE calendar_name
           WHEN 'city_hall' THEN slaops.business_day_add('city_hall', opening::date, days) + opening::time
           ELSE created_at::timestamp + days * interval '1 day' END::timestamptz AS plain_due_at
FROM (SELECT *, substring(policy FROM '^\d+')::integer AS days,
             CASE WHEN slaops.is_open('city_hall', created_at) THEN created_at ELSE slaops.next_open('city_hall', created_at) END AS opening
      FROM promise WHERE policy IS NOT NULL) AS p;
SELECT pg_temp.no('due times that are not the same time of a later day', count(*)) FROM plain WHERE due_at IS DISTINCT FROM plain_due_at;
SELECT pg_temp.yes('some days between are of 23 or 25 hours', (SELECT count(*) > 900 FROM plain WHERE calendar_name = 'every_day' AND due_at <> created_at + days * interval '24 hours'));

-- The rules that the data's description names, from March on, and over the whole year with the rules of before.
CREATE TEMP TABLE named (type text, days integer, fewest numeric, cases bigint, march_cases bigint);
INSERT INTO named VALUES
    ('Street Light Outages', 10, 0.985, 5701, 4894), ('Sign Repair', 10, 0.995, 4318, 3990), ('Sticker Request', 1, 1, 2459, 2214),
    ('Abandoned Vehicles', 12, 0.99, 2603, 2289);
SELECT pg_temp.no('named rules that reproduce less than they should: ' || coalesce(string_agg(type || ' ' || all_year || ' ' || march, ', '), ''), count(*))
FROM named JOIN (
    SELECT type, round(avg(reproduced::integer), 4) AS all_year, round(avg(reproduced::integer) FILTER (WHERE created_at >= '2015-03-01'), 4) AS march,
           count(*) AS n, count(*) FILTER (WHERE created_at >= '2015-03-01') AS march_n, max(days) FILTER (WHERE created_at >= '2015-03-01') AS longest,
           min(days) FILTER (WHERE created_at >= '2015-03-01') AS shortest
    FROM plain GROUP BY type) AS p USING (type)
WHERE all_year < fewest OR march < fewest OR longest <> days OR shortest <> days
   OR :'file' = 'whole' AND (n, march_n) <> (named.cases, named.march_cases);
SELECT pg_temp.yes('they are all there', (SELECT count(DISTINCT type) FROM plain JOIN named USING (type)) = 4);

-- All types: how many there are, and how many are as good as those.
CREATE TEMP TABLE found AS
SELECT type, count(*) AS cases, avg(reproduced::integer) AS share FROM plain GROUP BY type;
SELECT pg_temp.yes('the rules explain nearly all',
    (SELECT sum(cases * share) / sum(cases) FROM found) > 0.978 AND (SELECT sum(cases) FROM found) = CASE :'file' WHEN 'slice' THEN 8986 ELSE 55572 END);
SELECT pg_temp.yes('61 of 75 types to 98.5 %', :'file' = 'slice' OR (SELECT count(*) = 75 AND count(*) FILTER (WHERE share >= 0.985) = 61 FROM found));

-- The city's flags, which are its own reading of its due times: with the same due time there is no other flag.
SELECT pg_temp.no('flags that differ where the due time does not', count(*)) FROM promise
WHERE reproduced AND city_flag IS NOT NULL AND (city_flag = 'OVERDUE') <> (sla_status = 'breached');
SELECT pg_temp.yes('and few besides', (SELECT avg(((city_flag = 'OVERDUE') = (sla_status = 'breached'))::integer) FROM promise WHERE policy IS NOT NULL) > 0.99);
SELECT pg_temp.yes('both are there', (SELECT count(*) FROM promise WHERE sla_status = 'breached') > 2000 AND (SELECT count(*) FROM promise WHERE sla_status = 'met') > 2000);
