"""A client of Debian's python3-socketio: does what the contract asks, and prints what it saw as one line of JSON."""

import asyncio
import json
import sys

import socketio

url, transports, options = sys.argv[1], sys.argv[2].split(","), json.loads(sys.argv[3])


def plain(value):
    """Bytes, where JSON has none."""
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": value.hex()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


async def refused(seen):
    """Asks for a namespace that refuses."""
    client = socketio.AsyncClient(reconnection=False)
    told = asyncio.get_running_loop().create_future()

    async def connect_error(data):
        told.set_result(plain(data))

    client.on("connect_error", connect_error, namespace="/closed")
    try:
        await client.connect(url, transports=transports, namespaces=["/closed"], wait=False, **options)
        seen["refusal"] = await told
    finally:
        await client.disconnect()


async def main():
    """Talks in two namespaces, and leaves when it is sent away."""
    seen = {"answers": [], "echoes": [], "numbers": []}
    client = socketio.AsyncClient(reconnection=False)
    left = asyncio.get_running_loop().create_future()
    counted = asyncio.get_running_loop().create_future()
    echoed = asyncio.get_running_loop().create_future()

    async def echo(*args):
        seen["echoes"].append(plain(args))
        if len(seen["echoes"]) == 5:
            echoed.set_result(None)

    async def number(value):
        seen["numbers"].append(value)
        if value == 9:
            counted.set_result(None)

    async def ask(*args):
        return tuple(args)

    async def disconnect():
        if not left.done():
            left.set_result(None)

    for event, handler in (("echo", echo), ("number", number), ("ask", ask), ("disconnect", disconnect)):
        client.on(event, handler)
    client.on("echo", echo, namespace="/other")
    await client.connect(url, transports=transports, namespaces=["/", "/other"], auth={"user": "py"}, wait_timeout=20, **options)
    for args in ((1, "två", None), ({"file": b"\x00\xff", "list": [b"x"]},), ("😀" * 1000,), ()):
        await client.emit("echo", args)
    await client.emit("echo", "other", namespace="/other")
    seen["answers"].append(plain(await client.call("ask", {"a": 1})))
    seen["answers"].append(plain(await client.call("ask", b"bytes")))
    await echoed
    await client.emit("count")
    await counted
    seen["id"] = client.get_sid("/")
    seen["transport"] = client.transport()
    await client.emit("send me away")
    await left
    await refused(seen)
    print(json.dumps(seen))


asyncio.run(main())
