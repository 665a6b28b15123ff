from django.urls import path

from campus.accounts import views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.sign_in_page, name="sign_in"),
    path("connexion/code/", views.sign_in_code, name="sign_in_code"),
    path("connexion/lien/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("connexion/acces/", views.access_request, name="access_request"),
    path("connexion/demonstration/", views.demo_sign_in, name="demo_sign_in"),
    path("deconnexion/", views.SignOut.as_view(), name="sign_out"),
]
