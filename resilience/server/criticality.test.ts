import { createClient, createContextValues, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { chained } from "../call/chained.ts";
import {
  type Criticality,
  criticality,
  criticalityHeader,
  criticalityKey,
  lesser,
  statedCriticality,
} from "./criticality.ts";

/** What a peer is told by a call with this header, made on behalf of something that matters so much. */
async function told(stated: string | undefined, parent: Criticality | undefined): Promise<string | null> {
  let heard: string | null = null;
  const peer = createRouterTransport(({ service }) =>
    service(Health, {
      check: (_, { requestHeader }) => {
        heard = requestHeader.get(criticalityHeader);
        return {};
      },
    }),
  );
  const health = createClient(Health, chained(peer, { interceptors: [criticality()] }));
  const contextValues = createContextValues();
  if (parent) contextValues.set(criticalityKey, parent);
  await health.check({}, { contextValues, ...(stated && { headers: { [criticalityHeader]: stated } }) });
  return heard;
}

describe("criticality", () => {
  it.each<[string | undefined, Criticality | undefined, string | null]>([
    [undefined, undefined, null],
    ["CRITICAL_PLUS", undefined, "CRITICAL_PLUS"],
    [undefined, "SHEDDABLE", "SHEDDABLE"],
    ["SHEDDABLE", "CRITICAL", "SHEDDABLE"],
    ["CRITICAL_PLUS", "SHEDDABLE_PLUS", "SHEDDABLE_PLUS"],
    ["very", "SHEDDABLE", "SHEDDABLE"],
  ])("of a call that says %s on behalf of %s is %s", async (stated, parent, heard) => {
    expect(await told(stated, parent)).toBe(heard);
  });

  it("is the lesser of two, and none where a header has no level", () => {
    expect([lesser("CRITICAL_PLUS", "CRITICAL"), lesser("SHEDDABLE", "SHEDDABLE_PLUS")]).toEqual([
      "CRITICAL",
      "SHEDDABLE",
    ]);
    expect(statedCriticality(new Headers({ [criticalityHeader]: "critical" }))).toBeUndefined();
  });
});
