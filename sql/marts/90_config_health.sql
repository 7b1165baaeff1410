-- What the configuration does not cover, and what in the data is doubtful. No row means that all is well.
WITH ticket AS MATERIALIZED (
    SELECT t.*, slaops.match_policy(t, {policy_set}, coalesce(t.created_at, slaops.as_of())) AS policy
    FROM {schema}.stg_tickets AS t
), event AS MATERIALIZED (
    SELECT e.*, coalesce(e.field, CASE WHEN e.event_type NOT IN ('created', 'comment')
                                        AND (e.new_value IS NOT NULL OR e.old_value IS NOT NULL) THEN e.event_type
                                       WHEN e.event_type = 'created' AND e.new_value IS NOT NULL THEN 'status' END) AS changed
    FROM {schema}.stg_ticket_events AS e
), status AS (
    SELECT v.status, e.ticket_id
    FROM event AS e CROSS JOIN LATERAL (VALUES (e.old_value), (e.new_value)) AS v (status)
    WHERE e.changed = 'status'
    UNION
    SELECT t.status, t.ticket_id FROM ticket AS t
), known AS (
    -- Every event that some metric asks about.
    SELECT coalesce(jsonb_agg(w.word), '[]') AS events
    FROM slaops.metrics AS m
    CROSS JOIN LATERAL jsonb_path_query(
        jsonb_build_array(m.start, m.stop, m.after, m.cancel, m.reset), '$.**.event[*]') AS w (word)
)
SELECT
    f.problem,              -- What is wrong.
    f.what,                 -- The status, event, policy, calendar or ticket that it is about.
    f.tickets,              -- How many tickets it touches.
    f.example,              -- One of them.
    f.remedy                -- What to do about it.
FROM (
    SELECT 'unknown status' AS problem, s.status AS what, count(DISTINCT s.ticket_id) AS tickets, min(s.ticket_id::text) AS example,
           'It pauses and stops nothing. Say what it means: INSERT INTO slaops.states, or states: in the configuration.' AS remedy
    FROM status AS s
    WHERE s.status IS NOT NULL AND slaops.state_of(s.status) IS NULL
    GROUP BY s.status
    UNION ALL
    SELECT 'unknown event', e.event_type, count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'No metric asks about it and it changes no field. Use created, comment, or the field that changed.'
    FROM event AS e
    WHERE e.changed IS NULL AND e.event_type NOT IN ('created', 'comment')
      AND NOT (SELECT k.events FROM known AS k) ? e.event_type
    GROUP BY e.event_type
    UNION ALL
    SELECT 'comment of unknown role', coalesce(e.actor_role, '(none)'), count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'actor_role is agent, customer or system; other comments neither start nor stop a reply clock.'
    FROM event AS e
    WHERE e.event_type = 'comment' AND coalesce(e.actor_role, '') NOT IN ('agent', 'customer', 'system')
    GROUP BY e.actor_role
    UNION ALL
    SELECT 'comments without a public flag', 'public', count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'They count as public: an internal note may end a reply clock.'
    FROM event AS e
    WHERE e.event_type = 'comment' AND e.public IS NULL
    HAVING count(*) > 0
    UNION ALL
    SELECT 'event without an instant or a type', coalesce(e.event_type, '(none)'), count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'It is left out. Give event_at and event_type.'
    FROM event AS e
    WHERE e.event_at IS NULL OR NOT isfinite(e.event_at) OR e.event_type IS NULL
    GROUP BY e.event_type
    UNION ALL
    SELECT 'event before the ticket was created', e.event_type, count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'Clocks start at the creation; look at the time zone of the source.'
    FROM event AS e JOIN ticket AS t ON t.ticket_id = e.ticket_id
    WHERE e.event_at < t.created_at
    GROUP BY e.event_type
    UNION ALL
    SELECT 'event of an unknown ticket', e.event_type, count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'The ticket is not in stg_tickets, so it is measured nowhere.'
    FROM event AS e LEFT JOIN ticket AS t ON t.ticket_id = e.ticket_id
    WHERE t.ticket_id IS NULL
    GROUP BY e.event_type
    UNION ALL
    SELECT 'ticket without a creation time', 'created_at', count(*), min(t.ticket_id::text),
           'Its first event stands for the creation.'
    FROM ticket AS t
    WHERE t.created_at IS NULL
    HAVING count(*) > 0
    UNION ALL
    SELECT 'no policy matched', coalesce(t.priority, '(no priority)'), count(*), min(t.ticket_id::text),
           'It has no target. slaops.explain_policy(ticket) tells why; a last policy without conditions takes all the rest.'
    FROM ticket AS t
    WHERE t.policy IS NULL
    GROUP BY t.priority
    UNION ALL
    SELECT 'policy never matched', p.name, 0, NULL,
           'No ticket has it. An earlier policy may take all of its tickets: slaops.explain_policy(ticket).'
    FROM slaops.sla_policies AS p
    WHERE p.policy_set = {policy_set} AND NOT EXISTS (SELECT FROM ticket AS t WHERE t.policy = p.name)
    GROUP BY p.name
    UNION ALL
    SELECT 'unknown calendar', t.calendar_name, count(*), min(t.ticket_id::text),
           'Business hours of these tickets are not known. Register it in slaops.calendars.'
    FROM ticket AS t
    WHERE t.calendar_name IS NOT NULL AND t.calendar_name !~ '@|^{'
      AND NOT EXISTS (SELECT FROM slaops.calendars AS c WHERE c.name = t.calendar_name)
    GROUP BY t.calendar_name
    UNION ALL
    SELECT 'holidays run out', c.name, 0, NULL,
           'The last own holiday is over. Add those of the coming year, or give the calendar a country.'
    FROM slaops.calendars AS c
    WHERE c.valid_to > slaops.as_of()::date
      AND (SELECT max(h.day::date) FROM jsonb_array_elements_text(
              CASE jsonb_typeof(c.calendar::jsonb -> 'holidays') WHEN 'array' THEN c.calendar::jsonb -> 'holidays' ELSE '[]' END) AS h (day)
          ) < slaops.as_of()::date
      AND c.calendar::jsonb -> 'country' IS NULL
) AS f
