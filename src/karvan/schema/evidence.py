"""What was seen and who said so: observations, sources, currencies."""

from karvan.schema.base import GRADES, Sourced, Table, day, key, num, text


class Observations(Sourced):
    """A figure that was seen: to fit the twin with, or to keep for checking it."""

    observation_id = key("the observation", "titr-2022-kt")
    quantity = text("what was counted", "tonnes", needed=True)
    place = text("node, link, pair or corridor", "middle")
    series = text("who counts, and how", "MoT_KZ")
    period = text("year, month or span, ISO 8601", "2022", needed=True)
    value = num("the figure", "unit", 1485, needed=True)
    low = num("low", "unit", 1400)
    high = num("high", "unit", 1570)
    unit = text("unit", "kt", needed=True)
    use = text("fit: the twin may learn from it; keep: only to check", needed=True, choices=("fit", "keep"))


class Sources(Table):
    """Where numbers come from."""

    source_id = key("the source", "carec-cpmm-2022")
    title = text("its title", "CPMM Annual Report 2022", needed=True)
    publisher = text("who published it", "ADB", needed=True)
    url = text("its address", "https://cpmm.carecprogram.org/")
    year = num("year published or read", "year", 2023, low=1900, high=2100)
    grade = text("how far it can be trusted", needed=True, choices=GRADES)
    kind = text(
        "what it is; an assumption is not a source",
        choices=("statistic", "report", "press", "company", "law", "assumption"),
    )


class Currencies(Sourced):
    """What one unit of a currency was worth on a day."""

    currency = key("ISO 4217", "EUR")
    since = key("first day of the rate, ISO 8601", "2022-07-01")
    usd = num("US dollars for one unit", "USD", 1.04, needed=True, low=0)
    day_read = day("day of the quotation", "2022-07-01")
