// Ctrl-C asks for the end of the run and waits for it; a second one does not wait.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { folder, type Running, start } from "./testing/command.ts";
import { type FakeGateway, fakeGateway } from "./testing/fake-gateway.ts";
import { endless } from "./testing/scripts.ts";

describe("interrupted", () => {
  let place: ReturnType<typeof folder>;
  let gateway: FakeGateway;
  let running: Running | undefined;
  beforeEach(async () => {
    place = folder();
    gateway = await fakeGateway((task) => ({ ...endless, ignoresCancel: task === "deaf" }));
  });
  afterEach(async () => {
    running?.child.kill("SIGKILL");
    await gateway.close();
    place.remove();
  });

  /** A run that is being watched. */
  async function watched(task: string): Promise<Running> {
    running = start(["run", task], { cwd: place.path, gateway: gateway.url });
    await expect.poll(() => gateway.watching(), { timeout: 20_000 }).toBe(1);
    return running;
  }

  it("cancels the run, shows its end, and ends with 130", async () => {
    const { child, ended } = await watched("task");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({
      code: 130,
      stdout: "CANCELED\n",
      stderr: expect.stringContaining("canceling the run; Ctrl-C again leaves at once"),
    });
    expect(gateway.canceled.length).toBe(1);
  });

  it("leaves at the second Ctrl-C although the run does not end", async () => {
    const { child, ended } = await watched("deaf");
    child.kill("SIGINT");
    await expect.poll(() => gateway.canceled.length).toBe(1);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: "" });
  });

  it("asks for a cancel and leaves on SIGTERM, without waiting for the end", async () => {
    const { child, ended } = await watched("deaf");
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 130, stdout: "" });
    expect(gateway.canceled.length).toBe(1);
  });

  it("only leaves when it was watching: the run goes on", async () => {
    await watched("task");
    const watching = start(["watch", "latest"], { cwd: place.path, gateway: gateway.url });
    await expect.poll(() => gateway.watching(), { timeout: 20_000 }).toBe(2);
    watching.child.kill("SIGINT");
    expect(await watching.ended).toMatchObject({ code: 130, stderr: expect.stringContaining("the run goes on") });
    expect(gateway.canceled).toEqual([]);
  });
});
