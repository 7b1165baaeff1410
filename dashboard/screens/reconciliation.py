"""Why do the product's own figures differ? How many clocks agree, by cause, and the switch to try first."""

from __future__ import annotations

import streamlit as st

import charts
import formats
from parts import Card, Format, Page, cards, chart, empty, figure, table

# Each ticket of a clock is replayed with each switch: about a second for so many.
AT_ONCE = 5_000

GIVEN = "SELECT to_regclass(format('%%I.vendor_clocks', %(schema)s::text)) IS NOT NULL AS is_given"

CLOCKS = "SELECT count(*) AS clocks, count(DISTINCT ticket_id) AS tickets FROM {schema}.vendor_clocks"

# A switch as it stands in a preset: "reopen: count".
SUMMARY = """
SELECT
    metric, cause, clocks, share, agree_with_switch, example,
    (SELECT string_agg(format('%%s: %%s', key, coalesce(value #>> '{{}}', 'none')), ', ') FROM jsonb_each(switch)) AS switch,
    sum(clocks) OVER (PARTITION BY cause)::bigint AS of_cause,
    sum(clocks) OVER ()::bigint AS of_all,
    coalesce(sum(clocks) FILTER (WHERE cause = 'agrees') OVER (), 0)::bigint AS agreeing,
    (coalesce(sum(clocks) FILTER (WHERE cause = 'agrees') OVER (), 0) / sum(clocks) OVER ())::float8 AS agreeing_share,
    rank() OVER (ORDER BY agree_with_switch DESC NULLS LAST, clocks DESC, switch::text) AS place
FROM slaops.reconciliation_summary(%(schema)s::text, tolerance => %(tolerance)s::interval)
ORDER BY clocks DESC, metric, cause
"""

DIFFERENCES = """
SELECT
    ticket_id, metric, cycle, cause,
    (SELECT string_agg(format('%%s: %%s', key, coalesce(value #>> '{{}}', 'none')), ', ') FROM jsonb_each(switch)) AS switch,
    due_at, vendor_due_at, extract(epoch FROM due_difference)::float8 / 60 AS due_difference_minutes,
    elapsed_minutes, vendor_elapsed_minutes, elapsed_difference, status, vendor_breached
FROM slaops.reconciliation(%(schema)s::text, tolerance => %(tolerance)s::interval)
WHERE NOT agrees
ORDER BY cause, metric, ticket_id, cycle
"""

REMEDIES = {
    "pause": "pause of the metric, in the preset",
    "reopened": "reopen, in the preset",
    "priority changed": "target_at, in the preset",
    "calendar": "calendar of the policy, or calendar_at in the preset",
    "solved before reply": "solved_before_reply, in the preset",
    "late policy": "retroactive_start, in the preset",
    "closing time": "due_at_close, in the preset",
    "other target": "targets of the policy",
    "merged": "none: the product treats merged tickets otherwise",
    "rounding": "none: a larger tolerance",
    "no clock": "a policy with a target for these tickets",
    "cancelled": "cancel and unanswered of the metric, and solved_before_reply in the preset",
    "not started": "start of the metric",
    "views are older": "slaops.refresh",
    "unexplained": "the page of the ticket shows its clock step by step",
}


def show(page: Page) -> None:
    nothing = page.filters.on((), days=False)
    with figure("The product's own figures beside these", nothing):
        if not page.database.row(GIVEN)["is_given"]:
            empty(
                f"There is no {formats.escape(page.database.schema)}.vendor\\_clocks. slaops.attach makes it for sources that "
                "have SLA figures of their own; with generic, name a column of tickets as vendor\\_resolution\\_due\\_at. "
                "Or make that view yourself, with ticket\\_id, metric, and due\\_at, elapsed\\_minutes or breached."
            )
            return
        given = page.database.row(CLOCKS)
        if not given["clocks"]:
            empty("The product says nothing of its clocks yet: vendor\\_clocks has no rows.")
            return
        tolerance = st.columns(3)[0].selectbox(
            "Figures agree within", ["1 second", "1 minute", "5 minutes", "1 hour"],
            key="tolerance", bind="query-params",
        )  # fmt: skip
        told = f"{formats.counted(given['clocks'], 'clock')} of {formats.counted(given['tickets'], 'ticket')}"
        if given["clocks"] > AT_ONCE and not st.toggle(
            f"Compare {told}", key="compare", bind="query-params",
            help="Each of these tickets is replayed with each switch: some seconds for every 10,000 clocks.",
        ):  # fmt: skip
            empty("Nothing is compared before you ask, as it takes a while.")
            return
        compared(page, {"tolerance": tolerance or "1 second"})


def compared(page: Page, asked: dict[str, str]) -> None:
    with st.spinner("Trying every switch"):
        rows = page.database.select(SUMMARY, asked)
    if rows.empty:
        empty("No row of vendor\\_clocks names a ticket.")
        return
    total, agreeing = int(rows["of_all"].iloc[0]), int(rows["agreeing"].iloc[0])
    best = rows[(rows["place"] == 1) & (rows["agree_with_switch"] > agreeing)]
    shown = [
        Card("Clocks compared", formats.count(total)),
        Card("They agree", formats.count(agreeing)),
        Card("Share", formats.percent(rows["agreeing_share"].iloc[0])),
    ]
    shown += [
        Card("Would agree with one switch", formats.count(row["agree_with_switch"]))
        for _, row in best.head(1).iterrows()
    ]
    cards(shown)
    for _, row in best.head(1).iterrows():
        st.markdown(
            f"The first to try is **{formats.escape(row['switch'])}**: it makes "
            f"{formats.count(row['agree_with_switch'])} of {formats.count(total)} clocks agree. "
            f"Set it in: {formats.escape(REMEDIES.get(row['cause'], 'the preset'))}."
        )
    causes = rows.drop_duplicates("cause").sort_values("of_cause", ascending=False)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        chart(
            charts.bars(causes, "cause", "of_cause", formats.count),
            "Clocks that agree, and those that differ, by cause",
            "causes",
        )
    with right:
        table(
            rows.assign(remedy=[REMEDIES.get(cause) for cause in rows["cause"]]).drop(
                columns=["of_cause", "of_all", "agreeing", "agreeing_share", "place"]
            ),
            {
                "metric": ("Metric", formats.words),
                "cause": ("Cause", formats.plain),
                "switch": ("What makes them equal", formats.plain),
                "clocks": ("Clocks", formats.count),
                "share": ("of the metric", formats.percent),
                "agree_with_switch": ("Agree with it", formats.count),
                "remedy": ("Where to set it", formats.plain),
            },
            "reconciliation_summary",
        )
    st.subheader("Clocks that differ", anchor=False)
    with st.spinner("Finding the cause of each"):
        differences = page.database.select(DIFFERENCES, asked)
    columns: dict[str, tuple[str, Format]] = {
        "ticket_id": ("Ticket", formats.plain),
        "metric": ("Metric", formats.words),
        "cause": ("Cause", formats.plain),
        "switch": ("What makes it equal", formats.plain),
    }
    # Of what the product gives.
    if differences["vendor_due_at"].notna().any():
        columns["due_at"] = ("Due", formats.instant)
        columns["vendor_due_at"] = ("Due there", formats.instant)
        columns["due_difference_minutes"] = ("Later there by", formats.wall_time)
    if differences["vendor_elapsed_minutes"].notna().any():
        columns["elapsed_minutes"] = ("Took", formats.open_time)
        columns["vendor_elapsed_minutes"] = ("Took there", formats.open_time)
    if differences["vendor_breached"].notna().any():
        columns["status"] = ("Status", formats.plain)
        columns["vendor_breached"] = ("Missed there", formats.yes_no)
    table(
        differences,
        columns,
        "reconciliation",
        "Every clock agrees.",
        ticket="ticket_id",
    )
    st.caption(
        "The product's figure minus that of slaops. A cause is found by trial: see the guide on why figures differ."
    )
