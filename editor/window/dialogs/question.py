"""A question with one button per answer, asked without a nested event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from editor import theme as look

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """A button. `kind` as in the theme; the first answer of a question is its default."""

    id: str
    text: str
    kind: str = ""


class Question(QDialog):
    """Title, text and buttons; `details` is long text shown in a field. Escape gives `cancelled`."""

    def __init__(
        self, parent: QWidget, title: str, text: str, answers: Sequence[Answer], details: str = "", cancelled: str = ""
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(look.QUESTION_WIDTH)
        self._cancelled = cancelled
        self._given = cancelled
        column = QVBoxLayout(self)
        column.setContentsMargins(look.GAP_XL, look.GAP_XL, look.GAP_XL, look.GAP_L)
        column.setSpacing(look.GAP)
        column.addWidget(self._label(title, "title"))
        column.addWidget(self._label(text, ""))
        if details:
            column.addWidget(self._details(details))
        column.addStretch(1)
        column.addSpacing(look.GAP_S)
        column.addLayout(self._buttons(answers))

    @property
    def given(self) -> str:
        """The id of the answer, or `cancelled`."""
        return self._given

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", role)
        return label

    def _details(self, text: str) -> QPlainTextEdit:
        field = QPlainTextEdit(text, self)
        field.setReadOnly(True)
        field.setProperty("mono", True)
        field.setMaximumHeight(look.CARD_HEIGHT)
        return field

    def _buttons(self, answers: Sequence[Answer]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(look.GAP_S)
        row.addStretch()
        for place, answer in enumerate(reversed(answers)):
            button = QPushButton(answer.text, self)
            button.setObjectName(f"answer_{answer.id}")
            button.setProperty("answer", answer.id)
            button.setProperty("kind", answer.kind)
            button.setAutoDefault(False)
            button.clicked.connect(self._on_clicked)
            row.addWidget(button)
            if place == len(answers) - 1:
                button.setDefault(True)
                button.setFocus()
        return row

    def _on_clicked(self) -> None:
        self._given = str(self.sender().property("answer"))
        self.accept()


async def ask(
    parent: QWidget, title: str, text: str, answers: Sequence[Answer], details: str = "", cancelled: str = ""
) -> str:
    """Ask and wait for the answer's id; the window stays alive meanwhile."""
    question = Question(parent, title, text, answers, details, cancelled)
    return await answered(question, lambda: question.given)


async def answered(dialog: QDialog, result: Callable[[], T]) -> T:
    """Open a dialog, wait until it is closed and return what `result` says then."""
    given: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def settle(_code: int) -> None:
        if not given.done():
            given.set_result(result())

    dialog.finished.connect(settle)
    dialog.open()
    try:
        return await given
    finally:
        if isValid(dialog):  # not closed yet, when the waiting itself was given up
            dialog.close()
