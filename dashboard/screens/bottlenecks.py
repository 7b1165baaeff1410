"""Where does the time go? Terms of the score, flow, heat map, variants, conformance, handoffs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import charts
import formats
from filters import Condition
from parts import Card, Format, Page, cards, chart, empty, figure, table

# In a flow of more steps nobody finds anything; the table of variants has whole paths.
STEPS = 8
PAIRS = 40
RARE = "rare steps"

SCORES = """
SELECT
    concat_ws(', ', coalesce(group_name, '(none)'), priority) AS name, group_name, priority, rank,
    score, share, cycle_minutes, volume, breach_rate, cycle_ratio, volume_ratio, breach_ratio, driven_by,
    working_minutes, waiting_minutes, waiting_share, open_now
FROM {schema}.bottlenecks
WHERE level = %(level)s AND {where}
ORDER BY score DESC NULLS LAST, name
"""

ACTIVITIES = """
WITH sums AS (
    SELECT
        activity, sum(volume)::float8 AS volume, sum(minutes) / nullif(sum(timed), 0) AS cycle_minutes,
        sum(waiting_minutes) / nullif(sum(minutes), 0) AS waiting_share,
        (sum(breached) / nullif(sum(met) + sum(breached), 0))::float8 AS breach_rate
    FROM {schema}.activities_by_group
    WHERE {where}
    GROUP BY activity
)

SELECT
    activity, cycle_minutes * volume * breach_rate AS score,
    cycle_minutes * volume * breach_rate / nullif(sum(cycle_minutes * volume * breach_rate) OVER (), 0) AS share,
    cycle_minutes, volume, breach_rate, waiting_share
FROM sums
WHERE cycle_minutes * volume * breach_rate > 0
ORDER BY score DESC, activity
"""

# Steps by depth are made of variants, as pairs alone do not know how deep they are. A rare step ends what
# is followed of a ticket, in one node for all of its place.
FLOW = """
WITH paths AS (
    SELECT activities, sum(tickets) AS tickets
    FROM {schema}.variants_by_group
    WHERE {where}
    GROUP BY activities
),

places AS (
    SELECT
        step, activities[step] AS activity, activities[step + 1] AS next_activity, sum(tickets) AS times
    FROM paths
    CROSS JOIN LATERAL generate_series(1, least(cardinality(activities), %(steps)s::int)) AS step
    GROUP BY step, activity, next_activity
),

frequent AS (
    SELECT step, activity
    FROM places
    GROUP BY step, activity
    HAVING sum(times) >= 0.005 * (SELECT sum(tickets) FROM paths)
)

SELECT
    places.step, places.activity, coalesce(following.activity, %(rare)s) AS next_activity,
    sum(places.times)::float8 AS times
FROM places
INNER JOIN frequent ON frequent.step = places.step AND frequent.activity = places.activity
LEFT JOIN frequent AS following
    ON following.step = places.step + 1 AND following.activity = places.next_activity
WHERE places.next_activity IS NOT NULL AND places.step < %(steps)s::int
GROUP BY 1, 2, 3
ORDER BY 1, 4 DESC, 2, 3
"""

PAIRS_OF = """
WITH pairs AS (
    SELECT
        activity, next_activity, sum(times)::float8 AS times,
        sum(minutes) / nullif(sum(timed), 0) AS mean_minutes,
        sum(wall_minutes) / nullif(sum(times), 0)::float8 AS mean_wall_minutes
    FROM {schema}.transitions_by_group
    WHERE next_activity IS NOT NULL AND {where}
    GROUP BY activity, next_activity
)

SELECT *, times / sum(times) OVER (PARTITION BY activity) AS probability
FROM pairs
ORDER BY times DESC, activity, next_activity
"""

VARIANTS = """
WITH sums AS (
    SELECT
        variant_id, min(activities) AS activities, min(steps) AS steps, sum(tickets) AS tickets,
        sum(breached_tickets) AS breached_tickets, sum(minutes) AS minutes, sum(timed) AS timed,
        sum(csat_sum) AS csat_sum, sum(rated) AS rated
    FROM {schema}.variants_by_group
    WHERE {where}
    GROUP BY variant_id
)

SELECT
    activities, steps, tickets::float8, (tickets / sum(tickets) OVER ())::float8 AS share,
    (sum(tickets) OVER (ORDER BY tickets DESC, variant_id) / sum(tickets) OVER ())::float8 AS cumulative_share,
    (breached_tickets / tickets)::float8 AS breached_share,
    (minutes / nullif(timed, 0))::float8 AS mean_cycle_minutes,
    csat_sum / nullif(rated, 0)::float8 AS csat, variant_id::text
FROM sums
ORDER BY tickets DESC, sums.variant_id
"""

CONFORMANCE = """
SELECT
    deviation, group_name, priority, tickets, solved, share, median_cycle_minutes, extra_minutes,
    extra_lower, extra_upper, mean_fitness, model
FROM {schema}.process_conformance
WHERE level = %(level)s AND {where}
ORDER BY deviation <> 'happy path', tickets DESC, deviation, group_name, priority
"""

HANDOFFS = """
SELECT
    from_group, to_group, priority, handoffs, tickets, share, sent_back, mean_minutes_before,
    mean_minutes_after, mean_cycle_minutes, breach_rate
FROM {schema}.group_handoffs
WHERE level = %(level)s AND {where}
ORDER BY handoffs DESC, from_group, to_group, priority
"""

REWORK = """
SELECT kind, group_name, priority, tickets, times, minutes, mean_minutes, share, breach_rate
FROM {schema}.rework
WHERE level = %(level)s AND {where}
ORDER BY minutes DESC, kind, group_name, priority
"""

ESCALATIONS = """
SELECT
    group_name, priority, escalated, not_escalated, mean_cycle_minutes, mean_cycle_minutes_others,
    added_minutes, added_lower, added_upper, breach_rate, breach_rate_others
FROM {schema}.escalation_impact
WHERE level = %(level)s AND {where}
ORDER BY escalated DESC, group_name, priority
"""

Columns = dict[str, tuple[str, Format]]
OF_GROUP: Columns = {"group_name": ("Group", formats.plain), "priority": ("Priority", formats.plain)}


def show(page: Page) -> None:
    scores(page)
    where = page.filters.on(("group_name", "priority"), days=False)
    activities(page, where)
    flow(page, where)
    heat(page, where)
    variants(page, where)
    conformance(page, where)
    left, right = st.columns(2, gap="large")
    with left:
        handoffs(page)
    with right:
        rework(page, where)
    escalations(page, where)


def scores(page: Page) -> None:
    where = page.filters.on(("group_name", "priority"), days=False)
    level = "priority and group" if page.filters.picks.get("priority") else "group"
    with figure(
        "Where tickets pile up: shares of cycle time × volume × breach rate", where,
        note="Each term as times the mean of all groups; the score is their product.",
    ):  # fmt: skip
        rows = page.database.select(SCORES, {**where.params, "level": level}, where=where.where)
        if rows.empty:
            empty("No group of this choice has had a ticket.")
            return
        cards(
            [
                Card(
                    formats.escape(row["name"]), formats.percent(row["share"]),
                    about=f"Driven by {formats.escape(formats.plain(row['driven_by']))}.",
                )
                for _, row in rows.head(4).iterrows()
            ]
        )  # fmt: skip
        first = rows.head(20)
        left, right = st.columns([1, 2], gap="medium")
        with left:
            drawn = charts.columns(
                first.assign(shown=[formats.chart_text(name, 24) for name in first["name"]]), "shown",
                [
                    ("cycle_ratio", "cycle time", charts.BLUE),
                    ("volume_ratio", "volume", charts.ORANGE),
                    ("breach_ratio", "breach rate", charts.VERMILION),
                ],
            )  # fmt: skip
            drawn.update_traces(hovertemplate="%{y:.2f} × the mean")
            drawn.add_hline(y=1, line={"color": charts.GREY, "dash": "dot", "width": 1})
            chart(drawn, "Terms of the bottleneck score by group", "scores")
        with right:
            table(
                rows,
                {
                    "name": ("Group", formats.plain),
                    "share": ("Share of score", formats.percent),
                    "driven_by": ("Driven by", formats.plain),
                    "cycle_minutes": ("Cycle time", formats.open_time),
                    "volume": ("Volume", formats.count),
                    "breach_rate": ("Breach rate", formats.percent),
                    "waiting_share": ("Waiting", formats.percent),
                    "open_now": ("Open", formats.count),
                },
                "bottlenecks",
            )


def activities(page: Page, where: Condition) -> None:
    with figure("After which step tickets stand still", where):
        rows = page.database.select(ACTIVITIES, where.params, where=where.where)
        if rows.empty:
            empty("No step of this choice is followed by a wait of tickets that are late.")
            return
        left, right = st.columns([1, 2], gap="medium")
        with left:
            chart(
                charts.bars(rows.head(10), "activity", "share", formats.percent, share=True),
                "Share of the score by step", "activities",
            )  # fmt: skip
        with right:
            table(
                rows,
                {
                    "activity": ("After", formats.plain),
                    "share": ("Share of score", formats.percent),
                    "cycle_minutes": ("Mean wait", formats.open_time),
                    "volume": ("Times", formats.count),
                    "breach_rate": ("Breach rate", formats.percent),
                    "waiting_share": ("Waiting", formats.percent),
                },
                "activities",
            )


def flow(page: Page, where: Condition) -> None:
    with figure("", where):
        kind = st.segmented_control(
            "Flow", ("numbered steps", "with loops"), default="numbered steps", required=True,
            key="flow_kind", bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        if kind == "with loops":
            st.subheader(f"What follows what: the {PAIRS} most frequent steps, loops as loops", anchor=False)
            rows = page.database.select(PAIRS_OF, where.params, where=where.where).head(PAIRS)
            if rows.empty:
                empty("No ticket of this choice has two events.")
                return
            links = rows.assign(source=rows["activity"], target=rows["next_activity"], told=told(rows))
        else:
            st.subheader(f"The way of solved tickets, step by step: the first {STEPS}", anchor=False)
            rows = page.database.select(
                FLOW, {**where.params, "steps": STEPS, "rare": RARE}, where=where.where
            )
            if rows.empty:
                empty("No ticket of this choice has been solved yet.")
                return
            links = rows.assign(
                source=[f"{n} {a}" for n, a in zip(rows["step"], rows["activity"], strict=True)],
                target=[f"{n + 1} {a}" for n, a in zip(rows["step"], rows["next_activity"], strict=True)],
                told=[
                    f"step {n}: {a} → {b}: {formats.count(times)} tickets"
                    for n, a, b, times in zip(
                        rows["step"], rows["activity"], rows["next_activity"], rows["times"], strict=True
                    )
                ],
            )
        nodes = [*links["source"], *links["target"]]
        labels = [*links["activity"], *links["next_activity"]]
        frame = links.head(0)[["source"]].reindex(range(len(nodes))).assign(node=nodes, label=labels)
        loops = kind == "with loops"
        drawn = charts.sankey(frame.drop_duplicates("node"), links, 540 if loops else 460, loops)
        chart(drawn, "Flow of tickets from step to step", "flow")
        if kind != "with loops":
            st.caption(
                "Steps that fewer than 0.5 % of these tickets took at their place are one, and not followed further."
            )


def told(rows: pd.DataFrame) -> list[str]:
    return [
        f"{a} → {b}: {formats.count(times)} times, {formats.percent(share)}, {formats.open_time(minutes)} on average"
        for a, b, times, share, minutes in zip(
            rows["activity"], rows["next_activity"], rows["times"], rows["probability"],
            rows["mean_minutes"], strict=True,
        )
    ]  # fmt: skip


def heat(page: Page, where: Condition) -> None:
    with figure("How likely a step follows another", where):
        rows = page.database.select(PAIRS_OF, where.params, where=where.where)
        if rows.empty:
            empty("No ticket of this choice has two events.")
            return
        busiest = list(dict.fromkeys([*rows["activity"], *rows["next_activity"]]))[:30]
        shown = rows[rows["activity"].isin(busiest) & rows["next_activity"].isin(busiest)]
        shown = shown.assign(told=told(shown))
        left, right = st.columns([3, 2], gap="medium")
        with left:
            chart(charts.heat(shown, "activity", "next_activity", "probability", "told"),
                  "Probability of each next step", "heat")  # fmt: skip
        with right:
            table(
                rows,
                {
                    "activity": ("From", formats.plain),
                    "next_activity": ("To", formats.plain),
                    "times": ("Times", formats.count),
                    "probability": ("Share", formats.percent),
                    "mean_minutes": ("Mean wait", formats.open_time),
                },
                "transitions",
            )


def variants(page: Page, where: Condition) -> None:
    with figure("The most frequent ways", where):
        rows = page.database.select(VARIANTS, where.params, where=where.where)
        table(
            rows.assign(activities=[formats.path(steps) for steps in rows["activities"]]),
            {
                "tickets": ("Tickets", formats.count),
                "share": ("Share", formats.percent),
                "cumulative_share": ("Together", formats.percent),
                "mean_cycle_minutes": ("Mean time", formats.open_time),
                "breached_share": ("Late", formats.percent),
                "csat": ("Rating", formats.two_places),
                "activities": ("Way", formats.plain),
            },
            "variants",
            "No ticket of this choice has been solved yet.",
        )


def with_level(page: Page, columns: Columns) -> Columns:
    """The columns that the level has come first."""
    chosen = {name: how for name, how in OF_GROUP.items() if page.filters.picks.get(name)}
    return {**chosen, **columns}


def conformance(page: Page, where: Condition) -> None:
    with figure("", where):
        rows = page.database.select(
            CONFORMANCE, {**where.params, "level": page.filters.level}, where=where.where
        )
        happy = rows[rows["deviation"] == "happy path"]
        share = formats.percent(happy["share"].iloc[0]) if len(happy) == 1 else None
        st.subheader(
            f"{share} of solved tickets take the happy path"
            if share
            else "How tickets stray from the happy path",
            anchor=False,
        )
        table(
            rows,
            with_level(page, {
                "deviation": ("Deviation", formats.plain),
                "tickets": ("Tickets", formats.count),
                "share": ("Share", formats.percent),
                "median_cycle_minutes": ("Median time", formats.open_time),
                "extra_minutes": ("Adds on average", formats.open_time),
                "extra_lower": ("95 % from", formats.open_time),
                "extra_upper": ("to", formats.open_time),
                "mean_fitness": ("Fitness of all", formats.two_places),
            }),
            "conformance",
            "No ticket of this choice has been solved yet.",
        )  # fmt: skip


def handoffs(page: Page) -> None:
    # Between two groups: those that a chosen group gets.
    where = page.filters.on({"group_name": "to_group", "priority": "priority"}, days=False)
    level = "priority" if page.filters.picks.get("priority") else "all"
    with figure("Who passes tickets on to whom", where):
        rows = page.database.select(HANDOFFS, {**where.params, "level": level}, where=where.where)
        table(
            rows,
            {
                "from_group": ("From", formats.plain),
                "to_group": ("To", formats.plain),
                "handoffs": ("Times", formats.count),
                "share": ("Share", formats.percent),
                "sent_back": ("Back", formats.count),
                "mean_minutes_after": ("Then there", formats.open_time),
                "breach_rate": ("Late clocks", formats.percent),
            },
            "handoffs",
            "No ticket of this choice was passed on to another group.",
        )


def rework(page: Page, where: Condition) -> None:
    with figure("What doing things twice costs", where):
        rows = page.database.select(REWORK, {**where.params, "level": page.filters.level}, where=where.where)
        table(
            rows,
            with_level(page, {
                "kind": ("Kind", formats.plain),
                "tickets": ("Tickets", formats.count),
                "times": ("Times", formats.count),
                "minutes": ("Open time", formats.open_time),
                "share": ("Of all time", formats.percent),
                "breach_rate": ("Late clocks", formats.percent),
            }),
            "rework",
            "No ticket of this choice was opened again or sent back.",
        )  # fmt: skip


def escalations(page: Page, where: Condition) -> None:
    with figure(
        "What an escalation adds",
        where,
        note="A difference does not prove a cause, because hard tickets are escalated.",
    ):
        rows = page.database.select(
            ESCALATIONS, {**where.params, "level": page.filters.level}, where=where.where
        )
        table(
            rows,
            with_level(page, {
                "escalated": ("Escalated", formats.count),
                "not_escalated": ("Not", formats.count),
                "mean_cycle_minutes": ("Mean time", formats.open_time),
                "mean_cycle_minutes_others": ("of the others", formats.open_time),
                "added_minutes": ("Adds", formats.open_time),
                "added_lower": ("95 % from", formats.open_time),
                "added_upper": ("to", formats.open_time),
                "breach_rate": ("Late clocks", formats.percent),
                "breach_rate_others": ("of the others", formats.percent),
            }),
            "escalations",
            "No ticket of this choice has been solved yet.",
        )  # fmt: skip
