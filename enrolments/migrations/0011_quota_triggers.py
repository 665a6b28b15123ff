"""A seat on a quota counts there, and what is left of quotas in force is reserved in their session.

The order of the writes keeps Session's check true at each of them: who takes a reserved seat leaves the reserve first.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("enrolments.migrations.0003_seats_of_requests").NOW

SEATS = """
CREATE OR REPLACE FUNCTION enrolments_seats_taken() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seated CONSTANT text[] := ARRAY['proposee', 'inscrite', 'presente', 'absente'];
    was_seated boolean := FALSE;
    is_seated boolean := FALSE;
    has_moved boolean := TRUE;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        was_seated := OLD.state = ANY(seated) OR (OLD.state = 'demandee' AND OLD.held_until IS NOT NULL);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        is_seated := NEW.state = ANY(seated) OR (NEW.state = 'demandee' AND NEW.held_until IS NOT NULL);
    END IF;
    IF TG_OP = 'UPDATE' THEN
        has_moved := NEW.session_id <> OLD.session_id OR NEW.quota_id IS DISTINCT FROM OLD.quota_id;
    END IF;
    IF was_seated AND (NOT is_seated OR has_moved) THEN
        UPDATE catalogue_session SET seats_taken = seats_taken - 1 WHERE id = OLD.session_id;
        IF OLD.quota_id IS NOT NULL THEN
            UPDATE enrolments_seatquota SET used = used - 1 WHERE id = OLD.quota_id;
        END IF;
    END IF;
    IF is_seated AND (NOT was_seated OR has_moved) THEN
        IF NEW.quota_id IS NOT NULL THEN
            UPDATE enrolments_seatquota SET used = used + 1 WHERE id = NEW.quota_id AND session_id = NEW.session_id;
            IF NOT FOUND THEN
                RAISE check_violation USING MESSAGE = 'a seat is on a quota of another session';
            END IF;
        END IF;
        UPDATE catalogue_session SET seats_taken = seats_taken + 1 WHERE id = NEW.session_id;
    END IF;
    RETURN NULL;
END $$;
"""

RESERVED = """
CREATE FUNCTION enrolments_seats_reserved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_left integer := 0;
    is_left integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.released_at IS NULL THEN
        was_left := OLD.seats - OLD.used;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.released_at IS NULL THEN
        is_left := NEW.seats - NEW.used;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.session_id <> OLD.session_id THEN
        RAISE check_violation USING MESSAGE = 'a quota stays in its session';
    END IF;
    IF was_left <> is_left THEN
        UPDATE catalogue_session SET seats_reserved = seats_reserved + is_left - was_left
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enrolments_seats_reserved AFTER INSERT OR UPDATE OR DELETE ON enrolments_seatquota
FOR EACH ROW EXECUTE FUNCTION enrolments_seats_reserved();
"""
UNRESERVED = """
DROP TRIGGER enrolments_seats_reserved ON enrolments_seatquota;
DROP FUNCTION enrolments_seats_reserved();
UPDATE catalogue_session SET seats_reserved = 0 WHERE seats_reserved <> 0;
"""


class Migration(migrations.Migration):
    dependencies = [("enrolments", "0010_cohorts_and_quotas")]
    operations = [
        migrations.RunSQL(SEATS, BEFORE),
        migrations.RunSQL(RESERVED, UNRESERVED),
    ]
