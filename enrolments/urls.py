from django.urls import path

from enrolments.views import agreements, home, seats

app_name = "enrolments"
urlpatterns = [
    path("sessions/<int:pk>/inscription/", seats.enrol, name="enrol"),
    path("mon-espace/", home.home, name="home"),
    path("mon-espace/inscriptions/<int:pk>/accepter/", seats.accept, name="accept"),
    path("mon-espace/inscriptions/<int:pk>/desistement/", seats.withdraw, name="withdraw"),
    path("accord/<str:token>/", agreements.agreement, name="agreement"),
]
