// Takes a deprecated property off the functions that AsyncResource binds: it keeps what they hold until a full collection.
import { AsyncResource } from "node:async_hooks";

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Changes `AsyncResource.prototype.bind` for the whole process: bound functions are as before, without the property
 * `asyncResource` (DEP0172). node:http2 binds one for each request. Why, and what it costs:
 * docs/decisions/changes-to-the-whole-process.md.
 */
export function leanBind(): void {
  AsyncResource.prototype.bind = bind as AsyncResource["bind"];
}

function bind(this: AsyncResource, fn: AnyFunction, thisArg?: unknown): AnyFunction {
  if (typeof fn !== "function") throw new TypeError("what is bound must be a function");
  const resource = this;
  const bound: AnyFunction = function (...args) {
    return resource.runInAsyncScope(fn, thisArg === undefined ? this : thisArg, ...args);
  };
  if (fn.length > 0) Object.defineProperty(bound, "length", { value: fn.length, configurable: true });
  return bound;
}
