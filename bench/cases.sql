-- What is timed, and how.
create table bench.cases (
    name text primary key, suite text not null, rows bigint not null, baseline text, target float8,
    query text not null, workers int not null default 0, position serial);
create table bench.runs (name text, round int, ms float8);

create procedure bench.measure(wanted text, rounds int) language plpgsql as $$
declare
    k record;
    started timestamptz;
begin
    for round in 1..rounds loop
        for k in select * from bench.cases where suite = wanted order by position loop
            perform set_config('max_parallel_workers_per_gather', k.workers::text, true);
            started := clock_timestamp();
            execute k.query;
            insert into bench.runs values
                (k.name, round, date_part('epoch', clock_timestamp() - started) * 1000);
            commit;
        end loop;
    end loop;
end $$;

create view bench.medians as
select name, percentile_cont(0.5) within group (order by ms) as ms from bench.runs group by name;

insert into bench.cases (name, suite, rows, baseline, target, query) values
('baseline: epoch of b - a', 'time', :rows, null, null,
    $$select sum(date_part('epoch', b - a) / 60) from bench.tickets$$),
('business_minutes, constant', 'time', :rows, 'baseline: epoch of b - a', 1.0,
    $$select sum(slaops.business_minutes('Mo-Fr 09:00-17:00; PH off @ America/New_York, US'::slaops.calendar, a, b)) from bench.tickets$$),
('business_add, constant', 'time', :rows, 'baseline: epoch of b - a', 1.2,
    $$select max(slaops.business_add('Mo-Fr 09:00-17:00; PH off @ America/New_York, US'::slaops.calendar, a, minutes)) from bench.tickets$$),
('business_minutes, column of 50 calendars', 'time', :rows, 'baseline: epoch of b - a', 1.5,
    $$select sum(slaops.business_minutes(cal, a, b)) from bench.tickets$$),
('business_minutes, column of 50 names', 'time', :rows, 'baseline: epoch of b - a', 1.5,
    $$select sum(slaops.business_minutes(name, a, b)) from bench.tickets$$),
('business_days, constant', 'time', :rows, null, null,
    $$select sum(slaops.business_days('Mo-Fr 09:00-17:00; PH off @ America/New_York, US'::slaops.calendar, a::date, b::date)) from bench.tickets$$),

('baseline: epoch, join of 50', 'join', :rows, null, null,
    $$select sum(date_part('epoch', b - a) / 60) from bench.tickets join bench.large using (c)$$),
('business_minutes, join of 50 out of line', 'join', :rows, 'baseline: epoch, join of 50', 1.5,
    $$select sum(slaops.business_minutes(l.cal, a, b)) from bench.tickets join bench.large l using (c)$$),

('baseline: epoch, row with a large calendar', 'toast', :rows / 100, null, null,
    $$select sum(date_part('epoch', b - a) / 60) from bench.toasted$$),
('business_minutes, each row''s own out of line', 'toast', :rows / 100, 'baseline: epoch, row with a large calendar', 1.5,
    $$select sum(slaops.business_minutes(cal, a, b)) from bench.toasted$$),

('native: prefix sums, two probes', 'native', greatest(:rows / 50, 1000), null, null,
    $$select sum(y.m - x.m) from bench.probes,
      lateral (select before + date_part('epoch', least(closes, a) - opens) / 60 as m from bench.periods where opens <= a order by opens desc limit 1) x,
      lateral (select before + date_part('epoch', least(closes, b) - opens) / 60 as m from bench.periods where opens <= b order by opens desc limit 1) y$$),
('business_minutes beside it', 'native', greatest(:rows / 50, 1000), 'native: prefix sums, two probes', 1.0,
    $$select sum(slaops.business_minutes('Mo-Fr 09:00-17:00; PH off @ America/New_York, US'::slaops.calendar, a, b)) from bench.probes$$),
('native: multirange of ten years', 'native', 2000, null, null,
    $$select sum((select sum(date_part('epoch', upper(p) - lower(p)) / 60)
                  from unnest((select mr + '{}' from bench.multirange) * tstzrange(a, b)::tstzmultirange) p)) from bench.few$$),
('business_minutes beside that', 'native', 2000, 'native: multirange of ten years', 1.0,
    $$select sum(slaops.business_minutes('Mo-Fr 09:00-17:00; PH off @ America/New_York, US'::slaops.calendar, a, b)) from bench.few$$),

('baseline: array_agg by ticket', 'clock', :rows, null, null,
    $$select count(x) from (select array_agg(at) as x from bench.events group by ticket offset 0) s$$),
('sla_clock_agg by ticket', 'clock', :rows, 'baseline: array_agg by ticket', 1.5,
    $$select count(x) from (select slaops.sla_clock_agg(at, signal) as x from bench.events group by ticket offset 0) s$$);
-- For these the ratio is to the same query in one process: 0.5 is a speedup of two.
insert into bench.cases (name, suite, rows, baseline, target, query, workers)
select replace(name, 'baseline: ', '') || suffix, 'split', rows,
    case when w.n > 0 then replace(name, 'baseline: ', '') || ', few groups planned' end, null,
    replace(query, 'bench.events', 'bench.events_split'), w.n
from bench.cases, (values (', few groups planned', 0), (', few groups planned, 2 workers', 2)) w(suffix, n)
where suite = 'clock' order by position, w.n;

-- Before anything is timed: do both sides give the same?
do $$
declare
    wrong bigint;
    serial numeric;
    parallel numeric;
    digest text := 'select sum(hashtextextended(x::text, 0)) from
        (select slaops.sla_clock_agg(at, signal) as x from bench.events_split where ticket % 10 = 0 group by ticket) s';
begin
    select count(*) into wrong from bench.probes,
        lateral (select before + date_part('epoch', least(closes, a) - opens) / 60 as m
                 from bench.periods where opens <= a order by opens desc limit 1) x,
        lateral (select before + date_part('epoch', least(closes, b) - opens) / 60 as m
                 from bench.periods where opens <= b order by opens desc limit 1) y
        where abs(y.m - x.m - slaops.business_minutes(bench.constant(), a, b)) > 1e-5;
    if wrong > 0 then raise '% rows differ from the prefix sums', wrong; end if;

    select count(*) into wrong from bench.few where abs(slaops.business_minutes(bench.constant(), a, b) - coalesce((
        select sum(date_part('epoch', upper(p) - lower(p)) / 60)
        from unnest((select mr from bench.multirange) * tstzrange(a, b)::tstzmultirange) p), 0)) > 1e-5;
    if wrong > 0 then raise '% rows differ from the multirange', wrong; end if;

    select count(*) into wrong from bench.tickets
        where slaops.business_minutes(cal, a, b) is distinct from slaops.business_minutes(name, a, b);
    if wrong > 0 then raise '% rows differ between calendar and name', wrong; end if;

    select count(*) into wrong from bench.toasted t join bench.large l on l.cal operator(slaops.=) t.cal
        where slaops.business_minutes(t.cal, a, b) is distinct from slaops.business_minutes(l.cal, a, b);
    if wrong > 0 then raise '% rows differ between copies of a large calendar', wrong; end if;

    execute digest into serial;
    set local max_parallel_workers_per_gather = 2;
    execute digest into parallel;
    if serial is distinct from parallel then raise 'sla_clock_agg differs between one process and three'; end if;
end $$;
