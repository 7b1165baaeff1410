-- The vendor's own figures beside those of slaops: which clocks agree, and why the others differ. A
-- cause is found by trial: a clock is computed again with one switch, calendar, pause or target
-- changed, until it gives the vendor's figures.

CREATE FUNCTION slaops.clocks_agree(
    due_at timestamptz,
    vendor_due_at timestamptz,
    elapsed_minutes double precision,
    vendor_elapsed_minutes double precision,
    is_breached boolean,
    vendor_breached boolean,
    tolerance_seconds double precision
)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    vendor_due_at IS NULL
    OR coalesce(
        pg_catalog.abs(
            pg_catalog.date_part('epoch', due_at) OPERATOR(pg_catalog.-)
            pg_catalog.date_part('epoch', vendor_due_at)
        ) OPERATOR(pg_catalog.<=) tolerance_seconds,
        false
    )
)
AND (
    vendor_elapsed_minutes IS NULL
    OR coalesce(
        pg_catalog.abs(
            elapsed_minutes OPERATOR(pg_catalog.-) vendor_elapsed_minutes
        ) OPERATOR(pg_catalog.*) 60::double precision
        OPERATOR(pg_catalog.<=) tolerance_seconds,
        false
    )
)
AND (
    vendor_breached IS NULL
    OR coalesce(is_breached, false) OPERATOR(pg_catalog.=) vendor_breached
);
COMMENT ON FUNCTION slaops.clocks_agree(
    timestamptz, timestamptz, double precision, double precision, boolean, boolean,
    double precision
) IS
'Whether a clock has the due time, elapsed open minutes and verdict that a vendor gives; what the '
'vendor does not give is not asked. Example: SELECT slaops.clocks_agree(now(), now(), 5, NULL, '
'false, NULL, 1);';

-- All trials of a schema's clocks, one row each. Which ones there are:
--   as it is     the policy set of the views
--   pause, reopened, priority changed, solved before reply, late policy, closing time
--                the policy set with one switch of its preset changed
--   calendar     the clock in another calendar: those of the policies, around the clock
--   other target the clock with another target of its metric, the one that the vendor gives, or the
--                one that the vendor's due times tell of
--   merged       the ticket with or without the messages of those merged into it; the merged ticket
--                as if it went on, or as if it was solved then
CREATE FUNCTION slaops.reconciliation_trials(
    schema text,
    vendor_clocks regclass,
    tolerance_seconds double precision,
    every_clock boolean
)
RETURNS TABLE (
    vendor_row bigint,
    rank integer,
    cause text,
    switch jsonb,
    agrees boolean,
    ticket_id text,
    metric text,
    cycle integer,
    due_at timestamptz,
    vendor_due_at timestamptz,
    elapsed_minutes double precision,
    vendor_elapsed_minutes double precision,
    status text,
    vendor_breached boolean,
    is_merged boolean
)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
SET work_mem = '64MB'
AS $reconciliation_trials$
DECLARE
    state jsonb := slaops.mart_state_of(schema, false);
    set_name text := state ->> 'policy_set';
    trials text;
    as_of timestamptz;
BEGIN
    IF state IS NULL THEN
        RAISE EXCEPTION 'schema % has no views of create_marts',
            coalesce(quote_ident(schema), 'NULL')
            USING
                ERRCODE = 'undefined_object',
                HINT = 'Give the schema that you gave create_marts.';
    END IF;
    IF coalesce(vendor_clocks, to_regclass(format('%I.vendor_clocks', schema))) IS NULL THEN
        RAISE EXCEPTION '%.vendor_clocks does not exist', quote_ident(schema)
            USING
                ERRCODE = 'undefined_table',
                HINT = 'Make it, or name another relation: with the columns ticket_id, metric and '
                    'any of cycle, due_at, elapsed_minutes, target_minutes, breached.';
    END IF;
    vendor_clocks := slaops.mart_source(
        schema,
        vendor_clocks,
        'vendor_clocks',
        '{ticket_id,metric}',
        ARRAY[
            'cycle integer',
            'due_at timestamptz',
            'elapsed_minutes float8',
            'target_minutes float8',
            'breached boolean'
        ]
    );
    IF NOT coalesce(tolerance_seconds BETWEEN 0 AND 1e9, false) THEN
        RAISE EXCEPTION 'tolerance must be at least zero, not % seconds', tolerance_seconds
            USING
                ERRCODE = 'invalid_parameter_value',
                HINT = 'Figures that differ by less agree: ''1 second'', ''1 minute''.';
    END IF;
    as_of := slaops.marts_as_of(schema);
    -- Each trial with its policy set as a constant, so that it is compiled once.
    SELECT string_agg(
        format(
            $trial$
    SELECT
        asked.vendor_row,
        %1$s AS rank,
        %2$L AS cause,
        %3$L::jsonb AS switch,
        clock.*
    FROM (
        -- One replay a ticket, whatever is expected of the join.
        SELECT
            asked_ticket.ticket_id::text AS ticket_id,
            replay.*
        FROM asked_ticket
        CROSS JOIN LATERAL slaops.sla_attainment(
            asked_ticket, asked_ticket.history, %4$L, $2, targets_only => true
        ) AS replay
        OFFSET 0
    ) AS clock
    JOIN asked
        ON asked.ticket_id = clock.ticket_id
        AND asked.metric = clock.metric
        AND coalesce(asked.cycle, clock.cycle) = clock.cycle
        AND (NOT asked.first_due OR clock.stopped_at IS NULL)
$trial$,
            trial.rank,
            trial.cause,
            trial.switch,
            CASE
                WHEN trial.switch IS NULL THEN set_name
                ELSE (
                    jsonb_build_object('policy_set', set_name)
                    || CASE
                        -- A metric may have its own.
                        WHEN trial.switch ?| '{pause,reopen}' THEN jsonb_build_object(
                            'metrics',
                            (
                                SELECT jsonb_object_agg(known.name, trial.switch)
                                FROM slaops.metrics_of(set_name) AS known
                            )
                        )
                        ELSE trial.switch
                    END
                )::text
            END
        ),
        E'\n    UNION ALL\n' ORDER BY trial.rank
    )
    INTO trials
    FROM (
        SELECT
            0 AS rank,
            'as it is' AS cause,
            NULL::jsonb AS switch
        UNION ALL
        SELECT
            10 * topic.place::integer + choice.place::integer AS rank,
            topic.cause,
            jsonb_build_object(topic.switch, choice.value) AS switch
        FROM (
            VALUES
                (
                    1, 'pause', 'pause',
                    '[null, {"state": "pending"}, {"state": ["pending", "hold"]}]'::jsonb
                ),
                (2, 'reopened', 'reopen',
                    '["resume", "pause", "count", "new_cycle", "ignore"]'),
                (3, 'priority changed', 'target_at', '["event", "first", "current"]'),
                (4, 'calendar', 'calendar_at', '["each", "event", "first", "current"]'),
                (5, 'solved before reply', 'solved_before_reply',
                    '["fulfill", "cancel", "ignore"]'),
                (6, 'late policy', 'retroactive_start', '[true, false]'),
                (7, 'closing time', 'due_at_close', '["close", "next_open"]')
        ) AS topic (place, cause, switch, choices)
        CROSS JOIN LATERAL jsonb_array_elements(topic.choices)
            WITH ORDINALITY AS choice (value, place)
        LEFT JOIN slaops.presets_of(set_name) AS preset
            ON preset.name = coalesce(
                (
                    SELECT known.preset
                    FROM slaops.policy_sets AS known
                    WHERE known.name = set_name
                ),
                'default'
            )
        -- What the set does already is no trial, unless a metric does otherwise.
        WHERE topic.switch IN ('pause', 'reopen')
            OR to_jsonb(preset) -> topic.switch IS DISTINCT FROM choice.value
    ) AS trial;
    -- All parts are put in at once, so that no name is taken for a placeholder.
    RETURN QUERY EXECUTE slaops.put_names(
        $reconciliation$
WITH vendor AS (
    SELECT
        row_number() OVER () AS vendor_row,
        given.ticket_id::text AS ticket_id,
        given.metric,
        -- Of several metrics it is the clock that is due first, or is breached.
        metric.names AS metrics,
        cardinality(metric.names) > 1 AND given.due_at IS NOT NULL AS first_due,
        cardinality(metric.names) > 1 AS several,
        given.cycle,
        nullif(given.due_at, 'infinity') AS due_at,
        given.elapsed_minutes,
        given.target_minutes,
        given.breached,
        -- A vendor that gives only whole minutes cuts off what is beyond.
        bool_and(given.elapsed_minutes = floor(given.elapsed_minutes))
            OVER (PARTITION BY given.metric) AS whole_elapsed,
        bool_and(extract(second FROM given.due_at) = 0)
            OVER (PARTITION BY given.metric) AS whole_due
    FROM {vendor} AS given
    CROSS JOIN LATERAL (
        SELECT regexp_split_to_array(btrim(given.metric), '\s*,\s*') AS names
    ) AS metric
    WHERE given.ticket_id IS NOT NULL
),

own AS (
    SELECT
        clock.ticket_id::text AS ticket_id,
        clock.metric,
        clock.cycle,
        clock.due_at,
        clock.elapsed_minutes,
        clock.status,
        clock.stopped_at,
        row_number() OVER (
            PARTITION BY clock.ticket_id, clock.metric
            ORDER BY clock.cycle DESC
        ) AS from_last
    FROM {schema}.fct_sla_attainment AS clock
    WHERE clock.metric IN (SELECT unnest(vendor.metrics) FROM vendor)
),

own_clock AS (
    SELECT
        vendor.vendor_row,
        own.cycle AS own_cycle,
        own.due_at AS own_due_at,
        own.elapsed_minutes AS own_elapsed_minutes,
        own.status AS own_status
    FROM vendor
    JOIN own
        ON own.ticket_id = vendor.ticket_id
        AND own.metric = vendor.metric
        AND own.cycle = vendor.cycle
    UNION ALL
    SELECT
        vendor.vendor_row,
        own.cycle AS own_cycle,
        own.due_at AS own_due_at,
        own.elapsed_minutes AS own_elapsed_minutes,
        own.status AS own_status
    FROM vendor
    JOIN own
        ON own.ticket_id = vendor.ticket_id
        AND own.metric = vendor.metric
        AND own.from_last = 1
    WHERE vendor.cycle IS NULL
    UNION ALL
    (
        SELECT DISTINCT ON (vendor.vendor_row)
            vendor.vendor_row,
            own.cycle AS own_cycle,
            own.due_at AS own_due_at,
            own.elapsed_minutes AS own_elapsed_minutes,
            own.status AS own_status
        FROM vendor
        JOIN own
            ON own.ticket_id = vendor.ticket_id
            AND own.metric = ANY (vendor.metrics)
            AND coalesce(vendor.cycle, own.cycle) = own.cycle
            AND (NOT vendor.first_due OR own.stopped_at IS NULL)
        WHERE vendor.several
        ORDER BY
            vendor.vendor_row,
            CASE WHEN vendor.first_due THEN own.due_at END,
            own.status = 'breached' DESC,
            own.cycle DESC
    )
),

matched AS (
    SELECT
        vendor.*,
        own_clock.own_cycle,
        own_clock.own_due_at,
        own_clock.own_elapsed_minutes,
        own_clock.own_status
    FROM vendor
    LEFT JOIN own_clock ON own_clock.vendor_row = vendor.vendor_row
),

judged AS MATERIALIZED (
    SELECT
        matched.*,
        slaops.clocks_agree(
            matched.own_due_at, matched.due_at,
            matched.own_elapsed_minutes, matched.elapsed_minutes,
            matched.own_status = 'breached', matched.breached,
            $3
        ) AND matched.own_cycle IS NOT NULL AS agrees
    FROM matched
),

compared AS MATERIALIZED (
    SELECT judged.*
    FROM judged
    WHERE $4 OR NOT judged.agrees
),

asked AS MATERIALIZED (
    SELECT
        compared.vendor_row,
        compared.ticket_id,
        metric.name AS metric,
        compared.cycle,
        compared.first_due,
        compared.agrees
    FROM compared
    CROSS JOIN unnest(compared.metrics) AS metric (name)
),

asked_ticket AS MATERIALIZED (
    SELECT
        ticket.*,
        told.history
    FROM {schema}.stg_tickets AS ticket
    LEFT JOIN (
        SELECT
            event.ticket_id,
            slaops.ticket_history(
                event.event_at, event.event_type, event.actor_role, event.actor, event.field,
                event.old_value, event.new_value, event.public, event.seq
            ) AS history
        FROM {schema}.stg_ticket_events AS event
        WHERE event.ticket_id::text IN (SELECT compared.ticket_id FROM compared)
        GROUP BY event.ticket_id
    ) AS told
        ON told.ticket_id = ticket.ticket_id
    WHERE ticket.ticket_id::text IN (SELECT compared.ticket_id FROM compared)
),

merge AS MATERIALIZED (
    SELECT
        ticket.ticket_id::text AS ticket_id,
        ticket.attributes ->> 'merged into' AS survivor_id
    FROM {schema}.stg_tickets AS ticket
    WHERE ticket.attributes ->> 'merged into' IS NOT NULL
),

merged AS MATERIALIZED (
    SELECT event.ticket_id::text AS ticket_id
    FROM {schema}.stg_ticket_events AS event
    WHERE event.event_type IN ('merged', 'merge')
        OR lower(event.new_value) = 'merged'
    UNION
    SELECT merge.ticket_id
    FROM merge
),

-- Tickets that differ, and those merged into them, with what happened to them.
merge_event AS MATERIALIZED (
    SELECT
        event.ticket_id::text AS ticket_id,
        event.event_at,
        event.event_type,
        event.actor_role,
        event.actor,
        event.field,
        event.old_value,
        event.new_value,
        event.public,
        event.seq
    FROM {schema}.stg_ticket_events AS event
    WHERE event.ticket_id::text IN (
        SELECT compared.ticket_id
        FROM compared
        WHERE NOT compared.agrees
            AND compared.ticket_id IN (
                SELECT merge.survivor_id FROM merge UNION SELECT merged.ticket_id FROM merged
            )
        UNION
        SELECT merge.ticket_id
        FROM merge
        WHERE merge.survivor_id IN (
            SELECT compared.ticket_id FROM compared WHERE NOT compared.agrees
        )
    )
),

lent AS MATERIALIZED (
    SELECT
        merge.survivor_id,
        event.*
    FROM merge
    JOIN merge_event AS event ON event.ticket_id = merge.ticket_id
    WHERE event.event_type IN ('created', 'comment')
),

merge_trial AS (
    SELECT
        81 AS rank,
        '{"merged": "messages count in the ticket that remains"}'::jsonb AS switch,
        event.ticket_id,
        event.event_at,
        event.event_type,
        event.actor_role,
        event.actor,
        event.field,
        event.old_value,
        event.new_value,
        event.public,
        event.seq
    FROM merge_event AS event
    WHERE event.ticket_id IN (SELECT lent.survivor_id FROM lent)
    UNION ALL
    SELECT
        81 AS rank,
        '{"merged": "messages count in the ticket that remains"}'::jsonb AS switch,
        lent.survivor_id AS ticket_id,
        lent.event_at,
        'comment' AS event_type,
        lent.actor_role,
        lent.actor,
        NULL AS field,
        NULL AS old_value,
        NULL AS new_value,
        coalesce(lent.public, true) AS public,
        lent.seq
    FROM lent
    WHERE NOT EXISTS (
        SELECT
        FROM merge_event AS own_event
        WHERE own_event.ticket_id = lent.survivor_id
            AND own_event.event_type = 'comment'
            AND own_event.event_at = lent.event_at
            AND own_event.actor IS NOT DISTINCT FROM lent.actor
    )
    UNION ALL
    SELECT
        82 AS rank,
        '{"merged": "messages do not count in the ticket that remains"}'::jsonb AS switch,
        event.ticket_id,
        event.event_at,
        event.event_type,
        event.actor_role,
        event.actor,
        event.field,
        event.old_value,
        event.new_value,
        event.public,
        event.seq
    FROM merge_event AS event
    WHERE event.ticket_id IN (SELECT lent.survivor_id FROM lent)
        AND NOT (
            event.event_type = 'comment'
            AND EXISTS (
                SELECT
                FROM lent
                WHERE lent.survivor_id = event.ticket_id
                    AND lent.event_at = event.event_at
                    AND lent.actor IS NOT DISTINCT FROM event.actor
            )
        )
    UNION ALL
    SELECT
        trial.rank,
        jsonb_build_object('merged', trial.name) AS switch,
        event.ticket_id,
        event.event_at,
        CASE WHEN happened.is_merge THEN 'status' ELSE event.event_type END AS event_type,
        event.actor_role,
        event.actor,
        event.field,
        event.old_value,
        CASE WHEN happened.is_merge THEN 'solved' ELSE event.new_value END AS new_value,
        event.public,
        event.seq
    FROM merge_event AS event
    CROSS JOIN LATERAL (
        SELECT
            coalesce(
                event.event_type IN ('merged', 'merge') OR lower(event.new_value) = 'merged', false
            ) AS is_merge
    ) AS happened
    CROSS JOIN (
        VALUES (83, 'the clock goes on'), (84, 'the merge is a solution')
    ) AS trial (rank, name)
    WHERE event.ticket_id IN (SELECT merged.ticket_id FROM merged)
        AND (trial.rank = 84 OR NOT happened.is_merge)
),

merge_history AS MATERIALIZED (
    SELECT
        merge_trial.rank,
        merge_trial.switch,
        merge_trial.ticket_id,
        slaops.ticket_history(
            merge_trial.event_at, merge_trial.event_type, merge_trial.actor_role,
            merge_trial.actor, merge_trial.field, merge_trial.old_value, merge_trial.new_value,
            merge_trial.public, merge_trial.seq
        ) AS history
    FROM merge_trial
    GROUP BY
        merge_trial.rank,
        merge_trial.switch,
        merge_trial.ticket_id
),

switched AS MATERIALIZED (
    {trials}
    UNION ALL
    SELECT
        asked.vendor_row,
        clock.rank,
        'merged' AS cause,
        clock.switch,
        clock.ticket_id,
        (clock.replay).*
    FROM (
        SELECT
            merge_history.rank,
            merge_history.switch,
            merge_history.ticket_id,
            replay
        FROM merge_history
        JOIN asked_ticket ON asked_ticket.ticket_id::text = merge_history.ticket_id
        CROSS JOIN LATERAL slaops.sla_attainment(
            CASE
                WHEN merge_history.rank < 83 THEN to_jsonb(asked_ticket) - 'history'
                ELSE to_jsonb(asked_ticket) - '{history,status,solved_at,closed_at}'::text[]
            END,
            merge_history.history, $1, $2, targets_only => true
        ) AS replay
        OFFSET 0
    ) AS clock
    JOIN asked
        ON asked.ticket_id = clock.ticket_id
        AND asked.metric = (clock.replay).metric
        AND NOT asked.agrees
        AND coalesce(asked.cycle, (clock.replay).cycle) = (clock.replay).cycle
        AND (NOT asked.first_due OR (clock.replay).stopped_at IS NULL)
),

-- One clock a trial: the last cycle where the vendor has no cycles, and the first due of several.
latest AS (
    SELECT DISTINCT ON (switched.vendor_row, switched.rank) switched.*
    FROM switched
    JOIN compared ON compared.vendor_row = switched.vendor_row
    ORDER BY
        switched.vendor_row,
        switched.rank,
        CASE WHEN compared.first_due THEN switched.due_at END,
        compared.several AND switched.status = 'breached' DESC,
        switched.cycle DESC
),

calendar AS (
    SELECT
        candidate.name,
        row_number() OVER (ORDER BY candidate.name) AS place
    FROM (
        SELECT DISTINCT named.name
        FROM slaops.sla_policies AS policy
        LEFT JOIN slaops.sla_targets AS target
            ON target.policy_set = policy.policy_set
            AND target.policy = policy.name
        CROSS JOIN LATERAL (
            VALUES (policy.calendar_name), (target.calendar_name)
        ) AS named (name)
        WHERE policy.policy_set = $1
        UNION
        SELECT settings.default_calendar
        FROM slaops.policy_sets AS settings
        WHERE settings.name = $1
        UNION
        SELECT kept.calendar_name
        FROM asked_ticket AS kept
        UNION
        SELECT known.name
        FROM slaops.calendars AS known
        WHERE starts_with(known.name, $5 || ' ')
        UNION
        VALUES ('24/7 @ UTC'), ('Mo-Fr 00:00-24:00 @ UTC')
    ) AS candidate
    WHERE position('@' IN candidate.name) > 0
        OR candidate.name IN (SELECT known.name FROM slaops.calendars AS known)
    ORDER BY candidate.name
    LIMIT 40
),

target AS (
    SELECT DISTINCT
        target.metric,
        target.target
    FROM slaops.sla_targets AS target
    WHERE target.policy_set = $1
        AND NOT target.business_days
),

-- The target that the vendor's due time tells of. It counts if it is of half hours and several
-- clocks that have one target here have that one there.
implied AS (
    SELECT
        found.vendor_row,
        found.calendar_name,
        found.clock,
        found.minutes,
        count(*) OVER (PARTITION BY found.metric, found.target, found.minutes) AS clocks
    FROM (
        SELECT
            base.vendor_row,
            base.metric,
            base.target,
            base.calendar_name,
            base.clock,
            compared.whole_due,
            span.minutes AS exact,
            round(span.minutes / 30) * 30 AS minutes
        FROM latest AS base
        JOIN compared
            ON compared.vendor_row = base.vendor_row
            AND NOT compared.agrees
            AND compared.due_at > base.started_at
            AND compared.target_minutes IS NULL
        CROSS JOIN LATERAL (
            SELECT coalesce(nullif(base.calendar_name, '24x7'), '24/7 @ UTC') AS name
        ) AS hours
        CROSS JOIN LATERAL (
            SELECT
                slaops.elapsed_minutes(
                    base.clock, hours.name, least(compared.due_at, base.stopped_at)
                )
                + CASE
                    WHEN base.stopped_at < compared.due_at
                        THEN slaops.business_minutes(hours.name, base.stopped_at, compared.due_at)
                    ELSE 0
                END AS minutes
        ) AS span
        WHERE base.rank = 0
            AND (
                position('@' IN hours.name) > 0
                OR hours.name IN (SELECT known.name FROM slaops.calendars AS known)
            )
    ) AS found
    WHERE found.minutes > 0
        AND found.minutes < 1e7
        AND abs(found.exact - found.minutes) < CASE WHEN found.whole_due THEN 1 ELSE 1.0 / 60 END
),

replaced AS (
    SELECT
        base.vendor_row,
        100 + calendar.place::integer AS rank,
        'calendar' AS cause,
        jsonb_build_object('calendar', calendar.name) AS switch,
        calendar.name AS calendar_name,
        base.target,
        base.clock
    FROM latest AS base
    JOIN calendar
        ON calendar.name
            IS DISTINCT FROM coalesce(nullif(base.calendar_name, '24x7'), '24/7 @ UTC')
    WHERE base.rank = 0
    UNION ALL
    SELECT
        base.vendor_row,
        200 AS rank,
        'other target' AS cause,
        jsonb_build_object('target', target.target) AS switch,
        base.calendar_name,
        target.target,
        base.clock
    FROM latest AS base
    JOIN target
        ON target.metric = base.metric
        AND target.target <> base.target
    WHERE base.rank = 0
    UNION ALL
    SELECT
        base.vendor_row,
        201 AS rank,
        'other target' AS cause,
        jsonb_build_object('target_minutes', compared.target_minutes) AS switch,
        base.calendar_name,
        make_interval(secs => compared.target_minutes * 60) AS target,
        base.clock
    FROM latest AS base
    JOIN compared ON compared.vendor_row = base.vendor_row
    WHERE base.rank = 0
        AND abs(compared.target_minutes - base.target_minutes) > 0.01
        AND compared.target_minutes BETWEEN 0 AND 1e7
    UNION ALL
    SELECT
        implied.vendor_row,
        202 AS rank,
        'other target' AS cause,
        jsonb_build_object('target_minutes', implied.minutes) AS switch,
        implied.calendar_name,
        make_interval(mins => implied.minutes::integer) AS target,
        implied.clock
    FROM implied
    WHERE implied.clocks >= 5
),

tried AS (
    SELECT
        latest.vendor_row,
        latest.rank,
        latest.cause,
        latest.switch,
        nullif(latest.due_at, 'infinity') AS due_at,
        latest.elapsed_minutes,
        latest.status
    FROM latest
    UNION ALL
    SELECT
        replaced.vendor_row,
        replaced.rank,
        replaced.cause,
        replaced.switch,
        nullif(
            slaops.due_at(replaced.clock, hours.name, replaced.target, $2), 'infinity'
        ) AS due_at,
        slaops.elapsed_minutes(replaced.clock, hours.name, $2) AS elapsed_minutes,
        slaops.sla_status(replaced.clock, hours.name, replaced.target, $2) AS status
    FROM replaced
    CROSS JOIN LATERAL (
        SELECT coalesce(nullif(replaced.calendar_name, '24x7'), '24/7 @ UTC') AS name
    ) AS hours
    WHERE position('@' IN hours.name) > 0
        OR hours.name IN (SELECT known.name FROM slaops.calendars AS known)
),

-- Apart, so that clocks_agree is given columns and is inlined.
compared_trial AS MATERIALIZED (
    SELECT
        judged.vendor_row,
        tried.rank,
        tried.cause,
        tried.switch,
        judged.ticket_id,
        judged.metric,
        coalesce(judged.cycle, judged.own_cycle) AS cycle,
        tried.due_at,
        judged.due_at AS vendor_due_at,
        tried.elapsed_minutes,
        judged.elapsed_minutes AS vendor_elapsed_minutes,
        tried.status,
        judged.breached AS vendor_breached,
        CASE
            WHEN judged.whole_due
                AND tried.rank > 0
                AND abs(extract(epoch FROM tried.due_at - judged.due_at)) < 60
                THEN judged.due_at
            ELSE tried.due_at
        END AS cut_due_at,
        CASE
            WHEN judged.whole_elapsed
                AND tried.rank > 0
                AND abs(tried.elapsed_minutes - judged.elapsed_minutes) < 1
                THEN judged.elapsed_minutes
            ELSE tried.elapsed_minutes
        END AS cut_elapsed_minutes
    FROM judged
    JOIN tried ON tried.vendor_row = judged.vendor_row
)

SELECT
    trial.vendor_row,
    trial.rank,
    trial.cause,
    trial.switch,
    slaops.clocks_agree(
        trial.cut_due_at, trial.vendor_due_at,
        trial.cut_elapsed_minutes, trial.vendor_elapsed_minutes,
        trial.status = 'breached', trial.vendor_breached,
        greatest($3, 1)
    ) AS agrees,
    trial.ticket_id,
    trial.metric,
    trial.cycle,
    trial.due_at,
    trial.vendor_due_at,
    trial.elapsed_minutes,
    trial.vendor_elapsed_minutes,
    trial.status,
    trial.vendor_breached,
    -- The clock as it is stored says that.
    false AS is_merged
FROM compared_trial AS trial
UNION ALL
-- The clocks as the views have them.
SELECT
    judged.vendor_row,
    -1 AS rank,
    'as stored' AS cause,
    NULL::jsonb AS switch,
    judged.agrees,
    judged.ticket_id,
    judged.metric,
    coalesce(judged.cycle, judged.own_cycle) AS cycle,
    judged.own_due_at AS due_at,
    judged.due_at AS vendor_due_at,
    judged.own_elapsed_minutes AS elapsed_minutes,
    judged.elapsed_minutes AS vendor_elapsed_minutes,
    judged.own_status AS status,
    judged.breached AS vendor_breached,
    merged.ticket_id IS NOT NULL AS is_merged
FROM judged
LEFT JOIN merged ON merged.ticket_id = judged.ticket_id
$reconciliation$,
        jsonb_build_object(
            'schema', quote_ident(schema),
            'trials', trials,
            'vendor', slaops.mart_relation(
                vendor_clocks,
                ARRAY[
                    'ticket_id anything',
                    'metric text',
                    'cycle integer',
                    'due_at timestamp with time zone',
                    'elapsed_minutes double precision',
                    'target_minutes double precision',
                    'breached boolean'
                ]
            )
        )
    )
    USING
        set_name,
        as_of,
        tolerance_seconds,
        every_clock,
        schema;
END
$reconciliation_trials$;
COMMENT ON FUNCTION slaops.reconciliation_trials(text, regclass, double precision, boolean) IS
'The clocks of a vendor, each with every trial: one switch, calendar or target changed.';

-- Why a clock differs. A switch that explains more clocks goes before one that explains fewer; one
-- of the preset before another calendar, and both before another target.
CREATE FUNCTION slaops.reconciliation_causes(
    schema text,
    vendor_clocks regclass,
    tolerance_seconds double precision,
    every_clock boolean
)
RETURNS TABLE (
    vendor_row bigint,
    ticket_id text,
    metric text,
    cycle integer,
    agrees boolean,
    cause text,
    switch jsonb,
    agree_with_switch bigint,
    due_at timestamptz,
    vendor_due_at timestamptz,
    elapsed_minutes double precision,
    vendor_elapsed_minutes double precision,
    status text,
    vendor_breached boolean
)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $reconciliation_causes$
    WITH trial AS MATERIALIZED (
        SELECT found.*
        FROM slaops.reconciliation_trials(
            $1, $2, $3, $4
        ) AS found
    ),

    stored AS (
        SELECT trial.*
        FROM trial
        WHERE trial.rank = -1
    ),

    explained AS (
        SELECT
            trial.vendor_row,
            trial.rank,
            trial.cause,
            trial.switch,
            CASE
                WHEN trial.rank < 100 THEN 1
                WHEN trial.rank < 200 THEN 2
                WHEN trial.rank = 202 THEN 4
                ELSE 3
            END AS tier,
            count(*) OVER (PARTITION BY trial.rank, trial.switch) AS explains
        FROM stored
        JOIN trial
            ON trial.vendor_row = stored.vendor_row
            AND trial.rank >= 0
            AND trial.agrees
        WHERE NOT stored.agrees
    ),

    rounded AS (
        -- The vendor's figures are those of slaops in whole minutes, quarters or hours.
        SELECT
            stored.vendor_row,
            unit.rank,
            'rounding' AS cause,
            jsonb_build_object('rounded_to', unit.name) AS switch,
            unit.tier,
            count(*) OVER (PARTITION BY unit.rank) AS explains
        FROM stored
        CROSS JOIN (
            VALUES
                (300, 0, '1 minute', 60),
                (301, 5, '5 minutes', 300),
                (302, 5, '15 minutes', 900),
                (303, 5, '1 hour', 3600)
        ) AS unit (rank, tier, name, seconds)
        WHERE NOT stored.agrees
            AND (stored.vendor_due_at IS NOT NULL OR stored.vendor_elapsed_minutes IS NOT NULL)
            AND coalesce(stored.vendor_breached = (stored.status = 'breached'), true)
            AND (
                stored.vendor_due_at IS NULL
                OR abs(extract(epoch FROM stored.due_at - stored.vendor_due_at)) < unit.seconds
                AND extract(epoch FROM stored.vendor_due_at) % unit.seconds = 0
                OR stored.due_at = stored.vendor_due_at
            )
            AND (
                stored.vendor_elapsed_minutes IS NULL
                OR abs(stored.elapsed_minutes - stored.vendor_elapsed_minutes) * 60 < unit.seconds
                AND round((stored.vendor_elapsed_minutes * 60)::numeric, 3) % unit.seconds = 0
                OR stored.elapsed_minutes = stored.vendor_elapsed_minutes
            )
    ),

    cause AS (
        SELECT DISTINCT ON (candidate.vendor_row)
            candidate.vendor_row,
            candidate.cause,
            candidate.rank,
            candidate.switch
        FROM (
            SELECT explained.* FROM explained
            UNION ALL
            SELECT
                rounded.vendor_row,
                rounded.rank,
                rounded.cause,
                rounded.switch,
                rounded.tier,
                rounded.explains
            FROM rounded
        ) AS candidate
        ORDER BY
            candidate.vendor_row,
            candidate.tier,
            candidate.explains DESC,
            candidate.rank
    ),

    everywhere AS (
        SELECT
            trial.rank,
            trial.switch,
            count(*) AS clocks
        FROM trial
        WHERE trial.agrees
            AND trial.rank >= 0
        GROUP BY
            trial.rank,
            trial.switch
    )

    SELECT
        stored.vendor_row,
        stored.ticket_id,
        stored.metric,
        stored.cycle,
        stored.agrees,
        CASE
            WHEN stored.agrees THEN NULL
            WHEN cause.rank = 0 THEN 'views are older'
            WHEN cause.cause IS NOT NULL THEN cause.cause
            WHEN stored.status IS NULL THEN 'no clock'
            WHEN stored.is_merged THEN 'merged'
            -- Such a clock has no due time here.
            WHEN stored.status IN ('cancelled', 'not_started') THEN replace(stored.status, '_', ' ')
            ELSE 'unexplained'
        END AS cause,
        CASE WHEN NOT stored.agrees THEN cause.switch END AS switch,
        everywhere.clocks AS agree_with_switch,
        stored.due_at,
        stored.vendor_due_at,
        stored.elapsed_minutes,
        stored.vendor_elapsed_minutes,
        stored.status,
        stored.vendor_breached
    FROM stored
    LEFT JOIN cause
        ON cause.vendor_row = stored.vendor_row
        AND NOT stored.agrees
    LEFT JOIN everywhere
        ON everywhere.rank = cause.rank
        AND everywhere.switch = cause.switch
        -- What is tried only where clocks differ tells nothing of the others.
        AND everywhere.rank NOT BETWEEN 81 AND 84
        AND everywhere.rank < 202
$reconciliation_causes$;
COMMENT ON FUNCTION slaops.reconciliation_causes(text, regclass, double precision, boolean) IS
'The clocks of a vendor beside those of slaops, each with the cause of its difference, and how '
'many clocks the switch behind it makes agree.';

CREATE FUNCTION slaops.reconciliation(
    schema text DEFAULT 'support',
    vendor_clocks regclass DEFAULT NULL,
    tolerance interval DEFAULT '1 second'
)
RETURNS TABLE (
    ticket_id text,
    metric text,
    cycle integer,
    agrees boolean,
    cause text,
    switch jsonb,
    due_at timestamptz,
    vendor_due_at timestamptz,
    due_difference interval,
    elapsed_minutes double precision,
    vendor_elapsed_minutes double precision,
    elapsed_difference double precision,
    status text,
    vendor_breached boolean
)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $reconciliation$
    SELECT
        clock.ticket_id,
        clock.metric,
        clock.cycle,
        clock.agrees,
        clock.cause,
        clock.switch,
        clock.due_at,
        clock.vendor_due_at,
        clock.vendor_due_at - clock.due_at AS due_difference,
        clock.elapsed_minutes,
        clock.vendor_elapsed_minutes,
        clock.vendor_elapsed_minutes - clock.elapsed_minutes AS elapsed_difference,
        clock.status,
        clock.vendor_breached
    FROM slaops.reconciliation_causes(
        schema, vendor_clocks, extract(epoch FROM tolerance)::double precision, false
    ) AS clock
    ORDER BY
        clock.ticket_id,
        clock.metric,
        clock.cycle
$reconciliation$;
COMMENT ON FUNCTION slaops.reconciliation(text, regclass, interval) IS
'A row a ticket, metric and cycle for which the vendor has figures of its own: due time, elapsed '
'open minutes and verdict beside those of slaops, the differences (vendor minus slaops), and the '
'probable cause with the switch, calendar or target that gives the vendor''s figures. Vendor '
'figures are read from the view vendor_clocks of the schema, or from any relation with ticket_id, '
'metric and any of cycle, due_at, elapsed_minutes, target_minutes, breached. Example: '
'SELECT * FROM slaops.reconciliation(''support'', ''support.fct_sla_attainment'') '
'WHERE NOT agrees;';

CREATE FUNCTION slaops.reconciliation_summary(
    schema text DEFAULT 'support',
    vendor_clocks regclass DEFAULT NULL,
    tolerance interval DEFAULT '1 second'
)
RETURNS TABLE (
    metric text,
    cause text,
    switch jsonb,
    clocks bigint,
    share double precision,
    agree_with_switch bigint,
    example text
)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $reconciliation_summary$
    SELECT
        clock.metric,
        coalesce(clock.cause, 'agrees') AS cause,
        clock.switch,
        count(*) AS clocks,
        count(*) / sum(count(*)) OVER (PARTITION BY clock.metric)::double precision AS share,
        max(clock.agree_with_switch) AS agree_with_switch,
        min(clock.ticket_id) AS example
    FROM slaops.reconciliation_causes(
        schema, vendor_clocks, extract(epoch FROM tolerance)::double precision, true
    ) AS clock
    GROUP BY
        clock.metric,
        clock.cause,
        clock.switch
    ORDER BY
        clock.metric,
        clock.cause IS NOT NULL,
        count(*) DESC,
        clock.cause,
        clock.switch
$reconciliation_summary$;
COMMENT ON FUNCTION slaops.reconciliation_summary(text, regclass, interval) IS
'How many of the vendor''s clocks agree with those of slaops, a row a metric and cause of '
'difference: number and share of the metric''s clocks, how many clocks of all metrics agree if the '
'switch is set for all, and a ticket as an example. Example: SELECT * FROM '
'slaops.reconciliation_summary(''support'', ''support.fct_sla_attainment'');';
