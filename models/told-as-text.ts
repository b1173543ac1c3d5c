// What a model writes as JSON, told as a person reads it: its texts, one after another, without the marks around them.

type Say = (text: string, kind?: "text" | "reasoning") => void;

/** What is no JSON object is told as it is; reasoning always. */
export function toldAsText(say: Say): Say {
  const read = reader();
  return (text, kind = "text") => {
    const told = kind === "text" ? read(text) : text;
    if (told !== "") say(told, kind);
  };
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Takes pieces as they come, cut anywhere, and gives what is new of the texts. */
function reader(): (piece: string) => string {
  let state: "start" | "plain" | "between" | "name" | "text" = "start";
  /** An escape that has begun, such as `\u00`. */
  let begun = "";
  /** What is open around the place: "{" or "[". */
  const open: string[] = [];
  let isName = false;

  function inside(char: string): string {
    if (begun !== "") {
      begun += char;
      if (begun[1] === "u" && begun.length < 6) return "";
      const [, letter = ""] = begun;
      const meant =
        letter === "u" ? String.fromCharCode(Number.parseInt(begun.slice(2), 16)) : (escapes[letter] ?? letter);
      begun = "";
      return state === "text" ? meant : "";
    }
    if (char === "\\") {
      begun = char;
      return "";
    }
    if (char !== '"') return state === "text" ? char : "";
    const end = state === "text" ? "\n" : "";
    state = "between";
    return end;
  }

  function outside(char: string): string {
    if (char === "{" || char === "[") {
      open.push(char);
      isName = char === "{";
    } else if (char === "}" || char === "]") open.pop();
    else if (char === ",") isName = open.at(-1) === "{";
    else if (char === ":") isName = false;
    else if (char === '"') state = isName ? "name" : "text";
    return "";
  }

  return (piece) => {
    let told = "";
    for (const char of piece) {
      if (state === "start" && char.trim() !== "") state = char === "{" ? "between" : "plain";
      if (state === "plain") told += char;
      else if (state === "between") told += outside(char);
      else if (state !== "start") told += inside(char);
    }
    return told;
  };
}
