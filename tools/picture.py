"""Takes the README's picture of the sample report: ``python tools/picture.py`` (needs Chromium and ``make study`` before)."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs/assets/report.png"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def main() -> None:
    """Opens the report at 1280 by 720 and writes what is seen."""
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out/titr/report.html"
    browser = next((found for name in NAMES if (found := shutil.which(name))), None)
    if browser is None or not page.is_file():
        sys.exit(f"needs Chromium on the path and the page {page}: run `make study` first")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,720"]
        command = [browser, *flags, f"--user-data-dir={profile}", f"--screenshot={OUT}", page.resolve().as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    print(f"{OUT}: {OUT.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
