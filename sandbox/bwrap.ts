// Driver: one command in a bubblewrap sandbox that holds nothing of the host but programs. Files go in and come out as tar streams.
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, messageOf, Reason } from "#core/failure.ts";
import { bwrapRun, type Place } from "./bwrap-run.ts";
import { cgroupPlace } from "./cgroup.ts";
import { checkRequest } from "./freight.ts";
import { sandboxUid } from "./identity.ts";
import { inheritedDescriptors } from "./inherited.ts";
import { limitsOf } from "./limits.ts";
import { nodeBinary } from "./node-binary.ts";
import type { Guard, Profile } from "./profile.ts";
import { roster } from "./roster.ts";
import type { Sandbox, SandboxRun } from "./sandbox.ts";
import { seccompFilter } from "./seccomp.ts";
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
    environment,
    clock,
  };
  const runs = roster();

  async function run(request: SandboxRun, proc: Profile["proc"]) {
    const limits = limitsOf(request.limits);
    checkRequest(request);
    request.signal?.throwIfAborted();
    const profile = { limits, node: await node(), argv: request.argv, proc, without };
    return runs.run(request.signal, (live) => bwrapRun(place, profile, request, live));
  }
  async function tried(proc: Profile["proc"]): Promise<Profile["proc"]> {
    const { exitCode, stderr } = await run({ files: [], argv: ["node", "--version"] }, proc);
    if (exitCode === 0) return proc;
    const words = Buffer.from(stderr).toString().trim();
    throw failure(Reason.SANDBOX_UNAVAILABLE, `node does not start in the sandbox: ${words}`);
  }

  const proc = await tried("fresh").catch((error: unknown) => {
    if (isProcMasked(messageOf(error))) return tried("empty");
    throw error;
  });
  const notes: string[] = [];
  if (place.cgroup === undefined)
    notes.push("no cgroup can be made here: the memory of a run is watched, not limited by the kernel");
  if (proc === "empty") notes.push("/proc is masked here: commands see an empty one");
  return { driver: "bwrap", notes, run: (request) => run(request, proc), close: runs.close };
}
