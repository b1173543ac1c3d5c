import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folder, synapse } from "./testing/command.ts";
import { type FakeGateway, fakeGateway } from "./testing/fake-gateway.ts";
import { notPassing, passing, refusing } from "./testing/scripts.ts";

describe("x", () => {
  const place = folder();
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await fakeGateway((task) => (task === "pass" ? passing : task === "refuse" ? refusing : notPassing));
  });
  afterAll(() => gateway.close());
  it("prints", async () => {
    for (const args of [
      ["run", "pass"],
      ["run", "fail"],
      ["run", "refuse"],
      ["runs"],
      ["show", "latest"],
      ["artifacts", "latest"],
      ["watch", "latest"],
      ["run", "--output", "json", "pass"],
      ["run", "--output", "jsonl", "pass"],
      ["run", "-d", "pass"],
      ["cancel", "latest"],
    ]) {
      const e = await synapse(args, { cwd: place.path, gateway: gateway.url });
      console.log(args.join(" "), "=>", e.code, "\n--stdout\n" + e.stdout, "\n--stderr\n" + e.stderr);
    }
  });
});
