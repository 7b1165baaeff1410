-- In a fresh backend: milliseconds of the first use of a calendar, and of the later ones on average. The expression
-- is the same each time, so that planning it is not counted: a 24/7 calendar goes first.
-- Variables: text, true to read the calendar from text each time.
set client_min_messages = warning;
select slaops.tzdata_version() \g /dev/null
create function pg_temp.use(from_text boolean) returns float8[] language plpgsql as $$
declare
    cals slaops.calendar[] := (select array['24/7 @ UTC', cal] from bench.first_use);
    texts text[] := (select array['24/7 @ UTC', text] from bench.first_use);
    cal slaops.calendar;
    read text;
    spent float8[] := '{}';
    started timestamptz;
    minutes float8;
begin
    for i in 1..102 loop
        cal := cals[least(i, 2)];
        read := texts[least(i, 2)];
        started := clock_timestamp();
        if from_text then
            minutes := slaops.business_minutes(read::slaops.calendar, '2016-01-01', '2026-01-01');
        else
            minutes := slaops.business_minutes(cal, '2016-01-01', '2026-01-01');
        end if;
        spent := spent || date_part('epoch', clock_timestamp() - started) * 1e3;
    end loop;
    return array[spent[2], (select avg(s) from unnest(spent[3:]) s)];
end $$;
select format('%s %s', u[1], u[2]) from pg_temp.use(:'text'::boolean) u;
