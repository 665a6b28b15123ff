"""Build the part of the DSFR that our pages use, from the files of the django-dsfr package.

The design system is not ours to redistribute, and whole it weighs 69 MB: nothing of it is committed, `build_assets`
takes what the templates name (docs/decisions/0003-dsfr-assets.md). A class must be written whole in a template or in
Python: one put together at run time (`fr-col-{{ n }}`) is not found, so its rules are left out.
"""

import hashlib
import importlib.metadata
import importlib.util
import posixpath
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import tinycss2
from django.conf import settings

# In the order of the pages of the design system: whole, then printed, then utilities. The legacy (Internet Explorer)
# variants are left out.
STYLESHEETS = [
    "dsfr.main.min.css",
    "dsfr.print.min.css",
    "utility/utility.main.min.css",
    "utility/utility.print.min.css",
]

# Two files are enough. Medium (500: buttons, accordions) is drawn with Regular, rather than by a third file of 45 kB
# or with Bold, which would make every button shout; italics are slanted by the browser.
FONT_FACES = "".join(
    "@font-face{font-display:swap;font-family:Marianne;font-style:normal;"
    f'font-weight:{weight};src:url(fonts/{file}) format("woff2")}}'
    for weight, file in [("400 500", "Marianne-Regular.woff2"), ("700", "Marianne-Bold.woff2")]
)

# Sent whole to the server, each file to a visitor only when a page asks for it.
FOLDERS = ["artwork", "favicon"]


class Module(NamedTuple):
    """A script of the DSFR: shipped when `needed_by` is used; then the classes it `adds` count as used."""

    path: str
    needed_by: str | None
    adds: frozenset[str] = frozenset()


# In the order of dsfr.module.min.js. Opening and closing (`fr-collapse`) is in the core.
MODULES = [
    Module("core/core", None, frozenset({"fr-collapsing", "fr-collapse--expanded", "fr-transition-none"})),
    Module("scheme/scheme", None),
    Module("component/accordion/accordion", "fr-accordions-group"),
    Module("component/breadcrumb/breadcrumb", "fr-breadcrumb__button"),
    Module("component/button/button", "fr-btns-group--equisized"),
    Module("component/tooltip/tooltip", "fr-tooltip", frozenset({"fr-tooltip--shown", "fr-tooltip--hidding"})),
    Module("component/display/display", "fr-display"),
    Module("component/sidemenu/sidemenu", "fr-sidemenu__list"),
    Module("component/modal/modal", "fr-modal", frozenset({"fr-modal--opened", "fr-scroll-divider"})),
    Module("component/password/password", "fr-password"),
    Module("component/navigation/navigation", "fr-nav__btn", frozenset({"fr-nav__item--align-right"})),
    Module("component/tab/tab", "fr-tabs", frozenset({"fr-tabs__panel--selected", "fr-tabs__shadow"})),
    Module("component/tag/tag", "fr-tag--dismiss"),
    Module("component/header/header", "fr-header"),
]

# Components of few pages, which load more.css (block more_styles of base.html): a first visit does not pay for them.
APART = re.compile(r"fr-(connect|stepper|table|upload)(?![a-z])")

# Attributes that the scripts set on elements; any other `data-fr-…` must be written in a template to count as used.
SCRIPT_ATTRIBUTES = re.compile(r"data-fr-(theme|scheme|scrolling|js-[\w-]+)$")

SOURCE_FOLDERS = ["templates", "static", "campus", "catalogue", "trainers", "enrolments"]
SOURCE_SUFFIXES = {".html", ".py", ".js", ".css"}

TOKEN = re.compile(r"(?<![\w@-])(?:fr-|data-fr-|--)[\w@-]*\w")
URL = re.compile(r"""url\((["']?)(?!data:|#)([^"')]+)\1\)""")
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")


class AssetsError(Exception):
    """The assets cannot be built; the message says why, in French."""


class Rule(NamedTuple):
    selectors: str
    declarations: list[tuple[str, str]]


class Group(NamedTuple):
    condition: str
    rules: list


def build_assets(destination: Path, templates: Iterable[Path]) -> bool:
    """Write `destination`/dsfr: dsfr.css, dsfr.module.js, fonts, icons, favicon and artwork.

    `templates`: folders or files to read for class names and `--tokens` (.html, .py, .js, .css). Same input, same
    bytes. Returns False, touching nothing, when what is there was built from the same input.
    Raises AssetsError when the django-dsfr package or one of its files is missing.
    """
    dist = find_dist()
    tokens = read_tokens(templates)
    stamp = fingerprint(tokens)
    final = destination / "dsfr"
    stamp_file = final / ".stamp"
    if stamp_file.is_file() and stamp_file.read_text() == stamp:
        return False

    # Built aside, then moved: a crash leaves the former assets whole. `collectstatic` ignores names with a dot.
    work = destination / ".dsfr-new"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        modules = [module for module in MODULES if module.needed_by is None or module.needed_by in tokens]
        css, more = build_css(dist, tokens.union(*(module.adds for module in modules)))
        (work / "dsfr.css").write_text(css, encoding="utf-8")
        (work / "more.css").write_text(more, encoding="utf-8")
        (work / "dsfr.module.js").write_text(build_script(dist, modules), encoding="utf-8")
        for url in sorted({match[2] for match in URL.finditer(css + more)}):
            (work / url).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(dist / url, work / url)
        for folder in FOLDERS:
            shutil.copytree(dist / folder, work / folder)
    except FileNotFoundError as error:
        raise AssetsError(f"Le paquet django-dsfr a changé : {error.filename} est introuvable.") from error
    (work / ".stamp").write_text(stamp)
    shutil.rmtree(final, ignore_errors=True)
    work.rename(final)
    return True


def default_sources() -> list[Path]:
    """The folders of this project where classes are written."""
    return [settings.BASE_DIR / folder for folder in SOURCE_FOLDERS]


def find_dist() -> Path:
    """The `dist` folder of the DSFR inside the installed django-dsfr package."""
    spec = importlib.util.find_spec("dsfr")
    if spec is None or spec.origin is None:
        raise AssetsError("Le paquet django-dsfr n'est pas installé : lancez « pip install -r requirements.lock ».")
    return Path(spec.origin).parent / "static" / "dsfr" / "dist"


def read_tokens(sources: Iterable[Path]) -> frozenset[str]:
    """Everything in `sources` that looks like a DSFR class, a `data-fr-…` attribute or a custom property."""
    tokens = set()
    for source in sources:
        for path in [source] if source.is_file() else source.rglob("*"):
            # Not this file: the classes that it names would then always be used.
            if path.suffix in SOURCE_SUFFIXES and path != Path(__file__):
                tokens.update(TOKEN.findall(path.read_text(encoding="utf-8")))
    return frozenset(tokens)


def fingerprint(tokens: frozenset[str]) -> str:
    versions = [importlib.metadata.version(package) for package in ("django-dsfr", "tinycss2")]
    content = "\n".join([*versions, Path(__file__).read_text(encoding="utf-8"), *sorted(tokens)])
    return hashlib.sha256(content.encode()).hexdigest()


# --- Script ---------------------------------------------------------------------------------------------------------


def build_script(dist: Path, modules: list[Module]) -> str:
    """The modules one after the other, each in a block: their names are private and meet in `window.dsfr`."""
    sources = [(dist / f"{module.path}.module.min.js").read_text(encoding="utf-8") for module in modules]
    licence = re.match(r"/\*!.*?\*/", sources[0], re.DOTALL)
    blocks = [re.sub(r"^\s*/\*!.*?\*/\s*", "", source, flags=re.DOTALL).strip() for source in sources]
    return "\n".join([licence[0] if licence else "", *(f"{{{block}}}" for block in blocks), ""])


# --- Style sheet ----------------------------------------------------------------------------------------------------


def build_css(dist: Path, used: frozenset[str]) -> tuple[str, str]:
    """The rules that can match an element whose classes are all in `used`: what every page gets, and what few need."""
    rules = []
    for name in STYLESHEETS:
        text = (dist / name).read_text(encoding="utf-8")
        folder = posixpath.dirname(name)
        text = URL.sub(
            lambda match, folder=folder: f"url({posixpath.normpath(posixpath.join(folder, match[2]))})", text
        )
        rules += prune(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), used)
    licence = re.search(r"/\*!.*?\*/", text, re.DOTALL)
    variables = live_variables(rules, used)
    animated = {
        word for name, value in declarations(rules) if "animation" in name for word in re.findall(r"[\w-]+", value)
    }
    head = '@charset "UTF-8";' + (licence[0] if licence else "")
    common, apart = set_apart(rules)
    return head + FONT_FACES + render(common, variables, animated), head + render(apart, variables, animated)


def set_apart(rules: list) -> tuple[list, list]:
    """Split rules, and those in groups: those for all pages, and those that only speak of components of APART."""
    common, apart = [], []
    for rule in rules:
        if isinstance(rule, Group):
            for kept, inside in zip((common, apart), set_apart(rule.rules), strict=True):
                if inside:
                    kept.append(rule._replace(rules=inside))
        elif isinstance(rule, str):
            common.append(rule)
        else:
            is_apart = all(APART.search(selector) for selector in rule.selectors.split(","))
            (apart if is_apart else common).append(rule)
    return common, apart


def prune(nodes: Iterable, used: frozenset[str]) -> list[Rule | Group]:
    """Keep the rules and the selectors that can match; flatten each rule to text."""
    kept = []
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = [part for part in split_on_commas(node.prelude) if can_match(part, used)]
            if selectors:
                kept.append(
                    Rule(",".join(to_text(selector) for selector in selectors), read_declarations(node.content))
                )
        elif node.type == "at-rule" and node.lower_at_keyword in {"media", "supports"}:
            queries = [text for text in map(to_text, split_on_commas(node.prelude)) if "-ms-" not in text]
            rules = prune(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True), used)
            if queries and rules:
                kept.append(Group(f"@{node.lower_at_keyword} {','.join(queries)}", rules))
        elif node.type == "at-rule" and node.lower_at_keyword == "keyframes":
            kept.append(Group(f"@keyframes {to_text(node.prelude)}", [to_text(node.content)]))
        # Fonts are FONT_FACES; no other at-rule is used by the DSFR but @charset.
    return kept


def can_match(selector: list, used: frozenset[str]) -> bool:
    """Whether the classes and `data-fr-…` attributes that `selector` asks for are all used.

    What is inside `:not()` is not asked for; of `:is()` and `:where()`, one alternative is enough.
    """
    before = None
    for token in selector:
        if token.type == "ident" and before == "." and token.value not in used:
            return False
        if token.type == "ident" and before == ":" and token.value.startswith("-ms-"):
            return False
        if token.type == "[] block" and not attribute_can_match(token.content, used):
            return False
        if (
            token.type == "function"
            and token.lower_name in {"is", "where", "has"}
            and not any(can_match(part, used) for part in split_on_commas(token.arguments))
        ):
            return False
        before = token.value if token.type == "literal" else None
    return True


def attribute_can_match(content: list, used: frozenset[str]) -> bool:
    name, *rest = [token for token in content if token.type != "whitespace"]
    if name.value == "class":  # [class^=fr-icon-], [class*=" fr-icon-"]
        wanted = rest[-1].value.strip()
        return any(wanted in token for token in used)
    if name.value.startswith("data-fr-"):
        return name.value in used or SCRIPT_ATTRIBUTES.match(name.value) is not None
    return True


def read_declarations(content: list) -> list[tuple[str, str]]:
    found = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return [
        (node.name, to_text(node.value) + ("!important" if node.important else ""))
        for node in found
        if node.type == "declaration" and not node.name.startswith("-ms-")
    ]


def split_on_commas(tokens: list) -> Iterator[list]:
    part = []
    for node in tokens:
        if node == ",":
            yield part
            part = []
        else:
            part.append(node)
    yield part


def to_text(tokens: list) -> str:
    return tinycss2.serialize(tokens).strip()


def declarations(rules: Iterable) -> Iterator[tuple[str, str]]:
    for rule in rules:
        if isinstance(rule, Rule):
            yield from rule.declarations
        elif isinstance(rule, Group):
            yield from declarations(rule.rules)


def live_variables(rules: list, used: frozenset[str]) -> set[str]:
    """The custom properties that end up in a real property, or that our own sources name."""
    reads: dict[str, set[str]] = {}
    waiting = [token for token in used if token.startswith("--")]
    for name, value in declarations(rules):
        if name.startswith("--"):
            reads.setdefault(name, set()).update(VARIABLE.findall(value))
        else:
            waiting += VARIABLE.findall(value)
    live = set()
    while waiting:
        name = waiting.pop()
        if name not in live:
            live.add(name)
            waiting += reads.get(name, ())
    return live


def render(rules: list, variables: set[str], animated: set[str]) -> str:
    out = []
    for rule in rules:
        if isinstance(rule, str):
            out.append(rule)
        elif isinstance(rule, Rule):
            kept = [f"{name}:{value}" for name, value in rule.declarations if name[:2] != "--" or name in variables]
            if kept:
                out.append(f"{rule.selectors}{{{';'.join(kept)}}}")
        elif not rule.condition.startswith("@keyframes") or rule.condition.split()[1] in animated:
            content = render(rule.rules, variables, animated)
            if content:
                out.append(f"{rule.condition}{{{content}}}")
    return "".join(out)
