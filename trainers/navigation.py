"""The menu of « Espace formateur », in one place."""

ENTRIES = [
    ("Propositions et sessions", "trainers:space"),
    ("Sessions passées", "enrolments:taught_sessions"),
    ("Mes disponibilités", "trainers:availabilities"),
    ("Mes heures", "trainers:hours"),
    ("Annuaire public", "trainers:listing"),
]
"""Pages of participants are those of the floor above: named, never imported."""
