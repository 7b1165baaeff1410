-- A Plane in the schema pl, as the product writes it: tables of apps/api/plane/db/models (commit 4ca6d6c: issue.py, state.py, intake.py,
-- project.py, user.py, deploy_board.py), activities of bgtasks/issue_activities_task.py and issue_automation_task.py. A job writes an
-- activity later; its epoch is when it was asked for. Activities have names and ids, the ones that automation writes only the new
-- ones. What happened is kept in pl_story.
CREATE SCHEMA pl;
CREATE FUNCTION pg_temp.id(what text) RETURNS uuid LANGUAGE sql AS $$ SELECT md5(what)::uuid $$;
CREATE TABLE pl.workspaces AS SELECT pg_temp.id('w') AS id, 'Acme' AS name;
CREATE TABLE pl.projects AS SELECT pg_temp.id(p) AS id, pg_temp.id('w') AS workspace_id, n AS name, i AS identifier, NULL::timestamptz AS deleted_at FROM (VALUES ('p1', 'Support', 'SUP'), ('p2', 'Platform', 'PLA')) AS v (p, n, i);
CREATE TABLE pl.users AS SELECT pg_temp.id(u) AS id, u AS display_name, u = 'robo' AS is_bot FROM unnest('{ann,bo,cy,robo,guest,visitor}'::text[]) AS u;
-- Cy has left; the visitor is no member at all.
CREATE TABLE pl.project_members AS SELECT pg_temp.id('m' || u || p) AS id, pg_temp.id(p) AS project_id, pg_temp.id(u) AS member_id, r AS role, u <> 'cy' AS is_active, NULL::timestamptz AS deleted_at FROM (VALUES ('ann', 20), ('bo', 15), ('cy', 15), ('robo', 15), ('guest', 5)) AS v (u, r) CROSS JOIN unnest('{p1,p2}'::text[]) AS p;
-- Done means finished in one project and started in the other. Doing was renamed, and Old was deleted.
CREATE TABLE pl.states AS SELECT pg_temp.id(p || s) AS id, pg_temp.id(p) AS project_id, n AS name, g AS "group", d AS "default", s = 'old' AS deleted
FROM (VALUES ('p1', 'todo', 'Todo', 'unstarted', true), ('p1', 'doing', 'In Progress', 'started', false), ('p1', 'wait', 'Waiting for customer', 'started', false), ('p1', 'done', 'Done', 'completed', false), ('p1', 'no', 'Cancelled', 'cancelled', false), ('p1', 'triage', 'Triage', 'triage', false), ('p1', 'old', 'Limbo', 'started', false),
             ('p2', 'todo', 'Backlog', 'backlog', true), ('p2', 'doing', 'In Progress', 'started', false), ('p2', 'done', 'Done', 'started', false), ('p2', 'ship', 'Shipped', 'completed', false)) AS v (p, s, n, g, d);
ALTER TABLE pl.states ADD deleted_at timestamptz;
UPDATE pl.states SET deleted_at = '2026-04-01Z' WHERE deleted;
ALTER TABLE pl.states DROP deleted;
CREATE TABLE pl.labels AS SELECT pg_temp.id('l' || l) AS id, l AS name FROM unnest('{vip,bug}'::text[]) AS l;
CREATE TABLE pl.issue_types AS SELECT pg_temp.id('t') AS id, 'Task' AS name;
CREATE TABLE pl.issues (id uuid, project_id uuid, workspace_id uuid, state_id uuid, type_id uuid, name text, priority text, sequence_id int, created_at timestamptz, updated_at timestamptz, completed_at timestamptz, deleted_at timestamptz, archived_at date, is_draft boolean DEFAULT false, created_by_id uuid, target_date date);
CREATE TABLE pl.issue_assignees (id uuid DEFAULT gen_random_uuid(), issue_id uuid, assignee_id uuid, created_at timestamptz, deleted_at timestamptz);
CREATE TABLE pl.issue_labels (id uuid DEFAULT gen_random_uuid(), issue_id uuid, label_id uuid, deleted_at timestamptz);
CREATE TABLE pl.issue_comments (id uuid DEFAULT gen_random_uuid(), issue_id uuid, project_id uuid, actor_id uuid, access text DEFAULT 'INTERNAL', created_at timestamptz, deleted_at timestamptz);
CREATE TABLE pl.issue_activities (id uuid DEFAULT gen_random_uuid(), issue_id uuid, project_id uuid, verb text, field text, old_value text, new_value text, comment text DEFAULT '', actor_id uuid, old_identifier uuid, new_identifier uuid, epoch float, created_at timestamptz, deleted_at timestamptz);
CREATE TABLE pl.intake_issues (id uuid DEFAULT gen_random_uuid(), issue_id uuid, status int, duplicate_to_id uuid, source text, created_at timestamptz, deleted_at timestamptz);
-- Only Support has a public board.
CREATE TABLE pl.deploy_boards AS SELECT pg_temp.id('d') AS id, pg_temp.id('p1') AS project_id, 'project' AS entity_name, true AS is_comments_enabled, NULL::timestamptz AS deleted_at;
CREATE TABLE pl_story (n serial, issue_id uuid, at timestamptz, what text, role text, value text, public boolean);
CREATE FUNCTION pg_temp.chance(a int, b int, salt text) RETURNS float8 LANGUAGE sql AS $$ SELECT ('x' || substr(md5(a || salt || b), 1, 8))::bit(32)::bigint / 4294967296.0 $$;
CREATE FUNCTION pg_temp.act(i uuid, t timestamptz, who text, what text, old text, new text, old_id uuid, new_id uuid, said text DEFAULT '') RETURNS void LANGUAGE sql AS
$$ INSERT INTO pl.issue_activities (issue_id, project_id, verb, field, old_value, new_value, comment, actor_id, old_identifier, new_identifier, epoch, created_at) SELECT i, project_id, 'updated', what, old, new, said, pg_temp.id(who), old_id, new_id, extract(epoch FROM t), t + interval '40 s' FROM pl.issues WHERE id = i $$;
DO $story$
DECLARE
    c int; i uuid; step int; t timestamptz; born timestamptz; p text; state text; old text; who text; assignee text; urgency text; roll float8; written text; words jsonb; choices text[];
BEGIN
    words := '{"p1todo": "Todo", "p1doing": "In Progress", "p1wait": "Waiting for customer", "p1done": "Done (Support)", "p1no": "Cancelled", "p1triage": "Triage", "p1old": "Limbo", "p2todo": "Backlog", "p2doing": "In Progress", "p2done": "Done (Platform)", "p2ship": "Shipped"}';
    FOR c IN 1 .. current_setting('pl.issues')::int LOOP
        i := pg_temp.id('i' || c); p := CASE WHEN c % 3 = 0 THEN 'p2' ELSE 'p1' END; born := timestamptz '2026-03-02 00:00Z' + c * interval '79 min'; t := born; assignee := CASE WHEN c % 4 = 0 THEN 'ann' END; urgency := CASE WHEN c % 5 = 0 THEN 'high' ELSE 'none' END; choices := CASE p WHEN 'p1' THEN '{doing,wait,done,no,old}' ELSE '{doing,done,ship}' END::text[];
        -- What came by intake begins in triage; others in what somebody chose.
        state := CASE WHEN p = 'p1' AND c % 7 = 1 THEN 'triage' WHEN c % 8 = 0 THEN 'doing' ELSE 'todo' END;
        INSERT INTO pl.issues (id, project_id, workspace_id, type_id, name, priority, sequence_id, created_at, created_by_id) VALUES (i, pg_temp.id(p), pg_temp.id('w'), pg_temp.id('t'), 'Issue ' || c, urgency, c, born, pg_temp.id(CASE WHEN c % 2 = 0 THEN 'guest' ELSE 'bo' END));
        INSERT INTO pl.issue_activities (issue_id, project_id, verb, comment, actor_id, epoch, created_at) VALUES (i, pg_temp.id(p), 'created', 'created the issue', pg_temp.id('guest'), extract(epoch FROM born), born);
        IF assignee IS NOT NULL THEN PERFORM pg_temp.act(i, born, 'bo', 'assignees', '', assignee, NULL, pg_temp.id(assignee)); INSERT INTO pl.issue_assignees (issue_id, assignee_id, created_at) VALUES (i, pg_temp.id(assignee), born); END IF;
        INSERT INTO pl_story (issue_id, at, what, value) VALUES (i, born, 'state', words ->> (p || state)), (i, born, 'assignee', assignee), (i, born, 'priority', nullif(urgency, 'none'));
        IF state = 'triage' THEN
            t := t + interval '50 min';
            INSERT INTO pl.intake_issues (issue_id, status, source, created_at) VALUES (i, CASE WHEN c % 3 = 1 THEN 1 ELSE -1 END, 'EMAIL', born);
            PERFORM pg_temp.act(i, t, 'ann', 'intake', 'Pending', CASE WHEN c % 3 = 1 THEN 'Accepted' ELSE 'Rejected' END, NULL, NULL, 'updated the intake status');
            INSERT INTO pl_story (issue_id, at, what, value) VALUES (i, t, 'state', CASE WHEN c % 3 = 1 THEN 'Todo' ELSE 'rejected' END);
            IF c % 3 = 1 THEN state := 'todo'; END IF;
        END IF;
        FOR step IN 1 .. 10 LOOP
            IF state = 'triage' THEN EXIT; END IF;
            roll := pg_temp.chance(c, step, 'what'); who := (ARRAY['ann', 'bo', 'cy'])[1 + floor(pg_temp.chance(c, step, 'who') * 3)::int]; t := t + make_interval(mins => 4 + floor(pg_temp.chance(c, step, 'when') ^ 3 * 1400)::int);
            IF roll < 0.32 THEN
                who := CASE WHEN roll < 0.10 THEN 'guest' WHEN roll < 0.14 THEN 'visitor' WHEN roll < 0.17 THEN 'robo' ELSE who END;
                INSERT INTO pl.issue_comments (issue_id, project_id, actor_id, access, created_at, deleted_at) VALUES (i, pg_temp.id(p), pg_temp.id(who), CASE WHEN roll < 0.14 OR roll > 0.23 THEN 'EXTERNAL' ELSE 'INTERNAL' END, t, CASE WHEN roll > 0.31 THEN t END);
                IF roll <= 0.31 THEN INSERT INTO pl_story (issue_id, at, what, role, value, public) VALUES (i, t, 'comment', CASE who WHEN 'guest' THEN 'customer' WHEN 'visitor' THEN 'customer' WHEN 'robo' THEN 'bot' ELSE 'agent' END, who, p = 'p2' OR roll < 0.14 OR roll > 0.23); END IF;
            ELSIF roll < 0.45 THEN
                IF assignee = who THEN CONTINUE; END IF;
                PERFORM pg_temp.act(i, t, 'bo', 'assignees', '', who, NULL, pg_temp.id(who)); INSERT INTO pl.issue_assignees (issue_id, assignee_id, created_at) VALUES (i, pg_temp.id(who), t);
                IF assignee IS NOT NULL THEN PERFORM pg_temp.act(i, t, 'bo', 'assignees', assignee, '', pg_temp.id(assignee), NULL); UPDATE pl.issue_assignees SET deleted_at = t WHERE issue_id = i AND assignee_id = pg_temp.id(assignee) AND created_at < t; END IF;
                assignee := who; INSERT INTO pl_story (issue_id, at, what, value) VALUES (i, t, 'assignee', who);
            ELSIF roll < 0.50 AND assignee IS NOT NULL THEN
                PERFORM pg_temp.act(i, t, 'bo', 'assignees', assignee, '', pg_temp.id(assignee), NULL); UPDATE pl.issue_assignees SET deleted_at = t WHERE issue_id = i AND deleted_at IS NULL;
                assignee := NULL; INSERT INTO pl_story (issue_id, at, what, value) VALUES (i, t, 'assignee', NULL);
            ELSIF roll < 0.58 THEN
                old := urgency; urgency := (ARRAY['none', 'low', 'urgent'])[1 + step % 3];
                IF urgency <> old THEN PERFORM pg_temp.act(i, t, who, 'priority', old, urgency, NULL, NULL); INSERT INTO pl_story (issue_id, at, what, value) VALUES (i, t, 'priority', nullif(urgency, 'none')); END IF;
            ELSIF roll < 0.62 THEN PERFORM pg_temp.act(i, t, who, 'name', 'Issue', 'Issue ' || c, NULL, NULL);
            ELSE
                old := state; state := choices[1 + (c + step) % cardinality(choices)];
                IF state = old THEN CONTINUE; END IF;
                -- In Progress was called Doing once. Plane itself closes what is idle, and does not say from where.
                IF roll > 0.95 AND state IN ('done', 'no') AND p = 'p1' THEN PERFORM pg_temp.act(i, t, 'ann', 'state', NULL, words ->> (p || state), NULL, pg_temp.id(p || state), 'Plane updated the state to ');
                ELSE PERFORM pg_temp.act(i, t, who, 'state', CASE old WHEN 'doing' THEN 'Doing' ELSE split_part(words ->> (p || old), ' (', 1) END, CASE state WHEN 'doing' THEN 'Doing' ELSE split_part(words ->> (p || state), ' (', 1) END, pg_temp.id(p || old), pg_temp.id(p || state), 'updated the state to'); END IF;
                INSERT INTO pl_story (issue_id, at, what, value) VALUES (i, t, 'state', words ->> (p || state));
            END IF;
        END LOOP;
        UPDATE pl.issues SET state_id = pg_temp.id(p || state), priority = urgency, updated_at = t, completed_at = CASE WHEN p || state IN ('p1done', 'p2ship') THEN t END WHERE id = i;
    END LOOP;
END $story$;
UPDATE pl.issues SET deleted_at = '2026-04-01Z' WHERE sequence_id = 5;
UPDATE pl.issues SET is_draft = true WHERE sequence_id = 11;
INSERT INTO pl.issue_labels (issue_id, label_id) VALUES (pg_temp.id('i4'), pg_temp.id('lvip')), (pg_temp.id('i4'), pg_temp.id('lbug'));
