// Keeps HTTP/2 client sessions from ending the process: Node and connect-node leave two errors without a listener.
import diagnostics from "node:diagnostics_channel";
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";

const guarded = new WeakSet<ClientHttp2Session>();
let installed = false;

/** Call once before the first client is made; more calls change nothing. */
export function guardSessions(): void {
  if (installed) return;
  installed = true;
  diagnostics.subscribe("http2.client.stream.created", (message) => {
    const session = (message as { stream: ClientHttp2Stream }).stream.session as ClientHttp2Session | undefined;
    if (session === undefined || guarded.has(session)) return;
    guarded.add(session);
    // A GOAWAY on an idle session, then a request: "received GOAWAY without any open streams" (connect-es 1768).
    session.on("error", () => {});
    guardPing(session);
  });
}

/** A keep-alive ping on a destroyed session throws out of its timer (connect-es 1795): its callback is told instead. */
function guardPing(session: ClientHttp2Session): void {
  const ping = session.ping.bind(session) as (...args: unknown[]) => boolean;
  session.ping = ((...args: unknown[]) => {
    try {
      return ping(...args);
    } catch (error) {
      const callback = args.at(-1);
      if (typeof callback === "function") callback(error, 0, Buffer.alloc(0));
      return false;
    }
  }) as typeof session.ping;
}
