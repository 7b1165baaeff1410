"""One module a page."""

from __future__ import annotations

from importlib import import_module

NAMES = (
    "executive",
    "sla",
    "queues",
    "bottlenecks",
    "capacity",
    "quality",
    "recommendations",
    "ticket",
    "reconciliation",
    "health",
)


def read_all() -> None:
    for name in NAMES:
        import_module(f"screens.{name}")
