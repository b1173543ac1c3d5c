// The replicas of a drill: processes of its own whose work takes a known time, or the real agent.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type TcpFaultProxy, tcpFaultProxy } from "#resilience/testing/tcp-fault-proxy.ts";
import { childEnvironment } from "#runtime/config.ts";
import { type Child, child, type Program } from "./child.ts";
import { type ReplicaSettings, replicaDefaults, type Told } from "./replica-settings.ts";

export interface Replica extends AsyncDisposable {
  /** Where it is called: its proxy when it has one. */
  readonly url: string;
  /** The network before it. */
  readonly proxy: TcpFaultProxy | undefined;
  /** The network before it for streams alone. */
  readonly streamProxy: TcpFaultProxy | undefined;
  readonly process: Child;
  kill(): Promise<void>;
  /** Asks it to leave by SIGTERM; gives its exit code. */
  leave(): Promise<number | null>;
  /** Every call takes so much longer. */
  slow(ms: number): void;
  told(): Promise<Told>;
}

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** `hasProxy`: its network can be broken; `hasStreamProxy`: that of streams. */
export async function replica(
  program: Program,
  { hasProxy, hasStreamProxy }: { hasProxy: boolean; hasStreamProxy: boolean },
): Promise<Replica> {
  const process = await child(program);
  const proxy = hasProxy ? await tcpFaultProxy({ target: process.port }) : undefined;
  const streamProxy = hasStreamProxy ? await tcpFaultProxy({ target: process.port }) : undefined;
  return {
    url: proxy?.url ?? process.url,
    proxy,
    streamProxy,
    process,
    kill: async () => void (await process.end("SIGKILL")),
    leave: () => process.end("SIGTERM"),
    slow: (slowMs) => process.send({ slowMs }),
    async told() {
      const answer = process.heard<Told>("told");
      process.send({ tell: true });
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await proxy?.[Symbol.asyncDispose]();
      await streamProxy?.[Symbol.asyncDispose]();
      await process[Symbol.asyncDispose]();
    },
  };
}

/** A replica of the drill's own. */
export function ownProgram(given: Partial<ReplicaSettings>): Program {
  return {
    entry: pathOf("./replica.ts"),
    start: (port) => ({
      args: [JSON.stringify({ ...replicaDefaults, ...given, port })],
      env: childEnvironment({ NODE_OPTIONS: undefined }),
    }),
  };
}

/** The claude process with its builtin engine; its data is in a folder that is gone afterwards. */
export async function realProgram(): Promise<Program & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "synapse-drill-"));
  return {
    entry: pathOf("../../services/claude/main.ts"),
    start: (port) => ({
      args: [],
      env: childEnvironment({
        SYNAPSE_HOST: "127.0.0.1",
        SYNAPSE_CLAUDE_PORT: String(port),
        SYNAPSE_CLAUDE_ENGINE: "builtin",
        SYNAPSE_DATA_DIR: folder,
        SYNAPSE_LOG_LEVEL: "error",
      }),
    }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A simulated provider. */
export const providerProgram: Program = {
  entry: pathOf("../../simulator/main.ts"),
  start: () => ({ args: [], env: childEnvironment({ NODE_OPTIONS: undefined }) }),
};
