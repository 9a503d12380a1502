"""Tokens and queries in the few signs of the table of examples."""

from typing import Any

_SIGNS = {"number": "#", "date": "@", "document": "№"}


def tell_token(token: dict[str, Any]) -> str:
    """`thủ>thu` toned and folded, `cho` if they are the same; `#43 @2022-01-07 №43/nd-cp`.

    After it `~` for a word of grammar, `+` for what stands inside a longer one.
    """
    if token["kind"] == "word":
        toned, folded = token["toned"], token["term"]
        told: str = toned if toned == folded else f"{toned}>{folded}"
    else:
        told = _SIGNS[token["kind"]] + token["term"]
    return f"{told}{'~' if token['stop'] else ''}{'+' if token['part'] else ''}"


def _tell_way(way: dict[str, Any]) -> str:
    told = []
    for want, toned in zip(way["must"], way["toned"], strict=True):
        sign = _SIGNS.get(want["kind"], "")
        told.append(toned or sign + want["term"])
    how = "" if way["how"] == "typed" else f"{way['how']}: "
    return how + " ".join(told)


def tell_group(group: dict[str, Any]) -> str:
    """Alternatives between bars, words with their tones where these count.

    After it `?` for what may be left out, `!` for what the index does not have.
    """
    ways: str = " | ".join(map(_tell_way, group["alternatives"]))
    return f"{ways}{'?' if group['optional'] else ''}{'!' if group['unknown'] else ''}"
