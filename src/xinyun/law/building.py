"""From a checked edition, as read from file, to the value of its kind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from xinyun.base import Basis, Period
from xinyun.law import (
    assessments,
    catalogue,
    ceilings,
    enforcements,
    identities,
    kinds,
    listings,
    measures,
    procedures,
    relations,
    retention,
)


def _common(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": norm["id"],
        "title": norm["title"],
        "english": norm["english"],
        "since": date.fromisoformat(since),
        "basis": _basis(edition.get("basis", ())),
        "confidence": edition.get("confidence", "seen"),
        "note": edition.get("note", ""),
    }


def _basis(cited: Iterable[tuple[str, str]]) -> tuple[Basis, ...]:
    return tuple(Basis(source, article) for source, article in cited)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _months(term: dict[str, int] | None) -> int | None:
    return term.get("months", 0) + 12 * term.get("years", 0) if term else None


def _span(written: dict[str, Any]) -> kinds.Span:
    return kinds.Span(written["within"], written["unit"])


def _retention(written: str | dict[str, int]) -> str:
    return written if isinstance(written, str) else f"{written['years']} 年"


def source(norm: dict[str, Any]) -> kinds.Source:
    """Build a source; it has no editions, only its own dates."""
    days = {key: _day(norm.get(key)) for key in ("dated", "in_force", "until")}
    told = {
        place: said if isinstance(said, str) else said["says"]
        for place, said in norm.get("articles", {}).items()
    }
    return kinds.Source(**{**norm, **days, "articles": told})


def office(row: dict[str, str], division: str, division_title: str) -> kinds.Office:
    """Build a department's office in one division; city titles carry `{}` for the city's name."""
    level = "national" if division == "cn" else "province" if len(division) == 2 else "city"
    pattern = row["city_title"] if level == "city" else row["province_title"]
    title = pattern.replace("{}", division_title)
    code = {"national": "100000", "province": f"{division}0000", "city": division}[level]
    return kinds.Office(f"{division}.{row['slug']}", title, row["english"], code, row["slug"])


def division(row: dict[str, str]) -> kinds.Division:
    """Build a division; one that names an end or a successor is retired."""
    period = Period(_day(row["from"]), _day(row["until"]))
    retired = bool(row["until"] or row["successor"])
    return kinds.Division(
        row["code"], row["title"], row["parent"], period, row["successor"], retired, row["confidence"]
    )


def field(row: dict[str, str]) -> catalogue.Field:
    """Build a field from a row of an item's table."""
    return catalogue.Field(
        name=row["name"],
        code=row["code"],
        title=row["title"],
        english=row["english"],
        type=row["type"],
        length=int(row["length"] or 0),
        required=row["required"],
        when=kinds.Condition.parse(row["when"]),
        empty_when=kinds.Condition.parse(row["empty_when"]),
        codes=row["codes"],
        checks=catalogue.Check.parse(row["checks"]),
        publicity=row["publicity"],
        personal=row["personal"] == "yes",
        aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
        confidence=row["confidence"],
    )


def item(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> catalogue.Item:
    """Build a catalogue item with its fields."""
    subject, display = edition["subject"], edition["display"]
    term, kept = edition.get("publicity_term") or {}, edition.get("retention_of_persons")
    return catalogue.Item(
        **_common(norm, since, edition),
        category=edition["category"],
        chapter=edition["chapter"],
        bearing=edition["bearing"],
        tier=edition["tier"],
        providers=tuple(edition["providers"]),
        subjects=tuple(edition["subjects"]),
        classes=tuple(edition.get("classes", ())),
        publicity=edition["publicity"],
        update=_span(edition["update"]),
        update_basis=_basis(edition["update"].get("basis", ())),
        retention=_retention(edition["retention"]),
        retention_of_persons=catalogue.Retention(kept["years"], _basis(kept["basis"])) if kept else None,
        subject=catalogue.SubjectFields(
            name=subject["name"],
            code=subject.get("code", ""),
            kind_field=subject.get("class", ""),
            person_id_type=subject.get("person_id_type", ""),
            person_id=subject.get("person_id", ""),
        ),
        key=tuple(edition["key"]),
        display=catalogue.Display(
            title=display["title"],
            date=display["date"],
            number=display.get("number", ""),
            authority=display.get("authority", ""),
            valid_from=display.get("from", ""),
            until=display.get("until", ""),
        ),
        publicity_norm=term.get("norm", ""),
        publicity_field=term.get("field", ""),
        enters=catalogue.Enters(**edition["enters"]) if edition.get("enters") else None,
        fields=tuple(field(row) for row in edition["rows"]),
    )


def code_list(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> catalogue.CodeList:
    """Build a code list with the spellings folded to their official label."""
    labels: dict[str, dict[str, Any]] = edition["labels"]
    spellings = {label: label for label in labels}
    for label, facts in labels.items():
        spellings |= dict.fromkeys((facts or {}).get("accepts", ()), label)
    return catalogue.CodeList(
        **_common(norm, since, edition),
        labels=tuple(labels),
        spellings=spellings,
        english_labels={label: (facts or {}).get("english", label) for label, facts in labels.items()},
        codes={label: facts["code"] for label, facts in labels.items() if facts and "code" in facts},
        prefixes={
            prefix: label for label, facts in labels.items() for prefix in (facts or {}).get("prefixes", ())
        },
        open_prefix=edition.get("open", ""),
        several=edition.get("several", ""),
        kinds={label: facts["kind"] for label, facts in labels.items() if facts and "kind" in facts},
        registering={
            item: label for label, facts in labels.items() for item in (facts or {}).get("registered_by", ())
        },
    )


def credit_list(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> measures.CreditList:
    """Build a list."""
    early = edition.get("early_exit")
    return measures.CreditList(
        **_common(norm, since, edition),
        polarity=edition["polarity"],
        tier=edition.get("tier", ""),
        authority=tuple(edition["authority"]),
        kinds=tuple(edition["kinds"]),
        term_months=_months(edition["term"]),
        extension_months=_months(edition.get("extension")) or 0,
        item=edition["item"],
        publicity=edition["publicity"],
        entry=edition["entry"],
        exit=edition["exit"],
        measures={measure: _basis(own) for measure, own in edition["measures"].items()},
        early_exit=measures.EarlyExit(
            _months(early["after"]) or 0, tuple(early.get("conditions", ())), _basis(early["basis"])
        )
        if early
        else None,
    )


def measure(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> measures.Measure:
    """Build a measure; the lists from which it follows on a day are the law's to say."""
    return measures.Measure(
        **_common(norm, since, edition),
        effect=edition["effect"],
        targets=tuple(edition["targets"]),
        measure_class=edition["class"],
        implementing=tuple(edition["implementing"]),
    )


def scene(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> measures.Scene:
    """Build a scene."""
    return measures.Scene(
        **_common(norm, since, edition),
        office=edition["office"],
        purpose=edition["purpose"],
        subjects=tuple(edition["subjects"]),
        measures=tuple(edition["measures"]),
        disputed=edition["disputed"],
    )


def clock(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> procedures.Clock:
    """Build a clock."""
    longer = edition.get("extension")
    return procedures.Clock(
        **_common(norm, since, edition),
        counted_from=edition["counted_from"],
        span=_span(edition),
        extension=_span(longer) if longer else None,
        extension_when=longer["when"] if longer else "",
        duty=edition["duty"],
        overdue=edition["overdue"],
    )


def procedure(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> procedures.Procedure:
    """Build a procedure."""
    earliest, false = edition["earliest"], edition.get("false_statement") or {}
    spans = earliest if isinstance(earliest, dict) else {}
    return procedures.Procedure(
        **_common(norm, since, edition),
        of=edition["of"],
        items=tuple(edition.get("items", ())),
        lists=tuple(edition.get("lists", ())),
        handled_by=edition["handled_by"],
        earliest_norm=spans.get("norm", ""),
        earliest_months=0 if "norm" in spans else _months(spans) or 0,
        by_early_exit=earliest == "early-exit",
        conditions=tuple(edition["conditions"]),
        documents=tuple(edition["documents"]),
        clocks=tuple(edition["clocks"]),
        refusals=dict(edition["refusals"]),
        not_for=tuple(edition.get("not_for", ())),
        effects=tuple(edition["effects"]),
        bar_months=_months(false.get("bar")) or 0,
        false_statement=false.get("effect", ""),
    )


def assessment(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> assessments.Assessment:
    """Build an assessment of furnishing offices."""
    return assessments.Assessment(
        **_common(norm, since, edition),
        items=tuple(edition.get("items", ())),
        covered_within=_span(edition["covered_within"]),
        indicators=tuple(assessments.Indicator(id, **told) for id, told in edition["indicators"].items()),
    )


def fines(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> ceilings.Fines:
    """Build the greatest fines of an instrument; what is said of one kind of subject alone holds for both."""
    return ceilings.Fines(
        **_common(norm, since, edition),
        instrument=edition["basis"][0][0],
        ceilings={article: _ceiling(told or {}) for article, told in edition["ceilings"].items()},
    )


def _ceiling(told: dict[str, float]) -> ceilings.Ceiling:
    organisation, person = told.get("organisation"), told.get("person")
    return ceilings.Ceiling(
        person if organisation is None else organisation, organisation if person is None else person
    )


def relation(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> relations.Relation:
    """Build a kind of relation."""
    return relations.Relation(
        **_common(norm, since, edition),
        link=edition["link"],
        told={item: telling(written) for item, written in edition["told"].items()},
    )


def telling(written: dict[str, Any]) -> relations.Telling:
    """Build what an item tells of a relation."""
    own = {key: value for key, value in written.items() if key not in {"from", "shared", "when", "unless"}}
    return relations.Telling(
        **own,
        starts=written.get("from", ""),
        shared=tuple(written.get("shared", ())),
        when=kinds.Condition.parse(written.get("when", "")),
        unless=kinds.Condition.parse(written.get("unless", "")),
    )


def identity(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> identities.Identity:
    """Build a kind of bond between subjects."""
    return identities.Identity(
        **_common(norm, since, edition),
        bond=edition["bond"],
        told={item: naming(written) for item, written in edition["told"].items()},
    )


def naming(written: dict[str, Any]) -> identities.Naming:
    """Build how an item names the other code."""
    own = {key: value for key, value in written.items() if key not in {"from", "when"}}
    when = kinds.Condition.parse(written.get("when", ""))
    return identities.Naming(**own, starts=written.get("from", ""), when=when)


def association(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> relations.Association:
    """Build what a listing may be associated with."""
    return relations.Association(
        **_common(norm, since, edition),
        links=tuple(edition["links"]),
        lists={id: _basis(cited) for id, cited in edition["lists"].items()},
    )


def keeping(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> retention.Keeping:
    """Build for how long something is kept."""
    return retention.Keeping(
        **_common(norm, since, edition),
        of=edition["of"],
        subjects=tuple(edition.get("subjects", ())),
        bearing=tuple(edition.get("bearing", ())),
        span=kinds.Span(edition["within"], edition["unit"]) if "within" in edition else None,
        counted_from={item: tuple(names) for item, names in edition.get("counted_from", {}).items()},
        items=tuple(edition.get("items", ())),
        leaves=tuple(edition.get("leaves", ())),
        floor=edition.get("floor", ""),
    )


def listing(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> listings.Listing:
    """Build how a subject is entered in lists."""
    consent, application = edition.get("consent"), edition.get("application")
    told: dict[str, Any] = _common(norm, since, edition)
    for name in ("polarity", "list_tier", "division", "period", "hearing", "answer", "service"):
        told[name] = edition.get(name, "")
    for name in ("lists", "notice_tells", "ends_early", "conduct", "decision_tells"):
        told[name] = tuple(edition.get(name, ()))
    return listings.Listing(
        **told,
        notice=edition["notice"],
        consent=listings.Consent(tuple(consent["levels"]), consent["of"]) if consent else None,
        decides=edition["decides"],
        repair_notice=edition["repair_notice"],
        application=listings.Application(
            tuple(application["recommended_by"]), tuple(application.get("barred_by", ()))
        )
        if application
        else None,
    )


def enforcement(norm: dict[str, Any], since: str, edition: dict[str, Any]) -> enforcements.Enforcement:
    """Build how long an office has to carry measures out."""
    return enforcements.Enforcement(
        **_common(norm, since, edition),
        measures=tuple(edition.get("measures", ())),
        act=_span(edition["act"]),
        release=_span(edition["release"]),
        remind=_span(edition["remind"]),
        escalate=_span(edition["escalate"]),
        false_alarm=_span(edition["false_alarm"]),
    )
