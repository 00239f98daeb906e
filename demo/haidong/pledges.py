"""Public pledges of the demo: offices and people of the bureau, and one association, promised in the first months of
2021; some are fulfilled, one moved its date, one is late, one was withdrawn, two wait for their second person. Citizens
rated them; all of it is invented, and stands as real work would have left it behind, logs included."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bureau.accounts.enums import UserKind
from bureau.accounts.models import User
from bureau.attachments.models import Attachment
from bureau.common import clock
from bureau.common.crypto import blind_index
from demo.haidong.invent import Inventor
from demo.haidong.papers import PhotoShelf
from demo.haidong.rows import create, relinked
from demo.haidong.story import Cast
from programs.models import (
    Answer,
    Feedback,
    FeedbackLog,
    Pledge,
    PledgeDateChange,
    PledgeLog,
    ProgressNote,
)
from programs.purposes import PUBLIC_FILE
from programs.screening import screen

RALLY = "2021年“改作风、优服务”公开承诺大会"
MEETING = "全市拉面产业发展推进会"
HOTLINE = "“局长接待日”现场承诺"
HIDDEN_WHY = "与承诺事项无关"


@dataclass(frozen=True)
class Said:
    """A citizen's rating and comment: day, rating, text, what became of it, and the answer of the office."""

    day: str
    rating: int
    text: str = ""
    state: str = "shown"
    answer: str = ""


@dataclass(frozen=True)
class Told:
    """One pledge, as it went. Days are "05-20" of 2021; `who` is (name, post), or an organization's name."""

    unit: str
    category: str
    made: str
    due: str
    zh: str
    en: str
    measure_zh: str
    measure_en: str
    who: tuple[str, str] | str | None = None
    occasion: str = RALLY
    published: str | None = "03-08"
    notes: tuple[tuple[str, int, str], ...] = ()  # day, percent, text; the last one with a photo
    moved: tuple[str, str, str] | None = None  # on, due before, why
    ended: tuple[str, str, str] | None = None  # on, state, how
    said: tuple[Said, ...] = field(default=())


TOLD = [
    Told(
        "haidong", "service", "03-01", "06-30", "奖补申请材料齐全的，5个工作日内受理，10个工作日内完成复核，逐件短信告知进度。",
        "Complete award applications are accepted within 5 working days and checked within 10; owners hear of each step.",
        "按月抽查，按时办结率不低于95%。", "Monthly samples: at least 95% on time.",
        notes=(("03-31", 40, "受理、复核时限已写入办理系统，超时自动提醒。"), ("04-30", 70, "4月抽查120件，按时办结117件。")),
        said=(Said("04-12", 5, "在手机上就能看到办到哪一步，不用来回跑。", answer="谢谢您的肯定，我们继续做好每一步的短信告知。"),
              Said("04-20", 4, "比去年快多了。"), Said("05-06", 2, "补正通知写得太笼统，跑了两趟才弄明白。",
                   answer="已逐项列出需要补正的内容，并在补正通知里附样例，请您再看看。"),
              Said("05-12", 4), Said("05-19", 5, "办得快，给我侄子也申请了。", "waiting")),
    ),
    Told(
        "haidong", "money", "03-01", "05-31", "免去奖补申请中的3项重复证明，能从系统里查到的不再让经营者提交。",
        "Three duplicate proofs are no longer asked for: what the system knows, owners do not hand in again.",
        "申请材料由9项减为6项。", "Papers go down from 9 to 6.", who=("王立新", "副局长"),
        notes=(("03-20", 50, "已取消户籍证明和无重复申领证明。"), ("04-28", 100, "第三项证明改为部门间核对，申请材料减为6项。")),
        ended=("04-29", "fulfilled", "三项重复证明全部取消，申请页面和办事指南已同步更新。"),
        said=(Said("05-02", 5, "材料确实少了。"), Said("05-08", 5), Said("05-10", 4, "希望营业执照也能免交。",
              answer="营业执照已可从系统核对，正在改造，6月底前不再要求上传。")),
    ),
    Told(
        "haidong", "training", "03-05", "12-20", "全年举办拉面技能和经营管理培训不少于60期，在省外集中地就近开班不少于10期。",
        "At least 60 training classes this year, at least 10 of them where the shops are outside the province.",
        "以签到记录核定期数。", "Counted by signed attendance.", occasion=MEETING,
        notes=(("03-31", 30, "一季度开班18期。"), ("05-15", 55, "累计开班35期，广州、上海、杭州就近开班10期。")),
        said=(Said("04-25", 5, "老师讲得实用，希望晚上也开课。", answer="5月起在广州试开晚班。"), Said("05-03", 4)),
    ),
    Told(
        "haidong", "environment", "03-05", "04-30", "公布各县区和驻外办事处的咨询电话，工作日铃响三声内接听。",
        "Numbers of all offices are published and answered by the third ring on working days.",
        "每月暗访拨打，接通率不低于90%。", "Monthly test calls: at least 90% answered.", who=("赵雅文", "综合科工作人员"),
        occasion=HOTLINE, notes=(("04-02", 60, "电话已在门户首页公布。"),),
        said=(Said("04-09", 2, "打了三次没人接。", answer="经查当日值班人员外出，已安排双人值守。"),
              Said("05-11", 3, "上午好打，下午经常占线，我的号码是13800001234，请回电。"),
              Said("05-18", 1, "还是没人接，加微信：lm666 办得快", "waiting")),
    ),
    Told(
        "hualong", "service", "03-02", "06-30", "为年满一年的新开门店上门指导规范经营，全年不少于200家。",
        "Visits to at least 200 shops that have been open for a year, to help them trade by the rules.",
        "以走访记录为准。", "By records of the visits.",
        notes=(("03-30", 25, "走访52家。"), ("05-10", 45, "走访91家，整改食品安全问题37个。")),
        said=(Said("04-18", 5, "来店里手把手教填台账。"), Said("05-09", 4)),
    ),
    Told(
        "hualong", "money", "03-02", "05-15", "协调银行对符合条件的门店10个工作日内完成贷款调查。",
        "Banks complete their inquiry within 10 working days for shops that qualify.",
        "以推荐名单回执日期核定。", "By the dates on the banks' answers.", who=("马成俊", "主任"),
        notes=(("04-10", 50, "与三家银行签订办理时限备忘录。"), ("05-06", 80, "4月推荐46户，平均8.5个工作日完成调查。")),
        moved=("05-08", "04-30", "一家银行系统升级，4月下旬暂停调查，顺延半个月。"),
        said=(Said("04-22", 3, "推荐上去半个月才有消息。", answer="该行系统升级影响了进度，已公开说明并顺延期限。"),
              Said("05-16", 4, "后来挺快。")),
    ),
    Told(
        "hualong", "brand", "03-10", "04-30", "统一更换门头标识300家。", "New signboards for 300 shops.",
        "以更换前后照片为准。", "By photos before and after.", published="03-12",
        notes=(("04-20", 60, "更换183家，余下门店因疫情返乡待更换。"),),
        said=(Said("05-04", 3, "门头好看，就是等得久。"),),
    ),
    Told(
        "minhe", "service", "03-03", "05-31", "县级窗口实行午间值班，不让办事的人空跑。",
        "The county's counter stays open at noon.", "值班表上墙，随机抽查。", "Rota on the wall, checked at random.",
        notes=(("03-15", 60, "午间值班已实行。"), ("04-30", 100, "抽查12次，全部在岗。")),
        ended=("05-06", "fulfilled", "午间值班转为常态，值班表每月公开。"),
        said=(Said("04-01", 5, "中午下班过来正好能办。"), Said("05-09", 5), Said("05-13", 5, "态度好。")),
    ),
    Told(
        "minhe", "training", "03-03", "11-30", "为返乡青年办创业带徒班4期，结业后半年内跟踪回访。",
        "Four classes for young people who return, with a visit half a year later.", "结业名册和回访记录。",
        "Rosters and records of visits.", who=("马忠孝", "业务股长"), notes=(("04-15", 25, "第一期结业，学员30人。"),),
        said=(Said("04-29", 4, "希望多教记账。"),),
    ),
    Told(
        "xunhua", "service", "03-04", "06-15", "撒拉语、汉语双语解读奖补政策，每个乡镇至少一场。",
        "Awards are explained in Salar and Chinese, at least once in every township.", "活动照片和签到表。",
        "Photos and attendance lists.",
        notes=(("04-06", 50, "已在5个乡镇解读。"), ("05-12", 80, "已在8个乡镇解读，余下1个乡镇定于5月28日。")),
        said=(Said("04-16", 5, "用撒拉语讲，老人也听懂了。"), Said("05-14", 5)),
    ),
    Told(
        "xunhua", "environment", "03-04", "05-20", "三日内答复经营者的来电来信。", "Calls and letters are answered in three days.",
        "答复台账。", "The register of answers.", who=("韩宝林", "服务中心主任"), occasion=HOTLINE,
        notes=(("04-12", 60, "一季度来信11件，三日内答复10件。"), ("05-18", 100, "二季度以来来信来电27件，全部三日内答复。")),
        ended=("05-20", "fulfilled", "来信来电全部三日内答复，台账可查。"), said=(Said("05-20", 4, "", "waiting"),),
    ),
    Told(
        "ledu", "money", "03-08", "06-30", "初审通过的奖补名单每月5日前公示。", "Lists of awards are posted by the 5th of each month.",
        "公示页面时间。", "By the date of the page.", notes=(("04-05", 33, "3月名单按时公示。"), ("05-05", 66, "4月名单按时公示。")),
        said=(Said("05-07", 4),),
    ),
    Told(
        "ledu", "service", "03-08", "05-10", "建立驻外经营者微信服务群并安排专人答疑。", "A service line for owners far from home.",
        "答疑记录。", "Records of answers.", notes=(("04-18", 100, "建群3个，覆盖经营者412户，专人答疑。"),),
        ended=("04-20", "fulfilled", "服务群已常态运行。"), said=(Said("04-30", 2, "群里广告太多。", "hidden"), Said("05-01", 4)),
    ),
    Told(
        "pingan", "service", "03-09", "12-10", "为60岁以上经营者提供上门代办。", "Owners over 60 are served at home.", "代办登记。",
        "The register of visits.", published="03-10", notes=(("04-22", 30, "上门代办9件。"),),
        said=(Said("05-05", 5, "老人腿脚不便，帮了大忙。"),),
    ),
    Told(
        "pingan", "environment", "03-09", "05-30", "设立“办不成事”反映窗口。", "A counter for what could not be settled.", "窗口台账。",
        "The register of the counter.", who=("沙建国", "副主任"), published="03-10",
        ended=("04-16", "withdrawn", "区政务大厅已统一设立同类窗口，不再单设。"),
    ),
    Told(
        "huzhu", "brand", "03-11", "09-30", "帮助20家门店创建品牌示范店。", "Twenty shops are helped to become demonstration shops.",
        "以评选公布名单为准。", "By the published list.", published="03-15", notes=(("05-06", 30, "筛选培育门店24家。"),),
        said=(Said("05-15", 4, "多来指导。"),),
    ),
    Told(
        "huzhu", "service", "03-11", "05-31", "一次性告知申请所需材料，首问负责到底。", "What is needed is said once and in full.",
        "回访满意率不低于95%。", "At least 95% content when asked.", who=("祁俊林", "窗口负责人"), published="03-15",
        notes=(("04-25", 70, "回访86户，满意84户。"),), said=(Said("05-02", 5), Said("05-17", 5, "一次说清楚了。")),
    ),
    Told(
        "haidong", "brand", "04-02", "10-31", "会员单位明码标价、不以次充好，接受社会监督。",
        "Members mark their prices, sell what they say, and welcome the public's eyes.",
        "抽查会员单位不少于100家。",
        "At least 100 members are checked.", who="海东市拉面行业协会（示例）", occasion=MEETING, published="04-08",
        notes=(("05-14", 20, "抽查22家，2家整改。"),),
        said=(Said("05-10", 3, "有的店还是没有标价。", answer="已转协会核查，请您拨打12315提供店名。"),),
    ),
    Told(
        "hualong", "training", "05-18", "09-30", "暑期为经营者子女开办免费辅导班2期。", "Two free summer classes for the owners' children.",
        "开班名册。", "Rosters.", occasion=MEETING, published=None,
    ),
    Told(
        "haidong", "service", "05-19", "12-31", "对外公布奖补资金拨付进度，每旬更新。",
        "How far awards are paid is published every ten days.",
        "公布页面时间。", "By the date of the page.", occasion=MEETING, published=None,
    ),
]


def load(cast: Cast, inventor: Inventor) -> None:
    """Everything in bulk: pledges with their dates, notes and logs, then what citizens said."""
    stories = [Story(told, cast) for told in TOLD]
    create(Pledge, [story.pledge for story in stories])
    for story in stories:
        story.tell()
    create(PledgeDateChange, relinked([row for story in stories for row in story.dates], "pledge"))
    create(ProgressNote, relinked([row for story in stories for row in story.notes], "pledge"))
    create(PledgeLog, relinked([row for story in stories for row in story.logs], "subject"))
    photograph(stories)
    Voices(cast, inventor).load(stories)


def day(text: str) -> date:
    return date.fromisoformat(f"2021-{text}")


def at(when: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(when, time(hour, minute), clock.ZONE)


class Story:
    """One pledge with the rows that its steps left behind."""

    def __init__(self, told: Told, cast: Cast):
        self.told, self.unit = told, cast.units[told.unit]
        self.writer = cast.people["clerk" if told.unit == "haidong" else f"{told.unit}.clerk"]
        self.head = cast.people["approve" if told.unit == "haidong" else "clerk"]
        self.dates: list[PledgeDateChange] = []
        self.notes: list[ProgressNote] = []
        self.logs: list[PledgeLog] = []
        self.pledge = self._pledge()

    def _pledge(self) -> Pledge:
        told = self.told
        row = Pledge(
            made_by="unit", occasion=told.occasion, category=told.category, text_zh=told.zh, text_en=told.en,
            measure_zh=told.measure_zh, measure_en=told.measure_en, due_on=day(told.due), region=self.unit.region,
            unit=self.unit, entered_by=self.writer, effective_date=day(told.made), recorded_at=at(day(told.made), 16),
        )
        if isinstance(told.who, tuple):
            row.made_by, (row.person_name, row.person_post) = "person", told.who
        elif told.who:
            row.made_by, row.organization = "organization", told.who
        if told.published:
            row.state, row.published_by, row.published_on = "published", self.head, day(told.published)
            row.published_at = at(row.published_on, 10)
            steps = 1 + len(told.notes) + bool(told.moved) + bool(told.ended)
            row.version = 1 + steps
        if told.ended:
            row.closed_on, row.state, row.closing_note = day(told.ended[0]), told.ended[1], told.ended[2]
        return row

    def tell(self) -> None:
        """The steps in the order of their days."""
        told = self.told
        if not told.published:
            return
        first = day(told.moved[1]) if told.moved else day(told.due)
        self._due(None, first, day(told.published), self.head, "")
        self._log("publish", "draft", "published", day(told.published), self.head, hour=10)
        steps = [("note", note[0], note) for note in told.notes]
        steps += [("moved", told.moved[0], told.moved)] if told.moved else []
        for kind, when, what in sorted(steps, key=lambda step: step[1]):
            if kind == "note":
                self._note(*what)
            else:
                self._due(first, day(told.due), day(when), self.writer, what[2])
                self._log("change_due", "published", "published", day(when), self.writer, comment=what[2], hour=11,
                          data={"old": first.isoformat(), "new": day(told.due).isoformat()})
        if told.ended:
            when, state, how = told.ended
            name = "fulfill" if state == "fulfilled" else "withdraw"
            self._log(name, "published", state, day(when), self.writer, comment=how, hour=17)

    def _note(self, when: str, percent: int, text: str) -> None:
        self.notes.append(ProgressNote(
            pledge=self.pledge, text=text, percent=percent, noted_on=day(when), by=self.writer, unit=self.unit,
            at=at(day(when), 15),
        ))
        self._log("report_progress", "published", "published", day(when), self.writer, hour=15, data={"percent": percent})

    def _due(self, old: date | None, new: date, when: date, by: User, reason: str) -> None:
        self.dates.append(PledgeDateChange(
            pledge=self.pledge, old=old, new=new, reason=reason, by=by, at=at(when, 11 if old else 10),
            effective_date=when, region=self.unit.region, unit=self.unit,
        ))

    def _log(self, name: str, before: str, after: str, when: date, by: User, *, hour: int, comment: str = "",
             data: dict | None = None) -> None:
        self.logs.append(PledgeLog(
            subject=self.pledge, name=name, before=before, after=after, version=len(self.logs) + 2, by=by,
            unit=by.grants.first().unit, at=at(when, hour), effective_date=when, comment=comment, data=data or {},
        ))


def photograph(stories: list[Story]) -> None:
    """The last note of each pledge brings a photo for the public."""
    shelf, rows = PhotoShelf(), []
    for note in [story.notes[-1] for story in stories if story.notes]:
        number = uuid.uuid5(uuid.NAMESPACE_OID, f"haidong-pledge-{note.pk}")
        rows.append(Attachment(
            id=number, purpose=PUBLIC_FILE, name="现场照片.jpg", content_type="image/jpeg", uploaded_by=note.by,
            created_at=note.at, subject_type=ProgressNote._meta.label_lower, subject_id=str(note.pk),
            **shelf.place("progress", number),
        ))
    create(Attachment, rows)


class Voices:
    """What citizens said; each from a phone of his own."""

    def __init__(self, cast: Cast, inventor: Inventor):
        self.moderator, self.inventor = cast.people["moderator"], inventor
        self.feedback: list[Feedback] = []
        self.logs: list[FeedbackLog] = []
        self.answers: list[Answer] = []

    def load(self, stories: list[Story]) -> None:
        for story in stories:
            for said in story.told.said:
                self._say(story, said)
        create(Feedback, self.feedback)
        create(FeedbackLog, relinked(self.logs, "subject"))
        create(Answer, relinked(self.answers, "feedback"))

    def _say(self, story: Story, said: Said) -> None:
        phone, when, kept = self.inventor.phone(), day(said.day), screen(said.text)
        user, _new = User.objects.get_or_create(kind=UserKind.OWNER, phone=phone, defaults={"password": "!"})
        row = Feedback(
            pledge=story.pledge, user=user, phone_index=blind_index(phone, "phone"), rating=said.rating, comment=kept.text,
            is_masked=kept.masked, is_suspect=kept.suspect, state=said.state, given_on=when, sent_at=at(when, 12, 30),
            reason=HIDDEN_WHY if said.state == "hidden" else "", address=f"203.0.113.{len(self.feedback) % 200 + 1}",
            region=story.unit.region, unit=story.unit,
        )
        self.feedback.append(row)
        if said.state != "waiting":
            name = "show" if said.state == "shown" else "hide"
            self._log(row, name, "waiting", said.state, self.moderator, when, 16, comment=row.reason)
        if said.answer:
            self.answers.append(Answer(
                feedback=row, text=said.answer, by=story.writer, unit=story.unit, region=story.unit.region,
                answered_on=when, at=at(when, 17),
            ))
            self._log(row, "answer", "shown", "shown", story.writer, when, 17)

    def _log(self, row: Feedback, name: str, before: str, after: str, by: User, when: date, hour: int,
             comment: str = "") -> None:
        row.version += 1
        self.logs.append(FeedbackLog(
            subject=row, name=name, before=before, after=after, version=row.version, by=by,
            unit=by.grants.first().unit, at=at(when, hour), effective_date=when, comment=comment,
        ))
