"""What is compared: tasks and networks, as in the engine's own benchmark."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Workload:
    """One kind of task, and what is computed of it."""

    title: str
    engine: str  # Its name in engine-benchmark.
    order: str = "second"  # Or "first", or "adaptation": inner steps alone.
    steps: int = 1
    batch: int = 4  # Tasks at a time, where a program takes several.
    ways: int = 5
    query: int = 1  # Images of each class.
    image: tuple = ()  # Height, width, channels; none for sinusoids.
    filters: int = 0
    downsampling: str = "stride"
    rate: float = 0.01

    @property
    def is_sinusoid(self):
        return not self.image

    @property
    def engine_name(self):
        return f"{self.engine}, {self.steps} steps, {self.order}"

    @property
    def tolerance(self):
        """How far gradients of two right programs may be apart; see the README on kinks."""
        return 1e-3 if self.image == (84, 84, 3) else 1e-4

    @property
    def plan(self):
        """The run plan of the same task, for the command `outerloop gradient`."""
        tasks, network = self._sinusoid_plan() if self.is_sinusoid else self._image_plan()
        return (
            f"steps: 1\nbatch: 1\ntasks: {tasks}\nnetwork: {network}\n"
            f"learner: {{method: maml, order: {self.order}, inner-steps: {self.steps},"
            f" inner-rate: {self.rate}, adapts: {'all' if self.is_sinusoid else 'weights'}}}\n"
            "optimizer: {method: adam, rate: 0.001}\n"
        )

    def _sinusoid_plan(self):
        return "{family: sinusoid, shots: 10, query: 10}", "{kind: mlp, hidden: [40, 40]}"

    def _image_plan(self):
        return (
            f"{{family: images, data: unused, image: {list(self.image)}, ways: {self.ways},"
            f" shots: 1, query: {self.query}}}",
            f"{{kind: convnet4, filters: {self.filters}, downsampling: {self.downsampling},"
            " norm: {kind: batch, scale: false, shift: true, epsilon: 1e-3}}",
        )

    def parameters(self, random):
        """Parameters by their public names and in their public layouts."""
        if self.is_sinusoid:
            widths = [1, 40, 40, 1]
            return {
                name: array
                for layer, (inputs, outputs) in enumerate(zip(widths, widths[1:]), 1)
                for name, array in _dense(random, f"fc{layer}", inputs, outputs).items()
            }
        height, width, channels = self.image
        found = {}
        for layer in range(1, 5):
            found |= _convolution(random, layer, channels, self.filters)
            channels = self.filters
        pixels = 1 if self.downsampling == "stride" else (height >> 4) * (width >> 4)
        return found | _dense(random, "fc", self.filters * pixels, self.ways)

    def episodes(self, random, tasks):
        """Tasks stacked: `support_x`, `support_y`, `query_x`, `query_y`; images channels first."""
        if self.is_sinusoid:
            return _curves(random, tasks)
        height, width, channels = self.image
        size = (tasks, self.ways, channels, height, width)
        classes = random.uniform(0, 1, size)
        labels = np.tile(np.arange(self.ways), (tasks, 1))
        repeat = lambda array: np.repeat(array, self.query, axis=1)
        noisy = lambda images: images + random.normal(0, 0.3, images.shape)
        return _floats(
            support_x=noisy(classes), support_y=labels,
            query_x=noisy(repeat(classes)), query_y=repeat(labels),
        )


def _floats(**arrays):
    return {name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}


def _dense(random, name, inputs, outputs):
    limit = np.sqrt(6 / (inputs + outputs))
    return _floats(**{
        f"{name}.weight": random.uniform(-limit, limit, (outputs, inputs)),
        f"{name}.bias": random.normal(0, 0.1, outputs),
    })


def _convolution(random, layer, channels, filters):
    limit = np.sqrt(6 / (9 * (channels + filters)))
    return _floats(**{
        f"conv{layer}.weight": random.uniform(-limit, limit, (filters, channels, 3, 3)),
        f"conv{layer}.bias": random.normal(0, 0.1, filters),
        f"bn{layer}.bias": random.normal(0, 0.1, filters),
    })


def _curves(random, tasks):
    amplitude = random.uniform(0.1, 5, (tasks, 1, 1))
    phase = random.uniform(0, np.pi, (tasks, 1, 1))
    x = random.uniform(-5, 5, (2, tasks, 10, 1))
    y = amplitude * np.sin(x - phase)
    return _floats(support_x=x[0], support_y=y[0], query_x=x[1], query_y=y[1])


def _both_orders(workload):
    return [workload, replace(workload, order="first")]


OMNIGLOT = Workload(
    "Omniglot 5-way 1-shot, strided", "omniglot 5-way", batch=16, image=(28, 28, 1), filters=64)
OMNIGLOT_20 = replace(
    OMNIGLOT, title="Omniglot 20-way 1-shot, strided", engine="omniglot 20-way", ways=20, steps=5,
    batch=4)
MAX_POOL = replace(
    OMNIGLOT, title="28x28 max-pool 5-way 1-shot", engine="omniglot max-pool", query=15, steps=5,
    downsampling="max-pool", batch=4)
MINI_IMAGENET = replace(
    MAX_POOL, title="MiniImagenet 5-way 1-shot", engine="miniimagenet", image=(84, 84, 3),
    filters=32, batch=2)
SINUSOID = Workload("sinusoid 1-40-40-1", "sinusoid", batch=25)

WORKLOADS = [
    each for workload in (SINUSOID, OMNIGLOT, OMNIGLOT_20, MAX_POOL, MINI_IMAGENET)
    for each in _both_orders(workload)
] + [
    replace(OMNIGLOT, order="adaptation", steps=5, batch=16),
    replace(MINI_IMAGENET, order="adaptation", batch=4),
]
