#!/bin/bash
# Stored values outlive a release: bytes that old releases wrote read as the same values and give the same answers. What
# this release writes is what it was frozen to, byte for byte. SLAOPS_FREEZE=1 writes the file of the version in Cargo.toml.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
version=$(psql_ -At -c "SELECT default_version FROM pg_available_extensions WHERE name = 'slaops'")
psql_ -q -o /dev/null -c 'CREATE EXTENSION slaops' -f "$REPO/tests/support/values.sql"
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE TABLE kept.bytes (type text, name text, bytes bytea, answer text, PRIMARY KEY (type, name));
CREATE TABLE kept.old (release text, LIKE kept.bytes);
DO $$
DECLARE
    type text;
    without text := (
        SELECT string_agg(typname, ', ') FROM pg_type
        WHERE typnamespace = 'slaops'::regnamespace AND typtype = 'b' AND typreceive <> 0 AND typelem = 0
            AND to_regclass('kept.' || typname) IS NULL
    );
BEGIN
    IF without IS NOT NULL THEN
        RAISE 'no values of % in tests/support/values.sql', without;
    END IF;
    FOR type IN SELECT typname FROM pg_type WHERE typnamespace = 'slaops'::regnamespace AND typtype = 'b' AND typreceive <> 0 AND typelem = 0 LOOP
        EXECUTE format('INSERT INTO kept.bytes SELECT %L, name, value::bytea, kept.answer(value) FROM kept.%I', type, type);
    END LOOP;
END $$;
SQL
of_release() { echo "$REPO/tests/data/values/$1.tsv.gz"; }
if [ "${SLAOPS_FREEZE:-}" = 1 ]; then
    psql_ -q -c "\copy (SELECT * FROM kept.bytes ORDER BY type, name COLLATE \"C\") TO pstdout" | gzip -n -9 >"$(of_release "$version")"
    echo "written: $(of_release "$version")"
fi
for file in "$REPO"/tests/data/values/*.tsv.gz; do
    release=$(basename "$file" .tsv.gz)
    gzip -dc "$file" | sed "s/^/$release\t/" | psql_ -q -c '\copy kept.old FROM pstdin'
done
psql_ -q -v version="$version" <<'SQL'
CREATE FUNCTION kept.answer_of(type text, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE format('SELECT kept.answer($1::slaops.%I)', type) INTO answer USING bytes;
    RETURN answer;
END $$;
SET kept.version = :'version';
DO $$
DECLARE
    wrong text;
    version text := current_setting('kept.version');
BEGIN
    SELECT string_agg(format('%s of %s: %s instead of %s', type, release, kept.answer_of(type, bytes), answer), E'\n') INTO wrong
    FROM kept.old WHERE kept.answer_of(type, bytes) IS DISTINCT FROM answer;
    IF wrong IS NOT NULL THEN
        RAISE E'old values read otherwise:\n%', wrong;
    END IF;
    IF (SELECT count(*) FROM kept.old) < 40 THEN
        RAISE 'hardly any old values: %', (SELECT count(*) FROM kept.old);
    END IF;
    -- Optimizers and trees may end in another bit on another processor; their bytes must be readable, and above they were read.
    SELECT string_agg(format('%s %s', type, name), ', ') INTO wrong
    FROM kept.bytes AS now FULL JOIN (SELECT * FROM kept.old WHERE release = version) AS frozen USING (type, name)
    WHERE type NOT IN ('forecast_fit', 'risk_model') AND now.bytes IS DISTINCT FROM frozen.bytes;
    IF wrong IS NOT NULL AND EXISTS (SELECT FROM kept.old WHERE release = version) THEN
        RAISE 'stored bytes of % are frozen, and differ now: %', version, wrong
            USING HINT = 'Give the new layout a new version byte, and a new release.';
    END IF;
END $$;
SQL
