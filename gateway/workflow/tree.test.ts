// Which workspaces no run could work on: they are refused before there is one.
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { CreateRunRequestSchema } from "#gen/synapse/v1/workflow_pb.ts";
import { checkWorkspace } from "./tree.ts";

const request = (paths: string[], files: { path: string }[] = []) =>
  create(CreateRunRequestSchema, { files, workspace: { files: paths.map((path) => ({ path, content: "x" })) } });

describe("a workspace", () => {
  it("is fine, and no workspace is too", () => {
    expect(checkWorkspace(request(["a", "b/c", ".github/x", "git/x", ".gitignore"]))).toBeUndefined();
    expect(checkWorkspace(create(CreateRunRequestSchema, { files: [{ path: "a" }] }))).toBeUndefined();
  });

  it.each([
    [request([".git/config"]), "lies in git's own folder"],
    [request(["a/../b"]), "has an empty, . or .. part"],
    [request(["a", "a"]), "given twice"],
    [request(["a", "a/b"]), "both a file and a folder"],
    [request(["a"], [{ path: "b" }]), "not both"],
  ])("is refused: %#", (asked, words) => {
    expect(() => checkWorkspace(asked)).toThrow(words);
  });
});
