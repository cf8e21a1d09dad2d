"""Ways in and out of an account in a real browser: a passkey, a forgotten password, another address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_first_caption import check_accessibility, sign_up
from tests.e2e.test_settings import sign_in
from tests.live_stack import PASSWORD, LiveStack, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.browser]

NEW_PASSWORD = "purple kettle 93"
_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(chromium: Browser, stack: LiveStack) -> Page:
    # Browsers give passkeys to names, and to no number.
    address = stack.url.replace("127.0.0.1", "localhost")
    context = chromium.new_context(base_url=address, locale="en-US", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def test_a_passkey_is_made_and_signs_in(page: Page, artifacts: Path) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
    email = sign_up(page)
    page.goto("/settings")
    security = page.get_by_role("region", name="Signing in safely")
    security.get_by_role("button", name="Add a passkey of this device").click()
    _say_who_it_is(page)
    expect(security.get_by_role("button", name=re.compile("^Remove "))).to_be_visible()
    security.screenshot(path=artifacts / "passkey.png")
    kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": added["authenticatorId"]})
    assert [one["isResidentCredential"] for one in kept["credentials"]] == [True]

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Account", exact=True)).to_contain_text(email)

    # The password alone takes no second factor away; what was removed signs nobody in.
    page.get_by_role("button", name=re.compile("^Remove ")).click()
    page.get_by_role("dialog").get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Remove "))).to_have_count(0)
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text=re.compile(r"\w"))).to_be_visible()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_forgotten_password(page: Page, stack: LiveStack) -> None:
    email = sign_up(page)
    page.goto("/settings")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("The mail is on its way.")).to_be_visible()
    # Without a mail server it is in the log.
    link = wait_until(
        lambda: re.search(r"/password/reset/[\w%:.-]+", stack.log_path.read_text(errors="replace")),
        limit_s=20,
        what="the mail is in the log",
    )
    page.goto(link[0])
    check_accessibility(page)
    page.get_by_label("New password", exact=True).fill("12345678")
    page.get_by_role("button", name="Keep this password").click()
    expect(page.locator(".field-problem")).to_contain_text(re.compile("password", re.IGNORECASE))
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Keep this password").click()
    expect(page.get_by_text("Done. Sign in with the new password.")).to_be_visible()
    page.get_by_role("link", name="To signing in").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Start recording")).to_be_visible()


def test_another_address(page: Page) -> None:
    before = sign_up(page)
    after = f"new-{before}"
    page.goto("/settings")
    account = page.get_by_role("region", name="Account", exact=True)
    account.get_by_role("button", name="Change the e-mail").click()
    account.get_by_label("New e-mail").fill(after)
    account.get_by_role("button", name="Use this address").click()
    _say_who_it_is(page)
    # Without a mail server it holds at once.
    expect(account).to_contain_text(after)
    check_accessibility(page)
    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(page, before)
    expect(page.get_by_text("E-mail and password do not match.")).to_be_visible()
    sign_in(page, after)
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()


def _say_who_it_is(page: Page) -> None:
    dialog = page.get_by_role("dialog", name="Is it you?")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog).to_have_count(0)
