"""Whether all compute the same: their losses and meta-gradients against `outerloop gradient`."""

import subprocess

import numpy as np
from safetensors.numpy import load_file, save_file

MOST_TASKS = 4


def references(root, workload, parameters, episodes, folder):
    """The loss and gradient of each of the first tasks alone, as the engine computes them."""
    stacked, alone = load_file(episodes), folder / "alone.safetensors"
    found = []
    for task in range(min(len(stacked["support_x"]), MOST_TASKS)):
        save_file({name: array[task:task + 1] for name, array in stacked.items()}, alone)
        found.append(reference(root, workload, parameters, alone, folder))
    return found


def reference(root, workload, parameters, episodes, folder):
    """The tasks' mean loss and mean gradient as the engine computes them."""
    plan, output = folder / "plan.yaml", folder / "ours.safetensors"
    plan.write_text(workload.plan)
    subprocess.run(
        [root / ".build/release/outerloop", "gradient", "--plan", plan, "--parameters", parameters,
         "--episodes", episodes, "--output", output],
        check=True, capture_output=True)
    found = load_file(output)
    prefix = "gradient."
    gradient = {n.removeprefix(prefix): a for n, a in found.items() if n.startswith(prefix)}
    return found["loss_after"][:, -1].mean(), gradient


def difference(loss, gradient, reference_loss, reference_gradient):
    """The larger of two relative differences: of the losses, and of the gradients' lengths."""
    assert sorted(gradient) == sorted(reference_gradient)
    joined = lambda arrays: np.concatenate([arrays[n].ravel() for n in sorted(arrays)])
    ours = joined(reference_gradient).astype(np.float64)
    apart = np.linalg.norm(joined(gradient) - ours) / np.linalg.norm(ours)
    return max(apart, abs(loss - reference_loss) / abs(reference_loss))
