-- A Salesforce in the schema sf, by the names of its API as Airbyte loads them: objects and fields of the Object Reference (version
-- 264.0: Case, CaseHistory, CaseComment, EmailMessage, CaseMilestone, CaseStatus, BusinessHours, Holiday, Entitlement, SlaProcess).
-- CaseHistory has two rows for a changed owner, one with names and one with ids, and none for what a case was created with.
-- What happened is kept in sf_story.
CREATE SCHEMA sf;
CREATE TABLE sf."User" ("Id" text, "Name" text, "UserType" text, "IsActive" boolean);
INSERT INTO sf."User" VALUES ('005000000000001AAA', 'Ann Ames', 'Standard', true), ('005000000000002AAA', 'Bo Bell', 'Standard', true), ('005000000000003AAA', 'Cy Clark', 'Standard', false), ('005000000000008AAA', 'Automated Process', 'AutomatedProcess', true), ('005000000000009AAA', 'Pia Portal', 'CspLitePortal', true);
CREATE TABLE sf."Group" ("Id" text, "Name" text, "Type" text);
INSERT INTO sf."Group" VALUES ('00G000000000001AAA', 'Tier 1', 'Queue'), ('00G000000000002AAA', 'Tier 2', 'Queue');
CREATE TABLE sf."Account" AS SELECT '001' || lpad(a::text, 12, '0') || 'AAA' AS "Id", 'Account ' || a AS "Name" FROM generate_series(1, 9) AS a;
CREATE TABLE sf."Contact" AS SELECT '003' || lpad(a::text, 12, '0') || 'AAA' AS "Id", 'Contact ' || a AS "Name" FROM generate_series(1, 40) AS a;
CREATE TABLE sf."SlaProcess" ("Id" text, "Name" text);
INSERT INTO sf."SlaProcess" VALUES ('552A', 'Gold'), ('552B', 'Silver');
CREATE TABLE sf."Entitlement" AS SELECT '550' || a AS "Id", 'Support of Account ' || a AS "Name", '552' || CASE WHEN a % 2 = 0 THEN 'A' ELSE 'B' END AS "SlaProcessId" FROM generate_series(1, 9) AS a;
CREATE TABLE sf."BusinessHours" (
    "Id" text, "Name" text, "IsActive" boolean, "IsDefault" boolean, "TimeZoneSidKey" text, "MondayStartTime" text, "MondayEndTime" text, "TuesdayStartTime" text, "TuesdayEndTime" text, "WednesdayStartTime" text, "WednesdayEndTime" text,
    "ThursdayStartTime" text, "ThursdayEndTime" text, "FridayStartTime" text, "FridayEndTime" text, "SaturdayStartTime" text, "SaturdayEndTime" text, "SundayStartTime" text, "SundayEndTime" text
);
INSERT INTO sf."BusinessHours" SELECT '01m1', 'Default', true, true, 'America/Los_Angeles', o, c, o, c, o, c, o, c, o, '15:30:00.000Z' FROM (VALUES ('09:00:00.000Z', '17:00:00.000Z')) AS d (o, c);
INSERT INTO sf."BusinessHours" SELECT '01m2', 'Always', true, false, 'GMT', o, o, o, o, o, o, o, o, o, o, o, o, o, o FROM (VALUES ('00:00:00.000Z')) AS d (o);
INSERT INTO sf."BusinessHours" ("Id", "Name", "IsActive", "IsDefault", "TimeZoneSidKey") VALUES ('01m3', 'Never', true, false, 'Europe/Berlin');
CREATE TABLE sf."Holiday" ("Id" text, "Name" text, "IsAllDay" boolean, "ActivityDate" date, "IsRecurrence" boolean, "RecurrenceType" text, "RecurrenceDayOfMonth" int, "RecurrenceMonthOfYear" text, "RecurrenceStartDate" date, "RecurrenceEndDateOnly" date);
INSERT INTO sf."Holiday" VALUES ('1', 'Founding day', true, '2026-03-17', false, NULL, NULL, NULL, NULL, NULL), ('2', 'Christmas', true, '2020-12-25', true, 'RecursYearly', 25, 'December', '2020-12-25', NULL), ('3', 'Half a day', false, '2026-03-18', false, NULL, NULL, NULL, NULL, NULL), ('4', 'Thanksgiving', true, NULL, true, 'RecursYearlyNth', NULL, 'November', '2020-11-26', NULL);
CREATE TABLE sf."CaseStatus" ("Id" text, "MasterLabel" text, "ApiName" text, "IsClosed" boolean);
-- Escalated was called Urgent once.
INSERT INTO sf."CaseStatus" VALUES ('1', 'New', 'New', false), ('2', 'Working', 'Working', false), ('3', 'Waiting on Customer', 'Waiting on Customer', false), ('4', 'Escalated', 'Urgent', false), ('5', 'Closed', 'Closed', true), ('6', 'Fixed', 'Fixed', true);
CREATE TABLE sf."MilestoneType" ("Id" text, "Name" text);
INSERT INTO sf."MilestoneType" VALUES ('557A', 'First Response Time'), ('557B', 'Resolution Time'), ('557C', 'Weekly Call');
CREATE TABLE sf."Case" (
    "Id" text, "CaseNumber" text, "CreatedDate" timestamptz, "CreatedById" text, "ClosedDate" timestamptz, "LastModifiedDate" timestamptz, "IsDeleted" boolean, "IsClosed" boolean, "Status" text, "Priority" text, "Origin" text, "Type" text, "Subject" text,
    "OwnerId" text, "ContactId" text, "AccountId" text, "EntitlementId" text, "BusinessHoursId" text, "MasterRecordId" text, "Product_Line__c" text, "Seats__c" int, _airbyte_extracted_at timestamptz
);
CREATE TABLE sf."CaseHistory" ("Id" serial, "CaseId" text, "CreatedDate" timestamptz, "CreatedById" text, "Field" text, "DataType" text, "OldValue" text, "NewValue" text, "IsDeleted" boolean DEFAULT false);
CREATE TABLE sf."EmailMessage" ("Id" serial, "ParentId" text, "CreatedDate" timestamptz, "MessageDate" timestamptz, "CreatedById" text, "Incoming" boolean, "Status" text, "AutomationType" text, "IsDeleted" boolean DEFAULT false);
CREATE TABLE sf."CaseComment" ("Id" serial, "ParentId" text, "CreatedDate" timestamptz, "CreatedById" text, "IsPublished" boolean, "IsDeleted" boolean DEFAULT false);
CREATE TABLE sf."CaseMilestone" ("Id" serial, "CaseId" text, "MilestoneTypeId" text, "StartDate" timestamptz, "TargetDate" timestamptz, "CompletionDate" timestamptz, "IsViolated" boolean, "TargetResponseInMins" int, "BusinessHoursId" text, "IsDeleted" boolean DEFAULT false);

CREATE TABLE sf_story (n serial, case_id text, at timestamptz, what text, role text, actor text, value text, public boolean);
CREATE FUNCTION pg_temp.throw(a int, b int, salt text) RETURNS float8 LANGUAGE sql AS $$ SELECT ('x' || substr(md5(a || salt || b), 1, 8))::bit(32)::bigint / 4294967296.0 $$;
CREATE FUNCTION pg_temp.history(c text, t timestamptz, who text, field text, old text, new text) RETURNS void LANGUAGE sql AS
$$ INSERT INTO sf."CaseHistory" ("CaseId", "CreatedDate", "CreatedById", "Field", "DataType", "OldValue", "NewValue") VALUES (c, t, who, field, 'Text', old, new) $$;
-- A new owner: names, and then ids.
CREATE FUNCTION pg_temp.owns(c text, t timestamptz, who text, field text, old text, new text) RETURNS void LANGUAGE sql AS
$$ INSERT INTO sf."CaseHistory" ("CaseId", "CreatedDate", "CreatedById", "Field", "DataType", "OldValue", "NewValue")
   SELECT c, t, who, field, 'Text', (SELECT "Name" FROM (SELECT "Id", "Name" FROM sf."User" UNION ALL SELECT "Id", "Name" FROM sf."Group") AS o WHERE "Id" = old), (SELECT "Name" FROM (SELECT "Id", "Name" FROM sf."User" UNION ALL SELECT "Id", "Name" FROM sf."Group") AS o WHERE "Id" = new)
   UNION ALL SELECT c, t, who, field, 'EntityId', old, new $$;
DO $story$
DECLARE
    c int; id text; step int; t timestamptz; born timestamptz; state text; owner text; urgency text; roll float8; who text; name text; old text; closed boolean; replied timestamptz; first_closed timestamptz; process text; minutes int; people text[] := '{005000000000001AAA,005000000000002AAA,005000000000003AAA}';
    names text[] := '{Ann Ames,Bo Bell,Cy Clark}'; queues text[] := '{00G000000000001AAA,00G000000000002AAA}'; queue_names text[] := '{Tier 1,Tier 2}';
BEGIN
    FOR c IN 1 .. current_setting('sf.cases')::int LOOP
        id := '500' || lpad(c::text, 12, '0') || 'AAA'; born := timestamptz '2026-03-02 00:00Z' + c * interval '97 min'; t := born; replied := NULL; first_closed := NULL;
        -- What a case is created with leaves no row: a status, an owner, a priority.
        state := CASE WHEN c % 7 = 0 THEN 'Working' ELSE 'New' END; owner := CASE WHEN c % 5 = 0 THEN people[1 + c % 3] ELSE queues[1 + c % 2] END; urgency := (ARRAY['Low', 'Medium', 'High'])[1 + c % 3]; closed := false; process := CASE WHEN c % 9 % 2 = 1 THEN 'Gold' ELSE 'Silver' END;
        INSERT INTO sf."Case" ("Id", "CaseNumber", "CreatedDate", "CreatedById", "IsDeleted", "IsClosed", "Status", "Priority", "Origin", "Type", "Subject", "OwnerId", "ContactId", "AccountId", "EntitlementId", "BusinessHoursId", "Product_Line__c", "Seats__c")
        VALUES (id, lpad(c::text, 8, '0'), born, '005000000000008AAA', false, false, state, urgency, CASE WHEN c % 4 = 0 THEN 'Web' ELSE 'Email' END, 'Problem', 'Subject ' || c, owner, '003' || lpad((1 + c % 40)::text, 12, '0') || 'AAA', '001' || lpad((1 + c % 9)::text, 12, '0') || 'AAA', CASE WHEN c % 4 <> 3 THEN '550' || (1 + c % 9) END,
                CASE WHEN c % 6 = 0 THEN '01m2' ELSE '01m1' END, CASE WHEN c % 3 = 0 THEN 'Pumps' END, c);
        PERFORM pg_temp.history(id, born, '005000000000008AAA', 'created', NULL, NULL);
        INSERT INTO sf_story (case_id, at, what, role, value) VALUES (id, born, 'created', 'customer', state);
        INSERT INTO sf_story (case_id, at, what, value) VALUES (id, born, CASE WHEN owner LIKE '00G%' THEN 'queue' ELSE 'owner' END, coalesce(queue_names[array_position(queues, owner)], names[array_position(people, owner)])), (id, born, 'priority', urgency);
        IF c % 4 <> 0 THEN
            INSERT INTO sf."EmailMessage" ("ParentId", "CreatedDate", "MessageDate", "CreatedById", "Incoming", "Status") VALUES (id, born, born, '005000000000008AAA', true, '1');
            INSERT INTO sf_story (case_id, at, what, role, public) VALUES (id, born, 'message', 'customer', true);
            INSERT INTO sf."EmailMessage" ("ParentId", "CreatedDate", "MessageDate", "CreatedById", "Incoming", "Status", "AutomationType") VALUES (id, born + interval '1 s', born + interval '1 s', '005000000000008AAA', false, '3', 'AutoResponse');
        END IF;
        FOR step IN 1 .. 12 LOOP
            roll := pg_temp.throw(c, step, 'what'); who := people[1 + floor(pg_temp.throw(c, step, 'who') * 3)::int]; name := names[array_position(people, who)]; t := t + make_interval(mins => 5 + floor(pg_temp.throw(c, step, 'when') ^ 3 * 1500)::int);
            IF roll < 0.14 THEN
                INSERT INTO sf."EmailMessage" ("ParentId", "CreatedDate", "MessageDate", "CreatedById", "Incoming", "Status") VALUES (id, t + interval '4 s', t, '005000000000008AAA', true, '0');
                INSERT INTO sf_story (case_id, at, what, role, public) VALUES (id, t, 'message', 'customer', true);
            ELSIF roll < 0.20 THEN
                INSERT INTO sf."CaseComment" ("ParentId", "CreatedDate", "CreatedById", "IsPublished") VALUES (id, t, '005000000000009AAA', true);
                INSERT INTO sf_story (case_id, at, what, role, actor, public) VALUES (id, t, 'message', 'customer', 'Pia Portal', true);
            ELSIF roll < 0.38 AND NOT closed THEN
                -- A draft is no message.
                INSERT INTO sf."EmailMessage" ("ParentId", "CreatedDate", "MessageDate", "CreatedById", "Incoming", "Status") VALUES (id, t, t, who, false, CASE WHEN roll < 0.22 THEN '5' ELSE '3' END);
                IF roll >= 0.22 THEN INSERT INTO sf_story (case_id, at, what, role, actor, public) VALUES (id, t, 'message', 'agent', name, true); replied := coalesce(replied, t); END IF;
            ELSIF roll < 0.48 THEN
                INSERT INTO sf."CaseComment" ("ParentId", "CreatedDate", "CreatedById", "IsPublished", "IsDeleted") VALUES (id, t, who, roll < 0.42, roll > 0.46);
                IF roll <= 0.46 THEN INSERT INTO sf_story (case_id, at, what, role, actor, public) VALUES (id, t, 'message', 'agent', name, roll < 0.42); END IF;
                IF roll < 0.42 THEN replied := coalesce(replied, t); END IF;
            ELSIF roll < 0.60 THEN
                old := owner; owner := CASE WHEN roll < 0.53 THEN queues[1 + step % 2] ELSE who END;
                IF owner = old THEN CONTINUE; END IF;
                PERFORM pg_temp.owns(id, t, who, CASE WHEN old LIKE '00G%' AND owner = who THEN 'ownerAccepted' WHEN roll < 0.51 THEN 'ownerEscalated' ELSE 'Owner' END, old, owner);
                INSERT INTO sf_story (case_id, at, what, role, actor, value) VALUES (id, t, CASE WHEN owner LIKE '00G%' THEN 'queue' ELSE 'owner' END, 'agent', name, coalesce(queue_names[array_position(queues, owner)], names[array_position(people, owner)]));
            ELSIF roll < 0.66 THEN
                old := urgency; urgency := (ARRAY['Low', 'Medium', 'High'])[1 + step % 3];
                IF urgency = old THEN CONTINUE; END IF;
                PERFORM pg_temp.history(id, t, who, 'Priority', old, urgency);
                INSERT INTO sf_story (case_id, at, what, role, actor, value) VALUES (id, t, 'priority', 'agent', name, urgency);
            ELSIF roll < 0.80 THEN
                old := state; state := CASE WHEN closed THEN 'Working' ELSE (ARRAY['Working', 'Waiting on Customer', 'Escalated'])[1 + (step + c) % 3] END; closed := false;
                -- A picklist value that was renamed has its old label in what was written before.
                IF state = 'Escalated' AND t < '2026-03-10' THEN state := 'Urgent'; END IF;
                IF state = old THEN CONTINUE; END IF;
                PERFORM pg_temp.history(id, t, who, 'Status', old, state);
                INSERT INTO sf_story (case_id, at, what, role, actor, value) VALUES (id, t, 'status', 'agent', name, state);
            ELSIF NOT closed AND roll > 0.84 THEN
                old := state; state := CASE WHEN roll > 0.93 THEN 'Closed' ELSE 'Fixed' END; closed := true; first_closed := coalesce(first_closed, t);
                PERFORM pg_temp.history(id, t, who, 'Status', old, state); PERFORM pg_temp.history(id, t, who, 'closed', NULL, NULL);
                INSERT INTO sf_story (case_id, at, what, role, actor, value) VALUES (id, t, 'status', 'agent', name, state);
            END IF;
        END LOOP;
        UPDATE sf."Case" SET "Status" = CASE state WHEN 'Urgent' THEN 'Escalated' ELSE state END, "IsClosed" = closed, "ClosedDate" = CASE WHEN closed THEN (SELECT max(at) FROM sf_story AS s WHERE s.case_id = id AND s.what = 'status') END, "OwnerId" = owner, "Priority" = urgency, "LastModifiedDate" = t, _airbyte_extracted_at = '2026-05-01Z' WHERE "Id" = id;
        IF c % 4 <> 3 THEN
            minutes := CASE WHEN process = 'Gold' THEN CASE urgency WHEN 'High' THEN 60 ELSE 240 END ELSE 480 END;
            INSERT INTO sf."CaseMilestone" ("CaseId", "MilestoneTypeId", "StartDate", "CompletionDate", "IsViolated", "TargetResponseInMins", "BusinessHoursId", "TargetDate") VALUES
                (id, '557A', born, replied, false, minutes, '01m1', born + make_interval(mins => minutes)), (id, '557B', born, first_closed, false, minutes * 10, '01m1', born + make_interval(mins => minutes * 10)), (id, '557C', born, NULL, false, 10080, '01m1', born);
        END IF;
    END LOOP;
END $story$;
-- A case in the recycle bin, and two that were merged: one kept, one deleted.
UPDATE sf."Case" SET "IsDeleted" = true WHERE "CaseNumber" = '00000013';
UPDATE sf."Case" SET "IsDeleted" = true, "MasterRecordId" = '500000000000001AAA' WHERE "CaseNumber" = '00000017';
UPDATE sf."Case" SET "MasterRecordId" = '500000000000001AAA', "LastModifiedDate" = '2026-04-20Z' WHERE "CaseNumber" = '00000019';
UPDATE sf."EmailMessage" SET "ParentId" = '500000000000001AAA' WHERE "ParentId" = '500000000000019AAA';
UPDATE sf_story SET case_id = '500000000000001AAA' WHERE case_id = '500000000000019AAA' AND what = 'message' AND at IN (SELECT "MessageDate" FROM sf."EmailMessage");

-- The same by Fivetran's names (schema ERD of its connector, as of 2026), and all in lower case.
DO $names$
DECLARE t record;
BEGIN
    CREATE SCHEMA sff; CREATE SCHEMA sfl;
    FOR t IN SELECT c.relname, string_agg(format('%I AS %I', a.attname, CASE WHEN a.attname LIKE '\_%' THEN '_fivetran_synced' ELSE replace(lower(regexp_replace(a.attname, '(?<=[a-z0-9])([A-Z])', '_\1', 'g')), '__c', '_c') END), ', ' ORDER BY a.attnum) AS snake, string_agg(format('%I AS %I', a.attname, lower(a.attname)), ', ' ORDER BY a.attnum) AS lower
             FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relnamespace = 'sf'::regnamespace AND c.relkind = 'r' GROUP BY c.relname LOOP
        EXECUTE format('CREATE TABLE sff.%I AS SELECT %s, false AS _fivetran_deleted FROM sf.%I', lower(regexp_replace(t.relname, '(?<=[a-z])([A-Z])', '_\1', 'g')), t.snake, t.relname);
        EXECUTE format('CREATE TABLE sfl.%I AS SELECT %s FROM sf.%I', lower(t.relname), t.lower, t.relname);
    END LOOP;
    -- Fivetran marks what is gone.
    INSERT INTO sff."case" (id, created_date, status, is_deleted, _fivetran_deleted) VALUES ('500gone', '2026-03-03Z', 'New', false, true);
END $names$;
