-- 100,000 questions with 15 fields: ten numbers and five texts, of which one has 5,000 values.
CREATE SCHEMA bench;
SELECT setseed(0.5);
CREATE TABLE bench.question AS
SELECT
    i, timestamptz '2026-01-05Z' + i / 4000 * interval '6 days' AS asked_at,
    round((100 * random())::numeric, 2) AS n1, round((100 * random())::numeric, 2) AS n2,
    round((100 * random())::numeric, 2) AS n3, round((100 * random())::numeric, 2) AS n4,
    (10 * random())::integer AS n5, (10 * random())::integer AS n6, (10 * random())::integer AS n7,
    (24 * random())::integer AS n8, (7 * random())::integer AS n9, random() < 0.1 AS n10,
    'type ' || (20 * random())::integer AS t1, 'group ' || (100 * random())::integer AS t2,
    'channel ' || (5 * random())::integer AS t3, 'tier ' || (3 * random())::integer AS t4,
    'organization ' || (5000 * random() * random())::integer AS t5, random() AS luck
FROM generate_series(1, 100000) AS i;
ALTER TABLE bench.question ADD breached boolean;
UPDATE bench.question
SET breached = luck < 1 / (1 + exp(
    -(n1 - n2) / 20.0 * (1 + n5 / 5.0) - hashtext(t1) % 100 / 60.0 - hashtext(t2) % 100 / 90.0
    - CASE WHEN n3 > 60 AND n8 > 12 THEN 2 ELSE -0.5 END
));
CREATE VIEW bench.asked AS
SELECT i, asked_at, breached, to_jsonb(question) - '{i,asked_at,luck,breached}'::text[] AS fields
FROM bench.question;
