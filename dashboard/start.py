"""Starts the pages: `python start.py run app.py`. Their libraries are read first, so that no reader waits for it."""

from __future__ import annotations

import sys

from streamlit.web.cli import main

import screens

if __name__ == "__main__":
    screens.read_all()
    sys.argv[0] = "streamlit"
    main()
