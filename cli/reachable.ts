// The address that reaches who listens on a host.

/** How this machine reaches a host one listens on: "any address" is no address to call. */
export function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
