"""``onevisit certificate``: checks and prints certificates without a server; changes the signing key."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from services.certify.certificate import PublicKeys
    from services.platform.status_list import StatusList

app = typer.Typer(
    help="Certificates: check and print them anywhere, without a server. 证明：无需联网即可核验和打印。",
    no_args_is_help=True,
)

EPILOG = (
    "Example 示例: onevisit certificate verify var/demo/certificates/hrss-P-0001.jws --keys var/public-keys.json"
    " --status-list status-lists.json   "
    "FILE holds the certificate itself (a compact JWS), or JSON with a field `jws`, or a list of such. The status lists"
    " are what GET /v1/status-lists answers, saved; without them revocation is not looked at. "
    "Exit status: 0 all hold, 1 one does not, 2 wrong usage."
)
_Keys = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Public keys of the issuer (JWK set). 签发方公钥。")
]


@app.command(epilog=EPILOG)
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The certificate. 证明文件。")],
    keys: _Keys = None,
    status_list: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Status lists, saved. 状态列表文件。")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check certificates: who signed them, whether they were changed, revoked or have expired, what they say."""
    from services.certify.certificate import InvalidCertificate, check  # noqa: PLC0415 (imported only when it runs)

    known = _public_keys(keys)
    lists = _status_lists(status_list, known) if status_list else None
    results: list[dict[str, Any]] = []
    for certificate in _certificates(file):
        try:
            content = check(certificate, known, now=datetime.now(UTC), lists=lists)
            looked_at = lists is not None and "credentialStatus" in content
            results.append({"valid": True, "revocation_checked": looked_at, "content": content})
        except InvalidCertificate as error:
            results.append({"valid": False, "code": error.fault.value, "message": str(error)})
    if as_json:
        print(json.dumps(results[0] if len(results) == 1 else results, ensure_ascii=False, indent=2))
    else:
        for result in results:
            print(_line(result))
    if not all(result["valid"] for result in results):
        raise typer.Exit(1)


@app.command("print")
def print_sheet(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The certificate. 证明文件。")],
    output: Annotated[Path, typer.Option("-o", "--output", dir_okay=False, help="The PDF to write. 输出的PDF文件。")],
    keys: _Keys = None,
    page: Annotated[str, typer.Option(help="Address of the page that checks it. 核验网页地址。")] = "",
) -> None:
    """Print a certificate that holds as a PDF with a QR code. 将有效的证明打印为带二维码的PDF。"""
    from services.certify.certificate import InvalidCertificate, check  # noqa: PLC0415 (imported only when it runs)
    from services.gateway.agencies.certificate_sheet import make_sheet  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    certificate = _certificates(file)[0].strip()
    try:
        check(certificate, _public_keys(keys), now=datetime.now(UTC))
    except InvalidCertificate as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    settings = Settings.from_env()
    output.write_bytes(make_sheet(certificate, page or f"{settings.address}/verify/", settings.timezone))


@app.command("rotate-key")
def rotate_key() -> None:
    """Make a new signing key; the old public key stays published. 更换签名密钥，旧公钥继续公布。

    Only while the stack is down (`onevisit down`): what runs would sign on with the old key, after its end, and such a
    certificate is never valid. Clients ask for new tokens; phones fetch new challenges when they are online.
    """
    from deploy.embedded import running  # noqa: PLC0415 (imported only when it runs)
    from deploy.embedded.errors import StackError, StackErrorCode  # noqa: PLC0415
    from services.platform import secrets  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    settings = Settings.from_env()
    try:
        secrets.load(settings.secrets)
        lock = running.take(settings.var)
        if lock is None:
            raise StackError(
                StackErrorCode.ALREADY_RUNNING,
                "服务正在运行，仍会使用旧密钥签名，此后签发的证明将永远无效。"
                " The stack is up and would sign on with the old key: what it signs from now on would never be valid.",
                "请先停止服务，再更换密钥，然后启动 `onevisit down`, `onevisit certificate rotate-key`, `onevisit up`",
            )
        with lock:
            new = secrets.rotate_signing_key(settings.secrets, datetime.now(UTC))
            secrets.publish_keys(settings.secrets, settings.public_keys, settings.issuer)
    except (secrets.SecretMissing, StackError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"new key 新密钥 {new.thumbprint()}; public keys 公钥: {settings.public_keys}. Start 请启动服务。")


def _public_keys(given: Path | None) -> "PublicKeys":
    from services.certify.certificate import PublicKeys  # noqa: PLC0415 (imported only when it runs)
    from services.platform.settings import Settings  # noqa: PLC0415

    path = given or Settings.from_env().public_keys
    if not path.exists():
        raise typer.BadParameter(f"no public keys at {path}: give the issuer's with --keys", param_hint="--keys")
    try:
        return PublicKeys.from_json(path.read_text(encoding="utf-8"))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise typer.BadParameter(f"{path} is not a JWK set", param_hint="--keys") from None


def _status_lists(path: Path, known: "PublicKeys") -> "dict[str, StatusList]":
    from services.platform.status_list import StatusListInvalid, read_status_list  # noqa: PLC0415

    text = path.read_text(encoding="utf-8", errors="replace").strip()
    try:
        tokens = json.loads(text)["lists"] if text.startswith("{") else [text]
        lists = [read_status_list(str(token), known.keys) for token in tokens]
    except (ValueError, KeyError, TypeError) as error:
        why = str(error) if isinstance(error, StatusListInvalid) else f"{path} holds no status lists"
        raise typer.BadParameter(why, param_hint="--status-list") from None
    return {each.url: each for each in lists}


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
    revocation = "not revoked 未撤销" if result["revocation_checked"] else "revocation not looked at 未核对是否撤销"
    return (
        f"✓ valid 有效  {subject['agency']} {subject['requestId']} ({subject['programme']}): seen alive 生存认证于"
        f" {subject.get('provedOn', subject['provedAt'])}, evidence 依据 {subject['evidence']}{source},"
        f" issuer {content['issuer']}, {revocation}"
    )
