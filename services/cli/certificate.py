"""``onevisit certificate``: checks a certificate on any computer, without a server."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    help="Certificates: check them anywhere, without a server. 证明：无需联网即可核验。", no_args_is_help=True
)

EPILOG = (
    "Example 示例: onevisit certificate verify var/demo/certificates/hrss-P-0001.jws --keys var/public-keys.json   "
    "FILE holds the certificate itself (a compact JWS), or JSON with a field `jws`, or a list of such. "
    "Exit status: 0 all hold, 1 one does not, 2 wrong usage."
)


@app.callback()
def _group() -> None:
    """Keeps `verify` a subcommand while it is the only one."""


@app.command(epilog=EPILOG)
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The certificate. 证明文件。")],
    keys: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Public keys of the issuer (JWK set). 签发方公钥。")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check certificates: who signed them, whether they were changed, what they say."""
    from joserfc.jwk import KeySet  # noqa: PLC0415 (imported only when it runs)

    from services.certify.certificate import InvalidCertificate, check  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    path = keys or Settings.from_env().public_keys
    if not path.exists():
        raise typer.BadParameter(f"no public keys at {path}: give the issuer's with --keys", param_hint="--keys")
    try:
        known = KeySet.import_key_set(json.loads(path.read_text()))
    except (ValueError, KeyError, TypeError):
        raise typer.BadParameter(f"{path} is not a JWK set", param_hint="--keys") from None
    results: list[dict[str, Any]] = []
    for certificate in _certificates(file):
        try:
            results.append({"valid": True, "content": check(certificate, known, now=datetime.now(UTC))})
        except InvalidCertificate as error:
            results.append({"valid": False, "code": error.fault.value, "message": str(error)})
    if as_json:
        print(json.dumps(results[0] if len(results) == 1 else results, ensure_ascii=False, indent=2))
    else:
        for result in results:
            print(_line(result))
    if not all(result["valid"] for result in results):
        raise typer.Exit(1)


def _certificates(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8", errors="replace").strip()
    try:
        found = json.loads(text)
    except ValueError:
        return [text]
    entries = found if isinstance(found, list) else [found]
    return [str(entry.get("jws", "")) if isinstance(entry, dict) else str(entry) for entry in entries] or [""]


def _line(result: dict[str, Any]) -> str:
    if not result["valid"]:
        return f"✗ {result['message']}"
    content = result["content"]
    subject = content["credentialSubject"]
    source = f" ({subject['evidenceSource']})" if "evidenceSource" in subject else ""
    return (
        f"✓ valid 有效  {subject['agency']} {subject['requestId']} ({subject['programme']}): seen alive 生存认证于"
        f" {subject.get('provedOn', subject['provedAt'])}, evidence 依据 {subject['evidence']}{source},"
        f" issuer {content['issuer']}"
    )
