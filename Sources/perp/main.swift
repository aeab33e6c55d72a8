print("perp")
