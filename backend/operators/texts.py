"""What the operator's page says, in Korean and English."""

from __future__ import annotations

from typing import Literal

Tongue = Literal["ko", "en"]

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("운영 상태", "State of the service"),
    "about": (
        "이 화면은 상태만 보여 줍니다. 말한 내용, 소리, 감정, 이름, 주소는 없습니다.",
        "This page shows state only: no words, no sound, no emotion, no names, no addresses.",
    ),
    "second_factor_title": ("2단계 인증이 필요해요", "A second factor is needed"),
    "second_factor": (
        "운영 상태는 2단계 인증으로 로그인한 사람만 볼 수 있어요. 설정에서 인증 앱이나 패스키를 켜고, "
        "로그아웃한 다음 다시 로그인하세요.",
        "The state of the service is shown to who has signed in with a second factor. Set up an app that makes "
        "codes, or a passkey, in the settings; then sign out and in again.",
    ),
    "none": ("없음", "None"),
    "unknown": ("알 수 없음", "Unknown"),
    "number": ("수", "Number"),
    "queues": ("대기열", "Queues"),
    "queue": ("대기열", "Queue"),
    "analyses": ("상태별 분석", "Analyses by state"),
    "state": ("상태", "State"),
    "failures": ("지난 24시간의 실패", "Failures of the last 24 hours"),
    "code": ("코드", "Code"),
    "workers": ("분석 작업자", "Inference workers"),
    "worker": ("이름", "Name"),
    "alive": ("작동 중", "Alive"),
    "silent": ("소식 없음", "Silent"),
    "asr": ("음성 인식", "Speech recognition"),
    "device": ("계산 장치", "Computes on"),
    "emotion_engine": ("감정 모델", "Emotion model"),
    "seen": ("마지막 소식 (지난 시간)", "Last heard of, ago"),
    "notices": ("알림 받는 곳", "Where notices go"),
    "kind": ("종류", "Kind"),
    "device_expo": ("휴대폰", "Phones"),
    "device_web": ("브라우저", "Browsers"),
    "webhooks": ("웹훅", "Webhooks"),
    "webhooks_off": ("꺼진 웹훅", "Webhooks that are off"),
    "waiting_notices": ("기다리는 알림", "Notices that wait"),
    "lost_notices": ("24시간 동안 전하지 못한 알림", "Notices given up in 24 hours"),
    "storage": ("저장 공간", "Storage"),
    "what": ("항목", "What"),
    "recordings": ("녹음", "Recordings"),
    "recording_mb": ("녹음 (MB)", "Recordings (MB)"),
    "unfinished": ("끝나지 않은 업로드", "Unfinished uploads"),
    "unfinished_mb": ("끝나지 않은 업로드 (MB)", "Unfinished uploads (MB)"),
    "to_delete": ("지우기를 기다리는 파일", "Files that wait to be deleted"),
    "live": ("진행 중인 실시간 자막", "Live streams"),
    "people": ("계정", "Accounts"),
    "accounts": ("계정", "Accounts"),
    "with_second_factor": ("2단계 인증을 쓰는 계정", "With a second factor"),
    "operators": ("운영자", "Operators"),
    "quota": ("한 사람의 한도 (MB, 0은 없음)", "Quota of a person (MB; 0: none)"),
    "near_quota": ("한도의 80%를 넘은 사람", "People over 80% of it"),
    "oldest": ("가장 오래 기다린 분석", "Oldest open analysis, for"),
    "state_live": ("실시간 자막 중", "Live"),
    "state_queued": ("대기 중", "Queued"),
    "state_running": ("분석 중", "Running"),
    "state_done": ("완료", "Done"),
    "state_failed": ("실패", "Failed"),
    "state_cancelled": ("취소됨", "Cancelled"),
    "alarms": ("지금 살펴볼 일", "What needs you now"),
    "no_alarms": ("없어요. 모두 정상이에요.", "Nothing. All is well."),
    "alarm_queues": (
        "대기열을 물어볼 수 없어요. Redis를 확인하세요. (PushesDropped)",
        "The queues cannot be asked: look at Redis. (PushesDropped)",
    ),
    "alarm_worker": (
        "작동 중인 분석 작업자가 없어요. 녹음은 받아서 보관하고 있어요. (NoWorker)",
        "No inference worker is alive. Recordings are taken, and wait. (NoWorker)",
    ),
    "alarm_wait": (
        "10분 넘게 기다리는 녹음이 있어요. (RecordingsWait)",
        "A recording has been waiting for more than ten minutes. (RecordingsWait)",
    ),
    "alarm_lost": (
        "지난 24시간에 작업자가 죽어서 실패한 녹음이 있어요. (UnitsFail)",
        "Recordings failed in the last 24 hours because their worker died. (UnitsFail)",
    ),
    "alarm_notices": (
        "지난 24시간에 전하지 못한 알림이 있어요. 알림 받는 곳을 확인하세요.",
        "Notices were given up in the last 24 hours: their webhooks or push services do not answer.",
    ),
    "alarm_help": (
        "괄호 안은 docs/operations.md에서 찾을 이름이에요.",
        "The names in brackets are headings of docs/operations.md, which say what to do.",
    ),
}


def text(key: str, tongue: Tongue) -> str:
    korean, english = TEXTS[key]
    return korean if tongue == "ko" else english


def ago(seconds: float, tongue: Tongue) -> str:
    """The two largest units of a time, such as 1 h 30 min."""
    parts: list[str] = []
    rest = round(seconds)
    for size_s, korean, english in (
        (86_400, "일", " d"),
        (3600, "시간", " h"),
        (60, "분", " min"),
        (1, "초", " s"),
    ):
        count, rest = divmod(rest, size_s)
        if count or parts:
            parts.append(f"{count}{korean if tongue == 'ko' else english}" if count else "")
        if len(parts) == 2:
            break
    return " ".join(filter(None, parts)) or ("0초" if tongue == "ko" else "0 s")
