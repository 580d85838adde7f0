"""``karvan ops``: the service that clears and tracks."""

from datetime import datetime
from pathlib import Path

import typer

from karvan import api

PARTY = typer.Option(..., help="the party, by its id")
SCOPE = typer.Option(["*"], help="for which regimes; * for all")
WITNESS = typer.Option(..., "--name", help="the witness, such as customs.kz")
FOLDER = typer.Option(Path("witness"), help="where the witness keeps its key and what it has seen")
SEEN = typer.Option([], "--seen", help="a head that a witness has kept")
CORRIDOR = typer.Argument("titr", help="a corridor, by its name or folder")
VERSION = typer.Option(..., help="what the model is called, such as 2026-06")
SINCE = typer.Option(..., formats=["%Y-%m-%d"], help="the first day")
UNTIL = typer.Option(..., formats=["%Y-%m-%d"], help="the day after the last")
OUT = typer.Option("learned", help="the folder for the card")
DAYS = typer.Option(365, min=1, max=3650, help="for how many days it holds")


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""
    ops = typer.Typer(
        no_args_is_help=True, help="The service that clears and tracks consignments.", rich_markup_mode=None
    )
    app.add_typer(ops, name="ops")
    _running(ops)
    _log(ops)
    _learning(ops)
    _access(ops)


def _running(ops: typer.Typer) -> None:
    @ops.command()
    def serve(
        host: str = typer.Option("127.0.0.1", help="where it listens"),
        port: int = typer.Option(8765, min=0, max=65535, help="at which port"),
        workers: int = typer.Option(1, min=1, max=64, help="how many processes answer"),
    ) -> None:
        """Serve, with DATABASE_URL or a PostgreSQL of its own; docs at /docs."""
        api.serve.run(host, port, workers)

    @ops.command()
    def migrate(check: bool = typer.Option(False, "--check", help="only say what would be done")) -> None:
        """Bring the database's schema up to date."""
        typer.echo(api.serve.bring_up(check=check))

    @ops.command()
    def verify(seen: list[Path] = SEEN) -> None:
        """Replay the log and compare every table with it; exit code 1 where they differ."""
        told, well = api.serve.judge(seen)
        typer.echo(told)
        raise typer.Exit(0 if well else 1)


def _log(ops: typer.Typer) -> None:
    @ops.command()
    def worker() -> None:
        """Seal the log and tell subscribers; serve does so by itself."""
        api.tend.worker()

    @ops.command()
    def log_key() -> None:
        """Print the public key of the log."""
        typer.echo(api.tend.public_key())

    @ops.command()
    def trust(key: str = typer.Argument(..., help="the witness's public key")) -> None:
        """Let a witness cosign the log."""
        typer.echo(api.tend.trust(key))

    @ops.command()
    def witness_key(name: str = WITNESS, folder: Path = FOLDER) -> None:
        """Print the public key of a witness, made the first time."""
        typer.echo(api.tend.witness_key(name, folder))

    @ops.command()
    def witness(
        url: str = typer.Argument(..., help="the service"),
        log: str = typer.Option(..., help="the log's public key"),
        name: str = WITNESS,
        folder: Path = FOLDER,
        every: float = typer.Option(10.0, min=0, help="seconds between looks; 0 looks once"),
    ) -> None:
        """Watch a log: cosign where it only grew; exit code 1 where it did not. KARVAN_KEY opens the service."""
        looked = api.tend.attend(url, name, log, folder, every)
        typer.echo(f"{looked.refused or 'cosigned'} at {looked.size} events" if looked else "no head yet")
        raise typer.Exit(1 if looked and looked.refused else 0)


def _learning(ops: typer.Typer) -> None:
    @ops.command()
    def learn(
        corridor: str = CORRIDOR,
        version: str = VERSION,
        since: datetime = SINCE,
        until: datetime = UNTIL,
        out: Path = OUT,
    ) -> None:
        """Learn from the log how long stops take: a card to run --with."""
        typer.echo(api.learning.learn(corridor, version, since.date(), until.date(), out))


def _access(ops: typer.Typer) -> None:
    @ops.command()
    def key(
        party: str = PARTY,
        person: str = typer.Option(..., help="the person, by an id"),
        role: str = typer.Option(..., help="what the party is: shipper, customs ..."),
        days: int = DAYS,
        territory: str = typer.Option("", help="of an officer: the territory"),
        office: str = typer.Option("", help="of an officer: the office"),
    ) -> None:
        """Make a key, shown this once."""
        typer.echo(api.serve.key(party, person, role, days, territory=territory, office=office))

    @ops.command()
    def revoke(prefix: str = typer.Argument(..., help="the key, or its first 13 signs")) -> None:
        """Revoke a key at once."""
        typer.echo(api.serve.take_back(prefix))

    @ops.command()
    def mandate(
        giver: str = typer.Option(..., help="in whose name"),
        taker: str = typer.Option(..., help="who acts"),
        scope: list[str] = SCOPE,
        days: int = DAYS,
    ) -> None:
        """Let a party act in the name of another."""
        typer.echo(api.serve.mandate(giver, taker, scope, days))
