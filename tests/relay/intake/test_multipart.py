"""Bodies of forms: what is read of them, and what is refused as soon as it is too much."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Iterable, Mapping
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay.abuse.pace import Pace
from relay.intake.bounds import MB, USUAL, BodyRefused, Bounds, Room
from relay.intake.multipart import Body, read_form

CALM = settings(deadline=None)

URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "----moc"
MULTIPART = f'multipart/form-data; boundary="{BOUNDARY}"'
NAMES = frozenset({"tieu-de", "noi-dung", "thu"})
FILES = frozenset({"tep"})


async def _chunks(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def read(
    parts: Iterable[bytes],
    kind: str = MULTIPART,
    *,
    length: str | None = None,
    bounds: Bounds = USUAL,
    room: Room | None = None,
) -> Body:
    async def run() -> Body:
        with (room or Room()).lease() as lease:
            return await read_form(
                _chunks(parts), kind, length, NAMES, lease=lease, files=FILES, bounds=bounds
            )

    return asyncio.run(run())


def part(name: str, value: bytes, file_name: str | None = None, more: bytes = b"") -> bytes:
    head = f'form-data; name="{name}"'.encode()
    if file_name is not None:
        head += f'; filename="{file_name}"'.encode()
    begin = f"--{BOUNDARY}\r\nContent-Disposition: ".encode()
    return b"".join([begin, head, b"\r\n", more, b"\r\n", value, b"\r\n"])


END = f"--{BOUNDARY}--\r\n".encode()


def refused(parts: Iterable[bytes], kind: str = MULTIPART, **more: object) -> BodyRefused:
    with pytest.raises(BodyRefused) as caught:
        read(parts, kind, **more)  # type: ignore[arg-type]
    assert caught.value.message
    return caught.value


SENT = (
    part("tieu-de", "Đường hỏng".encode())
    + part("noi-dung", "Dòng một\r\nDòng hai --moc".encode())
    + part("tep", b"%PDF-1.7\r\n--" + BOUNDARY.encode()[:-1] + b"\r\n", "ảnh.pdf")
    + part("tep", b"", "")
    + END
)


def test_a_form_is_read_wherever_the_network_cuts_it() -> None:
    whole = read([SENT])
    assert whole.values == {"tieu-de": "Đường hỏng", "noi-dung": "Dòng một\r\nDòng hai --moc"}
    (upload,) = whole.files
    assert (upload.field, upload.name) == ("tep", "ảnh.pdf")
    assert upload.content == b"%PDF-1.7\r\n--" + BOUNDARY.encode()[:-1] + b"\r\n"
    assert upload.size == len(upload.content)
    for at in range(len(SENT) + 1):
        assert read([SENT[:at], SENT[at:]]) == whole
    assert read([SENT[at : at + 1] for at in range(len(SENT))]) == whole


@CALM
@given(
    st.dictionaries(
        st.sampled_from(sorted(NAMES)),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60),
    ),
    st.integers(1, 40),
)
def test_url_encoded_forms_come_as_they_were_written(values: dict[str, str], size: int) -> None:
    sent = urlencode(values).encode()
    parts = [sent[at : at + size] for at in range(0, len(sent), size)]
    assert read(parts, URLENCODED).values == values


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/json",
        "multipart/mixed; boundary=x",
        f"{URLENCODED}; charset=utf-16",
        f"{URLENCODED}; charset=ă",
    ],
)
def test_what_is_no_form_is_refused(kind: str) -> None:
    assert refused([b"tieu-de=a"], kind).status == 415


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 71,
        "multipart/form-data; boundary=a\nb",
    ],
)
def test_a_form_without_a_good_boundary_is_refused(kind: str) -> None:
    assert refused([SENT], kind).status == 400


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (part("la", b"x") + END, 400),  # nobody asked for it
        (part("tieu-de", b"x") + part("tieu-de", b"y") + END, 400),
        (part("tieu-de", b"a\0b") + END, 400),
        (part("tieu-de", b"\xc3\x28") + END, 400),
        (part("tieu-de", b"x", "a.pdf") + END, 400),  # a file where text is asked
        (part("tep", b"x") + END, 400),  # text where a file is asked
        (part("tieu-de\r\nX-Them: 1", b"x") + END, 400),
        (part('tieu-de"; name="thu', b"x") + END, 200),
        (part("../tieu-de", b"x") + END, 400),
        (part("tieu-de", b"x")[:-5], 400),  # cut off
        (part("tieu-de", b"x"), 400),
        (b"", 400),
        (b"tieu-de=x", 400),
        (part("tieu-de", b"x", more=b"Content-Transfer-Encoding: base64\r\n") + END, 400),
        (part("tieu-de", b"x", more=b'Content-Disposition: form-data; name="thu"\r\n') + END, 400),
        (part("tieu-de", b"x", more=b"X: " + b"a" * 3_000 + b"\r\n") + END, 400),
        (part("tieu-de", b"x", more=b"".join(b"X%d: a\r\n" % n for n in range(20))) + END, 400),
        (b"".join(part("tieu-de", b"x") for _ in range(2)) + END, 400),
        (part("noi-dung", b"x" * (300 * 1024)) + END, 413),
    ],
)
def test_strange_parts_are_refused_in_words(sent: bytes, status: int) -> None:
    if status == 200:  # the last of two names counts, and it is one that is asked for
        assert set(read([sent]).values) <= NAMES
    else:
        assert refused([sent]).status in (status, 413)


@pytest.mark.parametrize(
    "sent",
    [b"tieu-de=a&tieu-de=b", b"la=1", b"tieu-de=%00", b"tieu-de=%ff", b"=x", b"tieu-de%00=x"],
)
def test_strange_fields_are_refused_in_words(sent: bytes) -> None:
    assert refused([sent], URLENCODED).status == 400


def test_what_had_come_is_kept_for_the_page_that_is_shown() -> None:
    sent = part("tieu-de", b"Xin giup") + part("noi-dung", b"dai \xff dong") + END
    assert refused([sent]).values == {"tieu-de": "Xin giup", "noi-dung": "dai \ufffd dong"}


def test_too_many_parts_are_refused() -> None:
    many = b"&".join(b"a=1" for _ in range(10_000))
    assert refused([many], URLENCODED, bounds=Bounds(parts=5)).status in (400, 413)
    assert refused([b"&".join([b"tieu-de"] * 200)], URLENCODED).status == 400
    parts = b"".join(part("tep", b"x", f"{n}.pdf") for n in range(100))
    assert refused([parts + END]).status == 413


def test_a_file_too_large_or_one_too_many_says_so_and_is_not_kept() -> None:
    bounds = Bounds(file=10)
    sent = part("tep", b"x" * 10, "vua.pdf") + part("tep", b"x" * 11, "to.pdf") + END
    small, large = read([sent], bounds=bounds).files
    assert (small.size, len(small.content)) == (10, 10)
    assert (large.size, large.content) == (11, b"")
    four = b"".join(part("tep", b"x", f"{n}.pdf") for n in range(4)) + END
    assert [len(each.content) for each in read([four]).files] == [1, 1, 1, 0]


def test_a_length_that_is_too_large_is_refused_before_anything_is_read() -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("was read")
        yield b""

    async def run() -> None:
        with Room().lease() as lease, pytest.raises(BodyRefused) as caught:
            await read_form(never(), MULTIPART, str(100 * MB), NAMES, lease=lease, files=FILES)
        assert caught.value.status == 413

    asyncio.run(run())


@pytest.mark.parametrize("length", [None, "10", "-1", "nhiều"])
@pytest.mark.parametrize("what", ["file", "text", "preamble", "url"])
def test_a_hundred_megabytes_are_refused_in_little_memory(length: str | None, what: str) -> None:
    came = 0

    def endless() -> Iterable[bytes]:
        nonlocal came
        yield {
            "file": part("tep", b"", "a.pdf")[:-2],
            "text": part("noi-dung", b"")[:-2],
            "preamble": b"",
            "url": b"noi-dung=",
        }[what]
        piece = b"\r\n--" * 16_384
        for _ in range(100 * MB // len(piece)):
            came += len(piece)
            yield piece

    tracemalloc.start()
    try:
        kind = URLENCODED if what == "url" else MULTIPART
        assert refused(endless(), kind, length=length).status in (400, 413)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert came <= Bounds().body + MB
    assert peak < 32 * MB


def test_all_who_send_share_one_room() -> None:
    room = Room(15)
    sent = part("tep", b"x" * 10, "a.pdf") + END
    assert len(read([sent], room=room).files) == 1
    assert room.held == 0
    with room.lease() as other:
        other.grow(6)
        assert refused([sent], room=room).status == 503
        assert refused([part("noi-dung", b"x" * 10) + END], room=room).status == 503
        assert refused([b"noi-dung=" + b"x" * 10], URLENCODED, room=room).status == 503
        assert room.held == 6
    assert room.held == 0


def test_slow_senders_are_let_go() -> None:
    async def slowly(pause: float) -> AsyncIterator[bytes]:
        for at in range(0, len(SENT), 40):
            await asyncio.sleep(pause)
            yield SENT[at : at + 40]

    async def run(bounds: Bounds, pause: float) -> Body:
        with Room().lease() as lease:
            return await read_form(
                slowly(pause), MULTIPART, None, NAMES, lease=lease, files=FILES, bounds=bounds
            )

    for bounds in (Bounds(pace=Pace(grace=0.05, rate=1e6)), Bounds(pace=Pace(0.05))):
        with pytest.raises(BodyRefused) as caught:
            asyncio.run(run(bounds, 30))
        assert caught.value.status == 408
    patient = Bounds(pace=Pace(60, 60))
    assert asyncio.run(run(patient, 0)).values


@CALM
@given(st.binary(max_size=400), st.booleans())
def test_whatever_comes_is_read_or_refused(noise: bytes, framed: bool) -> None:
    sent = part("tieu-de", noise) + END if framed else noise
    for kind in (MULTIPART, URLENCODED):
        try:
            body: Mapping[str, str] = read([sent], kind).values
        except BodyRefused as error:
            assert error.status in (400, 413)
        else:
            assert set(body) <= NAMES
