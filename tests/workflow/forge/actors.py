"""People at their own machines: processes that use the local forge at once, or are killed at it."""

import datetime as dt
import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from regulation.yamlfile import VIETNAM
from workflow.forge import ForgeError
from workflow.forge.local import LocalForge
from workflow.git import Answer, Git
from workflow.proposals import Verdict

_PATIENCE = 60

CONTEXT = multiprocessing.get_context("forkserver")
"""A clean process from which each actor is forked, so that imports are paid for once."""
CONTEXT.set_forkserver_preload([__name__])


Place = tuple[str, str, Mapping[str, str]]
"""Where an actor finds the forge: the repository, the checkout, the environment."""


def forge(place: Place, who: str) -> LocalForge:
    """The forge as an actor sees it, with the real clock."""
    repository, checkout, env = place
    return LocalForge(
        Path(repository),
        who,
        keys=lambda login, at: (),
        now=lambda: dt.datetime.now(VIETNAM),
        environment=env,
        checkout=Path(checkout),
    )


def act(results: Any, barrier: Any, place: Place, who: str, what: Sequence[str]) -> None:
    """Waits for everybody, does one thing, and tells what came of it."""
    mine = forge(place, who)
    barrier.wait(_PATIENCE)
    try:
        if what[0] == "review":
            mine.review("1", Verdict.COMMENT, what[1], f"Ý kiến của {who}")
            results.put((who, "ok"))
        elif what[0] == "propose":
            results.put((who, mine.propose(what[1], f"Bài của {who}")))
        else:
            results.put((who, mine.merge(what[0], what[1], "Đăng")))
    except ForgeError as error:
        results.put((who, f"{type(error).__name__}: {error}"))


def at_once(place: Place, deeds: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Everybody does something at the same moment; what came of it, by who."""
    results = CONTEXT.Queue()
    barrier = CONTEXT.Barrier(len(deeds))
    processes = [
        CONTEXT.Process(target=act, args=(results, barrier, place, who, what))
        for who, what in deeds.items()
    ]
    for process in processes:
        process.start()
    found = dict(results.get(timeout=_PATIENCE) for _ in processes)
    for process in processes:
        process.join(_PATIENCE)
        process.close()
    results.close()
    return found


def merge_and_die(place: Place, head: str, word: str, after: bool) -> None:
    """Merges proposal 1, and is killed right before or after a certain command of Git."""
    run = Git.run

    def deadly(self: Git, *words: str, **rest: Any) -> Answer:
        mine = word in words and "--dry-run" not in words
        if mine and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = run(self, *words, **rest)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    Git.run = deadly  # type: ignore[method-assign]
    forge(place, "truong").merge("1", head, "Đăng")


def killed_at(place: Place, head: str, word: str, *, after: bool) -> None:
    """Lets a merge die at a certain command."""
    process = CONTEXT.Process(target=merge_and_die, args=(place, head, word, after))
    process.start()
    process.join(_PATIENCE)
    assert process.exitcode == -signal.SIGKILL
    process.close()


def merge_in_a_group(place: Place, head: str) -> None:
    """Merges proposal 1 as the leader of a group of processes, Git's among them."""
    os.setpgid(0, 0)
    forge(place, "truong").merge("1", head, "Đăng")


def killed_after(place: Place, head: str, seconds: float) -> bool:
    """Lets a merge and all its Gits die after some time; whether it was still at it."""
    process = CONTEXT.Process(target=merge_in_a_group, args=(place, head))
    process.start()
    process.join(seconds)
    alive = process.exitcode is None
    if alive and process.pid is not None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:  # not yet the leader of a group: nothing has begun
            process.kill()
    process.join(_PATIENCE)
    process.close()
    return alive
