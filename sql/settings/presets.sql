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
'Named sets of the switches on which ticket systems differ, so that a team that migrates gets its '
'old figures.';
COMMENT ON COLUMN slaops.presets.name IS 'What a policy set calls the preset.';
COMMENT ON COLUMN slaops.presets.reopen IS
'A solved ticket is opened again: the clock runs on and the solved time is nothing (resume), a '
'pause (pause), or counts as any other (count); a new cycle begins (new_cycle); or nothing happens '
'(ignore). The first three take the stop back.';
COMMENT ON COLUMN slaops.presets.solved_before_reply IS
'A ticket is solved without the reply that was owed: that fulfills the clock, cancels it, or is '
'ignored.';
COMMENT ON COLUMN slaops.presets.target_at IS
'Whose target counts when priority or policy change: the one in force when the cycle began '
'(event), when the ticket was created (first), or the latest while it runs (current). What changes '
'in the instant of the stop does not count.';
COMMENT ON COLUMN slaops.presets.calendar_at IS
'Which calendar counts when it changes: each in its time, or the one of event, first or current '
'for the whole cycle.';
COMMENT ON COLUMN slaops.presets.retroactive_start IS
'A policy that comes to apply late counts from the cycle''s own start (true) or from that instant '
'(false).';
COMMENT ON COLUMN slaops.presets.due_at_close IS
'A target that runs out exactly at closing time is due then (close) or when the calendar next '
'opens (next_open).';
COMMENT ON COLUMN slaops.presets.metrics IS
'What the preset''s metrics have otherwise than slaops.metrics: {"first_response": {"pause": '
'{"state": "pending"}}}.';
COMMENT ON COLUMN slaops.presets.description IS 'Whose behavior it is.';
COMMENT ON COLUMN slaops.presets.built_in IS 'Whether slaops brought it.';
COMMENT ON COLUMN slaops.presets.policy_set IS
'The policy set that can use the preset, instead of a built-in one of the name; empty for a '
'built-in row, which every other set can use.';
