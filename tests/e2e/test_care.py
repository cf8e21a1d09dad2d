"""A caregiver is invited, sees only how it sounded, is granted the words, and is cut off while watching."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import speech
from tests.e2e.test_first_caption import check_accessibility
from tests.live_stack import PASSWORD, LiveStack, Person

pytestmark = [pytest.mark.stack, pytest.mark.browser]

WORDS = re.compile(r"\bsaid\b", re.IGNORECASE)


def visit(chromium: Browser, stack: LiveStack, person: Person) -> Page:
    context = chromium.new_context(
        base_url=stack.url, locale="en-US", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto("/")
    page.get_by_role("button", name="English").click()
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="Care")).to_be_visible()
    return page


@pytest.fixture
def owner(stack: LiveStack, tmp_path: Path) -> Person:
    person = Person(stack.url)
    samples = speech.say("he said that there was nothing new and it was good", pause_s=0.6)
    recording = person.upload(speech.write_audio(tmp_path / "talk.wav", samples))
    assert person.finished(recording["id"])["analysis"]["utterance_count"] > 0
    return person


def test_invited_granted_and_cut_off(
    chromium: Browser, stack: LiveStack, owner: Person, artifacts: Path
) -> None:
    caregiver = Person(stack.url)
    mine, theirs = visit(chromium, stack, owner), visit(chromium, stack, caregiver)

    # Invited with a code: only how it sounded.
    mine.get_by_role("link", name="Care").click()
    mine.get_by_role("button", name="Invite somebody").click()
    mine.get_by_label("What you call them").fill("Minji")
    mine.get_by_label("Your name, as they will see it").fill("Grandma")
    check_accessibility(mine)
    mine.get_by_role("button", name="Create invitation").click()
    code = mine.locator(".invitation-code").inner_text()
    expect(mine.get_by_role("img", name="QR code of the invitation")).to_be_visible()
    mine.screenshot(path=artifacts / "care-code.png")
    mine.get_by_role("button", name="Done").click()

    theirs.get_by_role("link", name="Care").click()
    theirs.get_by_role("link", name="Enter a code").click()
    theirs.get_by_label("Code").fill(code)
    theirs.get_by_role("button", name="Next").click()
    expect(theirs.get_by_role("main")).to_contain_text("Grandma")
    check_accessibility(theirs)
    theirs.get_by_role("button", name="Accept").click()

    # Sees the timeline, and no words.
    expect(theirs.get_by_role("heading", name="Grandma")).to_be_visible()
    expect(theirs.get_by_role("img", name=re.compile("Share of each emotion"))).to_be_visible()
    check_accessibility(theirs)
    theirs.screenshot(path=artifacts / "care-person.png", full_page=True)
    theirs.get_by_role("link", name=re.compile("Conversation of")).click()
    expect(theirs.get_by_text("The words are not shared.")).to_be_visible()
    expect(theirs.get_by_role("main")).not_to_contain_text(WORDS)
    expect(theirs.get_by_text("The sound is not shared.")).to_be_visible()
    check_accessibility(theirs)

    # Is granted the words while the page is open.
    mine.get_by_role("button", name="Change what Minji may see").click()
    mine.get_by_label("The words").check()
    mine.get_by_role("button", name="Save").click()
    expect(theirs.get_by_role("main")).to_contain_text(WORDS)
    theirs.screenshot(path=artifacts / "care-words.png", full_page=True)

    # The owner sees who looked, pauses, goes on, and ends it: the open page shows nothing more.
    mine.reload()
    expect(mine.get_by_role("region", name="Who looked at what")).to_contain_text(caregiver.email)
    check_accessibility(mine)
    mine.screenshot(path=artifacts / "care-owner.png", full_page=True)
    mine.get_by_role("button", name="Pause sharing with Minji").click()
    expect(theirs.get_by_text("Sharing is paused")).to_be_visible()
    expect(theirs.get_by_role("main")).not_to_contain_text(WORDS)
    mine.get_by_role("button", name="Go on sharing with Minji").click()
    expect(theirs.get_by_role("main")).to_contain_text(WORDS)
    mine.get_by_role("button", name="End sharing with Minji").click()
    mine.get_by_role("button", name="End", exact=True).last.click()
    expect(theirs.get_by_text("Sharing has ended")).to_be_visible()
    expect(theirs.get_by_role("main")).not_to_contain_text(WORDS)
    check_accessibility(theirs)
    theirs.reload()
    expect(theirs.get_by_text("Sharing has ended")).to_be_visible()
