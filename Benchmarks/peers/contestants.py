"""The processes that are compared, each bound to one core and idle until its turn."""

import json
import os
import subprocess
import sys
from pathlib import Path

from safetensors.numpy import load_file

import honesty

HERE = Path(__file__).parent
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


class Refused(Exception):
    """A peer that ended without an answer."""


class Ours:
    """The engine's own benchmark, started anew each time: it has no warming up."""

    library, kind = "outerloop", ""

    def __init__(self, root, workload, core):
        program = root / ".build/release/engine-benchmark"
        self.command = pinned([program, "--json", workload.engine_name], core)

    def milliseconds(self, _):
        output = subprocess.run(self.command, check=True, capture_output=True, text=True).stdout
        return json.loads(output)["microseconds"] / 1000

    def close(self):
        pass


class Peer:
    """A process that answers questions, one line each."""

    def __init__(self, library, kind, index, files, core):
        self.library, self.kind = library, kind
        command = [sys.executable, HERE / "contender.py", library, kind, str(index), *files]
        self.process = subprocess.Popen(
            pinned(command, core), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD)
        self._line()

    def milliseconds(self, seconds):
        return self._ask(f"time {seconds}")["milliseconds"]

    def difference(self, folder, task, loss, gradient):
        """How far its loss and gradient of a task are from these."""
        file = folder / "theirs.safetensors"
        answer = self._ask(f"check {file} {task}")
        return honesty.difference(answer["loss"], load_file(file), loss, gradient)

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def _ask(self, question):
        print(question, file=self.process.stdin, flush=True)
        return self._line()

    def _line(self):
        line = self.process.stdout.readline()
        if not line:
            raise Refused(self.process.stderr.read().strip().splitlines()[-1:])
        return json.loads(line)


def pinned(command, core):
    return ["taskset", "--cpu-list", str(core), *map(str, command)]
