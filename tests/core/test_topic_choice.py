from reviewbot.core.classifier.classify import TOPICS
from reviewbot.core.topic_choice import GENERAL, OF_TRADE, OTHER, offered


def test_every_topic_belongs_to_all_or_to_a_trade() -> None:
    of_trades = {topic for topics in OF_TRADE.values() for topic in topics}
    assert {*GENERAL, *of_trades, OTHER} == set(TOPICS)


def test_a_restaurant_is_not_asked_about_medicine() -> None:
    assert "medical" not in offered("restaurant", ("food",), ())
    assert "medical" in offered("restaurant", ("medical",), ())
    assert offered(None, ("other",), ("terrace",))[-2:] == ("terrace", OTHER)
