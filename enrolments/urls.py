from django.urls import path

from enrolments.views import agreements, alerts, calendar, favourites, follows, home, participants, profile, seats

app_name = "enrolments"
urlpatterns = [
    path("sessions/<int:pk>/inscription/", seats.enrol, name="enrol"),
    path("mon-espace/", home.home, name="home"),
    path("mon-espace/agenda/", calendar.calendar, name="calendar"),
    path("mon-espace/agenda/adresse/", calendar.calendar_renew, name="calendar_renew"),
    path("mon-espace/agenda/suppression/", calendar.calendar_delete, name="calendar_delete"),
    path("agenda/<str:key>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("mon-espace/historique/", home.history, name="history"),
    path("mon-espace/inscriptions/<int:pk>/accepter/", seats.accept, name="accept"),
    path("mon-espace/inscriptions/<int:pk>/desistement/", seats.withdraw, name="withdraw"),
    path("accord/<str:token>/", agreements.agreement, name="agreement"),
    path("mon-espace/alertes/", alerts.alert_list, name="alerts"),
    path("mon-espace/alertes/<slug:slug>/demander/", alerts.ask, name="alert_ask"),
    path("mon-espace/alertes/<int:pk>/retirer/", alerts.remove, name="alert_remove"),
    path("mon-espace/alertes/arreter/<str:token>/", alerts.stop, name="alert_stop"),
    path("mon-espace/favoris/", favourites.favourite_list, name="favourites"),
    path("mon-espace/favoris/<slug:slug>/ajouter/", favourites.add, name="favourite_add"),
    path("mon-espace/favoris/<int:pk>/retirer/", favourites.remove, name="favourite_remove"),
    path("mon-espace/formations-suivies/", follows.follow_list, name="follows"),
    path("mon-espace/formations-suivies/<slug:slug>/suivre/", follows.follow, name="follow"),
    path("mon-espace/formations-suivies/<int:pk>/terminer/", follows.finish, name="follow_finish"),
    path("mon-espace/formations-suivies/<int:pk>/retirer/", follows.forget, name="follow_forget"),
    path("mon-espace/formations-suivies/<int:pk>/justificatif/", follows.proof, name="proof"),
    path("mon-espace/profil/", profile.profile, name="profile"),
    path("espace-formateur/sessions/<int:pk>/participants/", participants.participants, name="participants"),
    path("espace-formateur/sessions-passees/", participants.taught_sessions, name="taught_sessions"),
]
