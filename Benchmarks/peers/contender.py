"""One contender as a process: told `check FILE TASK` or `time SECONDS`, it answers in JSON."""

import json
import math
import sys
import time

import numpy as np
from safetensors.numpy import load_file, save_file

from workloads import WORKLOADS


def peer(library):
    """Imports one library only, so that the other's threads and settings are not about."""
    if library == "jax":
        import peer_jax
        return peer_jax.Contender
    import peer_torch
    return peer_torch.Contender


def least(run, tasks, seconds):
    """The least time a task, in milliseconds, of runs of so many tasks.

    It is the processor's time, not the clock's, so that a run that somebody else interrupted does
    not count against a peer, however long it is.
    """
    best, end = float("inf"), time.perf_counter() + seconds
    while True:
        start = time.process_time()
        run(tasks)
        best = min(best, time.process_time() - start)
        if time.perf_counter() > end:
            return best * 1000 / tasks


def tasks_at_a_time(contender):
    """As few as take a millisecond: many short runs are likelier to meet a quiet moment."""
    if contender.takes_all:
        return contender.tasks
    start = time.process_time()
    contender.run(1)
    longest = max(time.process_time() - start, 1e-6)
    return min(contender.tasks, math.ceil(1e-3 / longest))


def answer(contender, command, value, task=0):
    if command == "time":
        return {"milliseconds": least(contender.run, tasks_at_a_time(contender), float(value))}
    loss, gradient = contender.only(int(task)).results()
    save_file({k: np.ascontiguousarray(v) for k, v in gradient.items()}, value)
    return {"loss": loss}


def main():
    library, kind, index, parameters, episodes = sys.argv[1:]
    contender = peer(library)(
        kind, WORKLOADS[int(index)], load_file(parameters), load_file(episodes))
    contender.run(contender.tasks)
    print(json.dumps({"tasks": contender.tasks}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(contender, *line.split())), flush=True)


main()
