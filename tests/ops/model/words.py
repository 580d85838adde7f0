"""The words of the reference model, listed by hand."""

TRADE = ("shipper", "forwarder", "declarant", "holder")
CARRY = ("railway", "ferry", "haulier")
YARD = ("port", "terminal")
TOLERANCE = {
    **dict.fromkeys(["OVERRIDE_PROPOSED", "OVERRIDE_CONFIRMED", "RELEASED"], 1),
    **dict.fromkeys(["UNLOADING_REMARKED", "DISCREPANCY_FOUND"], 48),
    **dict.fromkeys(["DISCREPANCY_RESOLVED", "ENQUIRY_CLOSED", "RECOVERY_OPENED", "GUARANTEE_CALLED"], 72),
    **dict.fromkeys(
        [
            "GATE_IN",
            "LOADED",
            "DEPARTED",
            "UNIT_ARRIVED",
            "UNLOADED",
            "GAUGE_START",
            "GAUGE_END",
            "UNIT_TRANSFERRED",
            "GATE_OUT",
            "HANDED_OVER",
            "TAKEN_OVER",
            "OFFER_WITHDRAWN",
            "SEAL_CHECKED",
        ],
        6,
    ),
}
ASSESSED = ("assessed_green", "assessed_yellow", "assessed_red")
OPEN = ("lodged", "accepted", *ASSESSED, "under_control")
WHY = [
    "OVERRIDE_PROPOSED",
    "OVERRIDE_CONFIRMED",
    "REFUSED",
    "INVALIDATED",
    "DIVERTED",
    "DISCREPANCY_FOUND",
    "DISCREPANCY_RESOLVED",
    "ENQUIRY_CLOSED",
    "RECOVERY_OPENED",
    "GUARANTEE_CALLED",
    "SEAL_REMOVED",
    "HOLD_PLACED",
    "HOLD_LIFTED",
    "GUARANTEE_REVOKED",
]
GONE = ("cancelled", "invalidated")
