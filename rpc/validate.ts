// Server interceptor: every request is held against the rules of its schema, by one validator that is warmed up early.
import { create, type DescMessage } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { createValidateInterceptor } from "@connectrpc/validate";
import type { Interceptor } from "#core/call.ts";

const validator = createValidator();

/** Refuses a request that breaks a rule with invalid_argument and `buf.validate.Violations`. */
export function validate(): Interceptor {
  return createValidateInterceptor({ validator });
}

/** Prepares the rules of each type, one a turn of the event loop: a first call waits for its own type only. */
export function warmUp(types: Iterable<DescMessage>): void {
  const waiting = [...types];
  const step = () => {
    const type = waiting.shift();
    if (type === undefined) return;
    validator.validate(type, create(type));
    setImmediate(step).unref();
  };
  setImmediate(step).unref();
}

/** Holds a message against its rules outside an RPC, as the interceptor does. */
export { validator };
