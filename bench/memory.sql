-- In a fresh backend: what 200 calendars take, by the cache's own account and by the kernel's.
set client_min_messages = warning;
select slaops.tzdata_version() \g /dev/null
create function pg_temp.resident() returns float8 language sql
return substring(pg_read_file('/proc/self/status') from 'VmRSS:\s+(\d+)')::float8 / 1024;
select count(*), pg_temp.resident() from bench.many where length(cal::text) > 0 \g /dev/null
select pg_temp.resident() as before \gset
select sum(slaops.business_minutes(cal, '2016-01-01', '2026-01-01')) from bench.many \g /dev/null
select format('%s|%s|%s', pg_temp.resident() - :before, u[1], u[2])
from regexp_match(slaops.cache_usage(), '^(\d+) calendars?, (\d+) bytes') u;
