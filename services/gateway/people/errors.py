"""Refusals about what happens to people: life events, announced days, questions of identity. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

ABOUT_PEOPLE: Final[dict[Code, Entry]] = {
    Code.CONSENT_WITHDRAWN: Entry(
        409,
        "The person has withdrawn the consent to be filmed.",
        "此人已撤回拍摄同意。",
        "Do not film: offer a witness, a video call or a document. If the person agrees anew after being told, film"
        " again and state notice_version and consent_renewed.",
        "请勿拍摄，改由见证人、视频通话或书面材料认证。如本人听取告知后重新同意，请重新拍摄，"
        "并填写 notice_version 和 consent_renewed。",
    ),
    Code.CONSENT_IN_FUTURE: Entry(
        422,
        "The moment of the withdrawal lies in the future.",
        "撤回同意的时间晚于当前时间。",
        "Give the moment at which it was said, with its zone; check the clock.",
        "请填写实际撤回时间（含时区），并检查设备时钟。",
    ),
    Code.LIFE_EVENT_UNKNOWN: Entry(
        404,
        "There is no such life event for you.",
        "没有该情况记录，或与您无关。",
        "Look at GET /v1/life-events; one that was reported this minute may need a few seconds.",
        "请查询 GET /v1/life-events；刚刚上报的情况请稍候几秒再试。",
    ),
    Code.LIFE_EVENT_SOURCE_NOT_YOURS: Entry(
        403,
        "You may not speak for this source.",
        "您无权以此来源上报。",
        "Phones: cadre, family, neighbour. Agencies: agency, or the register that handed you its list"
        " (civil_registration, funeral_home, hospital, police). Reviewers: any.",
        "手机端：cadre、family、neighbour；机构：agency，或向您提供名单的登记部门"
        "（civil_registration、funeral_home、hospital、police）；复核人员：不限。",
    ),
    Code.LIFE_EVENT_NOT_YOURS: Entry(
        403,
        "Only who has reported or confirmed a life event, or a reviewer, may correct or end it.",
        "只有上报或确认过该情况的一方或复核人员才能更正或结束。",
        "Confirm it with what you know, or ask a reviewer.",
        "请以您掌握的信息予以确认，或联系复核人员。",
    ),
    Code.LIFE_EVENT_SOURCE_MISSING: Entry(
        422,
        "It is not said who says that the person has died.",
        "未说明死亡信息的来源。",
        "Name the source: two different ones are needed before anything is stopped.",
        "请填写 source；须有两个不同来源才会停止相关事项。",
    ),
    Code.LIFE_EVENT_LIST_UNREADABLE: Entry(
        422,
        "The file is no table with a column of ID numbers or of your request numbers.",
        "文件不是含身份证号列或申请编号列的表格。",
        "Send CSV or XLSX with the headings 身份证号 (or request_id), 死亡日期, 登记日期 in its first row.",
        "请上传首行为表头（身份证号或申请编号、死亡日期、登记日期）的 CSV 或 XLSX 文件。",
    ),
    Code.LIFE_EVENT_LIST_TOO_LONG: Entry(
        422,
        "The list has more than 2,000 rows; nothing of it was taken.",
        "名单超过 2000 行，未接收任何一行。",
        "Send it in parts: what is sent twice counts once.",
        "请分批上传；重复上传只计一次。",
    ),
    Code.LIFE_EVENT_KIND_UNKNOWN: Entry(
        422,
        "The row names a kind of event that is not known.",
        "该行的变动类型无法识别。",
        "Write deceased (死亡), or another kind of docs/life-events.md; an empty cell means what the list is of.",
        "请填写“死亡”等已有类型；留空则按整份名单的类型处理。",
    ),
    Code.LIFE_EVENT_SOURCE_UNKNOWN: Entry(
        422,
        "The row names a source that is not known.",
        "该行的信息来源无法识别。",
        "Write 户籍登记, 殡仪馆, 医院 or 公安 (civil_registration, funeral_home, hospital, police); an empty cell"
        " means the source of the whole list.",
        "请填写“户籍登记”“殡仪馆”“医院”或“公安”；留空则按整份名单的来源处理。",
    ),
    Code.LIFE_EVENT_DAY_UNREADABLE: Entry(
        422,
        "The row has a day that cannot be read.",
        "该行的日期无法识别。",
        "Write 2026-03-01, 2026年3月1日, or only month or year; 登记日期 needs a whole day.",
        "请写作 2026-03-01 或 2026年3月1日；只知年月的可只写年月，登记日期须写到日。",
    ),
    Code.LIFE_EVENT_PERSON_UNCLEAR: Entry(
        422,
        "The report does not name its person in exactly one way.",
        "未以唯一方式指明所涉人员。",
        "Agencies: give either request_id or id_number. Phones and reviewers: give visit_id.",
        "机构请填写 request_id 或 id_number 其中之一；手机端和复核人员请填写 visit_id。",
    ),
    Code.LIFE_EVENT_DAY_IN_FUTURE: Entry(
        422,
        "A day lies in the future.",
        "日期晚于今天。",
        "Give the day on which it happened or became known, in the county's calendar.",
        "请填写发生日期或获知日期（以本县日期为准）。",
    ),
    Code.LIFE_EVENT_DAY_TOO_EARLY: Entry(
        422,
        "A day lies before 1900.",
        "日期早于1900年。",
        "Check that the date is not an empty cell or shifted; leave it out when it is not known.",
        "请检查日期是否为空单元格或错位；不清楚时请勿填写。",
    ),
    Code.LIFE_EVENT_DAYS_CROSSED: Entry(
        422,
        "It is said to have become known before it happened.",
        "获知日期早于发生日期。",
        "Check both days; where only the month or the year is known, say so by the precision.",
        "请核对两个日期；若只知年月，请以 precision 注明。",
    ),
    Code.LIFE_EVENT_VILLAGE_NOT_MOVED: Entry(
        422,
        "A village is given, but this is no move.",
        "填写了村代码，但该情况不是迁居。",
        "Give village_code with moved or in_care_home only: it says where the person lives now.",
        "village_code 表示现居住地，仅用于 moved 或 in_care_home。",
    ),
    Code.LIFE_EVENT_NOTHING_CORRECTED: Entry(
        422,
        "The correction names nothing.",
        "更正内容为空。",
        "Name at least one of happened, known_on, village_code.",
        "请至少填写 happened、known_on、village_code 之一。",
    ),
    Code.LIFE_EVENT_CANNOT_END: Entry(
        422,
        "A death does not end.",
        "死亡情况不能“结束”。",
        "If the report was wrong, a reviewer voids it.",
        "如属误报，请由复核人员作废。",
    ),
    Code.LIFE_EVENT_OVER: Entry(
        409,
        "The life event was voided or has ended; nothing can be added to it.",
        "该情况已作废或已结束，不能再补充。",
        "If it has happened again or is true after all, report it anew, with the day on which you learned of it"
        " (known_on).",
        "如再次发生或确属事实，请重新上报，并填写获知日期（known_on）。",
    ),
    Code.LIFE_EVENT_CONTRADICTED: Entry(
        409,
        "The person was seen alive after this death was reported.",
        "上报死亡之后，此人曾被当面确认健在。",
        "If the person has died since, report it anew with the day on which you learned of it (known_on); otherwise ask"
        " a reviewer.",
        "如此后确已死亡，请重新上报并填写获知日期（known_on）；否则请联系复核人员。",
    ),
    Code.LIFE_EVENT_IDENTITY_UNCLEAR: Entry(
        409,
        "Names disagree under this person's ID number: it is not clear who has died.",
        "该身份证号下姓名不一致，尚不能确定死亡者是谁。",
        "A reviewer compares the records first (GET /v1/identity-questions), and confirms or voids the report.",
        "请由复核人员先核对身份（GET /v1/identity-questions），再予确认或作废。",
    ),
    Code.LIFE_EVENT_VERSION_UNTOLD: Entry(
        409,
        "Your agency was never told of this version.",
        "本机构未曾收到该版本的通知。",
        "Read the life event again (GET /v1/life-events) and acknowledge the version that stands there.",
        "请重新查看 GET /v1/life-events，并签收其中所列版本。",
    ),
    Code.SECOND_SOURCE_NEEDED: Entry(
        409,
        "This is no second source: it comes from an account or a source that has said so already.",
        "这不是第二来源：该账号或该来源此前已上报。",
        "Let somebody else confirm it, with another account and from another source.",
        "请由其他人员使用其他账号、依据其他来源予以确认。",
    ),
    Code.DEATH_ALREADY_REPORTED: Entry(
        409,
        "You or the same source have reported this person's death already.",
        "您或同一来源已上报该人员死亡。",
        "Find the report in GET /v1/life-events; correct its date there, or let another source confirm it.",
        "请在 GET /v1/life-events 中查找该报告，更正日期，或由其他来源确认。",
    ),
    Code.PERSON_NOT_ASKED_FOR: Entry(
        404,
        "Your agency has made no request for this person.",
        "本机构未申请认证该人员。",
        "Check the ID number; the agency that asks for the person may report it.",
        "请核对身份证号；可由申请认证该人员的机构上报。",
    ),
    Code.VISIT_PAUSED: Entry(
        409,
        "Nobody is sent for now: a life event of this person is not settled.",
        "该走访已暂停：此人有情况待核实。",
        "Look at the visit's life_event_id; announce the visit when it is open again.",
        "请查看该走访的 life_event_id；待恢复后再通知上门日期。",
    ),
    Code.ANNOUNCED_DAY_PAST: Entry(
        422,
        "The day is past.",
        "该日期已过。",
        "Announce today or a later day of the visit's window, in the county's calendar.",
        "请选择今天或之后、且在走访期限内的日期（以本县日期为准）。",
    ),
    Code.ANNOUNCED_DAY_OUTSIDE: Entry(
        422,
        "The day lies outside of the visit's window.",
        "该日期不在走访期限内。",
        "Choose a day of the visit's `window`: on another day the proof would not count.",
        "请选择走访 window 所列期限内的日期，否则认证无效。",
    ),
    Code.QUESTION_UNKNOWN: Entry(
        404,
        "There is no such question of identity.",
        "没有该身份核对事项。",
        "Look at GET /v1/identity-questions.",
        "请查询 GET /v1/identity-questions。",
    ),
    Code.QUESTION_GONE: Entry(
        409,
        "The names have changed since: this question does not stand any more.",
        "姓名信息已变更，该核对事项已失效。",
        "Look at GET /v1/identity-questions and decide what stands there.",
        "请重新查询 GET /v1/identity-questions 并对现有事项作出判断。",
    ),
}
"""Code → texts; merged into `errors.CATALOGUE`."""
