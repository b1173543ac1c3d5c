// What V8 is told in our processes before any of their code is hot.
import { setFlagsFromString } from "node:v8";

/**
 * Keeps short-lived objects young. V8 decides by where objects are made whether they are to start in the old
 * generation ("allocation site pretenuring"). With node:http2 that goes wrong: among the first requests much survives,
 * some of a stream's parts are made old from then on, and as old objects hold what they refer to until the next full
 * collection, nearly every stream of every request outlives its call. Measured by docs/rpc.md, "The collector".
 */
export function keepYoung(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
