"""Rights, money and the rarer orders of the unmodified Python client (hyperliquid-python-sdk 0.24.0)."""
import json

from eth_account import Account
from hyperliquid.exchange import Exchange
from hyperliquid.info import Info
from hyperliquid.utils.signing import (
    get_timestamp_ms, sign_l1_action, sign_multi_sig_l1_action_payload, sign_multi_sig_user_signed_action_payload,
    USD_SEND_SIGN_TYPES)
from hyperliquid.utils.types import Cloid
import websocket

from harness import KEYS, Checks, Node, eventually, near, same

GTC, IOC, ALO = ({"limit": {"tif": tif}} for tif in ("Gtc", "Ioc", "Alo"))
HLP, OPEN_VAULT = "0xdfc24b077bc1425ad1dea75bcb6f8158e10df303", "0x" + "0a" * 20
USDC = "USDC:0x6d1e7cde53ba9467b783cb7c530ce054"
DONE = {"status": "ok", "response": {"type": "default"}}
MISSING = "Order was never placed, already canceled, or filled."
checks = Checks("accounts and rights")
check = checks.check


def statuses(answer):
    same(answer["status"], "ok")
    return answer["response"]["data"]["statuses"]


def resting(answer):
    return statuses(answer)[0]["resting"]["oid"]


def filled(answer):
    return statuses(answer)[0]["filled"]


def error(answer, text):
    return same(statuses(answer)[0].get("error"), text)


def refused(answer, text):
    return same(answer, {"status": "err", "response": text})


def accepted(answer):
    return same(answer, DONE)


def trigger(price, kind, is_market=True):
    return {"trigger": {"triggerPx": price, "isMarket": is_market, "tpsl": kind}}


def line(coin, is_buy, size, price, kind=GTC, reduce_only=False, **more):
    return {"coin": coin, "is_buy": is_buy, "sz": size, "limit_px": price, "order_type": kind,
            "reduce_only": reduce_only, **more}


def post(client, action):
    nonce = get_timestamp_ms()
    signature = sign_l1_action(client.wallet, action, client.vault_address, nonce, client.expires_after, False)
    return client._post_action(action, signature, nonce)


with Node() as node:
    info = Info(node.base, skip_ws=True)
    alice, bob, carol, dave, erin, frank, grace, heidi = KEYS.values()
    a, b, c, d, e, f, g, h = (Exchange(account, node.base) for account in KEYS.values())
    stranger = Account.from_key("0x" + "66" * 32)
    check("a book", lambda: len(statuses(b.bulk_orders([
        line("ETH", False, 5.0, 4010), line("ETH", True, 5.0, 3990), line("SOL", False, 50, 201),
        line("SOL", True, 50, 199)]))) == 4)

    # Batches.
    first, second = Cloid.from_int(1), Cloid.from_int(2)
    batch = check("batch", lambda: statuses(a.bulk_orders([
        line("ETH", True, 0.1, 3900, cloid=first), line("ETH", True, 0.001, 3900), line("BTC", True, 0.01, 90_000)])))
    check("one of a batch fails", lambda: same(
        [next(iter(s)) for s in batch], ["resting", "error", "resting"]))
    check("bulk modify by cloid", lambda: same(
        statuses(a.bulk_modify_orders_new([
            {"oid": first, "order": line("ETH", True, 0.2, 3901, cloid=second)}]))[0]["resting"]["cloid"], second.to_raw()))
    check("bulk cancel by cloid", lambda: same(
        statuses(a.bulk_cancel_by_cloid([{"coin": "ETH", "cloid": second}, {"coin": "ETH", "cloid": first}])),
        ["success", {"error": MISSING + " asset=1"}]))
    check("an empty batch", lambda: same(a.bulk_orders([])["status"], "err"))
    check("alo batch", lambda: same(len(statuses(a.bulk_orders([
        line("ETH", True, 0.1, 3800 - i, ALO) for i in range(40)]))), 40))
    check("cancel them", lambda: same(set(statuses(a.bulk_cancel([
        {"coin": o["coin"], "oid": o["oid"]} for o in info.open_orders(alice.address)]))), {"success"}))
    check("single modify", lambda: accepted(post(a, {
        "type": "modify", "oid": resting(a.order("ETH", True, 0.1, 3900, GTC)), "order": {
            "a": 1, "b": True, "p": "3901", "s": "0.1", "r": False, "t": {"limit": {"tif": "Gtc"}}}})))
    check("modify changes the order", lambda: same(info.open_orders(alice.address)[0]["limitPx"], "3901.0"))
    check("market order's own words", lambda: same(
        filled(a.order("ETH", True, 0.01, 4100, {"limit": {"tif": "FrontendMarket"}}))["avgPx"], "4010.0"))
    check("no such market", lambda: "77" in json.dumps(post(a, {"type": "order", "orders": [
        {"a": 77, "b": True, "p": "1", "s": "20", "r": False, "t": {"limit": {"tif": "Gtc"}}}], "grouping": "na"})))
    check("no order there", lambda: error(post(a, {"type": "cancel", "cancels": [{"a": 77, "o": 1}]}), MISSING + " asset=77"))
    check("too far from the reference", lambda: same(a.order("ETH", True, 1.0, 100, GTC)["status"], "err"))
    check("size has too many decimals", lambda: "invalid size" in json.dumps(a.order("ETH", True, 0.00011, 3900, GTC)))
    check("expiry in the future", lambda: (a.set_expires_after(get_timestamp_ms() + 60_000), accepted(
        a.update_leverage(20, "ETH")), a.set_expires_after(None))[1])

    # Position take profit and stop loss.
    check("a position", lambda: same(filled(c.market_open("ETH", True, 0.5))["totalSz"], "0.5"))
    pair = check("position tpsl", lambda: statuses(c.bulk_orders([
        line("ETH", False, 0.5, 4200, trigger(4300, "tp", False), True),
        line("ETH", False, 0.5, 3400, trigger(3500, "sl"), True)], grouping="positionTpsl")))
    check("position tpsl waits", lambda: same(len(pair), 2))
    check("position tpsl shown", lambda: same(
        {o["orderType"] for o in info.frontend_open_orders(carol.address)}, {"Take Profit Limit", "Stop Market"}))
    check("tied to the position", lambda: all(o["isPositionTpsl"] for o in info.frontend_open_orders(carol.address)))
    check("position closed", lambda: same(filled(c.market_close("ETH"))["totalSz"], "0.5"))
    check("tpsl went with it", lambda: eventually(lambda: info.frontend_open_orders(carol.address) == []))

    # Isolated margin and leverage.
    check("isolated", lambda: accepted(c.update_leverage(5, "SOL", False)))
    check("isolated position", lambda: same(filled(c.market_open("SOL", True, 10))["totalSz"], "10.0"))
    held = lambda: info.user_state(carol.address)["assetPositions"][0]["position"]  # noqa: E731
    before = check("margin before", lambda: float(held()["marginUsed"]))
    check("margin added", lambda: accepted(c.update_isolated_margin(25, "SOL")))
    check("margin is more", lambda: near(float(held()["marginUsed"]) - before, 25, 0.01))
    check("margin removed", lambda: accepted(c.update_isolated_margin(-5, "SOL")))
    check("too much removed", lambda: refused(
        c.update_isolated_margin(-400, "SOL"), "Position does not have sufficient margin for reduction."))
    check("zero margin", lambda: refused(c.update_isolated_margin(0, "SOL"), "Update to isolated margin cannot be zero."))
    check("mode stays while a position is open", lambda: refused(
        c.update_leverage(5, "SOL"), "Cannot switch leverage type with open position."))
    check("liquidation price", lambda: 0 < float(held()["liquidationPx"]) < 200)
    check("no position", lambda: refused(c.update_isolated_margin(1, "BTC"), "Cannot update margin for empty position."))
    check("cross position", lambda: refused(a.update_isolated_margin(1, "ETH"), "Position does not use isolated margin."))
    check("asset data", lambda: same(node.info(
        type="activeAssetData", user=carol.address, coin="SOL")["leverage"]["type"], "isolated"))

    # Builders.
    check("unapproved builder", lambda: refused(
        d.market_open("ETH", True, 0.1, builder={"b": erin.address, "f": 10}), "Builder fee has not been approved."))
    check("approve", lambda: accepted(d.approve_builder_fee(erin.address, "0.01%")))
    check("with a builder", lambda: same(
        filled(d.market_open("ETH", True, 0.1, builder={"b": erin.address, "f": 10}))["totalSz"], "0.1"))
    check("builder's part is told", lambda: same(info.user_fills(dave.address)[0]["builderFee"], "0.0401"))
    check("fee holds it", lambda: near(info.user_fills(dave.address)[0]["fee"], 401 * 0.00055, 1e-6))
    check("more than approved", lambda: refused(
        d.market_open("ETH", True, 0.1, builder={"b": erin.address, "f": 11}), "Builder fee has not been approved."))
    check("builder's reward", lambda: near(info.query_referral_state(erin.address)["builderRewards"], 0.0401))
    check("approved builders", lambda: same(node.info(type="approvedBuilders", user=dave.address), [erin.address.lower()]))

    # Agents.
    agent = check("unnamed agent", lambda: Exchange(
        Account.from_key(e.approve_agent()[1]), node.base, account_address=erin.address))
    check("agent orders", lambda: resting(agent.order("BTC", True, 0.001, 90_000, GTC)) > 0)
    check("agent's role", lambda: same(
        node.info(type="userRole", user=agent.wallet.address), {"role": "agent", "data": {"user": erin.address.lower()}}))
    check("agent may not send", lambda: same(agent.usd_transfer(1, bob.address)["status"], "err"))
    check("another unnamed agent", lambda: accepted(e.approve_agent()[0]))
    check("the first is gone", lambda: refused(
        agent.order("BTC", True, 0.001, 90_000, GTC),
        f"User or API Wallet {agent.wallet.address.lower()} does not exist."))
    for name in ("one", "two", "three"):
        check(f"agent {name}", lambda: accepted(e.approve_agent(name)[0]))
    check("a fourth", lambda: refused(
        e.approve_agent("four")[0], "Too many extra agents for cumulative volume traded. Current limit is 3"))
    check("until", lambda: accepted(e.approve_agent(f"two valid_until {get_timestamp_ms() + 10**7}")[0]))
    check("until the past", lambda: refused(
        e.approve_agent(f"two valid_until {get_timestamp_ms() - 10**7}")[0], "Agent valid_until already expired."))
    check("listed", lambda: same({x["name"] for x in info.extra_agents(erin.address)}, {"one", "two", "three"}))

    # Sub-accounts.
    sub = check("sub-account", lambda: f.create_sub_account("desk")["response"]["data"])
    check("to it", lambda: accepted(f.sub_account_transfer(sub, True, 500_000_000)))
    check("its role", lambda: same(info.user_role(sub), {"role": "subAccount", "data": {"master": frank.address.lower()}}))
    check("its value", lambda: near(info.user_state(sub)["marginSummary"]["accountValue"], 500))
    check("back", lambda: accepted(f.sub_account_transfer(sub, False, 100_000_000)))
    check("too much back", lambda: refused(
        f.sub_account_transfer(sub, False, 900_000_000), "Insufficient balance for token transfer."))
    check("not its master", lambda: same(d.sub_account_transfer(sub, False, 1)["status"], "err"))
    check("class transfer", lambda: accepted(f.usd_class_transfer(50, False)))
    check("spot to it", lambda: accepted(f.sub_account_spot_transfer(sub, True, USDC, 20.0)))
    check("its spot", lambda: near(info.spot_user_state(sub)["balances"][0]["total"], 20))
    check("spot back", lambda: accepted(f.sub_account_spot_transfer(sub, False, USDC, 5.0)))
    desk = Exchange(frank, node.base, vault_address=sub)
    check("for it", lambda: same(filled(desk.market_open("ETH", False, 0.1))["totalSz"], "0.1"))
    check("its position", lambda: same(info.user_state(sub)["assetPositions"][0]["position"]["szi"], "-0.1"))
    check("its close", lambda: same(filled(desk.order("ETH", True, 0.1, 4050, IOC, reduce_only=True))["totalSz"], "0.1"))
    check("its leverage", lambda: accepted(desk.update_leverage(3, "ETH")))
    check("its class transfer", lambda: accepted(desk.usd_class_transfer(5, False)))

    # Vaults.
    check("deposit", lambda: accepted(d.vault_usd_transfer(OPEN_VAULT, True, 50_000_000)))
    check("withdrawal", lambda: accepted(d.vault_usd_transfer(OPEN_VAULT, False, 20_000_000)))
    check("what is left", lambda: near(info.user_vault_equities(dave.address)[0]["equity"], 30))
    check("more than one has", lambda: same(d.vault_usd_transfer(OPEN_VAULT, False, 90_000_000)["status"], "err"))
    check("details for a follower", lambda: near(node.info(
        type="vaultDetails", vaultAddress=OPEN_VAULT, user=dave.address)["followerState"]["vaultEquity"], 30))
    check("to HLP", lambda: accepted(d.vault_usd_transfer(HLP, True, 10_000_000)))
    check("HLP is locked", lambda: same(d.vault_usd_transfer(HLP, False, 5_000_000)["status"], "err"))
    check("HLP's relationship", lambda: same(
        node.info(type="vaultDetails", vaultAddress=HLP)["relationship"]["type"], "parent"))
    check("no vault", lambda: same(node.info(type="vaultDetails", vaultAddress="0x" + "55" * 20), None))
    own = check("own vault", lambda: post(b, {
        "type": "createVault", "name": "Own vault", "description": "A vault of one's own, for a test.",
        "initialUsd": 100_000_000, "nonce": get_timestamp_ms()})["response"]["data"])
    check("it leads", lambda: same(node.info(type="leadingVaults", user=bob.address)[0]["address"], own))
    check("it trades", lambda: resting(
        Exchange(bob, node.base, vault_address=own).order("BTC", True, 0.001, 90_000, GTC)) > 0)
    check("its orders", lambda: same(len(info.open_orders(own)), 1))
    check("its role is vault", lambda: same(info.user_role(own)["role"], "vault"))

    # Money.
    check("to somebody new", lambda: accepted(d.usd_transfer(10, stranger.address)))
    check("somebody new has it", lambda: near(info.user_state(stranger.address)["withdrawable"], 10))
    check("somebody new acts", lambda: accepted(Exchange(stranger, node.base).update_leverage(3, "BTC")))
    check("to oneself", lambda: same(d.usd_transfer(1, dave.address)["status"], "err"))
    check("nothing", lambda: same(d.usd_transfer(0, bob.address)["status"], "err"))
    check("less than nothing", lambda: same(d.usd_transfer(-5, bob.address)["status"], "err"))
    check("perps to spot of another", lambda: accepted(d.send_asset(grace.address, "", "spot", "USDC", 7)))
    check("arrived on spot", lambda: near(info.spot_user_state(grace.address)["balances"][0]["total"], 7))
    check("spot to own perps", lambda: accepted(g.send_asset(grace.address, "spot", "", USDC, 3)))
    check("unknown dex", lambda: same(d.send_asset(grace.address, "", "nodex", "USDC", 7)["status"], "err"))
    check("unknown token", lambda: same(d.spot_transfer(1, bob.address, "NONE:0x" + "11" * 16)["status"], "err"))
    check("withdrawal's fee", lambda: accepted(d.withdraw_from_bridge(20, dave.address)) and same(
        info.user_non_funding_ledger_updates(dave.address, 0)[-1]["delta"]["fee"], "1.0"))
    check("too large a withdrawal", lambda: refused(
        d.withdraw_from_bridge(10**8, dave.address), "Insufficient balance for withdrawal."))
    check("kinds of the ledger", lambda: {
        "vaultDeposit", "vaultWithdraw", "internalTransfer", "withdraw"} <= {
            row["delta"]["type"] for row in info.user_non_funding_ledger_updates(dave.address, 0)})

    # What else may be asked.
    check("reserve weight", lambda: accepted(post(d, {"type": "reserveRequestWeight", "weight": 10})))
    check("reserved", lambda: same(info.user_rate_limit(dave.address)["nRequestsSurplus"], 10))
    check("big blocks", lambda: accepted(d.use_big_blocks(True)))
    check("noop", lambda: accepted(d.noop(get_timestamp_ms())))
    check("register a referrer", lambda: accepted(post(d, {"type": "registerReferrer", "code": "DAVE"})))
    check("set a referrer", lambda: accepted(h.set_referrer("DAVE")))
    check("referred", lambda: same(info.query_referral_state(heidi.address)["referredBy"]["code"], "DAVE"))
    check("no such referrer", lambda: refused(g.set_referrer("NOBODY"), "Referral code not registered"))
    check("display name", lambda: same(post(d, {"type": "setDisplayName", "displayName": "dave"})["status"], "ok"))
    unsupported = {
        "delegation": lambda: d.token_delegate(bob.address, 100, False),
        "token deployment": lambda: d.spot_deploy_register_token("TST", 2, 8, 100, "Test"),
        "validators": lambda: d.c_signer_unjail_self(),
        "validator profile": lambda: d.c_validator_unregister(),
        "gossip": lambda: d.gossip_priority_bid(0, "1.2.3.4", 100),
    }
    for name, call in unsupported.items():
        check(f"not modelled: {name}", lambda: same((call()["status"], "not supported here" in call()["response"]), ("err", True)))
    check("foreign dex", lambda: refused(d.perp_deploy_set_oracle("abc", {"abc:X": "1"}, [], {}), "Invalid perp dex: abc"))
    check("no fetching of prices of it", lambda: same(node.raw("/info", {"type": "meta", "dex": "abc"}), (500, "null")))

    # Several signatures.
    signers = sorted([alice.address.lower(), bob.address.lower()])
    check("convert", lambda: accepted(h.convert_to_multi_sig_user(signers, 2)))

    def multi(action, nonce, wallets=(alice, bob)):
        return a.multi_sig(heidi.address.lower(), action, [
            sign_multi_sig_l1_action_payload(
                wallet, action, False, None, nonce, None, heidi.address.lower(), alice.address.lower())
            for wallet in wallets], nonce)

    leverage = {"type": "updateLeverage", "asset": 1, "isCross": True, "leverage": 4}
    check("both sign", lambda: accepted(multi(leverage, get_timestamp_ms())))
    check("one is too few", lambda: same(multi(leverage, get_timestamp_ms(), (alice,))["status"], "err"))
    check("one twice", lambda: same(multi(leverage, get_timestamp_ms(), (alice, alice))["status"], "err"))
    check("a foreign signature", lambda: same(multi(leverage, get_timestamp_ms(), (alice, carol))["status"], "err"))

    def multi_send():
        nonce = get_timestamp_ms()
        action = {"type": "usdSend", "signatureChainId": "0x66eee", "hyperliquidChain": "Testnet",
                  "destination": carol.address.lower(), "amount": "3.0", "time": nonce}
        signatures = [sign_multi_sig_user_signed_action_payload(
            wallet, action, False, USD_SEND_SIGN_TYPES, "HyperliquidTransaction:UsdSend", heidi.address.lower(),
            alice.address.lower()) for wallet in (alice, bob)]
        return accepted(a.multi_sig(heidi.address.lower(), action, signatures, nonce))

    check("both send", multi_send)
    check("not alone", lambda: same(h.usd_transfer(1, bob.address)["status"], "err"))

    # Over the socket.
    connection = websocket.create_connection(node.socket, timeout=20)

    def socket_post(kind, payload, number=[100]):
        number[0] += 1
        connection.send(json.dumps({"method": "post", "id": number[0], "request": {"type": kind, "payload": payload}}))
        while True:
            message = json.loads(connection.recv())
            if message["channel"] == "post" and message["data"]["id"] == number[0]:
                return message["data"]["response"]

    def signed(action):
        nonce = get_timestamp_ms()
        return {"action": action, "nonce": nonce, "vaultAddress": None, "expiresAfter": None,
                "signature": sign_l1_action(dave, action, None, nonce, None, False)}

    order = {"type": "order", "orders": [
        {"a": 0, "b": True, "p": "90000", "s": "0.001", "r": False, "t": {"limit": {"tif": "Gtc"}}}], "grouping": "na"}
    sent = check("order over the socket", lambda: socket_post("action", signed(order))["payload"]["response"]["data"]["statuses"][0]["resting"]["oid"])
    check("cancel over the socket", lambda: same(socket_post("action", signed(
        {"type": "cancel", "cancels": [{"a": 0, "o": sent}]}))["payload"]["response"]["data"]["statuses"], ["success"]))
    check("read over the socket", lambda: same(
        socket_post("info", {"type": "openOrders", "user": heidi.address})["payload"], {"type": "openOrders", "data": []}))
    check("refused over the socket", lambda: same(
        socket_post("action", {**signed({"type": "noop"}), "nonce": 1})["payload"]["status"], "err"))
    check("unreadable over the socket", lambda: same(socket_post("action", {"action": {"type": "nonsense"}})["type"], "error"))
    connection.close()
checks.finish()
