"""Edits of utterances and of who speaks, their log, undo and redo."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.sign_in import signed_in_user
from backend.conversations.models import Edit
from backend.conversations.selectors import edits
from backend.conversations.serializers.editing import (
    EditResultSerializer,
    EditSerializer,
    MergeSerializer,
    SpeakerRenameSerializer,
    SplitSerializer,
    UtterancePatchSerializer,
)
from backend.conversations.services import edit_log, editing
from backend.core.problems import ProblemSerializer

_ANSWERS = {200: EditResultSerializer, 404: ProblemSerializer, 409: ProblemSerializer}


class UtteranceApi(APIView):
    @extend_schema(operation_id="utterances_update", request=UtterancePatchSerializer, responses=_ANSWERS)
    def patch(self, request: Request, utterance_id: uuid.UUID) -> Response:
        """Correct the words, who speaks, or how it sounds.

        409 `utterance_changed` when it is not at `revision` any more; `data.utterance` is what it is now.
        """
        given = _checked(UtterancePatchSerializer, request)
        target = {
            "user": signed_in_user(request),
            "utterance_id": utterance_id,
            "revision": given["revision"],
        }
        if "text" in given:
            result = editing.utterance_rewrite(**target, text=given["text"])
        elif "speaker" in given:
            result = editing.utterance_set_speaker(**target, speaker=given["speaker"])
        else:
            result = editing.utterance_correct_emotion(**target, label=given["emotion"])
        return Response(EditResultSerializer(result).data)


class UtteranceSplitApi(APIView):
    @extend_schema(operation_id="utterances_split", request=SplitSerializer, responses=_ANSWERS)
    def post(self, request: Request, utterance_id: uuid.UUID) -> Response:
        """Make two utterances of one."""
        given = _checked(SplitSerializer, request)
        result = editing.utterance_split(user=signed_in_user(request), utterance_id=utterance_id, **given)
        return Response(EditResultSerializer(result).data)


class UtteranceMergeApi(APIView):
    @extend_schema(operation_id="utterances_merge", request=MergeSerializer, responses=_ANSWERS)
    def post(self, request: Request, utterance_id: uuid.UUID) -> Response:
        """Make one utterance of this one and the next."""
        given = _checked(MergeSerializer, request)
        result = editing.utterance_merge(user=signed_in_user(request), utterance_id=utterance_id, **given)
        return Response(EditResultSerializer(result).data)


class SpeakersApi(APIView):
    @extend_schema(
        operation_id="conversations_rename_speakers", request=SpeakerRenameSerializer, responses=_ANSWERS
    )
    def post(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Rename speakers, or make several one by giving them one name."""
        given = _checked(SpeakerRenameSerializer, request)
        result = editing.speakers_rename(
            user=signed_in_user(request), conversation_id=conversation_id, **given
        )
        return Response(EditResultSerializer(result).data)


class EditListApi(generics.ListAPIView[Edit]):
    """What was edited in a conversation, newest first."""

    serializer_class = EditSerializer

    def get_queryset(self):  # type: ignore[no-untyped-def]
        return edits.edit_list(
            user=signed_in_user(self.request), conversation_id=self.kwargs["conversation_id"]
        )


class EditUndoApi(APIView):
    @extend_schema(operation_id="edits_undo", request=None, responses=_ANSWERS)
    def post(self, request: Request, edit_id: uuid.UUID) -> Response:
        """Undo an edit. 409 `edit_superseded` when the same was changed after it."""
        result = edit_log.edit_undo(user=signed_in_user(request), edit_id=edit_id)
        return Response(EditResultSerializer(result).data)


class EditRedoApi(APIView):
    @extend_schema(operation_id="edits_redo", request=None, responses=_ANSWERS)
    def post(self, request: Request, edit_id: uuid.UUID) -> Response:
        """Do an edit that was undone again."""
        result = edit_log.edit_redo(user=signed_in_user(request), edit_id=edit_id)
        return Response(EditResultSerializer(result).data)


def _checked(serializer_class: Any, request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
