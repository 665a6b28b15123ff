from django.urls import path

from campus.accounts import views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.SignIn.as_view(), name="sign_in"),
    path("connexion/demonstration/", views.demo_sign_in, name="demo_sign_in"),
    path("deconnexion/", views.SignOut.as_view(), name="sign_out"),
]
