"""What the Service menu does: texts for other programs, the API page, and the service on or off."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from editor.session.engine_session import EngineSession
from editor.session.jobs import Jobs
from editor.window.curl_line import curl_line
from editor.window.flow_tabs import FlowTabs


class ServiceCommands(QObject):
    """`said(text)` comes with a sentence on what was done."""

    said = Signal(str)

    def __init__(self, session: EngineSession, tabs: FlowTabs, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._tabs = tabs
        self._jobs = jobs

    def copy_url(self) -> None:
        """Put the service's address on the clipboard."""
        self._copy(self._session.url or "", self.tr("Copied the address of the service"))

    def copy_curl(self) -> None:
        """Put a shell line that runs the flow in front on the clipboard."""
        tab, url = self._tabs.current, self._session.url
        if tab is None or url is None:
            return
        flow = tab.document.flow()
        needs_token = bool(self._session.touches_of(flow))
        folder = tab.document.path.parent if tab.document.path is not None else None
        line = curl_line(flow, url, self._session.token if needs_token else None, folder)
        note = self.tr("Copied a curl line; it holds the token of this service, so keep it to yourself")
        self._copy(line, note if needs_token else self.tr("Copied a curl line that runs this flow"))

    def copy_token(self) -> None:
        """Put the token on the clipboard."""
        self._copy(self._session.token, self.tr("Copied the token; it changes at each start of the program"))

    def open_api(self) -> None:
        """Open the page that describes every endpoint in the system's browser."""
        if self._session.url is not None:
            QDesktopServices.openUrl(QUrl(f"{self._session.url}/openapi.json"))

    def toggle(self) -> None:
        """Stop the service, or start it."""
        self._jobs.start("service", self._toggle())

    async def _toggle(self) -> None:
        if self._session.url is None:
            await self._session.start_service()
        else:
            await self._session.stop_service()

    def _copy(self, text: str, note: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.said.emit(note)
