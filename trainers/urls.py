from django.urls import path

from trainers.views import directory, space

app_name = "trainers"
urlpatterns = [
    path("formateurs/", directory.directory, name="directory"),
    path("formateurs/<int:pk>/", directory.trainer_detail, name="trainer_detail"),
    path("espace-formateur/", space.space, name="space"),
    path("espace-formateur/propositions/<int:pk>/accepter/", space.accept, name="accept"),
    path("espace-formateur/propositions/<int:pk>/decliner/", space.decline, name="decline"),
    path("espace-formateur/affectations/<int:pk>/rendre/", space.give_back, name="give_back"),
    path("espace-formateur/disponibilites/", space.availabilities, name="availabilities"),
    path("espace-formateur/disponibilites/<int:pk>/retirer/", space.remove_availability, name="remove_availability"),
    path("espace-formateur/heures/", space.hours, name="hours"),
    path("espace-formateur/annuaire/", space.listing, name="listing"),
    path("espace-formateur/annuaire/retrait/", space.withdraw_listing, name="withdraw_listing"),
]
