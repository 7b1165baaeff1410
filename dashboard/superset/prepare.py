"""A fresh Superset gets its only user, whose password comes in SUPERSET_PASSWORD, and the bundle of a file if given."""

from __future__ import annotations

import os
import sys
from zipfile import ZipFile

from superset.app import create_app


def main(file: str | None) -> None:
    with create_app().app_context():
        # Superset's modules can be read in an application only.
        from superset import security_manager
        from superset.commands.dashboard.importers.dispatcher import ImportDashboardsCommand
        from superset.commands.importers.v1.utils import get_contents_from_bundle
        from superset.utils.core import override_user

        admin = security_manager.add_user(
            "admin",
            "slaops",
            "admin",
            "admin@localhost.invalid",
            security_manager.find_role("Admin"),
            password=os.environ["SUPERSET_PASSWORD"],
        )
        if not admin:
            sys.exit("superset: the user cannot be made")
        if not file:
            return
        with ZipFile(file) as bundle, override_user(admin):
            ImportDashboardsCommand(get_contents_from_bundle(bundle), overwrite=True).run()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
