-- Metrics: what clocks measure, as conditions on a ticket's events and states.

CREATE FUNCTION slaops.check_condition(condition jsonb)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_check_condition';
COMMENT ON FUNCTION slaops.check_condition(jsonb) IS
'True for a valid condition on fields, else an error that names the place: {"field": value}, '
'[values], {"not": test}, {"at_least": 1, "less_than": 9}, {"all": [values]} or null; a list of '
'objects means any of them.';

CREATE TABLE slaops.metrics (
    name text NOT NULL,
    start jsonb NOT NULL CHECK (slaops.check_condition(start)),
    stop jsonb NOT NULL CHECK (slaops.check_condition(stop)),
    pause jsonb CHECK (slaops.check_condition(pause)),
    after jsonb CHECK (slaops.check_condition(after)),
    unanswered jsonb CHECK (slaops.check_condition(unanswered)),
    cancel jsonb CHECK (slaops.check_condition(cancel)),
    reset jsonb CHECK (slaops.check_condition(reset)),
    cycles text NOT NULL DEFAULT 'one'
        CONSTRAINT metrics_cycles_check
        CHECK (cycles OPERATOR(pg_catalog.=) ANY (ARRAY['one', 'many'])),
    reopen text CONSTRAINT metrics_reopen_check
        CHECK (
            reopen OPERATOR(pg_catalog.=)
            ANY (ARRAY['resume', 'pause', 'count', 'new_cycle', 'ignore'])
        ),
    position integer NOT NULL DEFAULT 100,
    description text,
    built_in boolean NOT NULL DEFAULT false,
    policy_set text NOT NULL DEFAULT '',
    PRIMARY KEY (policy_set, name),
    CONSTRAINT metrics_policy_set_check
        CHECK (built_in OPERATOR(pg_catalog.=) (policy_set OPERATOR(pg_catalog.=) '')),
    CONSTRAINT metrics_name_check CHECK (name OPERATOR(pg_catalog.~) '^[a-z][a-z0-9_]*$')
);
COMMENT ON TABLE slaops.metrics IS
'Metrics: conditions on a ticket''s events and states that start, pause and stop clocks. Add rows '
'for metrics of your own, in a policy set.';
COMMENT ON COLUMN slaops.metrics.name IS 'Name of the metric in policies and views.';
COMMENT ON COLUMN slaops.metrics.start IS 'An event that starts a cycle.';
COMMENT ON COLUMN slaops.metrics.stop IS
'An event that ends a cycle, or a state in which it has ended.';
COMMENT ON COLUMN slaops.metrics.pause IS
'States, and other fields, during which the clock is paused: {"state": "pending", "tier": '
'["EMEA", "High"]}.';
COMMENT ON COLUMN slaops.metrics.after IS 'An event that must precede the first start.';
COMMENT ON COLUMN slaops.metrics.unanswered IS
'States in which a reply is no longer due; the preset''s solved_before_reply decides the result '
'of the clock.';
COMMENT ON COLUMN slaops.metrics.cancel IS 'An event or a state that voids a running cycle.';
COMMENT ON COLUMN slaops.metrics.reset IS 'An event that restarts a running cycle from zero.';
COMMENT ON COLUMN slaops.metrics.cycles IS
'one: only the first start counts; many: each start after a stop begins another cycle.';
COMMENT ON COLUMN slaops.metrics.reopen IS
'Effect of leaving the state that stopped the clock: resume, pause, count, new_cycle or ignore, '
'as in slaops.presets; NULL: as in the preset.';
COMMENT ON COLUMN slaops.metrics.position IS 'Order of metrics in views.';
COMMENT ON COLUMN slaops.metrics.description IS 'What the metric measures.';
COMMENT ON COLUMN slaops.metrics.built_in IS 'Whether the row belongs to slaops.';
COMMENT ON COLUMN slaops.metrics.policy_set IS
'The policy set of the metric, which overrides a built-in one of the same name; empty for '
'built-in rows, which apply to every set.';

INSERT INTO slaops.metrics (
    position,
    name,
    start,
    stop,
    pause,
    after,
    unanswered,
    cycles,
    reopen,
    built_in,
    description
) VALUES
    (
        10,
        'first_response',
        '{"event": "created"}',
        '{"event": "comment", "by": "agent", "public": true}',
        NULL,
        NULL,
        '{"state": ["solved", "closed"]}',
        'one',
        NULL,
        true,
        'Creation to the first public reply of an agent.'
    ),
    (
        20,
        'next_response',
        '{"event": "comment", "by": "customer", "public": true}',
        '{"event": "comment", "by": "agent", "public": true}',
        NULL,
        '{"event": "comment", "by": "agent", "public": true}',
        '{"state": ["solved", "closed"]}',
        'many',
        NULL,
        true,
        'After the first reply: the oldest unanswered public message of the customer to the next '
        'public reply.'
    ),
    (
        30,
        'periodic_update',
        '{"event": "comment", "by": "agent", "public": true}',
        '{"event": "comment", "by": "agent", "public": true}',
        NULL,
        NULL,
        '{"state": ["solved", "closed"]}',
        'many',
        NULL,
        true,
        'Each public reply of an agent to the next, until the ticket is solved.'
    ),
    (
        40,
        'pausable_update',
        '{"event": "comment", "by": "agent", "public": true}',
        '{"event": "comment", "by": "agent", "public": true}',
        '{"state": "pending"}',
        NULL,
        '{"state": ["solved", "closed"]}',
        'many',
        NULL,
        true,
        'As periodic_update, but it waits while the ticket is pending.'
    ),
    (
        50,
        'requester_wait',
        '{"event": "created"}',
        '{"state": ["solved", "closed"]}',
        '{"state": "pending"}',
        NULL,
        NULL,
        'one',
        NULL,
        true,
        'The time that the customer waits: new, open and on hold.'
    ),
    (
        60,
        'agent_work',
        '{"event": "created"}',
        '{"state": ["solved", "closed"]}',
        '{"state": ["pending", "hold"]}',
        NULL,
        NULL,
        'one',
        NULL,
        true,
        'The time that agents have the ticket: new and open.'
    ),
    (
        70,
        'resolution',
        '{"event": "created"}',
        '{"state": ["solved", "closed"]}',
        NULL,
        NULL,
        NULL,
        'one',
        NULL,
        true,
        'Creation to solved, in every state.'
    ),
    (
        80,
        'group_ownership',
        '[{"event": "created"}, {"field": "group_name"}]',
        '[{"field": "group_name"}, {"state": ["solved", "closed"]}]',
        NULL,
        NULL,
        NULL,
        'many',
        'new_cycle',
        true,
        'How long each group in turn has the ticket, until it is handed over or solved (an '
        'operational level agreement).'
    );
