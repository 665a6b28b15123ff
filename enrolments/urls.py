from django.urls import path

from enrolments import views

app_name = "enrolments"
urlpatterns = [
    path("sessions/<int:pk>/inscription/", views.enrol, name="enrol"),
    path("mon-espace/", views.home, name="home"),
    path("mon-espace/inscriptions/<int:pk>/accepter/", views.accept, name="accept"),
    path("mon-espace/inscriptions/<int:pk>/desistement/", views.withdraw, name="withdraw"),
]
