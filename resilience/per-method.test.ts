import { describe, expect, it } from "vitest";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { perMethod } from "./per-method.ts";
import { ConfigError, durationProblems, must } from "./problem.ts";

interface Options {
  waitMs: number;
  limit: number;
}
const defaults: Options = { waitMs: 100, limit: 3 };
const problems = ({ waitMs, limit }: Options) => [
  ...durationProblems("waitMs", waitMs),
  ...must(limit >= 1, "limit", `must be at least 1, got ${limit}`),
];

describe("options by method", () => {
  it("are the defaults, what is given for all, what is given for one; false is off", () => {
    const of = perMethod(
      defaults,
      { limit: 5, methods: ({ name }) => (name === "Check" ? { waitMs: 7 } : false) },
      problems,
    );
    expect(of(Health.method.check)).toEqual({ waitMs: 7, limit: 5 });
    expect(of(Health.method.watch)).toBeUndefined();
  });

  it("are refused where they enter, with every problem at once", () => {
    const make = () => perMethod(defaults, { waitMs: Number.NaN, limit: 0 }, problems);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow("waitMs must be above 0 and at most 2147483647 ms, got NaN\nlimit must be at least 1, got 0");
  });
});
