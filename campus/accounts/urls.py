from django.urls import path

from campus.accounts import proconnect_views, sign_out_views, views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.sign_in_page, name="sign_in"),
    path("connexion/code/", views.sign_in_code, name="sign_in_code"),
    path("connexion/lien/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("connexion/acces/", views.access_request, name="access_request"),
    path("connexion/demonstration/", views.demo_sign_in, name="demo_sign_in"),
    path("connexion/proconnect/", proconnect_views.start, name="proconnect"),
    path("connexion/proconnect/retour/", proconnect_views.come_back, name="proconnect_return"),
    path("deconnexion/", sign_out_views.sign_out, name="sign_out"),
    path("deconnexion/partout/", sign_out_views.sign_out_everywhere, name="sign_out_everywhere"),
    path("deconnexion/proconnect/retour/", sign_out_views.come_back, name="sign_out_return"),
]
