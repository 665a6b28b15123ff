"""When a trainer teaches is kept by the database: it follows the assignments they accept and the slots that staff move."""

from django.db import migrations

# The session's lock makes who accepts and who moves a slot wait for each other: each then sees what the other wrote; that of
# the trainers, taken next as trainers.transitions.assignment does, keeps two sessions from meeting in a deadlock. The rows are
# written anew, since they are few; the exclusion constraint looks at them at the end of the transaction.
FOLLOW = """
CREATE FUNCTION trainers_follow_session(changed bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM catalogue_session WHERE id = changed FOR NO KEY UPDATE;
    PERFORM 1 FROM trainers_trainer WHERE id IN (
        SELECT trainer_id FROM trainers_assignment WHERE session_id = changed AND state = 'acceptee'
    ) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM trainers_assignedslot AS taken
    USING trainers_assignment AS assignment
    WHERE taken.assignment_id = assignment.id AND assignment.session_id = changed;
    INSERT INTO trainers_assignedslot (assignment_id, trainer_id, period)
    SELECT assignment.id, assignment.trainer_id, tstzrange(slot.starts_at, slot.ends_at)
    FROM trainers_assignment AS assignment
    JOIN catalogue_slot AS slot ON slot.session_id = assignment.session_id
    WHERE assignment.session_id = changed AND assignment.state = 'acceptee';
END $$;

CREATE FUNCTION trainers_follow_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM trainers_assignedslot WHERE assignment_id = OLD.id;
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.state, OLD.trainer_id, OLD.session_id) = (NEW.state, NEW.trainer_id, NEW.session_id) THEN
            RETURN NULL;
        END IF;
        DELETE FROM trainers_assignedslot WHERE assignment_id = OLD.id;
    END IF;
    PERFORM trainers_follow_session(NEW.session_id);
    RETURN NULL;
END $$;
CREATE TRIGGER trainers_follow_assignment AFTER INSERT OR UPDATE OR DELETE ON trainers_assignment
FOR EACH ROW EXECUTE FUNCTION trainers_follow_assignment();

CREATE FUNCTION trainers_follow_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM trainers_follow_session(OLD.session_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.session_id <> OLD.session_id) THEN
        PERFORM trainers_follow_session(NEW.session_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER trainers_follow_slot AFTER INSERT OR UPDATE OR DELETE ON catalogue_slot
FOR EACH ROW EXECUTE FUNCTION trainers_follow_slot();
"""
REVERSE = """
DROP TRIGGER trainers_follow_slot ON catalogue_slot;
DROP FUNCTION trainers_follow_slot();
DROP TRIGGER trainers_follow_assignment ON trainers_assignment;
DROP FUNCTION trainers_follow_assignment();
DROP FUNCTION trainers_follow_session(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("trainers", "0001_initial"), ("catalogue", "0002_triggers")]
    operations = [migrations.RunSQL(FOLLOW, REVERSE)]
