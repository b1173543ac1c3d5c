import { createClient } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Code, type ConnectError, failure, Reason } from "#core/failure.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { chained } from "../call/chained.ts";
import { anew } from "../resume/headers.ts";
import { resume } from "../resume/resume.ts";
import { numbered, numberOf, serving, upTo } from "../resume/testing.ts";
import { counting, how } from "../resume/testing-count.ts";

describe("tokens and positions of resumable streams", () => {
  /** What comes of a server whose second answer begins where it likes, and says what it likes. */
  async function answeredFrom(first: number, { epoch = "a", final = 6 } = {}) {
    let calls = 0;
    const server = serving((router) =>
      router.service(ClaudeService, {
        async *streamPlan(_, { responseHeader, responseTrailer }) {
          const isFirst = calls++ === 0;
          responseHeader.set("synapse-stream", "t.t");
          responseHeader.set("synapse-epoch", isFirst ? "a" : epoch);
          responseHeader.set("synapse-first-seq", isFirst ? "1" : `${first}`);
          for (const n of upTo(6).slice(isFirst ? 0 : first - 1)) {
            if (isFirst && n === 4) throw failure(Reason.DRAINING, "leaving");
            yield numbered(n);
          }
          responseTrailer.set("synapse-final-seq", `${final}`);
        },
      }),
    );
    const transport = chained(server, { interceptors: [resume({ initialMs: 1, maxMs: 1 })] });
    const got: number[] = [];
    try {
      for await (const each of createClient(ClaudeService, transport).streamPlan({})) got.push(numberOf(each));
    } catch (error) {
      return { got, code: Code[(error as ConnectError).code] };
    }
    return { got };
  }

  it("46. drops what is replayed twice; a gap is DataLoss, within the stream and at its end", async () => {
    expect(await answeredFrom(4)).toEqual({ got: upTo(6) });
    expect(await answeredFrom(2)).toEqual({ got: upTo(6) });
    expect(await answeredFrom(5)).toEqual({ got: upTo(3), code: "DataLoss" });
    expect(await answeredFrom(4, { final: 7 })).toEqual({ got: upTo(6), code: "DataLoss" });
  });

  it("46. takes no message of another epoch", async () => {
    expect(await answeredFrom(4, { epoch: "b" })).toEqual({ got: upTo(3), code: "FailedPrecondition" });
  });

  it("46. refuses forged and foreign tokens, does not find old ones, and no position that is not", async () => {
    let who = "alice";
    const { raw, clock } = counting({ journal: { subject: () => who } });
    const { header, trailer } = await raw(5, { "synapse-resume": anew });
    const token = header.get("synapse-stream")!;
    const epoch = header.get("synapse-epoch");
    expect(trailer.get("synapse-final-seq")).toBe("5");
    const from = (token: string, next: string, n = 5) =>
      raw(n, { "synapse-resume": token, "synapse-resume-from": next }).then(how);
    const refused = { got: [], code: "PermissionDenied", reason: Reason.TOKEN_REFUSED };

    expect(await from(token, `${epoch}:4`)).toEqual({ got: [4, 5] });
    expect(await from(token, `${epoch}:6`)).toEqual({ got: [] });
    const [payload, mac] = token.split(".") as [string, string];
    const claims = Buffer.from(payload, "base64url").toString().replace("Stream", "stream");
    for (const forged of [`${payload}.${mac.toUpperCase()}`, `${Buffer.from(claims).toString("base64url")}.${mac}`]) {
      expect(await from(forged, `${epoch}:1`)).toEqual(refused);
    }
    for (const odd of ["", ".", "x", "x".repeat(5000), `${token}.${mac}`]) {
      expect(await from(odd, `${epoch}:1`)).toEqual(refused);
    }
    expect(await from(token, `${epoch}:1`, 6)).toEqual(refused);
    who = "mallory";
    expect(await from(token, `${epoch}:1`)).toEqual(refused);
    who = "alice";

    for (const position of [
      `${epoch}:7`,
      `${epoch}:0`,
      `${epoch}:-1`,
      `${epoch}:1e3`,
      "7",
      "",
      ":",
      `x:${"1".repeat(99)}`,
    ]) {
      expect(await from(token, position)).toMatchObject({ got: [], code: "OutOfRange" });
    }
    expect(await from(token, "00:1")).toMatchObject({ code: "FailedPrecondition", reason: Reason.EPOCH_LOST });
    await clock.advance(300_000);
    expect(await from(token, `${epoch}:1`)).toMatchObject({ code: "NotFound" });
    await clock.advance(3_600_000);
    expect(await from(token, `${epoch}:1`)).toMatchObject({ code: "NotFound" });
  });
});
