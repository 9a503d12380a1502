"""A province's own accounts by OpenID Connect: authorization code, PKCE, state and nonce.

State, nonce and the verifier of PKCE are made of one random cookie that the start sets, so that the
server keeps nothing and starting is a plain link. The provider leads back to a page which shows a
button: it is a request from another site, so our strict cookies are not with it; what the button
sends is our own, and they are. So no cookie has to be laxer, and a GET signs nobody in.
"""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.requests_client import (  # type: ignore[import-untyped]
    OAuth2Session,
)
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from accounts.signing.settings import LOOPBACK, Provider

DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid email profile"

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519")
"""How a provider may sign: never with the shared secret, never not at all."""

PATIENCE = 10
"""Seconds that the provider has for an answer."""

PAUSE = dt.timedelta(seconds=30)
"""How long a provider that did not answer is left alone: people do not all wait for it."""

FRESH = dt.timedelta(hours=1)
"""How long what the provider says of itself is believed before it is asked again."""

LEEWAY = 60
"""Seconds by which the provider's clock may differ."""


class NotTold(Exception):
    """The provider did not say who it is, or what it said does not hold. The words are for the
    log of the server, in English: people are told to try again or to ask."""


@dataclass(slots=True)
class _Known:
    """What a provider says of itself, and when it was asked."""

    metadata: Mapping[str, Any]
    keys: KeySet
    asked_at: dt.datetime


@dataclass(slots=True)
class Connect:
    """A connection to a provider; what it says of itself is remembered for a while.

    Attributes:
        provider: Which.
        now: Tells the time.
    """

    provider: Provider
    now: Callable[[], dt.datetime]
    _known: _Known | None = field(default=None)
    _failed_at: dt.datetime | None = field(default=None)

    def address(self, secret: str, back: str) -> str:
        """Where to send somebody.

        Args:
            secret: The value of the cookie that is set for it.
            back: The address to which they are led back.

        Raises:
            NotTold: The provider does not answer.
        """
        with self._session(back) as session:
            url, _ = session.create_authorization_url(
                self._about().metadata["authorization_endpoint"],
                state=derive(secret, "state"),
                nonce=derive(secret, "nonce"),
                code_verifier=derive(secret, "pkce"),
            )
        return str(url)

    def value(self, secret: str, back: str, code: str, state: str) -> str:
        """What the provider says somebody's claim is, after they came back.

        Args:
            secret: The value of the cookie that the start set.
            back: The address to which they were led back.
            code: What the provider gave them to bring here.
            state: What it gave back to them.

        Raises:
            NotTold: It does not hold.
        """
        if not secret or not hmac.compare_digest(derive(secret, "state"), state):
            raise NotTold("the state is not this browser's")
        about = self._about().metadata
        try:
            with self._session(back) as session:
                token = session.fetch_token(
                    about["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=derive(secret, "pkce"),
                    allow_redirects=False,
                )
                claims = self._verified(token, derive(secret, "nonce"))
                if self.provider.claim not in claims and "userinfo_endpoint" in about:
                    more = session.get(about["userinfo_endpoint"], allow_redirects=False).json()
                    if more.get("sub") != claims["sub"]:
                        raise NotTold("userinfo is another person's")
                    claims = {**more, **claims}
        except NotTold:
            raise
        except Exception as error:  # whatever a stranger's server or token makes two libraries say
            raise NotTold(type(error).__name__) from error
        return self._claim(claims)

    def _claim(self, claims: Mapping[str, Any]) -> str:
        value = claims.get(self.provider.claim)
        if not isinstance(value, str) or not value.strip():
            raise NotTold(f"no claim {self.provider.claim}")
        proven = claims.get("email_verified") is True or self.provider.trust_email
        if self.provider.claim == "email" and not proven:
            raise NotTold("the provider has not verified the address")
        return value

    def _verified(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of an ID token that was made for us, now, for this very browser."""
        known = self._about()
        try:
            read = self._read(token["id_token"], known)
        except InvalidKeyIdError:  # the provider has new keys
            read = self._read(token["id_token"], self._ask())
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
            },
            {
                "nonce": nonce,
                "client_id": self.provider.client_id,
                "access_token": token["access_token"],
            },
        )
        claims.validate(now=int(self.now().timestamp()), leeway=LEEWAY)
        return dict(claims)

    def _read(self, id_token: str, known: _Known) -> jwt.Token:
        offered = known.metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        allowed = [each for each in offered if each in ALGORITHMS]
        registry = JWSRegistry(algorithms=allowed, strict_check_header=False)
        return jwt.decode(id_token, known.keys, registry=registry)

    def _about(self) -> _Known:
        known, failed_at = self._known, self._failed_at
        if known and self.now() - known.asked_at < FRESH:
            return known
        if failed_at and self.now() - failed_at < PAUSE:
            raise NotTold("the provider did not answer a moment ago")
        try:
            return self._ask()
        except NotTold:
            self._failed_at = self.now()
            raise

    def _ask(self) -> _Known:
        """What the provider says of itself. It must bear the name under which we know it."""
        issuer = self.provider.issuer
        try:
            with self._session() as session:
                metadata = self._get(session, issuer.rstrip("/") + DISCOVERY)
                if metadata.get("issuer") != issuer:
                    raise NotTold("the provider calls itself otherwise")
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    self._demand_safe(metadata[name])
                keys = KeySet.import_key_set(self._get(session, metadata["jwks_uri"]))
        except NotTold:
            raise
        except Exception as error:  # as above
            raise NotTold(type(error).__name__) from error
        self._known = _Known(metadata, keys, self.now())
        return self._known

    def _get(self, session: OAuth2Session, url: str) -> Any:
        answer = session.get(url, withhold_token=True, allow_redirects=False)
        if answer.status_code != 200:
            raise NotTold(f"{answer.status_code} from the provider")
        return answer.json()

    def _demand_safe(self, url: str) -> None:
        local = urlsplit(self.provider.issuer).hostname in LOOPBACK
        parts = urlsplit(url)
        if parts.scheme != "https" and not (local and parts.hostname in LOOPBACK):
            raise NotTold("an address of the provider is not https")

    def _session(self, back: str = "") -> OAuth2Session:
        session = OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=PATIENCE,
        )
        if urlsplit(self.provider.issuer).hostname in LOOPBACK:
            session.trust_env = False  # no proxy leads to this machine
        return session


def derive(secret: str, what: str) -> str:
    """One of the values that must not be guessed, out of the cookie's: 256 bits, base64url."""
    made = hmac.digest(secret.encode(), what.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
