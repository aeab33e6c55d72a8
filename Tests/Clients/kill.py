"""Kills a node in the middle of a load, again and again: what it acknowledged must be there afterwards, the log must lead
where it says, clients must go on. `kill.py [ROUNDS]`; PERP_NODE names the node, PERP (if set) the program that replays."""
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.parse
from http.client import HTTPConnection

from hyperliquid.exchange import Exchange

from harness import KEYS, Checks, Node, eventually, same

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 10
checks = Checks("kill -9 under load")
check = checks.check
random.seed(4)


def acknowledged(path):
    """Whole lines of the load's record: (address, client id, number)."""
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [line.split() for line in file.read().splitlines() if len(line.split()) == 3]


def missing(node, orders):
    """Those of the orders that the node does not know by number or does not know by client id."""
    place = urllib.parse.urlparse(node.base)
    connection = HTTPConnection(place.hostname, place.port, timeout=30)

    def status(user, oid):
        connection.request("POST", "/info", json.dumps({"type": "orderStatus", "user": user, "oid": oid}))
        answer = json.loads(connection.getresponse().read())
        return answer["order"]["order"] if answer["status"] == "order" else {}

    lost = []
    for index, (user, cloid, oid) in enumerate(orders):
        if status(user, int(oid)).get("cloid") != cloid:
            lost.append((user, cloid, oid))
        elif index % 10 == 0 and str(status(user, cloid).get("oid")) != oid:
            lost.append((user, cloid, oid))
    return lost


def trade(node):
    """A client as after any restart: an order, its status, its cancel."""
    account = KEYS["alice"]
    exchange = Exchange(account, node.base)
    answer = exchange.order("ETH", True, 0.1, 3_500, {"limit": {"tif": "Gtc"}})
    oid = answer["response"]["data"]["statuses"][0]["resting"]["oid"]
    same(node.info(type="orderStatus", user=account.address, oid=oid)["order"]["status"], "open")
    same(exchange.cancel("ETH", oid)["response"]["data"]["statuses"], ["success"])
    return eventually(lambda: node.info(type="orderStatus", user=account.address, oid=oid)["order"]["status"] == "canceled")


with Node() as node:
    record = node.folder + "/../acknowledged"
    known = 0
    slowest = 0.0
    for number in range(ROUNDS):
        load = subprocess.Popen(
            [node.binary, "load", node.folder, "--seconds", "20", "--actions", "150", "--acknowledged", record],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(lambda: len(acknowledged(record)) > known or load.poll() is not None, 300)
        time.sleep(random.uniform(0, 0.8))
        node.stop(signal.SIGKILL)
        load.wait(60)
        orders = acknowledged(record)
        started = time.time()
        node.start()
        slowest = max(slowest, time.time() - started)
        check(f"round {number}: orders were acknowledged", lambda: len(orders) > known)
        check(f"round {number}: all {len(orders) - known} are there", lambda: same(missing(node, orders[known:]), []))
        check(f"round {number}: clients go on", lambda: trade(node))
        known = len(orders)
    orders = acknowledged(record)
    check(f"all {len(orders)} of all rounds are there", lambda: same(missing(node, orders), []))
    check("it ends well", lambda: same(node.stop(), 0))
    index = lambda *more: subprocess.run(  # noqa: E731
        [node.binary, "reindex", node.folder, *more], capture_output=True, text=True, check=True).stdout.splitlines()
    before = index("--check")
    check("the index is what the log says", lambda: same(index()[-len(before):], before))
    if os.environ.get("PERP"):
        check("roots verify from genesis", lambda: same(
            subprocess.run([os.environ["PERP"], "state", "verify", node.folder], stdout=subprocess.DEVNULL).returncode, 0))
    node.start()
    check("the same orders after the index was made anew", lambda: same(missing(node, orders[-500:]), []))
    check("clients go on", lambda: trade(node))
    print(f"{len(orders)} orders acknowledged; slowest start {slowest:.1f} s")
checks.finish()
