"""Setting up a repository on GitHub: what the interface lets a program do, done twice is done once.

What is there already and right is left alone; what is there and not ours is not touched. What only
a person can do stands in ``BY_HAND``.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from accounts.staff import fold_name
from regulation.model import Post
from regulation.portal import Portal
from workflow.codeowners import team
from workflow.forge.github.api import Api, ApiError, understood
from workflow.forge.github.forge import CONTEXT
from workflow.forge.github.who import asker
from workflow.forge.interface import CORRECTS, REFUSED, TO_APPROVE, TO_REVIEW, ForgeError

ACTIONS = 15368
"""The number of GitHub's own app that workflows act as."""

PERMISSION = "push"
"""What a team may do with the repository: push branches of proposals. Rules guard the rest."""

RULES, MERGING = "Cổng: nhánh chính", "Cổng: chỉ chốt duyệt nhập"
SHOWING = "Cổng: nhánh trang"

NIGHT = "loi-chay-dem"
"""The label of the notice that a night went wrong."""

LABELS = {
    TO_REVIEW: ("fbca04", "Chờ thành viên phụ trách lĩnh vực thẩm định"),
    TO_APPROVE: ("1d76db", "Đã thẩm định, chờ Trưởng ban phê duyệt"),
    REFUSED: ("d93f0b", "Bị từ chối theo một lý do của quy chế"),
    CORRECTS: ("5319e7", "Đính chính hoặc cập nhật mục đã đăng"),
    NIGHT: ("b60205", "Việc chạy ban đêm không thành công"),
}
"""The labels of proposals and notices: the colour, and what it says."""

ENVIRONMENTS = ("cong-gate", "cong-publish")
"""Where the secrets of the workflows lie: only what runs from the main branch sees them."""

APP = "CONG_GITHUB_APP"
"""The variable that tells the workflows the number of the gate's own app."""

PAGES = ("gh-pages", "gh-pages-releases")
"""The branches of ``cong publish --to pages``: what is shown, and the releases it came from."""

_POLICY = {"protected_branches": False, "custom_branch_policies": True}

_SETTINGS = {
    # A merge is one of its own: squashing or rebasing would publish a commit nobody approved.
    "allow_merge_commit": True,
    "allow_squash_merge": False,
    "allow_rebase_merge": False,
    # Merging is a decision of a person or of the gate, on what is there at that moment.
    "allow_auto_merge": False,
}
_WORKFLOW = {
    "default_workflow_permissions": "read",
    # A workflow that approves would be a reviewer nobody appointed.
    "can_approve_pull_request_reviews": False,
}
_FORKS = "all_external_contributors"

_POSSIBLE = (403, 404, 409, 422)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the repository is to be.

    Attributes:
        repository: As ``owner/name``.
        regulations: Every portal by id.
        on: The day on which posts are in force.
        app: The number of the GitHub app from which the gate's status must come; none leaves it as
            it is, and begins with that of Actions.
        only_app_merges: Whether nobody but that app may change the main branch.
        main: The branch that is published.
    """

    repository: str
    regulations: Mapping[str, Portal]
    on: dt.date
    app: int | None = None
    only_app_merges: bool = False
    main: str = "main"

    @property
    def organisation(self) -> str:
        """Who owns the repository."""
        return self.repository.partition("/")[0]


@dataclass(slots=True)
class Outcome:
    """What came of it, in Vietnamese.

    Attributes:
        done: What was done, or would be.
        kept: How many things were right already.
        failed: What GitHub did not let be done.
        by_hand: What only a person can do.
    """

    done: list[str] = field(default_factory=list)
    kept: int = 0
    failed: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)


def set_up(api: Api, wanted: Wanted, *, dry: bool = False) -> Outcome:
    """Brings a repository to where it is wanted.

    Args:
        api: GitHub's interface; its token must be of somebody who owns the organisation.
        wanted: How it is to be.
        dry: Whether it is only said what would be done.

    Raises:
        ForgeError: GitHub does not answer, or the repository belongs to no organisation.
    """
    return _Setup(api, wanted, dry).run()


def rules(wanted: Wanted) -> dict[str, Any]:
    """The rules of the main branch. Nobody stands above them.

    A new commit does not void approvals here: the gate counts them on the commit they were given
    on, and an approved one that is pushed again counts again (docs/decisions/0009-the-gate.md).
    Nor must a proposal be level with the main branch: every publication would void every other
    approval.
    """
    check = {"context": CONTEXT, "integration_id": wanted.app}
    return {
        "name": RULES,
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": _conditions(wanted),
        "rules": [
            {"type": "deletion"},
            {"type": "non_fast_forward"},
            {
                "type": "pull_request",
                "parameters": {
                    "required_approving_review_count": 0,  # who and how many, the gate knows
                    "dismiss_stale_reviews_on_push": False,
                    "require_code_owner_review": False,
                    "require_last_push_approval": False,
                    "required_review_thread_resolution": False,
                    "allowed_merge_methods": ["merge"],
                },
            },
            {
                "type": "required_status_checks",
                "parameters": {
                    "strict_required_status_checks_policy": False,
                    "do_not_enforce_on_create": False,
                    "required_status_checks": [check],
                },
            },
        ],
    }


def merging(wanted: Wanted) -> dict[str, Any]:
    """The rule that nobody but the gate's app changes the main branch."""
    actor = {"actor_id": wanted.app, "actor_type": "Integration", "bypass_mode": "always"}
    return {
        "name": MERGING,
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [actor],
        "conditions": _conditions(wanted),
        "rules": [{"type": "update"}],
    }


def showing(wanted: Wanted) -> dict[str, Any]:
    """The rule that nobody but the gate's app changes what GitHub Pages shows."""
    actor = {"actor_id": wanted.app, "actor_type": "Integration", "bypass_mode": "always"}
    return {
        "name": SHOWING,
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [actor],
        "conditions": {
            "ref_name": {"include": [f"refs/heads/{name}" for name in PAGES], "exclude": []}
        },
        "rules": [
            {"type": kind} for kind in ("creation", "update", "deletion", "non_fast_forward")
        ],
    }


def _conditions(wanted: Wanted) -> dict[str, Any]:
    return {"ref_name": {"include": [f"refs/heads/{wanted.main}"], "exclude": []}}


class _Setup:
    def __init__(self, api: Api, wanted: Wanted, dry: bool) -> None:
        self._api = api
        self._wanted = wanted
        self._dry = dry
        self._outcome = Outcome()
        self._path = f"/repos/{wanted.repository}"
        self._me = ""

    def run(self) -> Outcome:
        if self._wanted.app is None:
            # Whoever sets up again without naming the app must not open what it had closed.
            self._wanted = replace(self._wanted, app=self._pinned())
        if self._wanted.only_app_merges and self._wanted.app == ACTIONS:
            raise ForgeError(
                "Chỉ một GitHub App riêng của chốt duyệt mới được là nơi duy nhất nhập; cho GitHub "
                "Actions thì ai viết được quy trình cũng nhập được. Hãy ghi --app <số của App>."
            )
        said = self._api.get(self._path)
        with understood():
            owner = str(said["owner"]["type"])
        self._me = asker(self._api)
        if owner != "Organization":
            raise ForgeError(
                f"Kho {self._wanted.repository} không thuộc một tổ chức nên không có nhóm; hãy "
                "chuyển kho sang một tổ chức (organization) trên GitHub."
            )
        parts: tuple[tuple[str, Callable[[], None]], ...] = (
            ("các nhóm", self._teams),
            ("các nhãn", self._labels),
            ("cách nhập", lambda: self._settings(said)),
            ("quy tắc của nhánh chính", self._rulesets),
            ("quyền của Actions", self._actions),
            ("quyền mặc định của quy trình", self._workflow),
            ("quy trình của người ngoài", self._forks),
            ("các môi trường", self._environments),
            ("biến của kho", self._variable),
        )
        for what, part in parts:
            try:
                part()
            except ApiError as error:
                if error.status not in _POSSIBLE:
                    raise
                self._outcome.failed.append(f"Chưa đặt được {what}: {error}")
        self._outcome.by_hand += _by_hand(self._wanted)
        return self._outcome

    def _pinned(self) -> int:
        """The app from which the gate's status must come as the rules stand now."""
        try:
            found = self._rules_there().get(RULES)
            said = self._api.get(f"{self._path}/rulesets/{found}") if found else {}
        except ApiError as error:
            if error.status not in _POSSIBLE:
                raise
            return ACTIONS
        with understood():
            checks = [
                check
                for rule in said.get("rules") or ()
                if rule["type"] == "required_status_checks"
                for check in rule["parameters"]["required_status_checks"]
            ]
            pins = [each.get("integration_id") for each in checks if each["context"] == CONTEXT]
        return next((pin for pin in pins if isinstance(pin, int)), ACTIONS)

    def _rules_there(self) -> dict[str, int]:
        with understood():
            return {
                each["name"]: each["id"]
                for each in self._api.pages(f"{self._path}/rulesets", includes_parents="false")
            }

    def _do(self, line: str, act: Callable[[], object]) -> None:
        if not self._dry:
            act()
        self._outcome.done.append(line)

    def _ensure(self, right: bool, line: str, act: Callable[[], object]) -> None:
        if right:
            self._outcome.kept += 1
        else:
            self._do(line, act)

    # --- Teams ------------------------------------------------------------------------------------

    def _teams(self) -> None:
        teams = f"/orgs/{self._wanted.organisation}/teams"
        with understood():
            there = {each["slug"] for each in self._api.pages(teams)}
            allowed = {
                each["slug"]: each["permission"] for each in self._api.pages(f"{self._path}/teams")
            }
        for portal, post in _posts(self._wanted):
            slug = team(portal.id, post.id)
            if slug in there:
                self._outcome.kept += 1
                self._remind(slug)
            else:
                self._do(f"Lập nhóm {slug} ({post.title.vi})", self._creator(teams, portal, post))
            path = f"{teams}/{slug}/repos/{self._wanted.repository}"
            self._ensure(
                allowed.get(slug) == PERMISSION,
                f"Cho nhóm {slug} đẩy nhánh vào kho",
                self._sender("PUT", path, {"permission": PERMISSION}),
            )

    def _creator(self, teams: str, portal: Portal, post: Post) -> Callable[[], object]:
        name = team(portal.id, post.id)
        body = {
            "name": name,
            "description": f"{post.title.vi} – {portal.regulation.short_name.vi}",
            # Seen by the organisation's members only; a secret team could not be asked to look.
            "privacy": "closed",
        }
        create = self._creating(teams, body)

        def create_empty() -> None:
            create()
            # GitHub makes whoever creates a team its first member. Members hold the post, and
            # whoever sets this up holds none by that.
            for login in self._members(name):
                try:
                    self._sender("DELETE", f"{teams}/{name}/memberships/{login}", None)()
                except ApiError as error:
                    if error.status != 404:  # they are out of it, which is all that is wanted
                        raise

        return create_empty

    def _members(self, slug: str) -> list[str]:
        path = f"/orgs/{self._wanted.organisation}/teams/{slug}/members"
        with understood():
            return [str(user["login"]) for user in self._api.pages(path)]

    def _remind(self, slug: str) -> None:
        """Says so when whoever sets this up is in a team: a run cut off may leave them there."""
        if fold_name(self._me) in map(fold_name, self._members(slug)):
            self._outcome.by_hand.append(
                f"Tài khoản {self._me} đang ở trong nhóm {slug}, tức là đang giữ chức danh ấy; nếu "
                "không phải thế, hãy rời nhóm."
            )

    # --- Doing ------------------------------------------------------------------------------------

    def _sender(self, verb: str, path: str, body: Any) -> Callable[[], object]:
        """What does something that comes to the same when done twice."""
        return lambda: self._api.send(verb, path, body, again=True)

    def _creating(self, path: str, body: Mapping[str, Any]) -> Callable[[], object]:
        """What creates something with a name, looking for it before it is tried again."""

        def look() -> Any:
            with understood():
                name = fold_name(body["name"])
                return next(
                    (e for e in self._api.pages(path) if fold_name(e["name"]) == name), None
                )

        return lambda: self._api.once(lambda: self._api.send("POST", path, body), look)

    # --- The repository ---------------------------------------------------------------------------

    def _labels(self) -> None:
        path = f"{self._path}/labels"
        with understood():
            there = {fold_name(each["name"]) for each in self._api.pages(path)}
        for name, (color, description) in LABELS.items():
            body = {"name": name, "color": color, "description": description}
            self._ensure(
                name in there,
                f"Lập nhãn {name}",
                self._creating(path, body),
            )

    def _settings(self, said: Mapping[str, Any]) -> None:
        self._ensure(
            all(said.get(name) == value for name, value in _SETTINGS.items()),
            "Chỉ cho nhập bằng một lần nhập riêng (merge commit)",
            self._sender("PATCH", self._path, _SETTINGS),
        )

    def _rulesets(self) -> None:
        path, there = f"{self._path}/rulesets", self._rules_there()
        wanted = [rules(self._wanted)]
        if self._wanted.app != ACTIONS:
            # Past Actions would be past everybody: who may push a branch may push a workflow.
            wanted.append(showing(self._wanted))
        if self._wanted.only_app_merges:
            wanted.append(merging(self._wanted))
        for each in wanted:
            name = each["name"]
            if name not in there:
                self._do(f"Đặt quy tắc “{name}”", self._creating(path, each))
                continue
            one = f"{path}/{there[name]}"
            self._ensure(
                _covers(self._api.get(one), each),
                f"Đặt lại quy tắc “{name}”",
                self._sender("PUT", one, each),
            )

    # --- Actions ----------------------------------------------------------------------------------

    def _actions(self) -> None:
        path = f"{self._path}/actions/permissions"
        said = self._api.get(path)
        body = {"enabled": True, "sha_pinning_required": True}
        if said.get("enabled") and said.get("allowed_actions"):
            body["allowed_actions"] = said["allowed_actions"]  # which actions is not ours to say
        self._ensure(
            said.get("enabled") is True and said.get("sha_pinning_required") is True,
            "Bắt buộc ghim hành động (action) theo mã băm",
            self._sender("PUT", path, body),
        )

    def _workflow(self) -> None:
        path = f"{self._path}/actions/permissions/workflow"
        self._ensure(
            _covers(self._api.get(path), _WORKFLOW),
            "Mặc định chỉ cho quy trình đọc, không cho duyệt",
            self._sender("PUT", path, _WORKFLOW),
        )

    def _forks(self) -> None:
        path = f"{self._path}/actions/permissions/fork-pr-contributor-approval"
        body = {"approval_policy": _FORKS}
        self._ensure(
            _covers(self._api.get(path), body),
            "Quy trình trên đề xuất của người ngoài phải được cho phép mới chạy",
            self._sender("PUT", path, body),
        )

    def _environments(self) -> None:
        for name in ENVIRONMENTS:
            path = f"{self._path}/environments/{name}"
            there = self._there(path)
            self._ensure(
                _covers(there, {"deployment_branch_policy": _POLICY}),
                f"Lập môi trường {name}, chỉ cho nhánh được nêu tên",
                self._sender("PUT", path, {"deployment_branch_policy": _POLICY}),
            )
            path += "/deployment-branch-policies"
            said = self._there(path) if there else None
            with understood():
                named = {
                    each["name"]: each["id"] for each in (said or {}).get("branch_policies", ())
                }
            main = self._wanted.main
            self._ensure(
                main in named,
                f"Cho nhánh {main} dùng môi trường {name}",
                self._creating_policy(path, main),
            )
            for other in sorted(set(named) - {main}):
                self._do(
                    f"Không cho nhánh {other} dùng môi trường {name} nữa",
                    self._sender("DELETE", f"{path}/{named[other]}", None),
                )

    def _creating_policy(self, path: str, name: str) -> Callable[[], object]:
        def look() -> Any:
            with understood():
                there = self._api.get(path)["branch_policies"]
                return next((each for each in there if each["name"] == name), None)

        body = {"name": name, "type": "branch"}
        return lambda: self._api.once(lambda: self._api.send("POST", path, body), look)

    def _variable(self) -> None:
        """Whoever may write changes the repository's variables, but not an environment's.

        The repository's own only says whether the workflows have anything to do.
        """
        if self._wanted.app == ACTIONS:
            return  # Actions are no app with a key
        self._told(f"{self._path}/actions/variables", "của kho")
        for name in ENVIRONMENTS:
            self._told(f"{self._path}/environments/{name}/variables", f"của môi trường {name}")

    def _told(self, path: str, where: str) -> None:
        one, value = f"{path}/{APP}", str(self._wanted.app)
        body = {"name": APP, "value": value}
        there = self._there(one)
        line = f"Ghi số của App vào biến {APP} {where}"
        if there is None:
            self._do(line, self._creating_variable(path, body))
        else:
            self._ensure(there.get("value") == value, line, self._sender("PATCH", one, body))

    def _creating_variable(self, path: str, body: Mapping[str, Any]) -> Callable[[], object]:
        return lambda: self._api.once(
            lambda: self._api.send("POST", path, body), lambda: self._there(f"{path}/{APP}")
        )

    def _there(self, path: str) -> dict[str, Any] | None:
        """What is at a path; none when nothing is there."""
        try:
            said = self._api.get(path)
        except ApiError as error:
            if error.status != 404:
                raise
            return None
        with understood():
            return dict(said)


def _posts(wanted: Wanted) -> Iterator[tuple[Portal, Post]]:
    for portal_id in sorted(wanted.regulations):
        portal = wanted.regulations[portal_id]
        for post in portal.in_force(portal.regulation.posts, wanted.on):
            yield portal, post


def _covers(there: Any, wanted: Any) -> bool:
    """Whether all that is wanted is there; GitHub adds values of its own."""
    if isinstance(wanted, Mapping):
        return isinstance(there, Mapping) and all(
            _covers(there.get(name), value) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        if not isinstance(there, list) or len(there) != len(wanted):
            return False
        return all(any(_covers(one, each) for one in there) for each in wanted)
    return bool(there == wanted)


def _by_hand(wanted: Wanted) -> Iterable[str]:
    """What only a person can do."""
    yield (
        "Mời từng người vào nhóm của chức danh người ấy giữ: ở trong nhóm là giữ chức danh. Chỉ "
        "chủ tổ chức mới được thêm người; đừng cử ai làm maintainer của nhóm."
    )
    yield (
        "Đặt quyền cơ bản của tổ chức (Base permissions) là No permission hoặc Read, và bắt buộc "
        "xác thực hai bước: Settings → Member privileges, Authentication security."
    )
    if wanted.app == ACTIONS:
        yield (
            f"Kết quả {CONTEXT} mới được ghim vào GitHub Actions: ai đẩy được nhánh vào kho đều có "
            "thể viết một quy trình ghi kết quả ấy. Hãy lập một GitHub App riêng cho chốt duyệt "
            "rồi gõ lại với --app <số của App>."
        )
    elif not wanted.only_app_merges:
        yield (
            "Người bấm nút Merge trên GitHub có thể nhập khi nhánh chính vừa đổi cùng tệp. Muốn "
            "chỉ chốt duyệt được nhập, hãy gõ lại với --only-app-merges."
        )
    yield (
        f"Đặt khóa (.pem) của App vào bí mật CONG_GITHUB_APP_KEY của hai môi trường "
        f"{' và '.join(ENVIRONMENTS)}, khóa của nơi phát hành vào {ENVIRONMENTS[1]}: Settings → "
        "Environments."
    )
    yield (
        f"Ghi nơi phát hành vào biến CONG_PUBLISH của môi trường {ENVIRONMENTS[1]} "
        "(docs/github-setup.md)."
    )
    yield "Viết lại .github/CODEOWNERS: cong codeowners --organisation " + wanted.organisation
