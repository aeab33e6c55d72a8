"""Two nodes of one genesis, given the same transactions at the same times, have the same roots and the same history. PERP
(if set) names the program that re-executes both logs and compares them."""
import json
import os
import random
import shutil
import subprocess

from hyperliquid.utils.signing import sign_l1_action
import websocket

from harness import KEYS, Checks, Node, eventually, same

START = 1_760_000_000_000
BLOCKS = 12
checks = Checks("two nodes")
check = checks.check
random.seed(7)
OPTIONS = ["--manual", "--from", str(START)]


def bodies(time):
    """Some actions of everybody, signed: orders that trade, rest, fail, and cancels of everything."""
    made = []
    for index, account in enumerate(KEYS.values()):
        for number in range(4):
            is_buy = random.random() < 0.5
            price = 4_000 + random.randint(-8, 8)
            action = {"type": "order", "orders": [
                {"a": 1, "b": is_buy, "p": str(price), "s": str(random.randint(1, 40) / 100), "r": False,
                 "t": {"limit": {"tif": random.choice(["Gtc", "Gtc", "Ioc", "Alo"])}}}], "grouping": "na"}
            if number == 3:
                action = {"type": "updateLeverage", "asset": 1, "isCross": True, "leverage": random.randint(1, 25)}
            nonce = time + index * 10 + number
            made.append({"action": action, "nonce": nonce, "vaultAddress": None, "expiresAfter": None,
                         "signature": sign_l1_action(account, action, None, nonce, None, False)})
    return made


def step(node, posts, milliseconds=1_000):
    """Hands over the actions, in order, makes a block of them, and gives the answers."""
    connection = websocket.create_connection(node.socket, timeout=30)
    for index, body in enumerate(posts):
        connection.send(json.dumps({"method": "post", "id": index, "request": {"type": "action", "payload": body}}))
    status = lambda: json.loads(node.raw("/status", None, "GET")[1])  # noqa: E731
    eventually(lambda: status()["waiting"] == len(posts))
    node.control(type="step", blocks=1, milliseconds=milliseconds)
    answers = sorted((json.loads(connection.recv())["data"] for _ in posts), key=lambda data: data["id"])
    connection.close()
    return [data["response"] for data in answers], status()["root"]


def history(node):
    """All that reads tell of everybody."""
    kinds = ["userFills", "historicalOrders", "openOrders", "clearinghouseState", "userNonFundingLedgerUpdates"]
    told = [node.info(type=kind, user=account.address) for account in KEYS.values() for kind in kinds]
    told.append(node.info(type="candleSnapshot", req={
        "coin": "ETH", "interval": "1m", "startTime": 0, "endTime": START + 10**9}))
    return told


with Node(arguments=OPTIONS) as first, Node(arguments=OPTIONS) as second:
    check("one genesis", lambda: same(open(first.folder + "/genesis.json").read(), open(second.folder + "/genesis.json").read()))
    time = START
    filled = 0
    for number in range(BLOCKS):
        time += 1_000
        posts = bodies(time)
        if number == BLOCKS // 2:
            check("a restart between", lambda: same(second.stop(), 0))
            second.start()
        answers, root = step(first, posts)
        others, other = step(second, posts)
        filled += sum("filled" in json.dumps(answer) for answer in answers)
        check(f"block {number}: one root", lambda: same(root, other))
        check(f"block {number}: one answer", lambda: same(answers, others))
    check("they traded", lambda: filled > 20)
    check("one history", lambda: same(history(first), history(second)))
    before = history(first)
    for node in (first, second):
        check("it ends well", lambda: same(node.stop(), 0))
    tables = [subprocess.run([node.binary, "reindex", node.folder, "--check"], capture_output=True, text=True, check=True)
              .stdout for node in (first, second)]
    check("one index", lambda: same(*tables))
    if os.environ.get("PERP"):
        verify = lambda *folders: subprocess.run(  # noqa: E731
            [os.environ["PERP"], "state", "verify", *folders], capture_output=True, text=True)
        check("state verify says so", lambda: same(verify(first.folder, second.folder).returncode, 0))
        check("replay agrees", lambda: same(
            subprocess.run([os.environ["PERP"], "replay", first.folder], capture_output=True).returncode, 0))
        log = next(name for name in sorted(os.listdir(second.folder + "/chain")) if name.endswith(".log"))
        altered = second.folder + "-altered"
        shutil.copytree(second.folder, altered)
        with open(f"{altered}/chain/{log}", "r+b") as file:
            file.seek(os.path.getsize(file.name) // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
        check("a changed bit is seen", lambda: same(verify(altered).returncode, 4))
    # A node on the other's log is the other: its index is made anew.
    shutil.rmtree(second.folder + "/chain")
    shutil.copytree(first.folder + "/chain", second.folder + "/chain")
    second.start()
    check("the same on a copied log", lambda: same(history(second), before))
checks.finish()
