"""Gives the core types their files: ``Scenario.read`` and ``Result.save``. Loaded before any public name."""

from karvan.io import cards
from karvan.result import Result
from karvan.runs import save
from karvan.scenario import Scenario

Result.writer = save.save
Scenario.reader = cards.read
