"""What should be done? Short titles, with the evidence and the query behind a click."""

from __future__ import annotations

import streamlit as st

import formats
from parts import Page, empty, figure, table

ADVICE = """
SELECT rank, area, subject, title, action, evidence, query
FROM {schema}.recommendations
ORDER BY rank
"""


def show(page: Page) -> None:
    where = page.filters.on((), days=False)
    with figure("", where, note="Drawn from all tickets. Nothing is advised where the figures are few."):
        rows = page.database.select(ADVICE)
        if rows.empty:
            empty("Nothing is advised: nothing stands out, or there are too few tickets to tell.")
            return
        st.subheader(f"{formats.count(len(rows))} things to do, the most pressing first", anchor=False)
        for _, row in rows.iterrows():
            with st.expander(
                f"**{row['rank']}** · {formats.escape(row['title'])}"
                + ("" if formats.missing(row["subject"]) else f": {formats.escape(row['subject'])}"),
                expanded=bool(row["rank"] == 1),
            ):
                st.markdown(formats.escape(row["action"]))
                st.caption(f"Evidence: {formats.escape(row['evidence'])}")
                st.code(formats.plain(row["query"]), language="sql", wrap_lines=True)
        table(
            rows,
            {
                "rank": ("Rank", formats.count),
                "area": ("Area", formats.plain),
                "subject": ("Of", formats.plain),
                "title": ("What", formats.plain),
            },
            "recommendations",
        )
