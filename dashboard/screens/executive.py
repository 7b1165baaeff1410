"""How is it going? Headline figures, the last 30 days, what is to come."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

import charts
import formats
from parts import Page, chart, empty, figure

# Days that have ended, as in the view kpi: an unfinished one would pull each figure down.
VOLUME = """
WITH of_days AS (
    SELECT
        *, day >= %(today)s::date - %(days)s::int AND day < %(today)s::date AS is_now,
        day < %(today)s::date - %(days)s::int AS is_before
    FROM {schema}.mart_daily_ops
    WHERE day >= %(today)s::date - 2 * %(days)s::int AND {where}
),

sums AS (
    SELECT
        sum(created) FILTER (WHERE is_now) AS created,
        sum(created) FILTER (WHERE is_before) AS created_before,
        sum(backlog) FILTER (WHERE day = %(today)s::date) AS backlog,
        sum(cost) FILTER (WHERE is_now) AS cost,
        sum(cost) FILTER (WHERE is_before) AS cost_before,
        sum(csat * rated) FILTER (WHERE is_now) / nullif(sum(rated) FILTER (WHERE is_now), 0) AS csat,
        sum(rated) FILTER (WHERE is_now) AS rated,
        sum(csat * rated) FILTER (WHERE is_before)
            / nullif(sum(rated) FILTER (WHERE is_before), 0) AS csat_before
    FROM of_days
)

SELECT
    coalesce(created, 0)::float8 AS created, coalesce(backlog, 0)::float8 AS backlog, cost, csat,
    coalesce(rated, 0)::float8 AS rated,
    (coalesce(created, 0) / nullif(created_before, 0) - 1)::float8 AS created_change,
    cost / nullif(cost_before, 0) - 1 AS cost_change, csat - csat_before AS csat_change
FROM sums
"""

CYCLE = """
WITH of_time AS (
    SELECT
        slaops.survival_percentile(
            slaops.rollup(cycle) FILTER (WHERE day >= %(today)s::date - %(days)s::int), 0.5
        ) AS median,
        slaops.survival_percentile(
            slaops.rollup(cycle) FILTER (WHERE day < %(today)s::date - %(days)s::int), 0.5
        ) AS median_before
    FROM {schema}.int_tickets_by_day
    WHERE day >= %(today)s::date - 2 * %(days)s::int AND day < %(today)s::date AND {where}
)

SELECT median, median / nullif(median_before, 0) - 1 AS median_change
FROM of_time
"""

# As days began: by the group and priority that tickets had then.
BEGAN = """
WITH mornings AS (
    SELECT
        coalesce(sum(past_target) FILTER (WHERE day = %(today)s::date), 0) AS late,
        coalesce(sum(past_target) FILTER (WHERE day < %(today)s::date), 0) AS late_before,
        coalesce(sum(tickets) FILTER (WHERE day < %(today)s::date), 0) AS backlog_before
    FROM {schema}.int_backlog_by_day
    WHERE day IN (%(today)s::date, %(today)s::date - %(days)s::int) AND {where}
),

history AS (
    SELECT min(day) <= %(today)s::date - %(days)s::int AS is_long_enough
    FROM {schema}.mart_daily_totals
)

SELECT
    late::float8,
    CASE WHEN is_long_enough THEN (late - late_before)::float8 END AS late_change,
    CASE WHEN is_long_enough THEN (%(backlog)s::float8 - backlog_before)::float8 END AS backlog_change
FROM mornings
CROSS JOIN history
"""

# The two metrics that people ask for first, else those with the most clocks.
ATTAINMENT = """
WITH of_metrics AS (
    SELECT
        metric,
        slaops.attainment_rate(
            coalesce(sum(met) FILTER (WHERE day >= %(today)s::date - %(days)s::int), 0)::bigint,
            coalesce(sum(breached) FILTER (WHERE day >= %(today)s::date - %(days)s::int), 0)::bigint
        ) AS now,
        slaops.attainment_rate(
            coalesce(sum(met) FILTER (WHERE day < %(today)s::date - %(days)s::int), 0)::bigint,
            coalesce(sum(breached) FILTER (WHERE day < %(today)s::date - %(days)s::int), 0)::bigint
        ) AS before
    FROM {schema}.mart_sla_by_day
    WHERE day >= %(today)s::date - 2 * %(days)s::int AND day < %(today)s::date AND {where}
    GROUP BY metric
)

SELECT
    metric, (now).attainment, (now).lower, (now).upper,
    (now).attainment - (before).attainment AS change
FROM of_metrics
ORDER BY
    array_position(ARRAY['first_response', 'resolution'], metric),
    (now).met + (now).breached DESC, metric
LIMIT 2
"""

FLOW = """
SELECT day, sum(created)::float8 AS created, sum(solved)::float8 AS solved, sum(backlog)::float8 AS backlog
FROM {schema}.mart_daily_ops
WHERE day >= %(today)s::date - 30 AND day < %(today)s::date AND {where}
GROUP BY day
ORDER BY day
"""

# The seven days that end with each: a single Sunday has too few clocks to tell anything.
ATTAINMENT_LINES = """
WITH of_days AS (
    SELECT
        day.day::date AS day,
        slaops.attainment_rate(
            coalesce(sum(met) FILTER (WHERE metric = %(first)s), 0)::bigint,
            coalesce(sum(breached) FILTER (WHERE metric = %(first)s), 0)::bigint
        ) AS first,
        slaops.attainment_rate(
            coalesce(sum(met) FILTER (WHERE metric = %(second)s), 0)::bigint,
            coalesce(sum(breached) FILTER (WHERE metric = %(second)s), 0)::bigint
        ) AS second
    FROM generate_series(%(today)s::date - 30, %(today)s::date - 1, interval '1 day') AS day
    INNER JOIN (
        SELECT metric, day, sum(met) AS met, sum(breached) AS breached
        FROM {schema}.mart_sla_by_day
        WHERE day > %(today)s::date - 37 AND metric IN (%(first)s, %(second)s) AND {where}
        GROUP BY metric, day
    ) AS clocks ON clocks.day > day.day::date - 7 AND clocks.day <= day.day::date
    GROUP BY day.day
)

SELECT day, (first).attainment AS first, (second).attainment AS second
FROM of_days
ORDER BY day
"""

FORECAST = """
SELECT day, expected, lower_80, upper_80, lower_95, upper_95
FROM {schema}.volume_forecast
WHERE level = %(level)s AND {where}
ORDER BY day
"""

CAME = """
SELECT day, created
FROM {schema}.volume_anomalies
WHERE level = %(level)s AND day >= %(today)s::date - 30 AND {where}
ORDER BY day
"""

SUMMARY = """
SELECT
    *, extract(epoch FROM green_at - slaops.marts_as_of(%(schema)s))::float8 / 60 AS wait_minutes
FROM {schema}.backlog_summary
"""

PROJECTION = """
SELECT day, wip, past_target::float8, false AS is_projected FROM {schema}.backlog_burndown
UNION ALL
SELECT day, wip, past_target, true FROM {schema}.backlog_projection
ORDER BY day, is_projected
"""


def named(metric: str) -> str:
    return metric.replace("_", " ").capitalize()


def show(page: Page) -> None:
    headline(page)
    left, right = st.columns(2, gap="large")
    with left:
        flow(page)
    with right:
        attainment(page)
    left, right = st.columns(2, gap="large")
    with left:
        forecast(page)
    with right:
        control(page)


def headline(page: Page) -> None:
    database, days = page.database, page.filters.days
    by_day = page.filters.on(page.filters.everything)
    given = {**by_day.params, "today": page.today}
    than = f"than in the {days} days before"
    with figure("", by_day):
        volume = database.row(VOLUME, given, where=by_day.where)
        cycle = database.row(CYCLE, given, where=by_day.where)
        began = database.row(BEGAN, {**given, "backlog": volume["backlog"]}, where=by_day.where)
        rates = database.select(ATTAINMENT, given, where=by_day.where)
        cards = st.columns(4)
        cards[0].metric(
            "Tickets created", formats.count(volume["created"]), formats.change(volume["created_change"]),
            delta_color="off", border=True, help=f"In the {days} days before today; change against the {days} days before.",
        )  # fmt: skip
        for place in (0, 1):
            if place < len(rates):
                rate = rates.iloc[place]
                cards[1 + place].metric(
                    f"{formats.escape(named(rate['metric']))} in time",
                    formats.percent(rate["attainment"]),
                    formats.points(rate["change"]),
                    border=True,
                    help=f"Share of clocks decided in these days that were met; 95 % interval {formats.percent(rate['lower'])} to {formats.percent(rate['upper'])}.",
                )
            else:
                cards[1 + place].metric(
                    "Attainment", formats.NONE, border=True, help="No clock was decided in these days."
                )
        cards[3].metric(
            "Median time to solve", formats.open_time(cycle["median"]), formats.change(cycle["median_change"]),
            delta_color="inverse", border=True, help=f"Open minutes from creation to solved, of tickets last solved in these days. Change {than}.",
        )  # fmt: skip
        cards = st.columns(4)
        cards[0].metric(
            "Open tickets", formats.count(volume["backlog"]), signed(began["backlog_change"]),
            delta_color="inverse", border=True, help=f"Now, against how the day {days} days ago began.",
        )  # fmt: skip
        cards[1].metric(
            "Open and past target", formats.count(began["late"]), signed(began["late_change"]),
            delta_color="inverse", border=True, help=f"As the day began, against {days} days ago.",
        )  # fmt: skip
        cards[2].metric(
            "Customer rating", formats.two_places(volume["csat"]),
            None if volume["csat_change"] is None else f"{volume['csat_change']:+.2f}",
            border=True, help=f"Mean of {formats.count(volume['rated'])} ratings of tickets last solved in these days.",
        )  # fmt: skip
        cards[3].metric(
            "Cost", formats.count(volume["cost"]), formats.change(volume["cost_change"]),
            delta_color="inverse", border=True, help="Of tickets last solved in these days, in the unit of the source.",
        )  # fmt: skip


def signed(value: float | None) -> str | None:
    return None if value is None else f"{value:+,.0f}"


def flow(page: Page) -> None:
    by_day = page.filters.on(page.filters.everything)
    with figure(
        "Tickets created and solved, day by day",
        by_day,
        note="The last 30 days that have ended, whatever the filter of days says.",
    ):
        rows = page.database.select(FLOW, {**by_day.params, "today": page.today}, where=by_day.where)
        if rows.empty:
            empty("No ticket of this choice was created, solved or open in the last 30 days.")
            return
        drawn = charts.lines(
            rows,
            "day",
            [
                ("created", "created", charts.BLUE),
                ("solved", "solved", charts.GREEN),
                ("backlog", "open", charts.ORANGE),
            ],
            formats.count,
        )
        chart(drawn, "Tickets created, solved and open by day", "flow")


def attainment(page: Page) -> None:
    by_day = page.filters.on(page.filters.everything)
    with figure(
        "Clocks met in time, the seven days until each day",
        by_day,
        note="By the day on which clocks were decided; the last 30 days that have ended.",
    ):
        given = {**by_day.params, "today": page.today}
        metrics = list(page.database.select(ATTAINMENT, given, where=by_day.where)["metric"])
        if not metrics:
            empty("No clock of this choice was decided. Has the policy set targets for these tickets?")
            return
        names = {"first": metrics[0], "second": metrics[1] if len(metrics) > 1 else None}
        rows = page.database.select(ATTAINMENT_LINES, {**given, **names}, where=by_day.where)
        series = [("first", named(metrics[0]), charts.BLUE)]
        if len(metrics) > 1:
            series.append(("second", named(metrics[1]), charts.ORANGE))
        chart(
            charts.lines(rows, "day", series, formats.percent, share=True),
            "Attainment by day",
            "attainment",
        )


def forecast(page: Page) -> None:
    group = page.filters.one("group_name")
    level = "group" if group else "all"
    of_group = page.filters.on(("group_name",) if group else ())
    with figure("Tickets to come in the next 28 days", of_group):
        given = {**of_group.params, "today": page.today, "level": level}
        rows = page.database.select(FORECAST, given, where=of_group.where)
        came = page.database.select(CAME, given, where=of_group.where)
        if rows.empty:
            empty("There is no forecast for this choice: it needs tickets of some days.")
            return
        chart(
            forecast_chart(came, rows),
            "Tickets created, and expected with intervals",
            "forecast",
        )
        st.caption(
            "Bands: four of five days, and 95 % of days, should lie in them."
            + (" Tickets count where they came first." if group else "")
        )


def forecast_chart(came: pd.DataFrame, rows: pd.DataFrame) -> go.Figure:
    drawn = charts.lines(came, "day", [("created", "came", charts.BLUE)], formats.count)
    drawn.update_layout(showlegend=True, margin={"t": 28})
    charts.add_band(drawn, rows, "day", "lower_95", "upper_95", "95 %", charts.WIDE_BAND)
    charts.add_band(drawn, rows, "day", "lower_80", "upper_80", "80 %", charts.BAND)
    charts.add_line(drawn, rows, "day", "expected", "expected", charts.VERMILION, formats.decimal, "dash")
    return drawn


def control(page: Page) -> None:
    everything = page.filters.on((), days=False)
    with figure("", everything):
        found = page.database.row(SUMMARY)
        st.subheader(promise(found), anchor=False)
        rows = page.database.select(PROJECTION)
        if rows.empty:
            empty("No ticket is on record.")
            return
        past, ahead = rows[~rows["is_projected"]], rows[rows["is_projected"]]
        drawn = charts.lines(
            past,
            "day",
            [("wip", "open", charts.BLUE), ("past_target", "past target", charts.VERMILION)],
            formats.count,
        )
        charts.add_line(drawn, ahead, "day", "wip", "open, projected", charts.BLUE, formats.count, "dot")
        charts.add_line(
            drawn, ahead, "day", "past_target", "past target, projected", charts.VERMILION, formats.count, "dot"
        )  # fmt: skip
        chart(drawn, "Open tickets and those past target, and their projection", "control")
        st.caption(future(found))


def future(found: dict[str, Any]) -> str:
    """The futures behind the sentence."""
    if found.get("never_probability") is None:
        return "No futures are drawn: fewer than 10 of the last 56 business days are on record."
    told = [
        f"in {share} of them no ticket is past target by {formats.day(found[column])}"
        for share, column in (("half", "p50_date"), ("80 %", "p80_date"), ("95 %", "p95_date"))
        if found[column] is not None
    ]
    told.append(f"in {formats.percent(found['never_probability'])} some still are after 730 business days")
    green = (
        f" Minutes to green, at the pace of the last 28 days: {formats.open_time(found['minutes_to_green'])} of open time."
        if found["minutes_to_green"] is not None
        else " Minutes to green: never, as more comes in than is solved."
    )
    return f"1000 futures are drawn from the last 56 business days: {', '.join(told)}.{green}"


def promise(found: dict[str, Any]) -> str:
    """When the backlog is under control, in one sentence."""
    if not found.get("past_target"):
        return "No open ticket is past target"
    if found["p80_date"] is not None:
        return f"No ticket past target by {formats.day(found['p80_date'])}, in 80 % of futures"
    if found["green_at"] is not None:
        return f"No ticket past target in {formats.wall_time(found['wait_minutes'])}, at this pace"
    if found["arrivals_per_minute"] is None and found["never_probability"] is None:
        return "When the backlog is under control is not known yet: too few days are on record"
    return "At this pace the backlog never gets under control"
