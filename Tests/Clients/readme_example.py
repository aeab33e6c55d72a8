"""The README's example of a node and a client, as it stands there, but for the folder and the port."""
import contextlib
import io
import os
import re
import shlex
import signal
import subprocess
import tempfile

from harness import Checks

HERE = os.path.dirname(os.path.abspath(__file__))
README = open(os.path.join(HERE, "../../README.md")).read()
checks = Checks("readme example")


def block(marker, language):
    """The code behind `<!-- marker -->`."""
    return re.search(rf"<!-- {marker} -->\n```{language}\n(.*?)```", README, re.DOTALL).group(1)


def example():
    binary = os.environ.get("PERP_NODE") or "perp-node"
    folder = tempfile.mkdtemp(prefix="perp-node-") + "/node"
    init, start = (shlex.split(line) for line in block("node", "sh").strip().replace("\\\n", " ").splitlines())
    assert init[:3] == ["perp", "node", "init"] and start[:3] == ["perp", "node", "start"], (init, start)
    subprocess.run([binary, "init", folder, *init[4:]], check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen([binary, "start", folder, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        base = process.stdout.readline().split()[1]
        code = block("client", "python")
        assert "http://127.0.0.1:3001" in code
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile(code.replace("http://127.0.0.1:3001", base), "README.md", "exec"), {})
        assert "resting" in output.getvalue() and "100000.0" in output.getvalue(), output.getvalue()
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


checks.check("example", example)
checks.finish()
