"""Why a reviewer decided so, and on what grounds a decision is appealed: closed sets of permanent codes with texts.

A text may be improved; a code is never renamed or reused.
"""

from enum import StrEnum
from typing import Final, NamedTuple


class ReviewDecision(StrEnum):
    """What a reviewer may decide. Only a person refuses, and only with a reason."""

    CERTIFIED = "certified"
    RETRY = "retry"
    REFUSED = "refused"


class ReviewReason(StrEnum):
    """A reviewer's reason."""

    PERSON_RECOGNISED = "person_recognised"
    LIFE_SEEN = "life_seen"
    PERSON_NOT_CLEAR = "person_not_clear"
    ACTIONS_NOT_CLEAR = "actions_not_clear"
    OTHERS_IN_PICTURE = "others_in_picture"
    PHOTO_NOT_COMPARABLE = "photo_not_comparable"
    REVIEWERS_DISAGREE = "reviewers_disagree"
    ANOTHER_PERSON = "another_person"
    NOT_A_LIVING_FACE = "not_a_living_face"
    RECORDING_ALTERED = "recording_altered"


class ReviewReasonText(NamedTuple):
    """What was seen and what to do next."""

    decision: ReviewDecision
    english: str
    chinese: str


_APPEAL_EN, _APPEAL_ZH = (
    "Nothing is stopped by this: the agency looks into it first. The person or the family may appeal, and somebody else"
    " decides; or a visit with witnesses or the agency's desk proves it instead.",
    "此决定本身不停发任何待遇：由部门先行核实。本人或家属可以申诉，由另一名复核员决定；也可改由见证走访或到部门窗口办理。",
)

REVIEW_REASON_TEXTS: Final[dict[ReviewReason, ReviewReasonText]] = {
    ReviewReason.PERSON_RECOGNISED: ReviewReasonText(
        ReviewDecision.CERTIFIED,
        "It is the person of the photo, older or changed by illness. Nothing is to be done.",
        "与照片为同一人，因年老或疾病容貌有变。无需处理。",
    ),
    ReviewReason.LIFE_SEEN: ReviewReasonText(
        ReviewDecision.CERTIFIED,
        "A living person is seen, who follows the prompts as well as can be. Nothing is to be done.",
        "可见真人并尽力按提示做动作。无需处理。",
    ),
    ReviewReason.PERSON_NOT_CLEAR: ReviewReasonText(
        ReviewDecision.RETRY,
        "The face cannot be recognised. Film again in front light, at arm's length.",
        "看不清面部。请在正面光线下、一臂距离重新拍摄。",
    ),
    ReviewReason.ACTIONS_NOT_CLEAR: ReviewReasonText(
        ReviewDecision.RETRY,
        "The asked actions are not to be seen. Say each prompt slowly and film again; ask what the person can do.",
        "看不出所要求的动作。请慢慢提示后重新拍摄；可改选本人能做的动作。",
    ),
    ReviewReason.OTHERS_IN_PICTURE: ReviewReasonText(
        ReviewDecision.RETRY,
        "Somebody else is in the picture or helps with a hand. Film the person alone.",
        "画面中有他人或他人用手帮助。请只拍摄本人，重新拍摄。",
    ),
    ReviewReason.PHOTO_NOT_COMPARABLE: ReviewReasonText(
        ReviewDecision.RETRY,
        "The reference photo is too old or too poor. Ask the agency for a newer one, or have the visit witnessed.",
        "参考照片过旧或质量不足。请部门提供新照片，或改为见证走访。",
    ),
    ReviewReason.REVIEWERS_DISAGREE: ReviewReasonText(
        ReviewDecision.RETRY,
        "Three reviewers came to three decisions. Film again; it is judged anew.",
        "三名复核员意见各不相同。请重新拍摄，另行认定。",
    ),
    ReviewReason.ANOTHER_PERSON: ReviewReasonText(
        ReviewDecision.REFUSED,
        f"It is not the person of the photo. {_APPEAL_EN}",
        f"画面中不是照片上的本人。{_APPEAL_ZH}",
    ),
    ReviewReason.NOT_A_LIVING_FACE: ReviewReasonText(
        ReviewDecision.REFUSED,
        f"A picture, a screen or a mask was filmed, not a living face. {_APPEAL_EN}",
        f"拍摄的是照片、屏幕或面具，不是真人。{_APPEAL_ZH}",
    ),
    ReviewReason.RECORDING_ALTERED: ReviewReasonText(
        ReviewDecision.REFUSED,
        f"The recording was cut or altered. {_APPEAL_EN}",
        f"录像经过剪辑或改动。{_APPEAL_ZH}",
    ),
}
"""Each reason belongs to one decision. `reviewers_disagree` is stated by the desk itself, never by a reviewer."""

CHOSEN_BY_NOBODY: Final = frozenset({ReviewReason.REVIEWERS_DISAGREE})
"""Reasons that follow from the decisions of several."""


class AppealGround(StrEnum):
    """On what grounds the person or the family appeals."""

    SAME_PERSON = "same_person"
    FILMED_ALIVE = "filmed_alive"
    COULD_NOT_DO_MORE = "could_not_do_more"
    OTHER_GROUND = "other_ground"


APPEAL_TEXTS: Final[dict[AppealGround, tuple[str, str]]] = {
    AppealGround.SAME_PERSON: ("It is the person. Compare the identity card.", "就是本人。请核对身份证。"),
    AppealGround.FILMED_ALIVE: ("The person was filmed alive. Ask the cadre.", "确为真人现场拍摄。请向村干部核实。"),
    AppealGround.COULD_NOT_DO_MORE: (
        "The person could do no more. Look at what was possible.",
        "本人身体条件有限，只能做到如此。请酌情考虑。",
    ),
    AppealGround.OTHER_GROUND: ("Another ground. Ask who appeals.", "其他理由。请向申诉人了解。"),
}
"""Ground → English, Chinese."""
