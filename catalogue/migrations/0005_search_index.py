"""The index of the search follows the published trainings by itself.

Triggers by statement, so that an import of a thousand rows indexes once. A long import sets `campus.index_later` in its
transaction, then calls catalogue_index once for all.
"""

from django.db import migrations

# `campus_french` unites écoles, ECOLE and école; `campus_simple` keeps whole words, for prefixes.
CONFIGURATIONS = """
CREATE TEXT SEARCH CONFIGURATION campus_french (COPY = french);
ALTER TEXT SEARCH CONFIGURATION campus_french ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
CREATE TEXT SEARCH CONFIGURATION campus_simple (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION campus_simple ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""
CONFIGURATIONS_REVERSE = """
DROP TEXT SEARCH CONFIGURATION campus_simple;
DROP TEXT SEARCH CONFIGURATION campus_french;
"""

INDEX = """
CREATE FUNCTION catalogue_index(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM catalogue_searchentry AS entry USING catalogue_training AS training
    WHERE entry.training_id = ANY(ids) AND training.id = entry.training_id AND training.state <> 'publie';

    INSERT INTO catalogue_searchentry (training_id, title_key, published_on, minutes, facets, vector)
    SELECT training.id, training.title_key, training.published_on, length.minutes,
        ARRAY(
            SELECT 'domaine:' || training.domain_id
            UNION SELECT 'domaine:' || domain_id FROM catalogue_training_other_domains WHERE training_id = training.id
            UNION SELECT 'public:' || audience_id FROM catalogue_training_audiences WHERE training_id = training.id
            UNION SELECT 'metier:' || metier_id FROM catalogue_training_metiers WHERE training_id = training.id
            UNION SELECT 'competence:' || skill_id FROM catalogue_training_skills WHERE training_id = training.id
            UNION SELECT 'partenaire:' || organisation_id FROM catalogue_training_providers WHERE training_id = training.id
            UNION SELECT 'modalite:' || unnest(training.modalities)
            UNION SELECT 'langue:' || unnest(training.languages)
            UNION SELECT 'type:' || training.kind
            UNION SELECT 'niveau:' || training.level
            UNION SELECT 'duree:' || CASE
                WHEN length.minutes <= 60 THEN 'une-heure'
                WHEN length.minutes <= 210 THEN 'demi-journee'
                WHEN length.minutes <= 420 THEN 'journee'
                WHEN length.minutes <= 2100 THEN 'quelques-jours'
                WHEN length.minutes > 2100 THEN 'longue'
                ELSE 'variable'
            END
            UNION SELECT 'disponibilite:a-tout-moment' WHERE training.pace = 'autonome' AND training.access <> 'demande'
            UNION SELECT 'disponibilite:sur-demande' WHERE training.access = 'demande'
        ),
        setweight(to_tsvector('campus_french', training.title) || to_tsvector('campus_simple', training.title), 'A')
        || setweight(to_tsvector('campus_french', skill.names) || to_tsvector('campus_simple', skill.names), 'B')
        || setweight(to_tsvector('campus_french', replace(training.kind, '-', ' ') || ' ' || provider.names), 'C')
        || setweight(to_tsvector('campus_french', training.summary), 'C')
        || setweight(to_tsvector('campus_french', training.description || ' ' || training.contents), 'D')
    FROM catalogue_training AS training
    CROSS JOIN LATERAL (
        SELECT coalesce(string_agg(name, ', '), '') AS names
        FROM catalogue_training_skills AS link JOIN catalogue_skill ON catalogue_skill.id = link.skill_id
        WHERE link.training_id = training.id
    ) AS skill
    CROSS JOIN LATERAL (
        SELECT coalesce(string_agg(organisation.acronym || ' ' || organisation.name, ', '), '') AS names
        FROM catalogue_training_providers AS link
        JOIN accounts_organisation AS organisation ON organisation.id = link.organisation_id
        WHERE link.training_id = training.id
    ) AS provider
    CROSS JOIN LATERAL (
        SELECT CASE WHEN training.kind <> 'parcours' THEN training.duration_minutes ELSE (
            SELECT CASE WHEN every(module.duration_minutes IS NOT NULL) THEN sum(module.duration_minutes) END
            FROM catalogue_step AS step JOIN catalogue_training AS module ON module.id = step.module_id
            WHERE step.parcours_id = training.id AND step.is_required
        ) END AS minutes
    ) AS length
    WHERE training.id = ANY(ids) AND training.state = 'publie'
    ORDER BY training.id
    ON CONFLICT (training_id) DO UPDATE SET
        title_key = excluded.title_key, published_on = excluded.published_on, minutes = excluded.minutes,
        facets = excluded.facets, vector = excluded.vector;

    INSERT INTO catalogue_searchword (word, plain)
    SELECT DISTINCT lexeme, unaccent(lexeme)
    FROM catalogue_training AS training, unnest(to_tsvector('simple', training.title || ' ' || training.summary))
    WHERE training.id = ANY(ids) AND training.state = 'publie' AND lexeme ~ '^[[:alpha:]]{4,}$'
    ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION catalogue_index_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF current_setting('campus.index_later', true) = 'on' THEN
        RETURN NULL;
    END IF;
    EXECUTE 'SELECT ARRAY(' || TG_ARGV[0] || ')' INTO ids;
    IF cardinality(ids) > 0 THEN
        PERFORM catalogue_index(ids);
    END IF;
    RETURN NULL;
END $$;
"""
INDEX_REVERSE = """
DROP FUNCTION catalogue_index_written();
DROP FUNCTION catalogue_index(bigint[]);
"""

# (table, events, which trainings the rows `written` concern)
WATCHED = [
    *(
        (f"catalogue_training_{links}", ["INSERT", "DELETE"], "SELECT DISTINCT training_id FROM written")
        for links in ["other_domains", "audiences", "metiers", "skills", "providers"]
    ),
    (
        "catalogue_training",
        ["INSERT", "UPDATE"],
        "SELECT id FROM written UNION SELECT parcours_id FROM catalogue_step WHERE module_id IN (SELECT id FROM written)",
    ),
    ("catalogue_step", ["INSERT", "UPDATE", "DELETE"], "SELECT DISTINCT parcours_id FROM written"),
    (
        "catalogue_skill",
        ["UPDATE"],
        "SELECT DISTINCT training_id FROM catalogue_training_skills WHERE skill_id IN (SELECT id FROM written)",
    ),
    (
        "accounts_organisation",
        ["UPDATE"],
        "SELECT DISTINCT training_id FROM catalogue_training_providers WHERE organisation_id IN (SELECT id FROM written)",
    ),
]


def name_of(table, event):
    return f"{table}_index_{event.lower()}"


TRIGGERS = "".join(
    f"""
CREATE TRIGGER {name_of(table, event)} AFTER {event} ON {table}
REFERENCING {"OLD" if event == "DELETE" else "NEW"} TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION catalogue_index_written('{concerned}');
"""
    for table, events, concerned in WATCHED
    for event in events
)
TRIGGERS_REVERSE = "".join(
    f"DROP TRIGGER IF EXISTS {name_of(table, event)} ON {table};\n" for table, events, _ in WATCHED for event in events
)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_search")]

    operations = [
        migrations.RunSQL(CONFIGURATIONS, CONFIGURATIONS_REVERSE),
        migrations.RunSQL(INDEX, INDEX_REVERSE),
        migrations.RunSQL(TRIGGERS, TRIGGERS_REVERSE),
        migrations.RunSQL("SELECT catalogue_index(ARRAY(SELECT id FROM catalogue_training))", migrations.RunSQL.noop),
    ]
