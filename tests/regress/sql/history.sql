-- Ticket histories: the aggregate, order, doubles, forms.
CREATE TEMP TABLE event (
    event_at timestamptz, event_type text, actor_role text, actor text, field text, old_value text,
    new_value text, public boolean, seq bigint
);
INSERT INTO event (event_at, event_type, actor_role, field, old_value, new_value, public, seq) VALUES
    ('2026-01-05 10:00Z', 'comment', 'agent', NULL, NULL, NULL, true, NULL),
    ('2026-01-05 09:00Z', 'created', 'customer', NULL, NULL, 'new', NULL, NULL),
    -- The event type may be the field itself; group is group_name.
    ('2026-01-05 10:00Z', 'status', NULL, NULL, 'new', 'open', NULL, NULL),
    ('2026-01-05 11:00Z', 'group', NULL, NULL, 'T1', 'T2', NULL, NULL),
    -- A double, a row without an instant, one without a type.
    ('2026-01-05 10:00Z', 'comment', 'agent', NULL, NULL, NULL, true, NULL),
    (NULL, 'comment', 'agent', NULL, NULL, NULL, true, NULL),
    ('2026-01-05 12:00Z', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('2026-01-05 12:00Z', 'escalated', 'system', NULL, NULL, NULL, NULL, 7);
SELECT jsonb_pretty(
    slaops.ticket_history(
        event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
    )::text::jsonb
) AS history
FROM event;

-- The order of rows does not matter, nor how they are parted.
CREATE TEMP TABLE form AS
SELECT slaops.ticket_history(
    event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
)::text AS whole
FROM event;
SELECT slaops.ticket_history(
    event_at, event_type, actor_role, actor, field, old_value, new_value, public,
    seq ORDER BY random()
)::text = whole AS same
FROM event, form
GROUP BY whole;
SELECT slaops.rollup(part)::text = whole AS same
FROM
    (
        SELECT slaops.ticket_history(
            event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
        ) AS part
        FROM event
        GROUP BY event_type
    ) AS parts,
    form
GROUP BY whole;
SELECT whole::slaops.ticket_history::text = whole AS round_trip FROM form;
SELECT slaops.ticket_history(
    event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
) IS NULL AS none
FROM event
WHERE false;

SELECT * FROM refusal($$SELECT 'x'::slaops.ticket_history$$);
SELECT *
FROM refusal(
    $$SELECT '[{"event_at": "yesterday", "event_type": "created"}]'::slaops.ticket_history$$
);
SELECT * FROM refusal($$SELECT '[{"event_at": "2026-01-05T09:00:00Z", "event_type": "created", "color": "red"}]'::slaops.ticket_history$$);
