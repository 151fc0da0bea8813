"""What a guest wrote never reaches a log through an error of the database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.store.store_world import StoreWorld


def test_an_error_of_the_database_does_not_quote_what_was_stored(store_world: StoreWorld) -> None:
    said = "Меня зовут Анна, мой телефон 8 900 000-00-00"
    with pytest.raises(DBAPIError) as refused:
        store_world.db.write_now(
            lambda session: session.execute(
                text("INSERT INTO review (no_such_column) VALUES (:said)"), {"said": said}
            )
        )
    assert said not in str(refused.value)
