"""A post to a webhook: once, with a verdict, and without a word of its address, which is a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from digest.config import Secret
from digest.deliveries import Receipt
from digest.deliveries.login import reason
from digest.errors import DigestError, TryLater

if TYPE_CHECKING:
    import requests

LIMITED = 429
GOOD = range(200, 300)
SAID = 80


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """Where a delivery posts to.

    Attributes:
        name: of the delivery. site: how people call the other side.
    """

    name: str
    site: str
    address: Secret
    root: Path
    timeout: float

    def post(self, body: Any, to: tuple[str, ...]) -> Receipt:
        """Post `body` as JSON and say what became of it.

        Raises:
            DigestError: nothing was posted.
        """
        import requests

        headers = {"Content-Type": "application/json; charset=utf-8"}
        address, data = self.address.reveal(self.root), json.dumps(body).encode()
        try:
            answer = requests.post(address, data, headers=headers, timeout=self.timeout, allow_redirects=False)
        except ValueError:  # as all errors here, its text would hold the address
            raise DigestError(f"{self.name}: the webhook is no address") from None
        except requests.RequestException as error:
            if never_connected(error):
                raise TryLater(f"{self.name}: {self.site} cannot be reached") from None
            return Receipt(detail=f"the connection was lost: {type(error).__name__}")
        said = f"{answer.status_code} {reason(answer.text)[:SAID]}".strip()
        if answer.status_code in GOOD:
            return Receipt(accepted=to, detail="posted")
        if answer.status_code == LIMITED:
            return Receipt(deferred=dict.fromkeys(to, f"{said}, wait {answer.headers.get('Retry-After', '?')} seconds"))
        if answer.status_code > LIMITED:
            return Receipt(detail=said)
        raise DigestError(
            f"{self.name}: {self.site} refused it: {said}", "a webhook that was removed answers 403 or 404"
        )

    def check(self) -> str:
        """Whether the secret can be read and is an address; nothing is posted."""
        if not self.address.reveal(self.root).startswith(("https://", "http://127.0.0.1")):
            raise DigestError(f"{self.name}: the webhook is no https address")
        return "the webhook can be read; nothing was posted"


def never_connected(error: requests.RequestException) -> bool:
    """Whether it is sure that nothing was posted: no such host, nobody listens, no trust."""
    from requests import ConnectTimeout
    from requests.exceptions import ProxyError, SSLError
    from urllib3.exceptions import NewConnectionError

    inner = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, ConnectTimeout | ProxyError | SSLError) or isinstance(inner, NewConnectionError)
