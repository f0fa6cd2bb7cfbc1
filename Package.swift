// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// One line a target, lowest level first: a target imports only what stands above it in this list.
let package = Package(
  name: "outerloop",
  products: [
    .executable(name: "outerloop", targets: ["outerloop"]),
    // For programs with networks, tasks or learners of their own.
    .library(
      name: "Outerloop",
      targets: [
        "Adaptation", "Command", "Training", "MetaLearning", "Episodes", "Optimizers", "Networks",
        "Graphs",
        "NDArrays",
      ]),
  ],
  traits: [
    .trait(
      name: "ImageFiles",
      description: "Reads PNG, JPEG and archives; without it, no library for them is needed."),
    .default(enabledTraits: ["ImageFiles"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "NDArrays"),
    .target(name: "Locks"),
    .target(name: "CKernels", linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Files"),
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(name: "CProcess"),
    .systemLibrary(name: "CShelf"),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .target(name: "CWire", dependencies: ["CProtobufC"]),

    .target(name: "Graphs", dependencies: ["NDArrays"]),
    .target(name: "Coordination"),

    .target(name: "Compiler", dependencies: ["Graphs", "NDArrays"]),
    .target(name: "Networks", dependencies: ["Graphs", "NDArrays"]),
    .target(name: "Optimizers", dependencies: ["Graphs", "NDArrays"]),
    .target(name: "Episodes", dependencies: ["NDArrays"]),

    .target(name: "Execution", dependencies: ["CKernels", "Compiler", "Graphs", "NDArrays"]),
    .target(name: "MetaLearning", dependencies: ["Episodes", "Graphs", "NDArrays", "Networks"]),

    .target(
      name: "Training",
      dependencies: [
        "Coordination", "Episodes", "Execution", "Graphs", "Locks", "MetaLearning", "NDArrays",
        "Networks", "Optimizers", .product(name: "Yams", package: "Yams"),
      ]),

    .target(name: "Transport", dependencies: ["CShelf", "CZeroMQ", "Files", "Locks"]),
    .target(name: "Wire", dependencies: ["CProtobufC", "CWire", "NDArrays"]),
    .target(name: "Checkpoints", dependencies: ["Files", "Graphs", "NDArrays"]),
    .target(
      name: "Datasets",
      dependencies: [
        .target(name: "CArchive", condition: .when(traits: ["ImageFiles"])),
        .target(name: "CJPEG", condition: .when(traits: ["ImageFiles"])),
        .target(name: "CPNG", condition: .when(traits: ["ImageFiles"])),
        "Episodes", "Files", "Locks", "NDArrays",
      ]),
    .target(name: "Telemetry", dependencies: ["Files", "Locks"]),
    .target(name: "Pages"),

    .target(
      name: "Simulation",
      dependencies: [
        "Coordination", "NDArrays", .product(name: "HeapModule", package: "swift-collections"),
      ]),
    .target(
      name: "Cluster",
      dependencies: [
        "CProcess", "Checkpoints", "Coordination", "Episodes", "Execution", "Files", "Graphs",
        "Locks", "MetaLearning", "NDArrays", "Telemetry", "Training", "Transport", "Wire",
        .product(name: "Logging", package: "swift-log"),
      ]),

    .target(
      name: "Adaptation",
      dependencies: [
        "Checkpoints", "Datasets", "Episodes", "Execution", "Files", "Graphs", "MetaLearning",
        "NDArrays", "Networks", "Training",
      ]),
    .target(
      name: "Command",
      dependencies: [
        "Adaptation", "CProcess", "Checkpoints", "Cluster", "Coordination", "Datasets", "Episodes",
        "Execution", "Files", "Graphs", "Locks", "MetaLearning", "NDArrays", "Pages", "Simulation",
        "Telemetry", "Training", "Transport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(name: "outerloop", dependencies: ["Command"]),

    .target(name: "CAllocations", path: "Benchmarks/CAllocations"),
    .target(name: "CPeak", path: "Benchmarks/CPeak"),
    .executableTarget(
      name: "kernel-benchmark", dependencies: ["CKernels", "CPeak"], path: "Benchmarks/Kernels"),
    .executableTarget(
      name: "engine-benchmark",
      dependencies: [
        "CAllocations", "CPeak", "Episodes", "Execution", "Graphs", "MetaLearning", "NDArrays",
        "Networks",
      ], path: "Benchmarks/Engine"),
    .executableTarget(
      name: "transport-benchmark", dependencies: ["Transport"], path: "Benchmarks/Transport"),
    .executableTarget(
      name: "wire-benchmark", dependencies: ["CWire", "Wire"], path: "Benchmarks/Wire"),
    .executableTarget(
      name: "cluster-benchmark",
      dependencies: [
        "Cluster", "Coordination", "Execution", "Training", "Transport", "Wire",
        .product(name: "Logging", package: "swift-log"),
      ], path: "Benchmarks/Cluster"),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CArchive", "CJPEG", "CWire", "Checkpoints", "Cluster", "Coordination", "Datasets",
        "Episodes", "Graphs", "NDArrays", "Training", "Transport", "Wire",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/Fuzz"),

    .target(name: "RawPeers", path: "Tests/RawPeers"),
    .testTarget(name: "NDArraysTests", dependencies: ["NDArrays"]),
    .testTarget(name: "KernelsTests", dependencies: ["CKernels", "NDArrays"]),
    .testTarget(name: "GraphsTests", dependencies: ["Graphs", "NDArrays"]),
    .testTarget(
      name: "CoordinationTests", dependencies: ["Coordination", "NDArrays", "Simulation"]),
    .testTarget(
      name: "EngineTests",
      dependencies: ["CAllocations", "Compiler", "Execution", "Graphs", "NDArrays"]),
    .testTarget(name: "EpisodesTests", dependencies: ["Episodes", "NDArrays"]),
    .testTarget(
      name: "MetaLearningTests",
      dependencies: [
        "Compiler", "Episodes", "Execution", "Graphs", "MetaLearning", "NDArrays", "Networks",
        "Optimizers",
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Coordination", "Episodes", "Execution", "Graphs", "MetaLearning", "NDArrays", "Networks",
        "Optimizers", "Training",
      ]),
    .testTarget(
      name: "WireTests",
      dependencies: [
        "CProtobufC", "CShelf", "CWire", "CZeroMQ", "Files", "NDArrays", "RawPeers", "Transport",
        "Wire",
      ],
      exclude: ["Golden"]),
    .testTarget(
      name: "FilesTests",
      dependencies: ["Checkpoints", "Files", "Graphs", "Locks", "NDArrays", "Pages", "Telemetry"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["CArchive", "CJPEG", "Datasets", "Episodes", "Files", "NDArrays"]),
    .testTarget(
      name: "ClusterTests",
      dependencies: [
        "CProcess", "CWire", "Checkpoints", "Cluster", "Coordination", "Episodes", "Execution",
        "Files",
        "Graphs", "Locks", "NDArrays", "RawPeers", "Telemetry", "Training", "Transport", "Wire",
        "outerloop",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "AdaptationTests",
      dependencies: [
        "Adaptation", "Checkpoints", "Episodes", "Execution", "Files", "Graphs", "MetaLearning",
        "NDArrays", "Networks", "Training",
      ]),
    .testTarget(
      name: "DocumentationTests",
      dependencies: [
        "Adaptation", "Command", "Episodes", "Graphs", "MetaLearning", "NDArrays", "Networks",
        "Training",
      ]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "outerloop", "Adaptation", "Checkpoints", "Coordination", "Datasets", "Episodes",
        "Execution", "Graphs",
        "MetaLearning", "NDArrays", "RawPeers", "Telemetry", "Training", "Transport", "Wire",
      ]),
  ],
  swiftLanguageModes: [.v6]
)

let cTargets: Set<String> = ["CAllocations", "CKernels", "CPeak", "CWire"]
for target in package.targets where target.type != .system && !cTargets.contains(target.name) {
  target.swiftSettings = (target.swiftSettings ?? []) + strict
}
