-- What the tables of the configuration say of one another: targets of policies and metrics, sets
-- of presets.
--
-- These are triggers and not foreign keys, because a parallel restore loads the tables in any
-- order, each in a transaction of its own, and loses a table whose foreign keys do not hold yet. A
-- row that a person enters has checked = false, the default; the trigger looks for what the row
-- names, and stores true. A dumped row carries the true that was stored, and is taken as it is.
-- Changes of the tables that are named fire triggers that a restore, which only inserts, never
-- meets. All of them run with the rights of the role that makes the change.

-- Triggers of one moment fire by name: the bounds are there before a target is looked at.
CREATE TRIGGER absent_bounds
BEFORE INSERT OR UPDATE OF valid_from, valid_to ON slaops.sla_policies
FOR EACH ROW WHEN (NEW.valid_from IS NULL OR NEW.valid_to IS NULL)
EXECUTE FUNCTION slaops.fill_validity();
COMMENT ON TRIGGER absent_bounds ON slaops.sla_policies IS
'Stores NULL bounds of validity as infinite ones.';

CREATE TRIGGER absent_bounds
BEFORE INSERT OR UPDATE OF valid_from ON slaops.sla_targets
FOR EACH ROW WHEN (NEW.valid_from IS NULL)
EXECUTE FUNCTION slaops.fill_validity();
COMMENT ON TRIGGER absent_bounds ON slaops.sla_targets IS
'Stores NULL bounds of validity as infinite ones.';

CREATE FUNCTION slaops.check_target()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- The lock keeps what is named from being deleted before this transaction ends. A role that may
    -- not take it only looks: then a deletion at the same moment can leave a target behind, which
    -- config_health names.
    IF NEW.checked IS NOT TRUE
        OR (OLD.policy_set, OLD.metric) IS DISTINCT FROM (NEW.policy_set, NEW.metric) THEN
        IF has_table_privilege('slaops.metrics', 'UPDATE') THEN
            PERFORM
            FROM slaops.metrics AS metric
            WHERE metric.name = NEW.metric
                AND metric.policy_set IN ('', NEW.policy_set)
            FOR KEY SHARE;
        ELSE
            PERFORM
            FROM slaops.metrics AS metric
            WHERE metric.name = NEW.metric
                AND metric.policy_set IN ('', NEW.policy_set);
        END IF;
        IF NOT FOUND AND (NEW.policy_set, NEW.metric) IS NOT NULL THEN
            RAISE EXCEPTION 'metric "%" does not exist in policy set "%"',
                NEW.metric, NEW.policy_set
                USING ERRCODE = 'foreign_key_violation',
                      DETAIL = format('A target of policy "%s" names it.', NEW.policy),
                      HINT = 'slaops.metrics lists them: those of the policy set and the built-in '
                          'ones. '
                          'Insert a metric of your own there first.';
        END IF;
    END IF;
    IF NEW.checked IS NOT TRUE
        OR (OLD.policy_set, OLD.policy, OLD.valid_from)
            IS DISTINCT FROM (NEW.policy_set, NEW.policy, NEW.valid_from) THEN
        IF has_table_privilege('slaops.sla_policies', 'UPDATE') THEN
            PERFORM
            FROM slaops.sla_policies AS policy
            WHERE policy.policy_set = NEW.policy_set
                AND policy.name = NEW.policy
                AND policy.valid_from = NEW.valid_from
            FOR KEY SHARE;
        ELSE
            PERFORM
            FROM slaops.sla_policies AS policy
            WHERE policy.policy_set = NEW.policy_set
                AND policy.name = NEW.policy
                AND policy.valid_from = NEW.valid_from;
        END IF;
        IF NOT FOUND AND (NEW.policy_set, NEW.policy, NEW.valid_from) IS NOT NULL THEN
            RAISE EXCEPTION 'policy "%" with valid_from % does not exist in policy set "%"',
                NEW.policy, NEW.valid_from, NEW.policy_set
                USING ERRCODE = 'foreign_key_violation',
                      DETAIL = format('A target for metric "%s" names it.', NEW.metric),
                      HINT = 'slaops.sla_policies lists them; insert the policy there first. '
                          'A target has the valid_from of its policy''s version.';
        END IF;
    END IF;
    NEW.checked := true;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION slaops.check_target() IS
'Refuses a target whose metric or policy does not exist, unless the row comes from a dump.';

CREATE TRIGGER check_target_inserted
BEFORE INSERT ON slaops.sla_targets
FOR EACH ROW WHEN (NEW.checked IS NOT TRUE)
EXECUTE FUNCTION slaops.check_target();
COMMENT ON TRIGGER check_target_inserted ON slaops.sla_targets IS
'Refuses a target whose metric or policy does not exist.';

CREATE TRIGGER check_target_updated
BEFORE UPDATE OF policy_set, policy, valid_from, metric, checked ON slaops.sla_targets
FOR EACH ROW EXECUTE FUNCTION slaops.check_target();
COMMENT ON TRIGGER check_target_updated ON slaops.sla_targets IS
'Refuses a change after which a target''s metric or policy does not exist.';

CREATE FUNCTION slaops.check_policy_set()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW.checked IS NOT TRUE
        OR (OLD.name, OLD.preset) IS DISTINCT FROM (NEW.name, NEW.preset) THEN
        IF has_table_privilege('slaops.presets', 'UPDATE') THEN
            PERFORM
            FROM slaops.presets AS preset
            WHERE preset.name = NEW.preset
                AND preset.policy_set IN ('', NEW.name)
            FOR KEY SHARE;
        ELSE
            PERFORM
            FROM slaops.presets AS preset
            WHERE preset.name = NEW.preset
                AND preset.policy_set IN ('', NEW.name);
        END IF;
        IF NOT FOUND AND (NEW.name, NEW.preset) IS NOT NULL THEN
            RAISE EXCEPTION 'preset "%" does not exist in policy set "%"', NEW.preset, NEW.name
                USING ERRCODE = 'foreign_key_violation',
                      HINT = 'slaops.presets lists them: those of the policy set and the built-in '
                          'ones. '
                          'Insert a preset of your own there first.';
        END IF;
    END IF;
    NEW.checked := true;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION slaops.check_policy_set() IS
'Refuses a policy set whose preset does not exist, unless the row comes from a dump.';

CREATE TRIGGER check_policy_set_inserted
BEFORE INSERT ON slaops.policy_sets
FOR EACH ROW WHEN (NEW.checked IS NOT TRUE)
EXECUTE FUNCTION slaops.check_policy_set();
COMMENT ON TRIGGER check_policy_set_inserted ON slaops.policy_sets IS
'Refuses a policy set whose preset does not exist.';

CREATE TRIGGER check_policy_set_updated
BEFORE UPDATE OF name, preset, checked ON slaops.policy_sets
FOR EACH ROW EXECUTE FUNCTION slaops.check_policy_set();
COMMENT ON TRIGGER check_policy_set_updated ON slaops.policy_sets IS
'Refuses a change after which a set''s preset does not exist.';

-- Row by row, in the order of the changes, so that names can move along in one statement.
CREATE FUNCTION slaops.policy_changed()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM slaops.sla_targets AS target
        WHERE target.policy_set = OLD.policy_set
            AND target.policy = OLD.name
            AND target.valid_from = OLD.valid_from;
    ELSIF (OLD.policy_set, OLD.name, OLD.valid_from)
        IS DISTINCT FROM (NEW.policy_set, NEW.name, NEW.valid_from) THEN
        UPDATE slaops.sla_targets AS target
        SET policy_set = NEW.policy_set,
            policy = NEW.name,
            valid_from = NEW.valid_from
        WHERE target.policy_set = OLD.policy_set
            AND target.policy = OLD.name
            AND target.valid_from = OLD.valid_from;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION slaops.policy_changed() IS
'Deletes or renames the targets of a policy with it.';

CREATE TRIGGER policy_changed
AFTER DELETE OR UPDATE OF policy_set, name, valid_from ON slaops.sla_policies
FOR EACH ROW EXECUTE FUNCTION slaops.policy_changed();
COMMENT ON TRIGGER policy_changed ON slaops.sla_policies IS
'Deletes or renames the targets of a policy with it.';

CREATE FUNCTION slaops.metric_removed()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target record;
BEGIN
    SELECT
        orphan.policy_set,
        orphan.policy
    INTO target
    FROM slaops.sla_targets AS orphan
    WHERE orphan.metric = OLD.name
        AND OLD.policy_set IN ('', orphan.policy_set)
        AND NOT EXISTS (
            SELECT
            FROM slaops.metrics AS metric
            WHERE metric.name = OLD.name
                AND metric.policy_set IN ('', orphan.policy_set)
        )
    ORDER BY orphan.policy_set, orphan.policy
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'metric "%" is in use', OLD.name
            USING ERRCODE = 'foreign_key_violation',
                  DETAIL = format('Policy "%s" of policy set "%s" has a target for it.',
                      target.policy, target.policy_set),
                  HINT = 'Delete its targets first. '
                      'To rename it, insert it under the new name, change the targets, '
                      'and delete the old one.';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION slaops.metric_removed() IS
'Refuses to delete or rename a metric that targets use.';

CREATE TRIGGER metric_removed
AFTER DELETE OR UPDATE OF name, policy_set ON slaops.metrics
FOR EACH ROW EXECUTE FUNCTION slaops.metric_removed();
COMMENT ON TRIGGER metric_removed ON slaops.metrics IS
'Refuses to delete or rename a metric that targets use.';

CREATE FUNCTION slaops.preset_removed()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_set text := (
        SELECT min(orphan.name)
        FROM slaops.policy_sets AS orphan
        WHERE orphan.preset = OLD.name
            AND OLD.policy_set IN ('', orphan.name)
            AND NOT EXISTS (
                SELECT
                FROM slaops.presets AS preset
                WHERE preset.name = OLD.name
                    AND preset.policy_set IN ('', orphan.name)
            )
    );
BEGIN
    IF found_set IS NOT NULL THEN
        RAISE EXCEPTION 'preset "%" is in use', OLD.name
            USING ERRCODE = 'foreign_key_violation',
                  DETAIL = format('Policy set "%s" has it.', found_set),
                  HINT = 'Give the sets another preset first. '
                      'To rename it, insert it under the new name, change the sets, '
                      'and delete the old one.';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION slaops.preset_removed() IS
'Refuses to delete or rename a preset that policy sets use.';

CREATE TRIGGER preset_removed
AFTER DELETE OR UPDATE OF name, policy_set ON slaops.presets
FOR EACH ROW EXECUTE FUNCTION slaops.preset_removed();
COMMENT ON TRIGGER preset_removed ON slaops.presets IS
'Refuses to delete or rename a preset that policy sets use.';

-- TRUNCATE of what others name is refused as with a foreign key: a tool that empties and fills the
-- tables one by one would lose what it filled before, if the rows were taken along.
CREATE FUNCTION slaops.refuse_truncate()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    user_table text := TG_ARGV[0];
    used boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM slaops.%I)', user_table) INTO used;
    IF used THEN
        RAISE EXCEPTION 'cannot truncate slaops.%: slaops.% has rows that name its rows',
            TG_TABLE_NAME, user_table
            USING ERRCODE = 'feature_not_supported',
                  HINT = format('Truncate both in one statement: TRUNCATE slaops.%s, slaops.%s.',
                      TG_TABLE_NAME, user_table);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION slaops.refuse_truncate() IS
'Refuses to empty a table while another, the argument, has rows that name its rows.';

CREATE TRIGGER refuse_truncate
AFTER TRUNCATE ON slaops.sla_policies
FOR EACH STATEMENT EXECUTE FUNCTION slaops.refuse_truncate('sla_targets');
COMMENT ON TRIGGER refuse_truncate ON slaops.sla_policies IS
'Refuses to empty the table while there are targets.';

CREATE TRIGGER refuse_truncate
AFTER TRUNCATE ON slaops.metrics
FOR EACH STATEMENT EXECUTE FUNCTION slaops.refuse_truncate('sla_targets');
COMMENT ON TRIGGER refuse_truncate ON slaops.metrics IS
'Refuses to empty the table while there are targets.';

CREATE TRIGGER refuse_truncate
AFTER TRUNCATE ON slaops.presets
FOR EACH STATEMENT EXECUTE FUNCTION slaops.refuse_truncate('policy_sets');
COMMENT ON TRIGGER refuse_truncate ON slaops.presets IS
'Refuses to empty the table while there are policy sets.';
