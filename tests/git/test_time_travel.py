"""Whatever git does to the lock: at the end a reader has what the sources say, and no review is lost.

Random scripts of an author's work in a real repository: edits, builds and releases, builds that are killed,
commits, reverts, resets, checkouts of old files, branches that are renamed, merged or picked from, locks that
are lost or come back from a backup; a second machine with a clone, and a clock that is wrong for one build. A reader imports each release with the real Anki, in order, and answers a few cards.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from anki_collection import Reader
from author import Author, concept
from conftest import REPOSITORY
from scratch_git import commit, git

from deckgen.model.diagnostics import Severity
from deckgen.model.ids import note_guid
from deckgen.package import write

SCRIPTS, A_TEST = 120, 6
STEPS = 12
YEARS = 3 * 365 * 86_400  # by which the clock is wrong
NAMES = [f"note-{number}" for number in range(6)]


class KilledError(BaseException):
    """A build that was killed."""


def _die(*_: object) -> None:
    raise KilledError


class Repository:
    """An author's project in git, each note in a file of its own, and a reader of its releases."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.author = Author(folder)
        self.root = self.author.root
        self.elsewhere = folder / "another machine" / "cards"
        self.reader = Reader(folder / "anki")
        self.answered = 0
        self.releases = 0
        self.backups: list[bytes] = []
        self.log: list[str] = []
        shutil.copy(REPOSITORY / "deckgen" / "starter" / "gitattributes", self.root / ".gitattributes")
        self.git("init", "--quiet", "--initial-branch=main")
        for name in NAMES[:3]:
            self.write(name)
        self.release()

    def git(self, *arguments: str, check: bool = True) -> str:
        return git(self.root, *arguments, check=check)

    def write(self, name: str) -> None:
        answer = f"{self.random.choice(['right', 'better', 'worse', 'other'])} {self.random.randrange(4)}"
        self.author.notes(f"ch01/{name}.yaml", concepts=[concept(name, answer=f"{name} is {answer}")])

    # What an author does.

    def edit(self) -> None:
        self.write(self.random.choice(NAMES))

    def remove(self) -> None:
        files = sorted(self.root.glob("ch01/note-*.yaml"))
        if len(files) > 1:
            self.random.choice(files).unlink()

    def restyle(self) -> None:
        size = self.random.choice([17, 18, 19])
        settings = {"name": "Test", "id": "test", "theme": {"size": size}}
        self.author.write("deckgen.yaml", settings)

    def build(self) -> None:
        if self.backups and not (self.root / "deckgen.lock").exists():
            assert "lock-lost" in self.author.codes()
            commit = self.git("log", "-1", "--all", "--diff-filter=AM", "--format=%H", "--", "deckgen.lock")
            self.git("checkout", commit.strip(), "--", "deckgen.lock")
        self.author.build()
        self.backups.append((self.root / "deckgen.lock").read_bytes())

    def commit(self) -> None:
        commit(self.root)

    def release(self) -> None:
        self.build()
        self.commit()
        self.releases += 1
        if self.seed % 3 and self.random.random() < 0.9:  # an author in three tags no release
            self.git("tag", f"v{self.releases}")
        self.read()

    def release_and_be_killed(self) -> None:
        """Build, be killed before the lock is written, and give the package away."""
        if not (self.root / "deckgen.lock").exists():
            return
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(write, "replace_lines", _die)
            with pytest.raises(KilledError):
                self.author.build()
        self.read()

    def read(self) -> None:
        self.reader.import_package(self.author.package)
        self.answered += self.reader.answer(2)

    def branch(self) -> str:
        return self.git("branch", "--show-current").strip()

    def build_in_the_future(self) -> None:
        """Build with a clock that is years ahead; half of the authors give that package away."""
        was_given_away = self.seed % 2 == 0
        self.edit()
        self.author.now += YEARS
        self.build()
        self.author.now -= YEARS
        self.commit()
        if was_given_away:
            self.read()
        self.author.request = {"keep_future_stamps" if was_given_away else "reset_future_stamps": True}
        self.edit()
        self.release()
        self.author.request = {}

    def go_elsewhere(self) -> None:
        """Build and commit all that readers may have; go on at the other machine, with all branches.

        Some take their last release back before they go, and some make a build there in a shallow clone.
        """
        self.author.request = {"retire_built": True}
        self.build()
        self.commit()
        self.author.request = {}
        if self.random.random() < 0.5:
            self.edit()
            self.release()
            self.git("revert", "--no-edit", "HEAD", check=False)
            self.git("revert", "--abort", check=False)
        branch, here = self.branch(), self.root
        if not self.elsewhere.exists():
            git(here.parent, "clone", "--quiet", here.name, str(self.elsewhere))
        self.author.root = self.root = self.elsewhere
        self.elsewhere = here
        self.git("checkout", "--quiet", "--detach")
        self.git(
            "fetch", "--quiet", "--prune", str(here), "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"
        )
        self.git("checkout", "--quiet", branch)
        if self.random.random() < 0.3:
            self.git("fetch", "--quiet", "--depth=1", here.as_uri(), branch)
            self.build()
            self.git("fetch", "--quiet", "--unshallow", here.as_uri(), branch)
        self.release()
        self.compare()

    # What git does.

    def revert(self) -> None:
        self.commit()
        if self.git("rev-list", "--count", "HEAD").strip() != "1":
            self.git("revert", "--no-edit", "HEAD", check=False)
            self.git("revert", "--abort", check=False)

    def reset(self) -> None:
        self.commit()
        if int(self.git("rev-list", "--count", "--first-parent", "HEAD")) > 2:
            self.git("reset", "--quiet", "--hard", "HEAD~1")

    def checkout_files(self) -> None:
        self.commit()
        commit = self.random.choice(self.git("rev-list", "HEAD").split())
        for file in self.root.glob("ch01/note-*.yaml"):
            file.unlink()
        self.git("checkout", commit, "--", ".")

    def switch(self) -> None:
        self.commit()
        other = "main" if self.branch() != "main" else "side"
        if other == "side" and not self.git("branch", "--list", "side"):
            self.git("checkout", "--quiet", "-b", "side")
        else:
            self.git("checkout", "--quiet", other)

    def rename_branch(self) -> None:
        if self.branch() != "main":
            self.git("branch", "--move", f"side-{self.releases}", check=False)

    def merge(self) -> None:
        self.commit()
        other = "main" if self.branch() != "main" else "side"
        if self.git("branch", "--list", other):
            self.git("merge", "--no-edit", "-X", "ours", other, check=False)
            if self.git("ls-files", "--unmerged"):  # one deleted what the other changed
                self.git("merge", "--abort")

    def pick(self) -> None:
        self.commit()
        other = "main" if self.branch() != "main" else "side"
        if self.git("branch", "--list", other):
            self.git("cherry-pick", "-X", "theirs", other, check=False)
            self.git("cherry-pick", "--abort", check=False)
            self.git("cherry-pick", "--quit", check=False)

    def lose_lock(self) -> None:
        self.commit()
        (self.root / "deckgen.lock").unlink(missing_ok=True)

    def restore_backup(self) -> None:
        (self.root / "deckgen.lock").write_bytes(self.random.choice(self.backups))

    def run(self) -> None:
        work = [self.edit, self.edit, self.remove, self.restyle, self.build, self.build, self.commit]
        work += [self.release, self.release, self.release, self.release_and_be_killed]
        travel = [self.revert, self.revert, self.reset, self.checkout_files, self.switch, self.switch]
        travel += [self.merge, self.rename_branch, self.pick, self.lose_lock, self.restore_backup]
        work += [self.go_elsewhere, self.go_elsewhere, self.build_in_the_future]
        for _ in range(STEPS):
            step: Callable[[], None] = self.random.choice(work + travel)
            self.log.append(step.__name__)
            step()

    def check(self) -> None:
        """Release once more, with all that was built taken for released; see what the reader has."""
        self.author.request = {"retire_built": True}
        self.build()
        findings = [f for f in self.author.plan()[2] if f.severity is Severity.ERROR]
        assert not findings
        reviews = self.reader.reviews()
        self.reader.import_package(self.author.package)
        assert self.reader.reviews() == reviews
        assert len(reviews) == self.answered
        self.compare()

    def compare(self) -> None:
        """See that the reader has what the sources say."""
        wanted = {}
        for file in self.root.glob("ch01/note-*.yaml"):
            text = file.read_text()
            wanted[note_guid("test", f"ch01/{file.stem}")] = text.partition("answer: ")[2].strip()
        had = self.reader.notes()
        live = {guid: fields[1] for guid, (fields, tags) in had.items() if "test::retired" not in tags}
        assert live == wanted
        (css,) = {
            self.reader.col.models.get(each.id)["css"]
            for each in self.reader.col.models.all_names_and_ids()
            if "Test" in each.name
        }
        assert css == self.author.plan()[0].note_types["concepts"].note_type.style


@pytest.mark.parametrize("first", range(0, SCRIPTS, A_TEST))
def test_after_any_history_a_reader_has_what_the_sources_say(first: int, tmp_path: Path):
    for seed in range(first, first + A_TEST):
        repository = Repository(tmp_path / str(seed), seed)
        try:
            repository.run()
            repository.check()
        except BaseException as error:
            error.add_note(f"seed {seed}: {' '.join(repository.log)}")
            raise
        finally:
            repository.reader.close()
