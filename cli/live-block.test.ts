// Lines that are drawn in place never leave anything behind, whatever happens to the screen.
import { describe, expect, it } from "vitest";
import { type LiveBlock, liveBlock } from "./live-block.ts";
import { screen } from "./testing/screen.ts";

const draw = (block: LiveBlock, ...texts: string[]) => block.draw(texts.map((text) => ({ text })));

describe("live block", () => {
  it("draws over what it drew before", () => {
    const terminal = screen(40);
    const block = liveBlock(terminal);
    draw(block, "one", "two", "three");
    draw(block, "one again");
    expect(terminal.lines()).toEqual(["one again"]);
    block.clear();
    expect(terminal.lines()).toEqual([]);
  });

  it("keeps lines above it", () => {
    const terminal = screen(40);
    const block = liveBlock(terminal);
    draw(block, "working");
    block.keep([{ text: "done: plan" }]);
    block.draw([{ text: "working on" }], [{ text: "done: code" }]);
    expect(terminal.lines()).toEqual(["done: plan", "done: code", "working on"]);
  });

  it("cuts a long line, also one in Korean, so that it stays one row", () => {
    const terminal = screen(10);
    const block = liveBlock(terminal);
    draw(block, "abcdefghijklmnop", "한국어한국어");
    expect(terminal.lines()).toEqual(["abcdefgh…", "한국어한…"]);
    draw(block, "x");
    expect(terminal.lines()).toEqual(["x"]);
  });

  it.each([10, 17, 21, 80])("leaves nothing behind when 40 columns become %i", (columns) => {
    const terminal = screen(40);
    const block = liveBlock(terminal);
    block.keep([{ text: "kept" }]);
    draw(block, "a".repeat(39), "b".repeat(25), "c");
    terminal.resize(columns);
    draw(block, "done");
    expect(terminal.lines()).toEqual(["kept", "done"]);
  });

  it("lets the terminal break a line that is to be whole", () => {
    const terminal = screen(10);
    const block = liveBlock(terminal);
    draw(block, "working");
    block.keep([{ text: "a line longer than the screen", isWhole: true }]);
    expect(terminal.lines().join("")).toBe("a line longer than the screenworking");
  });
});
