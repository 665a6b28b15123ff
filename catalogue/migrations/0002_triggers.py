"""What the database keeps by itself: a session's dates follow its slots, and prerequisites never form a cycle."""

from django.db import migrations

SESSION_DATES = """
CREATE FUNCTION catalogue_session_dates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint;
BEGIN
    FOREACH changed IN ARRAY ARRAY[
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.session_id END,
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.session_id END
    ] LOOP
        UPDATE catalogue_session AS session
        SET starts_at = dates.starts_at, ends_at = dates.ends_at
        FROM (
            SELECT min(starts_at) AS starts_at, max(ends_at) AS ends_at
            FROM catalogue_slot WHERE session_id = changed
        ) AS dates
        WHERE session.id = changed
          AND (session.starts_at, session.ends_at) IS DISTINCT FROM (dates.starts_at, dates.ends_at);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER catalogue_session_dates AFTER INSERT OR UPDATE OR DELETE ON catalogue_slot
FOR EACH ROW EXECUTE FUNCTION catalogue_session_dates();
"""

SESSION_DATES_REVERSE = """
DROP TRIGGER catalogue_session_dates ON catalogue_slot;
DROP FUNCTION catalogue_session_dates();
"""

# The advisory lock makes two transactions that would close a loop together wait for each other.
NO_CYCLE = """
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

NO_CYCLE_REVERSE = """
DROP TRIGGER catalogue_prerequisite_no_cycle ON catalogue_prerequisite;
DROP FUNCTION catalogue_prerequisite_no_cycle();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.RunSQL(SESSION_DATES, SESSION_DATES_REVERSE),
        migrations.RunSQL(NO_CYCLE, NO_CYCLE_REVERSE),
    ]
