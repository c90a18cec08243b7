"""Samples work on files of the user's own: what they write never lands beside the program."""

from __future__ import annotations

from pathlib import Path

from editor.window.samples import SampleFlow, find_samples


def _sample(name: str) -> SampleFlow:
    return next(sample for sample in find_samples() if sample.name == name)


def test_a_sample_gets_its_files_in_a_folder_of_the_users(tmp_path: Path) -> None:
    sample = _sample("draft_criticise_improve")

    folder = sample.make_folder(tmp_path)

    assert folder.parent == tmp_path / "samples"
    assert (folder / "brief.txt").read_bytes() == (sample.path.parent / "brief.txt").read_bytes()


def test_what_the_user_changed_in_a_samples_files_stays(tmp_path: Path) -> None:
    sample = _sample("draft_criticise_improve")
    folder = sample.make_folder(tmp_path)
    (folder / "brief.txt").write_text("mine", encoding="utf-8")

    sample.make_folder(tmp_path)

    assert (folder / "brief.txt").read_text(encoding="utf-8") == "mine"
