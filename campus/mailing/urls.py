from django.urls import path

from campus.mailing import views

app_name = "mailing"
urlpatterns = [path("demo/courriels/", views.SentEmailList.as_view(), name="sent_email_list")]
