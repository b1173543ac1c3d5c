// Dates as people write them.
import { describe, expect, it } from "vitest";
import { dateAt, openDate } from "./dates.ts";

describe("dates", () => {
  it.each([
    ["2026-08-15", "2026-08-15"],
    ["2026/8/5", "2026-08-05"],
    ["2026.8.5", "2026-08-05"],
    ["15 August 2026", "2026-08-15"],
    ["the 15th of August 2026", "2026-08-15"],
    ["August 15th, 2026", "2026-08-15"],
    ["Aug 5 2026", "2026-08-05"],
    ["2026년 8월 15일", "2026-08-15"],
    ["2026. 8. 15.", "2026-08-15"],
    ["25/12/2026", "2026-12-25"],
    ["12/25/2026", "2026-12-25"],
    ["2024-02-29", "2024-02-29"],
  ])("reads the day %s", (text, iso) => {
    expect(dateAt(text, 0)).toEqual({ kind: "day", iso, length: text.length });
  });

  it.each([
    ["August 2026", "2026-08"],
    ["2026년 8월", "2026-08"],
    ["2026-08", "2026-08"],
    ["8/2026", "2026-08"],
  ])("reads the month %s", (text, iso) => {
    expect(dateAt(text, 0)).toEqual({ kind: "month", iso, length: text.length });
  });

  it.each([
    ["2026-02-30", /no day of the calendar/],
    ["1900-02-29", /no day of the calendar/],
    ["2026-13-01", /no day of the calendar/],
    ["05/06/2026", /2026-06-05 or 2026-05-06/],
    ["15 August", /no year/],
    ["8월 15일", /no year/],
    ["8월", /such as 2026-08/],
  ])("says why %s is no date", (text, why) => {
    expect(dateAt(text, 0)).toMatchObject({ kind: "unclear", why: expect.stringMatching(why) });
  });

  it.each(["1,000", "3.5", "2026", "marching 5", "1-100", "192.168.0.1", "10 may"])("sees none in %s", (text) => {
    expect(dateAt(text, 0)?.kind ?? "none").toMatch(/none|unclear/);
  });

  it("knows times that name no date", () => {
    expect(openDate("what day is today")).toBe("today");
    expect(openDate("a calendar for March please")).toBe("for March");
    expect(openDate("이번 달 달력")).toBe("이번 달");
    expect(openDate("you may march on")).toBeUndefined();
  });
});
