"""The unmodified Python client of Hyperliquid (hyperliquid-python-sdk 0.24.0) against a fresh node."""
import time

from eth_account import Account
from hyperliquid.exchange import Exchange
from hyperliquid.info import Info
from hyperliquid.utils.signing import get_timestamp_ms, sign_l1_action, sign_multi_sig_l1_action_payload
from hyperliquid.utils.types import Cloid

from harness import KEYS, Checks, Node, eventually, near, same

GTC, IOC, ALO = ({"limit": {"tif": tif}} for tif in ("Gtc", "Ioc", "Alo"))
checks = Checks("hyperliquid-python-sdk")
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
    same(answer["status"], "err")
    return same(answer["response"], text)


def accepted(answer):
    same(answer, {"status": "ok", "response": {"type": "default"}})
    return True


def trigger(price, kind, is_market=True):
    return {"trigger": {"triggerPx": price, "isMarket": is_market, "tpsl": kind}}


with Node() as node:
    info = Info(node.base)
    alice, bob, carol, dave, erin, frank, grace, heidi = KEYS.values()
    on = {name: Exchange(account, node.base) for name, account in KEYS.items()}
    a, b, c, d = on["alice"], on["bob"], on["carol"], on["dave"]
    erin_client = on["erin"]
    heard = {}

    def listen(name, subscription):
        heard[name] = []
        return info.subscribe(subscription, heard[name].append)

    # Market data.
    check("meta", lambda: same([m["name"] for m in info.meta()["universe"]], ["BTC", "ETH", "SOL"]))
    check("meta decimals", lambda: same([m["szDecimals"] for m in info.meta()["universe"]], [5, 4, 2]))
    check("meta leverage", lambda: same([m["maxLeverage"] for m in info.meta()["universe"]], [40, 25, 20]))
    check("spot meta", lambda: same(info.spot_meta()["tokens"][0]["name"], "USDC"))
    check("spot pair", lambda: same(len(info.spot_meta()["universe"]), 1))
    check("contexts", lambda: same(len(info.meta_and_asset_ctxs()[1]), 3))
    check("spot contexts", lambda: same(len(info.spot_meta_and_asset_ctxs()[1]), 1))
    check("mids", lambda: same(float(info.all_mids()["ETH"]), 4000.0))
    check("empty book", lambda: same(info.l2_snapshot("ETH")["levels"], [[], []]))
    check("no candles", lambda: same(info.candles_snapshot("ETH", "1m", 0, get_timestamp_ms()), []))
    check("dexs", lambda: same(info.perp_dexs(), [None]))
    check("funding history", lambda: same(info.funding_history("ETH", 0), []))
    check("auction", lambda: "currentGas" in info.query_perp_deploy_auction_status())

    # Streams are opened before anything trades.
    for name, subscription in {
        "trades": {"type": "trades", "coin": "ETH"}, "book": {"type": "l2Book", "coin": "ETH"},
        "bbo": {"type": "bbo", "coin": "ETH"}, "mids": {"type": "allMids"},
        "candle": {"type": "candle", "coin": "ETH", "interval": "1m"},
        "context": {"type": "activeAssetCtx", "coin": "ETH"},
        "asset": {"type": "activeAssetData", "user": alice.address, "coin": "ETH"},
        "events": {"type": "userEvents", "user": alice.address},
        "fills": {"type": "userFills", "user": alice.address},
        "orders": {"type": "orderUpdates", "user": alice.address},
        "fundings": {"type": "userFundings", "user": alice.address},
        "ledger": {"type": "userNonFundingLedgerUpdates", "user": alice.address},
        "page": {"type": "webData2", "user": alice.address},
    }.items():
        listen(name, subscription)

    # Resting orders.
    oid = check("resting order", lambda: resting(a.order("ETH", True, 0.5, 3990, GTC)))
    check("book has it", lambda: same(info.l2_snapshot("ETH")["levels"][0], [{"px": "3990.0", "sz": "0.5", "n": 1}]))
    check("open orders", lambda: same([o["oid"] for o in info.open_orders(alice.address)], [oid]))
    check("frontend orders", lambda: same(info.frontend_open_orders(alice.address)[0]["orderType"], "Limit"))
    check("status by oid", lambda: same(info.query_order_by_oid(alice.address, oid)["order"]["status"], "open"))
    check("unknown oid", lambda: same(info.query_order_by_oid(alice.address, 987654), {"status": "unknownOid"}))
    cloid = Cloid.from_str("0x000000000000000000000000000000a1")
    check("order with cloid", lambda: same(statuses(a.order("ETH", True, 0.1, 3980, GTC, cloid=cloid))[0]["resting"]["cloid"], cloid.to_raw()))
    check("status by cloid", lambda: same(info.query_order_by_cloid(alice.address, cloid)["order"]["order"]["cloid"], cloid.to_raw()))
    check("cancel by cloid", lambda: same(statuses(a.cancel_by_cloid("ETH", cloid)), ["success"]))
    check("canceled status", lambda: same(info.query_order_by_cloid(alice.address, cloid)["order"]["status"], "canceled"))

    # Trades.
    fill = check("taker", lambda: filled(b.order("ETH", False, 0.2, 3990, IOC)))
    check("average price", lambda: same((fill["totalSz"], fill["avgPx"]), ("0.2", "3990.0")))
    check("position", lambda: same(info.user_state(alice.address)["assetPositions"][0]["position"]["szi"], "0.2"))
    check("entry", lambda: near(info.user_state(bob.address)["assetPositions"][0]["position"]["entryPx"], 3990))
    check("value", lambda: near(info.user_state(bob.address)["marginSummary"]["accountValue"], 100_000 - 798 * 0.00045, 10))
    check("fills", lambda: same(info.user_fills(bob.address)[0]["dir"], "Open Short"))
    check("fee", lambda: same(info.user_fills(bob.address)[0]["fee"], "0.3591"))
    check("maker fee", lambda: same(info.user_fills(alice.address)[0]["fee"], "0.1197"))
    check("one trade number", lambda: same(info.user_fills(alice.address)[0]["tid"], info.user_fills(bob.address)[0]["tid"]))
    check("fills by time", lambda: same(len(info.user_fills_by_time(alice.address, 0)), 1))
    check("candle", lambda: same(info.candles_snapshot("ETH", "1h", 0, get_timestamp_ms())[-1]["v"], "0.2"))
    check("rest is left", lambda: same(info.open_orders(alice.address)[0]["sz"], "0.3"))
    check("cancel", lambda: same(statuses(a.cancel("ETH", oid)), ["success"]))
    check("cancel again", lambda: error(a.cancel("ETH", oid), "Order was never placed, already canceled, or filled. asset=1"))
    check("history", lambda: same(info.historical_orders(alice.address)[0]["status"], "canceled"))

    # What is refused, in the venue's words.
    check("too small", lambda: error(a.order("ETH", True, 0.001, 3990, GTC), "Order must have minimum value of $10. asset=1"))
    check("no match", lambda: error(a.order("ETH", True, 0.1, 3000, IOC), "Order could not immediately match against any resting orders. asset=1"))
    check("tick", lambda: error(a.order("ETH", True, 0.1, 3990.12, GTC), "Price must be divisible by tick size. asset=1"))
    check("margin", lambda: error(a.order("BTC", True, 40, 99000, GTC), "Insufficient margin to place order. asset=0"))
    check("reduce only", lambda: error(d.order("ETH", True, 0.1, 3990, GTC, reduce_only=True), "Reduce only order would increase position. asset=1"))
    check("stranger", lambda: refused(
        Exchange(Account.from_key("0x" + "77" * 32), node.base).order("ETH", True, 0.1, 3990, GTC),
        "User or API Wallet " + Account.from_key("0x" + "77" * 32).address.lower() + " does not exist."))
    check("unknown asset type", lambda: same(node.raw("/exchange", {"action": {"type": "nonsense"}})[0], 422))

    def replay():
        action = {"type": "noop"}
        nonce = get_timestamp_ms()
        signature = sign_l1_action(a.wallet, action, None, nonce, None, False)
        body = {"action": action, "nonce": nonce, "signature": signature, "vaultAddress": None, "expiresAfter": None}
        accepted(a.post("/exchange", body))
        return refused(a.post("/exchange", body), f"Invalid nonce: duplicate nonce {nonce}")

    check("replayed nonce", replay)

    def expired():
        a.set_expires_after(get_timestamp_ms() - 60_000)
        try:
            return refused(a.order("ETH", True, 0.1, 3990, GTC), "Action already expired")
        finally:
            a.set_expires_after(None)

    check("expired", expired)

    def other_network():
        action = {"type": "noop"}
        nonce = get_timestamp_ms()
        signature = sign_l1_action(a.wallet, action, None, nonce, None, True)
        answer = a.post("/exchange", {"action": action, "nonce": nonce, "signature": signature, "vaultAddress": None})
        same(answer["status"], "err")
        return answer["response"].startswith("User or API Wallet 0x") and alice.address.lower() not in answer["response"]

    check("other network's signature", other_network)

    # Modify, batch, post only.
    check("maker of the book", lambda: len(statuses(b.bulk_orders([
        {"coin": "ETH", "is_buy": False, "sz": 1.0, "limit_px": 4010, "order_type": GTC, "reduce_only": False},
        {"coin": "ETH", "is_buy": True, "sz": 1.0, "limit_px": 3985, "order_type": GTC, "reduce_only": False}]))) == 2)
    check("post only refused", lambda: error(
        a.order("ETH", True, 0.1, 4020, ALO), "Post only order would have immediately matched, bbo was 3985@4010. asset=1"))
    old = check("post only rests", lambda: resting(a.order("ETH", True, 0.1, 3970, ALO)))
    new = check("modify", lambda: resting(a.modify_order(old, "ETH", True, 0.2, 3971, GTC)))
    check("modified", lambda: same((new != old, info.open_orders(alice.address)[0]["limitPx"]), (True, "3971.0")))
    check("modify a cancelled one", lambda: "error" in statuses(a.modify_order(old, "ETH", True, 0.2, 3971, GTC))[0])
    check("bulk cancel", lambda: same(statuses(a.bulk_cancel([{"coin": "ETH", "oid": new}])), ["success"]))

    # Leverage and margin.
    check("leverage", lambda: accepted(a.update_leverage(10, "ETH")))
    check("leverage shown", lambda: same(info.user_state(alice.address)["assetPositions"][0]["position"]["leverage"]["value"], 10))
    check("leverage too high", lambda: refused(a.update_leverage(26, "ETH"), "Invalid leverage value"))
    check("isolated", lambda: accepted(c.update_leverage(5, "SOL", False)))
    check("isolated maker", lambda: resting(b.order("SOL", False, 5, 200, GTC)) > 0)
    check("isolated trade", lambda: same(filled(c.order("SOL", True, 5, 200, IOC))["totalSz"], "5.0"))
    check("isolated shown", lambda: same(info.user_state(carol.address)["assetPositions"][0]["position"]["leverage"]["type"], "isolated"))
    check("isolated margin", lambda: accepted(c.update_isolated_margin(10, "SOL")))

    # Market orders.
    check("market open", lambda: near(filled(d.market_open("ETH", True, 0.1))["avgPx"], 4010))
    check("market close", lambda: near(filled(d.market_close("ETH"))["avgPx"], 3985))
    check("flat", lambda: same(info.user_state(dave.address)["assetPositions"], []))
    check("closed profit", lambda: same(info.user_fills(dave.address)[0]["closedPnl"], "-2.5"))

    # Triggers.
    def stop_entry():
        oid = resting(a.order("ETH", True, 0.2, 4400, trigger(4300, "sl")))
        row = next(o for o in info.frontend_open_orders(alice.address) if o["oid"] == oid)
        statuses(a.cancel("ETH", oid))
        same((row["reduceOnly"], row["orderType"], row["triggerPx"]), (False, "Stop Market", "4300.0"))

    check("stop entry", stop_entry)
    check("stop loss", lambda: resting(a.order("ETH", False, 0.2, 3500, trigger(3800, "sl"), reduce_only=True)) > 0)
    check("stop shown", lambda: same(info.frontend_open_orders(alice.address)[0]["orderType"], "Stop Market"))
    check("stop condition", lambda: same(info.frontend_open_orders(alice.address)[0]["triggerCondition"], "Price below 3800"))
    check("wrong side", lambda: error(a.order("ETH", False, 0.2, 3500, trigger(4500, "sl"), reduce_only=True), "Invalid TP/SL price. asset=1"))

    def stops_out():
        # The mark is a median that needs the venue's own book and the oracle to move.
        statuses(b.bulk_cancel([{"coin": "ETH", "oid": o["oid"]} for o in info.open_orders(bob.address) if o["coin"] == "ETH"]))
        resting(b.order("ETH", True, 1.0, 3700, GTC))
        filled(erin_client.order("ETH", False, 0.01, 3700, IOC))
        node.control(type="price", coin="ETH", price="3700")
        eventually(lambda: info.open_orders(alice.address) == [], 20)
        same(info.user_fills(alice.address)[0]["dir"], "Close Long")
        return same(info.user_state(alice.address)["assetPositions"], [])

    def quotes_again():
        node.control(type="price", coin="ETH", price="4000")
        statuses(b.bulk_cancel([{"coin": "ETH", "oid": o["oid"]} for o in info.open_orders(bob.address) if o["coin"] == "ETH"]))
        return len(statuses(b.bulk_orders([
            {"coin": "ETH", "is_buy": False, "sz": 1.0, "limit_px": 4010, "order_type": GTC, "reduce_only": False},
            {"coin": "ETH", "is_buy": True, "sz": 1.0, "limit_px": 3985, "order_type": GTC, "reduce_only": False}]))) == 2

    check("the stop fires", stops_out)
    check("quotes again", quotes_again)
    bracket = check("bracket", lambda: statuses(d.bulk_orders([
        {"coin": "ETH", "is_buy": True, "sz": 0.1, "limit_px": 3900, "order_type": GTC, "reduce_only": False},
        {"coin": "ETH", "is_buy": False, "sz": 0.1, "limit_px": 4400, "order_type": trigger(4300, "tp"), "reduce_only": True},
        {"coin": "ETH", "is_buy": False, "sz": 0.1, "limit_px": 3300, "order_type": trigger(3600, "sl"), "reduce_only": True},
    ], grouping="normalTpsl")))
    check("bracket waits", lambda: same(bracket[1:], ["waitingForFill", "waitingForFill"]))
    check("bracket shown", lambda: same(len(next(o for o in info.frontend_open_orders(dave.address) if not o["isTrigger"])["children"]), 2))
    check("bracket goes", lambda: same(statuses(d.cancel("ETH", bracket[0]["resting"]["oid"])), ["success"]))
    check("children too", lambda: same(info.frontend_open_orders(dave.address), []))

    # Scheduled cancel.
    check("scheduled order", lambda: resting(d.order("BTC", True, 0.01, 90000, GTC)) > 0)
    check("schedule", lambda: accepted(d.schedule_cancel(get_timestamp_ms() + 6_000)))

    # Agents.
    def agent():
        answer, key = erin_client.approve_agent("bot")
        accepted(answer)
        signed = Exchange(Account.from_key(key), node.base, account_address=erin.address)
        return resting(signed.order("BTC", True, 0.001, 90000, GTC)) > 0

    check("agent trades", agent)
    check("agent listed", lambda: same(info.extra_agents(erin.address)[0]["name"], "bot"))
    check("agent's order is the master's", lambda: same(len(info.open_orders(erin.address)), 1))
    check("unnamed agent", lambda: accepted(erin_client.approve_agent()[0]))
    check("role", lambda: same(info.user_role(erin.address)["role"], "user"))
    check("role of nobody", lambda: same(info.user_role("0x" + "99" * 20)["role"], "missing"))

    # Transfers.
    check("usd send", lambda: accepted(d.usd_transfer(25.0, erin.address)))
    check("ledger row", lambda: same(info.user_non_funding_ledger_updates(dave.address, 0)[-1]["delta"]["usdc"], "25.0"))
    check("too much", lambda: refused(d.usd_transfer(10_000_000, erin.address), "Insufficient balance for token transfer."))
    check("withdraw", lambda: accepted(d.withdraw_from_bridge(50, dave.address)))
    check("to spot", lambda: accepted(d.usd_class_transfer(100, False)))
    check("spot balance", lambda: same(info.spot_user_state(dave.address)["balances"][0]["total"], "100.0"))
    check("to perp", lambda: accepted(d.usd_class_transfer(40, True)))
    check("spot send", lambda: accepted(d.spot_transfer(10, erin.address, "USDC:0x6d1e7cde53ba9467b783cb7c530ce054")))
    check("spot order", lambda: resting(d.order("PURR/USDC", True, 100, 0.15, GTC)) > 0)
    check("spot hold", lambda: near(info.spot_user_state(dave.address)["balances"][0]["hold"], 15))

    # Sub-accounts.
    frank_client = on["frank"]
    sub = check("sub-account", lambda: frank_client.create_sub_account("desk")["response"]["data"])
    check("sub listed", lambda: same(info.query_sub_accounts(frank.address)[0]["subAccountUser"], sub))
    check("sub funded", lambda: accepted(frank_client.sub_account_transfer(sub, True, 1_000_000_000)))
    check("sub trades", lambda: resting(Exchange(frank, node.base, vault_address=sub).order("BTC", True, 0.001, 90000, GTC)) > 0)
    check("sub's order", lambda: same(len(info.open_orders(sub)), 1))
    check("not one's own", lambda: same(
        Exchange(dave, node.base, vault_address=sub).order("BTC", True, 0.001, 90000, GTC)["response"], f"Vault not registered: {sub}"))

    # Vaults.
    vault = "0x" + "0a" * 20
    check("vault deposit", lambda: accepted(d.vault_usd_transfer(vault, True, 100_000_000)))
    check("vault equity", lambda: same(info.user_vault_equities(dave.address)[0]["equity"], "100.0"))
    check("vault details", lambda: same(node.info(type="vaultDetails", vaultAddress=vault)["name"], "Open vault"))
    check("vault withdrawal", lambda: accepted(d.vault_usd_transfer(vault, False, 40_000_000)))

    # TWAP, by the client's own signing.
    def post(client, action):
        nonce = get_timestamp_ms()
        signature = sign_l1_action(client.wallet, action, None, nonce, None, False)
        return client._post_action(action, signature, nonce)

    # Beside a bid near the oracle's price, so that the mark is there too: slices do not pay more than 3 % above it.
    near = check("a bid near the oracle", lambda: resting(b.order("BTC", True, 0.001, 99_990, GTC)))
    check("a book for slices", lambda: resting(b.order("BTC", False, 0.5, 100_100, GTC)) > 0)
    twap = check("twap", lambda: post(d, {"type": "twapOrder", "twap": {
        "a": 0, "b": True, "s": "0.1", "r": False, "m": 5, "t": False}})["response"]["data"]["status"]["running"]["twapId"])
    check("twap slice", lambda: eventually(lambda: info.user_twap_slice_fills(dave.address))[0]["twapId"] == twap)
    check("twap cancel", lambda: same(post(d, {"type": "twapCancel", "a": 0, "t": twap})["response"]["data"]["status"], "success"))
    check("twap too short", lambda: same(
        post(d, {"type": "twapOrder", "twap": {"a": 1, "b": True, "s": "1", "r": False, "m": 1, "t": False}})
        ["response"]["data"]["status"]["error"], "Invalid TWAP duration: 1 min(s)"))

    # Builders, referral, fees.
    check("builder approval", lambda: accepted(d.approve_builder_fee(erin.address, "0.001%")))
    check("builder fee", lambda: same(node.info(type="maxBuilderFee", user=dave.address, builder=erin.address), 1))
    check("referrer", lambda: "status" in d.set_referrer("CCXT1"))
    check("referral", lambda: "referrerState" in info.query_referral_state(dave.address))
    check("fees", lambda: same(info.user_fees(dave.address)["userCrossRate"], "0.00045"))
    check("rate limit", lambda: info.user_rate_limit(dave.address)["nRequestsCap"] >= 10_000)
    check("portfolio", lambda: same([w[0] for w in info.portfolio(dave.address)], [
        "day", "week", "month", "allTime", "perpDay", "perpWeek", "perpMonth", "perpAllTime"]))
    check("staking", lambda: same((info.user_staking_delegations(dave.address), info.user_staking_summary(dave.address)["nPendingWithdrawals"]), ([], 0)))
    check("funding of a user", lambda: same(info.user_funding_history(dave.address, 0), []))

    # Multi-signature accounts.
    def convert():
        return accepted(on["grace"].convert_to_multi_sig_user(sorted([alice.address.lower(), bob.address.lower()]), 2))

    def multi_sig():
        action = {"type": "order", "orders": [
            {"a": 1, "b": True, "p": "3900", "s": "0.1", "r": False, "t": {"limit": {"tif": "Gtc"}}}], "grouping": "na"}
        nonce = get_timestamp_ms()
        signatures = [
            sign_multi_sig_l1_action_payload(
                wallet, action, False, None, nonce, None, grace.address.lower(), alice.address.lower())
            for wallet in (alice, bob)]
        return resting(a.multi_sig(grace.address.lower(), action, signatures, nonce)) > 0

    check("convert", convert)
    check("signers", lambda: same(info.query_user_to_multi_sig_signers(grace.address)["threshold"], 2))
    check("acts through two", multi_sig)
    check("multi-sig order", lambda: same(len(info.open_orders(grace.address)), 1))
    check("not alone", lambda: same(on["grace"].order("ETH", True, 0.1, 3900, GTC)["status"], "err"))

    # Streams have heard of it.
    check("heard trades", lambda: same(eventually(lambda: heard["trades"])[0]["data"][0]["coin"], "ETH"))
    check("heard book", lambda: eventually(lambda: [m for m in heard["book"] if m["data"]["levels"][0]]) != [])
    check("heard best prices", lambda: eventually(lambda: heard["bbo"]) != [])
    check("heard mids", lambda: "BTC" in eventually(lambda: heard["mids"])[0]["data"]["mids"])
    check("heard candle", lambda: same(eventually(lambda: heard["candle"])[0]["data"]["s"], "ETH"))
    check("heard context", lambda: "markPx" in eventually(lambda: heard["context"])[0]["data"]["ctx"])
    check("heard asset data", lambda: "maxTradeSzs" in eventually(lambda: heard["asset"])[0]["data"])
    check("snapshot first", lambda: same(eventually(lambda: heard["fills"])[0]["data"]["isSnapshot"], True))
    check("heard fills", lambda: same(eventually(lambda: heard["fills"][1:])[0]["data"]["fills"][0]["coin"], "ETH"))
    check("heard orders", lambda: {"open", "canceled"} <= {o["status"] for m in heard["orders"] for o in m["data"]})
    check("heard events", lambda: "fills" in eventually(lambda: heard["events"])[0]["data"])
    check("heard ledger", lambda: eventually(lambda: heard["ledger"])[0]["data"]["isSnapshot"])
    check("heard fundings", lambda: eventually(lambda: heard["fundings"])[0]["data"]["isSnapshot"])
    check("heard the page", lambda: "clearinghouseState" in eventually(lambda: heard["page"])[0]["data"])
    check("the schedule fired", lambda: eventually(lambda: [
        o for o in info.historical_orders(dave.address) if o["status"] == "scheduledCancel"], 15) != [])
    info.disconnect_websocket()
checks.finish()
