"""Valid rows of lists about people who do not exist."""

from datetime import date, timedelta

from schemas.resident_id import check_character

HEADER = ["申请编号", "机构", "项目", "身份证号", "姓名", "开始日期", "截止日期", "常住地址", "村代码", "联系电话"]
AGENCIES = ["hrss", "民政局", "卫健局"]
PROGRAMMES = ["pension", "高龄津贴", "计划生育奖励扶助"]
NAMES = ["张三", "李䶮", "𠮷田", "买买提·艾力", "欧阳娜娜", "王〇"]


def base_row(number: int) -> list[str]:
    """A valid request of somebody who does not exist (region 990101)."""
    first_17 = f"990101{date(1930, 1, 1) + timedelta(days=number % 9000):%Y%m%d}{number // 9000 % 1000:03d}"
    kind = number % 3
    return [
        *(f"R{number}", AGENCIES[kind], PROGRAMMES[kind], first_17 + check_character(first_17)),
        *(NAMES[number % len(NAMES)], "2026-03-01", "2026-04-01", "河边组1号", "990101001001", "13900000000"),
    ]
