-- What is measured: states, metrics and the switches on which products differ, as data.
--
-- Each row belongs to a policy set, the built-in rows to the set '', which has no other. A row of a
-- set stands in the place of the built-in row of the same name, in that set only. The default of
-- policy_set is set below: the rows that slaops brings are entered first.

CREATE TABLE slaops.states (
    status text NOT NULL,
    state text NOT NULL CONSTRAINT states_state_check
        CHECK (
            state OPERATOR(pg_catalog.=)
            ANY (ARRAY['new', 'open', 'pending', 'hold', 'solved', 'closed'])
        ),
    built_in boolean NOT NULL DEFAULT false,
    policy_set text NOT NULL DEFAULT '',
    PRIMARY KEY (policy_set, status),
    CONSTRAINT states_policy_set_check
        CHECK (built_in OPERATOR(pg_catalog.=) (policy_set OPERATOR(pg_catalog.=) '')),
    CONSTRAINT states_status_check
        CHECK (
            status OPERATOR(pg_catalog.<>) ''
            AND status OPERATOR(pg_catalog.=) pg_catalog.btrim(pg_catalog.lower(status))
            AND status OPERATOR(pg_catalog.!~) '[-_]'
        )
);
COMMENT ON TABLE slaops.states IS
'The state of each ticket status: new, open, pending, hold, solved or closed. An unknown status '
'neither pauses nor stops clocks; config_health lists it.';
COMMENT ON COLUMN slaops.states.status IS
'The status in lower case, with a blank for each hyphen and underscore: "On-hold" and "on_hold" '
'are "on hold".';
COMMENT ON COLUMN slaops.states.state IS
'new, open, pending (waiting for the customer), hold (waiting for a third party), solved or '
'closed.';
COMMENT ON COLUMN slaops.states.built_in IS 'Whether the row belongs to slaops.';
COMMENT ON COLUMN slaops.states.policy_set IS
'The policy set of the row, which overrides a built-in row of the same status; empty for built-in '
'rows, which apply to every set.';

INSERT INTO slaops.states (status, state, built_in) VALUES
    ('new', 'new', true),
    ('open', 'open', true),
    ('pending', 'pending', true),
    ('hold', 'hold', true),
    ('on hold', 'hold', true),
    ('solved', 'solved', true),
    ('closed', 'closed', true),
    -- Zammad
    ('pending reminder', 'pending', true),
    ('pending close', 'pending', true),
    ('merged', 'closed', true),
    -- ServiceNow
    ('active', 'open', true),
    ('in progress', 'open', true),
    ('awaiting user info', 'pending', true),
    ('awaiting caller', 'pending', true),
    ('awaiting vendor', 'hold', true),
    ('awaiting problem', 'hold', true),
    ('awaiting change', 'hold', true),
    ('awaiting evidence', 'hold', true),
    ('resolved', 'solved', true),
    ('canceled', 'closed', true),
    ('cancelled', 'closed', true),
    -- Jira
    ('to do', 'new', true),
    ('reopened', 'open', true),
    ('patch available', 'open', true),
    ('waiting for support', 'open', true),
    ('waiting for customer', 'pending', true),
    ('escalated', 'open', true),
    ('done', 'closed', true),
    ('waiting for approval', 'hold', true),
    ('work in progress', 'open', true),
    ('under investigation', 'open', true),
    ('declined', 'closed', true),
    ('completed', 'closed', true),
    -- Freshdesk
    ('waiting on customer', 'pending', true),
    ('waiting on third party', 'hold', true),
    -- Zendesk and Zammad, of tickets that are no more
    ('deleted', 'closed', true),
    ('removed', 'closed', true),
    -- Intercom
    ('snoozed', 'pending', true),
    ('submitted', 'new', true),
    -- Request Tracker
    ('stalled', 'pending', true),
    ('rejected', 'closed', true);
