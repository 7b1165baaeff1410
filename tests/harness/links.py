#!/usr/bin/env python3
"""Dead links in the Markdown files: relative paths, anchors, and the book's table of contents; files of
the repository that pages for contributors name.

Pages below docs/ link to pages below docs/ only, since the book has no others.
links.py BOOK checks the links of the built book instead.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md"]


def prose(text):
    """A page without its code."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def named(text):
    """The files and folders of the repository that a page names. sql/upgrade is empty until the first release."""
    tops = "bench|config|core|docs|examples|sql|src|tests"
    return re.findall(rf"`((?:{tops})/(?!upgrade/)[\w./<>-]*)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


def anchors(text):
    """The anchors of headings, as GitHub and mdBook make them."""
    found = set()
    for heading in re.findall(r"^#+ +(.*)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M):
        heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = 0
        while (anchor := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(anchor)
    return found


def book(root):
    """The links of the built book, with the anchors that mdBook made."""
    wrong, checked = [], 0
    ids = {page: set(re.findall(r'id="([^"]+)"', page.read_text())) for page in root.glob("**/*.html")}
    for page in ids:
        if page.name in ("print.html", "404.html", "toc.html"):
            continue
        body = page.read_text().partition("<main>")[2].partition("</main>")[0]
        for link in re.findall(r'<a [^>]*href="([^"]+)"', body):
            if re.match(r"^[a-z]+:", link):
                continue
            checked += 1
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if target not in ids or anchor and anchor not in ids[target]:
                wrong.append(f"{page.relative_to(root)}: {link}")
    print("\n".join(wrong) or f"links: {checked} links of {len(ids)} pages of the book are good")
    return bool(wrong) or checked < 200


def main():
    if len(sys.argv) > 1:
        sys.exit(book(pathlib.Path(sys.argv[1]).resolve()))
    pages = [ROOT / page for page in PAGES] + sorted(DOCS.glob("**/*.md"))
    listed = {DOCS / link for link in re.findall(r"\]\(([^)]+\.md)\)", (DOCS / "SUMMARY.md").read_text())}
    wrong = [f"docs/SUMMARY.md: {page.relative_to(DOCS)} is missing"
             for page in pages if DOCS in page.parents and page.name != "SUMMARY.md" and page not in listed]
    for page in pages:
        if page.name == "CONTRIBUTING.md" or {"contributing", "decisions", "methods"} & set(page.relative_to(ROOT).parts):
            wrong += [f"{page.relative_to(ROOT)}: `{path}`: no such file" for path in named(page.read_text())
                      if not any(ROOT.glob(re.sub("<[a-z]+>", "*", path)))]
    decisions = DOCS / "decisions"
    indexed = set(re.findall(r"\]\(([^)]+\.md)\)", (decisions / "index.md").read_text()))
    wrong += [f"docs/decisions/index.md: {page.relative_to(decisions)} is missing"
              for page in decisions.glob("*/*.md") if str(page.relative_to(decisions)) not in indexed]
    checked = 0
    for page in pages:
        for link in re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text())):
            if re.match(r"^[a-z]+:", link):
                continue
            checked += 1
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            where = f"{page.relative_to(ROOT)}: {link}"
            if not target.exists():
                wrong.append(f"{where}: no such file")
            elif DOCS in page.parents and DOCS not in target.parents:
                wrong.append(f"{where}: outside of docs/")
            elif anchor and anchor not in anchors(target.read_text()):
                wrong.append(f"{where}: no such heading")
    print("\n".join(wrong) or f"links: {checked} links of {len(pages)} pages are good")
    sys.exit(bool(wrong) or checked < 200)


main()
