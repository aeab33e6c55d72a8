"""Signs transactions with the unmodified PyPI client `dydx-v4-client` 1.1.5 and prints them as JSON.

    python3 -m venv venv && venv/bin/pip install dydx-v4-client==1.1.5 coincurve==20.0.0
    venv/bin/python Tests/Clients/dydx_sign.py > transactions.json
    DYDX_CLIENT_TRANSACTIONS=transactions.json swift test --filter ClientTransactionTests

Every entry names the bytes (hex of TxRaw), the chain and account number that the receiving chain has, the sequence
that it expects, and what must come of it: `accepted`, or the codespace and code of the refusal.
"""

import json
import sys

from dydx_v4_client.key_pair import KeyPair
from dydx_v4_client.node import message
from dydx_v4_client.node.authenticators import Authenticator, AuthenticatorType
from dydx_v4_client.node.builder import Builder, TxOptions, as_any
from dydx_v4_client.wallet import Wallet
from v4_proto.cosmos.tx.v1beta1.tx_pb2 import TxRaw
from v4_proto.dydxprotocol.clob.order_pb2 import Order
from v4_proto.dydxprotocol.clob.tx_pb2 import OrderBatch

CHAIN = "dydx-mainnet-1"
DENOMINATION = "ibc/8E27BA2D5493AF5636760E354E46004562C46AB7EC0CC4C1CA14E9E20E2545B5"
CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
ACCOUNT, SEQUENCE = 12, 7
KEY = KeyPair.from_hex("c64c72505730acd43a69ca7b9ce17003538091e36dc1ddb7577a40c46f39215b")
DELEGATE = KeyPair.from_hex("0a" * 32)


def short_term(owner, **changes):
    terms = dict(
        time_in_force=Order.TIME_IN_FORCE_UNSPECIFIED, reduce_only=False, order_flags=0, good_til_block=1010,
        quantums=10_000_000, subticks=5_000_000_000)
    terms.update(changes)
    return order(owner, **terms)


def order(owner, order_flags, good_til_block=None, good_til_block_time=None, **terms):
    return message.place_order(
        message.order(
            message.order_id(owner, 0, 4321, 0, order_flags), Order.SIDE_BUY, good_til_block=good_til_block,
            good_til_block_time=good_til_block_time, **terms))


def raw(transaction):
    return TxRaw(
        body_bytes=transaction.body.SerializeToString(), auth_info_bytes=transaction.auth_info.SerializeToString(),
        signatures=transaction.signatures)


def sign(messages, chain=CHAIN, account=ACCOUNT, sequence=SEQUENCE, key=KEY, options=None, fee=True):
    builder = Builder(chain, DENOMINATION)
    charge = builder.fee(180_000, builder.coin(4_500)) if fee else builder.fee(1_000_000)
    wallet = Wallet(key, account, sequence)
    return raw(builder.build_transaction(wallet, [as_any(one) for one in messages], charge, options))


def with_high_s(transaction):
    signature = transaction.signatures[0]
    s = CURVE_ORDER - int.from_bytes(signature[32:], "big")
    changed = TxRaw()
    changed.CopyFrom(transaction)
    del changed.signatures[:]
    changed.signatures.append(signature[:32] + s.to_bytes(32, "big"))
    return changed


def tampered(transaction):
    changed = TxRaw()
    changed.CopyFrom(transaction)
    changed.body_bytes = transaction.body_bytes.replace(b"Client Example", b"client example")
    return changed


def with_unknown_field(transaction):
    changed = TxRaw()
    changed.CopyFrom(transaction)
    changed.body_bytes = transaction.body_bytes + bytes([0x3A, 0x00])
    return changed


def main():
    owner = Wallet(KEY, ACCOUNT, SEQUENCE).address
    other = Wallet(DELEGATE, 0, 0).address
    long_term = order(
        owner, 64, good_til_block_time=1_800_000_000, time_in_force=Order.TIME_IN_FORCE_UNSPECIFIED,
        reduce_only=False, quantums=10_000_000, subticks=5_000_000_000)
    identity = message.order_id(owner, 0, 4321, 0, 64)
    permitted = Authenticator.compose(
        AuthenticatorType.AllOf,
        [
            Authenticator.signature_verification(DELEGATE.public_key_bytes),
            Authenticator.message_filter("/dydxprotocol.clob.MsgPlaceOrder"),
            Authenticator.clob_pair_id_filter([0]), Authenticator.subaccount_filter([0]),
        ])
    delegated = TxOptions(authenticators=[0], sequence=SEQUENCE, account_number=ACCOUNT)
    entries = []

    def add(name, transaction, refusal=None):
        entries.append(
            {"name": name, "chain_id": CHAIN, "owner": owner, "account_number": ACCOUNT, "sequence": SEQUENCE,
             "tx": transaction.SerializeToString().hex(), "refusal": refusal})

    def refused(codespace, code):
        return {"codespace": codespace, "code": code}

    place = sign([short_term(owner)], fee=False)
    add("short-term order", place)
    add("short-term order with any sequence", sign([short_term(owner)], sequence=99, fee=False))
    add("stateful order", sign([long_term], fee=False))
    add("stateful order and cancel", sign(
        [message.cancel_order(identity, good_til_block_time=1_800_000_000), long_term], fee=False))
    add("batch cancel", sign(
        [message.batch_cancel(message.subaccount(owner, 0), [OrderBatch(clob_pair_id=0, client_ids=[1, 2])], 1010)],
        fee=False))
    add("transfer", sign([message.transfer(
        message.subaccount(owner, 0), message.subaccount(owner, 1), 0, 1_000_000)]))
    add("deposit", sign([message.deposit(owner, message.subaccount(owner, 0), 0, 5_000_000)]))
    add("withdrawal", sign([message.withdraw(message.subaccount(owner, 0), owner, 0, 3_000_000)]))
    add("bank send", sign([message.send_token(owner, other, 10, DENOMINATION)]))
    add("megavault deposit", sign([message.deposit_to_megavault(owner, 0, b"\x02\x98\x96\x80")]))
    add("megavault withdrawal", sign([message.withdraw_from_megavault(owner, 0, b"\x02", b"\x02\x01\x00")]))
    add("authenticator", sign([message.add_authenticator(owner, permitted.type, permitted.config)]))
    add("listing", sign([message.create_market_permissionless("FOO-USD", owner, 0)]))
    add("affiliate", sign([message.register_affiliate(owner, other)]))
    add("order by a permitted key", sign([short_term(owner)], key=DELEGATE, options=delegated, fee=False))

    add("wrong sequence", sign([long_term], sequence=6, fee=False), refused("sdk", 32))
    add("wrong chain id", sign([long_term], chain="dydx-testnet-4", fee=False), refused("sdk", 4))
    add("wrong account number", sign([long_term], account=13, fee=False), refused("sdk", 4))
    add("tampered body", tampered(place), refused("sdk", 4))
    add("high s", with_high_s(place), refused("sdk", 4))
    add("unknown field in the body", with_unknown_field(place), refused("sdk", 2))
    add("another's key", sign([short_term(owner)], key=DELEGATE, fee=False), refused("sdk", 8))
    add("two short-term orders", sign([short_term(owner), short_term(owner)], fee=False), refused("sdk", 18))
    add("no size", sign([short_term(owner, quantums=0)], fee=False), refused("clob", 4))
    add("resting reduce-only order", sign([short_term(owner, reduce_only=True)], fee=False), refused("clob", 9003))
    add("transfer to itself", sign([message.transfer(
        message.subaccount(owner, 0), message.subaccount(owner, 0), 0, 1)]), refused("sending", 1))
    add("a pair that the permitted key may not trade", sign(
        [message.place_order(message.order(
            message.order_id(owner, 0, 1, 1, 0), Order.SIDE_BUY, good_til_block=1010, quantums=1, subticks=1,
            time_in_force=Order.TIME_IN_FORCE_UNSPECIFIED, reduce_only=False))],
        key=DELEGATE, options=delegated, fee=False), refused("accountplus", 104))
    add("an unknown authenticator", sign(
        [short_term(owner)], key=DELEGATE, fee=False,
        options=TxOptions(authenticators=[5], sequence=SEQUENCE, account_number=ACCOUNT)), refused("accountplus", 1))
    json.dump({"permitted": {"type": permitted.type, "config": message.convert_nested_config_to_base64(
        permitted.config).decode()}, "transactions": entries}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
