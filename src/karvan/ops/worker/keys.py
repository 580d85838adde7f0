"""Where the private keys of a log and a witness are kept: a file each, of one line, which its owner alone may read."""

import os
from pathlib import Path
from secrets import token_hex

from karvan.errors import InputError
from karvan.ops.log.checkpoint import LOG
from karvan.ops.log.keys import Signer, new_signer, read_signer


def kept(path: Path, name: str = "", kind: bytes = LOG) -> Signer:
    """The key of a file, which is made the first time, under ``name`` or one at random."""
    if not path.exists():
        signer = new_signer(name or f"karvan-{token_hex(4)}/log", kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_once(path, signer.text() + "\n")
    signer = read_signer(path.read_text(encoding="utf-8").strip())
    if signer.kind != kind or (name and signer.name != name):
        raise InputError(f"{path} holds the key of {signer.name}, which is another's", cure="give another file")
    return signer


def write_once(path: Path, text: str) -> None:
    """Writes a new file that its owner alone may read; one that is there already stays as it is."""
    fresh = path.with_name(f"{path.name}.{token_hex(4)}")
    write_through(fresh, text)
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink()


def write_through(path: Path, text: str) -> None:
    """Writes a file and waits until it is on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def replaced(path: Path, text: str) -> None:
    """Puts a new text in place of a file's old one, whole or not at all, and on the disk before it returns."""
    fresh = path.with_name(f"{path.name}.new")
    write_through(fresh, text)
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
