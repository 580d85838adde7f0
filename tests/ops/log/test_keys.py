"""Keys as text: the keys of others are read, and a line that was altered is not."""

import pytest

from karvan.errors import InputError
from karvan.ops.log.checkpoint import LOG, WITNESS
from karvan.ops.log.keys import new_signer, public_text, read_signer, read_verifier

# The test key of golang.org/x/mod/sumdb/note.
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_the_keys_of_the_note_package_are_read() -> None:
    signer = read_signer(PRIVATE)
    assert public_text(signer.verifier) == PUBLIC == public_text(read_verifier(PUBLIC)) and signer.text() == PRIVATE


@pytest.mark.parametrize("kind", [LOG, WITNESS])
def test_a_new_key_comes_back_from_its_text(kind: bytes) -> None:
    signer = new_signer("customs.kz", kind)
    assert public_text(read_signer(signer.text()).verifier) == public_text(signer.verifier)
    assert read_verifier(public_text(signer.verifier)).kind == kind


@pytest.mark.parametrize("at", range(len("PeterNeumann+"), len(PUBLIC), 3))
def test_a_line_that_was_altered_is_refused(at: int) -> None:
    altered = PUBLIC[:at] + ("B" if PUBLIC[at] != "B" else "C") + PUBLIC[at + 1 :]
    with pytest.raises(InputError):
        read_verifier(altered)


@pytest.mark.parametrize("text", ["", "x", PUBLIC, "PRIVATE+KEY+a+b+c"])
def test_what_is_no_private_key_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="cure: it"):
        read_signer(text)
