"""karvan load: a summary, a table, the sources."""

import karvan as kv
from karvan.runs import load
from karvan.runs.question import Load


def test_the_summary_counts_rows_and_grades() -> None:
    toy = kv.load("toy")
    rows = {row["table"]: row for row in load.summary(toy).iter_rows(named=True)}
    assert set(rows) == {name for name, frame in toy.tables.items() if frame.height}
    for name, row in rows.items():
        frame = toy.tables[name]
        assert row["rows"] == frame.height and row["meaning"]
        if "grade" in frame.columns:
            assert {grade: row[grade] for grade in "ABCD"} == {
                grade: (frame["grade"] == grade).sum() for grade in "ABCD"
            }


def test_what_is_not_shown_is_said() -> None:
    words = load.answer(Load(corridor="toy", table="tariffs")).words
    assert "6 more rows" in words and "usd" in words and "--csv" in words
    assert load.answer(Load(corridor="toy", table="shapes")).words == "The table shapes is empty."
    assert "made" in load.answer(Load(corridor="toy", sources=True)).words
