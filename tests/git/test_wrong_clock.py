"""A build on a machine whose clock was years ahead: both ways out, as a reader's Anki sees them."""

from __future__ import annotations

from pathlib import Path

import pytest
from anki_collection import Reader
from author import START, Author, concept
from conftest import Run
from desk import Twins, project
from scratch_git import commit, git

from deckgen.build.plan import BuildRequest
from deckgen.lock.future_stamps import all_stamps
from deckgen.lock.read import parse_lock
from deckgen.lock.stamps import BuildTime

YEARS = 3 * 365 * 86_400


class Repository:
    """An author whose project is in git."""

    def __init__(self, folder: Path) -> None:
        self.author = Author(folder)
        self.root = self.author.root
        git(self.root, "init", "--quiet")

    def release(self, answer: str, *more: str, **request: bool) -> None:
        """Write that answer to `a`, and notes besides; build and commit."""
        self.write(answer, *more)
        self.author.request = request
        self.author.build()
        self.author.request = {}
        commit(self.root)

    def write(self, answer: str, *more: str) -> None:
        self.author.notes(concepts=[concept("a", answer=answer), concept("b"), *map(concept, more)])

    def stamps(self) -> list[int]:
        text = (self.root / "deckgen.lock").read_text()
        lock, findings = parse_lock(text, "deckgen.lock", "test")
        assert not findings
        return [*all_stamps(lock), *(line.anki_id // 1000 for line in lock.notes.values())]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One whose first release is right, and whose second was built three years ahead."""
    repository = Repository(tmp_path)
    repository.release("First")
    return repository


def release_in_the_future(repository: Repository, answer: str, *more: str) -> None:
    author = repository.author
    now = author.now
    author.now += YEARS
    repository.release(answer, *more)
    author.now = now


def answers(reader: Reader) -> dict[str, str]:
    return {fields[0]: fields[1] for fields, _ in reader.notes().values()}


def test_stamps_that_nobody_has_are_reset_and_never_come_back(
    repository: Repository, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    author = repository.author
    reader.import_package(author.package)
    release_in_the_future(repository, "False", "c")
    release_in_the_future(repository, "False again", "c")
    repository.write("Right", "c")
    assert "clock-wrong" in author.codes()
    repository.release("Right", "c", reset_future_stamps=True)
    assert max(repository.stamps()) <= author.now + 1
    log = reader.import_package(author.package)
    assert (log.new, log.updated) == (1, 1)
    assert answers(reader)["What is a?"] == "Right"
    # Nor do they come back from git's history, on another machine and when the lock goes back.
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another machine"))
    git(tmp_path, "clone", "--quiet", "cards", "clone")
    author.root = repository.root = tmp_path / "clone"
    assert author.codes() == set()
    author.now += YEARS  # the time has come that the wrong clock showed
    assert author.codes() == set()
    author.now -= YEARS
    repository.release("Better", "c")
    assert max(repository.stamps()) <= author.now
    assert reader.import_package(author.package).updated == 1
    git(repository.root, "revert", "--no-edit", "HEAD")
    repository.author.build()
    assert max(repository.stamps()) <= author.now
    assert reader.import_package(author.package).updated == 1
    assert answers(reader)["What is a?"] == "Right"


@pytest.mark.parametrize("has_mark", [True, False])
def test_a_reset_that_a_revert_takes_back_still_counts(
    repository: Repository, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_mark: bool
):
    author = repository.author
    reader.import_package(author.package)
    release_in_the_future(repository, "Second")
    repository.release("Second", "c", reset_future_stamps=True)
    reader.import_package(author.package)
    git(repository.root, "revert", "--no-edit", "HEAD")
    if not has_mark:
        git(tmp_path, "clone", "--quiet", "cards", "clone")
        author.root = repository.root = tmp_path / "clone"
    assert "clock-behind" not in author.codes()
    with monkeypatch.context() as patch:
        patch.setattr(author, "_request", lambda: BuildRequest(BuildTime(author.now * 1000, fixed=True)))
        assert "source-date-epoch" in author.codes()
    repository.release("Second")
    assert max(repository.stamps()) <= author.now
    reader.import_package(author.package)
    repository.release("Third")
    assert reader.import_package(author.package).updated == 1
    assert answers(reader)["What is a?"] == "Third"


def test_that_readers_have_stamps_of_the_future_is_said_once_whatever_git_does(
    repository: Repository, reader: Reader
):
    author = repository.author
    release_in_the_future(repository, "Second")
    reader.import_package(author.package)
    repository.release("Third", keep_future_stamps=True)
    repository.release("Fourth")
    reader.import_package(author.package)
    git(repository.root, "revert", "--no-edit", "HEAD~2..HEAD")
    assert author.codes() == {"lock-behind"}
    repository.release("Second")
    assert reader.import_package(author.package).updated == 1
    assert answers(reader)["What is a?"] == "Second"


def test_a_reset_that_was_wrong_is_taken_back_by_a_revert_and_keeping_them(
    repository: Repository, reader: Reader
):
    author = repository.author
    release_in_the_future(repository, "Second")
    reader.import_package(author.package)
    repository.release("Third", reset_future_stamps=True)
    assert reader.import_package(author.package).updated == 0
    git(repository.root, "revert", "--no-edit", "HEAD")
    repository.release("Third", keep_future_stamps=True)
    assert reader.import_package(author.package).updated == 1
    repository.release("Fourth")
    assert reader.import_package(author.package).updated == 1


def test_stamps_that_readers_have_are_kept_and_updates_reach_all_of_them(
    repository: Repository, reader: Reader, tmp_path: Path
):
    author = repository.author
    skips = Reader(tmp_path / "skips")
    for someone in (reader, skips):
        someone.import_package(author.package)
    release_in_the_future(repository, "False", "c")
    reader.import_package(author.package)
    repository.write("Right", "c", "d")
    assert "clock-wrong" in author.codes()
    repository.release("Right", "c", "d", keep_future_stamps=True)
    for someone, new in ((reader, 1), (skips, 2)):
        log = someone.import_package(author.package)
        assert (log.new, log.updated) == (new, 1)
    # From then on nothing needs to be asked for.
    for answer in ("Better", "Best"):
        repository.write(answer, "c", "d")
        assert author.codes() == set()
        repository.release(answer, "c", "d")
        for someone in (reader, skips):
            assert someone.import_package(author.package).updated == 1
            assert answers(someone)["What is a?"] == answer
    # A wrong clock is told as ever: what lies further ahead was not asked about.
    release_in_the_future(repository, "False", "c", "d")
    repository.write("Right", "c", "d")
    assert "clock-wrong" in author.codes()
    skips.close()


def test_until_then_an_import_takes_back_what_a_reader_did_to_those_notes_alone(
    repository: Repository, reader: Reader
):
    author = repository.author
    release_in_the_future(repository, "False", "c")
    reader.import_package(author.package)
    reader.add_tag('"What is a?"', "mine")
    reader.add_tag('"What is b?"', "mine")
    repository.release("False", "c", "d", keep_future_stamps=True)
    reader.import_package(author.package)
    (kept,) = reader.col.find_notes("tag:mine")
    assert reader.col.get_note(kept).fields[0] == "What is b?"


def test_readers_own_words_are_reset_too(repository: Repository, reader: Reader):
    author = repository.author
    author.notes(
        "ch01/more.yaml",
        questions=[
            {
                "id": "q",
                "covers": ["second/p5"],
                "ask": "Q?",
                "tests": "T",
                "structure": ["S"],
                "rubric": ["R"],
            }
        ],
    )
    repository.release("First")
    reader.import_package(author.package)
    author.write("stories.yaml", {"ch01/q": "What I did"})
    release_in_the_future(repository, "First")
    author.write("stories.yaml", {"ch01/q": "What I did well"})
    repository.release("First", reset_future_stamps=True)
    assert reader.import_package(author.package).updated == 1
    reader.add_tag("Q?", "mine")
    repository.release("First")
    assert reader.import_package(author.package).updated == 0


def test_a_deck_started_anew_forgets_them_as_well(repository: Repository):
    author = repository.author
    release_in_the_future(repository, "False", "c")
    repository.release("Right", "c", start_anew=True)
    author.now += YEARS
    assert author.codes() == set()
    assert max(repository.stamps()) < START + YEARS


def test_the_clock_and_not_source_date_epoch_tells_the_future(
    repository: Repository, run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START - 1000))
    lock = (repository.root / "deckgen.lock").read_text()
    for option in ("--reset-future-stamps", "--keep-future-stamps", "--start-anew"):
        result = run("build", repository.root, option)
        assert (result.exit_code, " error source-date-epoch " in result.stderr) == (1, True)
    assert (repository.root / "deckgen.lock").read_text() == lock


def test_only_one_of_both_can_be_true(repository: Repository, run: Run):
    result = run("build", repository.root, "--reset-future-stamps", "--keep-future-stamps")
    assert result.exit_code == 2
    assert "exclude each other" in " ".join(result.stderr.split())


def test_where_no_stamp_lies_in_the_future_both_change_nothing(repository: Repository):
    lock = (repository.root / "deckgen.lock").read_text()
    for option in ("reset_future_stamps", "keep_future_stamps"):
        repository.author.request = {option: True}
        repository.author.build()
        assert (repository.root / "deckgen.lock").read_text() == lock


def test_a_build_of_what_was_edited_alone_goes_on_above_them_as_a_whole_one_does(tmp_path: Path):
    files = project()
    twins = Twins(tmp_path, files)
    twins.each(lambda desk: setattr(desk, "clock", desk.clock + YEARS * 1_000_000_000))
    twins.build()
    twins.each(lambda desk: setattr(desk, "clock", desk.clock - YEARS * 1_000_000_000))
    for answer, options in (("B", ["--keep-future-stamps"]), ("C", []), ("D", []), ("D", [])):
        files["ch01/b.yaml"]["concepts"][0]["answer"] = answer
        code, _, err = twins.build(*options)
        assert (code, "clock" in err) == (0, False)
