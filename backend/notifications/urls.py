from django.urls import path

from backend.notifications.apis import devices, webhooks

urlpatterns = [
    path("push/key", devices.PushKeyApi.as_view()),
    path("push/devices", devices.DevicesApi.as_view()),
    path("push/devices/<uuid:device_id>", devices.DeviceApi.as_view()),
    path("webhooks", webhooks.WebhooksApi.as_view()),
    path("webhooks/<uuid:webhook_id>", webhooks.WebhookApi.as_view()),
    path("webhooks/<uuid:webhook_id>/test", webhooks.WebhookTestApi.as_view()),
    path("webhooks/<uuid:webhook_id>/deliveries", webhooks.WebhookDeliveriesApi.as_view()),
]
