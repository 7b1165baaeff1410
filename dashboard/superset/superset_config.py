"""Superset as `make superset` runs it: on this machine, for one person, with what it keeps in a directory of its own.

SUPERSET_SECRET_KEY, SUPERSET_HOME_DIR and SUPERSET_DATABASE_URI come from serve.sh. DATABASE_URL is where the views are;
without it libpq looks at PGHOST, PGSERVICE and so on, as the empty address of the bundle's database says.
"""

from __future__ import annotations

import os
from typing import Any

from psycopg2.extensions import parse_dsn
from superset.utils.log import AbstractEventLogger

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = os.environ["SUPERSET_DATABASE_URI"]
DATA_DIR = os.environ["SUPERSET_HOME_DIR"]
APP_NAME = "slaops"
SESSION_COOKIE_SAMESITE = "Strict"
SQLALCHEMY_EXAMPLES_URI = "sqlite://"


class NoLog(AbstractEventLogger):  # type: ignore[misc]
    """Who looked at what is written nowhere: it would be gone at the end, and each click would wait for it."""

    def log(self, *args: Any, **kwargs: Any) -> None:
        pass


EVENT_LOGGER = NoLog()


def kept(name: str, seconds: int) -> dict[str, Any]:
    """A cache that both workers share."""
    return {
        "CACHE_TYPE": "FileSystemCache",
        "CACHE_DIR": os.path.join(DATA_DIR, name),
        "CACHE_DEFAULT_TIMEOUT": seconds,
        "CACHE_THRESHOLD": 2000,
    }


# Answers as long as the pages of dashboard/ keep them; the button "Refresh dashboard" asks anew.
DATA_CACHE_CONFIG = kept("answers", 300)
FILTER_STATE_CACHE_CONFIG = kept("filters", 86400)
EXPLORE_FORM_DATA_CACHE_CONFIG = kept("forms", 86400)
RATELIMIT_STORAGE_URI = "memory://"
# 81.4 % and 1,234.
D3_FORMAT = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""], "percent": "\u00a0%"}
# Okabe and Ito: the color-blind can tell these apart.
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "okabeIto",
        "label": "Okabe and Ito",
        "description": "Colors that the color-blind can tell apart",
        "isDefault": True,
        "colors": ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8A8A8A"],
    }
]
THEME_DARK = None


def DB_CONNECTION_MUTATOR(
    uri: Any, params: dict[str, Any], username: str | None, security_manager: Any, source: Any
) -> tuple[Any, dict[str, Any]]:
    """Where the views are, read only. Superset itself stores no address and no password."""
    if uri.get_backend_name() == "postgresql" and not uri.host and not uri.database:
        given = parse_dsn(os.environ.get("DATABASE_URL") or "")
        options = f"{given.pop('options', os.environ.get('PGOPTIONS', ''))} -c default_transaction_read_only=on -c statement_timeout=60s -c jit=off"
        params.setdefault("connect_args", {}).update(given, options=options.strip())
    return uri, params
