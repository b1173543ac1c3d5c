// The error a promise must end with.
import { expect } from "vitest";

export async function failing(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail("it does not fail"),
    (error: unknown) => error,
  );
}
