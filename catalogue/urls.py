from django.urls import include, path

from catalogue.views import (
    comparison,
    domains,
    feeds,
    open_data,
    partners,
    programme_requests,
    programmes,
    sessions,
    trainings,
)

app_name = "catalogue"
programme_request = [
    path("", programme_requests.detail, name="programme_request_detail"),
    path("modifier/", programme_requests.edit, name="programme_request_edit"),
    path("messages/", programme_requests.answer, name="programme_request_answer"),
    path("documents/", programme_requests.attach, name="programme_request_attach"),
    path("documents/<int:pk>/", programme_requests.document, name="programme_request_document"),
    path("publication/", programme_requests.answer_publication, name="programme_request_publication"),
    path("retirer/", programme_requests.withdraw, name="programme_request_withdraw"),
]
urlpatterns = [
    path("catalogue/", trainings.training_list, name="training_list"),
    path("catalogue/formations.csv", trainings.training_export, name="training_export"),
    path("catalogue/comparer/", comparison.compare, name="compare"),
    path("catalogue/suggestions/", trainings.suggestions, name="suggestions"),
    path("catalogue/nouveautes.atom", feeds.new_trainings, name="news_feed"),
    path("catalogue/recherche.atom", feeds.search_feed, name="search_feed"),
    path("catalogue/modules/<slug:slug>/", trainings.module_detail, name="module_detail"),
    path("catalogue/parcours/<slug:slug>/", trainings.parcours_detail, name="parcours_detail"),
    path("catalogue/domaines/<slug:slug>/", domains.domain_detail, name="domain_detail"),
    path("catalogue/domaines/<slug:slug>/nouveautes.atom", feeds.new_trainings_of_domain, name="domain_feed"),
    path("sessions/", sessions.session_list, name="session_list"),
    path("sessions/agenda.ics", sessions.session_calendar, name="session_calendar"),
    path("sur-mesure/", programmes.programme_list, name="programme_list"),
    path("sur-mesure/demande/", programme_requests.start, name="programme_request_start"),
    path("sur-mesure/demandes/", programme_requests.request_list, name="programme_request_list"),
    path("sur-mesure/demandes/<slug:reference>/", include(programme_request)),
    path("sur-mesure/<slug:slug>/", programmes.programme_detail, name="programme_detail"),
    path("partenaires/", partners.partner_list, name="partner_list"),
    path("partenaires/<slug:slug>/", partners.partner_detail, name="partner_detail"),
    path("partenaires/<slug:slug>/logo/", partners.partner_logo, name="partner_logo"),
    path("donnees-ouvertes/", open_data.index, name="open_data"),
    path("donnees-ouvertes/catalogue.json", open_data.catalogue_json, name="open_data_json"),
    path("donnees-ouvertes/sessions.json", open_data.sessions_json, name="open_data_sessions_json"),
    path("donnees-ouvertes/catalogue.lheo.xml", open_data.catalogue_lheo, name="open_data_lheo"),
    path("donnees-ouvertes/<slug:name>.csv", open_data.table_csv, name="open_data_csv"),
    path("donnees-ouvertes/schema-<slug:name>.json", open_data.table_schema, name="open_data_schema"),
]
