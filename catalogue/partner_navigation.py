"""The menu of « Espace partenaire », in one place. Every page takes the slug of the organisation."""

ENTRIES = [
    ("À faire", "catalogue:partner_space"),
    ("Présentation", "catalogue:partner_presentation"),
    ("Cursus", "catalogue:cursus_list"),
    ("Formations proposées", "catalogue:proposal_list"),
    ("Référents", "catalogue:partner_referents"),
]
"""Floors above add theirs (enrolments.apps)."""
