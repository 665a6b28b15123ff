"""What any tool that grades pages looks at first, on every public page: those of the sitemap and those they lead to."""

import re
from collections import Counter
from itertools import pairwise
from urllib.parse import urldefrag, urljoin, urlsplit

import html5lib
import pytest
from django.core.management import call_command
from django.urls import reverse

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
SEARCHES = ["?q=donn%C3%A9es&niveau=debutant&page=2", "?q=zzz", "?q=donees"]
UNTYPED = {"hidden", "submit", "button", "image", "reset"}


def text_of(element) -> str:
    """What is read of an element: its text and the alternatives of its images."""
    images = " ".join(image.get("alt", "") for image in element.iter("img"))
    return f"{''.join(element.itertext())} {images}".strip()


class Page:
    """A page as a browser understands it, and what is wrong with it (`faults`)."""

    def __init__(self, html: bytes):
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root = parser.parse(html)
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.ids = Counter(element.get("id") for element in self.root.iter() if element.get("id"))
        self.faults = [code for _position, code, _variables in parser.errors]
        for check in (self.head, self.landmarks, self.headings, self.names, self.labels, self.references, self.sources):
            self.faults += check()

    def all(self, *tags):
        return [element for tag in tags for element in self.root.iter(tag)]

    def meta(self, name: str) -> str:
        return next((m.get("content", "") for m in self.all("meta") if m.get("name") == name), "")

    @property
    def title(self) -> str:
        return text_of(self.all("title")[0])

    def is_named(self, element) -> bool:
        return bool(text_of(element) or element.get("aria-label") or element.get("title"))

    def head(self):
        if self.root.get("lang") != "fr":
            yield "lang"
        if len(self.all("title")) != 1 or len(self.title) < 10:
            yield "title"
        if "width=device-width" not in self.meta("viewport") or re.search(
            "user-scalable|maximum", self.meta("viewport")
        ):
            yield "viewport"
        if "noindex" not in self.meta("robots") and not 20 <= len(self.meta("description")) <= 400:
            yield f"description: {self.meta('description')}"

    def landmarks(self):
        for tag in ["header", "main", "footer"]:
            if len(self.all(tag)) != 1:
                yield f"{tag} {len(self.all(tag))} times"
        names = [nav.get("aria-label") or nav.get("aria-labelledby") for nav in self.all("nav")]
        if not names or None in names or len(set(names)) < len(names):
            yield f"nav {names}"
        if "contenu" not in [main.get("id") for main in self.all("main")]:
            yield "no target for the link to the content"

    def headings(self):
        levels = [int(element.tag[1]) for element in self.root.iter() if element.tag in HEADINGS]
        if levels.count(1) != 1:
            yield f"h1 {levels.count(1)} times"
        yield from (f"h{after} after h{level}" for level, after in pairwise(levels) if after > level + 1)
        yield from ("empty heading" for heading in self.all(*HEADINGS) if not text_of(heading))

    def names(self):
        links = [link for link in self.all("a") if link.get("href") is not None]
        yield from (
            f"no name: {element.attrib}" for element in [*links, *self.all("button")] if not self.is_named(element)
        )
        yield from (f"goes nowhere: {text_of(link)}" for link in links if link.get("href") in {"", "#"})
        yield from (f"no alternative: {image.get('src')}" for image in self.all("img") if image.get("alt") is None)

    def labels(self):
        by_id = {label.get("for"): text_of(label) for label in self.all("label") if label.get("for")}
        for field in self.all("input", "select", "textarea"):
            if field.get("type") in UNTYPED or field.get("aria-label") or by_id.get(field.get("id")):
                continue
            around = self.parents[field]
            if around.tag != "label" or not text_of(around):
                yield f"no label: {field.attrib}"
        for fieldset in self.all("fieldset"):
            if not any(text_of(legend) for legend in fieldset.findall("legend")):
                yield f"no legend: {fieldset.attrib}"

    def references(self):
        yield from (f"id {name} twice" for name, count in self.ids.items() if count > 1)
        for element in self.root.iter():
            for attribute in ["for", "form", "aria-controls", "aria-labelledby", "aria-describedby"]:
                yield from (
                    f"{attribute} of nothing: {name}"
                    for name in element.get(attribute, "").split()
                    if name not in self.ids
                )
            if (
                element.tag == "a"
                and re.fullmatch("#.+", element.get("href", ""))
                and element.get("href")[1:] not in self.ids
            ):
                yield f"link to nothing: {element.get('href')}"

    def sources(self):
        for element in self.root.iter():
            loaded = element.get("src") or (element.get("href") if element.tag == "link" else "") or ""
            is_page = element.get("rel") == "canonical"
            if urlsplit(loaded).netloc and not is_page:
                yield f"from elsewhere: {loaded}"
            if element.get("style") or any(name.startswith("on") for name in element.attrib):
                yield f"inline: {element.attrib}"

    def addresses(self, path: str) -> set[str]:
        """The paths that its links lead to on this site, with their query strings."""
        found = {urldefrag(urljoin(path, link.get("href")))[0] for link in self.all("a") if link.get("href")}
        return {address for address in found if address.startswith("/")}


@pytest.fixture
def paths(db, client) -> list[str]:
    """The public pages of the demonstration campus: those of its sitemap, and some that search engines are not told of."""
    call_command("load_demo", verbosity=0)
    sitemap = re.findall("<loc>http://testserver([^<]+)</loc>", client.get("/sitemap.xml").text)
    compared = reverse("catalogue:compare") + "?m=premiers-pas-en-agilite&m=booster-agile"
    month = reverse("catalogue:session_list") + "?vue=mois&region=ile-de-france"
    searches = [reverse("catalogue:training_list") + query for query in SEARCHES]
    return [*sitemap, *searches, compared, month, reverse("accounts:sign_in"), "/absente/"]


def test_every_public_page_is_well_made_and_leads_somewhere(paths, client):
    pages = {path: Page(client.get(path).content) for path in paths}

    assert len(pages) > 180
    assert {path: page.faults for path, page in pages.items() if page.faults} == {}
    titles = Counter(page.title for page in pages.values())
    assert [title for title, count in titles.items() if count > 1] == []
    found = set().union(*(page.addresses(path) for path, page in pages.items()))
    # One filtered list a way of filtering, rather than all of them.
    further = {re.sub("=[^&]+", "", address): address for address in found - set(paths)}
    assert {a: s for a in further.values() if (s := client.get(a).status_code) not in {200, 301, 302}} == {}


def test_what_is_wrong_is_seen():
    page = Page(
        b"""<!DOCTYPE html><html lang="en"><head><title>Page</title></head><body><h1>A</h1><h3>B</h3>
        <a href="#nulle-part"></a><img src="https://ailleurs.example/a.png"><input id="q"><p style="color: red"></p>
        <button></button><p id="q" aria-describedby="absent"></p></body></html>"""
    )

    seen = " ".join(page.faults)
    for fault in ["lang", "title", "viewport", "description", "main 0 times", "nav []", "h3 after h1", "no name", "no label",
                  "no alternative", "id q twice", "of nothing: absent", "link to nothing", "from elsewhere", "inline"]:  # fmt: skip
        assert fault in seen, fault
