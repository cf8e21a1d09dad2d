"""The whole story in a real browser: sign up, press the button, speak, read words and emotion; still there later."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import speech
from tests.live_stack import PASSWORD, LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

_SPEAKING_MS = 5_000


@pytest.fixture
def page(chromium: Browser, stack: LiveStack) -> Page:
    context = chromium.new_context(
        base_url=stack.url,
        locale="en-US",
        viewport={"width": 1280, "height": 900},
        permissions=["microphone"],
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def sign_up(page: Page) -> str:
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    page.goto("/")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Create account").first.click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Create account").click()
    expect(page.get_by_role("button", name="Start recording")).to_be_visible()
    return email


def check_accessibility(page: Page) -> None:
    found = Axe().run(page)
    serious = [f"{v['id']}: {v['help']}" for v in found.response["violations"]]
    assert serious == []


def test_press_speak_read_and_come_back_tomorrow(page: Page, artifacts: Path) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    email = sign_up(page)
    check_accessibility(page)

    page.get_by_role("button", name="Start recording").press("Enter")
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible()
    page.wait_for_timeout(_SPEAKING_MS)
    page.screenshot(path=artifacts / "recording.png")
    page.get_by_role("button", name="Stop recording").press("Enter")

    # Without reloading: it is sent, analysed, and the captions come.
    captions = page.get_by_role("region", name="Captions")
    expect(captions).to_contain_text(re.compile("nothing", re.IGNORECASE), timeout=60_000)
    expect(page.get_by_role("main")).to_contain_text("Captions are ready")
    page.screenshot(path=artifacts / "captions.png", full_page=True)
    captions.get_by_role("button", name="sounds").first.click()
    expect(captions).to_contain_text("How strongly")
    check_accessibility(page)
    page.screenshot(path=artifacts / "details.png", full_page=True)
    address = page.url

    page.get_by_role("link", name="All recordings").click()
    card = page.get_by_role("listitem").filter(has_text="Microphone").first
    expect(card).to_contain_text("Captions are ready")
    page.screenshot(path=artifacts / "home.png", full_page=True)

    # Tomorrow: another visit, signed in again.
    page.context.clear_cookies()
    page.goto(address)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("region", name="Captions")).to_contain_text(re.compile("nothing", re.IGNORECASE))
    assert errors == []


def test_a_dropped_file_shows_progress_and_captions(page: Page, tmp_path: Path, artifacts: Path) -> None:
    sign_up(page)
    samples = speech.say("he said that it was good", pause_s=0.6)
    path = speech.write_audio(tmp_path / "talk.ogg", samples)
    page.locator("input[type=file]").set_input_files(path)
    card = page.get_by_role("listitem").filter(has_text="talk").first
    expect(card).to_contain_text("Captions are ready", timeout=60_000)
    card.get_by_role("link").first.click()
    expect(page.get_by_role("region", name="Captions")).to_contain_text(re.compile("said", re.IGNORECASE))


def test_a_file_that_is_no_recording_says_what_to_do(page: Page, tmp_path: Path) -> None:
    sign_up(page)
    (tmp_path / "talk.wav").write_bytes(b"%PDF-1.7\n" * 200)
    page.locator("input[type=file]").set_input_files(tmp_path / "talk.wav")
    card = page.get_by_role("listitem").filter(has_text="talk").first
    expect(card).to_contain_text("Did not work", timeout=60_000)
    # It is the file itself: another try would bring the same.
    expect(card.get_by_role("button", name="Try again")).to_have_count(0)


def test_korean_dark_and_narrow(chromium: Browser, stack: LiveStack, artifacts: Path) -> None:
    context = chromium.new_context(
        base_url=stack.url,
        locale="ko-KR",
        color_scheme="dark",
        viewport={"width": 390, "height": 844},
    )
    page = context.new_page()
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "ko"
    expect(page.get_by_role("heading").first).to_be_visible()
    check_accessibility(page)
    page.screenshot(path=artifacts / "sign-in-ko-dark.png")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="계정 만들기").first.click()
    page.get_by_label("이메일").fill(f"{uuid.uuid4().hex[:12]}@example.org")
    page.get_by_label("새 비밀번호", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="계정 만들기").click()
    expect(page.get_by_role("button", name="녹음 시작")).to_be_visible()
    page.screenshot(path=artifacts / "home-ko-dark.png", full_page=True)
