-- Tickets against policies: data, cases and checks of equality. :rows is the number of events; five a ticket.
\set tickets :rows / 5
insert into slaops.calendars (name, calendar) values
    ('amer', 'Mo-Fr 08:00-18:00; PH off @ America/New_York, US'),
    ('emea', 'Mo-Fr 09:00-17:30; PH off @ Europe/Berlin, DE'),
    ('apac', 'Mo-Fr 09:00-18:00; PH off @ Asia/Singapore, SG');
-- Ten policies by tier and brand, with a target for every metric and priority.
insert into slaops.sla_policies (name, position, conditions)
select 'policy ' || i, i, case when i < 10 then jsonb_build_object('tier', (array['gold', 'silver', 'bronze'])[1 + i % 3], 'brand', 'brand ' || i / 3) else '{}' end
from generate_series(1, 10) as i;
insert into slaops.sla_targets (policy, priority, metric, target)
select 'policy ' || i, p, m.name, make_interval(hours => 2 + i + length(p))
from generate_series(1, 10) as i, slaops.metrics as m, unnest('{*,P1,P2}'::text[]) as p;

-- In the shape of Zendesk: some thirteen events a ticket.
create unlogged table bench.zendesk_tickets as
select i as ticket_id, timestamptz '2025-01-01Z' + i * interval '100 min' as created_at, 'P' || (1 + (hashint4(i) & 3)) as priority,
       (array['gold', 'silver', 'bronze'])[1 + (hashint4(i * 7) & 1023) % 3] as tier, 'brand ' || (hashint4(i * 3) & 3) as brand,
       'Tier ' || (1 + (hashint4(i) & 1)) as group_name, 'closed' as status, (array['amer', 'emea', 'apac'])[1 + (hashint4(i * 3) & 1023) % 3] as calendar_name
from generate_series(1, 5000) as i;
create unlogged table bench.zendesk_events as
select t.ticket_id, t.created_at + v.hours * (1 + (hashint4(t.ticket_id) & 7)) * interval '1 hour' as event_at, v.event_type, v.actor_role,
       null::text as actor, null::text as field, v.old_value, v.new_value, v.public, v.seq::bigint
from bench.zendesk_tickets as t, (values
    (1, 0, 'created', 'customer', null, 'new', true), (2, 0, 'comment', 'customer', null, null, true), (3, 1, 'group_name', null, 'Tier 1', 'Tier 2', null),
    (4, 2, 'comment', 'agent', null, null, false), (5, 3, 'comment', 'agent', null, null, true), (6, 3, 'status', 'agent', 'new', 'pending', null),
    (7, 9, 'comment', 'customer', null, null, true), (8, 9, 'status', 'customer', 'pending', 'open', null), (9, 12, 'priority', 'agent', 'P3', 'P2', null),
    (10, 14, 'status', 'agent', 'open', 'hold', null), (11, 30, 'status', 'agent', 'hold', 'open', null), (12, 31, 'comment', 'agent', null, null, true),
    (13, 31, 'status', 'agent', 'open', 'solved', null), (14, 40, 'status', 'customer', 'solved', 'open', null), (15, 44, 'status', 'agent', 'open', 'closed', null))
    as v (seq, hours, event_type, actor_role, old_value, new_value, public)
where v.seq < 14 or hashint4(t.ticket_id) & 3 = 0
order by event_at;

-- Many tickets, five events each, stored as they happened.
create unlogged table bench.many_tickets as
select i as ticket_id, timestamptz '2025-01-01Z' + i * interval '30 s' as created_at, 'P' || (1 + (hashint4(i) & 3)) as priority,
       (array['gold', 'silver', 'bronze'])[1 + (hashint4(i * 7) & 1023) % 3] as tier, 'brand ' || (hashint4(i * 3) & 3) as brand, 'solved' as status,
       (array['amer', 'emea', 'apac'])[1 + (hashint4(i * 3) & 1023) % 3] as calendar_name,
       case when hashint4(i * 5) & 1 = 0 then array['vip', 'tag ' || (hashint4(i) & 7)] end as tags,
       (hashint4(i * 11) & 1023)::float8 as cost, jsonb_build_object('plan', 'plan ' || (hashint4(i * 13) & 15)) as attributes
from generate_series(1, :tickets) as i;
create unlogged table bench.many_events as
select t.ticket_id, t.created_at + v.later * ((hashint4(t.ticket_id) & 16383) + 100) as event_at, v.event_type, v.actor_role, null::text as actor,
       null::text as field, v.old_value, v.new_value, v.public, v.seq::bigint
from bench.many_tickets as t, (values
    (1, interval '0', 'created', 'customer', null, 'new', null), (2, '3 s', 'comment', 'agent', null, null, true), (3, '3 s', 'status', 'agent', 'new', 'pending', null),
    (4, '9 s', 'status', 'customer', 'pending', 'open', null), (5, '20 s', 'status', 'agent', 'open', 'solved', null))
    as v (seq, later, event_type, actor_role, old_value, new_value, public)
order by event_at;
create index on bench.many_events (ticket_id);
alter table bench.many_tickets add primary key (ticket_id);
create unlogged table bench.some_tickets as select * from bench.many_tickets where ticket_id <= 10000;
create unlogged table bench.some_events as select * from bench.many_events where ticket_id <= 10000 order by event_at;
create index on bench.some_events (ticket_id);
alter table bench.some_tickets add primary key (ticket_id);
vacuum analyze bench.zendesk_tickets, bench.zendesk_events, bench.many_tickets, bench.many_events, bench.some_tickets, bench.some_events;
select from slaops.create_marts('zendesk', 'bench.zendesk_tickets', 'bench.zendesk_events', stored => false);
select from slaops.create_marts('many', 'bench.many_tickets', 'bench.many_events', stored => false);
select from slaops.create_marts('few', 'bench.some_tickets', 'bench.some_events', stored => false);

-- Fifty policies as rows, as SQL, and as jsonb tests.
create table bench.fifty as
select i as position, 'policy ' || i as name, case i % 5
    when 0 then jsonb_build_object('tier', 'gold', 'priority', jsonb_build_array('P1', 'P' || 2 + i % 3), 'plan', 'plan ' || i % 16)
    when 1 then jsonb_build_object('brand', 'brand ' || i % 4, 'cost', jsonb_build_object('at_least', 1000 - i, 'less_than', 1001 - i))
    when 2 then jsonb_build_object('tags', 'tag ' || i % 8, 'tier', 'silver', 'plan', 'plan ' || i % 16)
    when 3 then jsonb_build_object('tags', null, 'cost', jsonb_build_object('more_than', 1020 - i % 10), 'brand', 'brand ' || i % 4)
    else jsonb_build_object('calendar_name', 'apac', 'priority', 'P' || 1 + i % 4, 'plan', 'plan ' || i % 13, 'tier', jsonb_build_object('not', 'gold')) end as conditions
from generate_series(1, 50) as i;
insert into slaops.sla_policies (policy_set, name, position, conditions) select 'fifty', name, position, conditions from bench.fifty;
select format('create function bench.by_case(t bench.many_tickets) returns text language sql immutable as $f$ select case %s end $f$',
    string_agg(format('when %s then %L', case position % 5
        when 0 then format('t.tier = ''gold'' and t.priority in (''P1'', %L) and t.attributes ->> ''plan'' = %L', 'P' || 2 + position % 3, 'plan ' || position % 16)
        when 1 then format('t.brand = %L and t.cost >= %s and t.cost < %s', 'brand ' || position % 4, 1000 - position, 1001 - position)
        when 2 then format('%L = any (t.tags) and t.tier = ''silver'' and t.attributes ->> ''plan'' = %L', 'tag ' || position % 8, 'plan ' || position % 16)
        when 3 then format('t.tags is null and t.cost > %s and t.brand = %L', 1020 - position % 10, 'brand ' || position % 4)
        else format('t.calendar_name = ''apac'' and t.priority = %L and t.attributes ->> ''plan'' = %L and t.tier <> ''gold''', 'P' || 1 + position % 4, 'plan ' || position % 13) end, name), ' ' order by position))
from bench.fifty \gexec
create table bench.fifty_contained as
select position, name, conditions from bench.fifty where position % 5 in (0, 4);

insert into bench.cases (name, suite, rows, baseline, target, query) values
('all metrics of 5,000 tickets in the shape of Zendesk', 'tickets', 5000, null, 1000,
    $$select count(*), sum(elapsed_minutes), count(due_at), count(cause_status) from zendesk.int_sla_clocks$$),
('all metrics, 10,000 tickets', 'tickets', 10000, null, null,
    $$select count(*), sum(elapsed_minutes), count(due_at) from few.int_sla_clocks$$),
('all metrics, every ticket', 'many', :tickets, null, null,
    $$select count(*), sum(elapsed_minutes), count(due_at) from many.int_sla_clocks$$),
('50 policies as a CASE in SQL', 'many', :tickets, null, null,
    $$select count(bench.by_case(t)) from bench.many_tickets as t$$),
('50 policies by match_policy', 'many', :tickets, '50 policies as a CASE in SQL', 1.5,
    $$select count(slaops.match_policy(t, 'fifty')) from bench.many_tickets as t$$),
('20 of the policies as a nested loop of jsonb tests', 'tickets', 10000, null, null,
    $$select count((select name from bench.fifty_contained as p where (to_jsonb(t) || t.attributes) @> (p.conditions - 'priority' - 'tier') order by position limit 1)) from bench.some_tickets as t$$),
('50 policies by match_policy beside it', 'tickets', 10000, '20 of the policies as a nested loop of jsonb tests', 1.0,
    $$select count(slaops.match_policy(t, 'fifty')) from bench.some_tickets as t$$);

do $$
declare
    wrong bigint;
begin
    select count(*) into wrong from bench.some_tickets as s join bench.many_tickets as t using (ticket_id)
    where slaops.match_policy(s, 'fifty') is distinct from bench.by_case(t);
    if wrong <> 0 then raise '% policies differ from the CASE', wrong; end if;
    if (select count(distinct slaops.match_policy(s, 'fifty')) from bench.some_tickets as s) < 20 then raise 'too few policies match'; end if;
    select count(*) into wrong from zendesk.int_sla_clocks where status is null or (elapsed_minutes is null and status <> 'not_started');
    if wrong <> 0 then raise '% clocks without a status', wrong; end if;
end $$;
