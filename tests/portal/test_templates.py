"""What holds for every template: a strict policy can be enforced, and English is complete."""

from __future__ import annotations

import gettext
import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.apps import apps

PACKAGE = Path(apps.get_app_config("portal").path).parent
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))
CATALOGUE = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_code_or_style(path: Path) -> None:
    html = path.read_text(encoding="utf-8")

    assert not re.findall(
        r"\son[a-z]+=|\sstyle=|<style|javascript:|hx-on|hx-vals=.js|<script(?![^>]*\s(?:src=|type=\"application/json\"))",
        html,
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_asks_another_host_for_anything(path: Path) -> None:
    html = path.read_text(encoding="utf-8")

    assert not re.findall(r"(?:src|action)=\"(?:https?:)?//", html)
    assert set(re.findall(r"href=\"(https?://[^\"]+)", html)) <= {"https://beian.miit.gov.cn/"}


def test_no_style_and_no_script_asks_another_host_for_anything() -> None:
    for path in (PACKAGE / "static" / "xinyun").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"url\(\"?(?:https?:)?//|@import|eval\(|new Function|innerHTML", text), path
        # What is fetched is an address that the page gives, which is its own.
        assert {"form.dataset.suggest"} >= set(re.findall(r"fetch\(`?(?:\$\{)?([\w.]*)", text)), path


def _messages(html: str) -> set[str]:
    """The message ids of a template, as gettext will ask for them."""
    found = {text.replace("%", "%%") for text in re.findall(r"{% translate \"([^\"]+)\"", html)}
    for block in re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", html, re.S):
        for part in block.split("{% plural %}"):
            found.add(re.sub(r"{{ (\w+) }}", r"%(\1)s", part))
    return found


def test_every_text_of_the_templates_has_its_english() -> None:
    with CATALOGUE.open("rb") as stream:
        catalogue = {
            id: message.string
            for message in read_po(stream, locale="en")
            for id in (message.id if isinstance(message.id, list | tuple) else (message.id,))
            if message.string and "fuzzy" not in message.flags
        }
    wanted = set().union(*(_messages(path.read_text(encoding="utf-8")) for path in TEMPLATES))

    assert len(wanted) > 100
    assert wanted - set(catalogue) == set()


def test_no_english_text_is_left_in_chinese() -> None:
    with CATALOGUE.open("rb") as stream:
        strings = [
            m.string if isinstance(m.string, str) else " ".join(m.string) for m in read_po(stream) if m.id
        ]

    assert [text for text in strings if re.search(r"[\u3400-\u9fff]", text)] == []


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    compiled = io.BytesIO()
    with CATALOGUE.open("rb") as stream:
        write_mo(compiled, read_po(stream, locale="en"))
    compiled.seek(0)
    with CATALOGUE.with_suffix(".mo").open("rb") as stream:
        shipped = gettext.GNUTranslations(stream)

    ours = gettext.GNUTranslations(compiled)._catalog
    assert {k: v for k, v in ours.items() if k} == {k: v for k, v in shipped._catalog.items() if k}
