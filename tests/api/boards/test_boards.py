"""The boards without a browser: sessions, forms that are another site's, lists with faults, languages, papers."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.boards.scene import DECLARATION, key, predict, wagons
from karvan.api.app import app
from karvan.api.boards.barcode import WIDTHS, signs, svg
from karvan.api.boards.fields import fields
from karvan.api.boards.words import LANGUAGES, words
from karvan.errors import InputError
from karvan.ops.decide import Actor
from karvan.ops.decide.table import table
from karvan.ops.track.track import FLAGS
from ops import cast


@pytest.fixture(scope="module")
def service(ready: str) -> Iterator[TestClient]:
    with TestClient(app(ready, predict=predict), raise_server_exceptions=False) as client:
        yield client


class Browser:
    """A person at a board, with cookies of their own."""

    def __init__(self, service: TestClient, url: str, actor: Actor) -> None:
        self.web = TestClient(service.app, raise_server_exceptions=False, follow_redirects=False)
        self.key = key(url, actor)
        assert self.post("/boards/in", key=self.key).status_code == 303

    def get(self, path: str, **given: Any) -> Any:
        return self.web.get(path, **given)

    def hidden(self, path: str, name: str) -> str:
        return re.findall(rf'name="{name}" value="([^"]*)"', self.get(path).text)[-1]

    def post(self, path: str, /, files: Any = None, **fields_: str) -> Any:
        return self.web.post(path, data=fields_, files=files)

    def declare(self, data: bytes, **changes: str) -> Any:
        page = "/boards/new"
        given = {"csrf": self.hidden(page, "csrf"), "id": self.hidden(page, "id"), "mode": "rail"}
        return self.post(page, files={"file": ("list.csv", data)}, **{**given, **DECLARATION, **changes})


@pytest.fixture
def shipper(service: TestClient, ready: str) -> Browser:
    return Browser(service, ready, cast.SHIPPER)


def test_without_a_session_every_board_leads_to_the_way_in(service: TestClient) -> None:
    for path in ("/boards", "/boards/new", "/boards/c/x", "/boards/c/x/note", "/boards/c/x/do/LODGED"):
        answer = service.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/boards/in"), path
    assert service.post("/boards/in", data={"key": "karvan_wrong"}).status_code == 401


def test_no_page_runs_a_script_or_may_be_framed(shipper: Browser) -> None:
    for path in ("/boards/in", "/boards", "/boards/new"):
        answer = shipper.get(path)
        assert "<script" not in answer.text and " style=" not in answer.text and " onclick" not in answer.text
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src" not in policy


def test_the_session_is_not_the_key_and_ends(shipper: Browser, service: TestClient, ready: str) -> None:
    cookie = shipper.web.cookies["karvan_session"]
    assert cookie not in shipper.key and shipper.key not in cookie
    assert shipper.post("/boards/out", csrf=shipper.hidden("/boards", "csrf")).status_code == 303
    again = TestClient(service.app, cookies={"karvan_session": cookie}, follow_redirects=False)
    assert again.get("/boards").status_code == 303


def test_a_form_of_another_site_does_nothing(shipper: Browser) -> None:
    other = {"csrf": "0" * 64, "id": "x"}
    assert shipper.declare(wagons(1), **other).status_code == 403
    assert shipper.post("/boards/out").status_code == 403
    assert shipper.get("/boards").status_code == 200


def test_a_list_is_told_once_however_often_the_form_is_sent(shipper: Browser) -> None:
    data, page = wagons(3), "/boards/new"
    name = shipper.hidden(page, "id")
    for _ in range(2):
        answer = shipper.declare(data, id=name)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/boards/c/{name}"), answer.text
    shown = shipper.get(f"/boards/c/{name}").text
    assert "Units: 3" in shown and "Acceptance" in shown


def test_a_list_with_faults_is_refused_whole_with_row_and_column(shipper: Browser) -> None:
    answer = shipper.declare(wagons(2).replace(b"21500", b"=1+1", 1))
    assert answer.status_code == 422 and "nothing was taken" in answer.text and "mass_kg" in answer.text
    answer = shipper.declare(wagons(1), duty_usd="much")
    assert answer.status_code == 422 and "/body/duty_usd_cents" in answer.text


def test_who_has_no_part_sees_no_page(service: TestClient, ready: str, shipper: Browser) -> None:
    name = shipper.declare(wagons(1)).headers["Location"].rpartition("/")[2]
    rival = Browser(service, ready, cast.RIVAL)
    for path in (f"/boards/c/{name}", f"/boards/c/{name}/note", f"/boards/c/{name}/do/LODGED", "/boards/c/none"):
        assert rival.get(path).status_code == 404
    assert name not in rival.get("/boards").text


def test_text_of_others_is_never_markup(service: TestClient, ready: str, shipper: Browser) -> None:
    name = shipper.declare(wagons(1)).headers["Location"].rpartition("/")[2]
    officer = Browser(service, ready, cast.KZ)
    step = f"/boards/c/{name}/do/REJECTED"
    given = {"csrf": officer.hidden("/boards", "csrf"), "eid": "x-" + name, "movement": "m1"}
    at = f"{cast.NOW:%Y-%m-%dT%H:%M}"
    answer = officer.post(step, **given, pointers="a", occurred=at, reason="<img src=x>")
    assert answer.status_code == 303, answer.text
    shown = shipper.get(f"/boards/c/{name}").text
    assert "<img" not in shown and "&lt;img src=x&gt;" in shown


@pytest.mark.parametrize(
    "asked, spoken",
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("de, kk;q=0.5", "kk"),
        ("az;q=0.2,en;q=0.1", "az"),
        ("fr", "en"),
        ("ru;q=x", "en"),
    ],
)
def test_the_browser_chooses_the_language(service: TestClient, asked: str, spoken: str) -> None:
    shown = service.get("/boards/in", headers={"Accept-Language": asked}).text
    assert f'<html lang="{spoken}">' in shown and words()[spoken]["come_in"] in shown


def test_a_click_chooses_the_language_and_leads_nowhere_else(shipper: Browser) -> None:
    answer = shipper.get("/boards/language/az", headers={"Referer": "http://testserver/boards/new"})
    assert answer.headers["Location"] == "/boards/new"
    assert words()["az"]["declare"] in shipper.get("/boards/new").text
    away = shipper.get("/boards/language/az", headers={"Referer": "http://evil.example/boards/x"})
    assert away.headers["Location"] == "/boards"


def test_every_word_is_there_in_every_language() -> None:
    text = files("karvan.api.boards").joinpath("words.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len({row["key"] for row in rows}) == len(rows)
    assert all(row[language].strip() for row in rows for language in LANGUAGES)
    states = {row.dst for row in table().transitions if row.region in ("movement", "unit")} - {"="}
    roles = {role for row in table().transitions for role in row.roles} - {"effect"}
    ours = [kind.kind for kind in table().kinds.values() if kind.region != "surety"]
    named = {each.name.partition(".")[0] for kind in ours for each in fields(kind)}
    choices = {choice for kind in ours for each in fields(kind) for choice in each.choices}
    needed = set(table().kinds) | states | roles | set(FLAGS) | named | choices
    folder = files("karvan.api.boards").joinpath("templates")
    for place in folder.iterdir():
        needed |= set(re.findall(r'say\("([^"]+)"', place.read_text(encoding="utf-8")))
    assert needed <= {row["key"] for row in rows}, needed - {row["key"] for row in rows}


def test_the_barcode_is_that_of_the_standard() -> None:
    assert signs("PJJ123C")[-1] == 55  # 54 in the worked example, which starts in set A (103 for 104)
    assert len(WIDTHS) == 6 * 106
    patterns = [WIDTHS[6 * at : 6 * at + 6] for at in range(106)]
    assert len(set(patterns)) == 106 and all(sum(map(int, each)) == 11 for each in patterns)
    assert all(sum(map(int, each[::2])) % 2 == 0 for each in patterns)  # bars are of even width in all
    assert svg("27KZ0001").count("M") == 3 * 10 + 4
    with pytest.raises(InputError, match="barcode"):
        svg("Қ")
