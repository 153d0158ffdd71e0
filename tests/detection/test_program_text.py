"""What a program writes where a password could stand."""

import pytest

from detection.finders import program_text


@pytest.mark.parametrize(
    "value",
    [
        "get_token(user)",
        "hashlib.md5(password.encode())",
        "$PASSWORD",
        "$_POST['password']",
        "Hash::make($x)",
        "#{password}",
        "@db.password@",
        "random_password.db.result",
        "var.db_password",
        "__path__",
        "//github.com",
    ],
)
def test_an_expression_is_no_password(value: str) -> None:
    assert program_text.is_expression(value)


@pytest.mark.parametrize(
    "value", ["75Blue(Sky)", "$ecret75", "blue.sky.75", "pa|ss|75", "nMN%s0NML4", "a::b75", "/Blue75Sky"]
)
def test_a_password_with_the_same_marks_is_no_expression(value: str) -> None:
    assert not program_text.is_expression(value)


@pytest.mark.parametrize("value", ["newPassword", "my-client-secret", "url.password", "DEFAULT_PASS", "ownerPassword"])
def test_names_that_end_as_what_they_name_are_known(value: str) -> None:
    assert program_text.is_own_name(value)


@pytest.mark.parametrize("value", ["newPassword7", "hunter", "BlueSky", "compass"])
def test_other_words_are_no_such_names(value: str) -> None:
    assert not program_text.is_own_name(value)


def test_a_further_argument_begins_with_its_name_or_with_stars() -> None:
    assert program_text.is_argument("scope=None")
    assert program_text.is_argument("**options")
    assert not program_text.is_argument("Blue75*Sky")


@pytest.mark.parametrize(
    ("text", "noun", "link", "written"),
    [
        ("password = o_entry", "password", " = ", "o_entry"),
        ("user, password = account", "password", " = ", "account"),
        ('"secret": id_token,', "secret", '": ', "id_token,"),
        ("f(password: SecretBytes)", "password", ": ", "SecretBytes)"),
    ],
)
def test_a_name_that_is_given_to_a_noun_is_known(text: str, noun: str, link: str, written: str) -> None:
    assert program_text.is_name(text, text.index(noun), link, text.index(written), written)


@pytest.mark.parametrize(
    ("text", "noun", "link", "written"),
    [
        ("password=blue_sky", "password", "=", "blue_sky"),
        ("password = bluesky", "password", " = ", "bluesky"),
        ("password: BlueSky", "password", ": ", "BlueSky"),
        ("password = blue_sky_7", "password", " = ", "blue_sky_7"),
    ],
)
def test_a_value_without_quotes_is_no_name(text: str, noun: str, link: str, written: str) -> None:
    assert not program_text.is_name(text, text.index(noun), link, text.index(written), written)
