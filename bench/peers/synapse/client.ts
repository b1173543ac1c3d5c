// Synapse's client as in production, without what protects calls: deadline, resending, pings and the truth about errors, all on.
import { clientTransport } from "#rpc/client.ts";
import { target } from "../calling.ts";
import { callingOver } from "./calls.ts";
import { clientSettings } from "./wiring.ts";

const { url, protocol } = target();
await callingOver(
  clientTransport({ baseUrl: url, agent: "claude", resend: true, ...clientSettings(protocol) }),
  protocol,
);
