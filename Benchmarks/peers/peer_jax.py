"""The tasks in JAX: jit, over one task at a time or over many at once."""

import copy

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def native_convolution(images, filters, stride):
    """The library's own."""
    return lax.conv_general_dilated(
        images, filters, (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def patch_convolution(images, filters, stride):
    """The nine shifted images beside each other, times a matrix."""
    high, wide = images.shape[1:3]
    before, after = zip(*(_padding(size, stride) for size in (high, wide)))
    padded = jnp.pad(images, [(0, 0), *zip(before, after), (0, 0)])
    rows, columns = -(-high // stride), -(-wide // stride)
    patches = [
        padded[:, i:i + (rows - 1) * stride + 1:stride, j:j + (columns - 1) * stride + 1:stride]
        for i in range(3) for j in range(3)
    ]
    return jnp.concatenate(patches, axis=-1) @ filters.reshape(-1, filters.shape[-1])


def _padding(size, stride):
    total = max((-(-size // stride) - 1) * stride + 3 - size, 0)
    return total // 2, total - total // 2


def max_pool(x):
    """The largest of two by two; what is odd is left out."""
    n, height, width, channels = x.shape
    even = x[:, :height // 2 * 2, :width // 2 * 2]
    return even.reshape(n, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4))


def normalized(x, shift):
    centred = x - x.mean(axis=(0, 1, 2))
    return centred * lax.rsqrt((centred * centred).mean(axis=(0, 1, 2)) + 1e-3) + shift


def convnet4(workload, convolution):
    strides = workload.downsampling == "stride"

    def network(weights, x):
        for layer in range(1, 5):
            x = convolution(x, weights[f"conv{layer}.weight"], 2 if strides else 1)
            x = normalized(x + weights[f"conv{layer}.bias"], weights[f"bn{layer}.bias"])
            x = jax.nn.relu(x)
            x = x if strides else max_pool(x)
        features = x.mean(axis=(1, 2)) if strides else x.reshape(len(x), -1)
        return features @ weights["fc.weight"] + weights["fc.bias"]

    return network


def mlp(weights, x):
    for layer in (1, 2, 3):
        x = x @ weights[f"fc{layer}.weight"] + weights[f"fc{layer}.bias"]
        x = jax.nn.relu(x) if layer < 3 else x
    return x


def cross_entropy(scores, labels):
    return -jnp.take_along_axis(jax.nn.log_softmax(scores), labels[:, None], axis=1).mean()


def mean_squared_error(outputs, targets):
    return jnp.square(outputs - targets).mean()


def task(workload, convolution):
    """The function of (parameters, episode) whose time is taken."""
    network = mlp if workload.is_sinusoid else convnet4(workload, convolution)
    measure = mean_squared_error if workload.is_sinusoid else cross_entropy
    loss = lambda weights, x, y: measure(network(weights, x), y)

    def adapted(parameters, episode):
        fixed = {name: value for name, value in parameters.items() if name.startswith("bn")}
        moving = {name: value for name, value in parameters.items() if name not in fixed}
        for _ in range(workload.steps):
            slope = jax.grad(lambda w: loss(w | fixed, episode["support_x"], episode["support_y"]))
            slopes = slope(moving)
            slopes = lax.stop_gradient(slopes) if workload.order == "first" else slopes
            moving = {name: moving[name] - workload.rate * slopes[name] for name in moving}
        return moving | fixed

    def after(parameters, episode):
        return loss(adapted(parameters, episode), episode["query_x"], episode["query_y"])

    return adapted if workload.order == "adaptation" else jax.value_and_grad(after)


class Contender:
    """`kind` says how to convolve and how to go over tasks, as in `native loop`."""

    def __init__(self, kind, workload, parameters, episodes):
        *convolution, self.over = kind.split()
        self.workload = workload
        self.tasks = len(episodes["support_x"])
        self.parameters = {n: jnp.asarray(_inward(a, workload)) for n, a in parameters.items()}
        chosen = patch_convolution if convolution == ["patches"] else native_convolution
        self.one = jax.jit(task(workload, chosen))
        together = jax.vmap(task(workload, chosen), (None, 0))
        self.many = jax.jit(lambda p, e: self._mean(together(p, e)))
        self.stacked = {name: self._episode(name, array) for name, array in episodes.items()}
        self.single = [
            {name: array[index] for name, array in self.stacked.items()}
            for index in range(self.tasks)
        ]

    def only(self, task):
        """The same for one of the tasks."""
        alone = copy.copy(self)
        alone.tasks, alone.single = 1, [self.single[task]]
        alone.stacked = {name: array[task:task + 1] for name, array in self.stacked.items()}
        return alone

    @property
    def takes_all(self):
        return self.over == "vmap"

    def run(self, tasks):
        """The first of the tasks once, or all if they are taken together."""
        if self.takes_all:
            return jax.block_until_ready(self.many(self.parameters, self.stacked))
        return jax.block_until_ready(
            [self.one(self.parameters, each) for each in self.single[:tasks]])

    def results(self):
        """The tasks' mean loss, and the mean gradient by public names."""
        found = self.run(self.tasks)
        if not self.takes_all:
            found = jax.tree.map(lambda *parts: sum(parts) / self.tasks, *found)
        loss, gradient = found
        return float(loss), {
            name: _outward(np.asarray(array), name, self.workload)
            for name, array in gradient.items()
        }

    def _mean(self, results):
        """Tasks' gradients are added up; what tasks adapted to is not."""
        if self.workload.order == "adaptation":
            return results
        return jax.tree.map(lambda array: array.mean(axis=0), results)

    def _episode(self, name, array):
        if name.endswith("_x"):
            return jnp.asarray(array if self.workload.is_sinusoid else np.moveaxis(array, 2, 4))
        return jnp.asarray(array if self.workload.is_sinusoid else array.astype(np.int32))


def _inward(array, workload):
    """From the public layout: filters last, features of the head in the order of pixels."""
    if array.ndim == 4:
        return array.transpose(2, 3, 1, 0)
    return _by_pixel(array, workload).T if array.ndim == 2 else array


def _outward(array, name, workload):
    if array.ndim == 4:
        return array.transpose(3, 2, 0, 1)
    return _by_channel(array.T, workload) if array.ndim == 2 else array


def _by_pixel(array, workload):
    if workload.is_sinusoid:
        return array
    split = array.reshape(len(array), workload.filters, -1)
    return split.swapaxes(1, 2).reshape(array.shape)


def _by_channel(array, workload):
    if workload.is_sinusoid:
        return array
    split = array.reshape(len(array), -1, workload.filters)
    return split.swapaxes(1, 2).reshape(array.shape)
