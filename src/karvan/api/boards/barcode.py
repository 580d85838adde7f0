"""Code 128, code set B, as SVG: the number of a paper, for a reader at a gate.

Source: ISO/IEC 15417. Each sign is 11 modules of three bars and three spaces; the check sign is the sum of the signs' values,
each times its place, modulo 103.
"""

from karvan.errors import InputError

WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221"
    "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131"
    "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232"
)
START, STOP, FIRST = 104, "2331112", 32
QUIET, HEIGHT = 10, 60


def signs(text: str) -> list[int]:
    """The values of the signs of a text of printable ASCII, with start and check.

    >>> signs("PJJ123C")  # the check sign, published as 54 for a start in set A (103), is one more in set B (104)
    [104, 48, 42, 42, 17, 18, 19, 35, 55]
    """
    if not text or any(not FIRST <= ord(each) < FIRST + 95 for each in text):
        raise InputError(f"a barcode cannot say {text!r}", cure="give it printable ASCII, one sign at least")
    values = [ord(each) - FIRST for each in text]
    check = (START + sum(at * value for at, value in enumerate(values, 1))) % 103
    return [START, *values, check]


def svg(text: str) -> str:
    """The barcode of a text, black on white, with its quiet zones; one unit a module."""
    pattern = "".join(WIDTHS[6 * value : 6 * value + 6] for value in signs(text)) + STOP
    bars, at = [], QUIET
    for turn, width in enumerate(map(int, pattern)):
        if turn % 2 == 0:
            bars.append(f"M{at} 0h{width}v{HEIGHT}h-{width}z")
        at += width
    wide = at + QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {HEIGHT}" width="{2 * wide}" height="{HEIGHT}" '
        f'role="img" aria-label="{text.replace("&", "&amp;").replace("<", "&lt;").replace(chr(34), "&quot;")}">'
        f'<path d="{"".join(bars)}" fill="#000"/></svg>'
    )
