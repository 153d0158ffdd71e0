import httpx
import pytest


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 200)])
async def test_health_is_told_to_whoever_asks_with_and_without_wanting_the_body(
    anonymous: httpx.AsyncClient, path: str, status: int
) -> None:
    asked = await anonymous.get(path)
    headed = await anonymous.head(path)

    assert (asked.status_code, headed.status_code) == (status, status)
    assert asked.json()["status"] in {"alive", "ready"}
