from django.urls import path

from catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("catalogue/modules/<slug:slug>/", views.module_detail, name="module_detail"),
    path("catalogue/parcours/<slug:slug>/", views.parcours_detail, name="parcours_detail"),
    path("catalogue/domaines/<slug:slug>/", views.domain_detail, name="domain_detail"),
    path("sur-mesure/<slug:slug>/", views.programme_detail, name="programme_detail"),
    path("partenaires/<slug:slug>/", views.partner_detail, name="partner_detail"),
]
