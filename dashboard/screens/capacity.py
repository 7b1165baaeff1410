"""Will we have enough people? Volume and its forecast, the gap by group, and a simulator."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import streamlit as st

import charts
import formats
from data import Problem
from parts import Card, Page, cards, chart, empty, figure, left_out, table, tell

CAME = """
SELECT day, created, is_anomaly, direction
FROM {schema}.volume_anomalies
WHERE level = %(level)s AND day >= %(today)s::date - 60 AND {where}
ORDER BY day
"""

AHEAD = """
SELECT day, expected, lower_80, upper_80, lower_95, upper_95, mae, mase, weeks, method
FROM {schema}.volume_forecast
WHERE level = %(level)s AND {where}
ORDER BY day
"""

# Of the calendar that most open tickets keep.
HOLIDAYS = """
SELECT holiday.day, min(holiday.name) AS name
FROM {schema}.backlog_summary AS summary
INNER JOIN slaops.calendars AS registered ON registered.name = summary.calendar_name
CROSS JOIN LATERAL slaops.holidays(registered.calendar, %(today)s::date - 60, %(today)s::date + 28) AS holiday
GROUP BY holiday.day
ORDER BY holiday.day
"""

# What slaops.forecast would have said 28 days ago, from the year before, beside what came. A day of the
# series is told by its noon in the zone of the calendar, as the open hours of the day count.
HINDSIGHT = """
WITH created AS (
    SELECT day, created
    FROM {schema}.mart_daily_totals
    WHERE is_complete
),

way AS (
    SELECT
        summary.calendar_name, coalesce(max(calendar.time_zone), 'UTC') AS zone
    FROM {schema}.backlog_summary AS summary
    LEFT JOIN {schema}.stg_calendars AS calendar ON calendar.name = summary.calendar_name
    GROUP BY summary.calendar_name
),

ahead AS (
    SELECT
        (forecast.at AT TIME ZONE way.zone)::date AS day, forecast.forecast AS expected,
        forecast.lower[1] AS lower_80, forecast.upper[1] AS upper_80
    FROM way
    CROSS JOIN LATERAL slaops.forecast(
        (
            SELECT slaops.series((day + time '12:00') AT TIME ZONE way.zone, created::float8, interval '1 day', 'zero')
            FROM created
            WHERE day < %(today)s::date - 28 AND day >= %(today)s::date - 28 - 364
        ), 28, 'auto', 7, ARRAY[0.8]::float8[], true, 1::bigint, way.calendar_name
    ) AS forecast
    WHERE (SELECT count(*) FROM created WHERE day < %(today)s::date - 28) >= 28
)

SELECT
    ahead.day, ahead.expected, ahead.lower_80, ahead.upper_80, created.created::float8,
    avg(abs(created.created - ahead.expected)) OVER ()::float8 AS mean_error,
    avg((created.created BETWEEN ahead.lower_80 AND ahead.upper_80)::int) OVER ()::float8 AS inside
FROM ahead
INNER JOIN created ON created.day = ahead.day
ORDER BY ahead.day
"""

ACCURACY = """
SELECT horizon, days, mean_tickets, bias, mae, wape, coverage_80, coverage_95
FROM {schema}.forecast_accuracy
WHERE level = %(level)s AND {where}
ORDER BY horizon
"""

GAP = """
SELECT
    group_name, fte, utilization_28, short_days_28, open_now, arrivals_per_day, fte_to_hold,
    fte_to_clear, fte_gap_28, fte_to_attain, attainment_target, handle_minutes, hours_per_day, occupancy
FROM {schema}.capacity_gap
WHERE {where}
ORDER BY fte_gap_28 DESC NULLS LAST, group_name
"""

BY_DAY = """
SELECT group_name, day, utilization, utilization_28
FROM {schema}.capacity_by_day
WHERE {where}
ORDER BY group_name, day
"""

# The next seven days by the half hour.
WEEK = """
SELECT
    from_at AT TIME ZONE %(zone)s::text AS at, sum(people_needed)::float8 AS needed, sum(people_lower)::float8 AS lower,
    sum(people_upper)::float8 AS upper
FROM {schema}.staffing_needs
WHERE from_at < (SELECT min(first.from_at) + interval '168 hours' FROM {schema}.staffing_needs AS first) AND {where}
GROUP BY from_at
ORDER BY from_at
"""

PLANNED = """
SELECT from_at AT TIME ZONE %(zone)s::text AS at, sum(people_planned)::float8 AS planned
FROM {schema}.staffing_gaps
WHERE from_at < (SELECT min(first.from_at) + interval '168 hours' FROM {schema}.staffing_needs AS first) AND {where}
GROUP BY from_at
ORDER BY from_at
"""

WEEK_DAYS = """
SELECT
    need.day, sum(need.expected)::float8 AS expected, sum(need.people)::float8 / 2 AS hours_needed,
    max(need.people_needed)::float8 AS most_needed,
    sum(gap.people_planned)::float8 / 2 AS hours_planned,
    count(*) FILTER (WHERE gap.state = 'short') AS short,
    count(*) FILTER (WHERE gap.state = 'over') AS over,
    count(gap.state) AS known,
    sum(gap.attainment_expected * gap.expected)::float8
        / nullif(sum(gap.expected) FILTER (WHERE gap.attainment_expected IS NOT NULL), 0) AS attainment
FROM {schema}.staffing_needs AS need
LEFT JOIN {schema}.staffing_gaps AS gap
    ON gap.group_name = need.group_name
    AND gap.channel IS NOT DISTINCT FROM need.channel
    AND gap.from_at = need.from_at
WHERE need.from_at < (SELECT min(first.from_at) + interval '168 hours' FROM {schema}.staffing_needs AS first) AND {where}
GROUP BY need.day
ORDER BY need.day
"""

SIMULATED = """
SELECT
    planned.group_name, planned.fte_now, planned.fte, present.utilization AS utilization_now,
    planned.utilization, planned.backlog_now, present.backlog_after AS backlog_without,
    planned.backlog_after, planned.clears_on, planned.wait_days, planned.attainment_expected,
    planned.attainment_cleared, planned.fte_to_hold, planned.fte_to_clear
FROM slaops.simulate_capacity(
    %(schema)s::text, %(plan)s::jsonb, %(arrivals)s::float8, %(handling)s::float8,
    %(occupancy)s::float8, %(shrinkage)s::float8
) AS planned
INNER JOIN slaops.simulate_capacity(%(schema)s::text) AS present ON present.group_name = planned.group_name
ORDER BY planned.group_name
"""

CURVES = """
SELECT
    simulated.group_name, ahead.working_day, simulated.plan = '{{}}'::jsonb AS is_now,
    simulated.backlog_after
FROM unnest(ARRAY[0.5, 5, 10, 15, 20, 30, 40]::float8[]) AS ahead (working_day)
CROSS JOIN LATERAL slaops.simulate_capacity(
    %(schema)s::text, %(plan)s::jsonb, %(arrivals)s::float8, %(handling)s::float8,
    %(occupancy)s::float8, %(shrinkage)s::float8, ahead.working_day
) AS simulated
WHERE simulated.group_name = ANY (%(groups)s)
ORDER BY simulated.group_name, ahead.working_day
"""

# More sliders than these nobody moves.
SLIDERS = 6


def show(page: Page) -> None:
    volume(page)
    hindsight(page)
    gap(page)
    week(page)
    simulator(page)


def volume(page: Page) -> None:
    group = page.filters.one("group_name")
    where = page.filters.on(("group_name",) if group else (), days=False)
    given = {**where.params, "today": page.today, "level": "group" if group else "all"}
    with figure(
        f"Tickets a day: the last 60 days, and 28 to come{', that come to ' + formats.escape(group) + ' first' if group else ''}",
        where,
    ):
        came = page.database.select(CAME, given, where=where.where)
        ahead = page.database.select(AHEAD, given, where=where.where)
        if ahead.empty and came.empty:
            empty("There is neither history nor a forecast: they need tickets of some weeks.")
            return
        shown = []
        if len(came):
            last = came.iloc[-1]
            shown.append(Card(f"Came on {formats.day(last['day'])}", formats.count(last["created"])))
        if len(ahead):
            first = ahead.iloc[0]
            shown += [
                Card(
                    f"Expected on {formats.day(first['day'])}", formats.decimal(first["expected"]),
                    about=f"80 % interval {formats.decimal(first['lower_80'])} to {formats.decimal(first['upper_80'])}.",
                ),
                Card("Mean error of the forecast", f"{formats.decimal(first['mae'])} a day", about="In the last eight weeks."),
            ]  # fmt: skip
        cards(shown)
        holidays = page.database.select(HOLIDAYS, given)
        drawn = charts.lines(came, "day", [("created", "came", charts.BLUE)], formats.count, height=340)
        drawn.update_layout(showlegend=True, margin={"t": 28})
        charts.add_band(drawn, ahead, "day", "lower_95", "upper_95", "95 %", charts.WIDE_BAND)
        charts.add_band(drawn, ahead, "day", "lower_80", "upper_80", "80 %", charts.BAND)
        charts.add_line(
            drawn, ahead, "day", "expected", "expected", charts.VERMILION, formats.decimal, "dash"
        )
        unusual = came[came["is_anomaly"].astype(bool)]
        charts.add_dots(drawn, unusual, "day", "created", "unusual day", charts.ORANGE)
        charts.add_marks(drawn, holidays, "day", "name")
        chart(drawn, "Tickets a day, and their forecast with intervals and holidays", "volume")
        if len(ahead):
            first = ahead.iloc[0]
            st.caption(
                f"{formats.escape(first['method'])}; made of {formats.count(first['weeks'])} weeks, wrong by "
                f"{formats.decimal(first['mae'])} tickets a day on average in the last eight. "
                "Dotted lines: holidays of the calendar that most open tickets keep."
            )
        table(
            ahead,
            {
                "day": ("Day", formats.day),
                "expected": ("Expected", formats.decimal),
                "lower_80": ("80 % from", formats.decimal),
                "upper_80": ("to", formats.decimal),
                "lower_95": ("95 % from", formats.decimal),
                "upper_95": ("to", formats.decimal),
            },
            "volume_forecast",
            "There is no forecast for this choice.",
        )


def hindsight(page: Page) -> None:
    where = page.filters.on((), days=False)
    with figure("", where):
        rows = page.database.select(HINDSIGHT, {"today": page.today})
        if rows.empty:
            st.subheader("The forecast against what came", anchor=False)
            empty(
                "Fewer than 28 days are on record before the last 28, so that nothing could be forecast then."
            )
            return
        first = rows.iloc[0]
        st.subheader(
            f"28 days ago the forecast would have been wrong by {formats.decimal(first['mean_error'])} tickets a day; "
            f"{formats.percent(first['inside'])} of days lay in the 80 % band",
            anchor=False,
        )
        drawn = charts.lines(rows, "day", [("created", "came", charts.BLUE)], formats.count)
        drawn.update_layout(showlegend=True, margin={"t": 28})
        charts.add_band(drawn, rows, "day", "lower_80", "upper_80", "80 %", charts.BAND)
        charts.add_line(
            drawn, rows, "day", "expected", "expected then", charts.VERMILION, formats.decimal, "dash"
        )
        chart(drawn, "What the forecast said 28 days ago, and what came", "hindsight")
        kept = page.filters.on((), days=False)
        told = page.database.select(ACCURACY, {"level": "all"}, where=kept.where)
        table(
            told,
            {
                "horizon": ("Days ahead", formats.count),
                "days": ("Days forecast", formats.count),
                "mean_tickets": ("Came", formats.decimal),
                "bias": ("Too many", formats.decimal),
                "mae": ("Wrong by", formats.decimal),
                "wape": ("of what came", formats.percent),
                "coverage_80": ("In 80 % band", formats.percent),
                "coverage_95": ("In 95 % band", formats.percent),
            },
            "forecast_accuracy",
            "The accuracy of forecasts is recorded from the first refresh on. No forecast day has passed yet.",
        )


def gap(page: Page) -> None:
    where = page.filters.on(("group_name",), days=False)
    with figure("People by group, and people needed in the next 28 days", where):
        rows = page.database.select(GAP, where.params, where=where.where)
        if rows.empty:
            empty(
                "No capacity of a group of this choice is known. Give create_marts a table of groups "
                "(group_name, fte, handle_minutes, ...) as group_capacity."
            )
            return
        left, right = st.columns([1, 2], gap="medium")
        with left:
            first = rows.head(20)
            drawn = charts.columns(
                first.assign(shown=[formats.chart_text(n, 24) for n in first["group_name"]]), "shown",
                [
                    ("fte", "people now", charts.BLUE),
                    ("fte_to_hold", "to hold", charts.ORANGE),
                    ("fte_to_clear", "to clear", charts.VERMILION),
                ],
            )  # fmt: skip
            drawn.update_traces(hovertemplate="%{y:.1f}")
            chart(drawn, "People now, to hold the backlog and to clear it, by group", "gap")
        with right:
            table(
                rows,
                {
                    "group_name": ("Group", formats.plain),
                    "fte": ("People", formats.decimal),
                    "fte_gap_28": ("Missing", formats.decimal),
                    "utilization_28": ("Utilization", formats.percent),
                    "short_days_28": ("Short days", formats.count),
                    "fte_to_hold": ("To hold", formats.decimal),
                    "fte_to_clear": ("To clear", formats.decimal),
                    "arrivals_per_day": ("Come a day", formats.decimal),
                    "open_now": ("Open", formats.count),
                },
                "capacity_gap",
            )
        st.caption(
            "To hold: do what is expected to come. To clear: that, and all that is open now, within 28 days. "
            "Missing below zero: to spare. Short days: working days of the last 28 on which more came than the group can do."
        )
        days = page.database.select(BY_DAY, where.params, where=where.where)
        if not days.empty:
            drawn = charts.lines(days.head(0), "day", [])
            for number, name in enumerate(list(dict.fromkeys(days["group_name"]))[: len(charts.PALETTE)]):
                charts.add_line(
                    drawn, days[days["group_name"] == name], "day", "utilization_28", name,
                    charts.PALETTE[number], formats.percent,
                )  # fmt: skip
            drawn.update_layout(showlegend=True, margin={"t": 28})
            drawn.update_yaxes(tickformat=".0%")
            drawn.add_hline(y=1, line={"color": charts.GREY, "dash": "dot", "width": 1})
            st.subheader("Work against capacity, mean of 28 days", anchor=False)
            chart(drawn, "Utilization by group and day", "utilization")


def week(page: Page) -> None:
    where = page.filters.on(("group_name",), days=False)
    with figure("People needed in each half hour of the next seven days", where):
        given = {**where.params, "zone": page.database.time_zone}
        needs = page.database.select(WEEK, given, where=where.where)
        if needs.empty:
            empty("Half hours need the capacity of groups: group_capacity of create_marts.")
            return
        planned = page.database.select(PLANNED, given, where=where.where)
        drawn = charts.lines(needs.head(0), "at", [], unit="people", height=340)
        drawn.update_layout(showlegend=True, margin={"t": 28})
        charts.add_band(drawn, needs, "at", "lower", "upper", "80 %", charts.BAND)
        charts.add_line(drawn, needs, "at", "needed", "needed", charts.VERMILION, formats.count)
        charts.add_line(drawn, planned, "at", "planned", "planned", charts.BLUE, formats.decimal)
        chart(drawn, "People needed and planned by half hour", "week")
        st.caption(
            f"Times of {formats.escape(page.database.time_zone)}. Calls and chats with a service level are answered at once; other work waits until it is due. "
            + (
                "Planned: the shifts of create_marts."
                if len(planned)
                else "No shifts are known: give create_marts a table of them (agent, starts_at, ends_at)."
            )
        )
        both = page.filters.on({"group_name": "group_name"}, also="need", days=False)
        table(
            page.database.select(WEEK_DAYS, both.params, where=both.where),
            {
                "day": ("Day", formats.day),
                "expected": ("Expected", formats.decimal),
                "hours_needed": ("Hours needed", formats.decimal),
                "most_needed": ("Most at once", formats.count),
                "hours_planned": ("Hours planned", formats.decimal),
                "short": ("Half hours short", formats.count),
                "over": ("over", formats.count),
                "attainment": ("In time", formats.percent),
            },
            "staffing",
        )


def simulator(page: Page) -> None:
    with figure("What if? More or fewer people, arrivals and minutes of work"):
        rows = page.database.select(GAP, where=page.filters.on(()).where)
        if rows.empty:
            empty("The simulator needs the capacity of groups: group_capacity of create_marts.")
            return
        simulate(page, rows)
    left_out(page.filters.on(("group_name",), days=False))


@st.fragment
def simulate(page: Page, gaps: pd.DataFrame) -> None:
    """Only this part runs again when a slider is moved."""
    known = {str(row["group_name"]): float(row["fte"]) for _, row in gaps.iterrows()}
    chosen = [name for name in page.filters.picks.get("group_name", ()) if name in known]
    groups = (chosen or list(known))[:SLIDERS]
    if len(chosen or known) > SLIDERS:
        st.caption(
            f"The {SLIDERS} groups that lack the most people of {len(chosen or known)}; "
            "choose groups in the filter bar for others."
        )
    plan: dict[str, float] = {}
    columns = st.columns(min(len(groups), 3))
    for number, name in enumerate(groups):
        with columns[number % len(columns)]:
            least = -min(float(int(known[name] * 2)) / 2, 10.0)
            more = st.slider(
                f"People in {formats.escape(name)} (now {formats.decimal(known[name])})",
                least, 20.0, 0.0, 0.5, format="%+.1f", key=f"people in {name}",
                bind="query-params",
            )  # fmt: skip
            if more:
                plan[name] = more
    inputs = st.columns(4)
    arrivals = inputs[0].slider(
        "Arrivals", 50, 200, 100, 5, format="%d %%", key="arrivals", bind="query-params"
    )
    handling = inputs[1].slider("Minutes of work a ticket", 50, 200, 100, 5, format="%d %%", key="handling", bind="query-params")  # fmt: skip
    occupancy = inputs[2].slider(
        "Occupancy", 0, 100, 0, 5, format="%d %%", key="occupancy", bind="query-params",
        help="Part of the hours that can be spent at work; 0: as the groups have it.",
    )  # fmt: skip
    shrinkage = inputs[3].slider(
        "Shrinkage", 0, 60, 0, 5, format="%d %%", key="shrinkage", bind="query-params",
        help="Part of paid time away from work: leave, training, breaks.",
    )  # fmt: skip
    given: dict[str, Any] = {
        "plan": json.dumps(plan),
        "arrivals": arrivals / 100, "handling": handling / 100,
        "occupancy": occupancy / 100 if occupancy else None, "shrinkage": shrinkage / 100,
    }  # fmt: skip
    try:
        simulated(page, given, plan, groups)
    except Problem as problem:
        # The fragment may run without the page that would tell it.
        tell(problem)


def simulated(page: Page, given: dict[str, Any], plan: dict[str, float], groups: list[str]) -> None:
    rows = page.database.select(SIMULATED, given)
    table(
        rows,
        {
            "group_name": ("Group", formats.plain),
            "fte_now": ("People now", formats.decimal),
            "fte": ("then", formats.decimal),
            "utilization_now": ("Utilization", formats.percent),
            "utilization": ("then", formats.percent),
            "backlog_now": ("Open now", formats.count),
            "backlog_without": ("After 28 days", formats.count),
            "backlog_after": ("then", formats.count),
            "clears_on": ("Clear on", formats.day),
            "wait_days": ("Wait, working days", formats.decimal),
            "attainment_expected": ("In time until then", formats.percent),
            "attainment_cleared": ("In time once clear", formats.percent),
            "fte_to_hold": ("To hold", formats.decimal),
            "fte_to_clear": ("To clear", formats.decimal),
        },
        "simulated",
    )
    curves = page.database.select(
        CURVES, {**given, "plan": json.dumps([{}, plan] if plan else [{}]), "groups": groups}
    )
    drawn = charts.lines(curves.head(0), "working_day", [], unit="open tickets")
    for number, name in enumerate(groups):
        of_group = curves[curves["group_name"] == name]
        is_now = of_group["is_now"].astype(bool)
        color = charts.PALETTE[number % len(charts.PALETTE)]
        if plan:
            charts.add_line(
                drawn, of_group[~is_now], "working_day", "backlog_after", name, color, formats.count
            )
        charts.add_line(
            drawn, of_group[is_now], "working_day", "backlog_after",
            f"{name}, people as now" if plan else name, color, formats.count, "dot" if plan else "solid",
        )  # fmt: skip
    drawn.update_layout(showlegend=True, margin={"t": 28})
    drawn.update_xaxes(title="working days from now")
    chart(drawn, "Open tickets by group and working day, simulated", "curves")
