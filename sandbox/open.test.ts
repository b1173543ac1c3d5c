// Which sandbox a machine gets, and what it says when there is none.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { isMapped } from "./identity.ts";
import { openSandbox } from "./open.ts";
import { causeOf } from "./unavailable.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "open-test-"));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A bwrap that ends with these words, as the real one does on other machines. */
function failing(words: string): string {
  const file = join(folder, `bwrap-${words.length}`);
  writeFileSync(file, `#!/bin/sh\necho "bwrap: ${words}" >&2\nexit 1\n`, { mode: 0o755 });
  return file;
}

const denied =
  "No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.";

describe("openSandbox", () => {
  it("takes bubblewrap where it works", async () => {
    const sandbox = await openSandbox({ mode: "auto" });
    expect(sandbox.driver).toBe("bwrap");
    await sandbox.close();
  });

  it("falls back to QuickJS, and says why, when namespaces are forbidden", async () => {
    const sandbox = await openSandbox({ mode: "auto", bwrap: failing(denied) });
    expect(sandbox.driver).toBe("quickjs");
    expect(sandbox.notes.join()).toMatch(/namespaces are forbidden here.*SYNAPSE_SANDBOX=container/);
    await sandbox.close();
  });

  it("fails closed when bubblewrap is asked for by name and missing", async () => {
    const opening = openSandbox({ mode: "bwrap", bwrap: "/nonexistent/bwrap" });
    await expect(opening).rejects.toThrow(/bubblewrap is not installed; apt-get install bubblewrap/);
    await expect(opening).rejects.toSatisfy((error) => reasonOf(error) === Reason.SANDBOX_UNAVAILABLE);
  });

  it("mounts an empty /proc where the machine's is masked", async () => {
    const masked = join(folder, "masked");
    const script = `for word; do [ "$word" = --proc ] && { echo "bwrap: Can't mount proc on /newroot/proc: Operation not permitted" >&2; exit 1; }; done; exec bwrap "$@"`;
    writeFileSync(masked, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const sandbox = await openSandbox({ mode: "bwrap", bwrap: masked });
    expect(sandbox.notes.join()).toContain("/proc is masked");
    const { stdout } = await sandbox.run({
      files: [],
      argv: ["node", "-e", "console.log(require('fs').readdirSync('/proc').length)"],
    });
    expect(Buffer.from(stdout).toString()).toBe("0\n");
    await sandbox.close();
  });

  it.each([
    ["bwrap: not found", /not installed/, /apt-get install bubblewrap/],
    ["bwrap: Unknown option --disable-userns", /older than 0.8/, /0.8.0 or newer/],
    [`bwrap: ${denied}`, /forbidden/, /seccomp profile/],
    ["bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", /AppArmor/, /apparmor_restrict/],
    ["bwrap: setting up uid map: Permission denied", /AppArmor/, /profile/],
    [
      "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)",
      /no more user/,
      /max_user/,
    ],
    ["bwrap: execvp prlimit: No such file or directory", /prlimit is missing/, /util-linux/],
    ["boot: 1: tar: not found", /tar is missing/, /tar/],
    ["bwrap: something new", /says "bwrap: something new"/, /by hand/],
    ["", /without a word/, /by hand/],
  ])("knows what it means when bwrap says: %s", (words, reason, fix) => {
    expect(causeOf(words).reason).toMatch(reason);
    expect(causeOf(words).fix).toMatch(fix);
  });
});

describe("the uid of the sandbox", () => {
  it("is taken from what the user namespace maps", () => {
    expect(isMapped("         0          0 4294967295\n", 0x60000000)).toBe(true);
    expect(isMapped("0 1000 1\n1 100000 65536\n", 0x60000000)).toBe(false);
    expect(isMapped("0 1000 1\n1 100000 65536\n", 65534)).toBe(true);
    expect(isMapped("0 1000 1\n", 65534)).toBe(false);
  });
});
