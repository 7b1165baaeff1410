SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 5000);
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', time_zone => 'America/New_York', group_capacity => 'demo.group_capacity', agents => 'demo.agents');
RESET slaops.as_of;
\ir recompute.sql
\ir dashboards.sql
