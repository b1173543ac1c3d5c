// The document holds every route of the gateway and no other, and what it shows can be sent.
import { type DescMessage, fromJson, type JsonValue } from "@bufbuild/protobuf";
import type { Hono } from "hono";
import { describe, expect, it } from "vitest";
import type { Agents } from "#clients/agents.ts";
import { teller } from "#rpc/tell.ts";
import { validator } from "#rpc/validate.ts";
import { pages } from "#runtime/pages.ts";
import { openMetrics } from "#telemetry/metrics.ts";
import { app } from "../app.ts";
import type { Runs } from "../runs.ts";
import { document, operations } from "./document.ts";
import { examples } from "./examples.ts";
import { jsonType } from "./parts.ts";
import { conforms } from "./testing/conforms.ts";

function gateway(): Hono {
  const ready = async () => ({ ready: true });
  const base = pages({
    name: "gateway",
    ready,
    metrics: openMetrics(),
    isDraining: () => false,
    tell: teller("gateway", () => {}),
  });
  app(base, { runs: {} as Runs, agents: {} as Agents, tell: teller("gateway", () => {}) });
  return base;
}
const { schemas } = document().components;
const shown = new Map<string, DescMessage>(
  operations.flatMap(({ shows }) => shows.map((type) => [type.typeName, type])),
);

/** Members of a body that stand in its path. */
const inPath: Readonly<Record<string, Record<string, string>>> = {
  "synapse.v1.DecideApprovalRequest": { runId: "0199f2a4-5d3c-7b1e-8f00-1c2d3e4f5a6b", approvalId: "execute" },
};

describe("the document", () => {
  it("holds every route of the gateway and no other", () => {
    const routes = gateway()
      .routes.filter(({ method, path }) => method !== "ALL" && !path.startsWith("/docs/"))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{.*?\})?/g, "{$1}")}`);
    const told = operations.map(({ verb, path }) => `${verb.toUpperCase()} ${path}`);
    expect([...new Set(routes)].sort()).toEqual(told.toSorted());
    expect(routes.length).toBeGreaterThan(15);
  });

  it("refers to nothing that it does not hold, and names each operation once", () => {
    const whole: Record<string, unknown> = JSON.parse(JSON.stringify(document()));
    const refs = [...JSON.stringify(whole).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)];
    const components = whole.components as Record<string, Record<string, unknown>>;
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter(([, kind, name]) => components[kind!]?.[name!] === undefined)).toEqual([]);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it("names every parameter of a path", () => {
    for (const { path, operation } of operations) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const told = (operation.parameters ?? []).filter(({ in: place }) => place === "path").map(({ name }) => name);
      expect([path, told]).toEqual([path, wanted]);
    }
  });

  it.each(Object.entries(examples))("has an example of %s that is valid", (name, json) => {
    const type = shown.get(name)!;
    const whole = { ...(json as object), ...inPath[name] };
    expect(validator.validate(type, fromJson(type, whole)).kind).toBe("valid");
    expect(conforms(schemas[type.name]!, whole, schemas)).toBe(true);
    const taken = operations.flatMap(({ operation }) => operation.requestBody?.content[jsonType] ?? []);
    expect(
      taken.filter(({ example }) => example === json).map(({ schema }) => conforms(schema!, json, schemas)),
    ).toEqual([true]);
  });

  it("has an example of every body", () => {
    const bodies = operations.flatMap(({ operation }) => operation.requestBody?.content[jsonType] ?? []);
    expect(bodies.length).toBe(Object.keys(examples).length);
    expect(bodies.filter(({ example }) => example === undefined)).toEqual([]);
  });
});

describe("an error of the gateway", () => {
  const sent = (path: string, body: JsonValue) =>
    gateway().request(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": jsonType } });

  it.each<[path: string, body: JsonValue, reason: string]>([
    ["/api/v1/claude/plan", {}, "REASON_INVALID_INPUT"],
    ["/api/v1/claude/plan", { tusk: "x" }, "REASON_INVALID_INPUT"],
    ["/api/v1/claude/dance", {}, "REASON_NOT_FOUND"],
    ["/api/v1/workflow?wait=601s", { task: "x" }, "REASON_INVALID_INPUT"],
  ])("is a Problem: %s %j", async (path, body, reason) => {
    const answer = await sent(path, body);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const problem = await answer.json();
    expect(problem).toMatchObject({ reason, status: answer.status });
    expect(conforms(schemas.Problem!, problem, schemas)).toBe(true);
  });
});

describe("the page", () => {
  it("shows every route, leads nowhere that is not there, and loads from its own origin only", async () => {
    const base = gateway();
    const answer = await base.request("http://127.0.0.1:8000/docs");
    expect(answer.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'self'; script-src 'self';/,
    );
    const html = await answer.text();
    for (const { path } of operations) expect(html).toContain(`>${path}</a>`);
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...html.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !ids.has(id))).toEqual([]);
    const loaded = [...html.matchAll(/<(?:script|link|img)[^>]* (?:src|href)="([^"]+)"/g)].map(([, url]) => url!);
    expect(loaded).toEqual(["/docs/style.css", "/docs/script.js"]);
    for (const url of loaded) expect((await base.request(url)).status).toBe(200);
    expect(
      [...html.matchAll(/https?:\/\/[^/"]+/g)].map(String).filter((url) => url !== "http://127.0.0.1:8000"),
    ).toEqual([]);
  });
});
