"""The menu of « Mon espace », in one place."""

ENTRIES = [
    ("À faire et à venir", "enrolments:home"),
    ("Mon agenda", "enrolments:calendar"),
    ("Mes favoris", "enrolments:favourites"),
    ("Mes alertes", "enrolments:alerts"),
    ("Mes formations suivies ailleurs", "enrolments:follows"),
    ("Mes licences", "enrolments:licences"),
    ("Mon historique", "enrolments:history"),
    ("Mon profil", "enrolments:profile"),
]
