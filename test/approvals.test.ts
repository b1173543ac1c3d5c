// Through the whole system: a run waits for a human, the gateway dies meanwhile, and of all who decide one has decided.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, messageOf, Reason } from "#core/failure.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { ApprovalState, type Run, RunState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { isEnded } from "#store/projection.ts";
import { type System, startSystem } from "./system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const task = "fizzbuzz up to 15";
const patient = { timeout: 20_000 };
const workflow = () => system.gateway.workflow;
const runOf = async (runId: string) => (await workflow().getRun({ runId })).run!;

async function waiting(approve = ["execute"]): Promise<Run> {
  const { run } = await workflow().createRun({ task, approve });
  await expect.poll(async () => (await runOf(run!.runId)).state, patient).toBe(RunState.WAITING);
  return runOf(run!.runId);
}

async function ended(runId: string): Promise<Run> {
  await expect.poll(async () => isEnded((await runOf(runId)).state), patient).toBe(true);
  return runOf(runId);
}

async function eventsOf(runId: string): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { message } of workflow().watchRun({ runId })) {
    if (message.case === "event") kinds.push(message.value.body.case ?? "");
  }
  return kinds;
}

/** The REST route: the status and the body. */
async function post(runId: string, approvalId: string, body: object, key?: string) {
  const answer = await fetch(`${system.processes.gateway.url}/api/v1/runs/${runId}/approvals/${approvalId}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key === undefined ? {} : { "idempotency-key": key }) },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe("a run that waits for a human", () => {
  it("waits on when the gateway is killed and started again, asks once, and goes on when it is allowed", async () => {
    const { runId, approvals } = await waiting();
    await system.kill("gateway");
    await system.restart("gateway");
    await expect
      .poll(async () => await runOf(runId).catch(() => undefined), patient)
      .toMatchObject({
        state: RunState.WAITING,
        waitReason: WaitReason.APPROVAL,
        approvals: [{ state: ApprovalState.OPEN, prompt: approvals[0]!.prompt, expires: approvals[0]!.expires! }],
      });
    const { run } = await workflow().decideApproval({ runId, approvalId: "execute", approved: true, decidedBy: "kim" });
    expect(run?.approvals).toMatchObject([{ state: ApprovalState.APPROVED, decidedBy: "kim", version: 2 }]);
    expect((await ended(runId)).outcome).toBe(Outcome.PASSED);
    const kinds = await eventsOf(runId);
    expect(kinds.filter((kind) => kind.startsWith("approval"))).toEqual(["approvalRequested", "approvalDecided"]);
    expect(kinds.filter((kind) => kind === "runWaiting")).toHaveLength(2);
  });

  it("is decided by one of those who decide at one time; the others are told by whom", async () => {
    const { runId } = await waiting();
    const decide = (decidedBy: string, approved: boolean) =>
      workflow()
        .decideApproval({ runId, approvalId: "execute", approved, decidedBy, expectedVersion: 1 })
        .then(
          () => ({ decidedBy, approved }),
          (error: unknown) => ({ error }),
        );
    const all = await Promise.all(Array.from({ length: 8 }, (_, n) => decide(`user-${n}`, n % 2 === 0)));
    const won = all.flatMap((each) => ("decidedBy" in each ? [each] : []));
    const lost = all.flatMap((each) => ("error" in each ? [each.error] : []));
    expect([won.length, lost.length]).toEqual([1, 7]);
    const what = won[0]!.approved ? "approved" : "rejected";
    for (const error of lost) {
      expect(failureOf(error)?.reason).toBe(Reason.CONFLICT);
      expect(messageOf(error)).toMatch(new RegExp(`^execute was ${what} by ${won[0]!.decidedBy} at \\d{4}-`));
    }
    await workflow().cancelRun({ runId });
  });
});

describe("POST /api/v1/runs/{id}/approvals/{approval_id}", () => {
  it("decides, says the same to the same key, and refuses all others", async () => {
    const { runId } = await waiting();
    const yes = { approved: true, note: "fine", decidedBy: "kim" };
    const first = await post(runId, "execute", yes, "key-1");
    const approvals = [{ approvalId: "execute", state: "APPROVAL_STATE_APPROVED", note: "fine", decidedBy: "kim" }];
    expect(first).toMatchObject({ status: 200, body: { run: { runId, approvals } } });
    expect((await ended(runId)).outcome).toBe(Outcome.PASSED);
    expect(await post(runId, "execute", yes, "key-1")).toMatchObject({
      status: 200,
      body: { run: { runId, approvals } },
    });
    const mismatch = { status: 422, body: { reason: "REASON_IDEMPOTENCY_MISMATCH" } };
    expect(await post(runId, "execute", { approved: false }, "key-1")).toMatchObject(mismatch);
    const detail = expect.stringMatching(/^execute was approved by kim at \S+: fine$/);
    expect(await post(runId, "execute", yes)).toMatchObject({
      status: 409,
      body: { reason: "REASON_CONFLICT", detail },
    });
  });

  it("knows what was asked, and nothing else", async () => {
    const { runId } = await waiting();
    const notFound = { status: 404, body: { reason: "REASON_NOT_FOUND" } };
    expect(await post(runId, "code", { approved: true })).toMatchObject(notFound);
    expect(await post("0199f2a4-5d3c-7b1e-8f00-1c2d3e4f5a6b", "execute", { approved: true })).toMatchObject(notFound);
    const invalid = { status: 400, body: { reason: "REASON_INVALID_INPUT" } };
    expect(await post("no-id", "execute", { approved: true })).toMatchObject(invalid);
    expect(await post(runId, "execute", { approved: true, approvalId: "plan" })).toMatchObject(invalid);
    const stale = await post(runId, "execute", { approved: true, expectedVersion: 3 });
    expect(stale.body).toMatchObject({
      reason: "REASON_CONFLICT",
      detail: "execute is at version 1, not 3: look at it again",
    });
    await workflow().cancelRun({ runId });
    const late = await post(runId, "execute", { approved: true });
    expect(late.body).toMatchObject({
      reason: "REASON_CONFLICT",
      detail: "execute can't be decided: the run is canceled",
    });
  });
});
