// A process of ours is started, started again when it dies, and gone when it is told to go.
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { childEnvironment } from "#runtime/config.ts";
import { type OwnProcess, ownProcess, type ProcessOptions } from "./processes.ts";

const entry = fileURLToPath(new URL("./testing/fake-process.ts", import.meta.url));
let running: OwnProcess[] = [];
afterEach(() => {
  for (const each of running) each.kill();
  running = [];
});

function start(behaviour: string, options: Partial<ProcessOptions> = {}): OwnProcess {
  const env = childEnvironment({ FAKE: behaviour, FAKE_NAME: "gateway" });
  const own = ownProcess({ name: "gateway", entry, env, ...options });
  running.push(own);
  return own;
}
const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe("own process", () => {
  it("says where it listens, passes its log on, and leaves when asked", async () => {
    const lines: string[] = [];
    const own = start("well", { onLine: (line) => lines.push(line) });
    const url = await own.listening;
    expect(await answers(url)).toBe(true);
    await expect.poll(() => lines).toEqual(["a line of its log"]);
    await own.stop(5000);
    expect(await answers(url)).toBe(false);
  });

  it("is an error with its own words when it ends before it listens, and is not started again", async () => {
    const downs: string[] = [];
    const own = start("fail", { onDown: (why) => downs.push(why) });
    await expect(own.listening).rejects.toThrow("can't listen on 127.0.0.1");
    expect(downs).toEqual([]);
  });

  it("is started again when it dies, later each time", async () => {
    const waits: number[] = [];
    const third = Promise.withResolvers<void>();
    start("die", {
      onDown(why, waitMs) {
        expect(why).toBe("exit code 0");
        waits.push(waitMs);
        if (waits.length === 3) third.resolve();
      },
    });
    await third.promise;
    expect(waits).toEqual([200, 400, 800]);
  }, 20_000);

  it("is killed when it does not leave in its time", async () => {
    const own = start("deaf");
    const url = await own.listening;
    await own.stop(100);
    expect(await answers(url)).toBe(false);
  });

  it("is not started again once it was stopped", async () => {
    const ups: string[] = [];
    const own = start("well", { onUp: (url) => ups.push(url) });
    await own.listening;
    await own.stop(5000);
    await own.stop(5000);
    expect(ups.length).toBe(1);
  });
});
