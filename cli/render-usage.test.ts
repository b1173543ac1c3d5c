// The bill as a table: numbers in columns, waste by name, and a legend for the marks.
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { Reason } from "#core/failure.ts";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import { GetUsageResponseSchema } from "#gen/synapse/v1/workflow_pb.ts";
import { budgetLines, usageTable } from "./render-usage.ts";

const { MEASURED, ESTIMATED, UNAVAILABLE } = Provenance;
const plain = (_: unknown, text: string) => text;
const paid = { payer: Payer.API_KEY, provenance: MEASURED, costProvenance: MEASURED };
const free = { payer: Payer.LOCAL, provenance: MEASURED, costProvenance: MEASURED };

describe("the table of a bill", () => {
  it("leaves columns that say nothing out where the screen is narrow", () => {
    const usage = { ...paid, inputTokens: 1_116n, outputTokens: 78n, reasoningTokens: 6n, costNanoUsd: 150_000n };
    const lines = [{ stepId: "code-2", attempt: 1, engine: "anthropic:claude-haiku-5-5", usage }];
    const bill = create(GetUsageResponseSchema, { lines, total: usage });
    const narrow = usageTable(bill, plain, 80);
    expect(Math.max(...narrow.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(narrow[0]).toMatch(/^STEP +ENGINE +PAYER +IN +OUT +REASONING +COST$/);
    expect(usageTable(bill, plain, 120)[0]).toMatch(/ATTEMPT .* CACHED/);
    expect(usageTable(bill, plain)[0]).toContain("CACHED");
  });

  it("has a line for each engine of each attempt, then the sums", () => {
    const lost = {
      ...paid,
      provenance: ESTIMATED,
      costProvenance: ESTIMATED,
      inputTokens: 300n,
      costNanoUsd: 600_000n,
    };
    const bill = create(GetUsageResponseSchema, {
      lines: [
        {
          stepId: "plan",
          attempt: 1,
          engine: "anthropic:large",
          usage: lost,
          discarded: true,
          reason: Reason.DEPENDENCY,
        },
        {
          ...{ stepId: "plan", attempt: 2, engine: "openai:small" },
          usage: {
            ...paid,
            ...{ inputTokens: 12_000n, cacheReadTokens: 700n, outputTokens: 450n, reasoningTokens: 50n },
            costNanoUsd: 12_300_000n,
          },
        },
        { stepId: "execute", attempt: 1, engine: "sandbox:bwrap", usage: free },
      ],
      total: {
        ...lost,
        payer: 0,
        inputTokens: 12_300n,
        cacheReadTokens: 700n,
        outputTokens: 450n,
        costNanoUsd: 12_900_000n,
      },
      wasted: lost,
    });
    expect(usageTable(bill, plain)).toEqual([
      "STEP     ATTEMPT  ENGINE           PAYER         IN  CACHED  WRITTEN   OUT  REASONING       COST",
      "plan           1  anthropic:large  api key     ~300      ~0       ~0    ~0         ~0  ~$0.00060  wasted: dependency",
      "plan           2  openai:small     api key   12,000     700        0   450         50    $0.0123",
      "execute        1  sandbox:bwrap    local          0       0        0     0          0         $0",
      "total                                       ~12,300    ~700       ~0  ~450         ~0   ~$0.0129",
      "wasted                             api key     ~300      ~0       ~0    ~0         ~0  ~$0.00060  part of the total",
      "",
      "~ estimated",
    ]);
  });

  it("shows what nobody knows as not known, and of a sum what is known at least", () => {
    const unknown = { payer: Payer.SUBSCRIPTION, provenance: UNAVAILABLE, costProvenance: UNAVAILABLE };
    const bill = create(GetUsageResponseSchema, {
      lines: [
        { stepId: "code", attempt: 1, engine: "cli:claude", usage: unknown },
        { stepId: "lost", engine: "x" },
      ],
      total: { ...unknown, payer: 0, inputTokens: 40n },
    });
    expect(usageTable(bill, plain)).toEqual([
      "STEP   ATTEMPT  ENGINE      PAYER          IN  CACHED  WRITTEN  OUT  REASONING  COST",
      "code         1  cli:claude  subscription    ?       ?        ?    ?          ?     ?",
      "lost            x                           ?       ?        ?    ?          ?     ?",
      "total                                     ≥40       ?        ?    ?          ?     ?",
      "",
      "≥ at least: not all is known   ? not known",
    ]);
  });

  it("says so when nothing was spent", () => {
    expect(usageTable(create(GetUsageResponseSchema, {}), plain)).toEqual(["nothing was spent"]);
    expect(budgetLines({}, plain)).toEqual([]);
  });
});
