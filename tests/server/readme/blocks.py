"""The SQL blocks of README.md and docs/ as one script a document: blocks.py DIRECTORY

Writes NAME.sql a document, block-NAME-NN.sql a block, and "list": a line "NAME DATABASE" for each
document, in the order in which they run.
"""

import pathlib
import re
import sys

# These make the databases that others start from.
FIRST = ["README.md", "docs/guides/your-tickets.md"]
# Blocks of these documents on the incident log and the sample team are the demo's.
DEMO = ["README.md", "docs/guides/incident-log.md"]
OF_DEMO = re.compile(
    r"incident_log|FROM clock|FROM attainment|INTO slaops\.calendars|support\.|demo_marts|load_config\(\$\$"
)
# Its blocks run on several servers, by tests/server/shards.sh.
SHARDS = "docs/guides/shards.md"
MAX_IGNORED = 24


def main():
    into = pathlib.Path(sys.argv[1])
    demo = pathlib.Path("examples/demo.sql").read_text()
    documents = FIRST + sorted(
        str(path) for path in pathlib.Path("docs").glob("**/*.md")
        if str(path) not in FIRST and "reference" not in path.parts
    )
    listed, ignored, wrong = [], 0, []
    # A dry run of each configuration, where the calendars of the repository are known.
    yaml = ["\\set text `cat config/calendars.yml`", "SELECT FROM slaops.load_config(:'text');"]
    for document in documents:
        text = pathlib.Path(document).read_text()
        name = re.sub(r"[^a-z0-9]", "_", document.removeprefix("docs/").removesuffix(".md").lower())
        for match in re.finditer(r"^```yaml\n(.*?)^```$", text, re.M | re.S):
            yaml += [f"\\echo '-- at {document}:{text[:match.start()].count(chr(10)) + 1}'",
                     f"SELECT FROM slaops.load_config($yaml$\n{match[1]}$yaml$, policy_set => 'example', dry_run => true);"]
        script, number = ["\\pset footer off"], 0
        for match in re.finditer(r"^```sql([^\n]*)\n(.*?)^```$", text, re.M | re.S):
            marks, block = match[1].strip(",").split(","), match[2]
            line = text[: match.start()].count("\n") + 1
            if set(marks) - {"", "demo", "ignore"} and document != SHARDS:
                wrong.append(f"{document}:{line}: unknown mark in ```sql{match[1]}")
            if {"head", "shard"} & set(marks) and document == SHARDS:
                continue
            if "ignore" in marks:
                ignored += 1
                continue
            if ("demo" in marks or document in DEMO and OF_DEMO.search(block)) and block.strip() not in demo:
                wrong.append(f"{document}:{line}: the block is not in examples/demo.sql")
            number += 1
            block = re.sub(r"^CREATE EXTENSION slaops;.*\n", "", block, flags=re.M)
            (into / f"block-{name}-{number:02}.sql").write_text(block)
            script += [f"\\echo '-- at {document}:{line}'", block]
        if number == 0:
            continue
        kind = re.search(r"^<!-- database: (\w+) -->$", text, re.M)
        if not kind:
            wrong.append(f"{document}: it has SQL and no <!-- database: ... -->")
            continue
        (into / f"{name}.sql").write_text("\n".join(script))
        (into / f"{name}.from").write_text(document)
        listed.append(f"{name} {kind[1]}")
    (into / "yaml.sql").write_text("\n".join(yaml))
    listed.append("yaml empty")
    if ignored > MAX_IGNORED:
        wrong.append(f"{ignored} blocks are ```sql,ignore: at most {MAX_IGNORED}")
    (into / "list").write_text("\n".join(listed) + "\n")
    sys.exit("\n".join(wrong) or 0)


main()
