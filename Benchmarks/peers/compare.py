"""Checks that all contestants compute the same, times them in turn, and prints a table."""

import argparse
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import honesty
from contestants import Ours, Peer
from table import Table
from workloads import WORKLOADS

# Library and variant. Of a column the fastest counts.
COLUMNS = {
    "JAX": [("jax", "native loop"), ("jax", "patches loop")],
    "torch.func": [("torch", "func loop"), ("torch", "func vmap")],
    "create_graph": [("torch", "graph")],
}


def columns(workload):
    found = {column: list(variants) for column, variants in COLUMNS.items()}
    if workload.is_sinusoid:
        found["JAX"] = [("jax", "loop"), ("jax", "vmap")]
    if workload.steps == 1:
        # With five steps this compiles for minutes.
        found["torch.func"].append(("torch", "func compiled"))
    return found


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only workloads whose names have them")
    parser.add_argument("--root", type=Path, required=True, help="the repository")
    parser.add_argument("--core", type=int, default=0, help="the one core that all run on")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each turn, at least")
    parser.add_argument("--seed", type=int, default=3, help="of parameters and episodes")
    return parser.parse_args()


def compare(index, given, folder):
    """The least milliseconds a task, as {(column, variant): (milliseconds, variant)}."""
    workload = WORKLOADS[index]
    files = write_data(workload, given.seed, folder)
    with ExitStack() as stack:
        peers = {
            column: [
                stack.enter_context(closing(Peer(library, kind, index, files, given.core)))
                for library, kind in variants
            ]
            for column, variants in columns(workload).items()
        }
        if workload.order != "adaptation":
            peers = honest(workload, peers, files, given.root, folder)
        everyone = {"ours": [Ours(given.root, workload, given.core)]} | peers
        return least(everyone, given.rounds, given.seconds)


def write_data(workload, seed, folder):
    """Random parameters and episodes, the same for all."""
    random = np.random.default_rng(seed)
    files = [folder / "parameters.safetensors", folder / "episodes.safetensors"]
    save_file(workload.parameters(random), files[0])
    save_file(workload.episodes(random, workload.batch), files[1])
    return files


def honest(workload, peers, files, root, folder):
    """Those who compute what we do; the comparison ends if that is nobody in half of the columns."""
    ours = honesty.references(root, workload, *files, folder)
    found = {column: [p for p in some if agrees(p, workload, ours, folder)]
             for column, some in peers.items()}
    if 2 * sum(map(bool, found.values())) < len(found):
        raise SystemExit("Who is wrong is not known: the times would mean nothing.")
    return {column: some for column, some in found.items() if some}


def agrees(peer, workload, ours, folder):
    """Whether it differs by rounding alone, on half of the tasks; see the README on kinks."""
    apart = sorted(peer.difference(folder, task, *each) for task, each in enumerate(ours))
    apart = apart[(len(apart) - 1) // 2]
    is_alike = apart < workload.tolerance
    verdict = "" if is_alike else f": left out, for more than {workload.tolerance} is not rounding"
    print(f"  {peer.library} {peer.kind}: {apart:.1e} from ours{verdict}", flush=True)
    return is_alike


def least(everyone, rounds, seconds):
    """Everyone has a turn in every round, so that a busy minute strikes all."""
    best = {}
    for _ in range(rounds):
        for column, contestants in everyone.items():
            for each in contestants:
                found = (each.milliseconds(seconds), each.kind)
                best[column, each.kind] = min(best.get((column, each.kind), found), found)
    return best


def main():
    given = options()
    table = Table(["ours", *COLUMNS])
    for index, workload in enumerate(WORKLOADS):
        if not all(word in workload.engine_name for word in given.words):
            continue
        print(workload.engine_name, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            best = compare(index, given, Path(folder))
        for (column, kind), (milliseconds, _) in best.items():
            print(f"  {column} {kind}".rstrip() + f": {milliseconds:.4g} ms", flush=True)
        table.add(workload, best)
    print(table)


main()
