"""Finds every row of a person, in every table that there is: take-out and deletion forget no later model."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet

from backend.accounts.models import User


def owned_models() -> dict[type[models.Model], tuple[str, ...]]:
    """Each model with rows of people, and the lookups that lead from such a row to the person.

    A foreign key to the person counts, and so does one to a row that belongs to a person.
    """
    owned: dict[type[models.Model], tuple[str, ...]] = {}
    while True:
        found = {model: paths for model in _others(owned) if (paths := _paths(model, owned))}
        if not found:
            return owned
        owned |= found


def rows_of(user: User) -> Iterator[tuple[type[models.Model], QuerySet[models.Model]]]:
    """The person's rows of each model, the person's own row first."""
    yield User, User._default_manager.filter(pk=user.pk)
    for model, paths in sorted(owned_models().items(), key=lambda item: item[0]._meta.label_lower):
        is_owned = Q()
        for path in paths:
            is_owned |= Q(**{path: user})
        yield model, model._default_manager.filter(is_owned).order_by("pk")


def _others(owned: dict[type[models.Model], tuple[str, ...]]) -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model is not User and model not in owned:
            yield model


def _paths(model: type[models.Model], owned: dict[type[models.Model], tuple[str, ...]]) -> tuple[str, ...]:
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    direct = tuple(field.name for field in keys if field.related_model is User)
    if direct:
        return direct
    for field in keys:
        if field.related_model in owned:
            return tuple(f"{field.name}__{path}" for path in owned[field.related_model])
    return ()
