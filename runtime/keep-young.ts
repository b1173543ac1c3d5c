// Tells V8, before any code is hot, to make objects young wherever they are made.
import { setFlagsFromString } from "node:v8";

/**
 * Turns "allocation site pretenuring" off for the whole process. With node:http2 it goes wrong: nearly every stream
 * would outlive its call. Why, and what it costs: docs/decisions/changes-to-the-whole-process.md.
 */
export function keepYoung(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
