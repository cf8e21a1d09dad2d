"""Live captions in a real browser: press start, somebody speaks, words come; a second screen reads along."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backend.live.frames import FORM_OPUS
from tests.e2e.test_first_caption import check_accessibility, sign_up
from tests.live_stack import PASSWORD, LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

WORDS_MS = 60_000
"""The offline engine is slow on a busy machine."""
SIGN_OUT = """
fetch("/_allauth/browser/v1/auth/session", {
  method: "DELETE",
  headers: { "X-CSRFToken": document.cookie.match(/csrftoken=([^;]+)/)[1] },
}).then(({ status }) => status)
"""


@pytest.fixture
def context(chromium: Browser, stack: LiveStack) -> BrowserContext:
    return chromium.new_context(
        base_url=stack.url,
        locale="en-US",
        viewport={"width": 1280, "height": 800},
        permissions=["microphone"],
    )


def wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_read_while_somebody_speaks(
    context: BrowserContext, chromium: Browser, stack: LiveStack, artifacts: Path
) -> None:
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_up(page)
    page.get_by_role("link", name="Live captions").click()
    page.screenshot(path=artifacts / "live-idle.png")
    check_accessibility(page)
    page.get_by_role("button", name="Live settings").click()
    page.get_by_label("Words that flash").fill("nothing")
    page.screenshot(path=artifacts / "live-settings.png")
    check_accessibility(page)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Someone is speaking")).to_be_visible()
    captions = page.get_by_role("region", name="Captions", exact=True)
    expect(captions).to_contain_text(re.compile("nothing", re.IGNORECASE), timeout=WORDS_MS)
    page.screenshot(path=artifacts / "live.png")
    check_accessibility(page)

    page.get_by_role("button", name="Second screen").click()
    code = page.locator(".live-code strong").inner_text()
    assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", code)
    page.screenshot(path=artifacts / "live-share.png")
    check_accessibility(page)
    other = chromium.new_context(
        base_url=stack.url, locale="ko-KR", color_scheme="dark", viewport={"width": 390, "height": 844}
    ).new_page()
    other.goto(f"/watch#{code}")
    watched = other.get_by_role("region", name="자막")
    expect(watched).to_contain_text(re.compile("nothing", re.IGNORECASE), timeout=WORDS_MS)
    other.screenshot(path=artifacts / "watch-ko-dark.png")
    check_accessibility(other)
    assert wide(other)
    page.get_by_role("button", name="End sharing").click()
    expect(other.get_by_text("더 이상 보여 주지 않는 자막")).to_be_visible()

    page.get_by_label("Type a reply").fill("Nice to meet you!")
    page.get_by_role("button", name="Show large").click()
    page.screenshot(path=artifacts / "live-reply.png")
    check_accessibility(page)
    page.get_by_role("button", name="Close").click()

    page.get_by_role("button", name="End the talk").click()
    page.get_by_role("link", name="Open the recording").click(timeout=WORDS_MS)
    recorded = page.get_by_role("region", name="Captions", exact=True)
    expect(recorded).to_contain_text(re.compile("nothing", re.IGNORECASE))
    expect(page.get_by_role("main")).to_contain_text("Captions are ready")
    assert errors == []


def test_korean_dark_and_narrow(chromium: Browser, stack: LiveStack, artifacts: Path) -> None:
    context = chromium.new_context(
        base_url=stack.url,
        locale="en-US",
        color_scheme="dark",
        viewport={"width": 390, "height": 844},
        permissions=["microphone"],
    )
    page = context.new_page()
    sign_up(page)
    page.get_by_role("button", name="한국어").click()
    page.get_by_role("link", name="실시간 자막").click()
    page.get_by_role("button", name="시작").click()
    expect(page.get_by_text("누군가 말하고 있어요")).to_be_visible(timeout=20_000)
    page.screenshot(path=artifacts / "live-ko-dark.png")
    check_accessibility(page)
    assert wide(page)
    page.get_by_role("button", name="대화 끝내기").click()
    expect(page.get_by_role("button", name="새 대화")).to_be_visible(timeout=WORDS_MS)


def test_a_wrong_code_says_so(chromium: Browser, stack: LiveStack) -> None:
    page = chromium.new_context(base_url=stack.url, locale="en-US").new_page()
    page.goto("/watch")
    check_accessibility(page)
    page.get_by_label("Code").fill("AAAA bbbb cccc dddd")
    page.get_by_role("button", name="Read along").click()
    expect(page.get_by_text("or the code is wrong")).to_be_visible()


def test_signed_out_in_the_middle_with_compressed_sound(chromium: Browser, stack: LiveStack) -> None:
    """What was said until then is captioned after the next sign-in; the sound goes as Opus where that is wished."""
    context = chromium.new_context(base_url=stack.url, locale="en-US", permissions=["microphone"])
    page = context.new_page()
    page.set_default_timeout(20_000)
    forms: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framesent", lambda sent: forms.append(sent[1]) if isinstance(sent, bytes) else None
        ),
    )
    email = sign_up(page)
    page.get_by_role("link", name="Live captions").click()
    page.get_by_role("button", name="Live settings").click()
    page.get_by_label("Save mobile data").check()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Someone is speaking")).to_be_visible(timeout=WORDS_MS)
    page.evaluate(SIGN_OUT)
    expect(page.get_by_text("You were signed out. Sign in again")).to_be_visible(timeout=WORDS_MS)
    assert forms[:20] == [FORM_OPUS] * 20
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="All recordings").click()
    expect(page.get_by_role("main")).to_contain_text("Captions are ready", timeout=WORDS_MS)
