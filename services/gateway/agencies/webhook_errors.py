"""Refusals about webhooks and deliveries. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

ABOUT_WEBHOOKS: Final[dict[Code, Entry]] = {
    Code.WEBHOOK_UNKNOWN: Entry(
        404,
        "Your agency has no such webhook.",
        "本机构没有该 Webhook。",
        "Look at GET /v1/webhooks.",
        "请查询 GET /v1/webhooks。",
    ),
    Code.WEBHOOK_URL_REFUSED: Entry(
        422,
        "This address is refused: it must be HTTPS, without user name, and lead to no private network.",
        "地址不可用：须为 HTTPS，不含用户名，且不得指向内部网络。",
        "Register a public HTTPS address, or have the county allow your network (docs/delivery.md).",
        "请登记公网 HTTPS 地址，或请县级管理员放行贵单位网段（见 docs/delivery.md）。",
    ),
    Code.WEBHOOK_TOO_MANY: Entry(
        409,
        "Your agency has as many webhooks as it may.",
        "本机构的 Webhook 数量已达上限。",
        "Delete one that you no longer use.",
        "请删除不再使用的 Webhook。",
    ),
    Code.DELIVERY_UNKNOWN: Entry(
        404,
        "There is no such delivery of this webhook.",
        "该 Webhook 没有此投递记录。",
        "Look at the log of deliveries of this webhook; what is older than the county keeps is gone.",
        "请查询该 Webhook 的投递记录；超过保存期限的已删除。",
    ),
}
"""One entry for each of their codes."""
