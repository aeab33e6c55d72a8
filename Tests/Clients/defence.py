"""What a node must withstand: bad bytes, wrong shapes, foreign signatures, too much of anything, and being killed."""
import json
import os
import socket
import threading
import time
import urllib.parse

from eth_account import Account
from hyperliquid.exchange import Exchange
from hyperliquid.info import Info
from hyperliquid.utils.signing import get_timestamp_ms, sign_l1_action
import websocket

from harness import KEYS, Checks, Node, eventually, same

GTC = {"limit": {"tif": "Gtc"}}
UNREADABLE = (422, "Failed to deserialize the JSON body into the target type")
checks = Checks("defence")
check = checks.check

HANDSHAKE = (b"GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
             b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n")


def order_body(account, nonce=None, action=None, mainnet=False):
    action = action or {"type": "order", "orders": [
        {"a": 1, "b": True, "p": "3900", "s": "0.1", "r": False, "t": {"limit": {"tif": "Gtc"}}}], "grouping": "na"}
    nonce = nonce or get_timestamp_ms()
    return {"action": action, "nonce": nonce, "signature": sign_l1_action(account, action, None, nonce, None, mainnet),
            "vaultAddress": None, "expiresAfter": None}


with Node() as node:
    alice, bob = KEYS["alice"], KEYS["bob"]
    post = lambda body: node.raw("/exchange", body)  # noqa: E731
    for name, body in {
        "no JSON": b"{", "no UTF-8": b'{"type":"\xff\xfe"}', "empty": b"", "a list": b"[]", "a number": b"17",
        "deep": b"[" * 100_000, "deep object": b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
        "huge number": b'{"type":"userFillsByTime","user":"0x' + b"11" * 20 + b'","startTime":' + b"9" * 5_000 + b"}",
        "unknown type": b'{"type":"nonsense"}', "no type": b"{}", "null type": b'{"type":null}',
        "wrong user": b'{"type":"openOrders","user":"0x12"}', "no user": b'{"type":"openOrders"}',
        "number as coin": b'{"type":"l2Book","coin":7}', "two keys alike": b'{"type":"meta","type":"meta"}',
    }.items():
        check(f"info: {name}", lambda: same(node.raw("/info", body), UNREADABLE))
    whole = order_body(alice)
    for name, change in {
        "no signature": {"signature": None}, "short r": {"signature": {"r": "0x", "s": "0x1", "v": 27}},
        "wrong v": {"signature": {"r": "0x1", "s": "0x1", "v": 99}}, "text as nonce": {"nonce": "17"},
        "negative nonce": {"nonce": -1}, "wide nonce": {"nonce": 1 << 64}, "no action": {"action": None},
        "unknown action": {"action": {"type": "nonsense"}}, "wrong vault": {"vaultAddress": "0x12"},
        "order without orders": {"action": {"type": "order", "grouping": "na"}},
        "text as size": {"action": {"type": "order", "grouping": "na", "orders": [
            {"a": 1, "b": True, "p": "3900", "s": "much", "r": False, "t": {"limit": {"tif": "Gtc"}}}]}},
    }.items():
        check(f"exchange: {name}", lambda: same(post({**whole, **change}), UNREADABLE))
    check("unknown market", lambda: same(node.info(type="l2Book", coin="NONE"), None))
    check("too large a body", lambda: same(post(b" " * (2 << 20))[0], 413))
    check("wrong method", lambda: same(node.raw("/info", None, "GET")[0], 405))
    check("wrong path", lambda: same(node.raw("/nowhere", {})[0], 404))
    check("health", lambda: same(node.raw("/health", None, "GET")[0], 200))
    check("metrics", lambda: "cometbft_consensus_height" in node.raw("/metrics", None, "GET")[1])
    check("control from a page", lambda: same(node.raw("/control", {"type": "step"}, headers={"Origin": "http://x"})[0], 403))

    before = node.info(type="openOrders", user=alice.address)
    check("no curve point", lambda: same(
        post({**whole, "signature": {"r": "0x" + "ff" * 32, "s": "0x1", "v": 27}})[1],
        '{"status":"err","response":"Unable to recover signer."}'))
    def twin():
        """The same signature with the other s: it recovers the same signer, and is refused."""
        body = order_body(alice)
        order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
        body["signature"]["s"] = hex(order - int(body["signature"]["s"], 16))
        body["signature"]["v"] = 55 - body["signature"]["v"]
        return same(post(body)[1], '{"status":"err","response":"Unable to recover signer."}')

    check("high s", twin)
    check("old nonce", lambda: "Invalid nonce" in post(order_body(alice, nonce=1_000))[1])
    check("nonce of the future", lambda: "Invalid nonce" in post(order_body(alice, nonce=get_timestamp_ms() + 10**9))[1])
    check("wrong network", lambda: "does not exist" in post(order_body(alice, mainnet=True))[1])
    changed = order_body(alice)
    changed["action"]["orders"][0]["s"] = "100"
    check("changed after signing", lambda: "does not exist" in post(changed)[1])
    check("nothing changed", lambda: same(node.info(type="openOrders", user=alice.address), before))

    def shuffled():
        """Other order of keys, zeros behind decimals, upper case: the same action."""
        body = order_body(alice)
        order = body["action"]["orders"][0]
        body["action"] = {"grouping": "na", "orders": [{**dict(reversed(order.items())), "p": "3900.0"}], "type": "order"}
        body["extra"] = {"is": "passed over"}
        return "resting" in post(body)[1]

    check("another spelling", shuffled)

    # Sockets.
    def ask(connection, body):
        connection.send(body if isinstance(body, (str, bytes)) else json.dumps(body))
        return json.loads(connection.recv())

    connection = websocket.create_connection(node.socket, timeout=10)
    check("ping", lambda: same(ask(connection, {"method": "ping"}), {"channel": "pong"}))
    for name, body in {
        "no JSON": "{", "no method": {}, "unknown method": {"method": "shout"}, "no subscription": {"method": "subscribe"},
        "unknown stream": {"method": "subscribe", "subscription": {"type": "nonsense"}},
        "unknown market": {"method": "subscribe", "subscription": {"type": "trades", "coin": "NONE"}},
        "not subscribed": {"method": "unsubscribe", "subscription": {"type": "trades", "coin": "ETH"}},
    }.items():
        check(f"socket: {name}", lambda: same(ask(connection, body)["channel"], "error"))
    subscription = {"type": "trades", "coin": "ETH"}
    check("subscribe", lambda: same(ask(connection, {"method": "subscribe", "subscription": subscription}), {
        "channel": "subscriptionResponse", "data": {"method": "subscribe", "subscription": subscription}}))
    check("twice", lambda: same(ask(connection, {"method": "subscribe", "subscription": subscription})["channel"], "error"))
    check("post a read", lambda: "levels" in ask(connection, {"method": "post", "id": 7, "request": {
        "type": "info", "payload": {"type": "l2Book", "coin": "ETH"}}})["data"]["response"]["payload"]["data"])
    check("post nonsense", lambda: same(ask(connection, {"method": "post", "id": 8, "request": {
        "type": "info", "payload": {"type": "nonsense"}}})["data"]["response"]["type"], "error"))
    check("post an action", lambda: same(ask(connection, {"method": "post", "id": 9, "request": {
        "type": "action", "payload": order_body(alice)}})["data"]["response"]["payload"]["status"], "ok"))

    def many_users():
        for index in range(11):
            answer = ask(connection, {"method": "subscribe", "subscription": {
                "type": "orderUpdates", "user": "0x" + f"{index:02x}" * 20}})
        return same(answer["channel"], "error")

    check("too many users", many_users)
    connection.close()

    def slow_reader():
        """Subscribes to much and reads nothing; the node goes on."""
        address = urllib.parse.urlparse(node.base)
        raw = socket.create_connection((address.hostname, address.port))
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        raw.sendall(HANDSHAKE)
        time.sleep(0.2)
        ok = "resting" in post(order_body(alice))[1]
        raw.close()
        return ok

    check("a slow reader", slow_reader)

    def frame(opcode, payload, final=True):
        """A masked frame of less than 126 bytes."""
        mask = b"\x01\x02\x03\x04"
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        return bytes([opcode | (0x80 if final else 0), 0x80 | len(payload)]) + mask + masked

    def spoken(*pieces):
        """What the node says to bytes sent one after the other, behind its handshake."""
        address = urllib.parse.urlparse(node.base)
        raw = socket.create_connection((address.hostname, address.port))
        raw.settimeout(3)
        for piece in pieces:
            raw.sendall(piece)
            time.sleep(0.2)
        heard = raw.recv(10_000)
        raw.close()
        return heard.split(b"\r\n\r\n", 1)[1]

    pong = b"\x81\x12" + b'{"channel":"pong"}'
    ping = b'{"method":"ping"}'
    check("a frame with the handshake", lambda: same(spoken(HANDSHAKE + frame(1, ping) + frame(9, b"x")), pong + b"\x8a\x01x"))
    check("a message in pieces", lambda: same(spoken(HANDSHAKE, frame(1, ping[:5], False), frame(0, ping[5:])), pong))
    check("a close is answered", lambda: same(spoken(HANDSHAKE, frame(8, b"\x03\xe8")), b"\x88\x02\x03\xe8"))
    check("a frame without mask", lambda: same(spoken(HANDSHAKE, b"\x81\x01A"), b"\x88\x02\x03\xea"))
    check("a frame that is too long", lambda: same(spoken(HANDSHAKE, b"\x81\xff" + b"\x7f" * 8), b"\x88\x02\x03\xf1"))

    def half_requests():
        address = urllib.parse.urlparse(node.base)
        open_ones = [socket.create_connection((address.hostname, address.port)) for _ in range(50)]
        for one in open_ones:
            one.sendall(b"POST /exchange HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{")
        ok = "resting" in post(order_body(alice))[1]
        for one in open_ones:
            one.close()
        return ok

    check("half requests", half_requests)

    # Killed in the middle of it, several times: what was acknowledged is there.
    acknowledged = []

    def trade(base, stop):
        client = Exchange(bob, base)
        while not stop.is_set():
            try:
                answer = client.order("BTC", True, 0.0002, 90_000 + len(acknowledged) % 900, GTC)
                acknowledged.append(answer["response"]["data"]["statuses"][0]["resting"]["oid"])
            except Exception:  # noqa: BLE001: the node was killed under the request
                return

    def killed():
        stop = threading.Event()
        thread = threading.Thread(target=trade, args=(node.base, stop))
        thread.start()
        time.sleep(1.5)
        node.stop(9)
        stop.set()
        thread.join()
        node.start()
        there = {order["oid"] for order in Info(node.base, skip_ws=True).open_orders(bob.address)}
        return set(acknowledged) <= there and len(acknowledged) > 0

    for round_number in range(3):
        check(f"killed, round {round_number + 1}", killed)
    check("goes on", lambda: "resting" in node.raw("/exchange", order_body(alice))[1])

    def stops_cleanly():
        same(node.stop(), 0)
        node.start()
        return True

    check("stops on SIGTERM and starts again", stops_cleanly)
    check("private files", lambda: all(
        os.stat(os.path.join(node.folder, name)).st_mode & 0o077 == 0 for name in ("genesis.json", "node.yaml", "node.log")))

with Node(chain="mainnet") as node:
    check("mainnet signatures on mainnet", lambda: "resting" in node.raw("/exchange", order_body(KEYS["alice"], mainnet=True))[1])
    check("no testnet ones", lambda: "does not exist" in node.raw("/exchange", order_body(KEYS["alice"]))[1])

with Node(arguments=["--manual"]) as node:
    height = json.loads(node.raw("/status", None, "GET")[1])["height"]
    time.sleep(0.5)
    check("manual waits", lambda: same(json.loads(node.raw("/status", None, "GET")[1])["height"], height))
    check("manual steps", lambda: same(node.control(type="step", blocks=5, milliseconds=1_000)["height"], height + 5))
    check("funding is paid at the hour", lambda: node.control(type="step", blocks=130, milliseconds=60_000) and
          len(node.info(type="fundingHistory", coin="ETH", startTime=0)) >= 2)
checks.finish()
