"""Who is told of a case that has just come."""

import dataclasses

import pytest

from regulation.forms import load_forms
from regulation.model import MessageKind
from relay.abuse.suspicion import Reason
from relay.cases.routing import routed
from relay.intake.keeping import Message, new_case
from tests.relay.cases.samples import AT, portal


@pytest.mark.parametrize(
    ("kind", "reasons", "to", "template"),
    [
        ("question", (), "so-tc", "new-case"),
        ("question", (Reason.LINKS,), "bbt", "quarantined"),
        ("denunciation", (), "thanh-tra-tinh", "sealed"),
        # Who receives could not read it, and may not let it through.
        ("denunciation", (Reason.LINKS,), "thanh-tra-tinh", "quarantined"),
    ],
)
def test_who_can_act_is_told(
    kind: MessageKind, reasons: tuple[Reason, ...], to: str, template: str
) -> None:
    way = routed(portal(), kind, agency="so-tc", on=AT.date())
    way = dataclasses.replace(way, receiver="bbt")
    sealed = b"age" if way.route.sealed else None
    message = Message("a" * 22, load_forms()[kind], way, "", {}, reasons=reasons, sealed=sealed)
    (mail,) = new_case(portal(), message, AT).mail
    assert (mail.to, mail.template) == (f"unit:{to}", template)
