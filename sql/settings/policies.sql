-- What was promised: sets of policies, the first that matches wins, with targets by priority and
-- metric.

CREATE TABLE slaops.policy_sets (
    name text PRIMARY KEY CONSTRAINT policy_sets_name_check CHECK (name OPERATOR(pg_catalog.<>) ''),
    preset text NOT NULL DEFAULT 'default',
    default_calendar text,
    description text,
    checked boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE slaops.policy_sets IS
'Settings of policy sets. A set without a row has the preset "default" and no default calendar. '
'Views use the set "current" unless create_marts names another.';
COMMENT ON COLUMN slaops.policy_sets.name IS 'Name of the set.';
COMMENT ON COLUMN slaops.policy_sets.preset IS 'The preset of its clocks, from slaops.presets.';
COMMENT ON COLUMN slaops.policy_sets.default_calendar IS
'The calendar of tickets without a calendar of their own.';
COMMENT ON COLUMN slaops.policy_sets.description IS 'Purpose of the set.';
COMMENT ON COLUMN slaops.policy_sets.checked IS
'Always true: the preset existed when the row was stored. Leave it out of INSERT; see '
'docs/operations/backup.md.';

CREATE TABLE slaops.sla_policies (
    policy_set text NOT NULL DEFAULT 'current',
    name text NOT NULL CONSTRAINT sla_policies_name_check CHECK (name OPERATOR(pg_catalog.<>) ''),
    valid_from timestamptz NOT NULL DEFAULT '-infinity',
    valid_to timestamptz NOT NULL DEFAULT 'infinity',
    position integer NOT NULL,
    conditions jsonb NOT NULL DEFAULT '{}' CHECK (slaops.check_condition(conditions)),
    hours text NOT NULL DEFAULT 'business'
        CONSTRAINT sla_policies_hours_check
        CHECK (hours OPERATOR(pg_catalog.=) ANY (ARRAY['business', '24x7'])),
    calendar_name text,
    warn_fraction double precision NOT NULL DEFAULT 0.8
        CONSTRAINT sla_policies_warn_fraction_check
        CHECK (warn_fraction OPERATOR(pg_catalog.>=) 0 AND warn_fraction OPERATOR(pg_catalog.<=) 1),
    description text,
    PRIMARY KEY (policy_set, name, valid_from),
    CONSTRAINT sla_policies_validity_check CHECK (valid_from OPERATOR(pg_catalog.<) valid_to),
    CONSTRAINT sla_policies_versions_overlap EXCLUDE USING gist (
        pg_catalog.numrange(
            pg_catalog.hashtextextended(
                policy_set OPERATOR(pg_catalog.||) E'\x01' OPERATOR(pg_catalog.||) name, 0
            )::pg_catalog.numeric,
            pg_catalog.hashtextextended(
                policy_set OPERATOR(pg_catalog.||) E'\x01' OPERATOR(pg_catalog.||) name, 0
            )::pg_catalog.numeric,
            '[]'
        ) WITH OPERATOR(pg_catalog.&&),
        pg_catalog.tstzrange(valid_from, valid_to) WITH OPERATOR(pg_catalog.&&)
    )
);
COMMENT ON TABLE slaops.sla_policies IS
'SLA policies. The first valid policy by position whose conditions hold applies to a ticket. A '
'name may have consecutive versions.';
COMMENT ON COLUMN slaops.sla_policies.policy_set IS 'The policy set.';
COMMENT ON COLUMN slaops.sla_policies.name IS 'Name of the policy.';
COMMENT ON COLUMN slaops.sla_policies.valid_from IS
'First instant of the version; NULL is stored as -infinity.';
COMMENT ON COLUMN slaops.sla_policies.valid_to IS
'First instant after the version; NULL is stored as infinity.';
COMMENT ON COLUMN slaops.sla_policies.position IS
'Order of the policies of a set: the first match applies; equal positions go by name.';
COMMENT ON COLUMN slaops.sla_policies.conditions IS
'Conditions on the ticket: {"brand": "acme", "priority": ["P1", "P2"], "cost": {"at_least": '
'100}}; a list of objects means any of them, {} every ticket.';
COMMENT ON COLUMN slaops.sla_policies.hours IS
'business: targets count in the calendar; 24x7: around the clock.';
COMMENT ON COLUMN slaops.sla_policies.calendar_name IS
'The calendar of business hours, from slaops.calendars; NULL: that of the ticket, else the '
'default of the set.';
COMMENT ON COLUMN slaops.sla_policies.warn_fraction IS
'The part of a target after which a clock is at risk, 0 to 1.';
COMMENT ON COLUMN slaops.sla_policies.description IS 'Purpose of the policy.';

CREATE TABLE slaops.sla_targets (
    policy_set text NOT NULL DEFAULT 'current',
    policy text NOT NULL,
    valid_from timestamptz NOT NULL DEFAULT '-infinity',
    priority text NOT NULL DEFAULT '*',
    metric text NOT NULL,
    target interval NOT NULL
        -- Days and hours, neither negative: a month is no number of working days.
        CONSTRAINT sla_targets_target_check CHECK (
            target OPERATOR(pg_catalog.>) '0'::pg_catalog.interval
            AND extract(year FROM target) OPERATOR(pg_catalog.=) 0
            AND extract(month FROM target) OPERATOR(pg_catalog.=) 0
            AND extract(day FROM target) OPERATOR(pg_catalog.>=) 0
            AND extract(hour FROM target) OPERATOR(pg_catalog.>=) 0
            AND extract(minute FROM target) OPERATOR(pg_catalog.>=) 0
            AND extract(second FROM target) OPERATOR(pg_catalog.>=) 0
        ),
    hours text
        CONSTRAINT sla_targets_hours_check
        CHECK (hours OPERATOR(pg_catalog.=) ANY (ARRAY['business', '24x7'])),
    calendar_name text,
    warn_fraction double precision
        CONSTRAINT sla_targets_warn_fraction_check
        CHECK (warn_fraction OPERATOR(pg_catalog.>=) 0 AND warn_fraction OPERATOR(pg_catalog.<=) 1),
    business_days boolean NOT NULL DEFAULT false
        CONSTRAINT sla_targets_business_days_check
        CHECK (NOT business_days OR extract(day FROM target) OPERATOR(pg_catalog.>) 0),
    checked boolean NOT NULL DEFAULT false,
    PRIMARY KEY (policy_set, policy, valid_from, priority, metric)
);
COMMENT ON TABLE slaops.sla_targets IS 'Time that a policy allows, by priority and metric.';
COMMENT ON COLUMN slaops.sla_targets.policy_set IS 'The policy set.';
COMMENT ON COLUMN slaops.sla_targets.policy IS 'The policy.';
COMMENT ON COLUMN slaops.sla_targets.valid_from IS 'The version of the policy.';
COMMENT ON COLUMN slaops.sla_targets.priority IS
'The priority of the ticket; * for every priority without a target of its own for the metric.';
COMMENT ON COLUMN slaops.sla_targets.metric IS
'The metric, of the set or built-in, from slaops.metrics.';
COMMENT ON COLUMN slaops.sla_targets.target IS
'The time allowed; a day is one working day of the calendar, or 24 hours for 24x7.';
COMMENT ON COLUMN slaops.sla_targets.hours IS 'business or 24x7; NULL: as in the policy.';
COMMENT ON COLUMN slaops.sla_targets.calendar_name IS
'A calendar for this target; NULL: as in the policy.';
COMMENT ON COLUMN slaops.sla_targets.business_days IS
'True: days of the target are dates, the same time of day that many working days later. False: '
'each day is the minutes of a working day.';
COMMENT ON COLUMN slaops.sla_targets.warn_fraction IS
'A warning fraction for this target; NULL: as in the policy.';
COMMENT ON COLUMN slaops.sla_targets.checked IS
'Always true: policy and metric existed when the row was stored. Leave it out of INSERT; see '
'docs/operations/backup.md.';

CREATE FUNCTION slaops.policy_set_names()
RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    SELECT policy_set.name
    FROM slaops.policy_sets AS policy_set
    UNION
    SELECT policy.policy_set
    FROM slaops.sla_policies AS policy
    UNION
    SELECT status.policy_set
    FROM slaops.states AS status
    WHERE NOT status.built_in
    UNION
    SELECT metric.policy_set
    FROM slaops.metrics AS metric
    WHERE NOT metric.built_in
    UNION
    SELECT preset.policy_set
    FROM slaops.presets AS preset
    WHERE NOT preset.built_in;
END;
COMMENT ON FUNCTION slaops.policy_set_names() IS
'The names of all policy sets with a row in any configuration table.';

CREATE FUNCTION slaops.policy_set_of(schema text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $policy_set_of$
    SELECT coalesce(
        (
            SELECT known.name
            FROM slaops.policy_set_names() AS known (name)
            WHERE known.name = schema
        ),
        'current'
    )
$policy_set_of$;
COMMENT ON FUNCTION slaops.policy_set_of(text) IS
'The policy set that a schema''s views are measured by if none is named: the one of its name, '
'which attach makes, else current.';

GRANT SELECT ON slaops.policy_sets, slaops.sla_policies, slaops.sla_targets TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON slaops.policy_sets, slaops.sla_policies, slaops.sla_targets
    TO @extowner@, pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('slaops.policy_sets', '');
SELECT pg_catalog.pg_extension_config_dump('slaops.sla_policies', '');
SELECT pg_catalog.pg_extension_config_dump('slaops.sla_targets', '');
