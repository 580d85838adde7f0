"""The site: built strictly, every link leads somewhere, nothing is asked from outside, generated pages are whole."""

import csv
import os
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer
from tools.docs import examples, tables
from tools.docs.columns import MEANING
from tools.docs.figures import FIGURES

from karvan.cli import app
from karvan.schema import TABLES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PUT = re.compile(r"^<!-- put ([a-z-]+) -->$", re.MULTILINE)


def test_a_table_page_says_every_column() -> None:
    pages = dict(tables.pages())
    for name, schema in TABLES.items():
        assert f"[{name}]({name}.md)" in pages["tables/index.md"]
        for fact in schema.facts():
            assert f"| `{fact.name}` | {fact.kind} |" in pages[f"tables/{name}.md"], (name, fact.name)
            assert f'"{fact.name}"' in pages[f"tables/{name}.schema.json"]
    assert sum(map(len, tables.parts().values())) == len(TABLES)


def test_every_figure_is_put_somewhere_and_every_place_has_one() -> None:
    wanted = {name for page in DOCS.rglob("*.md") for name in PUT.findall(page.read_text(encoding="utf-8"))}
    assert wanted == set(FIGURES) - {"column-count"}


def test_quick_figures_say_something() -> None:
    for name, figure in FIGURES.items():
        if not name.startswith(("anchors", "rival")):
            assert figure().strip(), name
    assert all(MEANING.values())


def test_every_word_has_its_guide() -> None:
    words = tomllib.loads((ROOT / "words.toml").read_text(encoding="utf-8"))
    for word, places in words.items():
        if places["function"].startswith("kv."):
            guide = places["guide"]
            assert guide.startswith("none, because ") or (ROOT / guide).is_file(), (word, guide)
            if not guide.startswith("none"):
                assert word in (ROOT / guide).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/start.md"])
def test_make_knows_what_pages_ask_of_it(page: str) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = set(re.findall(r"^make (\w+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))
    assert asked and asked <= targets


def test_commands_of_the_readme_are_commands() -> None:
    words = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    asked = re.findall(r"^karvan (\w+)(.*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(asked) > 5
    for word, rest in asked:
        known = {option for one in words[word].params for option in one.opts}
        assert set(re.findall(r"--[a-z][a-z-]*", rest)) <= known, (word, rest)


def test_the_first_script_of_the_readme_runs(tmp_path: Path) -> None:
    card = (ROOT / "src/karvan/data/scenarios/aktau-dredging.toml").read_text(encoding="utf-8")
    (tmp_path / "my-card.toml").write_text(card, encoding="utf-8")
    stage = examples.Stage(tmp_path)
    blocks = map(examples.Block.of, examples.FENCE.finditer((ROOT / "README.md").read_text(encoding="utf-8")))
    said = [stage.play(block) for block in blocks if block.language == "python"]
    assert said and "shape: (" in said[0]


def test_lists_made_by_the_data_build_are_fresh() -> None:
    cards = (DOCS / "data/cards.md").read_text(encoding="utf-8")
    assert all(file.stem in cards for file in (ROOT / "src/karvan/data/scenarios").glob("*.toml"))
    unused = (DOCS / "data/unused.md").read_text(encoding="utf-8")
    with (ROOT / "tools/titr/unused.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert f"| {row['file']} | {row['row']} | {row['reason']} |" in unused


CODE = re.compile(r"`((?:[a-z]+/)*[a-z_]+\.py)(?:: ([a-z_, ]+))?`")


@pytest.mark.parametrize("page", sorted((DOCS / "maths").glob("*.md")), ids=lambda page: page.stem)
def test_code_that_the_maths_names_is_there(page: Path) -> None:
    named = CODE.findall(page.read_text(encoding="utf-8"))
    assert named
    for file, names in named:
        code = (ROOT / "src" / "karvan" / file).read_text(encoding="utf-8")
        for name in filter(None, names.split(", ")):
            assert re.search(rf"^(def|class) {name}\b", code, re.MULTILINE), (file, name)


class Page(HTMLParser):
    """Anchors of a page, where its links lead, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.ids |= {told[name] for name in ("id", "name") if name in told}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        if tag in ("script", "img", "iframe", "source") and "src" in told:
            self.loads.append(told["src"])
        if tag == "link" and told.get("rel") in ("stylesheet", "preload", "preconnect", "icon", "modulepreload"):
            self.loads.append(told["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site built strictly, its figures and examples left as they stand: they have tests of their own."""
    pytest.importorskip("mkdocs", reason="the docs extra is not installed")
    out = tmp_path_factory.mktemp("site")
    settings = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "KARVAN_DOCS_RUN": "false"}
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(out)],
        cwd=ROOT, env=settings, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert built.returncode == 0 and not built.stderr and not built.stdout, built.stdout + built.stderr
    return out


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html") if path.name != "404.html"}
    assert len(pages) > 60
    for path, page in pages.items():
        for link in page.links:
            target, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", link):
                continue
            to = (path.parent / target).resolve() if target else path
            assert to.is_file(), (path.name, link)
            if anchor and to in pages:
                assert anchor in pages[to].ids, (path.name, link)


def test_nothing_is_asked_from_outside(site: Path) -> None:
    for path in site.rglob("*.html"):
        outside = [one for one in Page(path.read_text(encoding="utf-8")).loads if re.match(r"(https?:)?//", one)]
        assert not outside, (path.name, outside)
    for path in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", path.read_text(encoding="utf-8")), path.name


def test_formulas_are_mathml_and_both_schemes_are_there(site: Path) -> None:
    said = (site / "maths" / "time.html").read_text(encoding="utf-8")
    assert said.count('<math display="block"') > 5 and said.count('<math display="inline"') > 20
    assert "$`" not in said
    assert 'data-md-color-scheme="default"' in said and 'data-md-color-scheme="slate"' in said
