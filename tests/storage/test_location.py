from pathlib import Path

import pytest

from storage.database import Database
from storage.location import located
from storage.problems import DatabaseProblem

SECRET = "s3cret"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_usual_name_of_postgresql_leads_to_psycopg(scheme: str) -> None:
    location = located(f"{scheme}://ana:{SECRET}@db.example:5433/meetmoment")
    assert location.url.drivername == "postgresql+psycopg"
    assert location.label == "The PostgreSQL database 'meetmoment' on db.example:5433"


def test_a_relative_file_is_named_with_its_whole_path() -> None:
    assert located("sqlite:///data/meetmoment.db").path == Path.cwd() / "data/meetmoment.db"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "meetmoment.db",
        f"ana:{SECRET}@db.example/meetmoment",
        f"postgresql://ana:{SECRET}@db.example:port/meetmoment",
        f"postgresql://ana:{SECRET}@db.example",
        f"postgresql+psycopg2://ana:{SECRET}@db.example/meetmoment",
        f"mysql://ana:{SECRET}@db.example/meetmoment",
        f"sqlite://ana:{SECRET}@db.example/meetmoment.db",
        f"sqlite:///meetmoment.db?key={SECRET}",
        "sqlite:///file:meetmoment.db",
        "sqlite:///:memory:",
        "sqlite://",
    ],
)
def test_an_unusable_url_is_refused_with_the_usable_forms_and_without_its_password(
    url: str,
) -> None:
    with pytest.raises(DatabaseProblem, match=r"write sqlite:///.* or postgresql://") as caught:
        Database(url)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ana:{SECRET}@127.0.0.1:1/meetmoment",
        f"postgresql://127.0.0.1:1/meetmoment?user=ana&password={SECRET}",
    ],
    ids=["before the host", "in the query"],
)
def test_a_password_is_in_no_representation_and_no_error(url: str) -> None:
    database = Database(url)
    with pytest.raises(DatabaseProblem) as caught:
        database.migrate()
    causes = [caught.value, caught.value.__cause__, database, database.location]
    assert not [cause for cause in causes if SECRET in repr(cause) + str(cause)]
