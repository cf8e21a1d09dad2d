from allauth.headless.constants import Client
from django.urls import path

from backend.accounts.apis import PasswordResetRequestApi

urlpatterns = [
    path(f"{client.value}/v1/auth/password/request", PasswordResetRequestApi.as_api_view(client=client))
    for client in Client
]
