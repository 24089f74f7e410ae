"""What can be wrong with an audit log: permanent codes, each with what it means and what to do, in both languages."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class AuditFault(StrEnum):
    """Why an exported log, or the log in the database, does not hold."""

    PROOF_MISSING = "AUDIT_PROOF_MISSING"
    PROOF_WRONG = "AUDIT_PROOF_WRONG"
    PROOF_KEY_UNKNOWN = "AUDIT_PROOF_KEY_UNKNOWN"
    LINE_UNREADABLE = "AUDIT_LINE_UNREADABLE"
    LINE_CHANGED = "AUDIT_LINE_CHANGED"
    LINE_MISSING = "AUDIT_LINE_MISSING"
    LINE_MOVED = "AUDIT_LINE_MOVED"
    LINE_DOUBLED = "AUDIT_LINE_DOUBLED"
    LINE_FOREIGN = "AUDIT_LINE_FOREIGN"
    CHAIN_BROKEN = "AUDIT_CHAIN_BROKEN"
    HEAD_DIFFERS = "AUDIT_HEAD_DIFFERS"
    SHORTER_THAN_BEFORE = "AUDIT_SHORTER_THAN_BEFORE"
    REWRITTEN = "AUDIT_REWRITTEN"
    NOT_COMPARABLE = "AUDIT_NOT_COMPARABLE"


class Finding(NamedTuple):
    """One fault and where it is."""

    fault: AuditFault
    number: int
    """Number of the line; of a line that cannot be read, its place counted from the first number."""


_EXPORT_EN, _EXPORT_ZH = (
    "Do not rely on this file; export it again, and ask who had it in between.",
    "请勿采信该文件，重新导出，并查明其间经手人。",
)
AUDIT_FAULT_TEXTS: Final[Mapping[AuditFault, tuple[str, str]]] = {
    AuditFault.PROOF_MISSING: (
        f"The file does not end with the county's signed proof: its end was cut off. {_EXPORT_EN}",
        f"文件末尾没有签名证明：末尾被截去。{_EXPORT_ZH}",
    ),
    AuditFault.PROOF_WRONG: (
        f"The signature does not fit the proof: the proof was changed. {_EXPORT_EN}",
        f"签名与证明不符：证明被改动过。{_EXPORT_ZH}",
    ),
    AuditFault.PROOF_KEY_UNKNOWN: (
        "The proof was signed with a key that is not among the public keys given: get the county's keys.",
        "签名所用密钥不在给定的公钥之中：请取得本县公钥。",
    ),
    AuditFault.LINE_UNREADABLE: (
        f"This is no line of an audit log: it was changed. {_EXPORT_EN}",
        f"该行不是审计记录：被改动过。{_EXPORT_ZH}",
    ),
    AuditFault.LINE_CHANGED: (
        f"The line is not what its hash says: it was changed. {_EXPORT_EN}",
        f"该行与其哈希不符：内容被改动过。{_EXPORT_ZH}",
    ),
    AuditFault.LINE_MISSING: (
        f"The proof counts this line, and it is not there: it was removed. {_EXPORT_EN}",
        f"证明包含该行，但文件中没有：被删除。{_EXPORT_ZH}",
    ),
    AuditFault.LINE_MOVED: (
        f"The line stands after a later one: lines were put in another order. {_EXPORT_EN}",
        f"该行位于更晚的行之后：顺序被改动。{_EXPORT_ZH}",
    ),
    AuditFault.LINE_DOUBLED: (
        f"A line of this number has come already: one was added. {_EXPORT_EN}",
        f"该编号重复出现：被添加了一行。{_EXPORT_ZH}",
    ),
    AuditFault.LINE_FOREIGN: (
        f"The proof does not count a line of this number: it was added. {_EXPORT_EN}",
        f"证明不包含该编号：被添加了一行。{_EXPORT_ZH}",
    ),
    AuditFault.CHAIN_BROKEN: (
        "The line does not hang on the one before it: one of the two was replaced, with its hash. Compare with an older"
        " export (--against).",
        "该行与前一行不相连：其中一行连同哈希被替换。请与较早的导出比对（--against）。",
    ),
    AuditFault.HEAD_DIFFERS: (
        "The last line is not the one that was signed: the log was written anew. Compare with an older export"
        " (--against).",
        "最后一行与签名不符：记录被重写。请与较早的导出比对（--against）。",
    ),
    AuditFault.SHORTER_THAN_BEFORE: (
        "An older export has this line and the newer one ends before it: the end of the log was removed in the"
        " database. Secure the machine and the backups, and tell the auditor.",
        "较早的导出含有该行，而新的导出在此之前结束：数据库中的记录末尾被删除。请封存设备与备份并报告审计人员。",
    ),
    AuditFault.REWRITTEN: (
        "An older export shows this line otherwise: the log was rewritten in the database from here on. Secure the"
        " machine and the backups, and tell the auditor.",
        "较早的导出中该行内容不同：数据库中的记录自此被重写。请封存设备与备份并报告审计人员。",
    ),
    AuditFault.NOT_COMPARABLE: (
        "The older export neither shares a line with this one nor ends where it begins: nothing could be compared."
        " Export again from a line that the older file has (--from), and compare anew.",
        "两份导出既无相同的行，也不前后相接：无从比对。请自较早文件所含的行起重新导出（--from）后再比对。",
    ),
}
"""Code → English, Chinese."""
