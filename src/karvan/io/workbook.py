from pathlib import Path
from karvan.io.package import Package


def read(path: Path) -> Package:
    raise NotImplementedError
