"""The seats taken of a session count those held for a request, and those of who attended."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION enrolments_seats_taken() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seated CONSTANT text[] := ARRAY[{seated}];
    was_seated boolean := FALSE;
    is_seated boolean := FALSE;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        was_seated := OLD.state = ANY(seated){or_old_held};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        is_seated := NEW.state = ANY(seated){or_new_held};
    END IF;
    IF was_seated AND (NOT is_seated OR NEW.session_id <> OLD.session_id) THEN
        UPDATE catalogue_session SET seats_taken = seats_taken - 1 WHERE id = OLD.session_id;
    END IF;
    IF is_seated AND (NOT was_seated OR NEW.session_id <> OLD.session_id) THEN
        UPDATE catalogue_session SET seats_taken = seats_taken + 1 WHERE id = NEW.session_id;
    END IF;
    RETURN NULL;
END $$;
"""
NOW = FUNCTION.format(
    seated="'proposee', 'inscrite', 'presente', 'absente'",
    or_old_held=" OR (OLD.state = 'demandee' AND OLD.held_until IS NOT NULL)",
    or_new_held=" OR (NEW.state = 'demandee' AND NEW.held_until IS NOT NULL)",
)
BEFORE = FUNCTION.format(seated="'proposee', 'inscrite'", or_old_held="", or_new_held="")
RECOUNT = """
UPDATE catalogue_session AS session SET seats_taken = counted.seats FROM (
    SELECT session_id, count(*) FILTER (WHERE state IN ('proposee', 'inscrite')) AS seats
    FROM enrolments_enrolment GROUP BY session_id
) AS counted WHERE counted.session_id = session.id AND session.seats_taken <> counted.seats;
"""


class Migration(migrations.Migration):
    dependencies = [("enrolments", "0002_requests_and_record")]
    operations = [migrations.RunSQL(NOW, BEFORE + RECOUNT)]
