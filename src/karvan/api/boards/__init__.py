"""Boards: pages for people, made by the server from plain forms; no script runs in them."""

from karvan.api.boards.entry import ComeIn, to_the_way_in
from karvan.api.boards.entry import router as entry
from karvan.api.boards.lists import router as lists
from karvan.api.boards.pages import router as pages
from karvan.api.boards.papers import router as papers

ROUTERS = (entry, pages, lists, papers)

__all__ = ["ROUTERS", "ComeIn", "to_the_way_in"]
