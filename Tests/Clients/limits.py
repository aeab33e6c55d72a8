"""What a node refuses by number: weight, messages, connections, subscriptions, posts in flight, unsent bytes."""
import json
import socket
import threading
import time
import urllib.parse

from hyperliquid.exchange import Exchange
from hyperliquid.info import Info
from hyperliquid.utils.error import ClientError
from hyperliquid.utils.signing import get_timestamp_ms, sign_l1_action
import websocket

from harness import KEYS, Checks, Node, eventually, same

GTC = {"limit": {"tif": "Gtc"}}
checks = Checks("limits")
check = checks.check
alice, bob = KEYS["alice"], KEYS["bob"]


def order_body(account, price="3900"):
    action = {"type": "order", "orders": [
        {"a": 1, "b": True, "p": price, "s": "0.1", "r": False, "t": {"limit": {"tif": "Gtc"}}}], "grouping": "na"}
    nonce = get_timestamp_ms()
    return {"action": action, "nonce": nonce, "signature": sign_l1_action(account, action, None, nonce, None, False),
            "vaultAddress": None, "expiresAfter": None}


def connect(node, **options):
    return websocket.create_connection(node.socket, timeout=10, **options)


def ask(connection, body):
    connection.send(json.dumps(body))
    return json.loads(connection.recv())


def raw_socket(node):
    """A socket whose owner need not read."""
    address = urllib.parse.urlparse(node.base)
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    raw.connect((address.hostname, address.port))
    return raw


def upgraded(node):
    raw = raw_socket(node)
    raw.sendall(b"GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
                b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n")
    time.sleep(0.1)
    return raw


def frame(text):
    """A masked text frame with a mask of zeros."""
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    return b"\x81" + length + b"\0\0\0\0" + data


# By network address: a weight a minute, refilled steadily.
with Node(limits={"weightPerMinute": 120, "socketMessagesPerMinute": 30}) as node:
    def exhausts():
        answers = [node.raw("/info", {"type": "allMids"}) for _ in range(70)]
        refused = [a for a in answers if a[0] != 200]
        return same({(429, "Too Many Requests")}, set(refused)) and 5 <= len(refused) <= 30

    check("weight of reads", exhausts)
    check("actions weigh too", lambda: same(node.raw("/exchange", order_body(alice)), (429, "Too Many Requests")))

    def client_sees_it():
        try:
            Info(node.base, skip_ws=True)
        except ClientError as error:
            return same((error.status_code, error.error_message), (429, "Too Many Requests"))
        return False

    check("what the client makes of it", client_sees_it)
    connection = connect(node)
    check("over the socket too", lambda: "429" in ask(connection, {"method": "post", "id": 1, "request": {
        "type": "info", "payload": {"type": "userFees", "user": alice.address}}})["data"]["response"]["payload"])
    check("it refills", lambda: eventually(lambda: node.raw("/info", {"type": "allMids"})[0] == 200, 10))

    def messages():
        answers = [ask(connection, {"method": "ping"})["channel"] for _ in range(40)]
        return answers[0] == "pong" and answers[-1] == "error"

    check("messages a minute", messages)
    connection.close()


# By account: requests in all, as the venue counts them.
def few_requests(genesis):
    genesis["limits"]["requests"] = 8


with Node(genesis=few_requests) as node:
    a = Exchange(alice, node.base)
    check("cap shown", lambda: same(node.info(type="userRateLimit", user=alice.address)["nRequestsCap"], 8))

    def counted():
        for index in range(8):
            same(a.order("ETH", True, 0.1, 3900 - index, GTC)["status"], "ok")
        a.order("ETH", True, 0.1, 3800, GTC)  # One in ten seconds passes beyond the cap.
        answer = a.order("ETH", True, 0.1, 3801, GTC)
        return same(answer, {"status": "err", "response":
                             "Too many cumulative requests sent (10 > 8) for cumulative volume traded $0. "
                             "Place taker orders to free up 1 request per USDC traded."})

    check("requests of an account", counted)
    check("used shown", lambda: same(node.info(type="userRateLimit", user=alice.address)["nRequestsUsed"], 9))
    check("cancels go on", lambda: same(a.cancel("ETH", 1)["response"]["data"]["statuses"], ["success"]))
    check("another account goes on", lambda: same(Exchange(bob, node.base).order("ETH", True, 0.1, 3900, GTC)["status"], "ok"))

# Posts in flight, on a node that makes no blocks.
with Node(arguments=["--manual"], limits={"postsInFlight": 5, "waitingTransactions": 8, "subscriptions": 3,
                                          "usersPerConnection": 2, "connectionsPerAddress": 12, "bodyBytes": 4096,
                                          "headerBytes": 2048}) as node:
    connection = connect(node)

    def in_flight():
        for number in range(6):
            connection.send(json.dumps({"method": "post", "id": number, "request": {
                "type": "action", "payload": order_body(alice, str(3900 + number))}}))
        first = json.loads(connection.recv())["data"]
        same((first["id"], first["response"]["type"]), (5, "error"))
        return "inflight" in first["response"]["payload"]

    check("posts in flight", in_flight)
    node.control(type="step")
    check("all five are answered", lambda: same(
        sorted(json.loads(connection.recv())["data"]["id"] for _ in range(5)), [0, 1, 2, 3, 4]))
    for index, coin in enumerate(["BTC", "ETH", "SOL"]):
        check(f"subscription {index}", lambda: same(
            ask(connection, {"method": "subscribe", "subscription": {"type": "trades", "coin": coin}})["channel"],
            "subscriptionResponse"))
    check("one too many", lambda: same(ask(connection, {"method": "subscribe", "subscription": {
        "type": "bbo", "coin": "ETH"}}), {"channel": "error", "data": "Cannot subscribe to more than 3 channels."}))
    connection.close()
    connection = connect(node)

    def users():
        for index in range(2):
            same(ask(connection, {"method": "subscribe", "subscription": {
                "type": "orderUpdates", "user": "0x" + f"{index + 1:02x}" * 20}})["channel"], "subscriptionResponse")
        return same(ask(connection, {"method": "subscribe", "subscription": {
            "type": "orderUpdates", "user": "0x" + "77" * 20}}),
            {"channel": "error", "data": "Cannot track more than 2 total users."})

    check("users of a connection", users)
    connection.close()
    check("too large a body", lambda: same(node.raw("/info", b" " * 5000)[0], 413))

    def long_header():
        try:
            return node.raw("/info", {"type": "meta"}, headers={"x": "y" * 3000})[0] in (400, 431)
        except OSError:
            return True

    check("too long a header", long_header)

    def too_many_connections():
        held = [raw_socket(node) for _ in range(20)]
        time.sleep(0.3)
        closed = 0
        for one in held:
            one.settimeout(0.2)
            try:
                closed += one.recv(1) == b""
            except TimeoutError:
                pass
            except OSError:
                closed += 1
        for one in held:
            one.close()
        return same(closed >= 8, True)

    def comes_in():
        try:
            return node.raw("/health", None, "GET")[0] == 200
        except OSError:
            return False

    check("connections of an address", too_many_connections)
    check("others come after they left", lambda: eventually(comes_in, 5))
    many = [threading.Thread(target=node.raw, args=("/exchange", order_body(alice, str(3000 + n)))) for n in range(8)]
    for one in many:
        one.start()
    time.sleep(0.5)
    check("too many wait", lambda: same(node.raw("/exchange", order_body(bob)), (429, "Too Many Requests")))
    node.control(type="step")
    for one in many:
        one.join()
    check("then they do not", lambda: same(node.info(type="openOrders", user=bob.address), []))

# Slow readers: everybody else goes on, and what waits for them is bounded.
with Node(limits={"unsentBytes": 1 << 18}) as node:
    a = Exchange(alice, node.base)
    b = Exchange(bob, node.base)
    a.bulk_orders([{"coin": "ETH", "is_buy": True, "sz": 0.1, "limit_px": 3900 - index, "order_type": GTC,
                    "reduce_only": False} for index in range(40)])
    listener = connect(node)
    listener.send(json.dumps({"method": "subscribe", "subscription": {"type": "orderUpdates", "user": bob.address}}))
    before = node.metric("process_resident_memory_bytes")

    def streams():
        """Six who take the largest streams and never read."""
        lazy = [upgraded(node) for _ in range(6)]
        for one in lazy:
            for kind in ("webData2", "webData3", "openOrders", "allDexsClearinghouseState"):
                one.sendall(frame(json.dumps(
                    {"method": "subscribe", "subscription": {"type": kind, "user": alice.address}})))
        end = time.time() + 90
        number = 0
        while node.metric("perp_node_dropped_total") < 6:
            assert time.time() < end, f"only {node.metric('perp_node_dropped_total')} were dropped"
            number += 1
            for _ in range(5):
                same(a.bulk_modify_orders_new([{"oid": o["oid"], "order": {
                    "coin": "ETH", "is_buy": True, "sz": 0.1, "limit_px": 3800 - number % 50, "order_type": GTC,
                    "reduce_only": False}} for o in node.info(type="openOrders", user=alice.address)[:1]])["status"], "ok")
            # Large reads over the sockets of those who do not read fill them faster.
            for one in lazy:
                try:
                    for _ in range(10):
                        one.sendall(frame(json.dumps({"method": "post", "id": 1, "request": {
                            "type": "info", "payload": {"type": "webData2", "user": alice.address}}})))
                except OSError:
                    pass  # It was dropped.
        for one in lazy:
            one.close()
        return True

    check("who never reads streams is dropped", streams)

    def requests():
        """Reads without end over HTTP, and no answer taken."""
        raw = raw_socket(node)
        body = json.dumps({"type": "webData2", "user": alice.address}).encode()
        request = b"POST /info HTTP/1.1\r\nhost: x\r\ncontent-length: " + str(len(body)).encode() + b"\r\n\r\n" + body
        dropped = node.metric("perp_node_dropped_total")
        raw.settimeout(0.5)
        end = time.time() + 60
        while node.metric("perp_node_dropped_total") == dropped:
            assert time.time() < end, "not dropped"
            try:
                raw.sendall(request * 50)
            except OSError:
                time.sleep(0.1)
        raw.close()
        return True

    check("who never reads answers is dropped", requests)
    check("memory stays bounded", lambda: same(
        node.metric("process_resident_memory_bytes") - before < 120 << 20, True))
    check("others trade on", lambda: same(b.order("ETH", True, 0.1, 3700, GTC)["status"], "ok"))
    check("others hear on", lambda: same(eventually(lambda: next(
        (m for m in iter(lambda: json.loads(listener.recv()), None) if m["channel"] == "orderUpdates"), None))[
            "data"][0]["status"], "open"))
    check("their connections are gone", lambda: eventually(lambda: node.metric("perp_node_sockets") == 1))
    listener.close()
checks.finish()
