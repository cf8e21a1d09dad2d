"""Settings in a real browser: what is chosen is seen at once, here and on another device; a second factor; leaving."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_first_caption import check_accessibility, sign_up
from tests.live_stack import PASSWORD, LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def opened(chromium: Browser, stack: LiveStack, **options: object) -> Page:
    page = chromium.new_context(
        **{"base_url": stack.url, "locale": "en-US", "viewport": {"width": 1280, "height": 900}, **options}  # type: ignore[arg-type]
    ).new_page()
    page.set_default_timeout(20_000)
    return page


@pytest.fixture
def page(chromium: Browser, stack: LiveStack) -> Iterator[Page]:
    page = opened(chromium, stack)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
    yield page
    assert errors == []
    page.context.close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/settings")
    page.get_by_role("button", name="English").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def style(page: Page, selector: str, name: str) -> str:
    return str(page.locator(selector).first.evaluate(f"(node) => getComputedStyle(node)['{name}']"))


def test_what_is_chosen_is_seen_here_and_on_another_device(
    page: Page, chromium: Browser, stack: LiveStack
) -> None:
    email = sign_up(page)
    other = opened(chromium, stack)
    sign_in(other, email)
    expect(other.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    page.goto("/settings")
    page.get_by_label("Size of captions").press("End")
    expect(page.get_by_text("72 pt", exact=True)).to_be_visible()
    page.get_by_label("OpenDyslexic").click()
    page.get_by_label("Yellow on black").click()
    page.get_by_label("Wide", exact=True).click()
    for seen in (page, other):
        expect(seen.get_by_label("Yellow on black")).to_be_checked()
        expect(seen.get_by_text("72 pt", exact=True)).to_be_visible()
        # A string to wait for would be evaluated in the page, which its policy forbids.
        expect(seen.locator("body")).to_have_css("background-color", "rgb(0, 0, 0)")
        # 72 pt are 96 px.
        expect(seen.locator(".caption-preview .line-text").first).to_have_css("font-size", "96px")
        assert style(seen, "body", "color") == "rgb(255, 238, 0)"
        assert style(seen, "body", "fontFamily").startswith("OpenDyslexic")
    assert other.evaluate("document.fonts.ready.then(() => document.fonts.check('20px OpenDyslexic'))")
    # Colour goes with the last sign, and everything off leaves the words.
    page.get_by_label("Word, as in (angrily)").click()
    page.get_by_label("Icon", exact=True).click()
    expect(page.get_by_label("Colour", exact=True)).not_to_be_checked()
    expect(page.get_by_label("Colour", exact=True)).to_be_disabled()
    expect(page.locator(".caption-preview .emotion-tag")).to_be_hidden()
    # It is there before anybody has signed in again on this device.
    other.context.clear_cookies()
    other.reload()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    assert style(other, "body", "color") == "rgb(255, 238, 0)"
    other.context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_page_of_settings_is_accessible(
    chromium: Browser, stack: LiveStack, artifacts: Path, language: str, scheme: str, width: int
) -> None:
    page = opened(chromium, stack, color_scheme=scheme, viewport={"width": width, "height": 900})
    sign_up(page)
    if language == "ko":
        with page.expect_response("**/api/v1/me"):
            page.get_by_role("button", name="한국어").click()
    page.goto("/settings")
    expect(page.get_by_role("heading", level=1)).to_have_text("설정" if language == "ko" else "Settings")
    page.wait_for_timeout(500)
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=artifacts / f"settings-{language}-{scheme}-{width}.png", full_page=True)
    page.context.close()


@pytest.mark.parametrize("theme", ["Black on white", "White on black", "Yellow on black"])
def test_contrast_themes_are_accessible_at_the_largest_sizes(
    chromium: Browser, stack: LiveStack, artifacts: Path, theme: str
) -> None:
    page = opened(chromium, stack, viewport={"width": 390, "height": 844})
    sign_up(page)
    page.goto("/settings")
    page.get_by_label(theme).click()
    page.get_by_label("Huge").click()
    page.get_by_label("Size of captions").press("End")
    page.wait_for_timeout(1000)
    page.screenshot(path=artifacts / f"settings-{theme.replace(' ', '-')}.png", full_page=True)
    too_wide = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((node) => node.scrollWidth > innerWidth + 1 ||"
        " node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 60))"
    )
    assert too_wide == [], "\n".join(too_wide)
    check_accessibility(page)
    page.context.close()


def test_a_second_factor_and_leaving(page: Page, artifacts: Path) -> None:
    email = sign_up(page)
    page.goto("/settings")
    security = page.get_by_role("region", name="Signing in safely")
    security.get_by_role("button", name="Set up codes").click()
    secret = security.locator(".totp-key").inner_text()
    check_accessibility(page)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    security.get_by_label("Code").fill(code)
    security.screenshot(path=artifacts / "totp-setup.png")
    security.get_by_role("button", name="Switch on").click()
    dialog = page.get_by_role("dialog", name="Is it you?")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    expect(security).to_contain_text("signing in asks for a code")
    security.get_by_role("button", name="Show recovery codes").click()
    recovery = security.locator(".recovery-codes code").first.inner_text()

    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(page, email)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    check_accessibility(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This code is not right.")).to_be_visible()
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download everything").click()
    assert download.value.path().read_bytes()[:2] == b"PK"

    page.get_by_role("button", name="Delete the account").click()
    leaving = page.get_by_role("dialog", name="Delete the account for good?")
    leaving.get_by_label("Password").fill("not my password")
    leaving.get_by_role("button", name="Delete everything").click()
    expect(leaving.get_by_text("The password is not right.")).to_be_visible()
    check_accessibility(page)
    leaving.get_by_label("Password").fill(PASSWORD)
    leaving.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page, email)
    expect(page.get_by_text("E-mail and password do not match.")).to_be_visible()
