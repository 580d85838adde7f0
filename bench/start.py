"""What a user waits for: help, the first figure, the study; and what it takes in memory and on disk.

    python bench/start.py [--install]

Each is measured in processes of its own, as a user meets it. ``--install`` first installs the core into a fresh virtual
environment, and measures its size and the first figure after it (kernels are compiled then); it needs the package registry.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAIN = "import sys; from karvan.cli import main; sys.argv[0] = 'karvan'; main()"
CORRIDOR = os.environ.get("KARVAN_BENCH", "titr")
BOX = {
    "titr": ["route", "titr", "xian", "constanta", "--commodity", "container", "--feu", "1"],
    "toy": ["route", "toy", "orio", "destin", "--commodity", "boxes", "--feu", "1"],
}
TOY_STUDY = """
name = "toy"
corridor = "toy"
origin = "orio"
destinations = ["destin", "havn"]
commodity = "boxes"
feu = 1
[[scenario]]
name = "base"
"""


def run(python: str, words: list[str], where: Path) -> tuple[float, float, float]:
    """Seconds on the clock, seconds of CPU, and the peak memory in MiB of one command in its own process."""
    begun = time.perf_counter()
    process = subprocess.Popen([python, "-c", MAIN, *words], cwd=where, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(f"karvan {' '.join(words)} ended with exit code {process.returncode}")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def show(what: str, value: float, unit: str, bar: float) -> None:
    verdict = "ok" if value <= bar else "OVER"
    print(f"{what:<46}{value:>9.2f} {unit:<4} bar {bar:>6g}  {verdict}")


def installed(folder: Path) -> float:
    """MiB of all packages in a virtual environment, without pip itself."""
    site = next((folder / "lib").glob("python3*")) / "site-packages"
    files = [
        file for file in site.rglob("*") if file.is_file() and not file.relative_to(site).parts[0].startswith("pip")
    ]
    return sum(file.stat().st_size for file in files) / 2**20


def fresh(folder: Path) -> None:
    """The core in a new environment: its size, and the first figure, for which the kernels are compiled."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), str(ROOT)]
    subprocess.run(pip, check=True)
    show("installed core", installed(folder), "MiB", 800)
    show("first figure after the install", run(python, BOX[CORRIDOR], folder)[0], "s", 20)
    show("second figure after the install", run(python, BOX[CORRIDOR], folder)[0], "s", 2)


def study(where: Path) -> None:
    """The study three times: for the first time, again, and fresh."""
    (where / "toy.toml").write_text(TOY_STUDY)
    name = "titr" if CORRIDOR == "titr" else "toy.toml"
    seconds, _, memory = run(sys.executable, ["study", name], where)
    show("study, nothing kept", seconds, "s", 180)
    show("study, peak memory", memory, "MiB", 600)
    show("study, from what is kept", run(sys.executable, ["study", name], where)[0], "s", 5)
    show("study, --fresh", run(sys.executable, ["study", name, "--fresh"], where)[0], "s", 30)


def main() -> None:
    print(f"corridor {CORRIDOR}, Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        where = Path(name)
        helps = [run(sys.executable, ["--help"], where)[1] for _ in range(5)]
        show("karvan --help, CPU", 1000 * statistics.median(helps), "ms", 200)
        run(sys.executable, BOX[CORRIDOR], where)
        later = [run(sys.executable, BOX[CORRIDOR], where)[0] for _ in range(3)]
        show("first figure of a later process", statistics.median(later), "s", 2)
        study(where)
        if "--install" in sys.argv:
            fresh(where / "fresh")


if __name__ == "__main__":
    main()
