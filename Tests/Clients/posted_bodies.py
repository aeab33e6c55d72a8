"""Bodies that the unmodified Python client posted once, with its clock fixed, against nodes whose chain is at that time.
Each goes to a node of its own: their nonces are alike. Usage: posted_bodies.py [SIGNING.JSON]"""
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from harness import Checks, Node

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT = os.path.join(HERE, "../../Specs/Vectors/hyperliquid/signing.json")
BUILDER = "0x8c967e73e7b15087c42a10d344cff4c96d877f1d"
DONE = {"status": "ok", "response": {"type": "default"}}
MISSING = "Order was never placed, already canceled, or filled. asset=1"
checks = Checks("posted bodies")


def err(text):
    return {"status": "err", "response": text}


def statuses(kind, entry):
    return {"status": "ok", "response": {"type": kind, "data": {"statuses": [entry]}}}


# What the venue answers to each where the signer has 10,000 USDC, no orders, no position and no sub-account.
EXPECTED = {
    "order": statuses("order", {"resting": {"oid": 1}}),
    "orderCloidBuilder": err("Builder fee has not been approved."),
    "modify": statuses("order", {"error": "Cannot modify canceled or filled order asset=1"}),
    "cancel": statuses("cancel", {"error": MISSING}),
    "cancelByCloid": statuses("cancel", {"error": MISSING}),
    "updateLeverage": DONE,
    "updateIsolatedMargin": err("Cannot update margin for empty position."),
    "usdClassTransfer": err("Insufficient balance for token transfer."),
    "sendAsset": DONE,
    "usdTransfer": DONE,
    "spotTransfer": err("Insufficient balance for token transfer."),
    "approveBuilderFee": DONE,
    "vaultTransfer": DONE,
    "convertToMultiSig": DONE,
    "setReferrer": err("Referral code not registered"),
    "noop": DONE,
}


def post(request, node):
    status, text = node.raw(request["path"], request["body"])
    assert status == 200, (status, text)
    return json.loads(text)


def compare(request, people, empty):
    """To its own network, to the other one, and to its own where nobody has an account."""
    network, other = ("mainnet", "testnet") if request["isMainnet"] else ("testnet", "mainnet")
    kind = request["id"].split("/")[-1]
    body = request["body"]
    with Node(chain=network, fund=people, arguments=["--from", str(body["nonce"] + 500)]) as node:
        answers = [post(request, node), post(request, empty[other]), post(request, empty[network])]

    def own():
        if body["vaultAddress"]:
            wanted = err(f"Vault not registered: {body['vaultAddress']}")
        elif kind == "createSubAccount":
            created = answers[0]["response"]
            assert created["type"] == "createSubAccount" and created["data"].startswith("0x"), answers[0]
            return
        elif kind == "subAccountTransfer":
            sub = body["action"]["subAccountUser"]
            wanted = err(f"Invalid sub-account transfer from {request['signer']} to {sub}")
        elif kind not in EXPECTED:
            assert request["signer"] not in str(answers[0]) or answers[0]["status"] == "ok", answers[0]
            return
        else:
            wanted = EXPECTED[kind]
        assert answers[0] == wanted, f"{answers[0]} is not {wanted}"

    def foreign():
        assert answers[1]["status"] == "err" and request["signer"] not in answers[1]["response"], answers[1]

    def stranger():
        wanted = (f"Must deposit before performing actions. User: {request['signer']}"
                  if "hyperliquidChain" in body["action"]
                  else f"User or API Wallet {request['signer']} does not exist.")
        assert answers[2] == err(wanted), f"{answers[2]} is not {wanted}"

    return [(request["id"], own), (f"{request['id']} on the other network", foreign),
            (f"{request['id']} of a stranger", stranger)]


vectors = json.load(open(sys.argv[1] if len(sys.argv) > 1 else DEFAULT))
people = {key["address"]: 10_000 for key in vectors["keys"]} | {BUILDER: 10_000}
with Node(chain="testnet", fund={}) as testnet, Node(chain="mainnet", fund={}) as mainnet, ThreadPoolExecutor(2) as pool:
    empty = {"testnet": testnet, "mainnet": mainnet}
    for found in pool.map(lambda request: compare(request, people, empty), vectors["requests"]):
        for name, body in found:
            checks.check(name, body)
checks.finish()
