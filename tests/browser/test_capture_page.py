"""The customer's form, filled in by a real browser in front of a real gateway."""

import json
import time
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from confluent_kafka import Consumer, TopicPartition
from playwright.sync_api import Page, Route, expect

from sandbox.broker import Broker
from sandbox.demo.leaks import LeakSearch
from sandbox.demo.script import Planted
from streams.topics import Topic
from tests.browser.browser_parts import RunningGateway, Watched, barriers, look, overflows
from tests.browser.conftest import OpenPage

CARD, CPF = "4539 1488 0343 6467", "529.982.247-25"
FORM = {"payment_card": CARD, "br_cpf": CPF}
DONE = {"en": "Thank you", "pt": "Obrigado", "es": "Gracias", "fr": "Merci"}


def link_for(client: httpx.Client, *fields: str, **more: object) -> dict[str, Any]:
    answer = client.post("/v1/captures", json={"conversation_id": "c-1", "fields": fields, **more})
    assert answer.status_code == 201
    capture: dict[str, Any] = answer.json()
    return capture


def status_of(client: httpx.Client, capture: dict[str, Any]) -> dict[str, Any]:
    status: dict[str, Any] = client.get(f"/v1/captures/{capture['capture_id']}").json()
    return status


def fill_in(page: Page, form: dict[str, str]) -> None:
    for name, value in form.items():
        page.locator(f"[name={name}]").press_sequentially(value)
    page.get_by_role("button").click()


def submitted(watched: Watched, word: str = "Thank you") -> Watched:
    expect(watched.page.get_by_role("status")).to_contain_text(word)
    return watched


def test_a_value_leaves_the_browser_sealed_and_stands_nowhere(
    gateway: RunningGateway, open_page: OpenPage, broker: Broker
) -> None:
    with gateway.client() as client:
        capture = link_for(client, *FORM, recipient="Bank of Examples")
        watched = open_page(capture["url"])
        fill_in(watched.page, FORM)
        submitted(watched)
        status = status_of(client, capture)
        token = status["results"]["payment_card"]["token"]
        asked = {"items": [{"token": token, "view": "plain"}], "reason": "case 7", "purpose": "support"}
        revealed = client.post("/v1/tokens/detokenize", json=asked).json()["items"][0]["value"]
        metrics = client.get("/metrics").content

    assert (status["state"], status["results"]["payment_card"]["last4"]) == ("submitted", "6467")
    assert all(result["is_valid"] for result in status["results"].values())
    assert revealed == CARD
    search = LeakSearch([Planted(CARD), Planted(CPF)])
    assert '"field":"br_cpf"' in watched.sent  # progress by name: the search below does look at bodies
    for place, content in (
        ("requests", watched.sent),
        ("page", watched.page.content()),
        ("status", json.dumps(status)),
    ):
        assert not list(search.in_report(place, content.encode()))
    assert not list(search.in_report("metrics", metrics))
    assert not list(search.in_logs(gateway.folder))
    assert not list(search.in_records(broker.bootstrap_servers, map(str, Topic), gateway.prefix))
    assert list(search.in_report("a page that leaks", f"card {CARD}".encode()))  # the search does find
    assert watched.complaints == []
    assert {request.url.split("/c/")[0] for request in watched.requests} == {gateway.url}


def test_a_link_works_once(gateway: RunningGateway, open_page: OpenPage) -> None:
    with gateway.client() as client:
        capture = link_for(client, "br_cpf")
        first = open_page(capture["url"])
        fill_in(first.page, {"br_cpf": CPF})
        submitted(first)

    assert "#" not in first.page.url
    for url in (capture["url"], capture["url"].partition("#")[0], f"{gateway.url}/c/nobody#wrong"):
        again = open_page(url)
        submitted(again, "not valid, or not any more")
        assert again.page.locator("input").count() == 0


def test_nothing_is_sent_twice_by_an_impatient_customer(gateway: RunningGateway, open_page: OpenPage) -> None:
    with gateway.client() as client:
        watched = open_page(link_for(client, "br_cpf")["url"])
    watched.page.locator("[name=br_cpf]").fill(CPF)
    watched.page.evaluate("for (let i = 0; i < 3; i += 1) document.getElementById('send').click()")
    submitted(watched)

    assert sum(request.url.endswith("/submit") for request in watched.requests) == 1


def test_what_is_typed_is_checked_at_once_and_told_to_the_field(gateway: RunningGateway, open_page: OpenPage) -> None:
    with gateway.client() as client:
        capture = link_for(client, *FORM)
        page = open_page(capture["url"]).page
        page.locator("[name=br_cpf]").fill("529.982.247-26")
        page.locator("[name=payment_card]").fill(CARD)
        expect(page.locator("#e-br_cpf")).to_contain_text("does not look right")
        page.get_by_role("button").click()
        expect(page.locator("[name=br_cpf]")).to_be_focused()
        expect(page.locator("[name=br_cpf]")).to_have_attribute("aria-invalid", "true")

        status = status_of(client, capture)

    assert (status["state"], status["progress"]) == ("opened", {"br_cpf": "typing", "payment_card": "valid"})


def test_a_network_that_fails_lets_the_customer_try_again(gateway: RunningGateway, open_page: OpenPage) -> None:
    with gateway.client() as client:
        watched = open_page(link_for(client, "br_cpf")["url"])

    def fail(route: Route) -> None:
        route.abort()

    watched.page.route("**/submit", fail)
    fill_in(watched.page, {"br_cpf": CPF})
    expect(watched.page.get_by_role("alert")).to_contain_text("try again")
    watched.page.unroute("**/submit", fail)
    watched.page.get_by_role("button").click()

    submitted(watched)


@pytest.mark.parametrize("language", ["en", "pt", "es", "fr"])
def test_the_page_speaks_the_customers_language_without_barriers(
    gateway: RunningGateway, open_page: OpenPage, language: str
) -> None:
    with gateway.client() as client:
        fields = ("payment_card", "card_expiry", "card_holder", "br_cpf", "email_address", "postal_address")
        watched = open_page(link_for(client, *fields, language=language)["url"], **look("light"))
    page = watched.page
    expect(page.get_by_role("button")).to_be_visible()
    page.get_by_role("button").click()  # shows every field's complaint

    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".error:not(:empty)").count() == len(fields)
    assert barriers(page) == []
    assert not overflows(page)
    assert watched.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_have_enough_contrast_in_every_state(
    gateway: RunningGateway, open_page: OpenPage, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    with gateway.client() as client:
        watched = open_page(link_for(client, *FORM, recipient="Bank of Examples")["url"], **look(scheme))
    page = watched.page
    page.locator("[name=payment_card]").fill(CARD)
    page.locator("[name=br_cpf]").fill("1")
    page.get_by_role("button").click()
    page.screenshot(path=tmp_path / f"{scheme}-filled.png")
    assert barriers(page) == []
    page.locator("[name=br_cpf]").fill(CPF)
    page.get_by_role("button").click()
    submitted(watched)
    page.screenshot(path=tmp_path / f"{scheme}-done.png")
    assert barriers(page) == []


def test_a_security_code_is_asked_for_and_kept_nowhere(gateway: RunningGateway, open_page: OpenPage) -> None:
    with gateway.client() as client:
        capture = link_for(client, "card_security_code")
        watched = open_page(capture["url"])
        code = watched.page.get_by_label("Security code")
        expect(code).to_have_attribute("autocomplete", "cc-csc")
        code.fill("12")
        watched.page.get_by_role("button").click()
        expect(code).to_have_attribute("aria-invalid", "true")
        code.fill("7391")
        watched.page.get_by_role("button").click()
        submitted(watched)
        result = status_of(client, capture)["results"]["card_security_code"]
        asked = {"items": [{"token": result["token"], "view": "plain"}], "reason": "case 7"}
        revealed = client.post("/v1/tokens/detokenize", json=asked).json()["items"][0]

    assert (result["is_valid"], result["last4"]) == (True, None)
    assert revealed["error"] == "unknown"  # only a data action's call has it, once
    assert '"7391"' not in watched.sent


def test_every_step_is_on_the_topic_for_the_agent(gateway: RunningGateway, open_page: OpenPage, broker: Broker) -> None:
    with gateway.client() as client:
        capture = link_for(client, "br_cpf", agent_id="agent-7")
        watched = open_page(capture["url"])
        fill_in(watched.page, {"br_cpf": CPF})
        submitted(watched)

    deadline = time.monotonic() + 20
    told: list[str] = []
    while "submitted" not in told and time.monotonic() < deadline:
        news = [alert["capture"] for alert in alerts_of(broker, gateway.prefix) if alert["capture"]]
        told = [one["state"] for one in news if one["capture_id"] == capture["capture_id"]]
    assert told == ["opened", "typing", "valid", "submitted"]


def alerts_of(broker: Broker, prefix: str) -> list[dict[str, Any]]:
    """Everything on ``dlp.alerts`` so far, in the order of each partition."""
    topic = f"{prefix}{Topic.ALERTS}"
    consumer = Consumer({"bootstrap.servers": broker.bootstrap_servers, "group.id": "reader", "log_level": 0})
    found = []
    try:
        for partition in consumer.list_topics(topic, timeout=20).topics[topic].partitions:
            _, end = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=20)
            consumer.assign([TopicPartition(topic, partition, 0)])
            for _ in range(end):
                message = consumer.poll(10)
                assert message is not None
                found.append(json.loads(message.value() or b""))
    finally:
        consumer.close()
    return found
