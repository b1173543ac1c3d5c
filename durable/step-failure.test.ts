// Why a step failed, in the words users see.
import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { stepFailure } from "./step-failure.ts";

describe("the failure of a step", () => {
  it("has the provider's own id of the request, also where the message is cut", () => {
    const provider = { engine: "openai:gpt-5-mini", requestId: "req_42" };
    const { message } = stepFailure(failure(Reason.DEPENDENCY, "openai failed (500)", { provider }));
    expect(message).toBe("openai failed (500) (request req_42)");
    expect(stepFailure(failure(Reason.DEPENDENCY, "x".repeat(5000), { provider })).message).toMatch(
      /^x{2000} \(request req_42\)$/,
    );
  });

  it("names no request where there was none", () => {
    const provider = { engine: "openai:gpt-5-mini" };
    expect(stepFailure(failure(Reason.DEPENDENCY, "no connection", { provider })).message).toBe("no connection");
    expect(stepFailure(failure(Reason.DEADLINE, "too late")).message).toBe("too late");
  });
});
