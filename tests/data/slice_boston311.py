#!/usr/bin/env python3
"""Cut the test slice out of the City of Boston's service requests of 2015.

    tests/data/slice_boston311.py cases_2015.csv[.gz] | gzip -n -9 > tests/data/boston311.csv.gz

A case is taken when the city gave it a due time and the SHA-256 of its number falls
in the first 16 % of the range: the choice depends on the number alone.
"""

import csv
import gzip
import hashlib
import io
import sys

COLUMNS = ["case_id", "opened_at", "target_at", "closed_at", "on_time", "status", "type"]
SHARE = 0.16


def chosen(number):
    digest = hashlib.sha256(number.encode()).digest()
    return int.from_bytes(digest[:8], "big") < SHARE * 2**64


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    opener = gzip.open if sys.argv[1].endswith(".gz") else open
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    with opener(sys.argv[1], "rt", encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            if row["target_at"] and chosen(row["case_id"]):
                writer.writerow(row)
    out.flush()


main()
