"""What a program or a file gives to the name of a key, by the name, the way it is given and the value."""

import pytest

from detection.finders import assignment

VALUE = "a1B2c3D4e5F6g7H8i9J0"


def found(text: str, noun: str) -> list[str]:
    start = text.lower().index(noun)
    return [text[f.start : f.end] for f in assignment.find(text, start, start + len(noun))]


@pytest.mark.parametrize(
    "text",
    [
        f'stripeToken := "{VALUE}"',
        f"STRIPE_TOKEN ?= {VALUE}",
        f"stripe_token <- '{VALUE}'",
        f'"stripeToken" => "{VALUE}",',
        f'let stripeToken: String = "{VALUE}"',
        f'stripe_token: Optional[str] = "{VALUE}"',
        f'const TOKEN: &str = "{VALUE}";',
        f'token = b"{VALUE}"',
        f'let token = String::from("{VALUE}")',
        f'token = ["{VALUE}"]',
        f'{{\\"token\\":\\"{VALUE}\\"}}',
        f"<token>\n  {VALUE}\n</token>",
        f"<key>ApiToken</key>\n<string>{VALUE}</string>",
        f'<param name="token" value="{VALUE}"/>',
        f'set("token", "{VALUE}")',
        f'withToken("{VALUE}")',
        f"token '{VALUE}'",
        f"TOKEN_PROD={VALUE}\\nDEBUG=1",
        f"[{{token=[{VALUE}], grant=[x]}}]",
    ],
)
def test_every_way_to_give_a_value_to_a_name_is_read(text: str) -> None:
    assert found(text, "token") == [VALUE]


@pytest.mark.parametrize(
    "text",
    [
        f"token = make{VALUE}(user)",
        "token = base64.b64encode(value)",
        "token = settings.SERVICE_TOKEN",
        'token = "my-service-token"',
        f"tokens {VALUE}",
        "token: 2024-03-11T10:00:00Z",
        "token = $2b$12$38u4ZaBnrQHOhogbJK9KbKvG0fR4hpwlUB4f",
        "token = op://infra/stripe1/token2",
    ],
)
def test_what_a_program_works_out_is_no_value(text: str) -> None:
    assert found(text, "token") == []


@pytest.mark.parametrize(
    "name", ["fastlyKey", "INTERCOM_KEY", "api-key", "X-Api-Key", "secretKey2", "key_secret", "apikey", "key"]
)
def test_names_of_keys_are_known(name: str) -> None:
    assert found(f'{name} = "{VALUE}"', "key") == [VALUE]


@pytest.mark.parametrize(
    "name",
    [
        "publicKey",
        "cache_key",
        "keyId",
        "primaryKey",
        "keyAlias",
        "keyboard",
        "monkey",
        "sort.key",
        "foreign-key",
    ],
)
def test_names_of_other_things_are_known(name: str) -> None:
    assert found(f'{name} = "{VALUE}"', "key") == []


def test_a_name_that_may_be_another_thing_needs_a_longer_value() -> None:
    assert found('songKey = "a1B2c3D4e5F6"', "key") == []
    assert found('songSecret = "a1B2c3D4e5F6"', "secret") == ["a1B2c3D4e5F6"]


def test_a_uuid_is_a_value_of_a_name_that_can_only_be_a_secrets() -> None:
    value = "2624d6e2-509a-4af0-a930-80cad9a111a7"
    assert found(f"api_key={value}", "key") == [value]
    assert found(f"song_key={value}", "key") == []
    assert found("api_key=00000000-0000-0000-0000-000000000000", "key") == []
