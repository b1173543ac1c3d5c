// The one place that says which of Synapse's own settings are measured.
import { keepYoung } from "#runtime/keep-young.ts";
import { leanBind } from "#runtime/lean-bind.ts";
import { reuseWriter } from "#runtime/reuse-writer.ts";
import type { Protocol } from "../../job.ts";

// As every process of Synapse does.
keepYoung();
leanBind();
reuseWriter();

/** What `clientTransport()` gets beside the address. */
export const clientSettings = (protocol: Protocol) => ({ protocol });

/** What `serve()` gets beside the service. */
export const serverSettings = {};
