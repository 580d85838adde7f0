"""Builds the report's fonts: ``python tools/fonts.py`` (needs npm once, fonttools and brotli).

Inter and its partner Noto Sans Georgian, both under the SIL Open Font License, come as static TrueType from the npm
packages below; the letters of the corridor's languages are kept (Latin with Azerbaijani and Turkish, Cyrillic with
Kazakh, Georgian). Each face is written as .ttf for the PDF and as .woff2 for the HTML page. The advance widths that
``plot`` measures text with are printed, to be pasted into ``plot/words.py``.
"""

import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

OUT = Path(__file__).parent.parent / "src/karvan/data/fonts"
INTER, GEORGIAN = "@expo-google-fonts/inter@0.4.2", "@expo-google-fonts/noto-sans-georgian@0.4.3"
FACES = {
    "inter-400": (INTER, "package/400Regular/Inter_400Regular.ttf"),
    "inter-600": (INTER, "package/600SemiBold/Inter_600SemiBold.ttf"),
    "georgian-400": (GEORGIAN, "package/400Regular/NotoSansGeorgian_400Regular.ttf"),
    "georgian-600": (GEORGIAN, "package/600SemiBold/NotoSansGeorgian_600SemiBold.ttf"),
}
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x18F, 0x259, *range(0x218, 0x21C)]
MARKS = [*range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2020, 0x2022, 0x2026, 0x2030, 0x2032, 0x2033, 0x20AC, 0x2122]
SIGNS = [*range(0x2190, 0x2194), 0x2212, 0x2248, 0x2264, 0x2265, 0x25CF, 0x25CB]
LETTERS = {"inter": [*LATIN, *MARKS, *SIGNS, *range(0x400, 0x500)], "georgian": [0x20, *range(0x10A0, 0x1100)]}


def fetch(package: str, folder: Path) -> Path:
    """The package's archive, through npm's own client."""
    subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True)
    return max(folder.glob("*.tgz"), key=lambda file: file.stat().st_mtime_ns)


def subset(face: Path, letters: list[int]) -> TTFont:
    """The face with those letters alone; kerning and tabular figures stay."""
    options = Options()
    options.layout_features = ["kern", "tnum", "ccmp", "locl", "mark", "mkmk"]
    options.hinting = False
    options.name_IDs = ["*"]
    font = TTFont(face, recalcTimestamp=False)
    cut = Subsetter(options)
    cut.populate(unicodes=letters)
    cut.subset(font)
    return font


def widths(font: TTFont) -> list[int]:
    """Advance widths of the printable ASCII letters, in thousandths of the size."""
    letters, metrics, size = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    return [round(1000 * metrics[letters[code]][0] / size) for code in range(0x20, 0x7F)]


def main() -> None:
    """Writes the fonts and their licences."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archives = {package: fetch(package, folder) for package in (INTER, GEORGIAN)}
        for package, archive in archives.items():
            with tarfile.open(archive) as packed:
                packed.extractall(folder / package, filter="data")
        for face, (package, path) in FACES.items():
            family = face.split("-")[0]
            font = subset(folder / package / path, LETTERS[family])
            for flavour, ending in ((None, "ttf"), ("woff2", "woff2")):
                font.flavor = flavour
                font.save(OUT / f"{face}.{ending}")
            if family == "inter":
                print(face, widths(font))
            (OUT / f"{family}-OFL.txt").write_bytes((folder / package / "package/LICENSE_FONT").read_bytes())
    for file in sorted(OUT.iterdir()):
        print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
