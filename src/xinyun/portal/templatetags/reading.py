"""Template words of the public site: language, reading size, codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse, translate_url
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from xinyun.base import Text
from xinyun.portal import rules
from xinyun.portal.volumes import FIELD_WORDS

register = template.Library()

SCALES, CONTRASTS = ("", "large", "xl"), ("", "high")


class Reading(NamedTuple):
    """How this reader wants pages: text size and contrast; empty is the standard."""

    scale: str = ""
    contrast: str = ""

    @classmethod
    def of(cls, request: HttpRequest | None) -> Reading:
        """From the cookie `reading`, of which only known words count."""
        kept = request.COOKIES.get("reading", "") if request else ""
        scale, _, contrast = kept.partition(".")
        return cls(scale if scale in SCALES else "", contrast if contrast in CONTRASTS else "")


@register.simple_tag(takes_context=True)
def reading(context: Context) -> Reading:
    """The reader's choice, for the attributes of `<html>`."""
    return Reading.of(context.get("request"))


@register.simple_tag(takes_context=True)
def reading_url(context: Context, **change: str) -> str:
    """The address that makes this choice and comes back here."""
    here = context["request"].get_full_path() if "request" in context else "/"
    return f"{reverse('reading')}?{urlencode({**change, 'next': here})}"


@register.simple_tag(takes_context=True)
def in_language(context: Context, language: str) -> str:
    """This page's address in another language."""
    return translate_url(context["request"].get_full_path(), language) if "request" in context else "/"


@register.simple_tag(takes_context=True)
def narrowed(context: Context, name: str, value: str) -> str:
    """The address of this search with another value of one facet, from the first page on."""
    kept = context["request"].GET.dict() | {name: value}
    kept = {
        key: text for key, text in kept.items() if text and key not in ("page", "after", "before", "person")
    }
    return f"?{urlencode(kept)}"


@register.filter
def said(text: Text | str) -> str:
    """A text in the reader's language; a plain string is somebody's own words and stays as it is."""
    return text.en if isinstance(text, Text) and get_language() == "en" else str(text)


@register.filter
def tongue(text: Text | str) -> SafeString:
    """The attribute that says, on an English page, that this text is said in Chinese; for names that have no English."""
    foreign = get_language() == "en" and any("\u3400" <= char <= "\u9fff" for char in said(text))
    return mark_safe(' lang="zh-CN"' if foreign else "")  # noqa: S308 - our own words only


@register.filter
def said_all(texts: Iterable[Text | str]) -> str:
    """Texts in the reader's language, one after the other."""
    return ("; " if get_language() == "en" else "；").join(said(text) for text in texts)


@register.filter
def grouped(number: int) -> str:
    """A count with its thousands apart, in every language: Django's own filter leaves them together in Chinese."""
    return f"{number:,}"


@register.filter
def field_word(word: str) -> str:
    """A word of a fields table: a type, whether it must be filled in, who may see it."""
    return said(FIELD_WORDS.get(word, word))


@register.filter
def words(text: str) -> list[str]:
    """A sentence's words, to loop over."""
    return text.split()


@register.filter
def code_groups(code: Any) -> tuple[str, ...]:
    """A credit code in its groups; templates put empty spaced elements between, so that copies stay whole."""
    return rules.code_groups(str(code))
