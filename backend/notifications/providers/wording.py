"""What a notice says on a screen that others may see, too."""

from __future__ import annotations

from backend.accounts.models import Language
from backend.notifications.models import Notice

TITLE = "RecognitionHelpers"
_BODIES = {
    (Notice.DONE, Language.ENGLISH): "A recording is captioned.",
    (Notice.DONE, Language.KOREAN): "녹음의 자막이 준비됐어요.",
    (Notice.FAILED, Language.ENGLISH): "A recording could not be captioned. Open it to try again.",
    (Notice.FAILED, Language.KOREAN): "자막을 만들지 못한 녹음이 있어요. 열어서 다시 시도해 주세요.",
    (Notice.TEST, Language.ENGLISH): "Notices arrive on this device.",
    (Notice.TEST, Language.KOREAN): "이 기기에서 알림을 받을 수 있어요.",
}


def body(notice: str, language: str) -> str:
    return _BODIES[Notice(notice), Language(language)]
