"""Who holds which post, as the teams of an organisation on GitHub say.

A team is a post: its members hold it. That is so at the moment it is asked. GitHub does not tell
since when somebody has been in a team, so whoever is in it now counts as having held the post when
they reviewed; whoever has left it counts for nothing. Delegations and suspensions GitHub does not
know: they need the database of accounts, which is asked in the place of this when it is there.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from accounts.staff import Grant, Holding, Person, fold_name
from regulation.model import Post
from regulation.portal import Portal
from workflow.codeowners import team
from workflow.forge.github.api import Api, ApiError, understood
from workflow.forge.interface import ForgeError
from workflow.gate.words import day

ALL_ALONG = dt.datetime(2008, 1, 1, tzinfo=dt.UTC)
"""Since when a member of a team holds its post: GitHub does not say, so since it exists."""


class GitHubStaff:
    """The staff (``accounts.staff.Staff``) by teams. It asks GitHub once: make one a command.

    Args:
        api: GitHub's interface; its token has to be allowed to read the organisation's members.
        organisation: Whose teams.
        regulations: Every portal by id, as on the base branch; asked for when first needed.
        login_of_email: Whose an address in a commit is, as far as GitHub tells.
        now: The clock.
    """

    def __init__(
        self,
        api: Api,
        organisation: str,
        regulations: Callable[[], Mapping[str, Portal]],
        login_of_email: Callable[[str], str | None],
        now: Callable[[], dt.datetime],
    ) -> None:
        self._api = api
        self._organisation = organisation
        self._regulations = regulations
        self._login_of_email = login_of_email
        self._now = now

    def person_of_login(self, login: str) -> Person | None:
        """Whose login it is; none when they are in no team of a post."""
        return self._people.get(fold_name(login))

    def person_of_email(self, email: str) -> Person | None:
        """Whose e-mail address it is; none when GitHub does not say, or when they hold no post."""
        login = self._login_of_email(email)
        found = self._people.get(fold_name(login)) if login else None
        return None if found is None else replace(found, emails=frozenset({fold_name(email)}))

    def holdings(self, person: Person, at: dt.datetime) -> Iterable[Holding]:
        """What the person holds now; at any other moment it is taken to be the same."""
        return [
            Holding(person, post.role, portal, ALL_ALONG, fields=frozenset(post.fields))
            for portal, post, members in self._posts
            if person.id in members
        ]

    def delegations(self, at: dt.datetime) -> Iterable[Grant]:
        """None: GitHub has no place where only the grantor could put one on record."""
        return ()

    @cached_property
    def _people(self) -> dict[str, Person]:
        logins = {login for _, _, members in self._posts for login in members}
        return {login: Person(login, frozenset({login})) for login in logins}

    @cached_property
    def _posts(self) -> list[tuple[str, Post, frozenset[str]]]:
        """Every post in force of every portal, with the logins of those in its team."""
        path = f"/orgs/{self._organisation}/teams"
        today = day(self._now())
        try:
            with understood():
                teams = {each["slug"] for each in self._api.pages(path)}
            found = []
            for portal in self._regulations().values():
                for post in portal.in_force(portal.regulation.posts, today):
                    slug = team(portal.id, post.id)
                    members: frozenset[str] = frozenset()
                    if slug in teams:
                        with understood():
                            listed = self._api.pages(f"{path}/{slug}/members")
                            members = frozenset(
                                fold_name(user["login"]) for user in listed if _is_person(user)
                            )
                    found.append((portal.id, post, members))
        except ApiError as error:
            if error.status not in (403, 404):
                raise
            raise ForgeError(
                f"Không đọc được các nhóm của tổ chức {self._organisation} trên GitHub; hãy cho mã "
                "truy cập quyền Members: read (docs/github-setup.md), hoặc đặt CONG_ACCOUNTS để "
                "dùng danh sách nhân sự của cổng."
            ) from None
        return found


def _is_person(user: Mapping[str, object]) -> bool:
    return user["type"] == "User"
