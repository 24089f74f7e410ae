"""Why a certificate does not hold: permanent codes with what to do, in English and Chinese."""

from collections.abc import Mapping
from enum import StrEnum


class CertificateFault(StrEnum):
    """Why a certificate does not hold."""

    MALFORMED = "CERTIFICATE_MALFORMED"
    KEY_UNKNOWN = "CERTIFICATE_KEY_UNKNOWN"
    ISSUER_FOREIGN = "CERTIFICATE_ISSUER_FOREIGN"
    SIGNATURE_WRONG = "CERTIFICATE_SIGNATURE_WRONG"
    NOT_OURS = "CERTIFICATE_NOT_PROOF_OF_LIFE"
    KEY_RETIRED = "CERTIFICATE_KEY_RETIRED"
    NOT_YET_VALID = "CERTIFICATE_NOT_YET_VALID"
    REVOKED = "CERTIFICATE_REVOKED"
    EXPIRED = "CERTIFICATE_EXPIRED"
    STATUS_MISSING = "CERTIFICATE_STATUS_MISSING"
    STATUS_STALE = "CERTIFICATE_STATUS_STALE"


EXPLANATIONS: Mapping[CertificateFault, tuple[str, str]] = {
    CertificateFault.MALFORMED: (
        "This is not a certificate: a compact JWS has three parts joined by dots. Ask for the file again.",
        "这不是证明文件：格式不符。请重新索取文件。",
    ),
    CertificateFault.KEY_UNKNOWN: (
        "It was signed with a key that is not among the public keys given: check who issued it, or get newer keys.",
        "签名所用密钥不在给定的公钥之中。请核实签发单位，或更新公钥。",
    ),
    CertificateFault.ISSUER_FOREIGN: (
        "Another issuer than the one whose keys are given signed it: check it with that issuer's keys.",
        "签发单位与所给公钥的单位不同。请用签发单位的公钥核验。",
    ),
    CertificateFault.SIGNATURE_WRONG: (
        "The signature does not fit the content: it was changed. Do not accept it; ask for it again.",
        "签名与内容不符：文件被改动过。请勿采信，并重新索取。",
    ),
    CertificateFault.NOT_OURS: (
        "It is signed, but it is not a proof of life. Ask for the certificate of the request.",
        "签名有效，但不是生存认证证明。请索取对应申请的证明。",
    ),
    CertificateFault.KEY_RETIRED: (
        "It was signed after its key had been retired. Do not accept it; ask the county.",
        "签名时该密钥已停用。请勿采信，并向县里核实。",
    ),
    CertificateFault.NOT_YET_VALID: (
        "Its date lies in the future. Check the clock of this computer.",
        "其生效日期在未来。请检查本机时钟。",
    ),
    CertificateFault.REVOKED: (
        "It was revoked. Do not accept it; the county says why.",
        "证明已被撤销。请勿采信，原因请询县里。",
    ),
    CertificateFault.EXPIRED: (
        "It has expired. Ask for a new proof.",
        "证明已过有效期。请重新认证。",
    ),
    CertificateFault.STATUS_MISSING: (
        "The status list given is not the one that it names, so nobody can say whether it was revoked. Fetch the lists"
        " of /v1/status-lists.",
        "所给状态列表不是该证明所指的列表，无法判断是否已撤销。请从 /v1/status-lists 获取。",
    ),
    CertificateFault.STATUS_STALE: (
        "The status list is too old to say whether it was revoked. Fetch it anew.",
        "状态列表已过期，无法判断是否已撤销。请重新获取。",
    ),
}


class InvalidCertificate(Exception):
    """A certificate does not hold; `fault` says why."""

    def __init__(self, fault: CertificateFault) -> None:
        english, chinese = EXPLANATIONS[fault]
        super().__init__(f"{fault}: {chinese} {english}")
        self.fault = fault
