-- Everything that the extension has in a database, a line each, with what defines it: two databases that print the same
-- have the same extension.
SET search_path = pg_catalog;
CREATE TEMP VIEW member AS
SELECT classid, objid
FROM pg_depend
WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
    AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'slaops');
CREATE TEMP TABLE line (line text);

INSERT INTO line
SELECT
    format(
        '%s; %s; comment %s', pg_describe_object(classid, objid, 0), obj_description(objid, (SELECT relname FROM pg_class WHERE oid = classid)),
        (SELECT count(*) FROM pg_init_privs AS p WHERE p.classoid = classid AND p.objoid = objid)
    )
FROM member;
INSERT INTO line
SELECT format('%s; %s; %s', p.oid::regprocedure, p.proacl, CASE WHEN p.prokind = 'a' THEN (SELECT to_jsonb(a)::text FROM (SELECT aggkind, aggtransfn::regprocedure, aggfinalfn::regproc, aggcombinefn::regproc, aggserialfn::regproc, aggdeserialfn::regproc, aggtranstype::regtype, aggtransspace, agginitval, aggfinalmodify, aggmtransfn::regproc, aggminvtransfn::regproc, aggmfinalfn::regproc, aggmtranstype::regtype, aggminitval, aggsortop::regoper FROM pg_aggregate WHERE aggfnoid = p.oid) AS a) || p.proparallel::text ELSE pg_get_functiondef(p.oid) END)
FROM pg_proc AS p JOIN member ON classid = 'pg_proc'::regclass AND objid = p.oid;
INSERT INTO line
SELECT format('column %s.%s; %s; %s; %s; %s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum))
FROM pg_attribute AS a
-- Of a type of columns, the type is what belongs to the extension.
JOIN pg_class AS c ON c.oid = a.attrelid
JOIN member ON classid = 'pg_class'::regclass AND objid = c.oid OR c.relkind = 'c' AND classid = 'pg_type'::regclass AND objid = c.reltype
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped;
INSERT INTO line
SELECT format('relation %s; %s; %s; %s; %s; %s', c.oid::regclass, c.relkind, c.relacl, c.reloptions, c.relrowsecurity, CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END)
FROM pg_class AS c JOIN member ON classid = 'pg_class'::regclass AND objid = c.oid;
INSERT INTO line
SELECT format('constraint %s of %s; %s', c.conname, c.conrelid::regclass, pg_get_constraintdef(c.oid))
FROM pg_constraint AS c JOIN member ON classid = 'pg_class'::regclass AND objid = c.conrelid;
INSERT INTO line
SELECT format('index %s', pg_get_indexdef(i.indexrelid)) FROM pg_index AS i JOIN member ON classid = 'pg_class'::regclass AND objid = i.indrelid;
INSERT INTO line
SELECT format('trigger %s; %s', pg_get_triggerdef(t.oid), t.tgenabled) FROM pg_trigger AS t JOIN member ON classid = 'pg_class'::regclass AND objid = t.tgrelid WHERE NOT t.tgisinternal;
INSERT INTO line
SELECT format('type %s; %s; %s', t.oid::regtype, t.typacl, (SELECT to_jsonb(x) FROM (SELECT t.typlen, t.typbyval, t.typalign, t.typstorage, t.typinput, t.typoutput, t.typreceive, t.typsend, t.typdefault) AS x))
FROM pg_type AS t JOIN member ON classid = 'pg_type'::regclass AND objid = t.oid;
INSERT INTO line
SELECT format('operator %s; %s; %s; %s; %s; %s; %s; %s', o.oid::regoperator, o.oprcode, o.oprcom::regoper, o.oprnegate::regoper, o.oprcanmerge, o.oprcanhash, o.oprrest, o.oprjoin)
FROM pg_operator AS o JOIN member ON classid = 'pg_operator'::regclass AND objid = o.oid;
INSERT INTO line
SELECT format('operator %s of %s; %s', s.amopstrategy, pg_describe_object('pg_opfamily'::regclass, f.oid, 0), s.amopopr::regoperator)
FROM pg_amop AS s JOIN pg_opfamily AS f ON f.oid = s.amopfamily JOIN member ON classid = 'pg_opfamily'::regclass AND objid = f.oid;
INSERT INTO line
SELECT format('function %s of %s; %s', s.amprocnum, pg_describe_object('pg_opfamily'::regclass, f.oid, 0), s.amproc::regprocedure)
FROM pg_amproc AS s JOIN pg_opfamily AS f ON f.oid = s.amprocfamily JOIN member ON classid = 'pg_opfamily'::regclass AND objid = f.oid;
INSERT INTO line
SELECT format('cast %s to %s; %s; %s', c.castsource::regtype, c.casttarget::regtype, c.castfunc::regprocedure, c.castcontext)
FROM pg_cast AS c JOIN member ON classid = 'pg_cast'::regclass AND objid = c.oid;
INSERT INTO line
SELECT format('schema; %s; dumped %s', (SELECT nspacl FROM pg_namespace WHERE nspname = 'slaops'), (SELECT string_agg(c::regclass::text || ' ' || w, ', ' ORDER BY c::regclass::text) FROM pg_extension AS e, unnest(e.extconfig, e.extcondition) AS u (c, w) WHERE e.extname = 'slaops'));

-- What its tables hold from the start: rows of a team are its own.
DO $$
DECLARE
    name regclass;
    own text;
BEGIN
    FOR name IN SELECT c.oid FROM pg_class AS c JOIN member ON classid = 'pg_class'::regclass AND objid = c.oid WHERE c.relkind = 'r' LOOP
        own := CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = name AND attname = 'built_in') THEN 'built_in'
                    WHEN name = ANY (SELECT unnest(extconfig) FROM pg_extension WHERE extname = 'slaops') THEN 'false' ELSE 'true' END;
        EXECUTE format('INSERT INTO line SELECT format(''row of %s: %%s'', to_jsonb(r)) FROM %s AS r WHERE %s', name, name, own);
    END LOOP;
END $$;
COPY (SELECT line FROM line ORDER BY line COLLATE "C") TO stdout;
