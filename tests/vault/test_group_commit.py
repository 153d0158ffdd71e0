"""Callers that ask at the same time share one commit, and each hears of its own outcome only."""

import asyncio

import pytest

from vault import group_commit
from vault.group_commit import GroupCommit


class Store:
    """Commits groups, and holds each until it is let go."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.broken = False

    async def commit(self, items: list[int]) -> list[str | Exception]:
        self.groups.append(items)
        await self.open.wait()
        if self.broken:
            raise OSError("disk full")
        return [ValueError(item) if item < 0 else f"kept {item}" for item in items]


@pytest.fixture
async def store() -> Store:
    return Store()


@pytest.fixture
async def group(store: Store) -> GroupCommit[int, str]:
    return GroupCommit(store.commit)


async def test_what_comes_while_a_group_is_committed_is_the_next_group(
    store: Store, group: GroupCommit[int, str]
) -> None:
    store.open.clear()
    first = asyncio.create_task(group.submit(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = [asyncio.create_task(group.submit(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    store.open.set()

    assert await asyncio.gather(first, *rest) == ["kept 1", "kept 2", "kept 3", "kept 4"]
    assert store.groups == [[1], [2, 3, 4]]


async def test_one_refusal_is_its_own_callers(group: GroupCommit[int, str]) -> None:
    outcomes = await asyncio.gather(*map(group.submit, (1, -2, 3)), return_exceptions=True)

    assert (outcomes[0], outcomes[2]) == ("kept 1", "kept 3")
    assert isinstance(outcomes[1], ValueError)


async def test_a_commit_that_fails_fails_for_all_of_its_group_and_not_for_the_next(
    store: Store, group: GroupCommit[int, str]
) -> None:
    store.broken = True
    failed = await asyncio.gather(*map(group.submit, (1, 2)), return_exceptions=True)
    assert [type(one) for one in failed] == [OSError, OSError]

    store.broken = False
    assert await group.submit(3) == "kept 3"


async def test_who_gave_up_before_the_commit_is_left_out_of_it(store: Store, group: GroupCommit[int, str]) -> None:
    store.open.clear()
    first = asyncio.create_task(group.submit(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    left, stays = asyncio.create_task(group.submit(2)), asyncio.create_task(group.submit(3))
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.sleep(0)
    store.open.set()

    assert await asyncio.gather(first, stays) == ["kept 1", "kept 3"]
    assert store.groups == [[1], [3]]


async def test_no_group_is_larger_than_one_transaction_takes(
    store: Store, group: GroupCommit[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "MAX_GROUP", 4)
    await asyncio.gather(*map(group.submit, range(10)))

    assert [len(items) for items in store.groups] == [4, 4, 2]
