-- A page to be mailed: the headline figures of a schema as one HTML text.

-- Everything that comes from data passes through here, in text and in attributes, of HTML and of
-- SVG. Control characters are no characters of either; a > alone ends ]]>.
CREATE FUNCTION slaops.html_text(value text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $html_text$
    SELECT replace(
        replace(
            replace(
                replace(
                    replace(
                        translate(
                            value,
                            E'\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14'
                            '\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f',
                            repeat(' ', 29)
                        ),
                        '&', '&amp;'
                    ),
                    '<', '&lt;'
                ),
                '>', '&gt;'
            ),
            '"', '&quot;'
        ),
        '''', '&#39;'
    )
$html_text$;
COMMENT ON FUNCTION slaops.html_text(text) IS
'A text for HTML and SVG, between tags or in a quoted attribute: & < > and quotes are escaped, '
'control characters become spaces. Example: SELECT slaops.html_text(''<b>"R&D"</b>'');';

CREATE FUNCTION slaops.report_figure(value double precision, unit text, signed boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $report_figure$
    SELECT CASE
        WHEN value IS NULL OR abs(value) > 1e15 OR value = 'NaN' THEN 'not known'
        ELSE concat(
            CASE WHEN signed AND value > 0 THEN '+' END,
            CASE unit
                WHEN 'share' THEN concat(
                    to_char(round(value::numeric * 100, 1), 'FM999,999,999,999,999,990.0'),
                    CASE WHEN signed THEN ' points' ELSE ' %' END
                )
                WHEN 'open minutes' THEN CASE
                    WHEN abs(value) < 120
                        THEN to_char(round(value::numeric), 'FM990') || ' min'
                    WHEN abs(value) < 6000
                        THEN to_char(round(value::numeric / 60, 1), 'FM9,990.0') || ' h'
                    ELSE to_char(round(value::numeric / 60), 'FM999,999,999,999,999,990') || ' h'
                END
                WHEN 'points' THEN to_char(
                    round(value::numeric, 2), 'FM999,999,999,999,999,990.00'
                )
                WHEN 'cost' THEN to_char(
                    round(value::numeric, 2), 'FM999,999,999,999,999,990.00'
                )
                WHEN 'people' THEN to_char(
                    round(value::numeric, 1), 'FM999,999,999,999,999,990.0'
                )
                ELSE to_char(round(value::numeric), 'FM999,999,999,999,999,990')
            END
        )
    END
$report_figure$;
COMMENT ON FUNCTION slaops.report_figure(double precision, text, boolean) IS
'A figure of monday_report as people write it, from its unit; signed: a difference.';

-- As slaops.html_text, and short: a page with names of a megabyte cannot be mailed.
CREATE FUNCTION slaops.report_name(value text, longest integer)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $report_name$
    SELECT slaops.html_text(
        CASE WHEN length(value) > longest THEN left(value, longest - 3) || '...' ELSE value END
    )
$report_name$;
COMMENT ON FUNCTION slaops.report_name(text, integer) IS
'A name for monday_report: escaped, and cut to a number of characters.';

-- Created and solved by day, then what is expected with its bands, as SVG: a step a day, a line
-- of the grid at round numbers, Mondays named.
CREATE FUNCTION slaops.report_chart(days jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $report_chart$
    WITH given_days AS (
        SELECT
            given.day,
            given.created,
            given.solved,
            given.expected,
            given.upper_80,
            given.upper_95,
            CASE WHEN given.lower_80 < 0 THEN 0 ELSE given.lower_80 END AS lower_80,
            CASE WHEN given.lower_95 < 0 THEN 0 ELSE given.lower_95 END AS lower_95,
            given.day - min(given.day) OVER () AS place,
            max(given.day) OVER () - min(given.day) OVER () AS last_place
        FROM jsonb_to_recordset(days) AS given (
            day date,
            created double precision,
            solved double precision,
            expected double precision,
            lower_80 double precision,
            upper_80 double precision,
            lower_95 double precision,
            upper_95 double precision
        )
    ),

    highest AS (
        SELECT
            greatest(
                max(given.created), max(given.solved), max(given.expected), max(given.upper_95), 1
            ) AS value
        FROM given_days AS given
    ),

    steps AS (
        SELECT
            power(10, floor(log(highest.value / 4)))
            * CASE
                WHEN highest.value / 4 / power(10, floor(log(highest.value / 4))) <= 1 THEN 1
                WHEN highest.value / 4 / power(10, floor(log(highest.value / 4))) <= 2 THEN 2
                WHEN highest.value / 4 / power(10, floor(log(highest.value / 4))) <= 5 THEN 5
                ELSE 10
            END AS width,
            highest.value
        FROM highest
    ),

    scale AS (
        SELECT
            greatest(steps.width, 1) AS step,
            ceil(steps.value / greatest(steps.width, 1)) * greatest(steps.width, 1) AS top
        FROM steps
    ),

    points AS (
        SELECT
            given.day,
            given.created,
            given.solved,
            given.expected,
            round(48 + 660 * given.place::numeric / greatest(given.last_place, 1), 1) AS place_x,
            round((200 - 176 * given.created / scale.top)::numeric, 1) AS created_y,
            round((200 - 176 * given.solved / scale.top)::numeric, 1) AS solved_y,
            round((200 - 176 * given.expected / scale.top)::numeric, 1) AS expected_y,
            round((200 - 176 * given.lower_80 / scale.top)::numeric, 1) AS lower_80_y,
            round((200 - 176 * given.upper_80 / scale.top)::numeric, 1) AS upper_80_y,
            round((200 - 176 * given.lower_95 / scale.top)::numeric, 1) AS lower_95_y,
            round((200 - 176 * given.upper_95 / scale.top)::numeric, 1) AS upper_95_y
        FROM given_days AS given
        CROSS JOIN scale
    ),

    shapes AS (
        SELECT
            string_agg(point.place_x || ',' || point.created_y, ' ' ORDER BY point.day) AS created,
            string_agg(point.place_x || ',' || point.solved_y, ' ' ORDER BY point.day) AS solved,
            string_agg(point.place_x || ',' || point.expected_y, ' ' ORDER BY point.day)
            AS expected,
            concat_ws(
                ' ',
                string_agg(point.place_x || ',' || point.upper_80_y, ' ' ORDER BY point.day),
                string_agg(point.place_x || ',' || point.lower_80_y, ' ' ORDER BY point.day DESC)
            ) AS band_80,
            concat_ws(
                ' ',
                string_agg(point.place_x || ',' || point.upper_95_y, ' ' ORDER BY point.day),
                string_agg(point.place_x || ',' || point.lower_95_y, ' ' ORDER BY point.day DESC)
            ) AS band_95,
            min(point.place_x) FILTER (WHERE point.expected IS NOT NULL) AS today_x,
            string_agg(
                format(
                    '<text x="%s" y="218" text-anchor="middle">%s</text>',
                    point.place_x, to_char(point.day, 'FMDD Mon')
                ),
                '' ORDER BY point.day
            ) FILTER (WHERE extract(isodow FROM point.day) = 1) AS mondays
        FROM points AS point
    ),

    grid AS (
        SELECT
            string_agg(
                format(
                    '<path class="grid" d="M48 %1$sH708"/><text x="42" y="%2$s" '
                    'text-anchor="end">%3$s</text>',
                    round((200 - 176 * line.value / scale.top)::numeric, 1),
                    round((204 - 176 * line.value / scale.top)::numeric, 1),
                    slaops.report_figure(line.value, 'tickets', false)
                ),
                '' ORDER BY line.value
            ) AS lines
        FROM scale
        CROSS JOIN LATERAL (
            SELECT number * scale.step AS value
            FROM generate_series(0, (scale.top / scale.step)::integer) AS numbers (number)
        ) AS line
    )

    SELECT concat(
        '<svg class="chart" viewBox="0 0 720 226" role="img" aria-labelledby="chart-name">',
        '<title id="chart-name">Tickets created and solved by day, and those expected</title>',
        grid.lines,
        shapes.mondays,
        '<polygon class="band" points="', shapes.band_95, '"/>',
        '<polygon class="band" points="', shapes.band_80, '"/>',
        CASE WHEN shapes.today_x IS NOT NULL THEN format(
            '<path class="today" d="M%s 16V200"/><text x="%s" y="12" text-anchor="middle">'
            'today</text>',
            shapes.today_x, shapes.today_x
        ) END,
        '<polyline class="solved" points="', shapes.solved, '"/>',
        '<polyline class="created" points="', shapes.created, '"/>',
        '<polyline class="expected" points="', shapes.expected, '"/>',
        '</svg>'
    )
    FROM shapes
    CROSS JOIN grid
$report_chart$;
COMMENT ON FUNCTION slaops.report_chart(jsonb) IS
'The chart of monday_report as SVG, from rows with day, created, solved, expected and bands.';

CREATE FUNCTION slaops.monday_report(schema text DEFAULT 'support')
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $monday_report$
DECLARE
    views constant text[] := '{backlog_summary,bottlenecks,capacity_gap,kpi,mart_daily_totals,'
        'recommendations,refresh_status,sla_overview,volume_forecast}';
    state jsonb;
    refused text;
    as_of timestamptz;
    age interval;
    local timestamp;
    heading text;
    cards text;
    attainment text;
    backlog text;
    chart text;
    volume text;
    groups text;
    others bigint;
    advice text;
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM pg_namespace AS namespace
        WHERE namespace.nspname = slaops.schema_name(schema)
            AND has_schema_privilege(namespace.oid, 'USAGE')
    ) AND EXISTS (
        SELECT
        FROM pg_namespace AS namespace
        WHERE namespace.nspname = schema
    ) THEN
        refused := 'the schema';
    ELSE
        refused := (
            SELECT string_agg(view.name, ', ' ORDER BY view.name)
            FROM unnest(views) AS view (name)
            JOIN pg_class AS class
                ON class.relname = view.name
            JOIN pg_namespace AS namespace
                ON namespace.oid = class.relnamespace
                AND namespace.nspname = schema
            WHERE NOT has_table_privilege(class.oid, 'SELECT')
        );
    END IF;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION '% may not read % of %',
            quote_ident(current_user), refused, quote_ident(schema)
            USING
                ERRCODE = 'insufficient_privilege',
                HINT = format(
                    'The owner of the views calls SELECT * FROM slaops.grant_read(%L, %L).',
                    schema, quote_ident(current_user)
                );
    END IF;
    state := slaops.mart_state_of(schema, false);
    IF state IS NULL OR EXISTS (
        SELECT
        FROM unnest(views) AS view (name)
        WHERE to_regclass(format('%I.%I', schema, view.name)) IS NULL
    ) THEN
        RAISE EXCEPTION 'schema % has no views of create_marts, or not all of them',
            coalesce(quote_ident(schema), 'NULL')
            USING
                ERRCODE = 'undefined_object',
                HINT = 'Give the schema that you gave create_marts, and call create_marts again '
                    'after an upgrade.';
    END IF;
    EXECUTE format('SELECT status.as_of, status.age FROM %I.refresh_status AS status', schema)
        INTO as_of, age;
    local := as_of AT TIME ZONE (state ->> 'time_zone');
    heading := CASE
        WHEN as_of IS NULL THEN '<p class="warning">There are no figures yet: no refresh of these '
            'views has ended.</p>'
        ELSE concat(
            '<p class="about">Schema ', slaops.report_name(schema, 63), ', as of ',
            to_char(local, 'FMDay, FMDD Mon YYYY, HH24:MI'),
            ' (', slaops.report_name(state ->> 'time_zone', 60), ')',
            CASE
                WHEN age < interval '2 minutes' THEN ', just now'
                WHEN age < interval '2 hours'
                    THEN format(', %s minutes old', floor(extract(epoch FROM age) / 60))
                WHEN age < interval '48 hours'
                    THEN format(', %s hours old', floor(extract(epoch FROM age) / 3600))
                ELSE format(', %s days old', floor(extract(epoch FROM age) / 86400))
            END,
            '.</p>',
            CASE WHEN age > interval '26 hours' THEN '<p class="warning">These figures are older '
                'than a day: see whether refresh still runs.</p>' END
        )
    END;

    EXECUTE format($cards$
        SELECT string_agg(
            concat(
                '<div class="card" data-figure="', about.figure, '"><h3>', about.title, '</h3>',
                '<p class="value">', slaops.report_figure(kpi.value, about.unit, false), '</p>',
                '<p class="change">',
                CASE
                    WHEN kpi.change IS NULL THEN 'no earlier figure'
                    WHEN slaops.report_figure(abs(kpi.change), about.unit, false)
                        = slaops.report_figure(0, about.unit, false) THEN 'no change'
                    ELSE concat(
                        CASE
                            WHEN kpi.good IS NULL THEN '<span>'
                            WHEN (kpi.good = 'higher') = (kpi.change > 0) THEN '<span class="good">'
                            ELSE '<span class="bad">'
                        END,
                        CASE WHEN kpi.change > 0 THEN '&#9650; ' ELSE '&#9660; ' END,
                        slaops.report_figure(kpi.change, about.unit, true),
                        CASE
                            WHEN kpi.good IS NULL THEN ''
                            WHEN (kpi.good = 'higher') = (kpi.change > 0) THEN ', better'
                            ELSE ', worse'
                        END,
                        '</span>'
                    )
                END,
                CASE WHEN NOT kpi.is_complete THEN ' (not a whole period before)' END,
                '</p></div>'
            ),
            E'\n' ORDER BY about.place
        )
        FROM (
            VALUES
                (1, 'backlog', 'Open tickets', 'tickets'),
                (2, 'breached_clocks', 'Open clocks past target', 'clocks'),
                (3, 'sla_debt_minutes', 'Time past target, open', 'open minutes'),
                (4, 'at_risk_clocks', 'Open clocks at risk', 'clocks'),
                (5, 'created', 'Created', 'tickets'),
                (6, 'solved', 'Solved', 'tickets'),
                (7, 'median_cycle_minutes', 'Median time to solve', 'open minutes'),
                (8, 'csat', 'Mean rating', 'points'),
                (9, 'cost', 'Cost', 'cost'),
                (10, 'cost_per_ticket', 'Cost a ticket', 'cost')
        ) AS about (place, figure, title, unit)
        JOIN %1$I.kpi AS kpi
            ON kpi.figure = about.figure
            AND kpi.level = 'all'
        WHERE kpi.value IS NOT NULL
    $cards$, schema)
        INTO cards;

    EXECUTE format($attainment$
        SELECT string_agg(
            concat(
                '<tr data-metric="', slaops.report_name(metric.metric, 60), '"><th scope="row">',
                slaops.report_name(replace(metric.metric, '_', ' '), 60), '</th><td>',
                CASE
                    WHEN metric.attainment IS NULL THEN 'none ended'
                    ELSE slaops.report_figure(metric.attainment, 'share', false)
                END,
                '</td><td class="wide">',
                CASE WHEN metric.attainment IS NOT NULL THEN format(
                    '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" '
                    'role="img" aria-label="from %%s to %%s"><rect class="rail" width="100" '
                    'height="10"/><rect class="range" x="%%s" width="%%s" height="10"/><rect '
                    'class="mark" x="%%s" width="1" height="10"/></svg>',
                    slaops.report_figure(metric.attainment_lower, 'share', false),
                    slaops.report_figure(metric.attainment_upper, 'share', false),
                    round(metric.attainment_lower::numeric * 100, 1),
                    round((metric.attainment_upper - metric.attainment_lower)::numeric * 100, 1),
                    least(round(metric.attainment::numeric * 100, 1), 99)
                ) END,
                '</td><td>',
                CASE
                    WHEN metric.change IS NOT NULL
                        THEN slaops.report_figure(metric.change, 'share', true)
                END,
                '</td><td class="optional">',
                slaops.html_text(metric.trend),
                '</td><td>',
                slaops.report_figure(metric.open_breached, 'clocks', false),
                '</td></tr>'
            ),
            E'\n' ORDER BY metric.attainment NULLS LAST, metric.metric
        )
        FROM (
            SELECT overview.*
            FROM %1$I.sla_overview AS overview
            WHERE overview.level = 'all'
            ORDER BY overview.attainment NULLS LAST, overview.metric
            LIMIT 20
        ) AS metric
    $attainment$, schema)
        INTO attainment;

    EXECUTE format($backlog$
        SELECT concat(
            '<p><strong>',
            slaops.report_figure(coalesce(summary.wip, 0), 'tickets', false),
            ' open, ',
            slaops.report_figure(summary.past_target, 'tickets', false),
            ' of them past a target.</strong> ',
            CASE
                WHEN summary.past_target = 0 THEN 'Nothing is late.'
                WHEN summary.green_at IS NOT NULL THEN concat(
                    'At the pace of the last 28 days nothing is late from ',
                    to_char(summary.green_at AT TIME ZONE $1, 'FMDD Mon YYYY, HH24:MI'),
                    ' on.'
                )
                WHEN summary.completions_per_minute IS NULL
                    THEN 'The pace is not known yet: too few business days are on record.'
                ELSE 'At the pace of the last 28 days this never ends.'
            END,
            '</p>',
            CASE
                WHEN summary.past_target > 0 AND summary.never_probability IS NOT NULL
                    THEN concat(
                        '<p>Of 1,000 futures drawn from past days, ',
                        concat_ws(
                            ', ',
                            'half are without late tickets by '
                            || to_char(summary.p50_date, 'FMDD Mon YYYY'),
                            '80 %% by ' || to_char(summary.p80_date, 'FMDD Mon YYYY'),
                            '95 %% by ' || to_char(summary.p95_date, 'FMDD Mon YYYY'),
                            slaops.report_figure(summary.never_probability, 'share', false)
                            || ' still have some after 730 business days'
                        ),
                        '.</p>'
                    )
            END
        )
        FROM %1$I.backlog_summary AS summary
    $backlog$, schema)
        USING state ->> 'time_zone'
        INTO backlog;

    EXECUTE format($chart$
        WITH past_days AS (
            SELECT daily.day, daily.created, daily.solved
            FROM %1$I.mart_daily_totals AS daily
            WHERE daily.is_complete
            ORDER BY daily.day DESC
            LIMIT 30
        ),

        days AS (
            SELECT
                past.day,
                past.created,
                past.solved,
                NULL AS expected,
                NULL AS lower_80,
                NULL AS upper_80,
                NULL AS lower_95,
                NULL AS upper_95
            FROM past_days AS past
            UNION ALL
            SELECT
                forecast.day,
                NULL AS created,
                NULL AS solved,
                forecast.expected,
                forecast.lower_80,
                forecast.upper_80,
                forecast.lower_95,
                forecast.upper_95
            FROM %1$I.volume_forecast AS forecast
            WHERE forecast.level = 'all'
        )

        SELECT
            CASE WHEN count(*) > 1 THEN slaops.report_chart(jsonb_agg(to_jsonb(days))) END,
            concat(
                slaops.report_figure(sum(days.created), 'tickets', false),
                ' created and ',
                slaops.report_figure(sum(days.solved), 'tickets', false),
                ' solved in ',
                count(*) FILTER (WHERE days.expected IS NULL),
                CASE
                    WHEN sum(days.expected) IS NOT NULL THEN concat(
                        ' days; ',
                        slaops.report_figure(sum(days.expected), 'tickets', false),
                        ' expected in the next ',
                        count(days.expected),
                        '. Of four days in five the number falls into the darker band, of 19 in '
                        '20 into the lighter one.'
                    )
                    ELSE ' days. There is too little to forecast from.'
                END
            )
        FROM days
    $chart$, schema)
        INTO chart, volume;

    EXECUTE format($groups$
        WITH groups AS (
            SELECT
                coalesce(piled.group_name, capacity.group_name) AS group_name,
                coalesce(piled.open_now, capacity.open_now) AS open_now,
                piled.cycle_minutes,
                piled.breach_rate,
                piled.share,
                capacity.fte,
                capacity.fte_to_clear,
                capacity.fte_gap_28,
                row_number() OVER (
                    ORDER BY
                        piled.score DESC NULLS LAST,
                        coalesce(piled.group_name, capacity.group_name) NULLS LAST
                ) AS place
            FROM (
                SELECT bottleneck.*
                FROM %1$I.bottlenecks AS bottleneck
                WHERE bottleneck.level = 'group'
            ) AS piled
            FULL JOIN %1$I.capacity_gap AS capacity
                ON capacity.group_name = piled.group_name
        )

        SELECT
            string_agg(
                concat(
                    '<tr><th scope="row">',
                    coalesce(slaops.report_name(groups.group_name, 60), '<i>no group</i>'),
                    '</th><td>',
                    slaops.report_figure(groups.open_now, 'tickets', false),
                    '</td><td class="optional">',
                    slaops.report_figure(groups.cycle_minutes, 'open minutes', false),
                    '</td><td>',
                    slaops.report_figure(groups.breach_rate, 'share', false),
                    '</td><td class="optional">',
                    slaops.report_figure(groups.share, 'share', false),
                    '</td><td>',
                    slaops.report_figure(groups.fte, 'people', false),
                    '</td><td>',
                    slaops.report_figure(groups.fte_to_clear, 'people', false),
                    '</td><td>',
                    CASE
                        WHEN groups.fte_gap_28 > 0 THEN concat(
                            '<span class="bad">',
                            slaops.report_figure(groups.fte_gap_28, 'people', false),
                            ' missing</span>'
                        )
                        WHEN groups.fte_gap_28 <= 0 THEN concat(
                            slaops.report_figure(-groups.fte_gap_28, 'people', false),
                            ' to spare'
                        )
                        ELSE 'not known'
                    END,
                    '</td></tr>'
                ),
                E'\n' ORDER BY groups.place
            ) FILTER (WHERE groups.place <= 12),
            greatest(count(*) - 12, 0)
        FROM groups
    $groups$, schema)
        INTO groups, others;

    EXECUTE format($advice$
        SELECT string_agg(
            concat(
                '<li><strong>',
                slaops.report_name(top.action, 400),
                '</strong><br/><span class="about">',
                slaops.report_name(top.evidence, 600),
                '</span><details><summary>Query</summary><code>',
                slaops.report_name(top.query, 600),
                '</code></details></li>'
            ),
            E'\n' ORDER BY top.rank
        )
        FROM (
            SELECT recommendation.*
            FROM %1$I.recommendations AS recommendation
            ORDER BY recommendation.rank
            LIMIT 5
        ) AS top
    $advice$, schema)
        INTO advice;

    RETURN concat(
        $head$<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>Support report: $head$,
        slaops.report_name(schema, 63),
        $style$</title>
<style>
:root { color-scheme: light dark; --page: #ffffff; --text: #1a1f24; --soft: #5a646e;
  --line: #d8dde2; --card: #f5f7f9; --good: #00664d; --bad: #a83200; --created: #0072b2;
  --solved: #b85400; --rail: #e3e7eb; --range: #8fb8d6; --warning: #fff4d6 }
@media (prefers-color-scheme: dark) { :root { --page: #14181c; --text: #e8ecef; --soft: #a3adb7;
  --line: #343c44; --card: #1e242a; --good: #4fd1a5; --bad: #ff9466; --created: #56b4e9;
  --solved: #f0a030; --rail: #2b333b; --range: #34658a; --warning: #41350f } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 24px 20px 40px; max-width: 860px; background: var(--page);
  color: var(--text); font: 15px/1.45 system-ui, "Segoe UI", Roboto, Arial, sans-serif;
  -webkit-print-color-adjust: exact; print-color-adjust: exact }
h1 { margin: 0; font-size: 25px; overflow-wrap: anywhere }
h2 { margin: 32px 0 8px; font-size: 18px }
h3 { margin: 0; font-size: 13px; font-weight: 500; color: var(--soft) }
p { margin: 4px 0 8px }
.about, .change, summary, figcaption, caption { color: var(--soft); font-size: 13px }
.warning { padding: 8px 12px; border-radius: 6px; background: var(--warning) }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px }
.card { padding: 10px 12px; border-radius: 8px; background: var(--card) }
.value { margin: 0; font-size: 24px; font-weight: 600 }
.change { margin: 0 }
.good { color: var(--good) } .bad { color: var(--bad) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); text-align: right;
  vertical-align: top; unicode-bidi: isolate }
td { white-space: nowrap } th:last-child, td:last-child { padding-right: 0 }
thead th { font-size: 13px; font-weight: 500; color: var(--soft); vertical-align: bottom }
th:first-child { text-align: left; overflow-wrap: anywhere; min-width: 110px }
tbody th { font-weight: 600 }
td.wide { width: 24%; min-width: 90px; padding-top: 11px }
figure { margin: 0 } svg { display: block; width: 100% }
.chart text { fill: var(--soft); font-size: 11px }
.grid { stroke: var(--line) } .today { stroke: var(--soft); stroke-dasharray: 2 3 }
polyline { fill: none; stroke-width: 2; stroke-linejoin: round }
.created, .expected { stroke: var(--created) } .solved { stroke: var(--solved) }
.expected { stroke-dasharray: 5 4 } .solved { stroke-dasharray: 2 2 }
.band { fill: var(--created); opacity: 0.18 }
.bar { height: 10px } .rail { fill: var(--rail) } .range { fill: var(--range) }
.mark { fill: var(--text) }
.key { display: inline-block; width: 22px; margin: 0 5px 4px 12px; border-top: 2px solid }
.key:first-child { margin-left: 0 }
ol { padding-left: 22px } li { margin-bottom: 12px; overflow-wrap: anywhere }
code { font-size: 12px }
@media (max-width: 560px) { body { padding: 16px 12px } .chart text { font-size: 19px }
  .wide, .optional { display: none } }
@media print { :root { color-scheme: light } body { max-width: none; padding: 0; font-size: 12px }
  details { display: none } .card, tr, li, figure { break-inside: avoid }
  h2 { break-after: avoid } .scroll { overflow: visible } }
</style>
</head>
<body>
<header>
<h1>Support report$style$,
        to_char(local, ', FMDD Mon YYYY'),
        '</h1>', E'\n',
        heading,
        E'\n</header>\n<section id="figures">\n<h2>The last 28 days</h2>\n',
        coalesce(
            '<p class="about">Against the 28 days before; what is open, now against 28 days '
            'ago.</p>' || E'\n<div class="cards">\n' || cards || E'\n</div>',
            '<p>No tickets in these days.</p>'
        ),
        E'\n</section>\n<section id="attainment">\n<h2>Targets met</h2>\n',
        coalesce(
            '<p class="about">Of clocks that ended in the last 28 days, the worst metric first; '
            'the bar is where the rate lies with 95 % confidence.</p>'
            || E'\n<div class="scroll"><table><thead><tr><th scope="col">Metric</th>'
            '<th scope="col">Met</th><th scope="col" class="wide"></th><th scope="col">Change</th>'
            '<th scope="col" class="optional">Trend</th><th scope="col">Late now</th></tr></thead>'
            '<tbody>'
            || E'\n' || attainment || E'\n</tbody></table></div>',
            '<p>No clock is on record: no policy gives these tickets a target.</p>'
        ),
        E'\n</section>\n<section id="backlog">\n<h2>When the backlog is under control</h2>\n',
        coalesce(backlog, '<p>Nothing is on record.</p>'),
        E'\n</section>\n<section id="volume">\n<h2>Tickets a day</h2>\n',
        coalesce(
            '<p class="about">' || volume || E'</p>\n<figure>' || chart
            || '<figcaption><span class="key" style="color: var(--created)"></span>created'
            '<span class="key" style="color: var(--solved); border-top-style: dotted"></span>solved'
            '<span class="key" style="color: var(--created); border-top-style: dashed"></span>'
            'expected</figcaption></figure>',
            '<p>Nothing is on record.</p>'
        ),
        E'\n</section>\n<section id="groups">\n<h2>Groups</h2>\n',
        coalesce(
            '<p class="about">Those where most time is lost come first: their part of cycle time '
            'x volume x late share. People are those needed to do what comes in 28 days and what '
            'is open now.</p>'
            || E'\n<div class="scroll"><table><thead><tr><th scope="col">Group</th>'
            '<th scope="col">Open</th><th scope="col" class="optional">Time a ticket</th>'
            '<th scope="col">Late</th>'
            '<th scope="col" class="optional">Part of the loss</th><th scope="col">People</th>'
            '<th scope="col">Needed</th><th scope="col">Gap</th></tr></thead><tbody>'
            || E'\n' || groups || E'\n</tbody></table></div>',
            '<p>No group is on record.</p>'
        ),
        CASE WHEN others > 0 THEN format(E'\n<p class="about">And %s groups more.</p>', others) END,
        E'\n</section>\n<section id="recommendations">\n<h2>What to do</h2>\n',
        coalesce(E'<ol>\n' || advice || E'\n</ol>', '<p>Nothing is advised.</p>'),
        E'\n</section>\n</body>\n</html>\n'
    );
END
$monday_report$;
COMMENT ON FUNCTION slaops.monday_report(text) IS
'The figures of a schema as one HTML page to be mailed: headline figures, targets met, backlog, '
'volume with forecast, groups, advice. Reads the views with the rights of the caller. See '
'docs/guides/report.md. Example: SELECT slaops.monday_report(''support'');';
