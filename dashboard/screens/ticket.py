"""One ticket's story: its clocks, the ledger as a timeline, what another policy would have said."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from psycopg import sql

import charts
import formats
from data import Problem
from parts import Page, chart, empty, figure, table

TICKET = """
SELECT
    ticket.ticket_id::text AS ticket_id, ticket.subject, ticket.created_at, ticket.priority, ticket.status,
    ticket.group_name, ticket.assignee, ticket.organization_id, ticket.calendar_name, ticket.solved_at,
    life.business_cycle_minutes, life.first_response_minutes, life.reopens, life.escalations, life.handoffs,
    life.agent_replies, life.is_open, life.policy
FROM {schema}.stg_tickets AS ticket
LEFT JOIN {schema}.int_ticket_lifecycle AS life ON life.ticket_id = ticket.ticket_id
WHERE ticket.ticket_id = {ticket}
"""

CLOCKS = """
SELECT
    metric, cycle, policy, priority, calendar_name, status, target_minutes, elapsed_minutes, paused_minutes,
    margin_minutes, started_at, stopped_at, nullif(due_at, 'infinity') AS due_at, breached_at, cause_status,
    cause_group
FROM {schema}.fct_sla_attainment
WHERE ticket_id = {ticket}
ORDER BY started_at, metric, cycle
"""

EVENTS = """
SELECT event_at, event_type, field, actor_role, actor, old_value, new_value, public
FROM {schema}.stg_ticket_events
WHERE ticket_id = {ticket}
ORDER BY event_at, seq
"""

LEDGER = """
WITH history AS (
    SELECT
        slaops.ticket_history(
            event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
        ) AS events
    FROM {schema}.stg_ticket_events
    WHERE ticket_id = {ticket}
)

SELECT
    segment.from_at, coalesce(segment.to_at, slaops.marts_as_of(%(schema)s::text)) AS to_at, segment.state, segment.status, segment.group_name,
    segment.open_minutes, segment.running_total, segment.crossed_at, segment.note
FROM {schema}.stg_tickets AS ticket
CROSS JOIN history
CROSS JOIN LATERAL slaops.explain_sla(
    ticket, history.events, %(metric)s::text, %(cycle)s::int, %(policy_set)s::text,
    slaops.marts_as_of(%(schema)s::text)
) AS segment
WHERE ticket.ticket_id = {ticket}
ORDER BY segment.from_at
"""

OTHER = """
WITH history AS (
    SELECT
        slaops.ticket_history(
            event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
        ) AS events
    FROM {schema}.stg_ticket_events
    WHERE ticket_id = {ticket}
)

SELECT
    clock.metric, clock.cycle, clock.policy, clock.status, clock.target_minutes, clock.elapsed_minutes,
    clock.margin_minutes, clock.breached_at
FROM {schema}.stg_tickets AS ticket
CROSS JOIN history
CROSS JOIN LATERAL slaops.sla_attainment(
    ticket, history.events, %(policy_set)s::text, slaops.marts_as_of(%(schema)s::text),
    %(calendar)s::text, true
) AS clock
WHERE ticket.ticket_id = {ticket}
ORDER BY clock.metric, clock.cycle
"""

WHY = """
SELECT reason.rank, reason.policy, reason.chosen, reason.reason
FROM {schema}.stg_tickets AS ticket
CROSS JOIN LATERAL slaops.explain_policy(
    ticket, %(policy_set)s::text, slaops.marts_as_of(%(schema)s::text)
) AS reason
WHERE ticket.ticket_id = {ticket}
ORDER BY reason.rank
"""

SETS = """
SELECT policy_set
FROM slaops.sla_policies
GROUP BY policy_set
ORDER BY policy_set <> (SELECT policy_set FROM {schema}.mart_state), policy_set
"""

CALENDARS = "SELECT DISTINCT name FROM {schema}.stg_calendars ORDER BY name"

# As the source has the number or the name of tickets.
ID_TYPE = """
SELECT format_type(atttypid, NULL) AS type
FROM pg_catalog.pg_attribute
WHERE attrelid = to_regclass(format('%%I.stg_tickets', %(schema)s::text)) AND attname = 'ticket_id'
"""

KINDS: dict[str, sql.Composable] = {
    name: sql.SQL(f"%(ticket)s::{name}")
    for name in ("bigint", "integer", "smallint", "numeric", "uuid", "text")
}

CLOCK_COLUMNS = {
    "metric": ("Clock", formats.words),
    "cycle": ("Cycle", formats.count),
    "policy": ("Policy", formats.plain),
    "status": ("Status", formats.plain),
    "target_minutes": ("Target", formats.open_time),
    "elapsed_minutes": ("Ran", formats.open_time),
    "margin_minutes": ("Left (-: late)", formats.open_time),
    "breached_at": ("Ran out", formats.instant),
}


def show(page: Page) -> None:
    with figure("", page.filters.on((), days=False)):
        wanted = st.text_input(
            "Ticket",
            key="ticket",
            bind="query-params",
            placeholder="its number or name, as the source has it",
        )
        if not wanted:
            empty("Give the number of a ticket, or follow a link of the page Queues.")
            return
        story(page, wanted.strip())


def story(page: Page, wanted: str) -> None:
    kind = str(page.database.row(ID_TYPE).get("type") or "text")
    # The index of the source is used only where the types agree.
    cast = KINDS.get(kind, sql.SQL("%(ticket)s::text"))
    given = {"ticket": wanted}
    try:
        row = page.database.row(TICKET, given, ticket=cast)
    except Problem as problem:
        if problem.everywhere:
            raise
        empty(f"This is no {kind}, as ticket_id is in the source: {formats.escape(wanted)}.")
        return
    if row["ticket_id"] is None:
        empty("There is no such ticket, or this role may not see it.")
        return
    facts(row)
    clocks = page.database.select(CLOCKS, given, ticket=cast)
    st.subheader("Its clocks", anchor=False)
    table(clocks, CLOCK_COLUMNS, "clocks", "No policy has a target for it, so that no clock is measured.")
    if not clocks.empty:
        with figure():
            ledger(page, clocks, given, cast)
    with figure("What another policy or calendar would have said"):
        other(page, given, cast)
    with figure("What happened to it"):
        table(
            page.database.select(EVENTS, given, ticket=cast),
            {
                "event_at": ("When", formats.instant),
                "event_type": ("What", formats.plain),
                "actor_role": ("By", formats.plain),
                "actor": ("Who", formats.plain),
                "old_value": ("Before", formats.plain),
                "new_value": ("Since", formats.plain),
                "public": ("Public", formats.yes_no),
            },
            "events",
            "No event of it is on record.",
        )


def facts(row: dict[str, Any]) -> None:
    st.subheader(f"{formats.escape(row['ticket_id'])}: {formats.escape(row['subject'])}", anchor=False)
    cards = st.columns(4)
    cards[0].metric("Status", formats.escape(row["status"]), border=True)
    cards[1].metric("Priority", formats.escape(row["priority"]), border=True)
    cards[2].metric("Group", formats.escape(row["group_name"]), border=True)
    cards[3].metric(
        "Open time" if row["is_open"] else "Time to solve",
        formats.open_time(row["business_cycle_minutes"]), border=True, help="In open minutes of its calendar.",
    )  # fmt: skip
    told = [
        f"created {formats.instant(row['created_at'])}",
        f"solved {formats.instant(row['solved_at'])}" if row["solved_at"] is not None else "not solved",
        f"with {formats.escape(row['assignee'])}" if row["assignee"] else "with nobody",
        f"policy {formats.escape(row['policy'])}",
        f"calendar {formats.escape(row['calendar_name'])}",
        f"organization {formats.escape(row['organization_id'])}",
        f"{formats.counted(row['reopens'], 'reopen')}, {formats.counted(row['escalations'], 'escalation')}, "
        f"{formats.counted(row['agent_replies'], 'reply', 'replies')}",
    ]
    st.caption(" · ".join(told))


def ledger(page: Page, clocks: pd.DataFrame, given: dict[str, Any], cast: sql.Composable) -> None:
    options = [f"{metric} {cycle}" for metric, cycle in zip(clocks["metric"], clocks["cycle"], strict=True)]
    best = next((n for n, name in enumerate(clocks["metric"]) if name == "resolution"), 0)
    chosen = st.selectbox(
        "The ledger of", options, index=best, key="clock", bind="query-params", format_func=formats.words
    )
    clock = clocks.iloc[options.index(chosen or options[best])]
    # The set of the views: the first of the sets.
    own = page.database.select(SETS)["policy_set"]
    asked = {
        **given, "metric": str(clock["metric"]), "cycle": int(clock["cycle"]),
        "policy_set": str(own.iloc[0]) if len(own) else "current",
    }  # fmt: skip
    rows = page.database.select(LEDGER, asked, ticket=cast)
    crossed = rows["crossed_at"].dropna()
    words = formats.words(clock["metric"]).capitalize()
    st.subheader(
        f"{formats.escape(words)}: the target of {formats.open_time(clock['target_minutes'])} ran out on "
        f"{formats.instant(crossed.iloc[0])}"
        if len(crossed)
        else f"{formats.escape(words)}: the target of {formats.open_time(clock['target_minutes'])} was not crossed",
        anchor=False,
    )
    if rows.empty:
        empty("This clock has not begun.")
        return
    drawn = charts.story(rows)
    if len(crossed):
        drawn.add_vline(x=crossed.iloc[0].isoformat(), line={"color": charts.VERMILION, "width": 2})
    chart(drawn, "The clock over time: running, paused, and when the target ran out", "ledger")
    if len(crossed):
        st.caption("The upright line is where the target ran out.")
    table(
        rows,
        {
            "from_at": ("From", formats.instant),
            "to_at": ("To", formats.instant),
            "state": ("Clock", formats.plain),
            "status": ("Status", formats.plain),
            "group_name": ("Group", formats.plain),
            "open_minutes": ("Open time", formats.open_time),
            "running_total": ("In all", formats.open_time),
            "crossed_at": ("Target ran out", formats.instant),
            "note": ("Note", formats.plain),
        },
        "ledger",
    )


def other(page: Page, given: dict[str, Any], cast: sql.Composable) -> None:
    sets = list(page.database.select(SETS)["policy_set"])
    if not sets:
        empty("No policy set is loaded.")
        return
    left, right = st.columns(2)
    with left:
        chosen = st.selectbox("Policy set", sets, key="policy_set", bind="query-params")
    with right:
        calendar = st.selectbox(
            "Calendar", ["its own", "24/7 @ UTC", *page.database.select(CALENDARS)["name"]],
            key="calendar", bind="query-params",
        )  # fmt: skip
    asked = {
        **given, "policy_set": chosen or sets[0],
        "calendar": None if calendar in (None, "its own") else calendar,
    }  # fmt: skip
    columns = {name: how for name, how in CLOCK_COLUMNS.items() if name not in ("priority",)}
    table(
        page.database.select(OTHER, asked, ticket=cast), columns, "other_policy",
        "That set has no target for this ticket.",
    )  # fmt: skip
    table(
        page.database.select(WHY, asked, ticket=cast),
        {
            "rank": ("Order", formats.count),
            "policy": ("Policy", formats.plain),
            "chosen": ("Chosen", formats.yes_no),
            "reason": ("Why", formats.plain),
        },
        "why_policy",
        "That set has no policy.",
    )
