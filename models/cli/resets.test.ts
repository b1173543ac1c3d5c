import { describe, expect, it } from "vitest";
import { waitIn } from "./resets.ts";

const now = new Date("2026-11-28T11:20:30Z");
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe("when a limit is lifted", () => {
  it.each([
    ["Claude AI usage limit reached|1795867200", 39.5 * minute],
    ["You've hit your session limit · resets 12pm (UTC)", 39.5 * minute],
    ["You've hit your limit · resets 11:20am (UTC)", 0],
    ["You've hit your limit · resets 11:19am (UTC)", day - 1.5 * minute],
    ["You've hit your limit · resets Nov 30 at 4pm (UTC)", 2 * day + 4.5 * hour + 9.5 * minute],
    ["You've hit your limit · resets Jan 2 at 12am (UTC)", Date.UTC(2027, 0, 2) - now.getTime()],
    ["You’ve hit your usage limit. Try again at 11:58 AM.", 37.5 * minute],
    ["visit a page to purchase more credits or try again at Nov 29th, 2026 3:45 PM.", day + 4 * hour + 24.5 * minute],
    ["Upgrade to Pro or try again in 2 days 17 hours 14 minutes.", 2 * day + 17 * hour + 14 * minute],
    ["Please try again in 6.5s.", 6500],
    ["Please try again in 20ms", 20],
    ["You exceeded your current quota. Please retry in 7.5s.\nSuggested retry after 7.5s.", 7500],
    ["Your quota will reset after 2h13m5s.", 2 * hour + 13 * minute + 5000],
    ["Please try again later", undefined],
    ["You have exhausted your daily quota on this model. Try again at noon", undefined],
    ["try again at Foo 99th, 2026 3:45 PM", undefined],
  ])("%s", (words, waitMs) => {
    expect(waitIn(words, now)).toBe(waitMs);
  });
});
