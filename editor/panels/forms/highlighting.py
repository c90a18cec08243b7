"""Colours for code: pygments tokens as Qt formats, line by line."""

from __future__ import annotations

from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound
from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from editor.theme import Theme, color

_LINE_LIMIT = 5_000
"""A longer line stays in one colour: painting it in pieces is slow."""
_OPENERS = ('"""', "'''")


class CodeColours(QSyntaxHighlighter):
    """Colours a document in a language that pygments knows; text in triple quotes is followed over lines."""

    def __init__(self, document: QTextDocument, language: str, theme: Theme) -> None:
        super().__init__(document)
        self._lexer = _lexer(language)
        self._is_python = language == "python"
        self._formats: dict[_TokenType, QTextCharFormat] = {}
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of another theme."""
        self._formats = {
            Comment: _format(theme.code_comment, is_italic=True),
            Keyword: _format(theme.code_keyword),
            String: _format(theme.code_string),
            Number: _format(theme.code_number),
            Name.Function: _format(theme.code_name),
            Name.Class: _format(theme.code_name),
            Name.Decorator: _format(theme.code_name),
            Name.Builtin: _format(theme.code_name),
            Name.Tag: _format(theme.code_name),
            Operator.Word: _format(theme.code_keyword),
        }
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if self._lexer is None or len(text) > _LINE_LIMIT:
            return
        start = self._continue_string(text) if self._is_python else 0
        if start < 0:
            return
        for place, token, piece in self._lexer.get_tokens_unprocessed(text[start:]):
            made = self._format_of(token)
            if made is not None:
                self.setFormat(start + place, len(piece), made)
        if self._is_python:
            self._note_open_string(text, start)

    def _continue_string(self, text: str) -> int:
        """Colour the rest of a text in triple quotes; answers where code begins, -1 for nowhere in this line."""
        state = self.previousBlockState()
        if state < 0 or state >= len(_OPENERS):
            return 0
        end = text.find(_OPENERS[state])
        stop = len(text) if end < 0 else end + len(_OPENERS[state])
        self.setFormat(0, stop, self._formats[String])
        if end < 0:
            self.setCurrentBlockState(state)
            return -1
        return stop

    def _note_open_string(self, text: str, start: int) -> None:
        self.setCurrentBlockState(-1)
        place, opener = _open_string(text, start)
        if opener >= 0:
            self.setFormat(place, len(text) - place, self._formats[String])
            self.setCurrentBlockState(opener)

    def _format_of(self, token: _TokenType) -> QTextCharFormat | None:
        kind: _TokenType | None = token
        while kind is not None:
            if kind in self._formats:
                return self._formats[kind]
            kind = kind.parent
        return None


def _open_string(text: str, start: int) -> tuple[int, int]:
    """Where a text in triple quotes begins that does not end in this line, and which quotes; (-1, -1) for none."""
    place = start
    while True:
        found = [(text.find(quotes, place), number) for number, quotes in enumerate(_OPENERS)]
        begins = [pair for pair in found if pair[0] >= 0]
        comment = text.find("#", place)
        if not begins or 0 <= comment < min(begins)[0]:
            return -1, -1
        begin, number = min(begins)
        end = text.find(_OPENERS[number], begin + 3)
        if end < 0:
            return begin, number
        place = end + 3


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _format(value: str, *, is_italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(color(value))
    if is_italic:
        made.setFontItalic(True)
    made.setFontWeight(QFont.Weight.Normal)
    return made
