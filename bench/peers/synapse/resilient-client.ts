// Synapse's client with all that protects calls, as it comes: deadline, keys, retry, attempts' timeouts, pool, breaker, ejection, resumption.
import { stack } from "#clients/stack.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { target } from "../calling.ts";
import { callingOver } from "./calls.ts";
import { clientSettings } from "./wiring.ts";

const { url, protocol } = target();
const endpoints = [{ url }];
// The defaults, but that a busy machine, which makes calls slow, must not make them fail: that would void the row.
const config = {
  defaults: { attemptTimeout: { floorMs: 10_000 } },
  breaker: { slow: { rate: 0.5, calls: 20, ms: 10_000 } },
};
await callingOver(
  stack({ agent: "claude", endpoints, services: [ClaudeService], config, ...clientSettings(protocol) }),
  protocol,
);
