-- The city's target_at as the figures of a vendor: attach, create_marts, and reconciliation says how many due times are the same.
CREATE VIEW service_event AS
SELECT case_id, opened_at, 'created' AS what, NULL AS new_value FROM service_request WHERE target_at <> ''
UNION ALL SELECT case_id, closed_at, 'status', 'closed' FROM service_request WHERE target_at <> '' AND closed_at <> '';
CREATE VIEW service_case AS SELECT * FROM service_request WHERE target_at <> '';
SELECT FROM slaops.attach(
    'generic', schema => 'boston', tickets => 'service_case', ticket_events => 'service_event', time_zone => 'America/New_York',
    columns => '{
        "tickets": {"ticket_id": "case_id", "created_at": "(tickets.opened_at::timestamp)", "vendor_resolution_due_at": "(tickets.target_at::timestamp)"},
        "ticket_events": {"ticket_id": "case_id", "event_at": "(ticket_events.opened_at::timestamp)", "event_type": "what"}
    }'
);
SET slaops.as_of = '2016-01-12 23:00 America/New_York';
SELECT FROM slaops.create_marts('boston', policy_set => 'boston311');
DROP TABLE IF EXISTS city_clock;
CREATE TABLE city_clock AS
SELECT f.*, r.type, r.opened_at::timestamp AS opened_at FROM slaops.reconciliation('boston', tolerance => '5 minutes') AS f JOIN service_request AS r ON r.case_id = f.ticket_id;
SELECT pg_temp.yes('every case is compared', count(*) = CASE :'file' WHEN 'slice' THEN 9011 ELSE 55750 END) FROM city_clock;
-- The types with a constant rule, from March on: as many agree as the data's description says.
SELECT pg_temp.no('types of which too few agree: ' || coalesce(string_agg(type || ' ' || share, ', '), ''), count(*))
FROM named LEFT JOIN (SELECT type, round(avg(agrees::int), 4) AS share FROM city_clock WHERE opened_at >= '2015-03-01' GROUP BY type) AS agreeing USING (type)
WHERE share >= fewest IS NOT TRUE;
SELECT pg_temp.yes('other cases agree than the example finds: ' || count(*), count(*) < 20) FROM city_clock AS f JOIN promise AS p USING (ticket_id) WHERE f.agrees IS DISTINCT FROM p.reproduced;
SELECT pg_temp.no('differences of cases without a rule that have a cause', count(*)) FROM city_clock AS f JOIN promise AS p USING (ticket_id) WHERE p.policy IS NULL AND f.cause <> 'no clock';

-- Of what differs, a rule that nobody has written down: two years where the examples' rule says otherwise.
SELECT pg_temp.yes('cases promised in two years', count(*) >= 20) FROM city_clock WHERE cause = 'other target' AND switch = '{"target_minutes": 1051200}';
SELECT FROM slaops.drop_marts('boston');
DROP SCHEMA boston CASCADE;
