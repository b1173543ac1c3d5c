// The one place that says which of Synapse's own settings are measured.
import { keepYoung } from "#runtime/keep-young.ts";
import { reuseWriter } from "#runtime/reuse-writer.ts";
import type { Protocol } from "../../job.ts";

// As every process of Synapse does.
keepYoung();
reuseWriter();

/** What `clientTransport()` gets beside the address. */
export const clientSettings = (protocol: Protocol) => ({ protocol });

/** What `serve()` gets beside the service. */
export const serverSettings = {};
