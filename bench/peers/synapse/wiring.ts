// The one place that says which of Synapse's own settings are measured.
import type { Protocol } from "../../job.ts";

/** What `clientTransport()` gets beside the address. */
export const clientSettings = (protocol: Protocol) => ({ protocol });

/** What `serve()` gets beside the service. */
export const serverSettings = {};
