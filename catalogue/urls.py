from django.urls import path

from catalogue.views import (
    comparison,
    domains,
    feeds,
    open_data,
    partner_space,
    partners,
    programmes,
    sessions,
    trainings,
)

app_name = "catalogue"
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
    path("sur-mesure/<slug:slug>/", programmes.programme_detail, name="programme_detail"),
    path("partenaires/", partners.partner_list, name="partner_list"),
    path("partenaires/<slug:slug>/", partners.partner_detail, name="partner_detail"),
    path("partenaires/<slug:slug>/logo/", partners.partner_logo, name="partner_logo"),
    path("espace-partenaire/", partner_space.spaces, name="partner_spaces"),
    path("espace-partenaire/<slug:slug>/", partner_space.space, name="partner_space"),
    path("donnees-ouvertes/", open_data.index, name="open_data"),
    path("donnees-ouvertes/catalogue.json", open_data.catalogue_json, name="open_data_json"),
    path("donnees-ouvertes/sessions.json", open_data.sessions_json, name="open_data_sessions_json"),
    path("donnees-ouvertes/catalogue.lheo.xml", open_data.catalogue_lheo, name="open_data_lheo"),
    path("donnees-ouvertes/<slug:name>.csv", open_data.table_csv, name="open_data_csv"),
    path("donnees-ouvertes/schema-<slug:name>.json", open_data.table_schema, name="open_data_schema"),
]
