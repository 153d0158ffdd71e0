"""The Flow that collects values, as WhatsApp publishes it: one screen, one input for each entity.

Which inputs show is decided by the endpoint when the Flow is opened, so that one published Flow serves every
capture. Meta's rules: Flow JSON 7.0 with data API 3.0.
"""

from typing import Any, Final

from vault.capture_words import flow_label, words_of

VERSION: Final = "7.0"
DATA_API_VERSION: Final = "3.0"
SCREEN: Final = "COLLECT"
"""The one screen."""
MAX_CHARS: Final = 500
FLOW_FIELDS: Final = (
    "payment_card",
    "card_expiry",
    "card_security_code",
    "card_holder",
    "person_name",
    "br_cpf",
    "br_cnpj",
    "us_ssn",
    "iban",
    "bank_account",
    "date_of_birth",
    "email_address",
    "phone_number",
    "postal_address",
    "passport",
    "medical_record_number",
    "policy_number",
)
"""Entities of the Flow that ``deploy/whatsapp`` holds."""
_KEYBOARDS: Final = {"email_address": "email", "phone_number": "phone"}


def flow_json(language: str, fields: tuple[str, ...] = FLOW_FIELDS) -> dict[str, Any]:
    """The Flow in a language. Publish it at Meta with the gateway's ``/whatsapp/flows`` as its endpoint."""
    words = words_of(language)
    children: list[dict[str, Any]] = [{"type": "TextBody", "text": words["flow"]["intro"]}]
    children += [_input(language, name) for name in fields]
    children.append(
        {
            "type": "Footer",
            "label": words["send"],
            "on-click-action": {
                "name": "data_exchange",
                "payload": {name: f"${{form.{name}}}" for name in fields},
            },
        }
    )
    screen = {
        "id": SCREEN,
        "title": words["flow"]["title"],
        "terminal": True,
        "success": True,
        "sensitive": list(fields),
        "data": {key: declared for name in fields for key, declared in _declared(name).items()},
        "layout": {"type": "SingleColumnLayout", "children": [{"type": "Form", "name": "form", "children": children}]},
    }
    return {
        "version": VERSION,
        "data_api_version": DATA_API_VERSION,
        "routing_model": {SCREEN: []},
        "screens": [screen],
    }


def screen_data(fields: tuple[str, ...], language: str, wrong: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What the endpoint tells the screen: which inputs show, and what is wrong with them. Echoes no value."""
    data: dict[str, Any] = {}
    for name in dict.fromkeys((*FLOW_FIELDS, *fields)):
        data[f"{name}_visible"] = name in fields
        data[f"{name}_error"] = words_of(language)["flow"]["wrong"] if name in wrong else ""
    return data


def _input(language: str, name: str) -> dict[str, Any]:
    return {
        "type": "TextInput",
        "name": name,
        "label": flow_label(language, name),
        "input-type": _KEYBOARDS.get(name, "text"),
        "max-chars": MAX_CHARS,
        "required": f"${{data.{name}_visible}}",
        "visible": f"${{data.{name}_visible}}",
        "error-message": f"${{data.{name}_error}}",
    }


def _declared(name: str) -> dict[str, Any]:
    """The screen's data, each with the example that Meta demands."""
    return {
        f"{name}_visible": {"type": "boolean", "__example__": True},
        f"{name}_error": {"type": "string", "__example__": ""},
    }
