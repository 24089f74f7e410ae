"""Refusals about reviews and appeals. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

ABOUT_REVIEWS: Final[dict[Code, Entry]] = {
    Code.REVIEW_NOT_YOURS: Entry(
        409,
        "This case is not on your desk: it was given back, another reviewer has it, it is decided, or nobody has to"
        " decide it any more, because another recording was certified or this one is not held any more.",
        "该复核件不在您手中：已归还、由他人处理、已有决定，或因其他录像已通过、该录像不再留存而无需再作决定。",
        "Take the next case.",
        "请领取下一件。",
    ),
    Code.REVIEW_MEDIA_GONE: Entry(
        410,
        "This clip or picture is not held any more: its time is over, or the person's data were erased.",
        "该录像或照片已不再留存：保存期已满，或本人数据已删除。",
        "Decide by what is left, or give the case back; the person can be filmed anew.",
        "请根据现有材料决定，或归还该件；可重新拍摄。",
    ),
    Code.REVIEW_CLIP_UNSEEN: Entry(
        409,
        "You have not opened the recording of this case, so you cannot decide on it.",
        "您尚未打开该件的录像，不能作出决定。",
        "Open the recording first. Where it cannot be opened, have the person filmed again, or give the case back.",
        "请先打开录像；如无法打开，可选择重拍，或归还该件。",
    ),
    Code.REVIEW_REASON_MISSING: Entry(
        422,
        "Whoever does not certify says why.",
        "不予通过须说明理由。",
        "Give at least one of the reasons of this decision.",
        "请至少选择一项与该决定相应的理由。",
    ),
    Code.REVIEW_REASON_UNFIT: Entry(
        422,
        "A reason does not belong to this decision.",
        "所选理由与该决定不符。",
        "Choose among the reasons that the case lists under the decision.",
        "请在该决定所列理由中选择。",
    ),
    Code.APPEAL_NOTHING_DECIDED: Entry(
        409,
        "No reviewer has decided against this person here, so there is nothing to appeal.",
        "此处没有复核员作出的不利决定，无可申诉。",
        "Look at what became of the recording; where it waits for a reviewer, wait, and appeal afterwards if need be.",
        "请查看录像的处理情况；如仍待复核，请等候结果，必要时再申诉。",
    ),
    Code.APPEAL_PENDING: Entry(
        409,
        "An appeal waits to be decided already.",
        "已有一项申诉正在处理。",
        "Wait for its decision; it is told like every other.",
        "请等候该申诉的决定，结果将照常告知。",
    ),
    Code.APPEAL_RECORDING_GONE: Entry(
        410,
        "The recording is not held any more: nobody can look at it again.",
        "录像已不再留存，无法再次复核。",
        "Film the person anew, or choose a visit with witnesses: both are open at any time.",
        "请重新拍摄，或改为见证走访：两者随时可办。",
    ),
    Code.APPEAL_UNCLEAR: Entry(
        422,
        "The appeal does not name its person in exactly one way.",
        "申诉未以唯一方式指明所涉人员。",
        "Agencies: give request_id. Phones, desks and reviewers: give visit_id.",
        "机构请填写 request_id；手机端、调度员和复核员请填写 visit_id。",
    ),
}
"""Code → texts; merged into `errors.CATALOGUE`."""
