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
'What sets of policies have in common; a set that is not here has the preset "default" and no '
'default calendar. Views use the set "current"; load another to compare the same tickets under it.';
COMMENT ON COLUMN slaops.policy_sets.name IS 'What functions call the set.';
COMMENT ON COLUMN slaops.policy_sets.preset IS
'The switches that its clocks follow: a preset of the set or a built-in one, in slaops.presets.';
COMMENT ON COLUMN slaops.policy_sets.default_calendar IS
'The calendar of tickets that have none of their own.';
COMMENT ON COLUMN slaops.policy_sets.description IS 'What the set is for.';
COMMENT ON COLUMN slaops.policy_sets.checked IS
'True in every stored row: its preset was there when the row was entered. Leave it out of an '
'INSERT; a dump carries it, see docs/operations/backup.md.';

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
'SLA policies. Of the policies of a set that are valid at an instant, the first by position whose '
'conditions hold is the ticket''s. A name may have versions that follow one another.';
COMMENT ON COLUMN slaops.sla_policies.policy_set IS 'The set that the policy belongs to.';
COMMENT ON COLUMN slaops.sla_policies.name IS 'The policy''s name.';
COMMENT ON COLUMN slaops.sla_policies.valid_from IS
'First instant at which the version holds; NULL is entered as -infinity.';
COMMENT ON COLUMN slaops.sla_policies.valid_to IS
'First instant at which it no longer holds; NULL is entered as infinity.';
COMMENT ON COLUMN slaops.sla_policies.position IS
'The first that matches wins; equal positions go by name.';
COMMENT ON COLUMN slaops.sla_policies.conditions IS
'What a ticket must be: {"brand": "acme", "priority": ["P1", "P2"], "cost": {"at_least": 100}}; a '
'list of such objects: any of them; {}: every ticket.';
COMMENT ON COLUMN slaops.sla_policies.hours IS
'business: targets count in the calendar; 24x7: around the clock.';
COMMENT ON COLUMN slaops.sla_policies.calendar_name IS
'The calendar of business hours, in slaops.calendars; NULL: the ticket''s own, else the set''s '
'default.';
COMMENT ON COLUMN slaops.sla_policies.warn_fraction IS
'The part of a target after which a clock is at risk, 0 to 1.';
COMMENT ON COLUMN slaops.sla_policies.description IS 'What the policy is for.';

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
COMMENT ON TABLE slaops.sla_targets IS
'How much time a policy allows, by priority and metric.';
COMMENT ON COLUMN slaops.sla_targets.policy_set IS 'The set that the policy belongs to.';
COMMENT ON COLUMN slaops.sla_targets.policy IS 'The policy.';
COMMENT ON COLUMN slaops.sla_targets.valid_from IS 'Which version of the policy.';
COMMENT ON COLUMN slaops.sla_targets.priority IS
'The ticket''s priority; * for every priority that has no target of its own for the metric.';
COMMENT ON COLUMN slaops.sla_targets.metric IS
'The metric, one of the set or a built-in one, in slaops.metrics.';
COMMENT ON COLUMN slaops.sla_targets.target IS
'The time allowed; a day is one working day of the calendar, 24 hours for 24x7.';
COMMENT ON COLUMN slaops.sla_targets.hours IS 'business or 24x7; NULL: as the policy.';
COMMENT ON COLUMN slaops.sla_targets.calendar_name IS 'A calendar of its own; NULL: as the policy.';
COMMENT ON COLUMN slaops.sla_targets.business_days IS
'Days of the target are dates: the same time of day that many working days later, counted from the '
'next opening. False: each is the minutes of a working day.';
COMMENT ON COLUMN slaops.sla_targets.warn_fraction IS
'A warning fraction of its own; NULL: as the policy.';
COMMENT ON COLUMN slaops.sla_targets.checked IS
'True in every stored row: its policy and metric were there when the row was entered. Leave it out '
'of an INSERT; a dump carries it, see docs/operations/backup.md.';

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
'The policy sets that there are: those that any table of the configuration has a row of.';

GRANT SELECT ON slaops.policy_sets, slaops.sla_policies, slaops.sla_targets TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON slaops.policy_sets, slaops.sla_policies, slaops.sla_targets
    TO @extowner@, pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('slaops.policy_sets', '');
SELECT pg_catalog.pg_extension_config_dump('slaops.sla_policies', '');
SELECT pg_catalog.pg_extension_config_dump('slaops.sla_targets', '');
