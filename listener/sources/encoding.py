"""Bytes -> text: the encoding that a document really has, whatever it says."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_XML_ENCODING = re.compile(r"""<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"))  # slow, or no charsets
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decode(body: bytes, content_type: str | None) -> str:
    """The document as text, without blanks around it.

    Bytes that are valid UTF-8 are UTF-8, whatever is declared: no other encoding yields that by
    chance. Else the XML declaration counts, then the HTTP header, then Windows-1252.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, "replace").strip()
    declared = _XML_ENCODING.match(body[:200].decode("latin-1").lstrip())
    header = _CHARSET.search(content_type or "")
    names = [match[1] for match in (declared, header) if match]
    first = [name for name in names if name.lower().startswith("iso-2022")]  # seven bits: valid UTF-8 too
    for name in (*first, "utf-8", *names):
        text = _decoded(body, name)
        if text is not None:
            return text.strip()
    return _mostly_utf8(body).strip()


def _decoded(body: bytes, name: str) -> str | None:
    name = name.lower().replace("_", "-")
    if name in _NO_CHARSETS:
        return None
    try:
        return body.decode(_WIDER.get(name, name))
    except (LookupError, ValueError):
        return None


def _mostly_utf8(body: bytes) -> str:
    """UTF-8 with a few broken bytes (a truncated character, a pasted quote) unless more is broken than sound."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(not character.isascii() for character in text) - broken
    return text if sound >= broken else body.decode("cp1252", "replace")


def without_controls(text: str) -> str:
    """What XML allows of a text, without blanks around it."""
    return NOT_XML.sub("", text).strip()
