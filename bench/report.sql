-- The lines of the table: the timed cases; run.sh adds the others.
create table bench.lines (position serial, name text, unit text, value float8, ratio float8, target float8);
insert into bench.lines (name, unit, value, ratio, target)
select format('%s (%s rows)', c.name, c.rows), 'ms', m.ms, m.ms / b.ms, c.target
from bench.cases c join bench.medians m using (name) left join bench.medians b on b.name = c.baseline
order by c.position;
