"""The menu of « Espace partenaire », in one place. Every page takes the slug of the organisation."""

ENTRIES = [
    ("À faire", "catalogue:partner_space"),
]
"""Pages of cohorts are those of a floor above: named, never imported."""
