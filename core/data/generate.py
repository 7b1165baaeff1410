#!/usr/bin/env python3
"""Write holidays.bin, the public holidays that core/src/calendar/holidays.rs embeds.

Run from the repository root, after `cargo fetch`:

    pip install holidays==0.109
    python3 core/data/generate.py

National dates are those of the crate `opening-hours` (read from its package source, found by `cargo metadata`) and
those on which the PyPI package `holidays` closes the country and each of its subdivisions. Dates of subdivisions and
all names come from `holidays`. README.md says why, and what is lost.

The file, integers little-endian, VARINT = LEB128, DAYS = days since 2000-01-01:

    "SLHOL1" u16 count
    count times, by code:   the index, 16 bytes an entry
        2 bytes code, 3 bytes alpha-3 code, u8 number of subdivisions,
        u32 offset of the country's block, u24 length of its dates, u24 length of its names
    blocks:
        subdivision codes, 3 bytes each, padded with spaces, by code
        dates (raw deflate):  the national list, then one list for each subdivision, of the dates it adds
        names (raw deflate):  VARINT number of labels, each VARINT length and UTF-8 text;
                              the national list of named dates, then one for each subdivision, of the dates whose label
                              differs from the national one
    a list is VARINT length in bytes, VARINT count n, then n VARINT gaps; the first gap counts from DAYS -366.
    a list of named dates has n VARINT labels after the gaps.
"""

import datetime
import json
import pathlib
import re
import subprocess
import sys
import warnings
import zlib

import holidays

PACKAGE = "0.109"
CRATE = "2.1.4"
FIRST_YEAR, LAST_YEAR = 2000, 2050
EPOCH = datetime.date(2000, 1, 1)
BASE = -366  # the crate's first date is 1999-12-31: gaps count from a year before it
SUBDIVISION = re.compile(r"[A-Z0-9]{1,3}")  # ISO 3166-2; leaves out cities ("Augsburg") and school zones ("Zone A")


def crate_dates():
    """National dates of the crate: {country: sorted day numbers}."""
    metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version", "1"]))
    package = next(p for p in metadata["packages"] if p["name"] == "opening-hours")
    if package["version"] != CRATE:
        sys.exit(f"opening-hours is {package['version']}, this script was checked with {CRATE}")
    text = pathlib.Path(package["manifest_path"]).parent / "opening-hours/data/holidays_public.global.txt"
    dates = {}
    for line in text.read_text().splitlines():
        country, date = line.split()
        dates.setdefault(country, set()).add((datetime.date.fromisoformat(date) - EPOCH).days)
    return {country: sorted(days) for country, days in dates.items()}


def package_dates(country, subdivision=None):
    """Public holidays of the package: {day number: label}, English where it has English."""
    cls = getattr(holidays, country)
    language = "en_US" if "en_US" in cls.supported_languages else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "available only from 2001 to 2035": see README.md
        found = holidays.country_holidays(
            country,
            subdiv=subdivision,
            years=range(FIRST_YEAR, LAST_YEAR + 1),
            observed=True,
            language=language,
            categories=("public",),
        )
    return {
        (date - EPOCH).days: "; ".join(sorted(set(found.get_list(date))))
        for date in found
        if FIRST_YEAR <= date.year <= LAST_YEAR
    }


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def day_list(days, labels=None):
    body = bytearray(varint(len(days)))
    last = BASE
    for day in days:
        body += varint(day - last)
        last = day
    for label in labels or ():
        body += varint(label)
    return varint(len(body)) + bytes(body)


def deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return packer.compress(data) + packer.flush()


def country_block(country, subdivisions, crate):
    """(subdivision codes, compressed dates, compressed names) of one country."""
    national = package_dates(country)
    base = set(national)
    if country in crate:
        # A date that every subdivision keeps is national by anyone's reading.
        for subdivision in subdivisions:
            base &= set(package_dates(country, subdivision))
        base |= set(crate[country])
    dates = day_list(sorted(base))
    labels, named = {}, b""

    def named_list(wanted):
        days = sorted(wanted)
        return day_list(days, [labels.setdefault(wanted[d], len(labels)) for d in days])

    named += named_list({day: text for day, text in national.items() if day in base})
    for subdivision in subdivisions:
        local = package_dates(country, subdivision)
        extra = set(local) - base
        dates += day_list(sorted(extra))
        named += named_list(
            {d: t for d, t in local.items() if d in extra or (d in base and national.get(d) != t)}
        )
    table = varint(len(labels))
    for text in labels:
        raw = text.encode()
        table += varint(len(raw)) + raw
    codes = b"".join(code.encode().ljust(3) for code in subdivisions)
    return codes, deflate(dates), deflate(table + named)


def main():
    if holidays.__version__ != PACKAGE:
        sys.exit(f"holidays is {holidays.__version__}, this script was checked with {PACKAGE}")
    crate = crate_dates()
    supported = holidays.list_supported_countries(include_aliases=False)
    alpha3 = {entry[1]: entry[2] for entry in holidays.registry.COUNTRIES.values()}
    if missing := set(crate) - set(supported):
        sys.exit(f"in the crate but not in the package: {sorted(missing)}")
    countries = []
    for country in sorted(supported):
        subdivisions = sorted(s for s in supported[country] if SUBDIVISION.fullmatch(s))
        countries.append((country, subdivisions, country_block(country, subdivisions, crate)))
    head = b"SLHOL1" + len(countries).to_bytes(2, "little")
    offset = len(head) + 16 * len(countries)
    index = blocks = b""
    for country, subdivisions, (codes, dates, names) in countries:
        index += country.encode() + alpha3[country].encode() + bytes([len(subdivisions)])
        index += (offset + len(blocks)).to_bytes(4, "little")
        index += len(dates).to_bytes(3, "little") + len(names).to_bytes(3, "little")
        blocks += codes + dates + names
    path = pathlib.Path(__file__).with_name("holidays.bin")
    path.write_bytes(head + index + blocks)
    print(f"{path.name}: {path.stat().st_size} bytes, {len(countries)} countries, "
          f"{sum(len(s) for _, s, _ in countries)} subdivisions, "
          f"dates {sum(len(b[1]) for *_, b in countries)}, names {sum(len(b[2]) for *_, b in countries)}")


if __name__ == "__main__":
    main()
