"""The mobile client's web target at phone size: record, lose the connection, record again, come back, crash."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.phone_server import phone_server
from tests.live_stack import PASSWORD, LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

EXPORT_DIR = Path(__file__).resolve().parents[2] / "clients" / "mobile" / "dist"
PHONE = {"width": 390, "height": 844}
WORDS = re.compile("nothing", re.IGNORECASE)
CODE = re.compile(r"^[a-z0-9]{4}(-[a-z0-9]{4}){3}$")
_SPEAKING_MS = 5_000
_CAPTIONED_MS = 90_000


@pytest.fixture(scope="module")
def address(stack: LiveStack) -> Iterator[str]:
    if not (EXPORT_DIR / "index.html").exists():
        message = "The mobile client is not exported. Run: make clients/mobile/dist/index.html"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with phone_server(EXPORT_DIR, stack.url) as served:
        yield served


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=address,
        locale="en-US",
        viewport=PHONE,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        permissions=["microphone"],
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def sign_up(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="New here? Create an account").click()
    page.get_by_label("E-mail").fill(f"{uuid.uuid4().hex[:12]}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account", exact=True).click()
    expect(page.get_by_role("button", name="Start recording")).to_be_visible(timeout=30_000)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).or_(page.get_by_role("link", name=name)).first.click()


def record(page: Page) -> None:
    page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible()
    page.wait_for_timeout(_SPEAKING_MS)
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_role("button", name="Start recording")).to_be_enabled()


def check_accessibility(page: Page) -> None:
    found = Axe().run(page)
    serious = [
        f"{v['id']}: {v['help']} {v['nodes'][0]['html'][:160]}"
        for v in found.response["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []


class Server:
    """What the server has of the person who is signed in on the phone."""

    def __init__(self, page: Page, stack: LiveStack) -> None:
        token = page.evaluate("sessionStorage.getItem('session-token')")
        self._http = httpx.Client(base_url=stack.url, headers={"X-Session-Token": token}, timeout=30)

    def recordings(self) -> list[dict[str, object]]:
        return list(self._http.get("/api/v1/recordings").json()["results"])

    def change(self, method: str, path: str, body: dict[str, object] | None = None) -> None:
        """As if on another device."""
        answer = self._http.request(method.upper(), path, json=body or {})
        assert answer.status_code == 200, answer.text

    def loudest(self, recording_id: object) -> float:
        """Largest root mean square of one second, in [0, 1]."""
        audio = self._http.get(f"/api/v1/recordings/{recording_id}/audio").content
        samples = np.frombuffer(audio[44:], "<i2") / 32768.0
        seconds = samples[: len(samples) // 16_000 * 16_000].reshape(-1, 16_000)
        return float(np.sqrt((seconds**2).mean(axis=1)).max())


def test_two_recordings_one_of_them_without_a_connection_are_both_captioned(
    page: Page, stack: LiveStack, artifacts: Path
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_up(page)
    check_accessibility(page)

    # The captions come while it is still being recorded.
    page.get_by_role("button", name="Start recording").click()
    captions = page.get_by_role("region", name="Captions")
    expect(captions).to_contain_text(WORDS, timeout=_CAPTIONED_MS)
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible()
    page.screenshot(path=artifacts / "mobile-recording.png")
    check_accessibility(page)
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_role("button", name="Start recording")).to_be_enabled()

    # In the lift: it is recorded all the same, and it says where it is.
    page.context.set_offline(True)
    expect(page.get_by_text("No connection. Recording works")).to_be_visible()
    record(page)
    open_tab(page, "On the way")
    expect(page.get_by_text("part on this phone").first).to_be_visible()
    page.screenshot(path=artifacts / "mobile-offline.png")
    check_accessibility(page)

    # Out of the lift: nobody has to do anything.
    page.context.set_offline(False)
    expect(page.get_by_text("on this phone")).to_have_count(0, timeout=_CAPTIONED_MS)
    expect(page.get_by_text("safe on the server")).to_have_count(0, timeout=_CAPTIONED_MS)
    expect(page.get_by_text("captioned").first).to_be_visible()
    page.screenshot(path=artifacts / "mobile-captioned.png")

    server = Server(page, stack)
    recordings = server.recordings()
    by_conversation: dict[object, list[dict[str, object]]] = {}
    for recording in recordings:
        by_conversation.setdefault(recording["conversation_id"], []).append(recording)
    assert len(by_conversation) == 2
    assert len({recording["id"] for recording in recordings}) == len(recordings)
    for parts in by_conversation.values():
        # What was spoken arrived as sound, not as something of the same length.
        assert max(server.loudest(part["id"]) for part in parts) > 0.02

    open_tab(page, "History")
    page.get_by_role("button", name="How it sounded over time").click()
    expect(page.get_by_text("Spoken: 0:0").first).to_be_visible()
    check_accessibility(page)
    page.screenshot(path=artifacts / "mobile-timeline.png")
    page.go_back()
    conversations = page.get_by_role("link", name="Conversation of")
    expect(conversations).to_have_count(2)
    page.screenshot(path=artifacts / "mobile-history.png")
    conversations.first.click()
    expect(page.get_by_role("region", name="Captions").last).to_contain_text(WORDS, timeout=30_000)
    correct_how_it_sounds(page, artifacts)
    assert errors == []


def correct_how_it_sounds(page: Page, artifacts: Path) -> None:
    captions = page.get_by_role("region", name="Captions").last
    captions.get_by_role("button").first.click()
    sheet = page.get_by_role("dialog", name="How did it sound to you?")
    expect(sheet).to_be_visible()
    page.screenshot(path=artifacts / "mobile-correct.png")
    sheet.get_by_role("radio", name="sounds surprised").click()
    expect(sheet).to_have_count(0)
    expect(captions).to_contain_text("(with surprise)")
    page.screenshot(path=artifacts / "mobile-conversation.png")


def test_what_was_recorded_before_the_app_died_is_found_and_captioned(
    page: Page, stack: LiveStack, artifacts: Path
) -> None:
    sign_up(page)
    page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible()
    page.wait_for_timeout(_SPEAKING_MS)
    # Nobody pressed stop: the page is simply gone.
    page.reload()
    expect(page.get_by_role("button", name="Start recording")).to_be_visible(timeout=60_000)
    open_tab(page, "On the way")
    expect(page.get_by_text("found after the app had ended unexpectedly")).to_be_visible()
    expect(page.get_by_text("1 part captioned").first).to_be_visible(timeout=_CAPTIONED_MS)
    page.screenshot(path=artifacts / "mobile-recovered.png")
    server = Server(page, stack)
    (recording,) = server.recordings()
    assert float(str(recording["duration_s"])) > 3.0
    assert server.loudest(recording["id"]) > 0.02


def listen(page: Page) -> None:
    page.get_by_role("button", name="Live captions").click()
    page.get_by_role("button", name="Start listening").click()
    expect(page.get_by_role("button", name="Stop listening")).to_be_visible()


def test_a_talk_is_read_while_it_is_spoken_and_shared(
    page: Page, chromium: Browser, stack: LiveStack, artifacts: Path
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_up(page)
    listen(page)
    captions = page.get_by_role("region", name="Live captions")
    expect(captions).to_contain_text(WORDS, timeout=_CAPTIONED_MS)
    expect(page.get_by_text("s behind").or_(page.get_by_text("s late"))).to_be_visible()
    check_accessibility(page)
    page.screenshot(path=artifacts / "mobile-live.png")

    page.get_by_role("button", name="Second screen").click()
    sheet = page.get_by_role("dialog", name="Read along on another device")
    expect(sheet.get_by_role("img", name="QR code of the live captions")).to_be_visible()
    code = sheet.get_by_text(CODE).first.inner_text()
    page.screenshot(path=artifacts / "mobile-live-share.png")
    other = chromium.new_page()
    other.goto(f"{stack.url}/watch#{code.rsplit('#', 1)[-1]}")
    expect(other.get_by_text(WORDS).first).to_be_visible(timeout=30_000)
    other.close()
    sheet.get_by_role("button", name="Close").click()

    page.get_by_role("button", name="Stop listening").click()
    expect(page.get_by_text("The talk is over")).to_be_visible(timeout=_CAPTIONED_MS)
    page.get_by_role("button", name="Back").click()
    open_tab(page, "On the way")
    expect(page.get_by_text("captioned").first).to_be_visible(timeout=_CAPTIONED_MS)
    server = Server(page, stack)
    (recording,) = server.recordings()
    assert server.loudest(recording["id"]) > 0.02
    share_the_captions(page, chromium, stack, artifacts)
    assert errors == []


def share_the_captions(page: Page, chromium: Browser, stack: LiveStack, artifacts: Path) -> None:
    open_tab(page, "History")
    page.get_by_role("link", name="Conversation of").click()
    page.get_by_role("button", name="Share the captions").click()
    page.get_by_role("button", name="Make a link").click()
    code = page.get_by_text(CODE).first.inner_text()
    expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
    check_accessibility(page)
    page.screenshot(path=artifacts / "mobile-share.png", full_page=True)
    reader = chromium.new_page()
    reader.goto(f"{stack.url}/shared#{code.rsplit('#', 1)[-1]}")
    expect(reader.get_by_role("listitem").filter(has_text=WORDS).first).to_be_visible()
    check_accessibility(reader)
    reader.screenshot(path=artifacts / "shared-captions.png")
    page.get_by_role("button", name=re.compile("^End the link")).click()
    expect(page.get_by_text("No link is open.")).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("These captions are not shown any more")).to_be_visible()
    reader.close()


def test_a_talk_without_a_connection_is_captioned_later(
    page: Page, stack: LiveStack, artifacts: Path
) -> None:
    sign_up(page)
    page.context.set_offline(True)
    expect(page.get_by_text("No connection. Recording works")).to_be_visible()
    listen(page)
    expect(page.get_by_text("No connection. The talk is kept on this phone")).to_be_visible()
    page.screenshot(path=artifacts / "mobile-live-offline.png")
    page.wait_for_timeout(_SPEAKING_MS)
    page.get_by_role("button", name="Stop listening").click()
    expect(page.get_by_text("This talk is captioned as a recording")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    page.context.set_offline(False)
    open_tab(page, "On the way")
    expect(page.get_by_text("captioned").first).to_be_visible(timeout=_CAPTIONED_MS)
    expect(page.get_by_text("on this phone")).to_have_count(0)
    server = Server(page, stack)
    (recording,) = server.recordings()
    assert server.loudest(recording["id"]) > 0.02


def test_a_talk_goes_on_after_the_connection_was_lost_and_the_app_had_died(
    page: Page, stack: LiveStack
) -> None:
    sign_up(page)
    listen(page)
    expect(page.get_by_role("button", name="Second screen")).to_be_visible(timeout=_CAPTIONED_MS)
    page.context.set_offline(True)
    page.wait_for_timeout(_SPEAKING_MS)
    recorded = page.get_by_label("Recorded so far").last.inner_text()
    # Nobody pressed stop, and nothing of the last seconds is on the server: the page is simply gone.
    page.context.set_offline(False)
    page.goto("/")
    open_tab(page, "On the way")
    expect(page.get_by_text("1 part captioned").first).to_be_visible(timeout=_CAPTIONED_MS)
    server = Server(page, stack)
    (recording,) = server.recordings()
    # All of the talk is in its one recording, also what was said without a connection.
    minutes, seconds = recorded.split(":")
    assert float(str(recording["duration_s"])) >= 60 * int(minutes) + int(seconds)
    assert server.loudest(recording["id"]) > 0.02


def test_the_history_follows_what_is_done_elsewhere(page: Page, stack: LiveStack) -> None:
    sign_up(page)
    record(page)
    open_tab(page, "History")
    row = page.get_by_role("link", name="Conversation of")
    expect(row).to_have_count(1, timeout=_CAPTIONED_MS)
    server = Server(page, stack)
    conversation = str(server.recordings()[0]["conversation_id"])
    server.change("patch", f"/api/v1/conversations/{conversation}", {"title": "At the doctor's"})
    named = page.get_by_role("link", name="At the doctor's")
    expect(named).to_be_visible()
    named.click()
    server.change("post", f"/api/v1/conversations/{conversation}/trash")
    expect(page.get_by_text("This conversation is in the trash")).to_be_visible()
    page.go_back()
    expect(named).to_have_count(0)
    server.change("post", f"/api/v1/conversations/{conversation}/restore")
    expect(named).to_be_visible()


def test_a_caregiver_is_invited_by_a_qr_code(page: Page, artifacts: Path) -> None:
    sign_up(page)
    open_tab(page, "Settings")
    page.get_by_role("button", name="Invite a caregiver").click()
    page.get_by_label("Their name").fill("Minsu")
    page.get_by_role("radio", name="and the words").click()
    check_accessibility(page)
    page.get_by_role("button", name="Make an invitation").click()
    expect(page.get_by_role("img", name="QR code of the invitation")).to_be_visible()
    page.screenshot(path=artifacts / "mobile-invite.png")


def test_korean_dark_large_and_landscape(chromium: Browser, address: str, artifacts: Path) -> None:
    context = chromium.new_context(
        base_url=address, locale="ko-KR", color_scheme="dark", viewport=PHONE, device_scale_factor=2
    )
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("heading", name="로그인")).to_be_visible()
    check_accessibility(page)
    page.screenshot(path=artifacts / "mobile-sign-in-ko-dark.png")
    page.get_by_role("button", name="처음이신가요? 계정 만들기").click()
    page.get_by_label("이메일").fill(f"{uuid.uuid4().hex[:12]}@example.org")
    page.get_by_label("비밀번호").fill(PASSWORD)
    page.get_by_role("button", name="계정 만들기", exact=True).click()
    expect(page.get_by_role("button", name="녹음 시작")).to_be_visible()
    open_tab(page, "설정")
    page.get_by_role("radio", name="아주 크게").click()
    check_accessibility(page)
    page.screenshot(path=artifacts / "mobile-settings-ko-dark.png")
    open_tab(page, "녹음")
    page.screenshot(path=artifacts / "mobile-home-ko-dark-huge.png")
    page.set_viewport_size({"width": 844, "height": 390})
    expect(page.get_by_role("button", name="녹음 시작")).to_be_in_viewport()
    page.screenshot(path=artifacts / "mobile-landscape.png")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()
