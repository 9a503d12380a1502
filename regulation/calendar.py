"""Working days and deadlines.

Everything here is a value and a question asked of it: the day or the moment is always an argument.
Two sources say whether a day is worked, the nearer one winning:

1. the swapped working days (ngày hoán đổi) of ``data/swapped_days.yml``, each with its notice;
2. the public holidays of the package ``holidays`` (Bộ luật Lao động 2019, Điều 112; days in lieu,
   khoản 3 Điều 111; Ngày Văn hóa Việt Nam, Điều 2 Nghị quyết 28/2026/QH16), then the weekend.

The Prime Minister fixes the days of Tết and the second day of Quốc khánh each year (khoản 3
Điều 112). For a year whose notice is not out yet the package's rule stands in: Tết 2027 is then
04/02/2027 to 10/02/2027, laid out as Tết 2024 was, when mùng 1 was a Saturday too.

How a term is counted follows Bộ luật Dân sự 2015, Điều 147 and 148.
"""

import datetime as dt
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import holidays
from pydantic import BaseModel, ConfigDict

from regulation import reading, yamlfile
from regulation.findings import Finding, Refused

SWAPS_FILE = "regulation/data/swapped_days.yml"
"""The packaged file of swapped days, from the root of the checkout."""

END_OF_DAY = dt.time(23, 59, 59)
"""How "24 giờ của ngày đó" is written: the last whole second of the day, so that a deadline
carries its own date (Bộ luật Dân sự 2015, khoản 6 Điều 148)."""

MAX_SWAP_DISTANCE = 60
"""Days between the two halves of a swap beyond which one of the years is surely mistyped."""

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_WEEKEND = (5, 6)
_ONE_DAY = dt.timedelta(days=1)
_ONE_HOUR = dt.timedelta(hours=1)


def _show(day: dt.date) -> str:
    """A date as officials write it, with its weekday: ``Thứ Sáu 02/01/2026``."""
    return f"{_WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def _only_date(day: dt.date) -> dt.date:
    # A datetime is a date in Python, yet never equals one: every answer would quietly be wrong.
    if isinstance(day, dt.datetime):
        raise ValueError(f"Cần một ngày, không kèm giờ: {day.isoformat()}.")
    return day


def _local(moment: dt.datetime) -> dt.datetime:
    """A moment on the clock of Việt Nam; refused when it has no time zone."""
    if moment.utcoffset() is None:
        shown = moment.isoformat()
        raise ValueError(
            f"Thời điểm {shown} thiếu múi giờ; hãy ghi kèm múi giờ, ví dụ {shown}+07:00."
        )
    return moment.astimezone(yamlfile.VIETNAM)


# --- public holidays -------------------------------------------------------------------------

_SWAPPED = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")
_IN_LIEU = re.compile(r" \(nghỉ bù(?P<estimated>, dự kiến)?\)\Z")
_NAMES = (
    ("Tết Dương lịch", "Tết Dương lịch"),
    ("Tết", "Tết Nguyên đán"),
    ("Giỗ Tổ", "Giỗ Tổ Hùng Vương"),
    ("Ngày Chiến thắng", "Ngày Chiến thắng (30/4)"),
    ("Ngày Quốc tế Lao động", "Ngày Quốc tế Lao động (01/5)"),
    ("Quốc khánh", "Quốc khánh"),
)


@dataclass(frozen=True, slots=True)
class _PublicDays:
    """What the package knows of one year.

    Attributes:
        names: Days off and their Vietnamese names.
        swapped: The days off among them that are swaps, with the day worked instead.
        made_up: Weekend days worked in this year, with the day off each makes up for.
    """

    names: Mapping[dt.date, str]
    swapped: Mapping[dt.date, dt.date]
    made_up: Mapping[dt.date, dt.date]


def _plain_name(name: str) -> str:
    """A name of the package in the words of the Bộ luật Lao động.

    The package calls the day before giao thừa "29 Tết" even in years when tháng Chạp has 29 days
    and that day is the 28th, so all days of Tết carry one name here.
    """
    if swapped := _SWAPPED.search(name):
        return "Nghỉ hoán đổi, làm bù ngày " + "/".join(swapped.groups())
    in_lieu = _IN_LIEU.search(name)
    plain = name[: in_lieu.start()] if in_lieu else name
    for sign, words in _NAMES:
        if sign in plain:
            estimated = " (dự kiến)" if "(dự kiến)" in plain else ""
            plain = words + estimated
            break
    if in_lieu:
        return f"Nghỉ bù {plain}" + (" (dự kiến)" if in_lieu["estimated"] else "")
    return plain


@functools.cache
def _public_days(year: int) -> _PublicDays:
    """The public holidays of a year; the same for everybody, so worked out once."""
    # A swap can lie across New Year's Day: 31/12/2018 was made up on 05/01/2019.
    around = [y for y in (year - 1, year, year + 1) if dt.MINYEAR <= y <= dt.MAXYEAR]
    found = holidays.country_holidays("VN", years=around, language="vi", expand=False)
    names: dict[dt.date, str] = {}
    swapped: dict[dt.date, dt.date] = {}
    made_up: dict[dt.date, dt.date] = {}
    for day, name in found.items():
        if match := _SWAPPED.search(name):
            date, month, in_year = (int(part) for part in match.groups())
            worked = dt.date(in_year, month, date)
            if worked.year == year:
                made_up[worked] = day
            if day.year == year:
                swapped[day] = worked
        if day.year == year:
            parts = dict.fromkeys(_plain_name(part) for part in name.split("; "))
            names[day] = ", ".join(parts)
    return _PublicDays(names, swapped, made_up)


# --- values ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SwappedDay:
    """A swap of working days (hoán đổi ngày làm việc).

    Attributes:
        off: The weekday that is not worked.
        work: The Saturday or Sunday worked instead.
        basis: The notice that says so, with its number.
        checked: Somebody compared the row with the notice. An unchecked row moves no deadline.

    Raises:
        ValueError: The two days cannot be a swap; the message, in Vietnamese, says why.
    """

    off: dt.date
    work: dt.date
    basis: str
    checked: bool = True

    def __post_init__(self) -> None:
        off, work = _only_date(self.off), _only_date(self.work)
        if not self.basis.strip():
            raise ValueError(
                "Thiếu căn cứ; hãy ghi số và ngày của văn bản cho hoán đổi vào mục “basis”."
            )
        if off == work:
            raise ValueError(
                f"Ngày nghỉ và ngày làm bù cùng là {_show(off)}; hãy sửa lại một trong hai ngày."
            )
        if off.weekday() in _WEEKEND:
            raise ValueError(
                f"{_show(off)} vốn là ngày nghỉ hằng tuần, không cần hoán đổi; "
                "hãy xem lại mục “off” (có thể hai ngày bị ghi đảo)."
            )
        if work.weekday() not in _WEEKEND:
            raise ValueError(
                f"{_show(work)} vốn là ngày trong tuần, không thể là ngày làm bù; "
                "hãy ghi Thứ Bảy hoặc Chủ nhật vào mục “work”."
            )
        for key, day in (("off", off), ("work", work)):
            known = _public_days(day.year)
            if day in known.names and day not in known.swapped:
                raise ValueError(
                    f"{_show(day)} đã là ngày nghỉ lễ ({known.names[day]}); "
                    f"hãy xem lại mục “{key}”."
                )
        if abs((work - off).days) > MAX_SWAP_DISTANCE:
            raise ValueError(
                f"{_show(off)} và {_show(work)} cách nhau quá {MAX_SWAP_DISTANCE} ngày; "
                "hãy xem lại năm của hai ngày."
            )


# --- the file of swapped days ----------------------------------------------------------------


class _Row(BaseModel):
    """One row as the file writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    off: reading.Day
    work: reading.Day
    basis: str
    checked: bool

    @property
    def swap(self) -> SwappedDay:
        return SwappedDay(self.off, self.work, self.basis, self.checked)


def load_swaps(path: Path, name: str | None = None) -> tuple[SwappedDay, ...]:
    """Reads a file of swapped days.

    Args:
        path: The file.
        name: What to call it in messages; the path itself if not given.

    Returns:
        The swaps by the day off, unchecked ones among them.

    Raises:
        Refused: With every fault of the file, each with its line.
    """
    shown = name or path.as_posix()
    document = yamlfile.parse(reading.read_text(path, shown), shown)
    faults = list(document.findings)
    unread = {finding.line for finding in faults}
    rows = [] if document.value is None else document.value
    if not isinstance(rows, list):
        message = "Tệp phải là một danh sách, mỗi hàng bắt đầu bằng “- off: năm-tháng-ngày”."
        raise Refused([*faults, Finding(shown, message, 1)])
    swaps: list[SwappedDay] = []
    seen: dict[dt.date, int] = {}
    for index, row in enumerate(rows):
        line, key = document.line((index,)), yamlfile.key_text((index,))
        try:
            swap = reading.build(_Row, row, document, shown, (index,)).swap
        except Refused as refused:
            # A date that is in no calendar is complained of once, by the reader.
            faults += [finding for finding in refused.findings if finding.line not in unread]
            continue
        except ValueError as error:
            faults.append(Finding(shown, str(error), line, key))
            continue
        for day in (swap.off, swap.work):
            if day in seen:
                message = (
                    f"{_show(day)} đã có ở dòng {seen[day]}; mỗi ngày chỉ hoán đổi một lần, "
                    "hãy bỏ một hàng."
                )
                faults.append(Finding(shown, message, line, key))
            seen.setdefault(day, line)
        swaps.append(swap)
    if faults:
        raise Refused(faults)
    return tuple(sorted(swaps, key=lambda swap: swap.off))


@functools.cache
def default_swaps() -> tuple[SwappedDay, ...]:
    """The swapped days packaged with this module.

    Raises:
        Refused: The packaged file has a fault.
    """
    return load_swaps(Path(__file__).parent / "data" / "swapped_days.yml", SWAPS_FILE)


_MOST_KNOWN = 20_000
"""Days that a calendar remembers: some fifty years."""


# --- the calendar ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days of one portal.

    Attributes:
        swaps: Swapped working days; those packaged if not given. Only checked ones count.

    Raises:
        ValueError: One day is swapped twice.
    """

    swaps: tuple[SwappedDay, ...] = field(default_factory=default_swaps)
    _off: Mapping[dt.date, SwappedDay] = field(init=False, repr=False, compare=False)
    _work: Mapping[dt.date, SwappedDay] = field(init=False, repr=False, compare=False)
    _known: dict[dt.date, bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        counted = [swap for swap in self.swaps if swap.checked]
        off = {swap.off: swap for swap in counted}
        work = {swap.work: swap for swap in counted}
        if len(off) + len(work) < 2 * len(counted):
            raise ValueError("Có ngày hoán đổi hai lần; mỗi ngày chỉ hoán đổi một lần.")
        object.__setattr__(self, "_off", off)
        object.__setattr__(self, "_work", work)
        object.__setattr__(self, "_known", {})

    def why_off(self, day: dt.date) -> str | None:
        """Why nobody works on a day, in Vietnamese; None on a working day.

        Raises:
            ValueError: ``day`` carries a time.
        """
        _only_date(day)
        if swap := self._off.get(day):
            return f"Nghỉ hoán đổi theo {swap.basis}, làm bù ngày {swap.work:%d/%m/%Y}"
        if day in self._work:
            return None
        public = _public_days(day.year)
        if name := public.names.get(day):
            return name
        if (away := public.made_up.get(day)) and away not in self._off:
            return None
        if day.weekday() in _WEEKEND:
            return _WEEKDAYS[day.weekday()]
        return None

    def is_working_day(self, day: dt.date) -> bool:
        """Whether a day is a working day.

        Raises:
            ValueError: ``day`` carries a time.
        """
        known = self._known.get(day)
        if known is None:  # each day is asked for again with every case and term
            known = self.why_off(day) is None
            if len(self._known) < _MOST_KNOWN:
                self._known[day] = known
        return known

    def add_working_days(self, start: dt.date, n: int) -> dt.date:
        """The n-th working day after a day, which is itself not counted.

        Bộ luật Dân sự 2015, Điều 147: the day of the event is not counted. With n = 0, the day
        itself if it is worked, else the next working day. With n < 0, the working day that many
        working days before.
        """
        day = _only_date(start)
        if n == 0:
            return day if self.is_working_day(day) else self.add_working_days(day, 1)
        step = _ONE_DAY if n > 0 else -_ONE_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, a: dt.date, b: dt.date) -> int:
        """How many working days there are after ``a``, up to and with ``b``.

        Negative, with the ends the other way round, when ``b`` is before ``a``; so the counts
        of neighbouring stretches add up.
        """
        if _only_date(b) < _only_date(a):
            return -self.working_days_between(b, a)
        return sum(
            self.is_working_day(a + dt.timedelta(days=n)) for n in range(1, (b - a).days + 1)
        )

    def end_of(self, day: dt.date) -> dt.datetime:
        """The end of a day on the clock of Việt Nam, as deadlines write it: 23:59:59."""
        return dt.datetime.combine(_only_date(day), END_OF_DAY, yamlfile.VIETNAM)


# --- deadlines -------------------------------------------------------------------------------


class Unit(StrEnum):
    """What a term is counted in."""

    HOUR = "hour"
    """Hours on the clock, through nights and days off."""
    DAY = "day"
    """Calendar days."""
    WORKING_DAY = "working_day"
    """Working days."""
    MONTH = "month"
    """Calendar months."""
    IMMEDIATE = "immediate"
    """At once (ngay): within the same day."""
    CONTINUOUS = "continuous"
    """Kept up to date all the time (thường xuyên): no deadline."""


_COUNTED = {
    Unit.HOUR: "giờ",
    Unit.DAY: "ngày",
    Unit.WORKING_DAY: "ngày làm việc",
    Unit.MONTH: "tháng",
}
_UNCOUNTED = {Unit.IMMEDIATE: "ngay trong ngày", Unit.CONTINUOUS: "thường xuyên, liên tục"}


@dataclass(frozen=True, slots=True)
class Duration:
    """A term (thời hạn) as a regulation states it: "15 ngày làm việc".

    Attributes:
        amount: How many; 1 or more, and 0 for what is not counted (immediate, continuous).
        unit: Of what.

    Raises:
        ValueError: The amount does not fit the unit.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit in _COUNTED and self.amount < 1:
            raise ValueError(
                f"Thời hạn tính theo {_COUNTED[self.unit]} phải từ 1 trở lên, "
                f"không thể là {self.amount}."
            )
        if self.unit in _UNCOUNTED and self.amount != 0:
            raise ValueError(f"Thời hạn “{_UNCOUNTED[self.unit]}” không kèm số; hãy ghi số 0.")

    def __str__(self) -> str:
        if self.unit in _COUNTED:
            return f"{self.amount} {_COUNTED[self.unit]}"
        return _UNCOUNTED[self.unit]


def due(calendar: WorkCalendar, start: dt.datetime, duration: Duration) -> dt.datetime | None:
    """The last moment of a term that an event starts.

    - Hours run on the clock from the event itself, days off included, and are never moved
      (khoản 1 Điều 147 Bộ luật Dân sự 2015; so "24 giờ", "48 giờ" in the regulations).
    - Days and months do not count the day of the event (khoản 2, 3 Điều 147) and end with the
      last day. A month without that date ends on its last day (khoản 3 Điều 148). A term whose
      last day is a day off ends with the next working day (khoản 5 Điều 148).
    - Working days end with the n-th working day after that of the event.
    - What is due at once is due by the end of the day of the event.

    Args:
        calendar: The portal's working days.
        start: When the event happened.
        duration: The term.

    Returns:
        A moment on the clock of Việt Nam, at 23:59:59 unless the term is in hours; None when the
        term has no end.

    Raises:
        ValueError: ``start`` has no time zone.
    """
    local = _local(start)
    day = local.date()
    match duration.unit:
        case Unit.CONTINUOUS:
            return None
        case Unit.HOUR:
            return _local(local.astimezone(dt.UTC) + dt.timedelta(hours=duration.amount))
        case Unit.IMMEDIATE:
            return calendar.end_of(day)
        case Unit.WORKING_DAY:
            return calendar.end_of(calendar.add_working_days(day, duration.amount))
        case Unit.DAY:
            last = day + dt.timedelta(days=duration.amount)
        case Unit.MONTH:
            last = _months_later(day, duration.amount)
    return calendar.end_of(calendar.add_working_days(last, 0))


def _months_later(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    first = dt.date(day.year + years, month + 1, 1)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return min(first + dt.timedelta(days=day.day - 1), following - _ONE_DAY)


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late something was.

    Attributes:
        amount: 0 when on time.
        unit: ``Unit.WORKING_DAY`` or ``Unit.HOUR``.
    """

    amount: int
    unit: Unit

    @property
    def late(self) -> bool:
        """Whether the deadline was missed."""
        return self.amount > 0

    def __str__(self) -> str:
        return f"chậm {self.amount} {_COUNTED[self.unit]}" if self.late else "đúng hạn"


def lateness(calendar: WorkCalendar, due: dt.datetime | None, actual: dt.datetime) -> Lateness:
    """How late something was done, in the unit people would use.

    Past a deadline at the end of a day, working days begun since count: due by Friday and done on
    Monday is "chậm 1 ngày làm việc". Past a deadline at an hour, clock hours count until a whole
    day has gone by. Where no working day lies between, hours count too. Hours begun are whole.

    Args:
        calendar: The portal's working days.
        due: The deadline; None where there is none, which nobody can miss.
        actual: When it was done; or the present moment, for what is not done yet.

    Raises:
        ValueError: A moment has no time zone.
    """
    done = _local(actual)
    if due is None:
        return Lateness(0, Unit.WORKING_DAY)
    limit = _local(due)
    # The term ends at 24 giờ: the whole of the second 23:59:59 is in time.
    if done.replace(microsecond=0) <= limit:
        return Lateness(0, Unit.WORKING_DAY)
    elapsed = done - limit
    days = calendar.working_days_between(limit.date(), done.date())
    if days > 0 and (limit.time() == END_OF_DAY or elapsed >= _ONE_DAY):
        return Lateness(days, Unit.WORKING_DAY)
    return Lateness(-(-elapsed // _ONE_HOUR), Unit.HOUR)
