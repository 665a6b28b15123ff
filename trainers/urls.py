from django.urls import path

from trainers import steps
from trainers.views import applications, attachments, calls, contributions, directory, space
from trainers.views import steps as step_views

APPLICATION = "devenir-formateur/candidatures/<str:reference>"

app_name = "trainers"
urlpatterns = [
    path("devenir-formateur/", calls.become, name="become"),
    path("devenir-formateur/appels/<slug:slug>/", calls.call_detail, name="call_detail"),
    path("devenir-formateur/appels/<slug:slug>/candidater/", applications.start, name="application_start"),
    path("devenir-formateur/candidatures/", applications.application_list, name="application_list"),
    path(f"{APPLICATION}/", applications.application_detail, name="application_detail"),
    path(f"{APPLICATION}/profil/", step_views.step, {"step": steps.PROFILE}, name="application_profile"),
    path(f"{APPLICATION}/competences/", step_views.step, {"step": steps.SKILLS}, name="application_skills"),
    path(
        f"{APPLICATION}/disponibilites/", step_views.step, {"step": steps.AVAILABILITY}, name="application_availability"
    ),
    path(f"{APPLICATION}/contributions/", contributions.contributions, name="application_contributions"),
    path(f"{APPLICATION}/contributions/<int:pk>/", step_views.contribution, name="application_contribution"),
    path(f"{APPLICATION}/contributions/<int:pk>/retirer/", contributions.remove, name="contribution_remove"),
    path(f"{APPLICATION}/pieces/", attachments.attachments, name="application_attachments"),
    path(f"{APPLICATION}/pieces/<int:pk>/", attachments.download, name="attachment"),
    path(f"{APPLICATION}/pieces/<int:pk>/retirer/", attachments.remove, name="attachment_remove"),
    path(f"{APPLICATION}/relecture/", applications.preview, name="application_preview"),
    path(f"{APPLICATION}/messages/", applications.answer, name="application_answer"),
    path(f"{APPLICATION}/retirer/", applications.withdraw, name="application_withdraw"),
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
