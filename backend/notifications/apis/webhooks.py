"""Webhooks of a person."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.core.problems import ProblemSerializer
from backend.notifications import selectors
from backend.notifications.models import Delivery
from backend.notifications.serializers import (
    CreatedWebhookSerializer,
    DeliverySerializer,
    NewWebhookSerializer,
    WebhookSerializer,
    WebhookSwitchSerializer,
)
from backend.notifications.services import webhooks


class TestThrottle(UserRateThrottle):
    scope = "webhook_test"
    rate = "10/min"


class WebhooksApi(APIView):
    @extend_schema(operation_id="webhooks_list", responses=WebhookSerializer(many=True))
    def get(self, request: Request) -> Response:
        found = selectors.webhook_list(user=signed_in_user(request))
        return Response(WebhookSerializer(found, many=True).data)

    @extend_schema(
        operation_id="webhooks_create",
        request=NewWebhookSerializer,
        responses={201: CreatedWebhookSerializer, 400: ProblemSerializer, 409: ProblemSerializer},
    )
    def post(self, request: Request) -> Response:
        """Call an address when a recording is done or has failed. The secret is in this answer only."""
        serializer = NewWebhookSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        webhook = webhooks.webhook_create(user=signed_in_user(request), url=serializer.validated_data["url"])
        return Response(CreatedWebhookSerializer(webhook).data, status=status.HTTP_201_CREATED)


class WebhookApi(APIView):
    @extend_schema(
        operation_id="webhooks_switch",
        request=WebhookSwitchSerializer,
        responses={200: WebhookSerializer, 404: ProblemSerializer},
    )
    def patch(self, request: Request, webhook_id: uuid.UUID) -> Response:
        serializer = WebhookSwitchSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        webhook = webhooks.webhook_switch(
            user=signed_in_user(request),
            webhook_id=webhook_id,
            is_enabled=serializer.validated_data["is_enabled"],
        )
        return Response(WebhookSerializer(webhook).data)

    @extend_schema(operation_id="webhooks_delete", responses={204: None, 404: ProblemSerializer})
    def delete(self, request: Request, webhook_id: uuid.UUID) -> Response:
        webhooks.webhook_delete(user=signed_in_user(request), webhook_id=webhook_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookTestApi(APIView):
    throttle_classes = (TestThrottle,)

    @extend_schema(
        operation_id="webhooks_test",
        request=None,
        responses={202: DeliverySerializer, 404: ProblemSerializer},
    )
    def post(self, request: Request, webhook_id: uuid.UUID) -> Response:
        """Send a notice of nothing; the log shows what became of it."""
        delivery = webhooks.webhook_test(user=signed_in_user(request), webhook_id=webhook_id)
        return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)


class WebhookDeliveriesApi(generics.ListAPIView[Delivery]):
    """What was sent to a webhook in the last two weeks, newest first."""

    serializer_class = DeliverySerializer

    def get_queryset(self) -> Any:
        return selectors.delivery_list(
            user=signed_in_user(self.request), webhook_id=self.kwargs["webhook_id"]
        )

    @extend_schema(operation_id="webhooks_deliveries")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().get(request, *args, **kwargs)
