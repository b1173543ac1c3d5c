import { decodeBinaryHeader, encodeBinaryHeader, type HandlerContext } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import type { AnyResponse } from "#core/call.ts";
import { Code, ConnectError } from "#core/failure.ts";
import { failed, pairs, ping, speaking } from "./pairs.ts";
import { doing, ways } from "./ways.ts";

const bytes = Uint8Array.of(0, 255, 61, 10);
/** ascii, repeated and binary. */
function headers(prefix: string): Headers {
  const made = new Headers({ [`${prefix}-ascii`]: 'a, b; "c" %41 ~', [`${prefix}-empty`]: "" });
  made.append(`${prefix}-twice`, "one");
  made.append(`${prefix}-twice`, "two");
  made.set(`${prefix}-bin`, encodeBinaryHeader(bytes));
  return made;
}
function expectHeaders(seen: Headers | undefined, prefix: string): void {
  expect(seen?.get(`${prefix}-ascii`)).toBe('a, b; "c" %41 ~');
  expect(seen?.get(`${prefix}-empty`)).toBe("");
  expect(seen?.get(`${prefix}-twice`)).toBe("one, two");
  expect(decodeBinaryHeader(seen?.get(`${prefix}-bin`) ?? "")).toEqual(bytes);
}
const merge = (from: Headers, to: Headers) => from.forEach((value, name) => void to.append(name, value));

/** Puts headers and trailers on an answer of any kind. */
function decorate({ responseHeader, responseTrailer }: HandlerContext): void {
  merge(headers("x-head"), responseHeader);
  merge(headers("x-trail"), responseTrailer);
}
const answering = (saw: (context: HandlerContext) => unknown) =>
  doing((_, context) => {
    saw(context);
    decorate(context);
  });

describe.each(pairs)("metadata: %s", (_, pair) => {
  it.each(ways)("travels both ways with a call that succeeds: %s", async (_, call) => {
    const seen: HandlerContext[] = [];
    const answers: AnyResponse[] = [];
    await using spoken = await speaking(
      pair,
      answering((context) => seen.push(context)),
      {
        interceptors: [
          (next) => async (req) => {
            const res = await next(req);
            answers.push(res);
            return res;
          },
        ],
      },
    );
    const got: { header?: Headers; trailer?: Headers } = {};
    await call(
      spoken.echo,
      {},
      {
        headers: headers("x-ask"),
        onHeader(header) {
          got.header = header;
        },
        onTrailer(trailer) {
          got.trailer = trailer;
        },
      },
    );
    expectHeaders(seen[0]?.requestHeader, "x-ask");
    expectHeaders(got.header, "x-head");
    expectHeaders(got.trailer, "x-trail");
    expect(got.header?.has("x-trail-ascii")).toBe(false);
    expect(got.trailer?.has("x-head-ascii")).toBe(false);
    // What an interceptor saw of a stream is whole when the stream is.
    expectHeaders(answers[0]?.header, "x-head");
    expectHeaders(answers[0]?.trailer, "x-trail");
  });

  it.each(ways)("travels back with a call that fails, as the error's: %s", async (_, call) => {
    const refusing = doing((_, context) => {
      decorate(context);
      throw new ConnectError("no", Code.NotFound, headers("x-error"));
    });
    await using spoken = await speaking(pair, refusing);
    const error = await failed(call(spoken.echo, {}));
    expect(error.code).toBe(Code.NotFound);
    expectHeaders(error.metadata, "x-error");
    expectHeaders(error.metadata, "x-head");
    expectHeaders(error.metadata, "x-trail");
  });

  it.each(ways.slice(0, 2))("of a single connection is left out, and the call goes on: %s", async (_, call) => {
    const bound = { connection: "close", "keep-alive": "timeout=5", te: "gzip", upgrade: "h2c", "content-length": "1" };
    const impl = doing((_, { responseHeader, responseTrailer }) => {
      // The stock handlers never answer when they are given one of these.
      if (pair.server === "stock") return;
      for (const each of [responseHeader, responseTrailer]) merge(new Headers(bound), each);
    });
    await using spoken = await speaking(pair, impl);
    // Nor does the stock client send them.
    const options = pair.client === "stock" ? {} : { headers: bound };
    expect(await call(spoken.echo, { text: "on" }, options)).toEqual([ping({ text: "on" })]);
  });

  it("tells the handler what is called, how and by which protocol", async () => {
    const seen: HandlerContext[] = [];
    await using spoken = await speaking(
      pair,
      answering((context) => seen.push(context)),
    );
    await spoken.echo.unary({});
    expect(seen.at(-1)).toMatchObject({ protocolName: pair.protocol, requestMethod: "POST" });
    expect(seen[0]?.url).toBe(`${spoken.url}/contract.Echo/Unary`);
    expect(`${seen[0]?.service.typeName}/${seen[0]?.method.name}`).toBe("contract.Echo/Unary");
    const type = { grpc: "application/grpc+proto", connect: pair.json ? "application/json" : "application/proto" };
    expect(seen[0]?.requestHeader.get("content-type")).toBe(type[pair.protocol]);
    expect(seen[0]?.requestHeader.get("user-agent")).toBeTruthy();
    for await (const _ of spoken.echo.serverStream({}));
    expect(seen.at(-1)).toMatchObject({ protocolName: pair.protocol, requestMethod: "POST" });
    expect(seen[1]?.url).toBe(`${spoken.url}/contract.Echo/ServerStream`);
  });

  it("keeps two cookies apart", async () => {
    await using spoken = await speaking(pair, {
      unary(req, { responseHeader }) {
        responseHeader.append("set-cookie", "a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT");
        responseHeader.append("set-cookie", "b=2");
        return req;
      },
    });
    const seen: string[][] = [];
    await spoken.echo.unary({}, { onHeader: (header) => seen.push(header.getSetCookie()) });
    expect(seen[0]).toEqual(["a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT", "b=2"]);
  });
});
