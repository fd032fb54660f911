"""Calls the event store with a client that grpcio-tools has made of our proto files.

Prints what it has seen as one JSON object. Argument: the address of the server.
"""

import json
import sys
import uuid

import grpc
from cassadra.v1 import event_store_pb2 as messages
from cassadra.v1 import event_store_pb2_grpc as services

TIMEOUT_S = 20


def event(text, **more):
    return messages.NewEvent(type="happened", json=text, **more)


def main(address):
    with grpc.insecure_channel(address) as channel:
        store = services.EventStoreServiceStub(channel)
        print(json.dumps(seen(store)))


def seen(store):
    ids = [str(uuid.uuid4()), str(uuid.uuid4())]
    first = messages.AppendRequest(
        stream="grüße/1",
        expected_version=0,
        events=[
            event('{"n": 18446744073709551615}', event_id=ids[0], metadata={"a": "ä"}),
            messages.NewEvent(type_code=7, data=b"\x00\xff", event_id=ids[1]),
        ],
    )
    appended = store.Append(first, timeout=TIMEOUT_S)
    repeated = store.Append(first, timeout=TIMEOUT_S)
    request = messages.ReadStreamRequest(stream="grüße/1")
    read = [
        [e.version, e.type, e.type_code if not e.type else 0, e.json, e.data.hex(), dict(e.metadata)]
        for chunk in store.ReadStream(request, timeout=TIMEOUT_S)
        for e in chunk.events
    ]
    return {
        "appended": [appended.first_version, appended.last_version, repeated.duplicate],
        "read": read,
        "conflict": conflict(store),
        "many": append_many(store),
        "subscribed": subscribe(store),
    }


def conflict(store):
    late = messages.AppendRequest(stream="grüße/1", expected_version=1, events=[event("1")])
    try:
        store.Append(late, timeout=TIMEOUT_S)
    except grpc.RpcError as error:
        details = dict(error.trailing_metadata())["grpc-status-details-bin"]
        return [error.code().name, error.details(), b"VERSION_CONFLICT" in details]
    return None


def append_many(store):
    def requests():
        for number in range(10):
            append = messages.AppendRequest(stream="many", events=[event(str(number))])
            one = messages.NumberedAppend(number=number, append=append)
            yield messages.AppendManyRequest(appends=[one])

    answers = store.AppendMany(requests(), timeout=TIMEOUT_S)
    results = [result for answer in answers for result in answer.results]
    return sorted([result.number, result.appended.last_version] for result in results)


def subscribe(store):
    request = messages.SubscribeRequest(types=["happened"])
    call = store.Subscribe(request, timeout=TIMEOUT_S)
    texts = []
    cursor = ""
    for answer in call:
        if answer.WhichOneof("message") == "events":
            texts.extend(e.json for e in answer.events.events)
        cursor = answer.cursor or cursor
        if answer.WhichOneof("message") == "caught_up":
            live = messages.AppendRequest(stream="live", events=[event('"live"')])
            store.Append(live, timeout=TIMEOUT_S)
        if texts and texts[-1] == '"live"':
            call.cancel()
            return [len(texts), texts[0], cursor != ""]
    return None


main(sys.argv[1])
