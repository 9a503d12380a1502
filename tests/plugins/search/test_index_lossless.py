"""The oracle: shards that lunr.js loads score as the whole index does, difference 0."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from plugins.search.gather import key_hash
from plugins.search.lossless import Document, Lossless
from plugins.search.shards import bucket
from plugins.search.weights import BOOSTS, FIELDS
from tests.node import node

CORPORA = 40
QUERIES = 12


def documents(dice: random.Random) -> list[Document]:
    """Random documents, short and long, some fields empty, over few words and many."""
    words = [f"t{number}" for number in range(dice.choice((5, 40, 400)))] + [
        "đất",
        "hoà bình",
        "98.5%",
    ]
    longest = dice.choice((3, 30, 200))
    return [
        {
            name: [
                words[int(len(words) * dice.random() ** 3)] for _ in range(dice.randint(0, longest))
            ]
            for name in FIELDS
        }
        for _ in range(dice.randint(1, 60))
    ]


@pytest.fixture(scope="module")
def asked() -> list[tuple[Lossless, list[dict[str, Any]], list[Any]]]:
    """Random corpora with random queries, and what lunr.js says: whole, and of shards."""
    dice = random.Random(43)
    made = []
    for _ in range(CORPORA):
        given = documents(dice)
        index = Lossless(given)
        bits = dice.randint(0, 5)
        terms = [*index.index, "không có"]
        queries = []
        for _ in range(QUERIES if index.index else 0):
            chosen = dice.sample(terms, min(len(terms), dice.randint(1, 6)))
            numbers = sorted({bucket(key_hash(term), bits) for term in chosen})
            weights = [(term, dice.choice((0.25, 1, 3, 8))) for term in chosen]
            queries.append({"terms": weights, "shards": numbers})
        corpus = {
            "fields": list(zip(FIELDS, BOOSTS, strict=True)),
            "documents": given,
            "shards": index.shards(bits),
            "queries": queries,
        }
        made.append((index, corpus))
    done = subprocess.run(
        [node(), Path(__file__).with_name("lunr.mjs")],
        input=json.dumps([corpus for _, corpus in made]),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(done.stdout)
    return [
        (index, corpus["queries"], answer)
        for (index, corpus), answer in zip(made, answers, strict=True)
    ]


def test_shards_give_lunr_the_same_order_and_the_same_scores(asked: Any) -> None:
    compared = 0
    for _, queries, answers in asked:
        for query, (whole, union) in zip(queries, answers, strict=True):
            assert whole == union, query
            compared += 1
    assert compared >= 400


def test_scores_here_are_those_of_lunr(asked: Any) -> None:
    for index, queries, answers in asked:
        for query, (whole, _) in zip(queries, answers, strict=True):
            scores = index.scores(dict(query["terms"]))
            assert scores == pytest.approx(dict(map(tuple, whole)), rel=1e-12)
