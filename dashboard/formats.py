"""Numbers, times and names as people read them. Nothing is computed here."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pandas as pd

NONE = "–"
# No break within a number and its unit.
GAP = "\u00a0"


def missing(value: Any) -> bool:
    return value is None or (not isinstance(value, (list, tuple, dict)) and bool(pd.isna(value)))


def count(value: Any) -> str:
    """12,345."""
    return NONE if missing(value) else f"{value:,.0f}"


def counted(value: Any, one: str, more: str = "") -> str:
    """1 reply, 2 replies."""
    return f"{count(value)}{GAP}{one if value == 1 else more or one + 's'}"


def decimal(value: Any, places: int = 1) -> str:
    """7.0."""
    return NONE if missing(value) else f"{value:,.{places}f}"


def two_places(value: Any) -> str:
    return decimal(value, 2)


def percent(value: Any) -> str:
    """81.4 %, of a share."""
    return NONE if missing(value) else f"{value:.1%}".replace("%", f"{GAP}%")


def change(value: Any) -> str | None:
    """+3.1 %, of a change as a share."""
    return None if missing(value) else f"{value:+.1%}".replace("%", f"{GAP}%")


def points(value: Any) -> str | None:
    """+1.2 points, of a difference of shares."""
    return None if missing(value) else f"{value * 100:+.1f}{GAP}points"


def _units(minutes: float, day: bool) -> str:
    sign = "-" if minutes < 0 else ""
    whole = round(abs(minutes))
    if day and whole >= 1440:
        days, hours = divmod(round(whole / 60), 24)
        return f"{sign}{days:,}{GAP}d" + (f" {hours}{GAP}h" if hours and days < 100 else "")
    if whole >= 60:
        hours, rest = divmod(whole, 60)
        if hours >= 100:
            return f"{sign}{round(whole / 60):,}{GAP}h"
        return f"{sign}{hours}{GAP}h" + (f" {rest}{GAP}min" if rest else "")
    return f"{sign}{whole}{GAP}min"


def wall_time(minutes: Any) -> str:
    """2 d 3 h, of minutes by the wall clock."""
    return NONE if missing(minutes) else _units(float(minutes), day=True)


def open_time(minutes: Any) -> str:
    """17 h 41 min, of open minutes: a working day is shorter than a day, so that no days are told."""
    return NONE if missing(minutes) else _units(float(minutes), day=False)


def day(value: Any) -> str:
    """5 Jan 2026."""
    if missing(value):
        return NONE
    moment: date | datetime = value
    return f"{moment.day} {moment:%b %Y}"


def month(value: Any) -> str:
    return NONE if missing(value) else f"{value:%b %Y}"


def instant(value: Any) -> str:
    """Mon 5 Jan 2026, 08:00."""
    return NONE if missing(value) else f"{value:%a} {value.day} {value:%b %Y, %H:%M}"


def yes_no(value: Any) -> str:
    return NONE if missing(value) else ("yes" if value else "no")


def plain(value: Any) -> str:
    return NONE if missing(value) or value == "" else str(value)


def words(value: Any) -> str:
    """first response, of first_response."""
    return plain(value).replace("_", " ")


def path(value: Any) -> str:
    """Steps in order."""
    return NONE if missing(value) else " → ".join(str(step) for step in value)


def shares(value: Any) -> str:
    """Shares by name, the largest first as the view has them."""
    if missing(value) or not isinstance(value, dict):
        return NONE
    return ", ".join(f"{name} {percent(share)}" for name, share in value.items())


_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp|www)(?=[.:])|@")


def escape(name: Any) -> str:
    """A name as text in Markdown: no markup, no color, no formula, no icon, no link, no line of its own."""
    line = " ".join(plain(name).split())
    # A word joiner cannot be seen, and keeps an address from being made a link.
    return _MARKUP.sub(r"\\\1", _LINK.sub(lambda found: found.group(0) + "\u2060", line))


def chart_text(name: Any, longest: int = 48) -> str:
    """A name as text in a chart, whose texts may hold tags and, between dollar signs, formulas."""
    line = " ".join(plain(name).split())
    if len(line) > longest:
        line = line[: longest - 1] + "…"
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("$", "$\u2060")
