// A method is hedged or retried, not both: the attempts of one would multiply those of the other (gRFC A6).
import type { DescMethod } from "@bufbuild/protobuf";
import type { PerMethod } from "../per-method.ts";
import type { Problem } from "../problem.ts";

type Given = PerMethod<object> | undefined;

const isOn = (given: Given, method: DescMethod) => given !== undefined && given.methods?.(method) !== false;

/** A problem for each method that has both; both sets of options must be off for it, or one of them `false`. */
export function hedgeAndRetryProblems(methods: Iterable<DescMethod>, hedge: Given, retry: Given): Problem[] {
  return [...methods]
    .filter((method) => isOn(hedge, method) && isOn(retry, method))
    .map((method) => ({
      path: `methods["${method.parent.typeName}/${method.name}"]`,
      message: "is hedged and retried: turn one of them off for it",
    }));
}
