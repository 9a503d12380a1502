"""Passkeys (khóa truy cập): a key that a phone, computer or stick keeps and never gives away.

The holder has to be verified (finger, face, PIN), so that a passkey alone is two factors. Which
maker's device it is nobody asks (no attestation): any that a browser takes will do.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.signing.settings import Settings

CHALLENGE = 32
"""Random bytes in a challenge."""

TIMEOUT_MS = 120_000
"""How long a browser waits for the holder."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that was just made.

    Attributes:
        handle: Its id, base64url.
        public_key: What its signatures are checked with, base64url.
        count: How often it says it has been used; 0 for ever with most that are synchronised.
    """

    handle: str
    public_key: str
    count: int


def new_options(
    settings: Settings, person: str, name: str, challenge: bytes, there: Sequence[str] = ()
) -> str:
    """What a browser needs to make a passkey, as JSON.

    Args:
        settings: To which host it is to be bound.
        person: Whose; the passkey holds a hash of it, and shows the id.
        name: Their full name, which the device may show.
        challenge: ``CHALLENGE`` random bytes.
        there: Ids of those they have: no device makes a second one.
    """
    return options_to_json(
        generate_registration_options(
            rp_id=settings.host,
            rp_name=settings.name,
            user_id=hashlib.sha256(person.encode()).digest(),
            user_name=person,
            user_display_name=name,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_named(there),
        )
    )


def check_new(settings: Settings, answer: str, challenge: bytes) -> NewPasskey | None:
    """The passkey that a browser says it made; none when it is not what was asked for."""
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=settings.host,
            expected_origin=settings.origin,
            require_user_verification=True,
        )
    except Exception:  # what a stranger sends goes through four parsers; none of it is an error
        return None
    return NewPasskey(
        bytes_to_base64url(made.credential_id),
        bytes_to_base64url(made.credential_public_key),
        made.sign_count,
    )


def asking_options(settings: Settings, challenge: bytes, there: Sequence[str] = ()) -> str:
    """What a browser needs to ask for a passkey, as JSON.

    Args:
        settings: To which host it is bound.
        challenge: ``CHALLENGE`` random bytes.
        there: Ids of those that will do; none asks for any of this host, whoever's it is.
    """
    return options_to_json(
        generate_authentication_options(
            rp_id=settings.host,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            allow_credentials=_named(there),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def handle_of(answer: str) -> str:
    """Which passkey a browser says has signed; empty when it says none. Nothing is proven yet."""
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    named = told.get("id") if isinstance(told, dict) else None
    return named if isinstance(named, str) else ""


def check(
    settings: Settings, answer: str, challenge: bytes, public_key: str, count: int
) -> int | None:
    """How often the passkey has been used by now; none when its answer does not hold.

    Args:
        settings: To which host and origin it must be bound.
        answer: The browser's answer, JSON.
        challenge: What was to be signed.
        public_key: See ``NewPasskey``.
        count: How often it had been used: one that counts and does not go on has been copied.
    """
    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=settings.host,
            expected_origin=settings.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=count,
            require_user_verification=True,
        )
    except Exception:  # as above
        return None
    return found.new_sign_count


def _named(handles: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in handles]
