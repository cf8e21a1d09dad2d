"""The owner looks back in a real browser: corrects, undoes, searches, exports, moves to the trash and back."""

from __future__ import annotations

import re
from pathlib import Path

import pysrt
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import speech
from tests.e2e.test_care import visit
from tests.e2e.test_first_caption import check_accessibility, sign_up
from tests.live_stack import LiveStack, Person

pytestmark = [pytest.mark.stack, pytest.mark.browser]

_WORDS = re.compile("said", re.IGNORECASE)
_VIEWS = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}


@pytest.fixture
def page(chromium: Browser, stack: LiveStack) -> Page:
    context = chromium.new_context(base_url=stack.url, locale="en-US", viewport=_VIEWS["desktop"])
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


def test_correct_undo_search_export_and_trash(page: Page, tmp_path: Path, artifacts: Path) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_up(page)
    _upload(page, tmp_path)
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    page.locator(".history-list").get_by_role("link").first.click()
    captions = page.get_by_role("region", name="Captions")
    expect(captions).to_contain_text(_WORDS)
    check_accessibility(page)

    line = captions.get_by_role("listitem").first
    before = line.locator(".line-text").inner_text()
    _correct_words(page, line, "You said it first.")
    expect(line).to_contain_text("You said it first.")
    page.get_by_role("button", name="Undo").click()
    expect(line.locator(".line-text")).to_have_text(before)
    page.get_by_role("button", name="Do it again").click()
    expect(line).to_contain_text("You said it first.")
    _correct_emotion(page, line, "sounds angry")
    expect(line).to_contain_text("(angrily)")
    check_accessibility(page)
    page.reload()
    expect(captions).to_contain_text("(angrily) You said it first.")

    page.get_by_text("Save as a file", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Subtitles (SRT)").click()
    found = pysrt.open(str(download.value.path()))
    assert found[0].text == "(angrily) You said it first."

    page.get_by_role("link", name="History").last.click()
    page.get_by_role("searchbox").fill("aid it fir")
    expect(page.locator("mark").first).to_have_text("aid")
    check_accessibility(page)
    _pictures(page, artifacts, "search")
    page.locator(".card-link").first.click()
    expect(captions.get_by_role("listitem").first.locator(".line-time")).to_be_focused()
    _pictures(page, artifacts, "conversation")

    page.get_by_role("button", name="Move to the trash").click()
    expect(page.get_by_role("status").filter(has_text="is in the trash")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(captions).to_contain_text("You said it first.")
    assert errors == []


def test_by_keyboard(page: Page, tmp_path: Path, artifacts: Path) -> None:
    sign_up(page)
    _upload(page, tmp_path)
    page.get_by_role("link", name="History").click()
    _pictures(page, artifacts, "history")
    check_accessibility(page)
    page.locator(".history-list").get_by_role("link").first.press("Enter")
    captions = page.get_by_role("region", name="Captions")
    expect(captions).to_contain_text(_WORDS)
    captions.get_by_role("button", name="Keys").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Correct the line")
    page.keyboard.press("Escape")
    first = captions.get_by_role("listitem").first
    first.locator(".line-time").focus()
    page.keyboard.press("e")
    expect(first.get_by_label("Words")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("typed by hand")
    page.keyboard.press("Control+Enter")
    expect(first).to_contain_text("typed by hand")
    expect(first.locator(".line-time")).to_be_focused()
    page.keyboard.press("u")
    expect(first).not_to_contain_text("typed by hand")
    page.keyboard.press("e")
    _pictures(page, artifacts, "editor")


def _upload(page: Page, folder: Path) -> None:
    samples = speech.say("he said that it was good. there is nothing new in it", pause_s=0.6)
    path = speech.write_audio(folder / "talk.ogg", samples)
    page.locator("input[type=file]").set_input_files(path)
    card = page.get_by_role("listitem").filter(has_text="talk").first
    expect(card).to_contain_text("Captions are ready", timeout=120_000)


def _correct_words(page: Page, line: Locator, words: str) -> None:
    line.get_by_role("button", name="Correct the line").click()
    page.get_by_label("Words").fill(words)
    page.get_by_role("button", name="Save", exact=True).click()
    # The words arrive by push, too: before the answer that closes the editor.
    expect(page.get_by_label("Words")).to_have_count(0)


def _correct_emotion(page: Page, line: Locator, sounds: str) -> None:
    line.get_by_role("button", name="Correct the line").click()
    page.get_by_label("How it sounds to you").select_option(label=sounds)
    page.get_by_role("button", name="Save", exact=True).click()


def _pictures(page: Page, artifacts: Path, name: str) -> None:
    """Of the page as it is, in both themes, at both widths and in both languages."""
    for language in ("en", "ko"):
        page.get_by_role("button", name={"en": "English", "ko": "한국어"}[language]).click()
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            for view, size in _VIEWS.items():
                page.set_viewport_size(size)
                picture = artifacts / f"history-{name}-{language}-{theme}-{view}.png"
                page.screenshot(path=picture, full_page=True)
    page.get_by_role("button", name="English").click()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(_VIEWS["desktop"])


def test_lines_out_of_sight_are_no_wider_than_a_window_that_became_narrow(
    chromium: Browser, stack: LiveStack, tmp_path: Path
) -> None:
    owner = Person(stack.url)
    samples = speech.say("he said that there was nothing new", pause_s=0.6)
    recording = owner.upload(speech.write_audio(tmp_path / "talk.wav", samples))
    owner.finished(recording["id"])
    words = [f"word{number:02}" for number in range(24)]
    line = owner.utterances(recording["id"])[0]
    change = {"revision": line["revision"], "text": " ".join(words)}
    line = owner.http.patch(f"/api/v1/utterances/{line['id']}", json=change).json()["utterances"][0]
    for _ in words[1:]:
        cut = {"revision": line["revision"], "at_character": len("word00 ")}
        answer = owner.http.post(f"/api/v1/utterances/{line['id']}/split", json=cut)
        line = answer.raise_for_status().json()["utterances"][1]
    page = visit(chromium, stack, owner)
    page.goto(f"/conversations/{recording['conversation_id']}")
    expect(page.locator(".line-text").filter(has_text=re.compile("^.*word"))).to_have_count(len(words))
    page.mouse.wheel(0, 10_000)
    expect(page.get_by_text(words[-1])).to_be_in_viewport()
    page.mouse.wheel(0, -10_000)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    page.set_viewport_size(_VIEWS["phone"])  # type: ignore[arg-type]
    page.wait_for_function("window.innerWidth === 390")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
