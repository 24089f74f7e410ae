"""The county's single sign-on, as a process of its own: npm's oidc-provider, certified by the OpenID Foundation."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from tests.structure.source import ROOT

SCRIPT = Path(__file__).parent / "serve.mjs"
SECRET = "the secret of the test's client"
_ACTION = re.compile(r'action="([^"]+)"')
_HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')


class Provider:
    """A provider on a port that stays its own, so that it can be started again."""

    def __init__(self, folder: Path, redirect: str) -> None:
        self._port = 0
        self.keys = folder / "provider-keys.json"
        self._groups = folder / "provider-groups.json"
        self._redirect = redirect
        self._process: asyncio.subprocess.Process | None = None
        self.secret = folder / "client-secret"
        self.secret.write_text(SECRET + "\n")

    @property
    def issuer(self) -> str:
        """What it calls itself, once it was started."""
        assert self._port, "it has no address before it listens"
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Starts with a new key; of the keys before it knows nothing."""
        if not (ROOT / "web/node_modules/oidc-provider").is_dir():
            if os.environ.get("CI"):
                pytest.fail("web/node_modules is missing; next: make test")
            pytest.skip("web/node_modules is missing; next: make test")
        key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        self.keys.write_text(json.dumps({"keys": [key.as_dict(private=True)]}))
        node = shutil.which("node")
        assert node is not None
        arguments = (str(SCRIPT), str(self._port), self._redirect, SECRET, str(self.keys), str(self._groups))
        self._process = await asyncio.create_subprocess_exec(
            node, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            word, _, port = line.decode().partition(" ")
            if word == "ready":
                self._port = int(port)
                return
        raise AssertionError("the provider did not start")

    async def stop(self) -> None:
        """Ends it; nobody answers on its port any more."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._process = None

    def knows(self, who: str, *groups: str) -> None:
        """Somebody is in these groups, and nobody else in any."""
        self._groups.write_text(json.dumps({who: groups}))

    async def vouch(self, address: str, who: str, *groups: str) -> str:
        """What somebody of these groups does there: types his name, agrees; the address by which he comes back."""
        self.knows(who, *groups)
        async with httpx.AsyncClient(timeout=60) as browser:
            answer = await browser.get(address)
            for _ in range(10):
                if answer.is_redirect:
                    onward = urljoin(str(answer.url), answer.headers["location"])
                    if urlsplit(onward).path == "/v1/sign-in/callback":
                        return onward
                    answer = await browser.get(onward)
                    continue
                assert answer.status_code == 200, answer.text
                form = {name: unescape(value) for name, value in _HIDDEN.findall(answer.text)}
                action = _ACTION.search(answer.text)
                assert action, answer.text
                answer = await browser.post(unescape(action[1]), data={**form, "login": who, "password": "any"})
        raise AssertionError("the provider did not send him back")


def said(address: str) -> Mapping[str, Any]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
