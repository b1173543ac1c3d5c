// Driver: one command in a bubblewrap sandbox that holds nothing of the host but programs. Files go in and come out as tar streams.
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, messageOf, Reason } from "#core/failure.ts";
import { bwrapRun, type Place } from "./bwrap-run.ts";
import { cgroupPlace } from "./cgroup.ts";
import type { Ending } from "./ending.ts";
import { sandboxUid } from "./identity.ts";
import { limitsOf } from "./limits.ts";
import { nodeBinary } from "./node-binary.ts";
import type { Guard, Profile } from "./profile.ts";
import type { Sandbox, SandboxRun } from "./sandbox.ts";
import { seccompFilter } from "./seccomp.ts";
import { checkFiles } from "./tar.ts";
import { isProcMasked } from "./unavailable.ts";
import { watchdog } from "./watchdog.ts";

export interface BwrapOptions {
  /** Program to run, by path or by name in the system's folders. */
  bwrap: string;
  /** The Node binary commands get as `node`. */
  nodePath: string;
  /** Whether to make cgroups where that is possible. */
  cgroups: boolean;
  /** Guards to leave out; for tests of the guards alone. */
  without: readonly Guard[];
  /** Variables of the bwrap process; for tests of the guard "environment" alone. */
  environment: Readonly<Record<string, string>>;
  clock: Clock;
}

export const bwrapDefaults: Readonly<BwrapOptions> = {
  bwrap: "bwrap",
  nodePath: process.execPath,
  cgroups: true,
  without: [],
  environment: {},
  clock: systemClock,
};

/** Tries the real profile once; rejects with SANDBOX_UNAVAILABLE, the reason and the fix when it does not work here. */
export async function bwrapSandbox(options: Partial<BwrapOptions> = {}): Promise<Sandbox> {
  const { bwrap, nodePath, cgroups, environment, clock, ...rest } = { ...bwrapDefaults, ...options };
  const without = new Set(rest.without);
  const { platform, arch } = process;
  if (platform !== "linux" || (arch !== "x64" && arch !== "arm64"))
    throw failure(Reason.SANDBOX_UNAVAILABLE, `bubblewrap needs Linux on x64 or arm64, this is ${platform} on ${arch}`);
  const uid = sandboxUid();
  const node = nodeBinary({ path: nodePath, otherUser: uid !== undefined });
  const place: Place = {
    bwrap,
    uid: without.has("user") ? undefined : uid,
    seccomp: seccompFilter(arch),
    cgroup: cgroups ? await cgroupPlace(clock) : undefined,
    watchdog: watchdog(clock),
    inherited: without.has("descriptors") ? [] : inheritedDescriptors(),
    cover: openSync("/dev/null", "r+"),
    environment,
    clock,
  };
  const live = new Map<Ending, Promise<unknown>>();
  let proc: Profile["proc"] = "fresh";
  let runs = 0;
  let isClosed = false;

  async function run(request: SandboxRun) {
    if (isClosed) throw failure(Reason.SANDBOX_UNAVAILABLE, "the sandbox is closed");
    const limits = limitsOf(request.limits);
    if (request.argv.length === 0) throw failure(Reason.INVALID_INPUT, "the command is empty");
    checkFiles(request.files);
    request.signal?.throwIfAborted();
    const profile = { limits, node: await node(), argv: request.argv, proc, without };
    const { promise, resolve } = Promise.withResolvers<void>();
    let mine: Ending | undefined;
    try {
      return await bwrapRun(place, profile, request, String(++runs), (ending) => {
        mine = ending;
        live.set(ending, promise);
        if (isClosed) ending.end("canceled");
      });
    } finally {
      if (mine !== undefined) live.delete(mine);
      resolve();
    }
  }

  const probe = () => run({ files: [], argv: ["node", "--version"], limits: { wallMs: 30_000 } });
  const version = await probe().catch((error: unknown) => {
    if (!isProcMasked(messageOf(error))) throw error;
    proc = "empty";
    return probe();
  });
  if (version.exitCode !== 0)
    throw failure(Reason.SANDBOX_UNAVAILABLE, `node does not start in the sandbox: ${Buffer.from(version.stderr)}`);

  return {
    driver: "bwrap",
    notes: [
      ...(place.cgroup === undefined
        ? ["no cgroup can be made here: the memory of a run is watched, not limited by the kernel"]
        : []),
      ...((proc as Profile["proc"]) === "empty" ? ["/proc is masked here: commands see an empty one"] : []),
    ],
    run,
    async close() {
      isClosed = true;
      for (const ending of live.keys()) ending.end("canceled");
      await Promise.all(live.values());
      if (!isCovered) return;
    },
  };
}
