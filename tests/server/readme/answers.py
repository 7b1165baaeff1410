"""Tables that documents show as ```text are what their SQL gives: answers.py DIRECTORY

```text,ignore is not compared, such as the figures of a whole log of which the tests have a slice; nor is
a document whose SQL did not run.
"""

import pathlib
import re
import sys


def trimmed(text):
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


def main():
    into = pathlib.Path(sys.argv[1])
    wrong, compared = [], 0
    for named in sorted(into.glob("*.from")):
        document = named.read_text()
        if not named.with_suffix(".out").exists():
            continue
        text = pathlib.Path(document).read_text()
        output = trimmed(named.with_suffix(".out").read_text())
        for match in re.finditer(r"^```text\n(.*?)^```$", text, re.M | re.S):
            block = trimmed(match[1])
            if not re.search(r"^-[-+]*$", block, re.M):
                continue        # not a table of psql
            compared += 1
            if block not in output:
                line = text[: match.start()].count("\n") + 1
                wrong.append(f"{document}:{line}: the SQL of the document does not give this table")
    if compared < 8:
        wrong.append(f"only {compared} tables were compared")
    sys.exit("\n".join(wrong) or 0)


main()
