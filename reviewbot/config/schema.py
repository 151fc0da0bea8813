"""The shape of the file: sections, keys, plain types. Meaning is resolve.py's.

Shorthands become tables here (`support = -100…` is `{ id = -100… }`, `negative = "1h work"` is
`{ reply = "1h work" }`). "#" is the place in a list, put in by the reader for messages to name.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from reviewbot.core.model import LanguageCode


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | int) else value


def _table(key: str, *kinds: type) -> BeforeValidator:
    """Read a bare value as the table's one key."""

    def wrap(value: Any) -> Any:
        plain = isinstance(value, kinds) and not isinstance(value, bool)
        return {key: value} if plain else value

    return BeforeValidator(wrap)


Texts = Annotated[list[str], BeforeValidator(_listed)]
Numbers = Annotated[list[int], BeforeValidator(_listed)]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class TelegramTable(Table):
    token_file: str | None = None
    base_url: str = "https://api.telegram.org"
    proxy: str | None = None


class DatabaseTable(Table):
    path: str = "reviewbot.sqlite3"


TelegramId = Annotated[int, Field(ge=-(2**52), le=2**52)]
"""The Bot API promises that its numbers have at most 52 bits."""


class ChatTable(Table):
    id: TelegramId | None = None
    topic: int | None = Field(default=None, ge=1, le=2**52)
    person: str | None = None
    language: LanguageCode | None = None


class PersonTable(Table):
    id: TelegramId
    name: str | None = None
    role: Literal["viewer", "staff", "manager", "admin"] = "staff"
    only: Texts = []
    deputy: str | None = None
    language: LanguageCode | None = None
    mail: str | None = None


class DeskTable(Table):
    """None: as the default desk has it."""

    hours: dict[str, Texts] | None = None
    time_zone: str | None = None
    holidays: str | None = None
    shortened: str | None = None
    closed: list[Any] | None = None
    quiet: str | None = None
    on_duty: Texts | None = None
    rota: dict[str, Texts] | None = None
    approval: Literal["anyone", "manager", "two_people"] | None = None
    confirm_within: str | None = None
    place_answer: str | None = None


class DefaultDeskTable(DeskTable):
    backlog_within: str = "30d"
    groups: dict[str, DeskTable] = {}


class WhenTable(Table):
    severity: Annotated[
        list[Literal["critical", "high", "normal", "low"]], BeforeValidator(_listed)
    ] = []
    tone: Annotated[
        list[Literal["negative", "mixed", "neutral", "positive"]], BeforeValidator(_listed)
    ] = []
    source: Texts = []
    topic: Texts = []
    group: Texts = []
    location: Texts = []
    language: Texts = []
    rating: Numbers = []
    kind: Annotated[
        list[Literal["review", "mention", "survey", "question"]], BeforeValidator(_listed)
    ] = []


class TimesTable(Table):
    seen: str = "none"
    reply: str = "none"


Times = Annotated[TimesTable, _table("reply", str)]


class ClassTimes(Table):
    critical: Times | None = None
    negative: Times | None = None
    mixed: Times | None = None
    neutral: Times | None = None
    positive: Times | None = None
    wordless: Times | None = None


class ExceptTable(ClassTimes):
    place: int = Field(default=0, alias="#")
    when: WhenTable


class ReplyTimeTable(ClassTimes):
    survey: str = "24h clock"
    question: str = "24h clock"
    except_: list[ExceptTable] = Field(default=[], alias="except")


class LadderTable(Table):
    seen: Texts | None = None
    reply: Texts | None = None


Ladder = Annotated[LadderTable, _table("reply", str, list)]


class RemindersTable(Table):
    critical: Ladder | None = None
    negative: Ladder | None = None
    mixed: Ladder | None = None
    neutral: Ladder | None = None
    positive: Ladder | None = None
    wordless: Ladder | None = None


class SourceTable(Table):
    """Keys beyond these are the source's own options."""

    model_config = ConfigDict(extra="allow", strict=True)

    enabled: bool = True
    every: str | None = None
    every_max: str | None = None
    gap: str | None = None
    base_url: str | None = None
    publish: bool | None = None
    undo: str = "2m"
    rating_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    credentials_file: str | None = None
    token_file: str | None = None


class LinkTable(Table):
    """Keys beyond these are the source's own options."""

    model_config = ConfigDict(extra="allow", strict=True, populate_by_name=True)

    place: int = Field(default=0, alias="#")
    url: str
    every: str | None = None
    every_max: str | None = None
    credentials_file: str | None = None
    token_file: str | None = None


Link = Annotated[LinkTable, _table("url", str)]


class PauseTable(Table):
    from_: Any = Field(alias="from")
    to: Any
    why: str = ""


class LocationTable(Table):
    name: str | None = None
    contact: str = ""
    groups: Texts = []
    time_zone: str | None = None
    profile: str | None = None
    formerly: Texts = []
    goal: Annotated[float, Field(ge=1, le=5)] | None = None
    praise: bool = False
    place_chat: str | None = None
    paused: PauseTable | None = None
    links: Annotated[
        list[Link], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
    ] = []


class RouteTable(Table):
    place: int = Field(default=0, alias="#")
    name: str | None = None
    when: WhenTable = WhenTable()
    chat: str
    copy_: Texts = Field(default=[], alias="copy")


class FetchTable(Table):
    user_agent: str | None = None
    timeout: str = "30s"
    retries: int = Field(default=2, ge=0, le=10)
    max_bytes: int = Field(default=10 * 1024 * 1024, ge=1024, le=2**40)
    max_pages: int = Field(default=12, ge=1, le=1000)
    allowed_hosts: Texts = []
    gaps: dict[str, str] = {}
    folders: Texts = []


class RuleTable(Table):
    place: int = Field(default=0, alias="#")
    id: str
    any: Texts = []
    all: Texts = []
    regex: str | None = None
    unless: Texts = []
    topic: str | None = None
    severity: Literal["critical", "high", "normal", "low"] | None = None
    points: float | None = None
    faces: int = 1
    language: LanguageCode | None = None


class RulesTable(Table):
    off: Texts = []
    add: list[RuleTable] = []
    points: dict[str, float] = {}
    topics: dict[str, dict[str, str]] = {}


class TemplateTable(Table):
    place: int = Field(default=0, alias="#")
    id: str
    text: str
    language: LanguageCode | None = None
    when: WhenTable = WhenTable()


class RepliesTable(Table):
    address: Literal["вы", "Вы", "ты"] = "вы"
    sign: str | dict[str, str] = ""
    forbid: Texts = []
    goodwill: dict[str, int] = {}
    without_contacts: Texts = []
    auto_thanks: Annotated[int, Field(ge=0, le=1000)] = 0
    templates: list[TemplateTable] = []


class DigestTable(Table):
    daily: str | None = None
    weekly: str | None = None
    monthly: str | None = None


class ImportsTable(Table):
    folder: str | None = None


class BackupTable(Table):
    every: str = "none"
    keep: int = Field(default=14, ge=1, le=10_000)
    folder: str = "backups"


class EndpointTable(Table):
    url: str
    secret_file: str
    events: Texts = []
    only: Texts = []


class MailTable(Table):
    host: str
    from_: str = Field(alias="from")
    to: Texts
    port: int = Field(default=587, ge=1, le=65535)
    tls: Literal["tls", "starttls", "none"] = "starttls"
    user: str | None = None
    password_file: str | None = None


class FallbackTable(Table):
    after: str = "10m"
    mail: MailTable | None = None
    webhook: str | None = None
    ping: str | None = None
    ping_every: str = "5m"


class VariantTable(Table):
    question: Literal["nps", "csat", "ces"] | None = None
    words: dict[str, str] = {}


class GuestsTable(Table):
    question: Literal["nps", "csat", "ces"] = "nps"
    privacy: str
    valid_for: str = "30d"
    token_file: str | None = None
    secret_file: str | None = None
    customers_file: str | None = None
    variants: dict[str, VariantTable] = {}


class WebTable(Table):
    port: int | None = Field(default=None, ge=1, le=65535)
    token_file: str | None = None
    people: bool = False


class ImapTable(Table):
    host: str
    user: str
    password_file: str
    port: int = Field(default=993, ge=1, le=65535)
    tls: bool = True
    folder: str = "INBOX"
    senders: dict[str, Texts] = {}


class PubSubTable(Table):
    subscription: str
    credentials_file: str
    base_url: str | None = None


class WebhookTable(Table):
    secret_file: str
    port: int = Field(default=8642, ge=0, le=65535)


class DoorbellTable(Table):
    imap: ImapTable | None = None
    pubsub: PubSubTable | None = None
    webhook: WebhookTable | None = None


class DraftingTable(Table):
    url: str | None = None
    model: str = ""
    key_file: str | None = None
    timeout: str = "20s"


class PrivacyTable(Table):
    author_names: Literal["full", "first_name", "initials"] = "full"
    people_figures: bool = True
    keep_messages: str = "30d"


class File(Table):
    """The whole file. Every section has defaults; what must be there resolve.py asks for."""

    language: LanguageCode = "ru"
    time_zone: str = "Europe/Moscow"
    profile: str | None = None
    locations_file: str | None = None
    writable: bool = True
    telegram: TelegramTable = TelegramTable()
    database: DatabaseTable = DatabaseTable()
    chats: dict[str, Annotated[ChatTable, _table("id", int)]] = {}
    people: dict[str, Annotated[PersonTable, _table("id", int)]] = {}
    desk: DefaultDeskTable = DefaultDeskTable()
    reply_time: ReplyTimeTable = ReplyTimeTable()
    reminders: RemindersTable = RemindersTable()
    sources: dict[str, SourceTable] = {}
    fetch: FetchTable = FetchTable()
    locations: dict[str, LocationTable] = {}
    competitors: dict[str, LocationTable] = {}
    routes: list[RouteTable] = []
    rules: RulesTable = RulesTable()
    replies: RepliesTable = RepliesTable()
    advice: dict[str, str | dict[str, str]] = {}
    dishes: dict[str, str] = {}
    digest: dict[str, DigestTable] = {}
    summary: dict[str, str] = {}
    imports: ImportsTable = ImportsTable()
    backup: BackupTable = BackupTable()
    webhooks: dict[str, EndpointTable] = {}
    fallback: FallbackTable = FallbackTable()
    drafting: DraftingTable = DraftingTable()
    web: WebTable = WebTable()
    guests: GuestsTable | None = None
    doorbell: DoorbellTable = DoorbellTable()
    privacy: PrivacyTable = PrivacyTable()
