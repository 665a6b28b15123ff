"""Look for prerequisite cycles once a statement, not once a row: an import writes a thousand of them together."""

from django.db import migrations

# The advisory lock makes two transactions that would close a loop together wait for each other. Sequential scans are put
# off because a plan cached while the table was empty would read it whole at each step of the recursion.
BY_STATEMENT = """
DROP TRIGGER catalogue_prerequisite_no_cycle ON catalogue_prerequisite;
CREATE OR REPLACE FUNCTION catalogue_prerequisite_no_cycle() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
    looping bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('catalogue_prerequisite'));
    WITH RECURSIVE needed(root, id) AS (
        SELECT module_id, requires_id FROM written
        UNION
        SELECT needed.root, p.requires_id FROM needed JOIN catalogue_prerequisite p ON p.module_id = needed.id
    )
    SELECT root INTO looping FROM needed WHERE id = root LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'prerequisite cycle through module %', looping
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prerequisite_no_cycle';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER catalogue_prerequisite_no_cycle_insert AFTER INSERT ON catalogue_prerequisite
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION catalogue_prerequisite_no_cycle();
CREATE TRIGGER catalogue_prerequisite_no_cycle_update AFTER UPDATE ON catalogue_prerequisite
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION catalogue_prerequisite_no_cycle();
"""

BY_ROW = """
DROP TRIGGER catalogue_prerequisite_no_cycle_insert ON catalogue_prerequisite;
DROP TRIGGER catalogue_prerequisite_no_cycle_update ON catalogue_prerequisite;
DROP FUNCTION catalogue_prerequisite_no_cycle();
CREATE FUNCTION catalogue_prerequisite_no_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('catalogue_prerequisite'));
    IF EXISTS (
        WITH RECURSIVE needed(id) AS (
            SELECT NEW.requires_id
            UNION
            SELECT p.requires_id FROM catalogue_prerequisite p JOIN needed ON p.module_id = needed.id
        )
        SELECT 1 FROM needed WHERE id = NEW.module_id
    ) THEN
        RAISE EXCEPTION 'prerequisite cycle through module %', NEW.module_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'prerequisite_no_cycle';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER catalogue_prerequisite_no_cycle AFTER INSERT OR UPDATE ON catalogue_prerequisite
FOR EACH ROW EXECUTE FUNCTION catalogue_prerequisite_no_cycle();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_triggers")]

    operations = [migrations.RunSQL(BY_STATEMENT, BY_ROW)]
