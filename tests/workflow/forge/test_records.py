"""The records of the local forge: signed, and told apart from what somebody made of them."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workflow.forge import Act, ForgeError, Stage, TamperedError
from workflow.forge.local import REFSPEC
from workflow.forge.local.records import FormError, from_text
from workflow.proposals import Verdict

from .drivers import ARTICLE, START, LocalDriver, Repository

Data = dict[str, Any]
CHAIN = "refs/cong/proposals/1"


def start(local: LocalDriver) -> str:
    """Proposal 1 by the contributor; its head."""
    head = local.commit({ARTICLE: "Bài.\n"})
    assert local.as_("cong").propose(head, "Họp Ban") == "1"
    local.tick()
    return head


def with_key(local: LocalDriver, who: str = "mai") -> Path:
    """Somebody registers a key and signs with it."""
    key = local.new_key(f"khóa của {who}")
    local.register(who, key)
    local.sign_with(key)
    return key


def chain(local: LocalDriver, number: str = "1") -> list[str]:
    """The commits of the records, the oldest first."""
    found = []
    for commit in local.shared.git(
        "rev-list", "--first-parent", f"refs/cong/proposals/{number}"
    ).split():
        found.append(commit)
        if data(local, commit)["record"] == 1:
            break
    return found[::-1]


def data(local: LocalDriver, commit: str) -> Data:
    """What a record says."""
    text = local.shared.git("cat-file", "blob", f"{commit}:record.json")
    found: Data = json.loads(text)
    return found


def written(said: Data) -> bytes:
    """A record as the forge writes it."""
    return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def forge_record(
    local: LocalDriver, said: Data, parents: list[str], text: bytes = b"", key: Path | None = None
) -> str:
    """A record as somebody makes it who knows Git, with or without a key."""
    git = local.shared.git
    blob = git("hash-object", "-w", "--stdin", stdin=text or written(said))
    tree = git("mktree", stdin=f"100644 blob {blob}\trecord.json\n".encode())
    at = dt.datetime.fromisoformat(said["at"])
    date = f"@{int(at.timestamp())} +0700"
    who, mail = said["who"], f"{said['who']}@cong.invalid"
    names = {"NAME": who, "EMAIL": mail, "DATE": date}
    extra = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in names.items()}
    sign = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={key}"] if key else []
    given = [word for parent in parents for word in ("-p", parent)]
    end = ["-S"] if key else []
    return git(*sign, "commit-tree", tree, *given, *end, stdin=b"x\n", extra=extra)


def append(local: LocalDriver, said: Data, **how: Any) -> None:
    """Puts a record behind the last one, past the forge."""
    tip = local.ref(CHAIN)
    shown = [said["commit"]] if said["act"] in ("opened", "pushed") else []
    local.shared.git("update-ref", CHAIN, forge_record(local, said, [tip, *shown], **how))


def rebuild(local: LocalDriver, said: list[Data]) -> None:
    """Writes the whole chain anew, past the forge."""
    tip: list[str] = []
    for each in said:
        shown = [each["commit"]] if each["act"] in ("opened", "pushed") else []
        tip = [forge_record(local, each, [*tip, *shown])]
    local.shared.git("update-ref", CHAIN, tip[0])


def review(local: LocalDriver, number: int, who: str = "mai", **changes: Any) -> Data:
    """What the record of an approval says."""
    head = local.ref("refs/heads/de-xuat/1")
    at = local.now.isoformat()
    said = {"proposal": "1", "record": number, "who": who, "at": at, "commit": head}
    return said | {"act": "reviewed", "verdict": "approve", "ground": None, "text": ""} | changes


def broken(local: LocalDriver, *words: str) -> str:
    """The record of proposal 1 is not believed, wherever it is asked for."""
    ask = local.as_("lan")
    head = local.ref("refs/heads/de-xuat/1")
    actions: list[Callable[[], object]] = [
        lambda: ask.history("1"),
        lambda: ask.proposal("1"),
        lambda: ask.review("1", Verdict.APPROVE, head),
        lambda: ask.merge("1", head, "Nhập"),
    ]
    texts = set()
    before = local.tip()
    for action in actions:
        with pytest.raises(TamperedError) as caught:
            action()
        texts.add(str(caught.value))
    (text,) = texts
    for word in ("Đề xuất 1", "hãy", *words):
        assert word in text
    assert local.tip() == before
    stages = [entry for stage in Stage for entry in ask.entries(stage)]
    assert [entry.fault for entry in stages if entry.number == "1"] == [text]
    return text


# --- Keys -----------------------------------------------------------------------------------------


def test_whoever_has_a_key_signs_and_whoever_has_none_does_not(local: LocalDriver) -> None:
    head = start(local)
    with_key(local)
    local.as_("mai").review("1", Verdict.APPROVE, head)
    local.as_("lan").review("1", Verdict.COMMENT, head)
    told = [(event.who, event.signed) for event in local.as_("lan").history("1")]
    assert told == [("cong", False), ("mai", True), ("lan", False)]
    assert "gpgsig -----BEGIN SSH SIGNATURE-----" in local.shared.git(
        "cat-file", "commit", chain(local)[1]
    )
    assert "gpgsig" not in local.shared.git("cat-file", "commit", chain(local)[2])


def test_a_merge_is_signed_too(local: LocalDriver) -> None:
    head = start(local)
    with_key(local, "truong")
    merge = local.as_("truong").merge("1", head, "Đăng")
    assert "gpgsig" in local.shared.git("cat-file", "commit", merge)
    assert local.as_("mai").history("1")[-1].signed


@pytest.mark.parametrize("which", ["none", "another", "missing"])
def test_without_the_registered_key_nothing_is_written(local: LocalDriver, which: str) -> None:
    head = start(local)
    with_key(local)
    before = local.ref(CHAIN)
    key = {"none": None, "another": local.new_key("khác"), "missing": local.folder / "mất"}[which]
    local.sign_with(key)
    with pytest.raises(ForgeError, match=r"git config user\.signingkey"):
        local.as_("mai").review("1", Verdict.APPROVE, head)
    assert local.ref(CHAIN) == before


def test_one_of_several_keys_will_do(local: LocalDriver) -> None:
    head = start(local)
    with_key(local)
    with_key(local, "lan")
    local.register("mai", local.folder / "khóa của lan")
    local.as_("mai").review("1", Verdict.APPROVE, head)
    assert local.as_("mai").history("1")[-1].signed


def test_a_key_may_be_named_from_the_checkout_or_by_itself(local: LocalDriver) -> None:
    head = start(local)
    key = with_key(local)
    local.sign_with(Path("..") / key.name)
    local.as_("mai").review("1", Verdict.APPROVE, head)
    local.checkout.git("config", "--unset", "user.signingkey")
    line = Path(f"{key}.pub").read_text(encoding="utf-8").strip()
    local.checkout.git("config", "gpg.ssh.defaultKeyCommand", f"echo 'key::{line}'")
    with pytest.raises(ForgeError, match="Không ký được"):  # no agent has the private half
        local.as_("mai").review("1", Verdict.APPROVE, head)


def test_the_kinds_of_keys_and_what_is_none(local: LocalDriver) -> None:
    head = start(local)
    key = with_key(local)
    local.as_("mai").review("1", Verdict.APPROVE, head)
    line = local.keys["mai"][0][0]
    for wrong in (
        f"cert-authority {line}",
        f'namespaces="file" {line}',
        f"{line}\n{line}",
        "ssh-ed25519",
        "",
        Path(key).read_text(encoding="utf-8"),
    ):
        local.keys["mai"] = [(wrong, START, None)]
        with pytest.raises(ForgeError, match="không đọc được; hãy nhờ"):
            local.as_("mai").history("1")


# --- Tampering ------------------------------------------------------------------------------------


def test_an_unsigned_record_of_somebody_with_a_key(local: LocalDriver) -> None:
    start(local)
    with_key(local)
    append(local, review(local, 2))
    broken(local, "bản ghi 2", "không có chữ ký", "“mai”")


def test_a_record_signed_by_anothers_key(local: LocalDriver) -> None:
    start(local)
    with_key(local)
    other = with_key(local, "lan")
    append(local, review(local, 2), key=other)
    broken(local, "bản ghi 2", "không phải bằng khóa đăng ký", "“mai”")


def test_the_repositorys_settings_do_not_make_a_signature_good(local: LocalDriver) -> None:
    start(local)
    with_key(local)
    other = local.new_key("lạ")
    append(local, review(local, 2), key=other)
    liar = local.folder / "ssh-keygen-giả"
    liar.write_text(
        '#!/bin/sh\ncase "$*" in *find-principals*) echo mai@cong.invalid;; *)\n'
        """echo 'Good "git" signature for mai@cong.invalid with ED25519 key SHA256:x';; esac\n""",
        encoding="utf-8",
    )
    liar.chmod(0o755)
    signers = local.folder / "signers"
    line = Path(f"{other}.pub").read_text(encoding="utf-8")
    signers.write_text(f"* {line}", encoding="utf-8")
    for name, value in {
        "gpg.ssh.program": str(liar),
        "gpg.ssh.allowedSignersFile": str(signers),
        "gpg.minTrustLevel": "undefined",
    }.items():
        local.shared.git("config", name, value)
    broken(local, "không phải bằng khóa đăng ký")


def test_a_key_that_was_revoked_before(local: LocalDriver) -> None:
    start(local)
    key = with_key(local)
    line, since, _ = local.keys["mai"][0]
    local.keys["mai"] = [(line, since, local.now)]
    append(local, review(local, 2), key=key)
    broken(local, "bản ghi 2", "không đăng ký vào lúc ấy")
    local.register("mai", local.new_key("mới"))
    broken(local, "bản ghi 2", "không phải bằng khóa đăng ký")


def test_a_key_revoked_later_still_vouches_for_what_it_signed(local: LocalDriver) -> None:
    head = start(local)
    with_key(local)
    local.as_("mai").review("1", Verdict.APPROVE, head)
    line, since, _ = local.keys["mai"][0]
    local.tick()
    local.keys["mai"] = [(line, since, local.now)]
    assert local.as_("lan").history("1")[-1].signed


def reviewed(local: LocalDriver) -> list[Data]:
    """A chain: opened, then mai with a key, then lan without; what it says."""
    head = start(local)
    with_key(local)
    local.as_("mai").review("1", Verdict.REQUEST_CHANGES, head, "Sai.")
    local.tick()
    local.as_("lan").review("1", Verdict.APPROVE, head)
    return [data(local, commit) for commit in chain(local)]


def test_a_record_rewritten_below_a_signature(local: LocalDriver) -> None:
    said = reviewed(local)
    said[0]["title"] = "Bài khác"
    rebuild(local, said)
    broken(local, "bản ghi 2", "không có chữ ký")


def test_a_record_rewritten_and_the_signed_one_put_back_behind_it(local: LocalDriver) -> None:
    said = reviewed(local)
    mine = chain(local)[1]
    said[0]["title"] = "Bài khác"
    first = forge_record(local, said[0], [said[0]["commit"]])
    # The signature is over the record before it too: it cannot be carried over.
    text = local.shared.git("cat-file", "commit", mine)
    moved = text.replace(chain(local)[0], first) + "\n"
    stdin = moved.encode()
    commit = local.shared.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=stdin)
    local.shared.git("update-ref", CHAIN, commit)
    broken(local, "bản ghi 2", "không phải bằng khóa đăng ký")


def test_a_record_taken_out(local: LocalDriver) -> None:
    said = reviewed(local)
    rebuild(local, [said[0], said[2]])
    broken(local, "không nối tiếp")


def test_records_in_another_order(local: LocalDriver) -> None:
    said = reviewed(local)
    rebuild(local, [said[0], said[2] | {"record": 2}, said[1] | {"record": 3}])
    broken(local, "bản ghi 3", "không có chữ ký")
    local.keys.clear()
    broken(local, "bản ghi 3", "thời điểm sớm hơn")


def test_a_record_of_another_proposal(local: LocalDriver) -> None:
    start(local)
    head = local.commit({ARTICLE: "Khác.\n"})
    number = local.as_("cong").propose(head, "Khác")
    local.shared.git("update-ref", CHAIN, f"refs/cong/proposals/{number}")
    broken(local, "thuộc về đề xuất 2")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"note": "x"}, "thừa trường “note”"),
        ({"text": None}, "ghi sai trường “text”"),
        ({"record": "2"}, "ghi sai trường “record”"),
        ({"record": 2.0}, "ghi sai trường “record”"),
        ({"record": 3}, "không nối tiếp"),
        ({"proposal": "2"}, "thuộc về đề xuất 2"),
        ({"act": "approved"}, "không rõ là việc gì"),
        ({"verdict": "dismissed"}, "ghi sai trường “verdict”"),
        ({"ground": ""}, "ghi sai trường “ground”"),
        ({"ground": "sai"}, "nêu lý do từ chối mà không từ chối"),
        ({"commit": "1" * 40}, "chưa từng là bản đề xuất"),
        ({"commit": "HEAD"}, "ghi sai trường “commit”"),
        ({"who": "Mai"}, "ghi sai trường “who”"),
        ({"at": "2026-11-22T09:00:00+07:00"}, "thời điểm sớm hơn"),
    ],
)
def test_what_no_record_says(local: LocalDriver, changes: Data, words: str) -> None:
    start(local)
    append(local, review(local, 2, **changes))
    append(local, review(local, 3, who="lan"))  # what is behind it makes it no better
    broken(local, "bản ghi 2" if changes.get("record") != 3 else "bản ghi", words)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text.replace(b"\n ", b"\n  "), "không đúng cách viết"),
        (lambda text: text.replace(b'"approve"', b'"comment",\n "verdict": "approve"'), "viết"),
        (lambda text: text + b"\n", "không đúng cách viết"),
        (lambda text: b"\xff" + text, "JSON"),
        (lambda text: b"", "JSON"),
        (lambda text: b"[" * 100_000, "JSON"),
        (lambda text: text.replace(b"+07:00", b""), "ghi sai trường “at”"),
        (lambda text: text.replace(b' "text": ""', b' "text": "\\ud800"'), "JSON"),
    ],
)
def test_what_is_no_record(local: LocalDriver, spoil: Callable[[bytes], bytes], words: str) -> None:
    start(local)
    said = review(local, 2)
    text = spoil(written(said))
    with pytest.raises(FormError, match=words):
        from_text(text)
    append(local, said, text=text or b"\n")
    broken(local, "bản ghi cuối", words)


def test_a_commit_that_says_something_else_than_its_record(local: LocalDriver) -> None:
    start(local)
    said = review(local, 2)
    append(local, said | {"who": "lan"}, text=written(said))
    broken(local, "bản ghi 2", "người ghi hoặc thời điểm không khớp")


def test_what_could_not_be_done_at_that_point(local: LocalDriver) -> None:
    head = start(local)
    local.as_("mai").review("1", Verdict.APPROVE, head)
    second = local.commit({ARTICLE: "Sửa.\n"}, on=head)
    local.as_("cong").push("1", second)
    good = local.ref(CHAIN)
    bare = {"proposal": "1", "record": 4, "who": "mai", "at": local.now.isoformat()}
    back = {"act": "dismissed", "review": 2, "text": ""}
    for said, words in (
        (bare | back | {"commit": head, "who": "lan"}, "rút một ý kiến không rút được"),
        (bare | back | {"commit": head, "review": 1}, "rút một ý kiến không rút được"),
        (bare | back | {"commit": second}, "rút ý kiến về một bản khác"),
        (bare | {"act": "ready", "commit": second}, "đã sẵn sàng từ trước"),
        (
            bare | {"act": "opened", "commit": head, "title": "x", "text": "", "draft": False},
            "mở đề xuất lần thứ hai",
        ),
    ):
        append(local, said)
        broken(local, "bản ghi 4", words)
        local.shared.git("update-ref", CHAIN, good)
    append(local, bare | back | {"commit": head})
    assert local.as_("mai").history("1")[-1].act is Act.DISMISSED


def test_something_behind_the_end(local: LocalDriver) -> None:
    start(local)
    local.as_("cong").withdraw("1", "Nhầm.")
    append(local, review(local, 3))
    with pytest.raises(TamperedError, match="sau khi đề xuất đã đóng"):
        local.as_("mai").history("1")


def test_a_record_without_the_commit_that_it_shows(local: LocalDriver) -> None:
    head = start(local)
    said = review(local, 2, act="pushed")
    for field in ("verdict", "ground", "text"):
        del said[field]
    commit = forge_record(local, said, [local.ref(CHAIN)])
    local.shared.git("update-ref", CHAIN, commit)
    assert said["commit"] == head
    broken(local, "bản ghi 2", "không nối đúng")


def test_an_object_that_is_gone(local: LocalDriver) -> None:
    head = start(local)
    local.as_("mai").review("1", Verdict.APPROVE, head)
    first = chain(local)[0]
    (local.shared.path / "objects" / first[:2] / first[2:]).unlink()
    broken(local, "bản ghi 1", "git fsck")


def test_an_object_that_is_spoilt_spoils_no_other_proposal(local: LocalDriver) -> None:
    start(local)
    second = local.commit({"README.md": "Khác\n"})
    assert local.as_("cong").propose(second, "Khác") == "2"
    local.shared.git("update-ref", "refs/cong/proposals/3", second)  # no record at all
    assert local.as_("cong").propose(second, "Nữa") == "4"
    tip = local.ref(CHAIN)
    path = local.shared.path / "objects" / tip[:2] / tip[2:]
    path.chmod(0o644)
    path.write_bytes(b"x" * 40)
    with pytest.raises(ForgeError, match="hãy"):
        local.as_("mai").history("1")
    told = {entry.number: bool(entry.fault) for entry in local.as_("mai").entries()}
    assert told == {"1": True, "2": False, "3": True, "4": False}


def test_replacements_and_grafts_are_not_looked_at(local: LocalDriver) -> None:
    head = start(local)
    with_key(local)
    local.as_("mai").review("1", Verdict.REQUEST_CHANGES, head)
    tip = local.ref(CHAIN)
    fake = forge_record(local, review(local, 2), [chain(local)[0]])
    local.shared.git("update-ref", f"refs/replace/{tip}", fake)
    assert local.as_("lan").history("1")[-1].verdict is Verdict.REQUEST_CHANGES
    second = local.commit({ARTICLE: "Hai.\n"}, on=head)
    local.as_("cong").push("1", second)
    grafts = local.shared.path / "info/grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{second} {local.tip()}\n", encoding="utf-8")
    assert [commit.id for commit in local.as_("lan").proposal("1").commits] == [head, second]


# --- What others know -----------------------------------------------------------------------------


def merged(local: LocalDriver) -> str:
    """Proposal 1, reviewed and merged; the merge."""
    head = start(local)
    local.as_("mai").review("1", Verdict.APPROVE, head)
    return local.as_("truong").merge("1", head, "Đăng bài")


def test_a_merge_names_the_record_it_rests_on(local: LocalDriver) -> None:
    head = start(local)
    local.as_("mai").review("1", Verdict.APPROVE, head)
    tip = local.ref(CHAIN)
    merge = local.as_("truong").merge("1", head, "Đăng bài")
    assert local.message(merge).strip() == f"Đăng bài\n\nProposal: 1\nRecord: {tip}"


def test_the_main_branch_vouches_for_the_chain(local: LocalDriver) -> None:
    merged(local)
    first = chain(local)[0]
    local.shared.git("update-ref", CHAIN, first)
    text = "không còn bản ghi"
    with pytest.raises(TamperedError, match=text):
        local.as_("mai").history("1")
    local.shared.git("update-ref", "-d", CHAIN)
    with pytest.raises(TamperedError, match="không còn hồ sơ"):
        local.as_("mai").history("1")
    (entry,) = local.as_("mai").entries(Stage.MERGED)
    assert "không còn hồ sơ" in entry.fault
    local.shared.git("update-ref", "-d", "refs/heads/de-xuat/1")
    other = local.commit({"README.md": "Khác\n"})
    assert local.as_("cong").propose(other, "Khác") == "2"  # a number is never given twice


def test_a_merge_by_hand_that_names_the_record_of_another_text(local: LocalDriver) -> None:
    start(local)
    other = local.commit({ARTICLE: "Lén.\n"}, message="Khác")
    message = f"Đăng\n\nProposal: 1\nRecord: {local.ref(CHAIN)}\n"
    merge = local.commit({}, on=(local.tip(), other), message=message)
    local.checkout.git("push", "--quiet", str(local.shared.path), f"{merge}:refs/heads/main")
    with pytest.raises(TamperedError, match="nhánh chính nêu tên"):
        local.as_("mai").history("1")


def test_a_record_of_a_merge_that_the_main_branch_does_not_have(local: LocalDriver) -> None:
    merge = merged(local)
    local.shared.git("update-ref", "refs/heads/main", f"{merge}^1")
    with pytest.raises(ForgeError, match="nhánh chính ở đây không có"):
        local.as_("mai").proposal("1")


def test_a_withdrawal_of_what_was_merged(local: LocalDriver) -> None:
    merged(local)
    local.shared.git("update-ref", CHAIN, f"{CHAIN}^1")
    said = review(local, 3, act="withdrawn", text="Nhầm.")
    del said["verdict"], said["ground"]
    append(local, said)
    with pytest.raises(TamperedError, match="nhánh chính đã nhập"):
        local.as_("mai").history("1")


def test_a_copy_that_knows_more_refuses_a_shortened_chain(local: LocalDriver) -> None:
    head = start(local)
    local.as_("mai").review("1", Verdict.REQUEST_CHANGES, head)
    copy = Repository(local.folder / "bản sao", local.env)
    local.shared.git("clone", "--quiet", "--bare", ".", str(copy.path))
    copy.git("fetch", "--quiet", str(local.shared.path), REFSPEC)
    known = copy.git("rev-parse", CHAIN)
    assert known == local.ref(CHAIN)
    assert copy.git("cat-file", "-t", head) == "commit"

    local.shared.git("update-ref", CHAIN, f"{CHAIN}^1")
    local.as_("mai").review("1", Verdict.APPROVE, head)
    assert "rejected" in copy.fails("fetch", str(local.shared.path), REFSPEC)
    assert copy.git("rev-parse", CHAIN) == known
    assert "rejected" in copy.fails("push", str(local.shared.path), REFSPEC)


def test_what_was_looked_at_is_never_pruned(local: LocalDriver) -> None:
    head = start(local)
    local.as_("mai").review("1", Verdict.APPROVE, head)
    second = local.commit({ARTICLE: "Khác hẳn.\n"})
    local.as_("cong").push("1", second)
    local.shared.git("reflog", "expire", "--expire=now", "--all")
    local.shared.git("gc", "--quiet", "--prune=now")
    assert local.read(head, ARTICLE) == "Bài."
    assert [event.act for event in local.as_("mai").history("1")] == [
        Act.OPENED,
        Act.REVIEWED,
        Act.PUSHED,
    ]
    assert local.shared.git("fsck", "--no-dangling") == ""
