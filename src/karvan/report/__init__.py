"""Reports: one page, one PDF or one workbook from one or more results. ``report`` is the word."""

from karvan.report.build import Report, report

__all__ = ["Report", "report"]
