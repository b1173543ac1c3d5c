// Server interceptor: every request is held against the rules of its schema, by validators that are warmed up early.
import { create, type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { createValidator, type Validator } from "@bufbuild/protovalidate";
import { createValidateInterceptor } from "@connectrpc/validate";
import type { Interceptor } from "#core/call.ts";

const first = createValidator({ failFast: true });
const all = createValidator();
/** Of a larger message only the first violation is told: a hostile one has millions. */
const smallBytes = 4096;

/** Holds a message against its rules, outside an rpc too. */
export const validator: Pick<Validator, "validate"> = {
  validate(schema, message) {
    const result = first.validate(schema, message);
    const isSmall =
      result.kind === "invalid" && toBinary(schema, message as MessageShape<typeof schema>).length <= smallBytes;
    return isSmall ? all.validate(schema, message) : result;
  },
};

/** Refuses a request that breaks a rule with invalid_argument and `buf.validate.Violations`. */
export function validate(): Interceptor {
  return createValidateInterceptor({ validator: validator as Validator });
}

/** Prepares the rules of each type, one a turn of the event loop: a first call waits for its own type only. */
export function warmUp(types: Iterable<DescMessage>): void {
  const waiting = [...types];
  const step = () => {
    const type = waiting.shift();
    if (type === undefined) return;
    first.validate(type, create(type));
    setImmediate(step).unref();
  };
  setImmediate(step).unref();
}
