"""The clauses that checks on files rest on: those of the portal in whose folder the file lies."""

from regulation.duties import duties

PERSONAL = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15"
STILL = "Điều 18.1.b Thông tư 32/2017/TT-BTTTT"


def harm(path: str) -> str:
    """Where the portal's regulation says that nothing harmful enters (O3); empty if nowhere."""
    portal = path.removeprefix("content/").partition("/")[0]
    clauses = duties()["O3"].clauses.get(portal, ())
    return f"{', '.join(clauses)} Quy chế" if clauses else ""
