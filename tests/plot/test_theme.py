"""Contrast of the three themes, and that a drawing's tokens all get a colour."""

import pytest

from karvan.plot.theme import MODES, PARTS, THEMES, contrast, dye, ink, style

MARKS = ("rail", "sea", "road", "pipe", "post", "base", "accent", "moving", "handling", "waiting", "ink")


@pytest.mark.parametrize("theme", THEMES)
def test_marks_have_three_to_one_and_text_four_and_a_half(theme: str) -> None:
    colours = THEMES[theme]
    low = {token: contrast(colours[token], colours["paper"]) for token in MARKS}
    assert {token: ratio for token, ratio in low.items() if ratio < 3} == {}
    for token in ("ink", "faint", "post"):
        assert contrast(colours[token], colours["paper"]) >= 4.5, token
    for ground in ("land", "water", "panel"):
        assert contrast(colours["ink"], colours[ground]) >= 4.5, ground


def test_contrast_is_that_of_the_standard() -> None:
    # Worked example of WCAG's own techniques: #777777 on white is 4.48, #767676 is 4.54.
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#ffffff", "#000000") == contrast("#000000", "#ffffff") == 21


def test_the_modes_have_the_colours_of_the_house_and_share_them_with_nothing() -> None:
    light = THEMES["light"]
    fixed = {"rail": "#1b5e84", "sea": "#0096a0", "road": "#be7828", "pipe": "#7a5c99", "post": "#c0392b"}
    assert {token: light[token] for token in fixed} == fixed
    assert (light["land"], light["water"]) == ("#f6f4ef", "#dce7ee")
    others = [colour for token, colour in light.items() if token not in fixed]
    assert not set(others) & set(fixed.values())
    assert set(MODES.values()) <= set(fixed)
    assert set(PARTS) == {"moving", "handling", "border", "waiting"}


def test_dye_leaves_no_token_and_an_unknown_one_is_an_error() -> None:
    drawing = "".join(ink(token) for token in THEMES["light"])
    for theme, colours in THEMES.items():
        assert dye(drawing, theme) == "".join(colours.values())
        assert style(theme).count(":") == len(colours)
    with pytest.raises(KeyError):
        ink("purple")
