-- What is measured: states, metrics and the switches on which products differ, as data.
--
-- Each row belongs to a policy set, the built-in rows to the set '', which has no other. A row of a set stands in the
-- place of the built-in row of the same name, in that set only. The default of policy_set is set below: the rows that
-- slaops brings are entered first.

CREATE TABLE slaops.states (
    status text NOT NULL,
    state text NOT NULL CONSTRAINT states_state_check
        CHECK (state OPERATOR(pg_catalog.=) ANY (ARRAY['new', 'open', 'pending', 'hold', 'solved', 'closed'])),
    built_in boolean NOT NULL DEFAULT false,
    policy_set text NOT NULL DEFAULT '',
    PRIMARY KEY (policy_set, status),
    CONSTRAINT states_policy_set_check CHECK (built_in OPERATOR(pg_catalog.=) (policy_set OPERATOR(pg_catalog.=) '')),
    CONSTRAINT states_status_check
        CHECK (status OPERATOR(pg_catalog.<>) '' AND status OPERATOR(pg_catalog.=) pg_catalog.btrim(pg_catalog.lower(status))
            AND status OPERATOR(pg_catalog.!~) '[-_]')
);
COMMENT ON TABLE slaops.states IS
'What a ticket''s status means in a policy set: which of the states new, open, pending, hold, solved and closed it is. A status that is not here pauses and stops nothing; config_health names it.';
COMMENT ON COLUMN slaops.states.status IS 'The status in lower case, with a blank for each hyphen and underscore: "On-hold" and "on_hold" are "on hold".';
COMMENT ON COLUMN slaops.states.state IS 'new, open, pending (waiting for the customer), hold (waiting for a third party), solved or closed.';
COMMENT ON COLUMN slaops.states.built_in IS 'Whether slaops brought it.';
COMMENT ON COLUMN slaops.states.policy_set IS 'The policy set in which the status means this, instead of what a built-in row says of it; empty for a built-in row, which every other set has.';

INSERT INTO slaops.states (status, state, built_in) VALUES
    ('new', 'new', true), ('open', 'open', true), ('pending', 'pending', true), ('hold', 'hold', true),
    ('on hold', 'hold', true), ('solved', 'solved', true), ('closed', 'closed', true),
    -- Zammad
    ('pending reminder', 'pending', true), ('pending close', 'pending', true), ('merged', 'closed', true),
    -- ServiceNow
    ('active', 'open', true), ('in progress', 'open', true), ('awaiting user info', 'pending', true),
    ('awaiting caller', 'pending', true), ('awaiting vendor', 'hold', true), ('awaiting problem', 'hold', true),
    ('awaiting change', 'hold', true), ('awaiting evidence', 'hold', true), ('resolved', 'solved', true),
    ('canceled', 'closed', true), ('cancelled', 'closed', true),
    -- Jira
    ('to do', 'new', true), ('reopened', 'open', true), ('patch available', 'open', true),
    ('waiting for support', 'open', true), ('waiting for customer', 'pending', true), ('escalated', 'open', true),
    ('done', 'closed', true),
    ('waiting for approval', 'hold', true), ('work in progress', 'open', true), ('under investigation', 'open', true),
    ('declined', 'closed', true), ('completed', 'closed', true),
    -- Freshdesk
    ('waiting on customer', 'pending', true), ('waiting on third party', 'hold', true),
    -- Zendesk and Zammad, of tickets that are no more
    ('deleted', 'closed', true), ('removed', 'closed', true),
    -- Intercom
    ('snoozed', 'pending', true),
    -- Request Tracker
    ('stalled', 'pending', true), ('rejected', 'closed', true);

CREATE FUNCTION slaops.check_condition(condition jsonb)
RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'slaops_check_condition';
COMMENT ON FUNCTION slaops.check_condition(jsonb) IS
'True for a condition that reads; else an error that says where it does not. {"field": value}, [values], {"not": test}, {"at_least": 1, "less_than": 9}, {"all": [values]}, null; a list of objects is any of them.';

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
        CONSTRAINT metrics_cycles_check CHECK (cycles OPERATOR(pg_catalog.=) ANY (ARRAY['one', 'many'])),
    reopen text CONSTRAINT metrics_reopen_check
        CHECK (reopen OPERATOR(pg_catalog.=) ANY (ARRAY['resume', 'pause', 'count', 'new_cycle', 'ignore'])),
    position integer NOT NULL DEFAULT 100,
    description text,
    built_in boolean NOT NULL DEFAULT false,
    policy_set text NOT NULL DEFAULT '',
    PRIMARY KEY (policy_set, name),
    CONSTRAINT metrics_policy_set_check CHECK (built_in OPERATOR(pg_catalog.=) (policy_set OPERATOR(pg_catalog.=) '')),
    CONSTRAINT metrics_name_check CHECK (name OPERATOR(pg_catalog.~) '^[a-z][a-z0-9_]*$')
);
COMMENT ON TABLE slaops.metrics IS
'What clocks measure: conditions on a ticket''s events and states that start, pause and stop them. Add rows for metrics of your own, each in its policy set.';
COMMENT ON COLUMN slaops.metrics.name IS 'What policies and views call the metric.';
COMMENT ON COLUMN slaops.metrics.start IS 'An event that starts a cycle.';
COMMENT ON COLUMN slaops.metrics.stop IS 'An event that ends a cycle, or a state of the ticket in which it has ended.';
COMMENT ON COLUMN slaops.metrics.pause IS 'States of the ticket, and other fields, with which the clock waits: {"state": "pending", "tier": ["EMEA", "High"]} is a pause of some tickets only.';
COMMENT ON COLUMN slaops.metrics.after IS 'An event that must come before the first start.';
COMMENT ON COLUMN slaops.metrics.unanswered IS 'States in which nothing is owed any more though no stop came; the preset''s solved_before_reply says what that means.';
COMMENT ON COLUMN slaops.metrics.cancel IS 'An event, or a state, that makes a running cycle void.';
COMMENT ON COLUMN slaops.metrics.reset IS 'An event that makes a running cycle begin from zero.';
COMMENT ON COLUMN slaops.metrics.cycles IS 'one: only the first start counts; many: after a stop the next start begins another cycle.';
COMMENT ON COLUMN slaops.metrics.reopen IS 'What leaving the state that stopped it does: resume, pause, count, new_cycle or ignore, as in slaops.presets; NULL: as the preset says.';
COMMENT ON COLUMN slaops.metrics.position IS 'The order in which views list metrics.';
COMMENT ON COLUMN slaops.metrics.description IS 'What it measures.';
COMMENT ON COLUMN slaops.metrics.built_in IS 'Whether slaops brought it.';
COMMENT ON COLUMN slaops.metrics.policy_set IS 'The policy set that has the metric, instead of a built-in one of the name; empty for a built-in row, which every other set has.';

INSERT INTO slaops.metrics (position, name, start, stop, pause, after, unanswered, cycles, reopen, built_in, description) VALUES
    (10, 'first_response', '{"event": "created"}', '{"event": "comment", "by": "agent", "public": true}',
     NULL, NULL, '{"state": ["solved", "closed"]}', 'one', NULL, true,
     'Creation to the first public reply of an agent.'),
    (20, 'next_response', '{"event": "comment", "by": "customer", "public": true}', '{"event": "comment", "by": "agent", "public": true}',
     NULL, '{"event": "comment", "by": "agent", "public": true}', '{"state": ["solved", "closed"]}', 'many', NULL, true,
     'After the first reply: the oldest unanswered public message of the customer to the next public reply.'),
    (30, 'periodic_update', '{"event": "comment", "by": "agent", "public": true}', '{"event": "comment", "by": "agent", "public": true}',
     NULL, NULL, '{"state": ["solved", "closed"]}', 'many', NULL, true,
     'Each public reply of an agent to the next, until the ticket is solved.'),
    (40, 'pausable_update', '{"event": "comment", "by": "agent", "public": true}', '{"event": "comment", "by": "agent", "public": true}',
     '{"state": "pending"}', NULL, '{"state": ["solved", "closed"]}', 'many', NULL, true,
     'As periodic_update, but it waits while the ticket is pending.'),
    (50, 'requester_wait', '{"event": "created"}', '{"state": ["solved", "closed"]}', '{"state": "pending"}', NULL, NULL, 'one', NULL, true,
     'The time that the customer waits: new, open and on hold.'),
    (60, 'agent_work', '{"event": "created"}', '{"state": ["solved", "closed"]}', '{"state": ["pending", "hold"]}', NULL, NULL, 'one', NULL, true,
     'The time that agents have the ticket: new and open.'),
    (70, 'resolution', '{"event": "created"}', '{"state": ["solved", "closed"]}', NULL, NULL, NULL, 'one', NULL, true,
     'Creation to solved, in every state.'),
    (80, 'group_ownership', '[{"event": "created"}, {"field": "group_name"}]', '[{"field": "group_name"}, {"state": ["solved", "closed"]}]',
     NULL, NULL, NULL, 'many', 'new_cycle', true,
     'How long each group in turn has the ticket, until it is handed over or solved (an operational level agreement).');

CREATE TABLE slaops.presets (
    name text NOT NULL,
    reopen text NOT NULL CONSTRAINT presets_reopen_check
        CHECK (reopen OPERATOR(pg_catalog.=) ANY (ARRAY['resume', 'pause', 'count', 'new_cycle', 'ignore'])),
    solved_before_reply text NOT NULL CONSTRAINT presets_solved_before_reply_check
        CHECK (solved_before_reply OPERATOR(pg_catalog.=) ANY (ARRAY['fulfil', 'cancel', 'ignore'])),
    target_at text NOT NULL CONSTRAINT presets_target_at_check
        CHECK (target_at OPERATOR(pg_catalog.=) ANY (ARRAY['event', 'current', 'first'])),
    calendar_at text NOT NULL CONSTRAINT presets_calendar_at_check
        CHECK (calendar_at OPERATOR(pg_catalog.=) ANY (ARRAY['each', 'event', 'current', 'first'])),
    retroactive_start boolean NOT NULL,
    due_at_close text NOT NULL CONSTRAINT presets_due_at_close_check
        CHECK (due_at_close OPERATOR(pg_catalog.=) ANY (ARRAY['close', 'next_open'])),
    metrics jsonb NOT NULL DEFAULT '{}',
    description text,
    built_in boolean NOT NULL DEFAULT false,
    policy_set text NOT NULL DEFAULT '',
    PRIMARY KEY (policy_set, name),
    CONSTRAINT presets_policy_set_check CHECK (built_in OPERATOR(pg_catalog.=) (policy_set OPERATOR(pg_catalog.=) ''))
);
COMMENT ON TABLE slaops.presets IS
'Named sets of the switches on which ticket systems differ, so that a team that migrates gets its old figures.';
COMMENT ON COLUMN slaops.presets.name IS 'What a policy set calls the preset.';
COMMENT ON COLUMN slaops.presets.reopen IS 'A solved ticket is opened again: the clock runs on and the solved time is nothing (resume), a pause (pause), or counts as any other (count); a new cycle begins (new_cycle); or nothing happens (ignore). The first three take the stop back.';
COMMENT ON COLUMN slaops.presets.solved_before_reply IS 'A ticket is solved without the reply that was owed: that fulfils the clock, cancels it, or is ignored.';
COMMENT ON COLUMN slaops.presets.target_at IS 'Whose target counts when priority or policy change: the one in force when the cycle began (event), when the ticket was created (first), or the latest while it runs (current). What changes in the instant of the stop does not count.';
COMMENT ON COLUMN slaops.presets.calendar_at IS 'Which calendar counts when it changes: each in its time, or the one of event, first or current for the whole cycle.';
COMMENT ON COLUMN slaops.presets.retroactive_start IS 'A policy that comes to apply late counts from the cycle''s own start (true) or from that instant (false).';
COMMENT ON COLUMN slaops.presets.due_at_close IS 'A target that runs out exactly at closing time is due then (close) or when the calendar next opens (next_open).';
COMMENT ON COLUMN slaops.presets.metrics IS 'What the preset''s metrics have otherwise than slaops.metrics: {"first_response": {"pause": {"state": "pending"}}}.';
COMMENT ON COLUMN slaops.presets.description IS 'Whose behaviour it is.';
COMMENT ON COLUMN slaops.presets.built_in IS 'Whether slaops brought it.';
COMMENT ON COLUMN slaops.presets.policy_set IS 'The policy set that can use the preset, instead of a built-in one of the name; empty for a built-in row, which every other set can use.';

INSERT INTO slaops.presets (name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close, metrics, built_in, description) VALUES
    ('default', 'resume', 'fulfil', 'event', 'each', true, 'close', '{}', true,
     'What slaops does unless told otherwise.'),
    ('zendesk', 'resume', 'fulfil', 'current', 'current', true, 'close',
     '{"first_response": {"start": [{"event": "created", "customer_asked": true}, {"event": "comment", "by": "customer", "public": true}]}, "next_response": {"after": {"event": "comment", "by": "agent", "public": true, "customer_asked": true}}}', true,
     'Zendesk: a ticket that an agent opens with an internal note is owed a reply from the customer''s first public comment, clocks resume, a changed priority changes the target, the latest schedule counts for all of a clock, every clock is anchored at its event.'),
    ('jira', 'new_cycle', 'fulfil', 'current', 'current', true, 'close',
     '{"next_response": {"after": null}, "resolution": {"pause": {"state": "pending"}}}', true,
     'Jira Service Management: a reopened issue starts another cycle; time waiting for the customer is paused.'),
    ('servicenow', 'new_cycle', 'cancel', 'current', 'current', false, 'close',
     '{"first_response": {"pause": {"state": ["pending", "hold"]}}, "resolution": {"pause": {"state": ["pending", "hold"]}}}', true,
     'ServiceNow: a changed priority attaches another SLA from then on, unless it starts retroactively; on hold pauses.'),
    ('zammad', 'pause', 'cancel', 'current', 'current', true, 'next_open',
     '{"first_response": {"pause": {"state": "pending"}}, "next_response": {"after": null, "start": [{"event": "created"}, {"event": "comment", "by": "customer", "public": true}], "pause": {"state": "pending"}}, "resolution": {"pause": {"state": "pending"}, "reopen": "ignore"}}', true,
     'Zammad: pending pauses every clock, closed time of a reopened ticket is a pause for replies while a solution counts once, and a due time at closing time is the next opening.'),
    ('request_tracker', 'count', 'cancel', 'current', 'current', true, 'next_open',
     '{"next_response": {"after": null, "start": [{"event": "created"}, {"event": "comment", "by": "customer", "public": true}]}, "periodic_update": {"stop": {"event": "comment", "public": true}}}', true,
     'Request Tracker: due times are worked out anew from the latest service level and calendar, resolved time counts, a reply is owed from the creation, also after a ticket is resolved and opened again, any public comment ends a periodic update, and a due time at closing time is the next opening.');

ALTER TABLE slaops.states ALTER COLUMN policy_set SET DEFAULT 'current';
ALTER TABLE slaops.metrics ALTER COLUMN policy_set SET DEFAULT 'current';
ALTER TABLE slaops.presets ALTER COLUMN policy_set SET DEFAULT 'current';

-- The planner puts these three into the query that calls them, so they are not STRICT and set nothing.
CREATE FUNCTION slaops.states_of(policy_set text)
RETURNS SETOF slaops.states
LANGUAGE sql STABLE PARALLEL SAFE ROWS 50
BEGIN ATOMIC
    SELECT DISTINCT ON (s.status) s.*
    FROM slaops.states AS s
    WHERE s.policy_set OPERATOR(pg_catalog.=) ANY (ARRAY['', states_of.policy_set])
    ORDER BY s.status, s.built_in;
END;
COMMENT ON FUNCTION slaops.states_of(text) IS
'What each status means in a policy set: its own rows, and the built-in ones of other statuses.';

CREATE FUNCTION slaops.metrics_of(policy_set text)
RETURNS SETOF slaops.metrics
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    SELECT DISTINCT ON (m.name) m.*
    FROM slaops.metrics AS m
    WHERE m.policy_set OPERATOR(pg_catalog.=) ANY (ARRAY['', metrics_of.policy_set])
    ORDER BY m.name, m.built_in;
END;
COMMENT ON FUNCTION slaops.metrics_of(text) IS
'The metrics of a policy set: its own, and the built-in ones of other names. The preset of the set may change their conditions.';

CREATE FUNCTION slaops.presets_of(policy_set text)
RETURNS SETOF slaops.presets
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    SELECT DISTINCT ON (p.name) p.*
    FROM slaops.presets AS p
    WHERE p.policy_set OPERATOR(pg_catalog.=) ANY (ARRAY['', presets_of.policy_set])
    ORDER BY p.name, p.built_in;
END;
COMMENT ON FUNCTION slaops.presets_of(text) IS
'The presets that a policy set can use: its own, and the built-in ones of other names.';

GRANT SELECT ON slaops.states, slaops.metrics, slaops.presets TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON slaops.states, slaops.metrics, slaops.presets
    TO @extowner@, pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('slaops.states', 'WHERE NOT built_in');
SELECT pg_catalog.pg_extension_config_dump('slaops.metrics', 'WHERE NOT built_in');
SELECT pg_catalog.pg_extension_config_dump('slaops.presets', 'WHERE NOT built_in');
