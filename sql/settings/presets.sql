-- Presets: the switches on which products differ. Each product's row is in presets/.

CREATE TABLE slaops.presets (
    name text NOT NULL,
    reopen text NOT NULL CONSTRAINT presets_reopen_check
        CHECK (
            reopen OPERATOR(pg_catalog.=)
            ANY (ARRAY['resume', 'pause', 'count', 'new_cycle', 'ignore'])
        ),
    solved_before_reply text NOT NULL CONSTRAINT presets_solved_before_reply_check
        CHECK (
            solved_before_reply OPERATOR(pg_catalog.=) ANY (ARRAY['fulfill', 'cancel', 'ignore'])
        ),
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
    CONSTRAINT presets_policy_set_check
        CHECK (built_in OPERATOR(pg_catalog.=) (policy_set OPERATOR(pg_catalog.=) ''))
);
COMMENT ON TABLE slaops.presets IS
'Named sets of the rules in which ticket systems differ, so that figures after a migration match '
'those of before.';
COMMENT ON COLUMN slaops.presets.name IS 'Name of the preset.';
COMMENT ON COLUMN slaops.presets.reopen IS
'When a solved ticket is reopened: resume (solved time is ignored), pause (it is a pause) or '
'count (it counts), which undo the stop; new_cycle; or ignore.';
COMMENT ON COLUMN slaops.presets.solved_before_reply IS
'When a ticket is solved without the due reply: fulfill, cancel or ignore the clock.';
COMMENT ON COLUMN slaops.presets.target_at IS
'Which target counts when priority or policy change: event (at the start of the cycle), first (at '
'creation) or current (the latest while the clock runs).';
COMMENT ON COLUMN slaops.presets.calendar_at IS
'Which calendar counts when it changes: each in its time, or that of event, first or current for '
'the whole cycle.';
COMMENT ON COLUMN slaops.presets.retroactive_start IS
'Whether a policy that applies late counts from the start of the cycle (true) or from that '
'instant (false).';
COMMENT ON COLUMN slaops.presets.due_at_close IS
'Whether a target that ends exactly at closing time is due then (close) or at the next opening '
'(next_open).';
COMMENT ON COLUMN slaops.presets.metrics IS
'Changes of the preset to slaops.metrics: {"first_response": {"pause": {"state": "pending"}}}.';
COMMENT ON COLUMN slaops.presets.description IS 'The product whose rules it has.';
COMMENT ON COLUMN slaops.presets.built_in IS 'Whether the row belongs to slaops.';
COMMENT ON COLUMN slaops.presets.policy_set IS
'The policy set of the preset, which overrides a built-in one of the same name; empty for '
'built-in rows, which apply to every set.';
