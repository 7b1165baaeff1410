-- The data and the cases. Variables: rows.
\set ON_ERROR_STOP on
\set QUIET on
set client_min_messages = warning;
create extension slaops;
select exists (select from pg_available_extensions where name = 'pg_prewarm') as prewarm \gset
\if :prewarm
create extension pg_prewarm;
\endif
create schema bench;

-- One calendar for all rows.
create function bench.constant() returns slaops.calendar language sql immutable
return 'Mo-Fr 09:00-17:00; PH off @ America/New_York, US'::slaops.calendar;

-- `n` distinct dates from 2016 to 2025, the same ones for each `seed`.
create function bench.dates(n int, seed int) returns date[] language sql immutable
return (select array_agg(day order by day) from (
    select date '2016-01-01' + i as day from generate_series(0, 3650) i
    order by hashint8extended(i, seed) limit n) d);

-- Calendar `i` of many different ones: ten zones, five weeks, some with public holidays, each with
-- `dated` dated closings.
create function bench.calendar(i int, dated int) returns slaops.calendar language sql immutable
return slaops.make_calendar(
    (array['Mo-Fr 09:00-17:00', 'Mo-Fr 09:00-12:00,13:00-18:00', 'Mo-Fr 08:00-20:00; Sa 10:00-16:00',
           'Mo-Su 06:00-22:00', 'Mo-Th 09:00-17:30; Fr 09:00-15:00'])[1 + i / 10 % 5],
    (array['America/New_York', 'Europe/Berlin', 'Europe/London', 'Asia/Kolkata', 'Australia/Sydney',
           'UTC', 'America/Sao_Paulo', 'Asia/Tokyo', 'America/Los_Angeles', 'Europe/Paris'])[1 + i % 10],
    (array['US', 'DE', null, 'IN', 'AU', null, 'BR', null, 'US', 'FR'])[1 + i % 10],
    bench.dates(dated, i));

insert into slaops.calendars (name, calendar)
select format('desk-%s', i), bench.calendar(i, 20) from generate_series(0, 49) i;

create unlogged table bench.tickets (
    a timestamptz not null, b timestamptz not null, minutes float8 not null, c int not null,
    name text not null, cal slaops.calendar not null);
select setseed(0.5) \g /dev/null
insert into bench.tickets
select a, a + random() * interval '14 days', random() * 4800, c, format('desk-%s', c), cals[c + 1]
from (select timestamptz '2016-01-01' + random() * interval '3638 days' as a, (random() * 50)::int % 50 as c
      from generate_series(1, :rows)) r,
     (select array_agg(bench.calendar(i, 20) order by i) as cals from generate_series(0, 49) i offset 0) k;

-- Large calendars out of line: 50 that rows join, and one stored with each row.
create unlogged table bench.large (c int primary key, cal slaops.calendar not null);
alter table bench.large alter cal set storage external;
insert into bench.large select i, bench.calendar(i, 1500) from generate_series(0, 49) i;
create unlogged table bench.toasted (a timestamptz not null, b timestamptz not null, cal slaops.calendar not null);
alter table bench.toasted alter cal set storage external;
insert into bench.toasted select a, b, l.cal
from (select * from bench.tickets limit :rows / 100) t join bench.large l using (c);
do $$ begin
    if (select pg_relation_size(reltoastrelid) from pg_class where oid = 'bench.toasted'::regclass) = 0 then
        raise 'the large calendars were not stored out of line';
    end if;
end $$;

-- Native SQL: the same opening hours without slaops, but for the dates of the holidays.
create unlogged table bench.periods as
select opens, closes, sum(minutes) over (order by opens) - minutes as before
from (select opens, closes, (date_part('epoch', closes - opens) / 60) as minutes
      from (select (day + time '09:00') at time zone 'America/New_York' as opens,
                   (day + time '17:00') at time zone 'America/New_York' as closes
            from generate_series(timestamp '2015-12-01', '2026-03-01', '1 day') d(day)
            where extract(isodow from day) < 6
              and day::date not in (select day from slaops.holidays(bench.constant(), '2015-12-01', '2026-03-01'))) p) q;
create unique index on bench.periods (opens) include (closes, before);
create unlogged table bench.multirange as select range_agg(tstzrange(opens, closes)) as mr from bench.periods;
create unlogged table bench.probes as select a, b from bench.tickets limit greatest(:rows / 50, 1000);
create unlogged table bench.few as select a, b, minutes from bench.tickets limit 2000;

-- Events of SLA clocks: five for each ticket, in random order.
create unlogged table bench.events (ticket int not null, at timestamptz not null, signal text not null);
insert into bench.events
select ticket, at, signal from (
    select i / 5 as ticket, timestamptz '2016-01-01' + (i / 5 % 3638) * interval '1 day' + i % 5 * random() * interval '1 day' as at,
           (array['start', 'pause', 'resume', 'pause', 'stop'])[1 + i % 5] as signal
    from generate_series(0, :rows - 1) i) e
order by random();

-- The same events; the planner is told of few tickets, as it aggregates in workers only if few groups
-- come of many rows.
create unlogged table bench.events_split as table bench.events;
alter table bench.events_split alter ticket set (n_distinct = 1000);

-- First use, and memory.
create table bench.first_use as
select (v.text)::slaops.calendar as cal, v.text from (
    select 'Mo-Th 09:00-17:00; Fr 09:00-15:00; PH off; '
        || string_agg(to_char(d, 'YYYY Mon DD') || case when i % 2 = 0 then ' off' else ' 10:00-14:00' end, '; ')
        || ' @ America/New_York, US' as text
    from unnest(bench.dates(120, 7)) with ordinality u(d, i)) v;
create table bench.many as select i, bench.calendar(i, 20 + i / 50) as cal from generate_series(0, 199) i;
analyze;
vacuum (freeze, analyze) bench.tickets, bench.toasted, bench.large, bench.periods, bench.events, bench.events_split, bench.probes, bench.few;
\if :prewarm
select sum(pg_prewarm(r)) from unnest(array['bench.tickets', 'bench.toasted', 'bench.events',
    (select reltoastrelid::regclass::text from pg_class where oid = 'bench.toasted'::regclass)]::regclass[]) r \g /dev/null
\endif
