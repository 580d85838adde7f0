"""The guards of the transitions: each says nothing where it holds, and objects where it does not.

A guard of officers (``at_...``, ``in_territory``) binds the role customs alone, one of traders (``mandated``) the traders
alone, ``announced`` all but customs: so one transition may be open to several roles, each bound by its own guards.
"""

from collections.abc import Mapping

from karvan.ops.decide.guards import customs, surety, units, who
from karvan.ops.decide.guards.case import Case, Guard

__all__ = ["GUARDS", "Case"]

GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        who.owner_mandated,
        who.mandated,
        who.announced,
        who.concerned,
        who.at_departure,
        who.at_destination,
        who.at_transit,
        who.in_territory,
        who.same_authority,
        who.four_eyes,
        who.other_person,
        who.override_new,
        who.reasoned,
        customs.units_known,
        customs.order_free,
        customs.offices_within,
        customs.mrn_free,
        customs.document_new,
        customs.document_asked,
        customs.documents_in,
        customs.inspection_open,
        customs.inspection_clean,
        customs.no_holds,
        customs.not_passed,
        customs.next_takes,
        customs.limit_passed,
        surety.guarantee_met,
        surety.movement_before_release,
        surety.movement_in_recovery,
        surety.guarantee_party,
        surety.guarantee_valid,
        surety.amount_enough,
        surety.limit_enough,
        surety.waiver_ruled,
        surety.own_guarantee,
        surety.limit_covers,
        units.unit_free,
        units.same_place,
        units.custody,
        units.taker_announced,
        units.offered_to,
        units.holds_right,
        units.pickup_right,
        units.current_released,
        units.may_depart,
        units.all_settled,
        units.seal_free,
        units.seal_same,
    )
}
