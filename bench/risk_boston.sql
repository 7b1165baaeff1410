-- Boston's cases of 2015 as a desk with made-up targets, from the table service_request, which has
-- the columns of the file as text: tickets, events (none), policies.
SET client_min_messages = warning;
SET TimeZone = 'America/New_York';
CREATE SCHEMA city;
CREATE TABLE city.tickets AS
SELECT
    request.case_id AS ticket_id,
    request.opened_at::timestamptz AS created_at,
    nullif(request.closed_at, '')::timestamptz AS solved_at,
    CASE WHEN coalesce(request.closed_at, '') = '' THEN 'open' ELSE 'solved' END AS status,
    request.type,
    request.queue AS group_name,
    request.department AS brand,
    request.neighborhood AS region,
    request.source AS channel
FROM service_request AS request;
CREATE TABLE city.ticket_events (
    ticket_id text, event_at timestamptz, event_type text, old_value text, new_value text
);
SELECT FROM slaops.load_config($config$
calendars:
  city_hall: Mo-Fr 08:30-17:00; PH off; 2015 Jul 03 08:30-17:00 @ America/New_York, US-MA
policies:
  - name: signs and lights
    when: {type: [Street Light Outages, Sign Repair, Missing Sign]}
    calendar: city_hall
    targets: {'*': {resolution: 10d}}
  - name: the rest
    calendar: city_hall
    targets: {'*': {resolution: 20d}}
$config$, policy_set => 'risk_boston');
SELECT FROM slaops.create_marts(
    'city_marts', 'city.tickets', 'city.ticket_events', policy_set => 'risk_boston',
    time_zone => 'America/New_York', refresh => false
);
