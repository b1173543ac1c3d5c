// The schemas say of JSON what ProtoJSON and the validator say of it.
import { type DescMessage, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { seeded } from "#core/rng.ts";
import { validator } from "#rpc/validate.ts";
import { contract } from "./contract.ts";
import { ref, schemas } from "./schema.ts";
import { conforms } from "./testing/conforms.ts";
import { randomMessage } from "./testing/random-message.ts";

const types = contract.flatMap((file) => file.messages);
const all = schemas(types);
const named = (name: string) => types.find((type) => type.name === name)!;
const accepts = (type: DescMessage, json: JsonValue) => conforms(ref(type), json, all);

const seed = Math.floor(systemClock.date().getTime() / 86_400_000);

describe("schemas", () => {
  it(`accept the JSON of every valid message (seed ${seed})`, () => {
    const rng = seeded(seed);
    const refused: string[] = [];
    let valid = 0;
    for (const type of types) {
      for (let round = 0; round < 40; round++) {
        const message = randomMessage(type, rng);
        if (validator.validate(type, message).kind !== "valid") continue;
        valid++;
        const json = toJson(type, message);
        if (!accepts(type, json)) refused.push(`${type.name} ${JSON.stringify(json)}`);
      }
    }
    expect(refused).toEqual([]);
    expect(valid).toBeGreaterThan(types.length * 20);
  });

  it.each<[type: string, json: JsonValue]>([
    ["PlanRequest", {}],
    ["PlanRequest", { task: "" }],
    ["PlanRequest", { task: "x".repeat(65_537) }],
    ["PlanRequest", { task: "x", context: Array(101).fill("") }],
    ["PlanRequest", { task: "x", context: ["x".repeat(65_537)] }],
    ["PlanRequest", { task: 1 }],
    ["PlanRequest", { task: "x", tusk: "y" }],
    ["CreateRunRequest", { task: "x", workflow: "other" }],
    ["GetRunRequest", { runId: "7" }],
    ["ListRunsRequest", { pageSize: 501 }],
    ["ListRunsRequest", { pageSize: -1 }],
    ["ListRunsRequest", { state: "RUN_STATE_ASLEEP" }],
    ["AnalyzeRequest", { files: [] }],
    ["AnalyzeRequest", { files: [{ content: "no path" }] }],
    ["Command", {}],
    ["Command", { shell: "ls", argv: { args: ["ls"] } }],
    ["ExecuteRequest", { stdin: "" }],
    ["ExecuteRequest", { command: { argv: { args: [] } } }],
    ["Limits", { wall: "fast" }],
    ["Limits", { memory: "much" }],
    ["GetArtifactResponse", { content: "*" }],
    ["AgentEvent", { textDelta: "a", reasoningDelta: "b" }],
    ["Heartbeat", { time: "yesterday" }],
  ])("refuse %s %.60j, as the server does", (name, json) => {
    const type = named(name);
    const read = () => validator.validate(type, fromJson(type, json)).kind === "valid";
    expect([accepts(type, json), attempt(read)]).toEqual([false, false]);
  });

  it("tell every type and field in words", () => {
    const silent = Object.entries(all).flatMap(([name, { description, properties = {} }]) => [
      ...(description ? [] : [name]),
      ...Object.entries(properties).flatMap(([field, each]) => (each.description ? [] : [`${name}.${field}`])),
    ]);
    expect(silent).toEqual([]);
  });
});

function attempt(read: () => boolean): boolean {
  try {
    return read();
  } catch {
    return false;
  }
}
