"""Routes and sockets whose rights are tested beside their own tests, or that need none; `test_rights` reads it."""

from __future__ import annotations

# Routes with a table of denials beside their tests, because they do not speak plain JSON.
TABLE_ELSEWHERE = {
    "/api/v1/conversations/{conversation_id}/export/{form}": "tests/unit/backend/conversations/test_exports.py",
    "/api/v1/export/{form}": "tests/unit/backend/conversations/test_exports.py",
    "/api/v1/corrections": "tests/unit/backend/conversations/test_corrections.py",
    "/api/v1/live/{stream_id}/share": "tests/unit/backend/live",
    "/api/v1/shared": "tests/unit/backend/sharing/test_links.py",
    "/api/v1/uploads/": "tests/unit/backend/uploads/test_tus_denials.py",
    "/api/v1/uploads/{upload_id}": "tests/unit/backend/uploads/test_tus_denials.py",
    "/api/v1/push/key": "tests/unit/backend/notifications/test_webhooks.py",
    "/api/v1/push/devices": "tests/unit/backend/notifications/test_webhooks.py",
    "/api/v1/push/devices/{device_id}": "tests/unit/backend/notifications/test_devices.py",
    "/api/v1/webhooks": "tests/unit/backend/notifications/test_webhooks.py",
    "/api/v1/webhooks/{webhook_id}": "tests/unit/backend/notifications/test_webhooks.py",
    "/api/v1/webhooks/{webhook_id}/test": "tests/unit/backend/notifications/test_webhooks.py",
    "/api/v1/webhooks/{webhook_id}/deliveries": "tests/unit/backend/notifications/test_webhooks.py",
}
# Outside of the API, each with the reason why it needs no row above.
ELSEWHERE = {
    "operator": "numbers for operators with a second factor: tests/unit/backend/operators",
    "healthz": "says that a process answers, to anybody",
    "readyz": "says which parts are there, to anybody",
    "_allauth/": "django-allauth's own addresses, tested in tests/unit/backend/accounts",
    "api/schema": "the description of the API, for anybody",
    "api/docs": "the same to read",
    "internal/audio/<str:token>": "for workers, by a signed address: test_worker_audio",
    "^(?:api|internal|_allauth|static|ws)(?:/(?P<rest>.*))?$": "what is not there",
    "push-worker.js": "a script of the web client, the same for everybody",
    "^(?P<path>.*)$": "the web client, which holds nothing",
}
# Each with its test.
SOCKETS = {
    "ws/events": "tests/unit/backend/realtime/test_events_socket.py",
    "ws/live": "tests/unit/backend/live",
    "ws/captions": "tests/unit/backend/live",
    "ws/care/<uuid:link_id>": "tests/unit/backend/care/test_watching.py",
}
