from django.urls import path

from backend.accounts import apis

urlpatterns = [path("me", apis.MeApi.as_view())]
