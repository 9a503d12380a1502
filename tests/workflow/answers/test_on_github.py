"""The same where proposals live on GitHub, over a stand-in; strangers decide nothing there."""

import os
import re
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL

from regulation.loading import load_portal
from relay.cases.states import State
from relay.store.database import open_store
from relay.store.keys import keys_from
from relay.store.writer import Writer
from tests.relay.answers.cleared import AT, CANARY, TOKEN, Desk
from tests.workflow.answers.test_pulling import served
from tests.workflow.proposing.github_town import GitHubTown, open_town
from tests.workflow.proposing.town import PORTAL, Said


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubTown]:
    """A checkout, and GitHub with its main branch and its teams."""
    with open_town(tmp_path_factory.mktemp("town")) as made:
        made.github.team(f"{PORTAL}-tv-phan-anh", "phuc")
        yield made


@pytest.mark.timeout(600)
def test_one_proposal_an_answer_and_only_the_boards_refusal_counts(town: GitHubTown) -> None:
    portal = load_portal(town.portal, town.root, AT.date())
    folder = town.folder / "relay"
    store = open_store(
        URL.create("sqlite", database=str(folder / "y-kien.sqlite")), os.environ, create=True
    )
    with Writer(store) as writer:
        desk = Desk(store, writer, keys_from(b"\x07" * 32), portal, folder, "so-noi-vu-da-nang")
        case = desk.cleared("a" * 22)
        with served(desk) as address:

            def pull() -> str:
                town.sits_down("em")
                words = ("answers", "pull", "--relay", address)
                more = {"GH_TOKEN": "ma-em", "CONG_ANSWERS_TOKEN": TOKEN}
                said: Said = town.cong("em", *words, more=more)
                assert said.code == 0, said.text
                return said.text

            opened = re.search(r"đã mở đề xuất ([0-9]+)", pull())
            assert opened
            number = opened[1]
            assert f"đề xuất {number} đang chờ duyệt" in pull()
            assert town.git("ls-remote", str(town.folder / "github.git")).count("refs/heads/") == 2

            ground = ("--ground", "khong-con-kip-thoi", "-m", "Cũ rồi")
            town.types("nguoi-la", "refuse", number, *ground)
            town.types("binh", "refuse", number, *ground)  # of another field
            assert f"đề xuất {number} đang chờ duyệt" in pull()
            assert desk.case(case).case.state is State.ANSWERED

            refused = town.types("phuc", "refuse", number, *ground)
            assert refused.code == 0, refused.text
            assert "bị từ chối (Không còn kịp thời, đã cũ so với thực tế: Cũ rồi)" in pull()
            assert desk.case(case).case.state is State.WITHHELD
            assert "Không có câu trả lời nào" in pull()
    store.close()
    asked = str(town.github.asked)
    for trace in (*CANARY.values(), "Zwxq", case):
        assert trace not in asked
