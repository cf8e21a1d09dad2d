"""Every page of the web client, for whoever may open it: both languages, light and dark, on a phone and on a desktop.

axe finds nothing, nothing is wider than the screen, no key of a translation is shown; and a picture of each is kept in
`tests/artifacts/pages`. Themes of high contrast are looked at once for each page. A route of the client without a row
in `PAGES` fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import speech
from tests.e2e.conftest import ARTIFACTS_DIR
from tests.e2e.test_care import visit
from tests.live_stack import REPOSITORY_DIR, LiveStack, Person

pytestmark = [pytest.mark.stack, pytest.mark.browser]

_APP = REPOSITORY_DIR / "clients" / "web" / "src" / "app"
_LANGUAGES = {"en": "English", "ko": "한국어"}
_THEMES = ("light", "dark")
_HIGH_CONTRAST = ("black-on-white", "white-on-black", "yellow-on-black")
_WIDTHS = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
_KEY_OF_A_TRANSLATION = re.compile(
    r"\b(?:account|app|captions|capture|care|editing|emotion|errors|history|live|notices|recordings|settings"
    r"|timeline|vocabulary)\.[a-z]\w*\b"
)
_ONLY_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as somebody sees it."""

    route: str
    who: str
    """`nobody`, `owner` or `caregiver`."""
    name: str
    ready: str
    """What is there once it is complete."""
    query: str = ""


PAGES = [
    Shown("/", "nobody", "sign-in", ".sign-in-card form"),
    Shown("/password/reset/:key", "nobody", "new-password", ".sign-in-card form"),
    Shown("/verify-email/:key", "nobody", "new-email", ".sign-in-card button"),
    Shown("/watch", "nobody", "watch", "main h1"),
    Shown("/shared", "nobody", "shared", "main .shared-page h1", "#{code}"),
    Shown("/", "owner", "home", ".recording-card"),
    Shown("/recordings/:id", "owner", "recording", ".line-text"),
    Shown("/live", "owner", "live", "main h1"),
    Shown("/history", "owner", "history", ".tag-filter"),
    Shown("/history", "owner", "history-trash", ".history-list", "?shelf=trash"),
    Shown("/conversations/:id", "owner", "conversation", ".line-text"),
    Shown("/conversations/:conversationId/timeline", "owner", "conversation-timeline", "svg[role=img]"),
    Shown("/settings", "owner", "settings", ".caption-preview"),
    Shown("/timeline", "owner", "timeline", "svg[role=img]"),
    Shown("/care", "owner", "care", ".care-link"),
    Shown("/care/accept", "caregiver", "care-accept", "main form"),
    Shown("/care", "caregiver", "care-people", "main a[href*='/care/people/']"),
    Shown("/care/people/:linkId", "caregiver", "person", "svg[role=img]"),
    Shown(
        "/care/people/:linkId/conversations/:conversationId",
        "caregiver",
        "person-conversation",
        "svg[role=img]",
    ),
    Shown("*", "owner", "not-found", "main h1", "nothing/here"),
]


def test_every_route_has_a_row() -> None:
    routes = set(re.findall(r'path: "([^"]+)"', (_APP / "App.tsx").read_text()))
    routes |= set(re.findall(r'useMatch\("([^"]+)"\)', (_APP / "Gate.tsx").read_text()))
    assert routes
    assert {route if route[0] in "/*" else f"/{route}" for route in routes} == {page.route for page in PAGES}


@pytest.fixture(scope="module")
def ids(stack: LiveStack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An owner with a conversation that has a tag and a correction, and a caregiver who sees everything of it."""
    owner, caregiver = Person(stack.url), Person(stack.url)
    samples = speech.say("he said that there was nothing new. and it was good", pause_s=0.6)
    recording = owner.upload(speech.write_audio(tmp_path_factory.mktemp("talk") / "talk.wav", samples))
    assert owner.finished(recording["id"])["analysis"]["utterance_count"] > 0
    conversation_id = owner.recording(recording["id"])["conversation_id"]
    details = {
        "title": "점심 이야기 · Lunch",
        "notes": "With Grandma",
        "tags": ["family", "주말"],
        "pinned": True,
    }
    owner.http.patch(f"/api/v1/conversations/{conversation_id}", json=details).raise_for_status()
    first = owner.utterances(recording["id"])[0]
    edit = {"revision": first["revision"], "text": "You said it first."}
    owner.http.patch(f"/api/v1/utterances/{first['id']}", json=edit).raise_for_status()
    shared = owner.http.post(f"/api/v1/conversations/{conversation_id}/links", json={"days": 1})
    link_id = _invite(owner, caregiver)
    for what in (f"conversations/{conversation_id}/timeline", "timeline?start=2026-03-01&end=2026-03-07"):
        caregiver.http.get(f"/api/v1/care/people/{link_id}/{what}").raise_for_status()
    return {
        "owner": owner.email,
        "caregiver": caregiver.email,
        "id": recording["id"],
        "conversationId": conversation_id,
        "linkId": link_id,
        "code": shared.raise_for_status().json()["code"],
    }


def _invite(owner: Person, caregiver: Person) -> str:
    scopes = {
        "scopes": ["timeline", "transcript", "audio"],
        "caregiver_name": "Minji",
        "owner_name": "Grandma",
    }
    invitation = owner.http.post("/api/v1/care/links", json=scopes).raise_for_status().json()
    answer = {"code": invitation["code"]}
    caregiver.http.post("/api/v1/care/invitation/accept", json=answer).raise_for_status()
    link_id = str(invitation["link"]["id"])
    people = f"/api/v1/care/people/{link_id}"
    caregiver.http.post(f"{people}/notes", json={"text": "Called her. 통화했어요."}).raise_for_status()
    caregiver.http.post(f"{people}/rules", json={"kind": "quiet", "days_window": 2}).raise_for_status()
    return link_id


@pytest.fixture(scope="module")
def page_of(chromium: Browser, stack: LiveStack, ids: dict[str, str]) -> Iterator[Callable[[str], Page]]:
    """The page of somebody who is signed in; the same one each time."""
    pages: dict[str, Page] = {}

    def open_for(who: str) -> Page:
        if who not in pages and who == "nobody":
            context = chromium.new_context(base_url=stack.url, locale="en-US")
            pages[who] = context.new_page()
        elif who not in pages:
            person = Person.__new__(Person)
            person.email = ids[who]
            pages[who] = visit(chromium, stack, person)
        return pages[who]

    yield open_for
    for page in pages.values():
        page.context.close()


@pytest.mark.usefixtures("artifacts")
@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_page(shown: Shown, page_of: Callable[[str], Page], ids: dict[str, str]) -> None:
    page = page_of(shown.who)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size(_WIDTHS["desktop"])  # type: ignore[arg-type]
    address = _address(shown, ids)
    page.goto(address)
    expect(page.locator(shown.ready).first).to_be_visible()
    problems: list[str] = []
    for language, button in _LANGUAGES.items():
        _speak(page, button, address)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator(shown.ready).first).to_be_visible()
        expect(page.locator(".loading")).to_have_count(0)
        for width, size in _WIDTHS.items():
            page.set_viewport_size(size)  # type: ignore[arg-type]
            # Their colours differ by neither words nor width.
            more = _HIGH_CONTRAST if (language, width) == ("ko", "phone") else ()
            problems += _looked_at(page, f"{shown.name}-{language}", width, (*_THEMES, *more))
    assert problems == []
    assert errors == []


def _speak(page: Page, button: str, address: str) -> None:
    switch = page.get_by_role("button", name=button, exact=True)
    if page.locator(".live-screen").count() == 0:
        switch.first.click()
        return
    # Live captions have all the room to themselves: the language is chosen before.
    page.goto("/")
    expect(page.locator(".recording-card, .sign-in-card").first).to_be_visible()
    switch.first.click()
    page.wait_for_load_state("networkidle")
    page.goto(address)


def _address(shown: Shown, ids: dict[str, str]) -> str:
    of_conversation = shown.route == "/conversations/:id"
    filled = {**ids, "id": ids["conversationId"] if of_conversation else ids["id"], "key": "abc-def"}
    path = re.sub(r":(\w+)", lambda match: filled[match[1]], shown.route)
    return (path if path != "*" else "/") + shown.query.format(**ids)


def _looked_at(page: Page, name: str, width: str, themes: Sequence[str]) -> list[str]:
    """What is wrong with the page as it is, in each of these themes."""
    folder = ARTIFACTS_DIR / "pages"
    folder.mkdir(exist_ok=True)
    problems = [
        f"{name} {width}: {key} is no translation"
        for key in _KEY_OF_A_TRANSLATION.findall(page.locator("body").inner_text())
    ]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        problems.append(f"{name} {width}: wider than the screen")
    for theme in themes:
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
        # The rules are about the same elements in each theme; what differs are colours.
        found = Axe().run(page, options=None if theme == "light" else _ONLY_COLOURS)
        problems += [
            f"{name} {width} {theme}: {one['id']} at {one['nodes'][0]['target']}"
            for one in found.response["violations"]
        ]
        page.screenshot(path=folder / f"{name}-{theme}-{width}.png", full_page=True)
    return problems
