from django.apps import AppConfig


class OperatorsConfig(AppConfig):
    name = "backend.operators"
    label = "operators"
