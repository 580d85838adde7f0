"""Messages of others at the rim: one file a format, each to and from the steps that the log knows.

``identify`` checks the numbers that name boxes, wagons, places, goods and movements; ``faults`` gathers what is wrong.
"""
