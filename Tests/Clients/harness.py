"""Starts a node in a folder of its own and counts checks. Keys are for tests only."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

from eth_account import Account

KEYS = {name: Account.from_key("0x" + f"{index + 1:02x}" * 32) for index, name in enumerate(
    ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"])}
FUNDS = 100_000


class Node:
    """A fresh node on a free port; `with Node() as node: node.base`."""

    def __init__(self, chain="testnet", fund=None, arguments=(), limits=None, genesis=None):
        self.binary = os.environ.get("PERP_NODE") or "perp-node"
        self.folder = tempfile.mkdtemp(prefix="perp-node-") + "/node"
        self.chain = chain
        self.fund = fund if fund is not None else {account.address: FUNDS for account in KEYS.values()}
        self.arguments = list(arguments)
        self.limits = limits or {}
        self.genesis = genesis
        self.process = None

    def __enter__(self):
        command = [self.binary, "init", self.folder, "--preset", "local", "--chain", self.chain]
        for address, amount in self.fund.items():
            command += ["--fund", f"{address}={amount}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.configure()
        self.start()
        return self

    def configure(self):
        """Writes other limits into the node's configuration, and lets the caller change its genesis."""
        path = f"{self.folder}/node.yaml"
        text = open(path).read()
        for key, value in self.limits.items():
            text, count = re.subn(rf"(?m)^  {key}: .*$", f"  {key}: {value}", text)
            assert count == 1, key
        open(path, "w").write(text)
        if self.genesis:
            path = f"{self.folder}/genesis.json"
            document = json.load(open(path))
            self.genesis(document)
            json.dump(document, open(path, "w"))

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "start", self.folder, "--port", "0", *self.arguments], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening http://"), line
        self.base = line.split()[1]
        self.socket = "ws" + self.base[4:] + "/ws"

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(60)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def raw(self, path, body, method="POST", headers=None):
        """Status and text, whatever they are."""
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data=data, method=method, headers={"Content-Type": "application/json", **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def info(self, **body):
        status, text = self.raw("/info", body)
        assert status == 200, (status, text)
        return json.loads(text)

    def metric(self, name):
        text = self.raw("/metrics", None, "GET")[1]
        return float(next(line.split()[1] for line in text.splitlines() if line.startswith(name + " ")))

    def control(self, **body):
        status, text = self.raw("/control", body)
        assert status == 200, (status, text)
        return json.loads(text)


class Checks:
    """Each check is a call that must not raise and must not return False."""

    def __init__(self, title):
        self.title = title
        self.passed = 0
        self.failed = []

    def check(self, name, body):
        try:
            result = body()
            assert result is not False, "the check's condition does not hold"
            self.passed += 1
            return result
        except Exception as error:  # noqa: BLE001: whatever goes wrong is the check's failure
            self.failed.append(name)
            where = traceback.extract_tb(error.__traceback__)[-1]
            print(f"FAILED {name}: {type(error).__name__}: {str(error)[:400]} (line {where.lineno})")
            return None

    def finish(self):
        print(f"{self.title}: {self.passed} passed, {len(self.failed)} failed")
        sys.exit(1 if self.failed else 0)


def eventually(condition, seconds=10):
    """The first true value of the condition."""
    end = time.time() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.time() < end, "it did not happen in time"
        time.sleep(0.02)


def same(left, right):
    assert left == right, f"{left!r} is not {right!r}"
    return True


def near(left, right, bound=1e-6):
    assert abs(float(left) - float(right)) <= bound, f"{left} is not {right}"
    return True
