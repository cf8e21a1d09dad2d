from django.urls import path

from backend.privacy.apis import account

urlpatterns = [
    path("me/takeout", account.TakeoutApi.as_view()),
    path("me/delete", account.AccountDeletionApi.as_view()),
    path("me/removals", account.RemovalListApi.as_view()),
    path("me/removals/due", account.DueApi.as_view()),
]
