"""Are we hitting SLA? Attainment with intervals, by what the reader asks, and the burn-down."""

from __future__ import annotations

import streamlit as st
from psycopg import sql

import charts
import formats
from filters import NONE, Filters, label
from parts import Card, Page, cards, chart, empty, figure, table

BY_DAY = """
WITH of_keys AS (
    SELECT
        {key} AS name,
        slaops.attainment_rate(
            coalesce(sum(met) FILTER (WHERE day >= %(today)s::date - %(days)s::int), 0)::bigint,
            coalesce(sum(breached) FILTER (WHERE day >= %(today)s::date - %(days)s::int), 0)::bigint
        ) AS now,
        slaops.attainment_rate(
            coalesce(sum(met) FILTER (WHERE day < %(today)s::date - %(days)s::int), 0)::bigint,
            coalesce(sum(breached) FILTER (WHERE day < %(today)s::date - %(days)s::int), 0)::bigint
        ) AS before
    FROM {schema}.mart_sla_by_day
    WHERE day >= %(today)s::date - 2 * %(days)s::int AND day < %(today)s::date AND metric = ANY (%(metrics)s) AND {where}
    GROUP BY name
)

SELECT
    coalesce(name, %(none)s) AS name, (now).met, (now).breached, (now).attainment, (now).lower, (now).upper,
    (now).attainment - (before).attainment AS change,
    CASE
        WHEN (now).lower > (before).upper THEN 'better'
        WHEN (now).upper < (before).lower THEN 'worse'
        WHEN (now).attainment IS NOT NULL AND (before).attainment IS NOT NULL THEN 'no clear change'
    END AS trend
FROM of_keys
WHERE (now).attainment IS NOT NULL
ORDER BY (now).attainment, name
"""

BY_AGENT = """
WITH of_keys AS (
    SELECT agent AS name, slaops.attainment_rate(sum(met)::bigint, sum(breached)::bigint) AS now
    FROM {schema}.mart_sla_by_agent
    WHERE month >= date_trunc('month', %(today)s::date - %(days)s::int) AND metric = ANY (%(metrics)s) AND {where}
    GROUP BY agent
)

SELECT
    coalesce(name, %(none)s) AS name, (now).met, (now).breached, (now).attainment, (now).lower, (now).upper,
    NULL::float8 AS change, NULL AS trend
FROM of_keys
WHERE (now).attainment IS NOT NULL
ORDER BY (now).attainment, name
"""

BY_ORGANIZATION = """
WITH of_keys AS (
    SELECT organization_id AS name, slaops.attainment(status) AS now
    FROM {schema}.fct_sla_attainment
    WHERE decided_at >= (%(today)s::date - %(days)s::int)::timestamp AT TIME ZONE %(time_zone)s
        AND decided_at < %(today)s::date::timestamp AT TIME ZONE %(time_zone)s
        AND metric = ANY (%(metrics)s) AND {where}
    GROUP BY organization_id
)

SELECT
    coalesce(name, %(none)s) AS name, (now).met, (now).breached, (now).attainment, (now).lower, (now).upper,
    NULL::float8 AS change, NULL AS trend
FROM of_keys
WHERE (now).attainment IS NOT NULL
ORDER BY (now).attainment, name
"""

OPEN_CLOCKS = """
SELECT
    metric, sum(running)::bigint AS running, sum(at_risk)::bigint AS at_risk,
    sum(open_breached)::bigint AS open_breached, sum(sla_debt_minutes) AS sla_debt_minutes
FROM {schema}.sla_overview
WHERE level = 'priority and group' AND {where}
GROUP BY metric
ORDER BY open_breached DESC, metric
"""

# The seven days that end with each: a single Sunday has too few clocks to tell anything.
LINES = """
WITH of_days AS (
    SELECT
        metric, day.day::date AS day,
        slaops.attainment_rate(sum(met)::bigint, sum(breached)::bigint) AS rate
    FROM (
        SELECT metric, day, sum(met) AS met, sum(breached) AS breached
        FROM {schema}.mart_sla_by_day
        WHERE day > %(today)s::date - %(days)s::int - 7 AND {where}
        GROUP BY metric, day
    ) AS clocks
    INNER JOIN generate_series(%(today)s::date - %(days)s::int, %(today)s::date - 1, interval '1 day') AS day
        ON clocks.day > day.day::date - 7 AND clocks.day <= day.day::date
    GROUP BY metric, day.day
)

SELECT day, metric, (rate).attainment, (rate).met, (rate).breached
FROM of_days
ORDER BY metric, day
"""

METRICS = "SELECT metric FROM {schema}.sla_overview WHERE level = 'all' AND decided_ever > 0 ORDER BY metric"

BURNDOWN = """
SELECT day, is_complete, arrivals, completions, net_flow, wip, throughput, past_target, sla_debt_minutes
FROM {schema}.backlog_burndown
ORDER BY day
"""

KEPT = """
SELECT
    metric, priority, group_name, clocks, stated_minutes, attainment, target_80, target_90,
    target_90_lower, target_90_upper, target_95
FROM {schema}.achievable_targets
WHERE level = %(level)s AND month IS NULL AND {where}
ORDER BY metric, group_name, priority
"""

COLUMNS = {
    "name": ("", formats.plain),
    "attainment": ("Attainment", formats.percent),
    "lower": ("95 % from", formats.percent),
    "upper": ("to", formats.percent),
    "met": ("Met", formats.count),
    "breached": ("Breached", formats.count),
    "change": ("Change", lambda value: formats.points(value) or formats.NONE),
    "trend": ("Trend", formats.plain),
}


def show(page: Page) -> None:
    with figure():
        metrics = list(page.database.select(METRICS)["metric"])
        if not metrics:
            empty("No clock has been decided yet. Has the policy set targets for these tickets?")
            return
        attained(page, "metric", metrics, f"Clocks met in time in the {page.filters.days} days before today")
        split(page, metrics)
        by_day(page, metrics)
    clocks(page)
    kept(page)
    burndown(page)


def attained(page: Page, by: str, metrics: list[str], title: str) -> None:
    """Attainment of a key: bars with intervals, and the table."""
    filters: Filters = page.filters
    given = {"today": page.today, "metrics": metrics, "none": NONE, "time_zone": page.database.time_zone}
    if by == "agent":
        where = filters.on(("group_name", "priority"))
    elif by == "organization_id":
        where = filters.on({"group_name": "last_group", "priority": "priority",
                            **{name: name for name in ("brand", "region", "channel", "tier", "type") if name in filters.dimensions}})  # fmt: skip
    else:
        where = filters.on(filters.everything)
    with figure(title, where):
        if by == "agent":
            rows = page.database.select(BY_AGENT, {**where.params, **given}, where=where.where)
        elif by == "organization_id":
            rows = page.database.select(BY_ORGANIZATION, {**where.params, **given}, where=where.where)
        else:
            rows = page.database.select(
                BY_DAY, {**where.params, **given}, where=where.where, key=sql.Identifier(by)
            )
        if rows.empty:
            empty("No clock of this choice was decided in these days.")
            return
        worst = rows.head(20)
        if by == "metric":
            cards(
                [
                    Card(
                        formats.escape(formats.words(row["name"]).capitalize()), formats.percent(row["attainment"]),
                        formats.points(row["change"]),
                        f"{formats.count(row['met'])} met, {formats.count(row['breached'])} breached; 95 % interval "
                        f"{formats.percent(row['lower'])} to {formats.percent(row['upper'])}. "
                        f"Change against the {filters.days} days before.",
                    )
                    for _, row in rows.head(4).iterrows()
                ]
            )  # fmt: skip
            worst = worst.assign(name=[formats.words(name) for name in worst["name"]])
        shown, listed = st.columns([1, 2], gap="medium")
        with shown:
            chart(
                charts.bars(worst, "name", "attainment", formats.percent, "lower", "upper", share=True),
                f"Attainment by {label(by)}",
                f"attained_{by}",
            )
            if len(rows) > len(worst):
                st.caption(f"The {len(worst)} with the lowest attainment of {formats.count(len(rows))}.")
        with listed:
            titled = {
                **COLUMNS,
                "name": (label(by).capitalize(), formats.words if by == "metric" else formats.plain),
            }
            if rows["trend"].isna().all():
                titled = {name: how for name, how in titled.items() if name not in ("change", "trend")}
            table(rows, titled, f"attainment_by_{label(by)}")
        if by == "agent":
            st.caption(
                "By the months in which clocks ended: the month of the first of these days counts whole."
            )


def split(page: Page, metrics: list[str]) -> None:
    keys = ["priority", "group_name", "agent", "organization_id"]
    keys += [name for name in page.filters.dimensions if name not in keys]
    left, right = st.columns(2)
    with left:
        by = st.selectbox("Attainment by", keys, format_func=label, key="split", bind="query-params")
    with right:
        preferred = metrics.index("resolution") if "resolution" in metrics else 0
        metric = st.selectbox("of the metric", metrics, index=preferred, key="metric", bind="query-params")
    attained(
        page, by or "priority", [metric or metrics[0]],
        f"{formats.escape((metric or metrics[0]).replace('_', ' ').capitalize())} met in time, by {label(by or 'priority')}",
    )  # fmt: skip


def by_day(page: Page, metrics: list[str]) -> None:
    where = page.filters.on(page.filters.everything)
    with figure("Clocks met in time, the seven days until each day", where):
        rows = page.database.select(
            LINES, {**where.params, "today": page.today, "metrics": metrics}, where=where.where
        )
        if rows.empty:
            empty("No clock of this choice was decided in these days.")
            return
        drawn = charts.lines(rows.head(0), "day", [], share=True)
        for number, metric in enumerate(dict.fromkeys(rows["metric"])):
            charts.add_line(
                drawn, rows[rows["metric"] == metric], "day", "attainment", metric.replace("_", " "),
                charts.PALETTE[number % len(charts.PALETTE)], formats.percent,
            )  # fmt: skip
        drawn.update_layout(showlegend=True, margin={"t": 28})
        chart(drawn, "Attainment by metric and day", "by_day")


def clocks(page: Page) -> None:
    where = page.filters.on(("group_name", "priority"), days=False)
    with figure("Clocks that run now", where):
        rows = page.database.select(OPEN_CLOCKS, where.params, where=where.where)
        table(
            rows,
            {
                "metric": ("Metric", lambda value: formats.plain(value).replace("_", " ")),
                "running": ("Running or waiting", formats.count),
                "at_risk": ("At risk", formats.count),
                "open_breached": ("Past target", formats.count),
                "sla_debt_minutes": ("SLA debt", formats.open_time),
            },
            "open_clocks",
            "No clock of this choice runs.",
        )


def kept(page: Page) -> None:
    where = page.filters.on(("group_name", "priority"), days=False)
    level = "priority and group" if page.filters.picks.get("group_name") else "priority"
    with figure(
        "Targets that could be kept: open time within which so many clocks end", where,
        note="Of all clocks on record; those that still run count with their time so far.",
    ):  # fmt: skip
        rows = page.database.select(KEPT, {**where.params, "level": level}, where=where.where)
        group = {"group_name": ("Group", formats.plain)} if level != "priority" else {}
        table(
            rows,
            {
                "metric": ("Metric", formats.words),
                **group,
                "priority": ("Priority", formats.plain),
                "clocks": ("Clocks", formats.count),
                "stated_minutes": ("Stated target", formats.open_time),
                "attainment": ("In time", formats.percent),
                "target_80": ("80 %", formats.open_time),
                "target_90": ("90 %", formats.open_time),
                "target_90_lower": ("95 % from", formats.open_time),
                "target_90_upper": ("to", formats.open_time),
                "target_95": ("95 %", formats.open_time),
            },
            "achievable_targets",
        )


def burndown(page: Page) -> None:
    everything = page.filters.on((), days=False)
    with figure("Burn-down: open tickets and those past target, the last 56 days", everything):
        rows = page.database.select(BURNDOWN)
        if rows.empty:
            empty("No ticket is on record.")
            return
        left, right = st.columns(2, gap="large")
        with left:
            chart(
                charts.lines(
                    rows, "day",
                    [("wip", "open", charts.BLUE), ("past_target", "past target", charts.VERMILION)],
                    formats.count,
                ),
                "Open tickets and those past target by day", "burndown",
            )  # fmt: skip
        with right:
            chart(
                charts.columns(
                    rows, "day",
                    [("arrivals", "came", charts.SKY), ("completions", "solved", charts.GREEN)],
                ),
                "Arrivals and completions by day", "burndown_flow",
            )  # fmt: skip
        table(
            rows.iloc[::-1].reset_index(drop=True),
            {
                "day": ("Day", formats.day),
                "arrivals": ("Came", formats.count),
                "completions": ("Solved", formats.count),
                "net_flow": ("Net flow", formats.count),
                "wip": ("Open", formats.count),
                "past_target": ("Past target", formats.count),
                "sla_debt_minutes": ("SLA debt", formats.open_time),
            },
            "burndown",
        )
