-- How recommendations say what findings found.

CREATE TABLE slaops.recommendation_texts (
    kind text PRIMARY KEY,
    urgency integer NOT NULL,
    area text NOT NULL,
    title text NOT NULL,
    action text NOT NULL,
    evidence text NOT NULL,
    query text NOT NULL
);
COMMENT ON TABLE slaops.recommendation_texts IS
'What recommendations say of each kind of finding: templates that slaops.finding_text fills in.';
COMMENT ON COLUMN slaops.recommendation_texts.kind IS 'The kind of finding.';
COMMENT ON COLUMN slaops.recommendation_texts.urgency IS
'Its place among the kinds: 1 comes first.';
COMMENT ON COLUMN slaops.recommendation_texts.area IS
'backlog, capacity, bottleneck, sla, escalation, process, csat or volume.';
COMMENT ON COLUMN slaops.recommendation_texts.title IS 'A short title, for a tile.';
COMMENT ON COLUMN slaops.recommendation_texts.action IS 'What to do.';
COMMENT ON COLUMN slaops.recommendation_texts.evidence IS 'The figures that say so.';
COMMENT ON COLUMN slaops.recommendation_texts.query IS
'The query that shows them; {schema} is the schema of the views as an identifier, {schema_name} '
'its name.';
GRANT SELECT ON slaops.recommendation_texts TO PUBLIC;

-- One value of a finding in the form that a placeholder asks for.
CREATE FUNCTION slaops.finding_value(value jsonb, form text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $finding_value$
    -- Numbers in double precision's fifteen digits, as a cast to numeric gives them.
    SELECT CASE
        WHEN form = '' THEN value #>> '{}'
        WHEN form ~ '^\|' THEN
            replace(
                split_part(
                    form,
                    '|',
                    CASE WHEN (value #>> '{}')::numeric = 1 THEN 2 ELSE 3 END
                ),
                '#',
                value #>> '{}'
            )
        WHEN form = ':%' THEN round((value #>> '{}')::float8::numeric * 100)::text
        WHEN form ~ '^:%[0-9]$'
            THEN round((value #>> '{}')::float8::numeric * 100, right(form, 1)::integer)::text
        WHEN form ~ '^:%\.[0-9]$'
            THEN trim_scale(
                round((value #>> '{}')::float8::numeric * 100, right(form, 1)::integer)
            )::text
        WHEN form ~ '^:[0-9]$'
            THEN round((value #>> '{}')::float8::numeric, right(form, 1)::integer)::text
        WHEN form = ':literal' THEN quote_literal(value #>> '{}')
        WHEN form = ':literals' THEN (
            SELECT string_agg(quote_literal(item.text), ', ' ORDER BY item.place)
            FROM jsonb_array_elements_text(value) WITH ORDINALITY AS item (text, place)
        )
    END
$finding_value$;
COMMENT ON FUNCTION slaops.finding_value(jsonb, text) IS
'A value in the form of a placeholder of slaops.finding_text.';

-- Text without lists or optional parts: NULL where a value is unknown and has no default.
CREATE FUNCTION slaops.finding_phrase(template text, evidence jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $finding_phrase$
DECLARE
    rest text := template;
    said text := '';
    found text[];
    value text;
BEGIN
    -- Piece by piece, so that braces in a value are no placeholders.
    FOR found IN
        SELECT regexp_matches(template, '(\{([a-z_0-9]+)([:|][^{}?]*)?(\?[^{}]*)?\})', 'g')
    LOOP
        value := coalesce(
            slaops.finding_value(
                nullif(evidence -> found[2], 'null'),
                coalesce(found[3], '')
            ),
            substr(found[4], 2)
        );
        IF value IS NULL THEN
            RETURN NULL;
        END IF;
        said := said || left(rest, strpos(rest, found[1]) - 1) || value;
        rest := substr(rest, strpos(rest, found[1]) + length(found[1]));
    END LOOP;
    RETURN said || rest;
END
$finding_phrase$;
COMMENT ON FUNCTION slaops.finding_phrase(text, jsonb) IS
'A template of slaops.finding_text without optional parts and lists; NULL where a value is '
'missing.';

CREATE FUNCTION slaops.finding_text(template text, evidence jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $finding_text$
DECLARE
    piece record;
    said text := '';
    list text[];
    optional text;
BEGIN
    FOR piece IN
        SELECT
            part.place,
            CASE WHEN part.place > 1 THEN split_part(part.text, '>>', 1) END AS list,
            CASE
                WHEN part.place = 1 THEN part.text
                ELSE substr(part.text, strpos(part.text, '>>') + 2)
            END AS plain
        FROM string_to_table(template, '<<') WITH ORDINALITY AS part (text, place)
        ORDER BY part.place
    LOOP
        IF piece.list IS NOT NULL THEN
            list := string_to_array(piece.list, '|');
            said := said || coalesce(
                (
                    SELECT string_agg(
                        slaops.finding_text(array_to_string(list[3:], '|'), item.value),
                        list[2] ORDER BY item.place
                    )
                    FROM jsonb_array_elements(nullif(evidence -> list[1], 'null'))
                        WITH ORDINALITY AS item (value, place)
                ),
                ''
            );
        END IF;
        FOR optional IN
            SELECT
                CASE
                    WHEN part.place = 1
                        THEN coalesce(slaops.finding_phrase(part.text, evidence), part.text)
                    ELSE
                        coalesce(
                            slaops.finding_phrase(split_part(part.text, ']]', 1), evidence),
                            ''
                        )
                        || coalesce(
                            slaops.finding_phrase(
                                substr(part.text, strpos(part.text, ']]') + 2),
                                evidence
                            ),
                            substr(part.text, strpos(part.text, ']]') + 2)
                        )
                END
            FROM string_to_table(piece.plain, '[[') WITH ORDINALITY AS part (text, place)
            ORDER BY part.place
        LOOP
            said := said || optional;
        END LOOP;
    END LOOP;
    RETURN said;
END
$finding_text$;
COMMENT ON FUNCTION slaops.finding_text(text, jsonb) IS
'A template filled in: {name} is a value of evidence; {name:2} with two decimals, {name:%} in '
'percent, {name|one|many} a word by number (# is the number), {name:literal} quoted, {name?none} '
'with a default; [[...]] is left out where a value in it is NULL; <<list|, |...>> repeats for each '
'of a list. Example: SELECT slaops.finding_text(''{n} {n|ticket|tickets}[[ of {group}]]: {share:%} '
'%'', ''{"n": 2, "share": 0.256}'');';

INSERT INTO slaops.recommendation_texts (
    kind, urgency, area, title, action, evidence, query
)
VALUES
    (
        'late_tickets', 1, 'backlog', 'Late tickets',
        'Clear the {tickets|open ticket that is|# open tickets that are} past a target; '
        'next_best_ticket has their order'
        '[[; {waiting|1 waits|# wait} for the customer and {waiting|is|are} not in it]]',
        '{clocks|1 clock is|# clocks are} past target, by {late_hours:1} hours in all',
        'SELECT * FROM {schema}.fct_sla_attainment WHERE is_open AND stopped_at IS NULL '
        'AND status = ''breached'' ORDER BY margin_minutes'
    ),
    (
        'endless_backlog', 1, 'backlog', 'Backlog without end',
        'Solve more tickets than come in: at the pace of the last weeks some stay past their '
        'target',
        '{wip} open, {past_target} past target; throughput {throughput:1} per day; in '
        '{never_probability:%} % of 1000 futures drawn from the last 56 business days some are '
        'still late after 730 business days',
        'SELECT * FROM {schema}.backlog_summary'
    ),
    (
        'bottleneck', 2, 'bottleneck', 'Bottleneck',
        'Look at {subject} first: it is the bottleneck, by {driven_by}',
        '{share:%} % of the score of all groups: {cycle_minutes:0} open minutes per ticket, '
        '{volume} tickets, {breach_rate:%} % of its clocks late',
        'SELECT * FROM {schema}.bottlenecks WHERE level = ''group'''
    ),
    (
        'missed_target', 3, 'sla', 'Target missed',
        'Find out why {metric} is missed',
        'attainment {attainment:%} % of the last {clocks} clocks ({attainment_lower:%} to '
        '{attainment_upper:%} %), before that {attainment_before:%?unknown} %; '
        '[[the stated target is {goal_stated:%.1} %]]'
        '[[{goal_asked:%.1} % are expected, because no target is stated]]',
        'SELECT * FROM {schema}.sla_overview WHERE metric = {metric:literal}'
    ),
    (
        'missed_priority', 3, 'sla', 'Priority missed',
        'Find out why {metric} of priority {priority} is missed most',
        'attainment {attainment:%} % of the last {clocks} clocks ({attainment_lower:%} to '
        '{attainment_upper:%} %), before that {attainment_before:%?unknown} %; '
        '[[the stated target is {goal_stated:%.1} %]]'
        '[[{goal_asked:%.1} % are expected, because no target is stated]]',
        'SELECT * FROM {schema}.sla_overview WHERE metric = {metric:literal}'
    ),
    (
        'worse_attainment', 3, 'sla', 'Attainment worse',
        'Find out what changed: {metric} has become worse',
        'attainment {attainment:%} % in the last 28 days, {attainment_before:%} % in the 28 '
        'before; the intervals do not overlap',
        'SELECT * FROM {schema}.sla_overview WHERE metric = {metric:literal}'
    ),
    (
        'escalations', 4, 'escalation', 'Escalations',
        'Solve more tickets in their first group: a tenth fewer escalations would save '
        '{saved_hours:0} open hours of customers'' time',
        '{escalated} escalated tickets took {hours:1} open hours, {not_escalated} others '
        '{hours_others:1}: {added_hours:1} more ({added_hours_lower:1} to {added_hours_upper:1}); '
        '{breach_rate:%} % of their clocks late against {breach_rate_others:%} %; hard tickets '
        'are escalated, so not all of it can be saved',
        'SELECT * FROM {schema}.escalation_impact WHERE level = ''all'''
    ),
    (
        'detour', 4, 'process', 'Detours',
        'Have fewer tickets {deviation_text}',
        '{tickets} tickets ({share:%1} %) take {extra_hours:1} more open hours than the happy '
        'path ({extra_hours_lower:1} to {extra_hours_upper:1})',
        'SELECT * FROM {schema}.process_conformance WHERE level = ''all'' AND deviation = '
        '{subject:literal}'
    ),
    (
        'low_ratings', 4, 'csat', 'Low ratings',
        'Ratings are lower if {driver} is {value}: see whether that can be avoided',
        'mean rating {mean_with:2} against {mean_without:2}, difference {effect:2} '
        '({effect_lower:2} to {effect_upper:2}), {with_it} ratings',
        'SELECT * FROM {schema}.csat_drivers WHERE verdict = ''lower'''
    ),
    (
        'busy_days', 5, 'volume', 'Busy days',
        'Ask what happened on <<days|, |{day}>>',
        'far more tickets than usual on that weekday: '
        '<<days|, |{created} ([[{expected_few:1}]][[{expected_many:0}]] expected)>>',
        'SELECT * FROM {schema}.volume_anomalies WHERE level = ''all'' AND is_anomaly '
        'ORDER BY day DESC'
    );

-- Both kinds of advice on people have the same end.
INSERT INTO slaops.recommendation_texts (
    kind, urgency, area, title, action, evidence, query
)
SELECT
    advice.kind,
    2 AS urgency,
    'capacity' AS area,
    advice.title,
    -- Attainment is included if the groups' own past allows an estimate.
    pg_catalog.concat(
        advice.action,
        ': expected utilization of {subject} from {utilization:2} to {planned_utilization:2}'
        '<<donors||, of {donor} from {utilization:2} to {planned_utilization:2}>>'
        '[[; expected attainment of {subject} in the next {days} working days from '
        '{attainment_from:%} % to {planned_attainment:%} %]]'
        '[[; expected attainment of {subject} in the next {days} working days stays at '
        '{attainment_kept:%} %]]'
        '[[; once its queue is cleared, by {planned_clears_on}, '
        '{planned_attainment_cleared:%} %]]'
        '[[; the move alone does not help: utilization of {moved_utilization:2}, and '
        '{backlog_now} open tickets become {moved_backlog_after:0}]]'
        '[[; adding {clearing} {clearing|person|people}{instead} clears its {backlog_now} open '
        'tickets by {clearing_clears_on}]]'
        '[[: {clearing_attainment:%} % until then]]'
    ) AS action,
    'short on {short_days_28} working days of the last 28 days; utilization {utilization_28:%} %; '
    '{fte:1} people, {fte_to_hold:1} needed for the expected tickets'
    '[[, {fte_to_clear:1} with the {backlog_now} open tickets in four weeks]]'
    '[[, {fte_to_attain:1} so that {attainment_target:%} % meet its target of '
    '{target_minutes:0} minutes once there is no queue]]'
    '; its {backlog_now} open tickets become {backlog_after:0} without the plan, '
    '{planned_backlog_after:0} with it'
    '[[; clocks of {subject} begun behind such queues: {attainment:%} % of {attainment_clocks} '
    'met without the plan, {planned_attainment:%} % of {planned_attainment_clocks} with it]]'
    '[[; on the half of days with the shorter queue: {planned_attainment_cleared:%} % of '
    '{planned_cleared_clocks}]]'
    '<<donors||[[; clocks of {donor}: {attainment:%} % of {attainment_clocks} without it, '
    '{planned_attainment:%} % of {planned_attainment_clocks} with it]]>>' AS evidence,
    'SELECT * FROM slaops.simulate_capacity({schema_name:literal}, {plans:literal}) '
    'WHERE group_name IN ({groups:literals})' AS query
FROM (
    VALUES
        (
            'missing_people',
            'People missing',
            '{subject} lacks {added} full-time {added|person: add one|people: add them}, or send '
            'it fewer tickets'
        ),
        (
            'people_to_move',
            'People to move',
            'Move <<donors| and |{people} {people|person|people} from {donor}>> to {subject}'
            '[[ on {short_on}]][[ and add {added_too} {added_too|person|people}]]'
        )
) AS advice (kind, title, action);
