from django.urls import path

from campus.mailing import views

app_name = "mailing"
urlpatterns = [
    path("demo/courriels/", views.SentEmailList.as_view(), name="sent_email_list"),
    path("demo/courriels/<int:pk>/html/", views.sent_email_html, name="sent_email_html"),
    path("demo/courriels/<int:pk>/invitation.ics", views.sent_email_calendar, name="sent_email_calendar"),
]
