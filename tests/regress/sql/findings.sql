-- Templates are filled in; what is unknown is left out, and values are no templates.
SELECT
    slaops.finding_text('{n} {n|ticket|tickets}', '{"n": 1}') AS one,
    slaops.finding_text('{n|1 clock is|# clocks are} late', '{"n": 3}') AS three,
    slaops.finding_text('{a:0} {a:2} {a:%} {a:%1} {a:%.1}', '{"a": 0.125}') AS numbers,
    slaops.finding_text('{a:%} {b:%}', '{"a": 0.285, "b": 0.28499999999999998}') AS same_float,
    slaops.finding_text('{a:literal} ({b:literals})', '{"a": "O''Hara", "b": ["x", "y''"]}')
    AS quoted,
    slaops.finding_text('before {a:%?unknown} %', '{"a": null}') AS by_default;
SELECT
    slaops.finding_text('a[[ of {g}]][[ on {d}]]!', '{"g": "Tier 2"}') AS optional,
    slaops.finding_text('{a} and {b}', '{"a": "{b}", "b": "[[x]] <<y>>"}') AS braces_in_values,
    slaops.finding_text(
        'Move <<from| and |{n} of {g}[[ at {u:2}]]>> now<<none|, |{x}>>',
        '{"from": [{"g": "A", "n": 2, "u": 0.5}, {"g": "B", "n": 1}], "none": null}'
    ) AS lists,
    slaops.finding_text('nothing to fill in', '{}') AS plain,
    slaops.finding_text('known only: {x}', '{}') AS unknown;
-- Of each kind a title that fits a tile, and no mark that is not closed.
SELECT
    kind,
    urgency,
    area,
    title,
    length(title) <= 20 AS is_short
FROM slaops.recommendation_texts
ORDER BY urgency, kind;
SELECT count(*) AS broken
FROM slaops.recommendation_texts AS entry
CROSS JOIN LATERAL (
    VALUES (entry.action), (entry.evidence), (entry.query)
) AS template (text)
CROSS JOIN (
    VALUES ('{', '}'), ('[[', ']]'), ('<<', '>>')
) AS mark (opens, closes)
WHERE cardinality(string_to_array(template.text, mark.opens))
    <> cardinality(string_to_array(template.text, mark.closes));
