-- Configuration as text: what the tables become, what is listed, what is refused.
\pset null '(null)'
\set calendars `cat config/calendars.yml`
\set policies `cat config/sla_policies.yml`

-- The examples load. A dry run says the same and changes nothing.
SELECT * FROM slaops.load_config(:'calendars', dry_run => true);
SELECT count(*) AS calendars FROM slaops.calendars;
SELECT action, kind, name FROM slaops.load_config(:'calendars');
SELECT * FROM slaops.load_config(:'policies', dry_run => true);
SELECT count(*) FILTER (WHERE action = 'add') AS added, count(*) AS all
FROM slaops.load_config(:'policies');
SELECT name, calendar, valid_from, valid_to FROM slaops.calendars ORDER BY name, valid_from;
SELECT * FROM slaops.policy_sets;
SELECT position, name, valid_from, valid_to, conditions, hours, calendar_name, warn_fraction
FROM slaops.sla_policies
ORDER BY position;
SELECT priority, metric, target, hours
FROM slaops.sla_targets
WHERE policy = 'Gold' AND valid_from > '-infinity'
ORDER BY 1, 2;
SELECT * FROM slaops.states WHERE NOT built_in ORDER BY status COLLATE "C";
SELECT name, start, stop, cycles, position FROM slaops.metrics WHERE NOT built_in;
SELECT name, reopen, target_at, metrics FROM slaops.presets WHERE NOT built_in;

-- A second load changes nothing, nor does a dump, in either format and under other settings.
SELECT * FROM slaops.load_config(:'calendars');
SELECT * FROM slaops.load_config(:'policies');
SELECT slaops.dump_config() AS dump \gset
SET timezone = 'America/New_York'; SET datestyle = 'German'; SET intervalstyle = 'iso_8601';
SET extra_float_digits = -5;
SELECT slaops.dump_config() = :'dump' AS settings_do_not_matter;
SELECT * FROM slaops.load_config(:'dump');
SELECT * FROM slaops.load_config(slaops.dump_config(format => 'json'));
SELECT * FROM slaops.load_config(:'policies');
RESET timezone; RESET datestyle; RESET intervalstyle; RESET extra_float_digits;
\echo :dump
SELECT slaops.dump_config(format => 'json')::json IS NOT NULL AS json;

-- The same under another name: the dump of what was loaded is the text that was loaded.
SELECT count(*) FROM slaops.load_config(:'dump', 'copy');
SELECT slaops.dump_config('copy') = :'dump' AS same;
SELECT count(*) AS still FROM slaops.sla_policies WHERE policy_set = 'current';

-- What changed, in words; order, not position, is what counts.
SELECT *
FROM slaops.load_config(
    $$
preset: jira
default_calendar: ~
calendars:
  apac: Mo-Fr 08:00-17:00; PH off @ Asia/Singapore, SG
policies:
  - name: Standard
    when: {tier: silver}
    targets: {P1: {first_response: 2h, resolution: 24h}, P4: {first_response: 2d, resolution: {target: 15d, warn: 0.5}}}
  - {name: New, targets: {'*': {first_response: 1h}}, when: {region: [eu, ~]}}
  - name: Gold
    when: {tier: gold}
    valid_from: 2026-07-01
    warn: 0.75
    hours: 24x7
    targets:
      P1: {hours: 24x7, first_response: 15m, next_response: 30m, resolution: 4h}
      P2: {first_response: 1h, next_response: 2h, resolution: 1d}
      P3: {first_response: 4h, resolution: 3d}
      P4: {first_response: 1d, resolution: 10d}
$$
);
SELECT position, name FROM slaops.sla_policies WHERE policy_set = 'current' ORDER BY position;
SELECT * FROM slaops.policy_sets ORDER BY name;

-- A hand edit is in the dump; a target of its own kind too. Positions stay as they are.
UPDATE slaops.sla_policies
SET position = position + 3, description = 'by hand: yes'
WHERE policy_set = 'current' AND name = 'New';
UPDATE slaops.sla_targets
SET target = '1 day 90 minutes', calendar_name = 'emea'
WHERE policy_set = 'current' AND policy = 'New';
INSERT INTO slaops.calendars (name, calendar, description) VALUES
    ('o''clock: #1', '24/7 @ UTC', E'two\nlines');
SELECT substring(slaops.dump_config() FROM '  - name: New.*?\n\n')
    || substring(slaops.dump_config() FROM '  .o''[^\n]*\n[^\n]*\n[^\n]*') AS part;
SELECT * FROM slaops.load_config(slaops.dump_config());
SELECT * FROM slaops.load_config(slaops.dump_config(format => 'json'));
SELECT position FROM slaops.sla_policies WHERE policy_set = 'current' ORDER BY 1;

-- One day is a working day, 24 hours are not, though they are equal as intervals.
SELECT *
FROM slaops.load_config(replace(slaops.dump_config(), 'resolution: 24h', 'resolution: 1d'));
-- No policies at all is said so.
SELECT action, kind, name FROM slaops.load_config('policies: []', 'copy');
SELECT slaops.dump_config('copy') LIKE '%policies: []%' AS empty;
-- Words that slaops brought may be said again, and get another meaning, in the set.
SELECT * FROM slaops.load_config('states: {pending: [Pending, on-ice], hold: [On_Hold]}');
SELECT * FROM slaops.load_config('{"states": {"hold": ["on ice", "b\u00fcro \ud83d\ude00"]}}');
SELECT * FROM slaops.load_config('states: {open: [Resolved], solved: [pending]}', 'copy');
SELECT status, slaops.state_of(status) AS current, slaops.state_of(status, 'copy') AS copy
FROM unnest('{resolved,Pending,on ice,new}'::text[]) AS status;
SELECT *
FROM slaops.load_config(
    'metrics: {resolution: {start: {event: created}, stop: {state: solved}, description: ours}}',
    'copy'
);
SELECT 'current' AS policy_set, description
FROM slaops.metrics_of('current')
WHERE name = 'resolution'
UNION ALL
SELECT 'copy', description
FROM slaops.metrics_of('copy')
WHERE name = 'resolution';
SELECT * FROM slaops.load_config('presets: {jira: {like: jira, target_at: first}}', 'copy');
SELECT * FROM slaops.load_config('presets: {jira: {like: jira, target_at: event}}', 'copy');
SELECT 'current' AS policy_set, target_at, metrics
FROM slaops.presets_of('current')
WHERE name = 'jira'
UNION ALL
SELECT 'copy', target_at, metrics
FROM slaops.presets_of('copy')
WHERE name = 'jira';
SELECT * FROM slaops.load_config(slaops.dump_config('copy'), 'copy');
SELECT count(*) FROM slaops.load_config(slaops.dump_config('copy'), 'third');
SELECT slaops.stored_config('copy') = slaops.stored_config('third') AS same;
-- Words that nothing may ever have: a warning where it is likely a slip, else a notice; in a dry
-- run too.
SELECT *
FROM slaops.load_config(
    'metrics: {loop: {start: {event: created}, stop: {event: never_happens}}, slip: {start: {event: status}, stop: {field: grop_name}}}
policies: [{name: a, when: {teir: gold, contract: x}, targets: {P1: {loop: 1h}}}]',
    'third', dry_run => true
);

-- Errors say where, what, and what to do; and nothing has changed.
SELECT slaops.dump_config() AS dump \gset
\x on
SELECT * FROM refusal($$SELECT slaops.load_config('
calendars:
  good: 24/7 @ UTC
policies:
  - name: a
    targets: {P1: {resolution: 2 fortnights}}')$$);
SELECT * FROM refusal($$SELECT slaops.load_config('calendars: [')$$);
SELECT *
FROM refusal(
    $$SELECT slaops.load_config('policies: [{name: a, targets: {P1: {resoluton: 1h}}}]')$$
);
SELECT * FROM refusal($$SELECT slaops.load_config('default_calendar: amre')$$);
SELECT * FROM refusal($$SELECT slaops.load_config('preset: zendesc')$$);
SELECT *
FROM refusal($$SELECT slaops.load_config('policies: [{name: a, targets: {P1: {loop: 1h}}}]')$$);
SELECT *
FROM refusal(
    $$SELECT slaops.load_config('presets: {jira: {like: zendesk}, zendesk: {like: jira}}')$$
);
SELECT *
FROM refusal($$SELECT slaops.load_config('states: {solved: [pending], open: [Pending]}')$$);
SELECT * FROM refusal($$SELECT slaops.load_config('preset: jira', '')$$);
SELECT * FROM refusal($$SELECT slaops.load_config(NULL)$$);
SELECT * FROM refusal($$SELECT slaops.dump_config(format => 'yml')$$);
SELECT * FROM refusal($$SELECT slaops.load_config('a: &a [1,1,1,1,1,1,1,1,1,1]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]')$$);
SELECT *
FROM refusal(
    $$
        UPDATE slaops.sla_targets
        SET target = '1 month'
        WHERE policy_set = 'current' AND policy = 'New'
    $$
);
UPDATE slaops.sla_targets
SET target = '1 day 90 minutes'
WHERE policy_set = 'current' AND policy = 'New';
\x off
SELECT slaops.dump_config() = :'dump' AS nothing_changed;

-- 3bd is the same time of day three working days later, 3d the minutes of three working days, which
-- a short Monday moves.
SELECT action, kind, name, detail
FROM slaops.load_config(
    $$
calendars: {short_monday: "Mo 08:00-16:00; Tu-Fr 08:00-18:00 @ UTC"}
default_calendar: short_monday
policies:
  - {name: Dates, when: {tier: dates}, targets: {'*': {resolution: 1bd, first_response: 1bd 2h, agent_work: 1bd}}}
  - {name: Minutes, targets: {'*': {resolution: 1d}}}
$$,
    'dates'
);
SELECT policy, metric, target, business_days
FROM slaops.sla_targets
WHERE policy_set = 'dates'
ORDER BY 1, 2;
SELECT substring(slaops.dump_config('dates') FROM 'policies:.*') AS part;
SELECT count(*) AS changes FROM slaops.load_config(slaops.dump_config('dates'), 'dates');
SELECT * FROM slaops.load_config(replace(slaops.dump_config('dates'), '1bd', '1d'), 'dates', true);
-- Opened on Monday at 08:46, waiting for the customer from 10:00 to 11:00, which moves what pauses
-- by an hour; on Friday after hours; on Saturday.
SELECT
    tier,
    ticket.opened,
    attainment.metric,
    attainment.target,
    attainment.target_minutes,
    attainment.due_at,
    attainment.promised_due_at,
    attainment.margin_minutes,
    attainment.breached_at,
    attainment.status
FROM
    unnest('{dates,minutes}'::text[]) AS tier,
    (
        VALUES
            ('2026-03-02 08:46Z'::timestamptz, '2026-03-02 10:00Z'::timestamptz),
            ('2026-02-27 18:30Z', NULL), ('2026-02-28 10:00Z', NULL)
    ) AS ticket (opened, pending),
    LATERAL (
        SELECT slaops.ticket_history(
            event.at, event.type, 'agent', NULL, event.field, NULL, event.value, NULL, NULL
        ) AS history
        FROM (
            VALUES
                (ticket.opened, 'created', NULL, NULL),
                (ticket.pending, 'status', 'status', 'pending'),
                (ticket.pending + '1 hour'::interval, 'status', 'status', 'open')
        ) AS event (at, type, field, value)
        WHERE event.at IS NOT NULL
    ) AS past,
    slaops.sla_attainment(
        jsonb_build_object('ticket_id', 1, 'created_at', ticket.opened, 'tier', tier),
        past.history, 'dates', '2026-03-04Z', NULL, true
    ) AS attainment
ORDER BY 1, 2, 3;
SELECT *
FROM refusal(
    $$
        SELECT slaops.load_config(
            'policies: [{name: A, targets: {P1: {resolution: 1d 2bd}}}]', 'dates'
        )
    $$
);
SELECT state, message
FROM refusal($$UPDATE slaops.sla_targets SET target = '8 hours' WHERE business_days$$);

-- YAML that a program wrote: tags of its language say nothing, aliases are written out, JSON is YAML.
SELECT slaops.yaml_to_jsonb(
    $$--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess
mon: &1 !ruby/hash:ActiveSupport::HashWithIndifferentAccess
  active: true
  timeframes:
  - - '09:00'
    - '17:00'
tue: *1
2025-12-25: {active: yes, note: !binary "YWJj", n: 0x1f, none: ~}
$$
);
SELECT
    slaops.yaml_to_jsonb('{"a": [1, 2.50, null, "\ud83d\ude00"]}') AS json,
    slaops.yaml_to_jsonb('--- 007') AS number,
    slaops.yaml_to_jsonb('---') AS nothing,
    slaops.yaml_to_jsonb(NULL) IS NULL AS missing;
SELECT refused.state, left(refused.message, 90) AS message, left(refused.hint, 60) AS hint
FROM (VALUES
    (1, 'a: ['), (2, 'a: 1' || E'\n' || 'a: 2'), (3, '{[1]: 2}'), (4, 'a: "\0"'), (5, E'--- 1\n--- 2'),
    (6, 'a: *b'), (7, 'a: &a [*a]'), (8, repeat('[', 65)), (9, repeat('x', 1000001)),
    (10, '- &a ' || repeat('x', 1000) || repeat(E'\n- *a', 17000))
) AS given (place, text)
CROSS JOIN LATERAL public.refusal(
    format('SELECT slaops.yaml_to_jsonb(%L)', given.text)
) AS refused
ORDER BY given.place;

-- Who may not change the tables can look at what a load would do.
CREATE ROLE slaops_reader;
GRANT USAGE ON SCHEMA slaops TO slaops_reader;
SET ROLE slaops_reader;
SELECT action, kind FROM slaops.load_config('default_calendar: amer', dry_run => true);
SELECT * FROM public.refusal($$SELECT slaops.load_config('default_calendar: amer')$$);
RESET ROLE;
GRANT SELECT,
INSERT, UPDATE,
DELETE ON
    slaops.states, slaops.metrics, slaops.presets, slaops.policy_sets, slaops.sla_policies,
    slaops.sla_targets
TO slaops_reader;
SET ROLE slaops_reader;
SELECT * FROM public.refusal($$SELECT slaops.load_config('default_calendar: amer')$$);
RESET ROLE;
GRANT INSERT, UPDATE, DELETE ON slaops.calendars TO slaops_reader;
SET ROLE slaops_reader;
SELECT * FROM slaops.load_config('default_calendar: amer');
RESET ROLE;
DROP OWNED BY slaops_reader; DROP ROLE slaops_reader;
-- A dump says that a set has no default calendar, so loading it takes away another one.
SELECT line
FROM string_to_table(slaops.dump_config('without'), E'\n') AS line
WHERE line ~ '^(preset|default_calendar)';
SELECT item.action, item.name, item.detail
FROM slaops.load_config(slaops.dump_config('without')) AS item
WHERE item.kind = 'policy_set';
TRUNCATE slaops.sla_policies, slaops.sla_targets, slaops.policy_sets, slaops.calendars;
DELETE FROM slaops.presets WHERE NOT built_in; DELETE FROM slaops.metrics WHERE NOT built_in;
DELETE FROM slaops.states WHERE NOT built_in;
