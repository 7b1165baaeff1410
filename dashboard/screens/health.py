"""Can the figures be trusted? Freshness, what the configuration does not cover, what the source lacks."""

from __future__ import annotations

import streamlit as st

import formats
from parts import Card, Page, cards, figure, table

STATUS = """
SELECT as_of, extract(epoch FROM age)::float8 / 60 AS age_minutes, refreshed_at, state, started_at,
    updated_at, finished_at
FROM {schema}.refresh_status
"""

PROBLEMS = """
SELECT problem, what, tickets, example, remedy
FROM {schema}.config_health
ORDER BY tickets DESC NULLS LAST, problem, what
"""

# What each column makes possible, and what is lost without it.
LACKS = """
WITH tickets AS (
    SELECT
        count(*) AS tickets, count(group_name) AS group_name, count(priority) AS priority,
        count(csat_score) AS csat_score, count(cost) AS cost, count(organization_id) AS organization_id,
        count(calendar_name) AS calendar_name, count(churned) AS churned
    FROM {schema}.int_ticket_lifecycle
),

lacks AS (
    SELECT 1 AS place, 'group_name' AS field, group_name AS known, tickets, 'queues, bottlenecks, capacity, forecasts by group' AS without_it
    FROM tickets
    UNION ALL
    SELECT 2, 'priority', priority, tickets, 'targets by priority, attainment by priority' FROM tickets
    UNION ALL
    SELECT 3, 'calendar_name', calendar_name, tickets, 'business hours: clocks run around the clock or cannot be measured' FROM tickets
    UNION ALL
    SELECT 4, 'csat_score', csat_score, tickets, 'ratings, and what goes with them' FROM tickets
    UNION ALL
    SELECT 5, 'cost', cost, tickets, 'cost, and what goes with it' FROM tickets
    UNION ALL
    SELECT 6, 'organization_id', organization_id, tickets, 'attainment by customer' FROM tickets
    UNION ALL
    SELECT 7, 'churned', churned, tickets, 'customers who have left' FROM tickets
    UNION ALL
    SELECT 8, 'group_capacity', (SELECT count(*) FROM {schema}.int_group_capacity WHERE is_usable),
        (SELECT count(DISTINCT group_name) FROM {schema}.int_tickets_by_group), 'people needed, the simulator, advice on staffing'
    UNION ALL
    SELECT 9, 'agents', (SELECT count(DISTINCT agent) FROM {schema}.stg_agents),
        (SELECT count(DISTINCT agent) FROM {schema}.int_agents_by_month), 'the groups, hours and costs of agents'
)

SELECT field, known, tickets AS of_all, known / nullif(tickets, 0)::float8 AS share, without_it
FROM lacks
ORDER BY place
"""

CALENDARS = """
SELECT name, time_zone, hours, country, day_minutes, valid_from::text, valid_to::text, description
FROM {schema}.stg_calendars
ORDER BY name, valid_from
"""


def show(page: Page) -> None:
    nothing = page.filters.on((), days=False)
    with figure("How current the figures are", nothing):
        rows = page.database.select(STATUS)
        row = page.database.row(STATUS)
        cards(
            [
                Card("Age of the figures", formats.wall_time(row["age_minutes"])),
                Card("Last refresh", formats.plain(row["state"])),
            ]
        )
        table(
            rows,
            {
                "as_of": ("As of", formats.instant),
                "age_minutes": ("Age", formats.wall_time),
                "state": ("Last refresh", formats.plain),
                "started_at": ("It began", formats.instant),
                "updated_at": ("Last batch", formats.instant),
                "finished_at": ("It ended", formats.instant),
            },
            "refresh_status",
        )
        if row["age_minutes"] is not None and row["age_minutes"] > 1440:
            st.warning(
                "The figures are older than a day. Does a schedule call slaops.refresh? "
                "See the guide on keeping figures fresh.",
                icon=":material/schedule:",
            )
    # Asked last: it looks at every ticket and event anew.
    problems = st.container()
    with figure("What the source says of tickets, and what is lost without it", nothing):
        table(
            page.database.select(LACKS),
            {
                "field": ("Field", formats.plain),
                "known": ("Known", formats.count),
                "of_all": ("of", formats.count),
                "share": ("Share", formats.percent),
                "without_it": ("Without it there are no figures of", formats.plain),
            },
            "sources",
        )
    with figure("Calendars", nothing):
        table(
            page.database.select(CALENDARS),
            {
                "name": ("Calendar", formats.plain),
                "time_zone": ("Time zone", formats.plain),
                "hours": ("Hours", formats.plain),
                "country": ("Holidays of", formats.plain),
                "day_minutes": ("A working day", formats.open_time),
                "description": ("For", formats.plain),
            },
            "calendars",
            "No calendar is registered: only targets around the clock can be measured.",
        )
    with problems, figure("What the configuration does not cover, and what in the data is doubtful", nothing):
        with st.spinner("Looking at all tickets"):
            rows = page.database.select(PROBLEMS)
        table(
            rows,
            {
                "problem": ("Problem", formats.plain),
                "what": ("Of", formats.plain),
                "tickets": ("Tickets", formats.count),
                "example": ("Example", formats.plain),
                "remedy": ("Remedy", formats.plain),
            },
            "config_health",
            "Nothing: every ticket has a policy, a calendar and known words.",
        )
