import { expect, it } from "vitest";
import { slots } from "./slots.ts";

it("has who came and did not leave, and gives their places to others", () => {
  const open = slots<{ name: string }>();
  const [a, b, c] = ["a", "b", "c"].map((name) => open.add({ name })) as [number, number, number];
  open.leave(b);
  expect(Array.from(open, ({ name }) => name)).toEqual(["a", "c"]);
  expect(open.add({ name: "d" })).toBe(b);
  open.leave(a);
  open.leave(c);
  expect(Array.from(open, ({ name }) => name)).toEqual(["d"]);
});
