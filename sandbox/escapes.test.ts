// Every way out is tried against the real driver, as root and as another user; each must succeed once its guard is taken out.
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Elsewhere, elsewhere } from "./testing/elsewhere.ts";
import type { Escape, Finding } from "./testing/escape.ts";
import { isolation } from "./testing/escapes-isolation.ts";
import { excess } from "./testing/escapes-limits.ts";

const isRoot = process.getuid?.() === 0;
/** A uid without a name, a home or a cgroup. */
const stranger = 4242;

const ways = [...isolation, ...excess];
const rest = ways.filter((way) => way.asRoot !== true);
const users: { who: string; uid?: number; tried: Escape[] }[] = isRoot
  ? [
      { who: "root", tried: ways },
      { who: `uid ${stranger}`, uid: stranger, tried: rest.filter((way) => way.once !== true) },
    ]
  : [{ who: "this user", tried: rest }];

let copy: Elsewhere;
const found = new Map<string, Map<string, Finding>>();
beforeAll(async () => {
  copy = elsewhere(0o755);
  await Promise.all(users.map(async ({ who, uid, tried }) => found.set(who, await findings(uid, tried))));
}, 120_000);
afterAll(() => copy.remove());

/** All findings of a process under the given uid, which was started with a secret in its environment and an open file. */
async function findings(uid: number | undefined, tried: readonly Escape[]): Promise<Map<string, Finding>> {
  const secret = openSync("/etc/hostname", "r");
  const child = spawn(
    copy.node,
    [join(copy.folder, "sandbox/testing/escapes-main.ts"), ...tried.map((way) => way.name)],
    {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", SYNAPSE_CANARY: "out" },
      stdio: ["ignore", "pipe", "pipe", ...Array.from({ length: 9 }, () => secret)],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    },
  );
  closeSync(secret);
  const [lines, problems] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  if (problems !== "") throw new Error(problems);
  return new Map(
    lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Finding)
      .map((found) => [found.name, found]),
  );
}

describe.each(users)("as $who", ({ who, tried }) => {
  it.for(tried)("the sandbox stops $name", async (way, { annotate }) => {
    const { out, control, broken } = found.get(who)!.get(way.name)!;
    expect(out, "with all guards").toBe("");
    expect(broken, "with one guard less").toEqual([]);
    if (control !== "" || way.mayLack === undefined)
      return expect(control, "without its guards, or it shows nothing").toContain("ESCAPED");
    // Not stopped, and not to be taken for it: there was nothing to stop.
    const words = `not applicable as ${who}: ${way.name} (this machine lacks ${way.mayLack})`;
    await annotate(words);
    console.info(words);
  });
});
