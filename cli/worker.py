"""``cordon worker``: runs stages of the journey until it is told to stop."""

from typing import TYPE_CHECKING

import click

from cli.failure import fail
from cli.leaving import leave_when_told

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command()
@click.option("--stages", default="critical,medium,forwarder,siem", show_default=True, help="Which, by commas.")
@click.option(
    "--log-level",
    default="info",
    show_default=True,
    type=click.Choice(["debug", "info", "warning", "error"], case_sensitive=False),
)
def worker(stages: str, log_level: str) -> None:
    """Run stages. One whose destination is not set does not start and says so; the others run."""
    leave_when_told()
    from aiokafka.errors import KafkaConnectionError

    from agents import STAGES, build_stages
    from cli.asking import no_broker
    from detection import WrongPolicy
    from streams.logs import configure, quote_no_crash
    from streams.runner import run
    from streams.settings import KafkaSettings, WorkerSettings, WrongSettingError
    from streams.settings.unknown import warn_of_unknown
    from streams.topics import TopicsUnfitError
    from streams.transport import UnfitVersionsError
    from vault.keyring import WrongKeyring

    configure(log_level)
    quote_no_crash()
    names: Sequence[str] = [name.strip() for name in stages.split(",") if name.strip()]
    if unknown := [name for name in names if name not in STAGES]:
        fail(f"no such stage: {', '.join(unknown)} (there are {', '.join(STAGES)})")
    if not names:
        fail(f"--stages names none (there are {', '.join(STAGES)})")
    try:
        warn_of_unknown()
        kafka, settings = KafkaSettings.load(), WorkerSettings.load()
        kafka.ssl_context()
        settings.make_data_dir()
        built, metrics = build_stages(names, settings)
    except (WrongSettingError, WrongKeyring, WrongPolicy, UnfitVersionsError) as error:
        fail(str(error))
    if not built:
        fail("no stage can run: see what is not set above")
    try:
        raise SystemExit(run(built, kafka, settings, metrics))
    except KafkaConnectionError:
        fail(no_broker(kafka))
    except (WrongSettingError, TopicsUnfitError) as error:
        fail(str(error))
