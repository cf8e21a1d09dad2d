"""Devices that show notices."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.core.problems import ProblemSerializer
from backend.notifications import selectors
from backend.notifications.providers.configured import web_push_public_key
from backend.notifications.serializers import DeviceSerializer, NewDeviceSerializer, PushKeySerializer
from backend.notifications.services import devices


class DevicesApi(APIView):
    @extend_schema(operation_id="push_devices_list", responses=DeviceSerializer(many=True))
    def get(self, request: Request) -> Response:
        found = selectors.device_list(user=signed_in_user(request))
        return Response(DeviceSerializer(found, many=True).data)

    @extend_schema(
        operation_id="push_devices_register",
        request=NewDeviceSerializer,
        responses={201: DeviceSerializer, 400: ProblemSerializer},
    )
    def post(self, request: Request) -> Response:
        """Tell this device when a recording is captioned. Again with the same address changes its language."""
        serializer = NewDeviceSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        new = devices.NewDevice(**serializer.validated_data)
        device = devices.device_register(user=signed_in_user(request), new=new)
        return Response(DeviceSerializer(device).data, status=status.HTTP_201_CREATED)


class DeviceApi(APIView):
    @extend_schema(operation_id="push_devices_forget", responses={204: None, 404: ProblemSerializer})
    def delete(self, request: Request, device_id: uuid.UUID) -> Response:
        devices.device_forget(user=signed_in_user(request), device_id=device_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PushKeyApi(APIView):
    @extend_schema(operation_id="push_key", responses=PushKeySerializer)
    def get(self, request: Request) -> Response:
        """The key by which browsers' push services know this server."""
        return Response({"public_key": web_push_public_key()})
