"""Bringing a database to the schema of this version, and saying what that would do."""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine


def _config(folder: str) -> Config:
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def _url(url: str) -> str:
    return "postgresql+psycopg://" + url.partition("://")[2]


def migrate(url: str) -> None:
    """Brings the database to the newest schema, in one transaction; does nothing where it is there already."""
    engine = create_engine(_url(url))
    with as_file(files("karvan.ops.store.migrations")) as folder, engine.begin() as connection:
        config = _config(str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def pending(url: str) -> list[str]:
    """The steps that ``migrate`` would do, each with what it does, oldest first."""
    engine = create_engine(_url(url))
    with as_file(files("karvan.ops.store.migrations")) as folder, engine.connect() as connection:
        script = ScriptDirectory.from_config(_config(str(folder)))
        steps = list(script.iterate_revisions("head", _current(connection) or "base"))
    engine.dispose()
    return [f"{step.revision}: {step.doc}" for step in reversed(steps)]


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table_schema": "public"}).get_current_revision()
