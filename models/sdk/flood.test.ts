import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { z } from "zod";
import { failureOf, messageOf } from "#core/failure.ts";
import { Fault } from "../provider-failure.ts";
import { sdkModel } from "./open.ts";

it("an answer without an end is left before it fills the memory", async () => {
  let left = false;
  const server = createServer((req, res) => {
    res.on("close", () => {
      left = true;
    });
    res.writeHead(200, { "content-type": "text/event-stream" });
    const more = () => {
      while (!left && res.write(`: ${"x".repeat(65_536)}\n\n`));
    };
    res.on("drain", more);
    req.resume().on("end", more);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const model = await sdkModel({ kind: "compatible", model: "m", baseUrl });
  const { signal } = new AbortController();
  const schema = z.object({ summary: z.string() });
  const ask = { name: "plan", system: "s", prompt: "p", schema, maxOutputTokens: 100, signal, say: () => {} };
  const error = await model.ask(ask).then(undefined, (failed: unknown) => failed);
  expect(failureOf(error)?.provider?.fault).toBe(Fault.LENGTH);
  expect(messageOf(error)).toMatch(/more than 32 MiB for one answer/);
  await expect.poll(() => left).toBe(true);
  server.close();
});
