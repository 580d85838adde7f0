"""Hooks of mkdocs: generated pages, figures put into pages, examples run.

``<!-- put NAME -->`` in a page stands for what ``figures.FIGURES[NAME]`` gives.
"""

import re
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from tools.docs import examples, maths, steps, tables
from tools.docs.figures import FIGURES

PUT = re.compile(r"^<!-- put ([a-z-]+) -->$", re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Formulas, and the tables' places in the navigation."""
    fence = {"name": "math", "class": "math", "format": maths.block}
    config["mdx_configs"].setdefault("pymdownx.superfences", {})["custom_fences"] = [fence]
    config["markdown_extensions"].append(maths.Ours())
    for entry in config["nav"]:
        if "Tables" in entry:
            entry["Tables"] += [
                {title: [{name: f"tables/{name}.md"} for name in names]} for title, names in tables.parts().items()
            ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that are made from the schema and from the table of steps."""
    for path, content in (*tables.pages(), ("tables/steps.md", steps.page())):
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Puts figures in and runs the examples."""
    return made(markdown, run=bool(config.extra["run"]))


def made(markdown: str, *, run: bool) -> str:
    """A page as it is shown; without ``run`` neither figures nor examples are computed."""
    if not run:
        return examples.shown(markdown)
    return examples.played(PUT.sub(put, markdown))


def put(found: "re.Match[str]") -> str:
    """What stands for one name."""
    figure: Any = FIGURES[found[1]]
    return str(figure())
