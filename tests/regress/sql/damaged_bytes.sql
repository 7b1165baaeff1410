-- Stored bytes of a damaged disk, which no receive function has seen: each function says 22P03,
-- none an internal error.
SET client_min_messages = error;
CREATE CAST (bytea AS slaops.calendar) WITHOUT FUNCTION;
CREATE CAST (bytea AS slaops.sla_clock) WITHOUT FUNCTION;
CREATE CAST (bytea AS slaops.ticket_history) WITHOUT FUNCTION;
CREATE CAST (bytea AS slaops.transition_matrix) WITHOUT FUNCTION;
CREATE CAST (bytea AS slaops.survival) WITHOUT FUNCTION;
CREATE CAST (bytea AS slaops.series) WITHOUT FUNCTION;
CREATE CAST (bytea AS slaops.forecast_fit) WITHOUT FUNCTION;
CREATE CAST (bytea AS slaops.risk_model) WITHOUT FUNCTION;
RESET client_min_messages;
-- The SQLSTATE of a statement about bytes.
CREATE FUNCTION state_of_bent(statement text, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement USING bytes;
    RETURN 'read';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
-- Each byte of a value changed in seven ways: the answers of each function, counted. What a change
-- leaves a value is read.
CREATE FUNCTION bent(
    type text, bytes bytea, calls text[]
) RETURNS TABLE (call text, answers text) LANGUAGE sql AS $$
    SELECT summed.call, string_agg(summed.state, ' ' ORDER BY summed.state)
    FROM (SELECT DISTINCT elements.call, state_of_bent(format('SELECT %s', replace(elements.call, '$', '$1::' || type)), set_byte(bytes, at, change)) AS state
          FROM unnest(calls) AS elements (call), generate_series(0, length(bytes) - 1) AS instants (at),
               LATERAL unnest(ARRAY[get_byte(bytes, at) # 1, get_byte(bytes, at) # 2, get_byte(bytes, at) # 4, get_byte(bytes, at) # 128, 0, 127, 255]) AS change
          WHERE change <> get_byte(bytes, at)) AS summed
    GROUP BY summed.call ORDER BY summed.call COLLATE "C"
$$;
SELECT bent.*
FROM
    (
        SELECT slaops.transition_matrix_send(
            slaops.transition_matrix(
                i / 3, chr(97 + i % 2), timestamptz '2026-01-05 09:00Z' + i * interval '7 minutes'
            )
        ) AS bytes
        FROM generate_series(1, 8) AS numbers (i)
    ) AS made,
    LATERAL bent(
        'slaops.transition_matrix', made.bytes,
        ARRAY[
            '$::text', 'count(t) FROM slaops.transitions($) AS t',
            'count(t) FROM slaops.as_sankey($) AS t', 'count(t) FROM slaops.as_heatmap($) AS t',
            'slaops.as_dot($)',
            'count(t) FROM slaops.activity_stats($) AS t', 'count(t) FROM slaops.loops($) AS t',
            'count(t) FROM slaops.start_activities($) AS t',
            'count(t) FROM slaops.end_activities($) AS t', 'slaops.matrix_stats($)',
            'count(t) FROM slaops.expected_remaining($) AS t',
            'count(t) FROM slaops.outcome_probabilities($, ''{a}'') AS t',
            'slaops.rollup(m) FROM (VALUES ($)) AS v (m)', 'slaops.transition_merge($, $)'
        ]
    ) AS bent;
SELECT bent.*
FROM bent(
    'slaops.calendar',
    slaops.calendar_send('Mo-Fr 09:00-17:00; PH off; 2026 Dec 24 off "x" @ Europe/Berlin, DE-BY'),
    ARRAY[
        '$::text', 'slaops.business_minutes($, ''2026-01-05'', ''2026-12-31'')',
        'slaops.business_add($, ''2026-01-05Z'', interval ''3 days'')',
        'slaops.next_open($, ''2026-12-24Z'')', 'slaops.hours($)',
        '$ OPERATOR(slaops.&) ''24/7 @ UTC''', 'slaops.to_jsonb($)',
        'count(h) FROM slaops.holidays($, ''2026-01-01'', ''2026-12-31'') AS h'
    ]
) AS bent;
SELECT bent.*
FROM bent(
    'slaops.calendar',
    slaops.calendar_send('(Mo[1] 09:00-17:00 @ UTC) - (Tu 22:00-26:00 @ Asia/Tokyo)'),
    ARRAY[
        '$::text', 'slaops.business_minutes($, ''2026-01-05'', ''2026-12-31'')',
        'slaops.time_zone($)'
    ]
) AS bent;
SELECT bent.*
FROM
    (
        SELECT slaops.sla_clock_send(
            slaops.sla_clock_agg(timestamptz '2026-01-05 09:00Z' + i * interval '1 hour', s, i)
        ) AS bytes
        FROM unnest(ARRAY['start', 'pause', 'resume', 'stop']) WITH ORDINALITY AS elements (s, i)
    ) AS made,
    LATERAL bent(
        'slaops.sla_clock', made.bytes,
        ARRAY[
            '$::text', 'slaops.elapsed_minutes($, ''24/7 @ UTC''::slaops.calendar)',
            'slaops.due_at($, ''24/7 @ UTC''::slaops.calendar, ''1 day'')',
            'slaops.sla_clock_merge($, $)',
            'count(t) FROM slaops.explain($, ''24/7 @ UTC''::slaops.calendar, ''1 hour'','
            ' ''2026-01-06'') AS t'
        ]
    ) AS bent;
SELECT bent.*
FROM
    (
        SELECT slaops.ticket_history_send(
            slaops.ticket_history(
                timestamptz '2026-01-05 09:00Z' + i * interval '1 hour', t, 'agent', 'ann', NULL,
                NULL, 'open', true, i
            )
        ) AS bytes
        FROM unnest(ARRAY['created', 'comment', 'status']) WITH ORDINALITY AS elements (t, i)
    ) AS made,
    LATERAL bent(
        'slaops.ticket_history', made.bytes,
        ARRAY[
            '$::text', 'count(t) FROM slaops.history_events($) AS t',
            'count(t) FROM slaops.ticket_lifecycle(''{}''::jsonb, $) AS t',
            'count(t) FROM slaops.sla_attainment(''{}''::jsonb, $) AS t',
            'slaops.ticket_history_merge($, $)'
        ]
    ) AS bent;
SELECT bent.*
FROM
    (
        SELECT slaops.survival_send(slaops.survival_agg(i * 1.5, i % 3 > 0)) AS bytes
        FROM generate_series(1, 6) AS numbers (i)
    ) AS made,
    LATERAL bent(
        'slaops.survival', made.bytes,
        ARRAY[
            '$::text', 'slaops.median_survival($)', 'slaops.survival_at($, 4)',
            'slaops.breach_probability($, 2, 6)', 'count(t) FROM slaops.survival_curve($) AS t',
            'slaops.survival_rollup($, $)'
        ]
    ) AS bent;
SELECT bent.*
FROM
    (
        SELECT slaops.series_send(
            slaops.series(timestamptz '2026-01-05Z' + i * interval '1 day', i % 7, '1 day')
        ) AS bytes
        FROM generate_series(1, 15) AS numbers (i)
    ) AS made,
    LATERAL bent(
        'slaops.series', made.bytes,
        ARRAY[
            '$::text', 'slaops.series_step($)', 'count(t) FROM slaops.gaps($) AS t',
            'slaops.fit($, ''naive'')', 'slaops.series_merge($, $)'
        ]
    ) AS bent;
-- The state of an aggregate, as it goes between workers and shards.
CREATE AGGREGATE series_state(timestamptz, double precision) (
    SFUNC = slaops.series_transition,
    STYPE = bytea
);
CREATE AGGREGATE series_states(bytea) (
    SFUNC = slaops.series_combine,
    STYPE = bytea
);
SELECT bent.*
FROM
    (
        SELECT series_state(timestamptz '2026-01-05Z' + i * interval '1 day', i % 7) AS bytes
        FROM generate_series(1, 5) AS numbers (i)
    ) AS made,
    LATERAL bent(
        'bytea', made.bytes,
        ARRAY['slaops.series_final($)', 'series_states(s) FROM (VALUES ($), ($)) AS v (s)']
    ) AS bent;
SELECT bent.*
FROM
    (
        SELECT slaops.forecast_fit_send(
            slaops.fit(
                slaops.series(timestamptz '2026-01-05Z' + i * interval '1 day', i % 7 + 1),
                'seasonal_naive'
            )
        ) AS bytes
        FROM generate_series(1, 21) AS numbers (i)
    ) AS made,
    LATERAL bent(
        'slaops.forecast_fit', made.bytes,
        ARRAY[
            '$::text', 'slaops.fit_info($)', 'count(t) FROM slaops.forecast($, 3) AS t',
            'slaops.update_fit($, ''{1,2,3}'')'
        ]
    ) AS bent;
SELECT bent.*
FROM
    (
        SELECT slaops.risk_model_send(jsonb_build_object(
            'fields', '[{"name": "a", "encoding": "Number", "importance": 0.5},
                {"name": "b", "encoding": {"Shares": {"shares": [["", 0.2], ["x", 0.7]],
                "other": 0.4}}, "importance": 0.5}]'::jsonb,
            'base', -0.5,
            'trees', '[{"nodes": [
                {"field": 0, "threshold": 3, "left": 1, "right": 2, "missing_left": true,
                "value": 0}, {"field": 65535, "threshold": 0, "left": 0, "right": 0,
                "missing_left": false, "value": -0.25}, {"field": 65535, "threshold": 0,
                "left": 0, "right": 0, "missing_left": false, "value": 0.5}]}]'::jsonb,
            'offset', 0, 'slope', 1, 'seed', 1,
            'report', jsonb_build_object(
                'questions', 4, 'breached', 2, 'instants', 2, 'first_asked', 0, 'last_asked', 9,
                'held_out', 2, 'held_out_from', 9, 'brier', 0.2, 'brier_base', 0.25,
                'brier_curve', NULL, 'brier_estimate', 0.2, 'tenths', (
                    SELECT jsonb_agg(jsonb_build_object(
                        'cases', (i = 5)::integer * 2, 'expected', (i = 5)::integer,
                        'observed', (i = 5)::integer
                    ))
                    FROM generate_series(1, 10) AS tenth (i)
                )
            )
        )::text::slaops.risk_model) AS bytes
    ) AS made,
    LATERAL bent(
        'slaops.risk_model', made.bytes,
        ARRAY[
            '$::text', 'slaops.risk_info($)', 'count(t) FROM slaops.risk_fields($) AS t',
            'slaops.risk_probability($, ''{"a": 4, "b": "x"}'')',
            'count(t) FROM slaops.risk_reasons($, ''{"a": 4}'') AS t'
        ]
    ) AS bent;
SET client_min_messages = warning;
DROP FUNCTION bent, state_of_bent;
DROP AGGREGATE series_state(timestamptz, double precision);
DROP AGGREGATE series_states(bytea);
DROP CAST (bytea AS slaops.calendar);
DROP CAST (bytea AS slaops.sla_clock);
DROP CAST (bytea AS slaops.ticket_history);
DROP CAST (bytea AS slaops.transition_matrix);
DROP CAST (bytea AS slaops.survival);
DROP CAST (bytea AS slaops.series);
DROP CAST (bytea AS slaops.forecast_fit);
DROP CAST (bytea AS slaops.risk_model);
