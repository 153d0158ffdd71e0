"""Faust as its tutorials show it: an event a record, ``await send``, acknowledged by Faust."""

import os
import sys

import faust
from ready import announce
from work import BOOTSTRAP_SERVERS, FORWARD, INPUTS, PREFIX, VIOLATIONS, process

app = faust.App(
    f"{PREFIX}textbook",
    broker=f"kafka://{BOOTSTRAP_SERVERS}",
    datadir=os.environ["CORDON_DATA_DIR"],
    topic_allow_declare=False,
    topic_disable_leader=True,
    web_enabled=False,
    broker_commit_interval=0.25,
    worker_redirect_stdouts=False,
)
inputs = app.topic(*INPUTS, key_serializer="raw", value_serializer="raw")
outputs = {name: app.topic(name, key_serializer="raw", value_serializer="raw") for name in (FORWARD, VIOLATIONS)}


@app.agent(inputs)
async def critical(stream: faust.StreamT) -> None:
    async for event in stream.events():
        message = event.message
        for topic, key, value in process(event.value, f"{message.topic}/{message.partition}/{message.offset}"):
            await outputs[topic].send(key=key, value=value)


@app.on_partitions_assigned.connect
async def assigned(*_: object, **__: object) -> None:
    announce()


sys.argv = [sys.argv[0], "worker", "-l", "info", "--without-web"]
app.main()
