// Options that differ by method: the defaults, what was given for all, what was given for one.
import type { DescMethod } from "@bufbuild/protobuf";
import { type Problem, refuse } from "./problem.ts";

export type PerMethod<O> = Partial<O> & {
  /** What differs for a method; false turns it off there, undefined changes nothing. */
  methods?: (method: DescMethod) => Partial<O> | false | undefined;
};

/** A lookup, checked where it is first asked; undefined for a method where it is off. */
export function perMethod<O extends object>(
  defaults: O,
  { methods, ...given }: PerMethod<O>,
  check: (options: O) => Problem[],
): (method: DescMethod) => O | undefined {
  const common = { ...defaults, ...given } as O;
  refuse(check(common));
  const known = new Map<DescMethod, O | undefined>();
  return (method) => {
    if (known.has(method)) return known.get(method);
    const own = methods?.(method);
    const options = own === false ? undefined : own === undefined ? common : { ...common, ...own };
    if (options) refuse(check(options));
    known.set(method, options);
    return options;
  };
}
