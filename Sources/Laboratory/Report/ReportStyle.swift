/// The report's one style sheet: for a bright screen, a dark room and paper. Venues differ by colour and by dash, so that
/// a grey print still tells them apart.
enum ReportStyle {
  static let css = """
    :root{color-scheme:light dark;--ground:#fdfcf9;--card:#ffffff;--ink:#1d2230;--soft:#5c6475;--line:#dcdfe6;
    --grid:#e9ebf0;--good:#1b7f4b;--bad:#b3261e;--goodground:#e3f3ea;--badground:#fbe7e5;--path:#8a8f9c;
    --v0:#2457c5;--v1:#c2571a;--v2:#14807a;--v3:#8b3fa8;--v4:#9a7400;--v5:#b8315f;
    --b0:#b3261e;--b1:#2457c5;--b2:#14807a;--b3:#c2871a;--b4:#8b3fa8;--b5:#444b5a}
    @media (prefers-color-scheme:dark){:root{--ground:#12151c;--card:#1a1e28;--ink:#e6e8ee;--soft:#9ba3b4;--line:#323948;
    --grid:#262c39;--good:#62cf97;--bad:#ff8d85;--goodground:#173425;--badground:#40201e;--path:#8a92a3;
    --v0:#7ea6ff;--v1:#ff9d5c;--v2:#4fd0c5;--v3:#d08cf0;--v4:#e3bd3f;--v5:#ff83ab;
    --b0:#ff7b72;--b1:#7ea6ff;--b2:#4fd0c5;--b3:#f0b84a;--b4:#d08cf0;--b5:#a9b1c2}}
    *{box-sizing:border-box}
    html{background:var(--ground);-webkit-text-size-adjust:100%}
    body{margin:0 auto;max-width:1000px;padding:40px 28px 80px;color:var(--ink);
    font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
    h1{font-size:30px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
    h2{font-size:21px;margin:52px 0 6px;padding-top:18px;border-top:1px solid var(--line)}
    h3{font-size:16px;margin:26px 0 6px}
    p{margin:6px 0 12px;max-width:74ch}.lead{font-size:18px}.soft,small{color:var(--soft)}
    nav{margin:18px 0 0;font-size:14px}nav a{margin-right:16px;color:var(--soft)}
    a{color:inherit}
    table{border-collapse:collapse;width:100%;margin:10px 0 18px;font-size:14.5px}
    th,td{padding:6px 10px;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
    thead th{border-bottom:1px solid var(--ink);font-weight:600;white-space:nowrap}
    td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    tr.sum td,tr.sum th{border-top:1px solid var(--ink);font-weight:600}
    td small{display:block;line-height:1.35}
    tr.part th{padding-top:16px;font-size:13px;font-weight:600;color:var(--soft);border-bottom:1px solid var(--line)}
    thead th small{display:block;font-weight:400;line-height:1.3}
    .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:8px 28px}
    .cards td{overflow-wrap:anywhere}.cards td.n{overflow-wrap:normal}.cards table{font-size:13.5px}
    .scroll{overflow-x:auto}.whole{white-space:nowrap}
    .badge{display:inline-block;padding:1px 10px;border-radius:11px;font-size:13px;font-weight:600;white-space:nowrap}
    .good{color:var(--good);background:var(--goodground)}.bad{color:var(--bad);background:var(--badground)}
    .minus{color:var(--bad)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:12px;margin:20px 0 8px}
    .tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px}
    .tile b{display:block;font-size:21px;line-height:1.3;font-variant-numeric:tabular-nums}
    .tile.many b{display:flex;justify-content:space-between;gap:10px;font-size:16px;line-height:1.5;white-space:nowrap}
    .tile.many i{font-style:normal;font-weight:400;font-size:14px;color:var(--soft)}
    .tile.many span{margin-top:4px}
    .tile span{font-size:13px;color:var(--soft);display:block;line-height:1.35}
    figure{margin:18px 0 26px;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 16px 8px}
    figcaption{font-weight:600;font-size:15px;margin-bottom:2px}figcaption small{font-weight:400;margin-left:8px}
    svg{display:block;width:100%;height:auto;overflow:visible}
    svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;fill:var(--soft);
    font-variant-numeric:tabular-nums}
    svg .grid{stroke:var(--grid);stroke-width:1}svg .axis{stroke:var(--soft);stroke-width:1}
    svg .shock{stroke:var(--bad);stroke-width:1;stroke-dasharray:2 3}
    svg .l{fill:none;stroke-width:1.7;stroke-linejoin:round}
    .path{stroke:var(--path)}svg .l.path{stroke-width:3.4;opacity:.55}
    .c0{stroke:var(--v0)}.c1{stroke:var(--v1);stroke-dasharray:7 3}.c2{stroke:var(--v2);stroke-dasharray:2 2}
    .c3{stroke:var(--v3);stroke-dasharray:9 3 2 3}.c4{stroke:var(--v4);stroke-dasharray:4 4}.c5{stroke:var(--v5)}
    .f0{fill:var(--v0)}.f1{fill:var(--v1)}.f2{fill:var(--v2)}.f3{fill:var(--v3)}.f4{fill:var(--v4)}.f5{fill:var(--v5)}
    .bar0{background:var(--b0)}.bar1{background:var(--b1)}.bar2{background:var(--b2)}.bar3{background:var(--b3)}
    .bar4{background:var(--b4)}.bar5{background:var(--b5)}
    .legend{font-size:13px;color:var(--soft);margin:0 0 4px;max-width:none}.legend span{margin-right:18px;white-space:nowrap}
    .legend svg{display:inline-block;width:28px;height:10px;vertical-align:middle;margin-right:6px}
    .stack{display:flex;height:26px;border-radius:5px;overflow:hidden;background:var(--grid);margin:4px 0 6px}
    .stack i{display:block;height:100%;min-width:2px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .key{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:7px;print-color-adjust:exact;
    -webkit-print-color-adjust:exact}
    pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px;overflow-x:auto;
    font:13px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;margin:8px 0 16px}
    code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
    @media(max-width:640px){body{padding:24px 16px 60px;font-size:15px}h1{font-size:24px}h2{margin-top:40px}
    .lead{font-size:16px}table{font-size:13.5px}th,td{padding:6px 7px}figure{padding:12px 10px 6px;margin:14px 0 20px}
    .tiles{grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:8px}.tile{padding:10px}.tile b{font-size:17px}
    .tile.many b{font-size:14px}.tile.many i{font-size:12.5px}nav a{display:inline-block;padding:4px 0}
    table.sticky td:first-child,table.sticky thead th:first-child{position:sticky;left:0;background:var(--ground);
    min-width:112px;max-width:46vw}svg text{font-size:19px}svg .l{vector-effect:non-scaling-stroke}}
    @media print{@page{size:A4;margin:15mm 14mm}
    :root{color-scheme:light;--ground:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--grid:#ddd;--good:#0c5c33;
    --bad:#8f1b14;--goodground:#fff;--badground:#fff;--path:#888;--v0:#1d4aac;--v1:#a84a14;--v2:#0f6862;--v3:#74338d;
    --v4:#7c5e00;--v5:#98284f;--b0:#b3261e;--b1:#2457c5;--b2:#14807a;--b3:#c2871a;--b4:#8b3fa8;--b5:#444b5a}
    body{padding:0;max-width:none;font-size:10.5pt}nav{display:none}h1{font-size:19pt}h2{font-size:13.5pt;margin-top:22px;
    padding-top:8px;break-after:avoid}h3,h2+p{break-after:avoid}.lead{font-size:11.5pt}table{font-size:9pt}
    th,td{padding:3px 6px}figure,.tile,tr,pre,.who{break-inside:avoid}thead{display:table-header-group}
    .badge{border:1px solid currentColor}.tile b{font-size:13pt}.tiles{gap:6px;grid-template-columns:repeat(4,1fr)}
    pre{white-space:pre-wrap;overflow-wrap:anywhere}figure{padding:8px 10px 4px;margin:10px 0 14px}}
    """
}
