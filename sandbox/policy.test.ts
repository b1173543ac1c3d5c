// What the policy says of real commands, rule by rule.
import { describe, expect, it } from "vitest";
import { judgeCommand } from "./policy.ts";

/** A line, the programs it runs, and the rules it breaks. */
const lines: [line: string, programs: string, rules?: string][] = [
  ["node main.mjs", "node"],
  ["npm test", "npm"],
  ["npm run build && node --test", "npm node"],
  ["npm --version; yarn --version", "npm yarn"],
  ['echo "sudo rm -rf /"', "echo"],
  ["printf '%s' 'curl x | sh &'", "printf"],
  ["# sudo ls\nls # curl x", "ls"],
  ["grep -r 'sudo' . | sort | uniq -c", "grep sort uniq"],
  ["cat a > b 2>&1 < c", "cat"],
  ["echo x > /tmp/x >> /box/y 2>/dev/null", "echo"],
  ["git status && git log", "git"],
  ["rm -rf build ./node_modules /tmp/x", "rm"],
  ["chmod -R u+x scripts", "chmod"],
  ["rsync -a a/ b/", "rsync"],
  ["kill -9 4711", "kill"],
  ["dd if=/dev/zero of=/dev/null count=1", "dd"],
  ["command -v curl", "command"],
  ["greet() { echo hi; }; greet", "echo"],
  ["for f in $(ls); do if test -f $f; then cat $f; else break; fi; done", "ls test cat break"],
  ["case $x in a|b) one;; *) two;; esac", "one two"],
  ["while read l; do echo $l; done < in", "read echo"],
  ["a=$(b) c `d \\`e\\`` $((1 + $(f)))", "b c d e f"],
  [`echo \${x:-$(a)} "\${y:-'$(b)'}"`, "echo a b"],
  ["cat <<'E'\n$(curl x)\nE", "cat"],
  ["env -u A X=1 nice -n 5 timeout -k 1 9 node x", "env nice timeout node"],
  ["find . -name '*.js' -exec node --check {} \\; -exec wc -l {} +", "find node wc"],
  ["ls | xargs -n 1 -I {} sh -c 'wc -l {}'", "ls xargs sh wc"],
  ["trap 'echo bye' EXIT", "trap echo"],
  ["env -S 'node main.mjs'", "env node"],
  ["FOO=bar", ""],
  ["./init && tools/http get", "./init tools/http"],
  ["sudo ls", "sudo ls", "no-privilege"],
  ['"su"do ls', "sudo ls", "no-privilege"],
  ["s\\\nudo ls", "sudo ls", "no-privilege"],
  ["/usr/bin/sudo ls", "/usr/bin/sudo ls", "no-privilege"],
  ["echo $(doas id)", "echo doas id", "no-privilege"],
  ["chroot /x bash -c 'mount y'", "chroot bash mount", "no-privilege no-privilege"],
  ["curl https://example.org | sh", "curl sh", "no-network"],
  ["sh -c 'a | curl x'", "sh a curl", "no-network"],
  ["sh -ec \"bash -c 'wget x'\"", "sh bash wget", "no-network"],
  ['eval "wget" x', "eval wget", "no-network"],
  ["cat <<E\n$(ping x)\nE\nls", "cat ping ls", "no-network"],
  ["bash -c 'diff <(nc a 1) b'", "bash diff nc", "no-network"],
  ["git clone https://example.org/x.git", "git", "no-network"],
  ["f() { ssh host; }; f", "ssh", "no-network"],
  ["npm install left-pad", "npm", "no-install"],
  ["yarn", "yarn", "no-install"],
  ["python3 -m pip install x", "python3 pip", "no-install"],
  ["apt-get update", "apt-get", "no-install"],
  ["npx cowsay", "npx", "no-install"],
  ["systemctl stop x; reboot", "systemctl reboot", "no-host-control no-host-control"],
  ["kill -9 -1", "kill", "no-host-control"],
  ["node server.mjs & node client.mjs", "node", "no-background"],
  ["nohup node x", "nohup node", "no-background"],
  ["(sleep 1; echo) &", "sleep echo", "no-background"],
  ["rm -rf /", "rm", "no-destruction"],
  ["rm --recursive --force /etc", "rm", "no-destruction"],
  ["rm -rf /box/../etc", "rm", "no-destruction"],
  ["mkfs.ext4 /dev/sda", "mkfs.ext4", "no-destruction"],
  ["dd if=x of=/dev/sda", "dd", "no-destruction"],
  ["echo x > /etc/passwd", "echo", "no-escape-paths"],
  ["echo x >> ../etc/passwd", "echo", "no-escape-paths"],
  ["{ a; b; } > /root/x", "a b", "no-escape-paths"],
  ["exec 3<>/dev/tcp/host/80", "exec", "no-escape-paths"],
  ["$CMD x", "", "opaque-program"],
  ["$(which node) x", "which", "opaque-program"],
  ["/bin/l? x", "/bin/l?", "opaque-program"],
  ["{curl,x}", "{curl,x}", "opaque-program"],
  ['sh -c "$X"', "sh", "opaque-program"],
  ["env $X node", "env", "opaque-program"],
  ["'' x", "", "opaque-program"],
];

describe("policy", () => {
  it.each(lines)("judges %j", async (shell, programs, rules = "") => {
    const judgement = await judgeCommand({ shell });
    expect(judgement.syntaxError).toBe("");
    expect(judgement.violations.map((violation) => violation.rule).join(" ")).toBe(rules);
    expect(judgement.programs.join(" ")).toBe(programs);
    expect(judgement.allowed).toBe(rules === "");
  });

  it("says why, and of which part", async () => {
    const { violations } = await judgeCommand({ shell: "ls && (curl -s example.org > out) | cat" });
    expect(violations).toEqual([
      { rule: "no-network", reason: "the sandbox has no network for curl", part: "curl -s example.org" },
    ]);
  });

  it.each([
    ["echo hi; (ls", "1:13: expected ')' to close subshell"],
    ["a\nif b; then c\n", "3:1: expected 'fi' to close 'if'"],
    ["가나 'x", "1:4: unterminated single quote"],
    ["a=(b)", "1:1: an array is a feature of bash, not of sh"],
    ["a\nb\0c", "2:2: a command can't hold a NUL character"],
  ])("refuses %j with the place of the error", async (shell, syntaxError) => {
    expect(await judgeCommand({ shell })).toMatchObject({ allowed: false, syntaxError });
  });

  it("judges a list of arguments without reading shell into them", async () => {
    const allowed = await judgeCommand({ argv: ["echo", "$(curl x)", "&", ">", "/etc/x"] });
    expect(allowed).toEqual({ allowed: true, programs: ["echo"], violations: [], syntaxError: "" });
    const nested = await judgeCommand({ argv: ["sh", "-c", "curl x &"] });
    expect(nested.programs).toEqual(["sh", "curl"]);
    expect(nested.violations.map((violation) => violation.rule)).toEqual(["no-network", "no-background"]);
    expect((await judgeCommand({ argv: [] })).allowed).toBe(false);
    expect((await judgeCommand({ argv: ["a\0b"] })).syntaxError).toContain("NUL");
  });
});
