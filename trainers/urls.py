from django.urls import path

from trainers.views import directory

app_name = "trainers"
urlpatterns = [
    path("formateurs/", directory.directory, name="directory"),
    path("formateurs/<int:pk>/", directory.trainer_detail, name="trainer_detail"),
]
