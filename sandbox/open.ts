// Opens the sandbox this machine can have: bubblewrap, or QuickJS where there is no bubblewrap, or none at all.
import type { Clock } from "#core/clock.ts";
import { failure, messageOf, Reason } from "#core/failure.ts";
import { bwrapSandbox } from "./bwrap.ts";
import { containerSandbox } from "./container.ts";
import { quickjsSandbox } from "./quickjs.ts";
import type { Driver, Sandbox } from "./sandbox.ts";

export interface OpenOptions {
  /** "auto" never means "container": that one must be asked for. */
  mode: "auto" | Driver;
  /** The Node binary commands get as `node`; this process's own by default. */
  nodePath?: string;
  /** Program to run, by path or by name in the system's folders; "bwrap" by default. */
  bwrap?: string;
  /** Whether to make cgroups where that is possible; true by default. */
  cgroups?: boolean;
  clock?: Clock;
}

/** Rejects with SANDBOX_UNAVAILABLE, the reason and the fix, rather than run anything without walls. */
export async function openSandbox({ mode, ...options }: OpenOptions): Promise<Sandbox> {
  if (mode === "bwrap") return bwrapSandbox(options);
  if (mode === "quickjs") return quickjsSandbox(options);
  if (mode === "container") return containerSandbox(options);
  try {
    return await bwrapSandbox(options);
  } catch (noBwrap) {
    const why = messageOf(noBwrap);
    try {
      return await quickjsSandbox({ ...options, because: why });
    } catch (noQuickjs) {
      throw failure(Reason.SANDBOX_UNAVAILABLE, `${why}; and QuickJS does not start: ${messageOf(noQuickjs)}`, {
        cause: noBwrap,
      });
    }
  }
}
