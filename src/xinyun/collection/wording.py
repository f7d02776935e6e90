"""The rules by which rows are refused, in a few words each, for tables that count them. Pure."""

from __future__ import annotations

from xinyun.base import Text

RULES = {
    "above": Text("数值应大于某数", "A number is not above its limit"),
    "at-most": Text("数值大得少见", "A number is unusually great"),
    "before": Text("两个日期的先后不对", "Two days are in the wrong order"),
    "characters": Text("含有控制字符或不可见字符", "Control or invisible characters"),
    "class-of-subject": Text("主体的类别不属于该事项", "The item is not about this kind of subject"),
    "code-differs": Text(
        "组织机构代码与统一社会信用代码不符", "The organisation code differs from the unified code"
    ),
    "code-list": Text("不在代码表中", "Not in the code list"),
    "conflict": Text("同一文件内自相矛盾", "Contradicted within its file"),
    "date": Text("不是有效日期", "Not a day"),
    "decimals": Text("小数位数过多", "Too many decimals"),
    "digits": Text("位数不对", "Wrong number of digits"),
    "division-retired": Text("登记机关区划已撤销或变更", "The division in the code is retired"),
    "division-unknown": Text("登记机关区划不在区划表中", "The division in the code is unknown"),
    "document-brackets": Text(
        "文号的年份不在六角括号中", "The year of a document number is in other brackets"
    ),
    "document-number": Text("不像完整的文号", "Not like a whole document number"),
    "has-digit": Text("文号中没有编号", "The document's number holds no number"),
    "identified": Text("代码和证件号码都没有", "Neither a code nor a person's document"),
    "length": Text("超过规定长度", "Too long"),
    "min": Text("数值小于下限", "A number is below its limit"),
    "must-be-empty": Text("不应填写的填了", "Filled in where it must be empty"),
    "not-after": Text("两个日期的先后不对", "Two days are in the wrong order"),
    "not-before": Text("日期过早", "A day is too early"),
    "not-before-birth": Text("日期早于当事人出生", "A day is before the person was born"),
    "not-future": Text("日期晚于报送当天", "A day lies in the future"),
    "number": Text("不是数字", "Not a number"),
    "one-line": Text("含有换行", "A line break"),
    "organisation-code": Text("组织机构代码校验不符", "The organisation code fails its check"),
    "organisation-name": Text("不是完整的法定名称", "Not a full legal name"),
    "person-name": Text("不是姓名", "Not a person's name"),
    "outranked": Text(
        "与目录中在前的部门所报不同，记为本单位的陈述",
        "Differs from what a department of higher authority furnished; kept as this office's statement",
    ),
    "placeholder": Text("占位代码", "A placeholder instead of a code"),
    "registration-no": Text("注册号校验不符", "The registration number fails its check"),
    "required": Text("必填项为空", "A required field is empty"),
    "required-when": Text("有条件必填的为空", "A field required in this case is empty"),
    "resident-id": Text("公民身份号码校验不符", "The identity number fails its check"),
    "return-number": Text(
        "退回编号不存在，或那一行已经处理", "A return number is unknown, or its row is settled"
    ),
    "since-established": Text("日期早于主体成立", "A day is before the subject was established"),
    "tax-number": Text("税务登记号不对", "The tax number is wrong"),
    "together": Text("应同时填写的少了一项", "One of two fields that belong together is missing"),
    "uscc": Text("统一社会信用代码校验不符", "The unified social credit code fails its check"),
    "withdrawn": Text("记录已由报送单位撤回", "Its office has withdrawn the record"),
    "within-article": Text("罚款高于所引条款", "A fine is above what its articles allow"),
}
"""What each rule finds, whatever the field; where it stands in a row, the rule's own words name the field."""


def rule(id: str) -> Text:
    """A rule in words; one that is new here is shown as it is written."""
    return RULES.get(id, Text(id, id))
