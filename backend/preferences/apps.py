from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    name = "backend.preferences"
    label = "preferences"
