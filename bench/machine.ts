// Where and with what a run was made: the versions of all sides, the processor, and how busy the machine was.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, type } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "#core/clock.ts";
import { version } from "#runtime/version.ts";
import { root } from "./children.ts";
import { python } from "./pairs.ts";

export interface Machine {
  /** In UTC. */
  date: string;
  system: string;
  cpu: string;
  cores: number;
  /** Name and version of what was measured. */
  versions: Record<string, string>;
}

const packages = ["@connectrpc/connect-node", "@bufbuild/protobuf", "@grpc/grpc-js", "@grpc/proto-loader"];
const pythonVersions = `
import json, platform
versions = {"python": platform.python_version()}
try:
    import grpc, google.protobuf
    from google.protobuf.internal import api_implementation
    versions["grpcio"] = grpc.__version__
    versions["python protobuf"] = google.protobuf.__version__ + " (" + api_implementation.Type() + ")"
except ImportError:
    pass
print(json.dumps(versions))
`;

export async function machine(): Promise<Machine> {
  const [first] = cpus();
  return {
    date: systemClock.date().toISOString(),
    system: `${type()} ${release()}`,
    cpu: first?.model.trim() || "unknown",
    cores: cpus().length,
    versions: {
      synapse: version,
      node: process.versions.node,
      ...Object.fromEntries(packages.map((name) => [name, installed(name)])),
      ...(await ofPython()),
    },
  };
}

/** The load average of the last minute. */
export function load(): number {
  return loadavg()[0] ?? Number.NaN;
}

function installed(name: string): string {
  return JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
}

async function ofPython(): Promise<Record<string, string>> {
  try {
    const { stdout } = await promisify(execFile)(python, ["-c", pythonVersions], { timeout: 10_000 });
    return JSON.parse(stdout);
  } catch {
    return { python: "not there" };
  }
}
