"""The design system as a page finds it."""

import httpx
import pytest

from gateway.pages import page_headers


@pytest.mark.parametrize("name", ["tokens.css", "base.css"])
async def test_sheets_need_no_key_and_load_nothing(anonymous: httpx.AsyncClient, name: str) -> None:
    answer = await anonymous.get(f"/design/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "url(" not in answer.text
    assert "@import" not in answer.text


@pytest.mark.parametrize("name", ["__init__.py", "..%2Fapp.py", "other.css"])
async def test_nothing_else_is_served(anonymous: httpx.AsyncClient, name: str) -> None:
    assert (await anonymous.get(f"/design/{name}")).status_code == 404


def test_a_page_may_be_framed_by_nobody_unless_said() -> None:
    assert "frame-ancestors 'none'" in page_headers()["Content-Security-Policy"]
    framed = page_headers(frame_ancestors="https://bank.example")
    assert "frame-ancestors https://bank.example" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert "unsafe" not in framed["Content-Security-Policy"]
