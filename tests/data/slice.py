#!/usr/bin/env python3
"""Cut the test slice out of the full incident event log.

    tests/data/slice.py incident_event_log.csv[.gz] > incident_event_log.csv
    tests/data/slice.py incident_event_log.csv[.gz] | gzip -n -9 > tests/data/incident_event_log.csv.gz

A case is taken whole or not at all. It is taken when the SHA-256 of its number
falls in the first 6 % of the range, so the choice depends on the number alone,
not on the order of the file or on a random generator. Cases with a state rarer
than the sample would catch (-100) are taken besides.
"""

import csv
import gzip
import hashlib
import io
import sys

COLUMNS = [
    "number", "incident_state", "active", "reassignment_count", "reopen_count",
    "sys_mod_count", "made_sla", "opened_at", "sys_updated_at", "category",
    "priority", "assignment_group", "resolved_at", "closed_at",
]
SHARE = 0.06
ALWAYS = {"-100"}


def chosen(number):
    digest = hashlib.sha256(number.encode()).digest()
    return int.from_bytes(digest[:8], "big") < SHARE * 2**64


def rows(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = sys.argv[1]
    rare = {r["number"] for r in rows(path) if r["incident_state"] in ALWAYS}
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows(path):
        if row["number"] in rare or chosen(row["number"]):
            writer.writerow(row)
    out.flush()


main()
