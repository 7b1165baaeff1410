"""Starts the pages: `python start.py run app.py`. Their libraries are read first, so that no reader waits for it."""

from __future__ import annotations

import sys

from streamlit.logger import get_logger
from streamlit.web.cli import main

import screens

if __name__ == "__main__":
    # It warns of what is kept before the server runs, where nothing is.
    get_logger("streamlit.runtime.caching.cache_data_api").setLevel("ERROR")
    screens.read_all()
    sys.argv[0] = "streamlit"
    main()
