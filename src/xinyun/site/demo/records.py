"""What is known about the demonstration's subjects, as rows under the catalogue's field names, office by office."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random

from xinyun.base.identifiers import is_resident_id
from xinyun.base.period import add_months
from xinyun.site.demo import renewals, showcase
from xinyun.site.demo.places import Place, Province, office_code
from xinyun.site.demo.subjects import Subject, chance, day_between
from xinyun.site.demo.trades import ABBREVIATIONS, TRADES, Licence, Violation
from xinyun.site.demo.words import BRANCHES, STEMS

Row = dict[str, str]
Files = defaultdict[tuple[str, str], list[Row]]
"""Rows by catalogue item and office."""

NO_END = "2099-12-31"
FIRST_DECISION = date(2019, 1, 2)
_PENALTIES = (
    ("罚款", 46), ("警告；罚款", 14), ("罚款；没收违法所得", 12), ("警告", 12), ("通报批评", 4),
    ("没收非法财物", 4), ("责令停产停业", 4), ("吊销许可证件", 3), ("暂扣许可证件", 1),
)  # fmt: skip
_HONOURS = {
    "": ("market-regulation", "守合同重信用单位（演示）"),
    "travel": ("culture-tourism", "诚信经营示范单位（演示）"),
}
"""What else than tax credit is honoured, by trade: who awards it, under which title."""
_DRIVER = Licence("道路运输从业资格证", "道路普通货物运输驾驶员", 6, "认可")
_CAUSES = ("未按期公示年度报告", "通过登记的住所或者经营场所无法联系", "公示信息隐瞒真实情况、弄虚作假")


class Writer:
    """Puts rows into the files of the offices that furnish them."""

    def __init__(self, province: Province, on: date) -> None:
        self.province = province
        self.on = on
        self.files: Files = defaultdict(list)
        self._tax_a = province.norms.list("tax-a").title
        self._departments = sorted({o.department for o in province.norms.offices()})

    def write(self, subjects: list[Subject]) -> Files:
        """The rows about these subjects and about a few natural persons."""
        for subject in subjects:
            self._register(subject)
            if subject.in_business:
                self._license(subject)
                self._punish(subject)
                self._mark_abnormal(subject)
            self._honour(subject)
            if showcase.is_showcase(subject):
                for item, row in showcase.rows(subject, self.on):
                    self._decide(item, subject.trade.department, subject.place, row)
        for old, new in renewals.pairs(subjects):
            for item, row in renewals.rows(old, new, self.province, self.on):
                if item == "penalty":
                    self._decide(item, "market-regulation", old.place, row)
                else:
                    self._put(item, new.registrar, new.place.city, row)
        for number in range(max(3, min(len(subjects) // 100, 60))):
            self._about_person(number)
        return self.files

    def _put(self, item: str, department: str, city: str, row: Row) -> None:
        """The market regulators of the cities send their own files; other departments send one for the province."""
        where = city if department == "market-regulation" else self.province.code
        self.files[item, f"{where}.{department}"].append({name: text for name, text in row.items() if text})

    def _decide(self, item: str, department: str, place: Place, row: Row) -> None:
        """Put a licence or penalty, signed by the department's office in that place."""
        office = self.province.office(place, department)
        code = office_code(place.city, self._departments.index(department))
        signed = {
            "authority_name": office,
            "authority_uscc": code,
            "data_source_name": office,
            "data_source_uscc": code,
        }
        self._put(item, department, place.city, row | signed)

    def _register(self, s: Subject) -> None:
        approved = day_between(chance(s.number, "approval"), s.established, self.on)
        row = {
            "name": s.name,
            "uscc": s.code,
            "type": s.type,
            "legal_representative": s.person,
            "established_on": s.established.isoformat(),
            "registered_capital": s.capital,
            "business_scope": s.trade.scope if s.in_business else "",
            "address": s.address,
            "province": self.province.title,
            "city": s.place.city_title,
            "industry": s.trade.industry if s.in_business else "",
            "valid_from": s.established.isoformat(),
            "valid_until": NO_END,
            "registration_authority": self.province.office(s.place, s.registrar),
            "approved_on": approved.isoformat(),
            "status": s.status,
        }
        self._put("registration", s.registrar, s.place.city, row)

    def _license(self, s: Subject) -> None:
        rng = chance(s.number, "licence")
        if rng.random() > 0.36 and not s.role.list_id:
            return
        for turn in range(rng.choice((1, 1, 2, 2, 3, 4))):
            row = _licence(s, self.on, rng, turn)
            self._decide("licence", s.trade.department, s.place, _about(s) | row)

    def _punish(self, s: Subject) -> None:
        rng = chance(s.number, "penalty")
        adverse = s.role.list_id not in {"", "tax-a"}
        if rng.random() > (0.6 if adverse else 0.085):
            return
        for turn in range(rng.choice((1, 1, 1, 2, 3))):
            row = _penalty(
                rng.choice(s.trade.violations),
                f"{s.number}{turn}",
                s.trade.department,
                s.established,
                self.on,
                rng,
            )
            self._decide("penalty", s.trade.department, s.place, _about(s) | row)

    def _mark_abnormal(self, s: Subject) -> None:
        rng = chance(s.number, "abnormal")
        if rng.random() > (0.5 if s.status == "吊销未注销" else 0.035):
            return
        department = "tax" if rng.random() < 0.2 else "market-regulation"
        listed = day_between(rng, max(s.established, self.on - timedelta(days=1200)), self.on, recent=True)
        removed = listed + timedelta(days=rng.randint(20, 400)) if rng.random() < 0.4 else None
        row = {
            "name": s.name,
            "uscc": s.code,
            "legal_representative": s.person,
            "list_name": "非正常户" if department == "tax" else "经营异常名录",
            "cause": "纳税非正常户" if department == "tax" else rng.choice(_CAUSES),
            "document_no": _number(department, "列异", listed, f"{s.number}1"),
            "listed_on": listed.isoformat(),
            "authority": self.province.office(s.place, department),
        }
        if removed and removed <= self.on:
            row |= {
                "removed_on": removed.isoformat(),
                "removal_cause": "列入情形已经消除",
                "removal_authority": row["authority"],
            }
        self._put("abnormal", department, s.place.city, row)

    def _honour(self, s: Subject) -> None:
        if s.role.list_id == "tax-a":
            awarded = last_announcement(self.on)
            title, document = self._tax_a, f"演税公告〔{awarded.year}〕{s.number + 1}号"
            self._award(s, "tax", title, document, awarded, months=12)
            return
        rng = chance(s.number, "honour")
        if s.in_business and s.status == "存续" and not s.role.list_id and rng.random() < 0.02:
            awarded = day_between(rng, max(s.established, self.on - timedelta(days=900)), self.on)
            department, title = _HONOURS.get(s.trade.id, _HONOURS[""])
            self._award(s, department, title, f"演诚〔{awarded.year}〕{s.number + 1}号", awarded, months=36)

    def _award(
        self, s: Subject, department: str, title: str, number: str, awarded: date, *, months: int
    ) -> None:
        row = {
            "list_name": title,
            "name": s.name,
            "uscc": s.code,
            "year": str(awarded.year - (department == "tax")),
            "decision_no": number,
            "awarded_on": awarded.isoformat(),
            "authority": self.province.office(s.place, department),
            "until": (add_months(awarded, months) - timedelta(days=1)).isoformat(),
            "grade": "A" if department == "tax" else "",
        }
        self._put("honour", department, s.place.city, row)

    def _about_person(self, number: int) -> None:
        """A licence or penalty of an invented natural person, whose number no living person can have."""
        rng, trade = chance(number, "person"), TRADES["transport"]
        place = self.province.somewhere(rng)
        about = {
            "counterparty_name": "演示自然人" + rng.choice(STEMS) + rng.choice(BRANCHES),
            "counterparty_class": "自然人",
            "id_type": "身份证",
            "id_no": resident_id(number),
        }
        if number % 2:
            row = _penalty(trade.violations[-1], f"0{number:04d}", "transport", FIRST_DECISION, self.on, rng)
            self._decide("penalty", "transport", place, about | row)
        else:
            decided = day_between(rng, self.on - timedelta(days=900), self.on)
            document = _number("transport", "许", decided, f"0{number:04d}")
            row = _granted(_DRIVER, decided, document, self.on, rng)
            self._decide("licence", "transport", place, about | row)


def last_announcement(on: date) -> date:
    """The last day in April on which A-class taxpayers were announced."""
    this_year = date(on.year, 4, 22)
    return this_year if this_year <= on else date(on.year - 1, 4, 22)


def resident_id(number: int) -> str:
    """A well-formed number of a division that does not exist and a birth in 1900."""
    day = date(1900, 1, 1) + timedelta(days=number // 900)
    first17 = f"529999{day:%Y%m%d}{number % 900 + 1:03d}"
    return next(first17 + last for last in "0123456789X" if is_resident_id(first17 + last))


def _about(s: Subject) -> Row:
    return {
        "counterparty_name": s.name,
        "counterparty_class": "个体工商户" if s.prefix == "92" else "法人及非法人组织",
        "uscc": s.code,
        "legal_rep_name": s.person,
    }


def _number(department: str, kind: str, day: date, number: str) -> str:
    return f"演{ABBREVIATIONS[department]}{kind}〔{day.year}〕{number}号"


def _licence(s: Subject, on: date, rng: Random, turn: int) -> Row:
    licence = s.trade.licences[turn % len(s.trade.licences)]
    decided = day_between(rng, max(s.established, FIRST_DECISION), on, recent=True)
    document = _number(s.trade.department, "许", decided, f"{s.number}{turn}")
    return _granted(licence, decided, document, on, rng)


def _granted(licence: Licence, decided: date, document: str, on: date, rng: Random) -> Row:
    last = add_months(decided, 12 * licence.years) - timedelta(days=1)
    until = last.isoformat() if licence.years else NO_END
    ended = until < on.isoformat() or rng.random() < 0.03
    return {
        "decision_title": f"{licence.title}准予许可决定书",
        "decision_no": document,
        "licence_class": licence.kind,
        "certificate_name": licence.title,
        "licence_no": f"XY{rng.randrange(10**10):010d}",
        "content": licence.content,
        "decision_date": decided.isoformat(),
        "valid_from": decided.isoformat(),
        "valid_to": until,
        "status": "无效" if ended else "有效",
    }


def _penalty(broken: Violation, number: str, department: str, since: date, on: date, rng: Random) -> Row:
    kinds = rng.choices([kind for kind, _ in _PENALTIES], [weight for _, weight in _PENALTIES])[0]
    decided = day_between(rng, max(since, FIRST_DECISION), on, recent=True)
    fine = min(rng.choice((0.05, 0.2, 0.5, 1, 2, 3.5, 5, 10, 20)), broken.most)
    confiscated = rng.choice((0.03, 0.12, 0.8, 2.4))
    amounts = {
        "罚款": f"{fine:g}万元",
        "没收违法所得": f"{confiscated:g}万元",
        "没收非法财物": f"{confiscated:g}万元",
    }
    words = [kind + amounts.get(kind, "") for kind in kinds.split("；")]
    return {
        "decision_no": _number(department, "罚", decided, number),
        "violation_type": broken.kind,
        "violation_facts": broken.facts,
        "legal_basis": broken.basis,
        "penalty_class": kinds,
        "content": "，".join(words) + "。",
        "fine_10k_yuan": f"{fine:g}" if "罚款" in kinds else "",
        "confiscated_10k_yuan": f"{confiscated:g}" if "没收" in kinds else "",
        "revoked_licence": f"演示许可证 XY{number}" if "许可证件" in kinds else "",
        "decision_date": decided.isoformat(),
        "valid_to": NO_END,
    }
