"""Training as it would have been left behind by ten months of work: sessions, people, attendance, livestreams.

The bureau published 35 sessions and 1,090 person-times for 20 May 2021. Nothing here holds them: they are the
lines of HELD and the people of each. The class in session is a list as offices keep it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

from bureau.accounts.models import User
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.regions.models import Region
from demo.haidong.invent import Being, Inventor
from demo.haidong.rows import create
from demo.haidong.story import Cast
from enterprises.models import Enterprise, Membership
from enterprises.people import PersonRow, people_for
from training.enums import SIGNS, Kind, Mark, State
from training.models import Attendance, Enrollment, Roll, Session, SessionLog
from training.models.session import every_half_day, half_day
from training.numbers import next_numbers

ROSTER = Path(__file__).parent / "data" / "training_attendance.xlsx"
TODAY = date(2021, 5, 21)
SKILLS, MANAGERS, FOOD = "拉面匠职业技能培训班", "拉面产业经营管理人才培训班", "餐饮食品安全与法规培训班"
#: First day, days, title, place, office, people present. Sessions of 2021 that have ended, one a line.
HELD = [
    ("01-06", 5, SKILLS, "630224", "hualong", 32), ("01-11", 5, SKILLS, "630222", "minhe", 30),
    ("01-12", 3, FOOD, "440100", "guangzhou", 28), ("01-18", 5, SKILLS, "630225", "xunhua", 31),
    ("01-20", 3, MANAGERS, "630100", "haidong", 36), ("01-25", 4, SKILLS, "630203", "pingan", 27),
    ("02-01", 3, FOOD, "310000", "shanghai", 25), ("02-23", 5, SKILLS, "630223", "huzhu", 29),
    ("02-24", 3, MANAGERS, "630100", "haidong", 38), ("03-01", 10, SKILLS, "630224", "hualong", 33),
    ("03-02", 5, SKILLS, "630202", "ledu", 28), ("03-08", 5, SKILLS, "630222", "minhe", 34),
    ("03-09", 3, FOOD, "330100", "shanghai", 30), ("03-10", 2, MANAGERS, "440300", "guangzhou", 27),
    ("03-15", 5, SKILLS, "630225", "xunhua", 33), ("03-16", 5, SKILLS, "630203", "pingan", 31),
    ("03-22", 3, FOOD, "420100", "haidong", 26), ("03-22", 5, SKILLS, "630224", "hualong", 35),
    ("03-24", 3, MANAGERS, "610100", "haidong", 29), ("03-29", 5, SKILLS, "630223", "huzhu", 32),
    ("04-06", 5, SKILLS, "630222", "minhe", 31), ("04-07", 3, FOOD, "440100", "guangzhou", 33),
    ("04-12", 5, SKILLS, "630224", "hualong", 36), ("04-12", 5, SKILLS, "630202", "ledu", 30),
    ("04-14", 3, MANAGERS, "510100", "haidong", 28), ("04-19", 5, SKILLS, "630225", "xunhua", 32),
    ("04-20", 3, FOOD, "320100", "shanghai", 29), ("04-21", 4, SKILLS, "630203", "pingan", 30),
    ("04-25", 5, SKILLS, "630222", "minhe", 33), ("04-26", 3, MANAGERS, "630100", "haidong", 40),
    ("05-06", 5, SKILLS, "630224", "hualong", 34), ("05-06", 3, FOOD, "350100", "haidong", 27),
    ("05-10", 5, SKILLS, "630223", "huzhu", 31), ("05-11", 3, MANAGERS, "440100", "guangzhou", 31),
    ("05-17", 4, SKILLS, "630225", "xunhua", 31),
]
HELD_2020 = [
    ("08-10", 5, SKILLS, "630224", "hualong", 30), ("08-24", 5, SKILLS, "630222", "minhe", 28),
    ("09-07", 3, FOOD, "440100", "guangzhou", 24), ("09-21", 5, SKILLS, "630225", "xunhua", 29),
    ("10-12", 3, MANAGERS, "630100", "haidong", 35), ("11-09", 5, SKILLS, "630223", "huzhu", 27),
]
#: Day, title, viewers, sales in yuan.
LIVESTREAMS = [
    ("01-22", "年货节拉面预制品直播", 18_600, 42_380), ("02-08", "网上过大年海东拉面直播", 25_300, 61_250),
    ("03-18", "春季牛肉面料包直播", 9_800, 15_460), ("04-23", "化隆拉面走进直播间", 31_200, 88_900),
    ("05-15", "品牌日拉面产品直播", 27_450, 73_120),
]
COMING = [("06-15", 5, MANAGERS, "630100", "haidong", 60, "open"), ("07-05", 5, SKILLS, "630224", "hualong", 40, "planned")]
COUNTY_OFFICES = {"ledu", "pingan", "minhe", "huzhu", "hualong", "xunhua"}
TEACHERS = ("韩师傅", "马老师", "祁老师", "冶师傅", "李老师")


@dataclass
class Seat:
    """Somebody in a session and his marks by half-day key."""

    enrollment: Enrollment
    marks: dict[str, str]


def load(cast: Cast, inventor: Inventor) -> None:
    Loader(cast, inventor).load()


class Loader:
    def __init__(self, cast: Cast, inventor: Inventor):
        self.cast, self.inventor, self.chance = cast, inventor, inventor.chance
        self.places: dict[str, Region] = {}
        self.series: dict[str, int] = {}
        self.logs: list[SessionLog] = []
        shops = Enterprise.objects.listed().filter(operator__isnull=False, operator__id_index__isnull=False)
        self.shops = list(shops.select_related("operator__home_county").order_by("pk"))

    def load(self) -> None:
        held = [self.session(2020, *line) for line in HELD_2020] + [self.session(2021, *line) for line in HELD]
        streams = [self.stream(*line) for line in LIVESTREAMS]
        coming = [self.session(2021, *line) for line in COMING]
        current = self.current()
        self.save_sessions([*held, *streams, *coming, current])
        seats = {session.number: self.participants(session, size) for session, size in self.sizes(held)}
        seats[current.number] = self.roster(current)
        seats[coming[0].number] = self.owners(coming[0])
        create(Enrollment, [seat.enrollment for row in seats.values() for seat in row])
        self.save_marks([*held, current], seats)
        self.close(held)

    def sizes(self, held):
        lines = [*HELD_2020, *HELD]
        return [(session, line[5]) for session, line in zip(held, lines, strict=True)]

    # --- sessions ---------------------------------------------------------------------------------

    def session(self, year, day, days, title, place, office, size, state=State.ENDED) -> Session:
        first = date.fromisoformat(f"{year}-{day}")
        number = self.series[title] = self.series.get(title, 20 if title == SKILLS else 0) + 1
        return self.build(
            state=State(state), kind=Kind.CLASS, title=f"{title}（第{number}期）", begins_on=first,
            ends_on=first + timedelta(days=days - 1), place=self.place(place), unit=self.cast.units[office],
            capacity=size if state != State.ENDED else size + 4,
        )

    def stream(self, day, title, viewers, sales) -> Session:
        on = date.fromisoformat(f"2021-{day}")
        return self.build(
            state=State.ENDED, kind=Kind.LIVESTREAM, title=title, begins_on=on, ends_on=on, place=self.place("630200"),
            unit=self.cast.units["haidong"], capacity=0, viewers=viewers, sales=Decimal(sales),
        )

    def current(self) -> Session:
        return self.build(
            state=State.RUNNING, kind=Kind.CLASS, title="拉面产业提档升级经营管理人才培训班", begins_on=date(2021, 5, 17),
            ends_on=date(2021, 5, 21), place=self.place("630100"), unit=self.cast.units["haidong"], capacity=110,
        )

    def build(self, *, state, unit, **fields) -> Session:
        clerk = self.clerk(unit)
        planned = min(fields["begins_on"] - timedelta(days=21), TODAY - timedelta(days=9))
        session = Session(
            **fields, state=state, unit=unit, region=unit.region if unit.code in COUNTY_OFFICES else self.place("630200"),
            subject=fields["title"].split("（")[0], organizer=unit.name_zh, entered_by=clerk,
            phone="0972-8600000", channel=Channel.ONLINE, effective_date=fields["ends_on"],
            recorded_at=moment(planned, 10), ended_on=fields["ends_on"] if state == State.ENDED else None,
        )
        if session.kind != Kind.LIVESTREAM:
            session.plan = every_half_day(session.begins_on, session.ends_on)
            session.teacher = self.chance.choice(TEACHERS)
            session.address = "职业技能培训基地" if unit.code in COUNTY_OFFICES else "会议中心三楼"
        self.live(session, clerk, planned)
        return session

    def live(self, session, clerk, planned) -> None:
        """The moves that led to its state; the calendar made those of its first day and after its last."""
        steps = [("open", State.OPEN, moment(planned + timedelta(days=2), 9), clerk)]
        steps.append(("begin_due", State.RUNNING, moment(session.begins_on, 0, 10), None))
        steps.append(("end_due", State.ENDED, moment(session.ends_on + timedelta(days=1), 0, 10), None))
        if session.kind == Kind.LIVESTREAM:
            steps = steps[1:]
        before = State.PLANNED
        for name, after, at, by in steps if session.state != State.PLANNED else []:
            session.version += 1
            self.logs.append(
                SessionLog(
                    subject=session, name=name, before=before, after=after, version=session.version, by=by,
                    unit=session.unit if by else None, at=at,
                    effective_date=session.ends_on if after == State.ENDED else at.astimezone(clock.ZONE).date(),
                )
            )
            before = after
            if after == session.state:
                return

    def save_sessions(self, sessions: list[Session]) -> None:
        sessions.sort(key=lambda session: (session.recorded_at, session.title))
        for year in (2020, 2021):
            own = [session for session in sessions if session.begins_on.year == year]
            for session, number in zip(own, next_numbers(year, len(own)), strict=True):
                session.number = number
        create(Session, sessions)
        for log in self.logs:
            log.subject = log.subject  # its key is known now
        create(SessionLog, self.logs)

    def close(self, held: list[Session]) -> None:
        """Attendance is closed two days after the end; that of the latest sessions is still open."""
        done = [session for session in held if session.ends_on <= TODAY - timedelta(days=7)]
        logs = []
        for session in done:
            session.version += 1
            session.marks_closed_at = moment(session.ends_on + timedelta(days=2), 16)
            session.marks_closed_by = self.clerk(session.unit)
            logs.append(
                SessionLog(
                    subject=session, name="close_marks", before=State.ENDED, after=State.ENDED, version=session.version,
                    by=session.marks_closed_by, unit=session.unit, at=session.marks_closed_at,
                    effective_date=session.ends_on + timedelta(days=2),
                )
            )
        Session.objects.bulk_update(done, ["version", "marks_closed_at", "marks_closed_by"])
        create(SessionLog, logs)

    # --- people -----------------------------------------------------------------------------------

    def participants(self, session: Session, size: int) -> list[Seat]:
        """`size` people who came, and now and then one who did not; most of them keep a shop."""
        shops = self.chance.sample(self.shops, size * 6 // 10)
        beings = [self.inventor.being() for _n in range(size - len(shops))]
        people = self.known(beings)
        pairs = [(shop.operator, shop) for shop in shops] + [(person, None) for person in people]
        seats = [self.seat(session, person, shop) for person, shop in pairs]
        for seat in seats:
            seat.marks = self.marks(session.plan)
        if size % 3 == 0:
            (absent,) = self.known([self.inventor.being()])
            seats.append(self.seat(session, absent))
        return seats

    def known(self, beings: list[Being]) -> list:
        rows = [PersonRow(b.name, b.id_number, b.phone, self.place(b.county).pk) for b in beings]
        people = people_for(rows)
        return [people[row.index] for row in rows]

    def seat(self, session: Session, person, shop=None, user=None) -> Seat:
        at = session.recorded_at + timedelta(days=4)
        enrollment = Enrollment(
            session=session, person=person, enterprise=shop, user=user, phone=person.phone,
            region_id=person.home_county_id or session.region_id, unit=session.unit,
            entry_unit=None if user else session.unit, entered_by=user or session.entered_by,
            channel=Channel.ONLINE if user else Channel.ON_BEHALF,
            effective_date=at.astimezone(clock.ZONE).date(), recorded_at=at,
        )
        return Seat(enrollment, {})

    def marks(self, plan: list[str]) -> dict[str, str]:
        """Nearly always there; a few come for half of the time."""
        share = 0.97 if self.chance.random() < 0.93 else 0.6
        found = {}
        for key in plan:
            draw = self.chance.random()
            if draw < share:
                found[key] = Mark.PRESENT
            elif draw < share + 0.02:
                found[key] = Mark.LEAVE
        return found if Mark.PRESENT in found.values() else {plan[0]: Mark.PRESENT}

    def roster(self, session: Session) -> list[Seat]:
        """The class of 110 from its list; its marks up to yesterday."""
        table = CalamineWorkbook.from_path(ROSTER).get_sheet_by_index(0).to_python()[3:]
        counties = {region.name_zh: region for code in ("630202", "630203", "630222", "630223", "630224", "630225")
                    if (region := self.place(code))}
        signs = {sign: mark for mark, sign in SIGNS.items()}
        rows = []
        for line in table:
            name, number, county, phone = (str(cell) for cell in line[1:5])
            home = next(region for title, region in counties.items() if title.startswith(county[:2]))
            rows.append((PersonRow(name, number, phone, home.pk), line[5:]))
        people = people_for(row for row, _cells in rows)
        seats = []
        for row, cells in rows:
            seat = self.seat(session, people[row.index])
            taken = zip(session.plan, cells, strict=True)
            seat.marks = {key: signs[cell] for key, cell in taken if cell in signs and half_day(key)[0] < TODAY}
            seats.append(seat)
        return seats

    def owners(self, session: Session) -> list[Seat]:
        """Owners who enrolled by phone for the session in June."""
        claims = Membership.objects.filter(state="confirmed", enterprise__operator__id_index__isnull=False)
        claims = claims.select_related("user", "enterprise__operator").order_by("pk")[:400:35]
        seen: dict[int, Seat] = {}
        for claim in claims:
            shop = claim.enterprise
            seen.setdefault(shop.operator_id, self.seat(session, shop.operator, shop, claim.user))
        return list(seen.values())

    # --- marks ------------------------------------------------------------------------------------

    def save_marks(self, sessions: list[Session], seats: dict[str, list[Seat]]) -> None:
        rolls = {
            session.number: Roll(
                session=session, number=1, entered_by=session.entered_by, channel=Channel.ONLINE,
                effective_date=min(session.ends_on, TODAY - timedelta(days=1)),
                recorded_at=moment(min(session.ends_on, TODAY - timedelta(days=1)), 18),
            )
            for session in sessions
        }
        create(Roll, rolls.values())
        marks = []
        for number, roll in rolls.items():
            for seat in seats[number]:
                for key, mark in seat.marks.items():
                    day, half = half_day(key)
                    marks.append(Attendance(enrollment=seat.enrollment, day=day, half=half, mark=mark, roll=roll))
        create(Attendance, marks)
        Session.objects.filter(number__in=rolls).update(marks_version=1)

    def clerk(self, unit) -> User:
        return self.cast.people.get(f"{unit.code}.clerk") or self.cast.people["clerk"]

    def place(self, code: str) -> Region:
        if code not in self.places:
            self.places[code] = Region.objects.by_code(code)
        return self.places[code]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.ZONE)
