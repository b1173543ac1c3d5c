import { describe, expect, it } from "vitest";
import { Fault } from "../provider-failure.ts";
import { faultOf, saidBy, saidIn } from "./said.ts";

describe("what a provider says", () => {
  it.each<[unknown, string, string]>([
    [{ type: "error", error: { type: "overloaded_error", message: "Busy" } }, "Busy", "overloaded_error"],
    [{ error: { code: 429, message: "No", status: "RESOURCE_EXHAUSTED" } }, "No", "429 resource_exhausted"],
    [[{ error: { code: 400, message: "No", details: [{ reason: "API_KEY_INVALID" }] } }], "No", "400 api_key_invalid"],
    [{ type: "response.failed", response: { error: { code: "server_error", message: "Oh" } } }, "Oh", "server_error"],
    [{ type: "error", code: "rate_limit_exceeded", message: "Slow" }, "Slow", "error rate_limit_exceeded"],
    [{ error: "model not found" }, "model not found", ""],
    [{ detail: "Not Found" }, "Not Found", ""],
    ["nothing of it", "", ""],
  ])("%j", (body, message, codes) => expect(saidIn(body)).toMatchObject({ message, codes }));

  it("is nothing when it is no JSON", () => expect(saidBy("<html>")).toMatchObject({ message: "", body: {} }));
});

describe("the fault", () => {
  it.each<[number, string, string, Fault]>([
    [401, "", "", Fault.AUTH],
    [400, "400 invalid_argument api_key_invalid", "", Fault.AUTH],
    [403, "permission_error", "", Fault.FORBIDDEN],
    [404, "not_found_error", "", Fault.REQUEST],
    [400, "invalid_request_error", "Your credit balance is too low to access the API", Fault.QUOTA],
    [402, "", "", Fault.QUOTA],
    [429, "insufficient_quota", "", Fault.QUOTA],
    [429, "429 resource_exhausted generaterequestsperdayperproject", "", Fault.QUOTA],
    [429, "429 resource_exhausted generaterequestsperminuteperproject", "", Fault.RATE_LIMIT],
    [429, "", "", Fault.RATE_LIMIT],
    [400, "content_filter", "", Fault.REFUSED],
    [400, "", "", Fault.REQUEST],
    [413, "", "", Fault.REQUEST],
    [422, "", "", Fault.REQUEST],
    [408, "", "", Fault.SERVER],
    [409, "", "", Fault.SERVER],
    [500, "", "", Fault.SERVER],
    [502, "invalid_response", "", Fault.SERVER],
    [503, "", "", Fault.OVERLOADED],
    [504, "deadline_exceeded", "", Fault.SERVER],
    [529, "", "", Fault.OVERLOADED],
    [200, "overloaded_error", "", Fault.OVERLOADED],
    [200, "429", "", Fault.RATE_LIMIT],
    [200, "server_error", "", Fault.SERVER],
    [200, "invalid_prompt", "", Fault.REQUEST],
    [200, "", "", Fault.SERVER],
  ])("of %i %j %j", (status, codes, message, fault) => {
    expect(faultOf(status, { codes, message, requestId: "" })).toBe(fault);
  });
});
