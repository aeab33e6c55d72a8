"""The unmodified ccxt 4.5.90, REST and WebSocket classes, against a fresh node."""
import asyncio

import ccxt
import ccxt.pro

from harness import KEYS, Checks, Node, eventually, near, same

PERP, SPOT = "ETH/USDC:USDC", "PURR/USDC"
checks = Checks("ccxt")
check = checks.check


def client(library, node, account):
    """Only the address is another: sandbox mode signs for testnet, as the node was told to accept."""
    exchange = library.hyperliquid({
        "walletAddress": account.address, "privateKey": "0x" + account.key.hex().removeprefix("0x")})
    if node.chain == "testnet":
        exchange.set_sandbox_mode(True)
    exchange.urls["api"] = {"public": node.base, "private": node.base, "ws": {"public": node.socket}}
    return exchange


def rest(node):
    a, b = (client(ccxt, node, KEYS[name]) for name in ("alice", "bob"))
    state = {}
    check("markets", lambda: {PERP, "BTC/USDC:USDC", "SOL/USDC:USDC", SPOT} <= set(a.load_markets()))
    b.load_markets()
    check("precision", lambda: near(a.market(PERP)["precision"]["amount"], 0.0001))
    check("leverage limit", lambda: near(a.market(PERP)["limits"]["leverage"]["max"], 25))
    check("currencies", lambda: "USDC" in a.fetch_currencies())
    check("ticker", lambda: near(a.fetch_ticker(PERP)["info"]["markPx"], 4000))
    check("tickers", lambda: PERP in a.fetch_tickers())
    check("status", lambda: same(a.fetch_status()["status"], "ok"))
    check("time", lambda: a.fetch_time() > 0)
    check("balance", lambda: near(a.fetch_balance()["USDC"]["total"], 100_000))
    check("spot balance", lambda: "info" in a.fetch_balance({"type": "spot"}))
    check("order", lambda: state.update(order=a.create_order(PERP, "limit", "buy", 0.5, 3980)) is None)
    check("order's id", lambda: state["order"]["id"].isdigit())
    check("fetch order", lambda: same(a.fetch_order(state["order"]["id"], PERP)["status"], "open"))
    check("open orders", lambda: same(len(a.fetch_open_orders(PERP)), 1))
    check("edit", lambda: state.update(order=a.edit_order(state["order"]["id"], PERP, "limit", "buy", 0.5, 3981)) is None)
    check("book", lambda: same(a.fetch_order_book(PERP)["bids"][0], [3981.0, 0.5]))
    check("taker", lambda: same(
        b.create_order(PERP, "limit", "sell", 0.2, 3981, {"timeInForce": "Ioc"})["info"]["filled"]["totalSz"], "0.2"))
    check("positions", lambda: near(a.fetch_positions()[0]["contracts"], 0.2))
    check("position", lambda: same(b.fetch_position(PERP)["side"], "short"))
    check("trades", lambda: near(a.fetch_trades(PERP)[0]["price"], 3981))
    check("my trades", lambda: same(b.fetch_my_trades(PERP)[0]["takerOrMaker"], "taker"))
    check("candles", lambda: near(a.fetch_ohlcv(PERP, "1h")[-1][5], 0.2))
    check("market order", lambda: near(b.create_order(PERP, "market", "sell", 0.1, 3981)["average"], 3981))
    check("closed orders", lambda: b.fetch_closed_orders(PERP) != [])
    check("leverage", lambda: same(a.set_leverage(10, PERP)["status"], "ok"))
    check("margin mode", lambda: same(a.set_margin_mode("isolated", "SOL/USDC:USDC", {"leverage": 3})["status"], "ok"))
    check("cancel", lambda: same(a.cancel_order(state["order"]["id"], PERP)["status"], "success"))
    check("canceled orders", lambda: same(a.fetch_canceled_orders(PERP)[0]["status"], "canceled"))
    check("client id", lambda: state.update(
        cloid=a.create_order(PERP, "limit", "buy", 0.1, 3900, {"clientOrderId": "0x" + "ab" * 16})) is None)
    check("cancel by client id", lambda: a.cancel_order("", PERP, {"clientOrderId": "0x" + "ab" * 16}) is not None)
    check("many orders", lambda: same(len(a.create_orders([
        {"symbol": PERP, "type": "limit", "side": "buy", "amount": 0.1, "price": 3900},
        {"symbol": "BTC/USDC:USDC", "type": "limit", "side": "buy", "amount": 0.01, "price": 90000}])), 2))
    check("cancel many", lambda: [a.cancel_order(o["id"], o["symbol"]) for o in a.fetch_open_orders()] and
          same(a.fetch_open_orders(), []))
    check("bracket", lambda: a.create_order(PERP, "limit", "buy", 0.1, 3950, {
        "takeProfit": {"triggerPrice": 4200, "price": 4200}, "stopLoss": {"triggerPrice": 3800}})["id"].isdigit())
    check("stop", lambda: a.create_order(PERP, "market", "sell", 0.1, 3700, {
        "stopLossPrice": 3750, "reduceOnly": True})["id"].isdigit())
    check("stop entry", lambda: a.create_order(PERP, "market", "buy", 0.1, 4300, {"triggerPrice": 4250})["id"].isdigit())
    check("cancel after", lambda: same(a.cancel_all_orders_after(60_000)["status"], "ok"))
    check("fee", lambda: near(a.fetch_trading_fee(PERP)["taker"], 0.00045))
    check("funding rates", lambda: PERP in a.fetch_funding_rates())
    check("funding history", lambda: same(a.fetch_funding_history(PERP), []))
    check("rate history", lambda: same(a.fetch_funding_rate_history(PERP), []))
    check("open interest", lambda: near(a.fetch_open_interest(PERP)["openInterestAmount"], 0.3))
    check("to spot", lambda: a.transfer("USDC", 50, "swap", "spot") is not None)
    check("spot money", lambda: near(a.fetch_balance({"type": "spot"})["USDC"]["total"], 50))
    check("spot order", lambda: a.create_order(SPOT, "limit", "buy", 100, 0.15)["id"].isdigit())
    check("ledger", lambda: a.fetch_ledger() != [])
    check("withdraw", lambda: a.withdraw("USDC", 20, KEYS["alice"].address) is not None)
    check("withdrawals", lambda: a.fetch_withdrawals() != [])

    def refused(kind, body):
        try:
            body()
        except kind:
            return True
        raise AssertionError("it was not refused")

    # The rarer calls.
    identities = ["0x" + f"{index + 16:032x}" for index in range(3)]
    check("client ids in a batch", lambda: same([o["clientOrderId"] for o in a.create_orders([
        {"symbol": PERP, "type": "limit", "side": "buy", "amount": 0.1, "price": 3700 + index,
         "params": {"clientOrderId": identity}} for index, identity in enumerate(identities)])], identities))
    check("fetch by client id", lambda: same(
        a.fetch_order(None, PERP, {"clientOrderId": identities[0]})["clientOrderId"], identities[0]))
    check("cancel by client ids", lambda: same(
        [o["status"] for o in a.cancel_orders([], PERP, {"clientOrderId": identities[:2]})], ["success", "success"]))
    left = lambda: next(o for o in a.fetch_open_orders(PERP) if o["clientOrderId"] == identities[2])  # noqa: E731
    check("edit orders", lambda: a.edit_orders([{
        "id": left()["id"], "symbol": PERP, "type": "limit", "side": "buy", "amount": 0.2, "price": 3650,
        "params": {"clientOrderId": identities[2]}}])[0]["id"].isdigit())
    check("edited", lambda: same((left()["price"], left()["amount"]), (3650.0, 0.2)))
    check("cancel orders", lambda: same(a.cancel_orders([left()["id"]], PERP)[0]["status"], "success"))
    check("post only", lambda: a.create_order(PERP, "limit", "buy", 0.1, 3600, {"postOnly": True})["id"].isdigit())
    check("unknown time in force", lambda: refused(
        ccxt.BaseError, lambda: a.create_order(PERP, "limit", "buy", 0.1, 3600, {"timeInForce": "FOK"})))
    check("twap", lambda: state.update(twap=a.create_twap_order(PERP, "buy", 1, 300_000)) is None)
    check("twap runs", lambda: same(state["twap"]["status"], "running"))
    check("twap's cancel", lambda: same(a.cancel_twap_order(state["twap"]["id"], PERP)["info"]["status"], "success"))
    check("sol for margin", lambda: b.create_order("SOL/USDC:USDC", "limit", "sell", 5, 200)["id"].isdigit())
    check("isolated position", lambda: near(
        a.create_order("SOL/USDC:USDC", "limit", "buy", 5, 200, {"timeInForce": "Ioc"})["filled"], 5))
    check("isolated mode", lambda: same(next(
        p for p in a.fetch_positions() if p["symbol"] == "SOL/USDC:USDC")["marginMode"], "isolated"))
    check("add margin", lambda: same(a.add_margin("SOL/USDC:USDC", 9)["code"], "ok"))
    check("reduce margin", lambda: same(a.reduce_margin("SOL/USDC:USDC", 2)["code"], "ok"))
    check("sub-account", lambda: a.create_sub_account("desk")["response"]["data"].startswith("0x"))
    check("vault", lambda: a.create_vault("Own vault", "A vault of one's own.", 100)["response"]["data"].startswith("0x"))
    check("reserve weight", lambda: same(a.reserve_request_weight(10)["status"], "ok"))
    check("vault not led", lambda: refused(ccxt.ExchangeError, lambda: a.create_order(
        PERP, "limit", "buy", 0.1, 3600, {"vaultAddress": "0x" + "0a" * 20})))
    check("spot book", lambda: a.fetch_order_book(SPOT)["bids"][0] == [0.15, 100.0])
    check("interest", lambda: near(a.fetch_open_interests([PERP])[PERP]["openInterestAmount"], 0.3))
    check("deposits", lambda: same(a.fetch_deposits(), []))

    check("too small is refused", lambda: refused(ccxt.InvalidOrder, lambda: a.create_order(PERP, "limit", "buy", 0.001, 3900)))
    check("too much is refused", lambda: refused(ccxt.InsufficientFunds, lambda: a.create_order("BTC/USDC:USDC", "limit", "buy", 40, 99000)))
    check("unknown order", lambda: refused(ccxt.OrderNotFound, lambda: a.cancel_order("999999", PERP)))


async def sockets(node):
    a, b = (client(ccxt.pro, node, KEYS[name]) for name in ("alice", "bob"))
    await a.load_markets()
    await b.load_markets()

    async def hear(name, call, condition=lambda _: True):
        try:
            result = await asyncio.wait_for(call, 10)
        except Exception as error:  # noqa: BLE001: whatever goes wrong is the check's failure
            result = error
        check(name, lambda: (_ for _ in ()).throw(result) if isinstance(result, Exception) else condition(result))
        return result

    tasks = [asyncio.create_task(hear(*parts)) for parts in [
        ("hear book", a.watch_order_book(PERP), lambda r: "bids" in r),
        ("hear ticker", a.watch_ticker(PERP), lambda r: same(r["symbol"], PERP)),
        ("hear tickers", a.watch_tickers([PERP]), lambda r: PERP in r),
        ("hear trades", a.watch_trades(PERP), lambda r: r[0]["symbol"] == PERP),
        ("hear candles", a.watch_ohlcv(PERP, "1m"), lambda r: len(r[0]) == 6),
        ("hear orders", a.watch_orders(), lambda r: r[0]["symbol"] == PERP),
        ("hear fills", a.watch_my_trades(), lambda r: any(t["symbol"] == PERP for t in r)),
    ]]
    await asyncio.sleep(0.5)
    order = await hear("order over the socket", a.create_order_ws(PERP, "limit", "buy", 0.1, 3985), lambda r: r["id"].isdigit())
    await hear("taker over the socket", b.create_order_ws(PERP, "limit", "sell", 0.05, 3985, {"timeInForce": "Ioc"}),
               lambda r: same(r["info"]["filled"]["totalSz"], "0.05"))
    await hear("edit over the socket", a.edit_order_ws(order["id"], PERP, "limit", "buy", 0.06, 3984), lambda r: r["id"].isdigit())
    await asyncio.gather(*tasks)
    many = await hear("orders over the socket", a.create_orders_ws([
        {"symbol": PERP, "type": "limit", "side": "buy", "amount": 0.1, "price": 3700 + index} for index in range(3)]),
        lambda r: same(len(r), 3))
    ids = [o["id"] for o in many]
    await hear("cancel over the socket", a.cancel_order_ws(ids[0], PERP), lambda r: same(r["status"], "success"))
    await hear("cancels over the socket", a.cancel_orders_ws(ids[1:], PERP), lambda r: same(len(r), 2))
    await hear("hear positions", b.watch_positions(), lambda r: isinstance(r, list))
    await hear("hear balance", b.watch_balance(), lambda r: "USDC" in r)
    await hear("hear spot balance", a.watch_balance({"type": "spot"}), lambda r: "info" in r)
    for name, call in {
        "book": a.un_watch_order_book(PERP), "trades": a.un_watch_trades(PERP), "candles": a.un_watch_ohlcv(PERP, "1m"),
        "orders": a.un_watch_orders(), "fills": a.un_watch_my_trades(), "positions": b.un_watch_positions(),
    }.items():
        await hear(f"no more {name}", call)
    await a.close()
    await b.close()


with Node() as node:
    rest(node)
    asyncio.run(sockets(node))
with Node(chain="mainnet") as node:
    real = client(ccxt, node, KEYS["carol"])
    check("mainnet's signatures on mainnet", lambda: real.create_order(PERP, "limit", "buy", 0.1, 3900)["id"].isdigit())
    check("mainnet's transfers", lambda: same(real.transfer("USDC", 5, "swap", "spot")["status"], "ok"))
    real.set_sandbox_mode(True)
    real.urls["api"] = {"public": node.base, "private": node.base}

    def not_there():
        try:
            real.create_order(PERP, "limit", "buy", 0.1, 3900)
        except ccxt.ExchangeError as error:
            return "does not exist" in str(error)
        return False

    check("testnet's are not", not_there)
checks.finish()
