// Kept answers: found for their time, first come first kept, shared by processes, bounded in size.
import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "#core/clock.ts";
import { manualClock } from "#core/manual-clock.ts";
import { openResponses } from "./idempotency.ts";
import { child } from "./testing/child.ts";
import { tempFolder } from "./testing/temp-folder.ts";

const script = new URL("./testing/save-responses.ts", import.meta.url);

function open(options: { maxBytes?: number; ttlMs?: number } = {}) {
  const file = join(tempFolder(), "responses.db");
  const clock = manualClock();
  const responses = openResponses(file, { clock, ...options });
  onTestFinished(() => responses.close());
  return { file, clock, responses };
}

const kilobyte = (fill: number) => new Uint8Array(1024).fill(fill);

describe("responses", () => {
  it("finds what was saved, message by message, after a restart too", () => {
    const { file, clock, responses } = open();
    const messages = [Buffer.from("a"), new Uint8Array(), Buffer.from("c")];
    expect(responses.save("k", "f", messages)).toBe(true);
    expect(responses.save("nothing", "f", [])).toBe(true);
    responses.close();
    const again = openResponses(file, { clock });
    const found = again.find("k");
    expect(found?.fingerprint).toBe("f");
    expect(found?.messages.map((message) => Buffer.from(message).toString())).toEqual(["a", "", "c"]);
    expect(again.find("nothing")).toEqual({ fingerprint: "f", messages: [] });
    expect(again.find("other")).toBeUndefined();
    again.close();
  });

  it("keeps the first answer of a key", () => {
    const { responses } = open();
    expect(responses.save("k", "f", [kilobyte(1)])).toBe(true);
    expect(responses.save("k", "g", [kilobyte(2)])).toBe(false);
    expect(responses.find("k")).toMatchObject({ fingerprint: "f" });
  });

  it("forgets after a day, and gives the key away again", async () => {
    const { clock, responses } = open();
    responses.save("k", "f", [kilobyte(1)]);
    await clock.advance(24 * 3_600_000 - 1);
    expect(responses.find("k")).toBeDefined();
    await clock.advance(1);
    expect(responses.find("k")).toBeUndefined();
    expect(responses.save("k", "g", [kilobyte(2)])).toBe(true);
    expect(responses.find("k")?.fingerprint).toBe("g");
  });

  it("does not find what is too old and not yet swept", async () => {
    const { clock, responses } = open({ ttlMs: 1000 });
    responses.save("k", "f", [kilobyte(1)]);
    await clock.advance(1000);
    expect(responses.find("k")).toBeUndefined();
    expect(responses.save("k", "g", [])).toBe(true);
  });

  it("lets the oldest go first when there is no more space", async () => {
    const { clock, responses } = open({ maxBytes: 10 * 1024 });
    for (let i = 0; i < 30; i++) {
      responses.save(`k${i}`, "f", [kilobyte(i)]);
      await clock.advance(1);
    }
    responses.sweep();
    const kept = Array.from({ length: 30 }, (_, i) => i).filter((i) => responses.find(`k${i}`) !== undefined);
    expect(kept).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    expect(responses.save("huge", "f", [new Uint8Array(10 * 1024 + 1)])).toBe(false);
    expect(responses.find("k29")).toBeDefined();
  });

  it("gives the space of what it forgot to what comes next", () => {
    const { file, responses } = open({ maxBytes: 100 * 1024 });
    for (let i = 0; i < 2000; i++) responses.save(`k${i}`, "f", [kilobyte(i)]);
    expect(statSync(file).size).toBeLessThan(400 * 1024);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("sweeps by itself and stops when closed", async () => {
    const { clock, responses } = open({ ttlMs: 1000 });
    responses.save("k", "f", [kilobyte(1)]);
    await clock.advance(600_000);
    expect(clock.pending).toBe(1);
    responses.close();
    expect(clock.pending).toBe(0);
  });

  it("is shared by processes that make, open and write it at the same time", async () => {
    const folder = tempFolder();
    const names = ["a", "b", "c", "d"];
    const begin = systemClock.date().getTime() + 400;
    const children = names.map((name) => child(script, folder, name, "20", `${begin}`));
    const firsts = await Promise.all(children.map(async (one) => Number(await one.line())));
    expect(firsts.reduce((sum, n) => sum + n)).toBe(20);
    for (let i = 0; i < 20; i++) {
      const responses = openResponses(join(folder, `${i}.db`), { clock: systemClock });
      for (const name of names) expect(responses.find(`own-${name}`), `${name} in ${i}`).toBeDefined();
      responses.close();
    }
  });
});
