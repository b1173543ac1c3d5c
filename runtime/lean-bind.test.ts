import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { leanBind } from "./lean-bind.ts";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as (options?: { type: "minor" }) => void;
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** How much of each bound function, and of what it holds, is left after young collections; in bytes. */
async function leftBytes(): Promise<number> {
  const count = 500;
  const bindOne = () => {
    const held = new Array(100).fill({});
    return new AsyncResource("TEST").bind(() => held.length)();
  };
  for (let n = 0; n < count; n++) bindOne();
  await turn();
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < count; n++) bindOne();
  await turn();
  for (let n = 0; n < 4; n++) gc({ type: "minor" });
  return (process.memoryUsage().heapUsed - before) / count;
}

describe("lean bind", () => {
  it("lets bound functions go with a young collection, which Node's own does not", async () => {
    expect(await leftBytes()).toBeGreaterThan(800);
    leanBind();
    expect(await leftBytes()).toBeLessThan(300);
  });

  it("binds as Node does", () => {
    leanBind();
    const store = new AsyncLocalStorage<string>();
    const resource = store.run("there", () => new AsyncResource("TEST"));
    const seen = function (this: unknown, one: number, two: number) {
      return [this, one, two, store.getStore()];
    };
    const self = { bound: resource.bind(seen) };
    expect(self.bound.length).toBe(2);
    expect(self.bound(1, 2)).toEqual([self, 1, 2, "there"]);
    const bind: (fn: typeof seen, self: unknown) => typeof seen = resource.bind.bind(resource);
    expect(bind(seen, "me")(1, 2)).toEqual(["me", 1, 2, "there"]);
    expect(store.run("here", () => AsyncResource.bind(() => store.getStore()))()).toBe("here");
    expect(() => resource.bind(() => JSON.parse("{"))()).toThrow(SyntaxError);
    expect(() => resource.bind("no function" as never)).toThrow(TypeError);
  });
});
