import { create } from "@bufbuild/protobuf";
import type { ContextValues } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { type AgentEvent, AgentEventSchema } from "#gen/synapse/v1/agent_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { listenerKey } from "#resilience/call/call.ts";
import { withResets } from "./resets.ts";

const said = (text: string, attempt = 1) => ({
  event: create(AgentEventSchema, { attempt, body: { case: "textDelta", value: text } }),
});
const method = CodexService.method.streamExecute;

const shown = async (open: (values: ContextValues) => AsyncIterable<{ event?: AgentEvent }>) =>
  (await Array.fromAsync(withResets(open))).map(({ event }) => [event?.attempt, event?.body.case, event?.body.value]);

describe("an agent's stream that is passed on", () => {
  it("says where it began anew, and counts that as an attempt", async () => {
    const events = await shown(async function* (values) {
      const lost = (reason: string) => values.get(listenerKey)!({ kind: "reset", method, delivered: 1, reason });
      yield said("1");
      lost("the process died");
      yield said("1");
      yield { event: create(AgentEventSchema, { attempt: 2, body: { case: "reset", value: { attempt: 2 } } }) };
      yield said("one", 2);
      lost("again");
      yield said("1");
    });
    expect(events).toEqual([
      [1, "textDelta", "1"],
      [2, "reset", expect.objectContaining({ attempt: 2, reason: "the process died" })],
      [2, "textDelta", "1"],
      [3, "reset", expect.objectContaining({ attempt: 3, reason: "" })],
      [3, "textDelta", "one"],
      [4, "reset", expect.objectContaining({ attempt: 4, reason: "again" })],
      [4, "textDelta", "1"],
    ]);
  });

  it("is as it came where nothing broke", async () => {
    const one = said("1");
    const all = await Array.fromAsync(
      withResets(async function* () {
        yield one;
        yield {};
      }),
    );
    expect(all).toEqual([one, {}]);
    expect(all[0]).toBe(one);
  });
});
