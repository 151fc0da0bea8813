"""The tables of guests: links handed out, and what guests answered. Tables as in `tables`."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, Index, Text, text
from sqlmodel import Field, SQLModel

from reviewbot.core.model import BotKey


class GuestLinkRow(SQLModel, table=True):
    """A link into a survey; the code itself is not kept. It says nothing of the guest: `visit_id`,
    `item` and `segment` are the operator's own words for the visit, `variant` is the way of asking
    that chance gave it. A personal one is used once;
    that of a place (`reusable`) opens a survey for everybody."""

    __tablename__ = "guest_link"
    __table_args__ = (Index("guest_link_here", "location_key", "created_at"),)

    id: int | None = Field(default=None, primary_key=True)
    code_hash: str = Field(unique=True)
    location_key: str
    reusable: bool = False
    visit_id: str | None = None
    item: str | None = None
    segment: str | None = None
    visited_at: datetime | None = None
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    variant: str | None = None


class SurveyRow(SQLModel, table=True):
    """What one guest answered after one visit. `step` is what is asked now (core.surveys.survey);
    `telegram_id` whose survey it is, in which `bot`
    (core.model.BotKey); `review_id` the review it became once it ended;
    `followed_up_at` when the guest was asked whether it is `solved`. `/forget` deletes the row."""

    __tablename__ = "survey"
    __table_args__ = (
        Index(
            "survey_running",
            "telegram_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("survey_guest", "telegram_id", "location_key"),
        Index("survey_here", "location_key", "scored_at"),
        Index(
            "survey_to_take_in",
            "scored_at",
            sqlite_where=text("review_id IS NULL AND scored_at IS NOT NULL"),
            postgresql_where=text("review_id IS NULL AND scored_at IS NOT NULL"),
        ),
        Index(
            "survey_to_follow_up",
            "review_id",
            sqlite_where=text("contact IS NOT NULL AND followed_up_at IS NULL"),
            postgresql_where=text("contact IS NOT NULL AND followed_up_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    link_id: int = Field(foreign_key="guest_link.id", index=True)
    telegram_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    bot: str = BotKey.STAFF
    location_key: str
    language: str
    scale: str
    step: str
    score: int | None = None
    topics: list[str] = Field(default=[], sa_column=Column(JSON, nullable=False))
    words: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    praised: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    contact: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    review_id: int | None = Field(default=None, foreign_key="review.id", index=True)
    started_at: datetime
    scored_at: datetime | None = None
    ended_at: datetime | None = None
    followed_up_at: datetime | None = None
    solved: bool | None = None
    variant: str | None = None
