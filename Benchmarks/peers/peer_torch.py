"""The tasks in PyTorch: `torch.func`, and the loop of `autograd.grad` that learn2learn runs."""

import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch.func import grad, grad_and_value, vmap

torch.set_num_threads(1)
torch.set_flush_denormal(True)


def built_in_norm(x, shift):
    """What `BatchNorm2d` calls without running averages."""
    return F.batch_norm(x, None, None, None, shift, training=True, eps=1e-3)


def written_norm(x, shift):
    """Of elementary operations, whose second derivatives are elementary too."""
    centred = x - x.mean((0, 2, 3), keepdim=True)
    variance = centred.square().mean((0, 2, 3), keepdim=True)
    return centred * torch.rsqrt(variance + 1e-3) + shift[:, None, None]


def convnet4(workload, norm):
    strides = workload.downsampling == "stride"

    def network(weights, x):
        for layer in range(1, 5):
            filters, bias = weights[f"conv{layer}.weight"], weights[f"conv{layer}.bias"]
            x = F.conv2d(x, filters, bias, stride=2 if strides else 1, padding=1)
            x = F.relu(norm(x, weights[f"bn{layer}.bias"]))
            x = x if strides else F.max_pool2d(x, 2)
        features = x.mean((2, 3)) if strides else x.flatten(1)
        return F.linear(features, weights["fc.weight"], weights["fc.bias"])

    return network


def mlp(weights, x):
    for layer in (1, 2, 3):
        x = F.linear(x, weights[f"fc{layer}.weight"], weights[f"fc{layer}.bias"])
        x = F.relu(x) if layer < 3 else x
    return x


def loss_of(workload, norm):
    network = mlp if workload.is_sinusoid else convnet4(workload, norm)
    measure = F.mse_loss if workload.is_sinusoid else F.cross_entropy
    return lambda weights, x, y: measure(network(weights, x), y)


def moving_and_fixed(parameters):
    """Shifts of normalisation are learned across tasks alone."""
    fixed = {name: value for name, value in parameters.items() if name.startswith("bn")}
    return {name: value for name, value in parameters.items() if name not in fixed}, fixed


def functional_task(workload, norm):
    """The function of (parameters, episode) as transformations of functions."""
    loss = loss_of(workload, norm)

    def adapted(parameters, episode):
        moving, fixed = moving_and_fixed(parameters)
        inner = grad(lambda w: loss(w | fixed, episode["support_x"], episode["support_y"]))
        for _ in range(workload.steps):
            slopes = inner(moving)
            if workload.order == "first":
                slopes = {name: slope.detach() for name, slope in slopes.items()}
            moving = {name: moving[name] - workload.rate * slopes[name] for name in moving}
        return moving | fixed

    def after(parameters, episode):
        return loss(adapted(parameters, episode), episode["query_x"], episode["query_y"])

    return adapted if workload.order == "adaptation" else grad_and_value(after)


def graph_task(workload, norm):
    """The same as a loop that keeps the graph of the inner slopes."""
    loss = loss_of(workload, norm)

    def adapted(parameters, episode):
        moving, fixed = moving_and_fixed(parameters)
        for _ in range(workload.steps):
            support = loss(moving | fixed, episode["support_x"], episode["support_y"])
            slopes = torch.autograd.grad(
                support, list(moving.values()), create_graph=workload.order == "second")
            moving = {
                name: weight - workload.rate * slope
                for (name, weight), slope in zip(moving.items(), slopes)
            }
        return moving | fixed

    def after(parameters, episode):
        parameters = {name: value.requires_grad_() for name, value in parameters.items()}
        found = adapted(parameters, episode)
        if workload.order == "adaptation":
            return found
        loss_after = loss(found, episode["query_x"], episode["query_y"])
        gradient = torch.autograd.grad(loss_after, list(parameters.values()))
        return dict(zip(parameters, gradient)), loss_after.detach()

    return after


class Contender:
    """`kind` says how to differentiate, and with `torch.func` how to go over tasks."""

    def __init__(self, kind, workload, parameters, episodes):
        self.kind, self.workload = kind, workload
        self.tasks = len(episodes["support_x"])
        self.parameters = {n: torch.from_numpy(self._turned(a)) for n, a in parameters.items()}
        self.stacked = {name: self._episode(name, array) for name, array in episodes.items()}
        self.single = [
            {name: array[index] for name, array in self.stacked.items()}
            for index in range(self.tasks)
        ]
        self.one = self._task()

    def _task(self):
        """Normalisation is what each was found to be faster with."""
        match self.kind:
            case "graph":
                return graph_task(self.workload, built_in_norm)
            case "func loop":
                return functional_task(self.workload, built_in_norm)
            case "func vmap":
                return vmap(functional_task(self.workload, written_norm), (None, 0))
            case "func compiled":
                return torch.compile(functional_task(self.workload, written_norm))

    def only(self, task):
        """The same for one of the tasks."""
        alone = copy.copy(self)
        alone.tasks, alone.single = 1, [self.single[task]]
        alone.stacked = {name: array[task:task + 1] for name, array in self.stacked.items()}
        return alone

    @property
    def takes_all(self):
        return self.kind == "func vmap"

    def run(self, tasks):
        """The first of the tasks once, or all if they are taken together."""
        if self.takes_all:
            return self.one(self.parameters, self.stacked)
        return [self.one(self.parameters, each) for each in self.single[:tasks]]

    def results(self):
        """The tasks' mean loss, and the mean gradient by public names."""
        found = self.run(self.tasks)
        if self.takes_all:
            gradient, losses = found
        else:
            losses = torch.stack([loss for _, loss in found])
            gradient = {
                name: torch.stack([each[name] for each, _ in found]) for name in found[0][0]
            }
        return losses.mean().item(), {
            name: self._turned(array.mean(0).detach().numpy()) for name, array in gradient.items()
        }

    def _episode(self, name, array):
        if name.endswith("_x"):
            return torch.from_numpy(array if self.workload.is_sinusoid else self._turned(array))
        return torch.from_numpy(array if self.workload.is_sinusoid else array.astype(np.int64))

    def _turned(self, array):
        """Images and filters upside down where there are strides.

        There one pixel is to be added below and to the right of an even image, which would take a
        copy each time. Turned by half, the padding of one on all sides does the same for nothing.
        """
        if array.ndim < 4 or self.workload.downsampling != "stride" or self.workload.is_sinusoid:
            return array
        return np.ascontiguousarray(array[..., ::-1, ::-1])
