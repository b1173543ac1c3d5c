import { describe, expect, it } from "vitest";
import { entriesOf, headersOf, lateHeaders } from "./late-headers.ts";

const came = () => ({
  ":path": "/x",
  "content-type": "application/proto",
  "x-a": "1",
  "trailer-x-b": "2",
  "set-cookie": ["a=1", "b=2"],
});
const plain = new Headers([
  ["content-type", "application/proto"],
  ["x-a", "1"],
  ["trailer-x-b", "2"],
  ["set-cookie", "a=1"],
  ["set-cookie", "b=2"],
]);

/** All that a Headers says. */
const said = (headers: Headers) => ({
  entries: [...headers],
  keys: [...headers.keys()],
  values: [...headers.values()],
  each: (() => {
    const all: string[] = [];
    headers.forEach((value, name) => void all.push(`${name}=${value}`));
    return all;
  })(),
  cookies: headers.getSetCookie(),
});

describe("late headers", () => {
  it("say what those of the web say, before they are made and after", () => {
    const late = lateHeaders(came());
    const look = () => [
      ...["Content-Type", "x-a", "set-cookie", "x-none", "constructor"].map((name) => late.get(name)),
      late.has("X-A"),
      late.has("toString"),
    ];
    const before = look();
    expect(before).toEqual(["application/proto", "1", "a=1, b=2", null, null, true, false]);
    expect(said(late)).toEqual(said(plain));
    expect(look()).toEqual(before);
  });

  it("hide what HTTP/2 begins with a colon", () => {
    expect([lateHeaders(came()).get(":path"), lateHeaders(came()).has(":path")]).toEqual([null, false]);
    expect([...headersOf(came()).keys()]).not.toContain(":path");
  });

  it("keep what is set, added and deleted", () => {
    const late = lateHeaders(came());
    late.set("x-a", "3");
    late.append("x-a", "4");
    late.delete("content-type");
    expect([late.get("x-a"), late.get("content-type"), late.has("trailer-x-b")]).toEqual(["3, 4", null, true]);
  });

  it("tell a unary answer's headers and trailers apart", () => {
    const header = lateHeaders(came(), { prefix: "", except: "trailer-" });
    const trailer = lateHeaders(came(), { prefix: "trailer-", except: undefined });
    expect([header.has("trailer-x-b"), trailer.get("x-b"), trailer.get("x-a")]).toEqual([false, "2", null]);
    expect([...header.keys()]).toEqual(["content-type", "set-cookie", "set-cookie", "x-a"]);
    expect([...trailer]).toEqual([["x-b", "2"]]);
  });

  it("pass for the web's, wherever one is asked for", () => {
    const late = lateHeaders(came());
    expect(late).toBeInstanceOf(Headers);
    expect([...new Headers(late)]).toEqual([...plain]);
    expect(new Request("http://localhost", { headers: lateHeaders(came()) }).headers.get("x-a")).toBe("1");
  });

  it("hold what is set in them as the web's would", () => {
    const late = lateHeaders();
    const web = new Headers();
    for (const headers of [late, web]) {
      headers.set("x-b", "1");
      headers.set("x-a", "2");
      headers.set("x-b", "3");
    }
    expect([late.get("X-B"), late.has("x-a"), late.get("x-c")]).toEqual(["3", true, null]);
    for (const headers of [late, web]) headers.set("X-Upper", "  with spaces ");
    expect([...late]).toEqual([...web]);
    const trailer = lateHeaders(undefined, { prefix: "trailer-", except: undefined });
    trailer.set("x-a", "1");
    expect([trailer.get("x-a"), [...trailer]]).toEqual(["1", [["x-a", "1"]]]);
    expect(() => lateHeaders().set("no name", "1")).toThrow(TypeError);
    expect(() => lateHeaders().set("x-a", "two\nlines")).toThrow(TypeError);
  });

  it("give what is in them", () => {
    const late = lateHeaders();
    expect([...entriesOf(late)]).toEqual([]);
    late.set("x-a", "1");
    expect([...entriesOf(late)]).toEqual([["x-a", "1"]]);
    expect([...entriesOf(lateHeaders(came()))]).toEqual([...plain]);
  });
});
