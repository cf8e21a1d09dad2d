"""Mails of care links, in the language of whom they are for. None carries a spoken word."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from backend.care.models import Alert, AlertKind, AlertRule, CareLink

logger = logging.getLogger(__name__)

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "invite_subject": "{owner} invites you to see how their conversations sound",
        "invite": "{owner} would like to share with you how their conversations sound.\n\n"
        "Open this address, sign in or make an account, and decide:\n{url}\n\n"
        "It works once and until {until}. If you do not know the sender, do nothing.\n",
        "alert_subject": "{owner}: an alert that you set",
        "sounds": "{owner}'s conversations sounded {emotions} over {percent} % of the time on {count} of the last "
        "{window} days.\n\nIt rests on:\n{days}\n",
        "day": "- {day}: {percent} % of {minutes} min of speech ({unsure} utterances left out as unsure)",
        "quiet": "{owner} has had no conversation for {quiet} days. The last was on {last}.\n",
        "foot": "\nThis is how speech sounded to a model that can be wrong; "
        "it does not say what a person feels.\n{url}\n",
        "neutral": "calm", "happy": "happy", "sad": "sad", "angry": "angry", "fear": "fearful",
        "disgust": "disgusted", "surprise": "surprised", "or": " or ",
    },
    "ko": {
        "invite_subject": "{owner} 님이 대화가 어떻게 들렸는지 공유하려고 합니다",
        "invite": "{owner} 님이 자신의 대화가 어떻게 들렸는지 공유하려고 합니다.\n\n"
        "아래 주소를 열어 로그인하거나 계정을 만든 뒤 결정해 주세요.\n{url}\n\n"
        "이 주소는 {until}까지 한 번만 쓸 수 있습니다. 보낸 분을 모르면 아무것도 하지 마세요.\n",
        "alert_subject": "{owner} 님: 설정하신 알림",
        "sounds": "최근 {window}일 중 {count}일 동안 {owner} 님의 대화가 {percent}% 넘게 {emotions} 들렸습니다."
        "\n\n근거:\n{days}\n",
        "day": "- {day}: 말한 {minutes}분 중 {percent}% (불확실하여 제외한 발화 {unsure}개)",
        "quiet": "{owner} 님은 {quiet}일 동안 대화가 없었습니다. 마지막 대화는 {last}에 있었습니다.\n",
        "foot": "\n이것은 말이 모델에 어떻게 들렸는지일 뿐이며 틀릴 수 있습니다. "
        "사람이 느끼는 감정을 뜻하지 않습니다.\n{url}\n",
        "neutral": "차분하게", "happy": "기쁘게", "sad": "슬프게", "angry": "화난 듯", "fear": "두려운 듯",
        "disgust": "불쾌한 듯", "surprise": "놀란 듯", "or": " 또는 ",
    },
}  # fmt: skip


def send_invitation(*, link: CareLink, code: str) -> bool:
    # The one invited has no account perhaps; the owner's language is the best guess.
    language = link.owner.ui_language
    words = _WORDS[language]
    with translation.override(language):
        until = date_format(link.code_expires_at, "DATE_FORMAT") if link.code_expires_at else ""
    owner = _name(link)
    # After the "#": no server and no log of one sees the code.
    url = f"{settings.PUBLIC_URL}/care/accept#{code}"
    text = words["invite"].format(owner=owner, url=url, until=until)
    return _send(words["invite_subject"].format(owner=owner), text, link.invited_email)


def send_alert(*, alert: Alert) -> bool:
    """False: it could not be sent."""
    caregiver = alert.link.caregiver
    if caregiver is None:
        return False
    words = _WORDS[caregiver.ui_language]
    owner = _name(alert.link)
    with translation.override(caregiver.ui_language):
        text = _alert_text(words, owner, alert.rule, alert.basis)
    text += words["foot"].format(url=f"{settings.PUBLIC_URL}/care/people/{alert.link_id}")
    return _send(words["alert_subject"].format(owner=owner), text, caregiver.email)


def _alert_text(words: dict[str, str], owner: str, rule: AlertRule, basis: dict[str, Any]) -> str:
    if rule.kind == AlertKind.QUIET:
        return words["quiet"].format(owner=owner, quiet=basis["quiet_days"], last=_day(basis["last_day"]))
    days = [
        words["day"].format(
            day=_day(day["day"]),
            percent=day["percent"],
            minutes=day["counted_min"],
            unsure=day["unsure_utterances"],
        )
        for day in basis["days"]
    ]
    return words["sounds"].format(
        owner=owner,
        emotions=words["or"].join(words[label] for label in rule.emotions),
        percent=rule.percent,
        count=len(days),
        window=rule.days_window,
        days="\n".join(days),
    )


def _day(text: str) -> str:
    day = parse_date(text)
    return date_format(day, "DATE_FORMAT") if day else text


def _name(link: CareLink) -> str:
    # A subject is one line, whatever somebody calls themselves.
    return " ".join((link.owner_name or link.owner.email).split())


def _send(subject: str, text: str, address: str) -> bool:
    try:
        send_mail(subject, text, None, [address])
    except (SMTPException, OSError) as error:
        logger.warning("a mail could not be sent: %s", error)
        return False
    return True
