-- Each difference has a reason, and what has none is equal.
DO $$
BEGIN
    IF EXISTS (SELECT FROM desk.difference WHERE reason = 'other') THEN RAISE 'a due time differs without a known reason'; END IF;
    IF (SELECT count(*) FILTER (WHERE reason !~ '^a second') > 0.01 * (SELECT count(*) FROM desk.due WHERE rt_status IN ('new', 'open', 'stalled')) FROM desk.difference WHERE rt_status IN ('new', 'open', 'stalled'))
        THEN RAISE 'more than one in a hundred due times of open tickets differ by more than a second'; END IF;
    IF EXISTS (SELECT FROM desk.resolved WHERE rt_resolved_at IS DISTINCT FROM slaops_stopped_at) THEN RAISE 'the time of the resolution differs'; END IF;
    IF EXISTS (SELECT FROM desk.open WHERE rt_open <> slaops_open) THEN RAISE 'the number of open tickets differs'; END IF;
    IF EXISTS (SELECT FROM desk.status_time WHERE abs(rt_seconds - slaops_seconds) < 0.001 IS NOT TRUE) THEN RAISE 'the time in a status differs'; END IF;
    -- By the names that generate.pl gives.
    IF EXISTS (SELECT FROM users WHERE name = 'observer') AND (EXISTS (SELECT FROM support.ticket_events WHERE event_type = 'comment' AND actor_role = 'agent' AND actor !~ '^agent')
        OR EXISTS (SELECT FROM support.ticket_events WHERE event_type = 'comment' AND actor_role <> 'agent' AND actor ~ '^agent' AND ticket_id NOT IN (SELECT ticket_id FROM support.tickets WHERE requester_id ~ '^agent')))
        THEN RAISE 'a reply is not of who wrote it'; END IF;
    IF to_regclass('customfields') IS NOT NULL AND NOT EXISTS (SELECT FROM support.tickets WHERE attributes ->> 'Product' = 'Router') AND EXISTS (SELECT FROM objectcustomfieldvalues WHERE content = 'Router')
        THEN RAISE 'custom fields are not read'; END IF;
    IF EXISTS (
        SELECT FROM transactions AS x JOIN tickets AS t ON t.id = x.objectid AND t.effectiveid <> t.id
        WHERE x.objecttype = 'RT::Ticket' AND x.type IN ('Create', 'Correspond', 'Comment')
          AND NOT EXISTS (SELECT FROM support.ticket_events AS e WHERE e.ticket_id = t.effectiveid AND e.event_type = 'comment' AND e.event_at = x.created AT TIME ZONE 'UTC' AND e.public = (x.type <> 'Comment')))
        THEN RAISE 'a message of a merged ticket is not with the one that remains'; END IF;
    IF (SELECT count(*) < 80 FROM desk.due) OR (SELECT count(*) < 20 FROM desk.resolved) THEN RAISE 'too little was compared'; END IF;
END $$;
