// Recipe: convert temperatures between Celsius, Fahrenheit and Kelvin.
import { literal, recipe } from "../recipe.ts";

export const temperature = recipe({
  id: "temperature",
  title: "Convert temperatures between Celsius, Fahrenheit and Kelvin",
  match: {
    needs: [
      "celsius,fahrenheit,kelvin,temperature,centigrade,c to f,f to c,c to k,k to c,섭씨,화씨,켈빈,온도".split(","),
    ],
    means: ["degree|도 + c|celsius|f|fahrenheit + convert|to f|to c"],
    knows:
      "oven,bake,recipe,cooking,temp,hot,cold,warm,body,boiling,freezing,체온,기온,convert,converter,conversion,degree,scale,unit,변환,변환기,바꾸,단위,환산,도".split(
        ",",
      ),
    not: ["sensor", "weather", "forecast", "api", "chart", "thermostat", "날씨", "센서", "예보"],
  },
  params: {
    degrees: { kind: "numbers", default: [-40, 0, 36.6, 100], max: 100, says: "temperatures to convert" },
    way: {
      kind: "choice",
      default: "C to F",
      choices: {
        "C to F": [
          "celsius to fahrenheit",
          "fahrenheit is celsius",
          "c to f",
          "섭씨 화씨",
          "섭씨를 화씨로",
          "섭씨에서 화씨로",
        ],
        "F to C": [
          "fahrenheit to celsius",
          "celsius is fahrenheit",
          "f to c",
          "화씨 섭씨",
          "화씨를 섭씨로",
          "화씨에서 섭씨로",
        ],
        "C to K": [
          "celsius to kelvin",
          "kelvin is celsius",
          "c to k",
          "섭씨 켈빈",
          "섭씨를 켈빈으로",
          "섭씨에서 켈빈으로",
        ],
        "K to C": ["kelvin to celsius", "celsius is kelvin", "k to c", "켈빈 섭씨", "켈빈을 섭씨로", "켈빈에서 섭씨로"],
        "F to K": ["fahrenheit to kelvin", "f to k", "화씨 켈빈", "화씨를 켈빈으로", "화씨에서 켈빈으로"],
        "C to F and F to C": [
          "other way around",
          "other way round",
          "vice versa",
          "both way",
          "both direction",
          "between celsius fahrenheit",
          "celsius to fahrenheit back",
          "양방향",
          "섭씨와 화씨를 서로",
          "섭씨 화씨 서로",
          "반대로도",
          "반대도",
        ],
        "C to F and C to K": [
          "celsius fahrenheit kelvin",
          "celsius to fahrenheit kelvin",
          "섭씨 화씨 켈빈",
          "화씨와 켈빈으로",
        ],
        "C to K and K to C": ["between celsius kelvin", "섭씨와 켈빈을 서로"],
        "K to F": ["kelvin to fahrenheit", "k to f", "켈빈 화씨", "켈빈을 화씨로", "켈빈에서 화씨로"],
      },
      says: "from which scale to which",
    },
  },
  summary: ({ degrees, way }) =>
    `A program that converts ${degrees.join(", ")} from ${way.replace(" and ", " and from ")}.`,
  facts: [
    { claim: "F = C * 9/5 + 32 and K = C + 273.15, both exact by definition.", confidence: 1 },
    { claim: "-40 is the one temperature that is the same in Celsius and Fahrenheit.", confidence: 1 },
    { claim: "Nothing is colder than absolute zero: 0 K, -273.15 C, -459.67 F.", confidence: 1 },
    {
      claim: "Binary fractions leave noise such as 99.99999999999999, so results are rounded once, at the end.",
      confidence: 0.95,
    },
  ],
  criteria: [
    "Converts between each two of the three scales, rounded to at most two decimals.",
    "Says so when a temperature is below absolute zero.",
    "Never prints -0.",
    "A line it cannot read ends the program with exit code 1 and no output.",
  ],
  risks: ["A number without its scale is ambiguous, so every line names both scales."],
  code: ({ degrees, way }) => String.raw`// temperature: converts between Celsius (C), Fahrenheit (F) and Kelvin (K).
// Run: node temperature.mjs                              converts the built-in temperatures
//      echo "25 C to F" | node temperature.mjs           one conversion on each line
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(
    way
      .split(" and ")
      .flatMap((one) => degrees.map((value) => `${value} ${one}`))
      .join("\n"),
  )};

const ABSOLUTE_ZERO = -273.15;
const toCelsius = { C: (c) => c, F: (f) => ((f - 32) * 5) / 9, K: (k) => k + ABSOLUTE_ZERO };
const fromCelsius = { C: (c) => c, F: (c) => (c * 9) / 5 + 32, K: (c) => c - ABSOLUTE_ZERO };

// At most two decimals. The inner step removes binary noise, and adding 0 turns -0 into 0.
function round(x) {
  return Math.round(Number((x * 100).toFixed(6))) / 100 + 0;
}

function convert(line) {
  const parts = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([CFK])\s+to\s+([CFK])$/i.exec(line);
  if (!parts) throw new Error('cannot read "' + line + '", write such as: 25 C to F');
  const value = Number(parts[1]);
  const from = parts[2].toUpperCase();
  const to = parts[3].toUpperCase();
  const celsius = toCelsius[from](value);
  if (celsius < ABSOLUTE_ZERO - 1e-9) return value + " " + from + " is below absolute zero";
  return value + " " + from + " = " + round(fromCelsius[to](celsius)) + " " + to;
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const lines = (input.trim() === "" ? EXAMPLE : input).trim().split(/\s*\n\s*/);
  console.log(lines.map(convert).join("\n"));
} catch (error) {
  console.error("temperature: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ degrees, way }) => [
    {
      name: "the given temperatures",
      stdin: "",
      stdout: way
        .split(" and ")
        .flatMap((one) => degrees.map((value) => interpolated(value, one)))
        .join("\n"),
    },
    {
      name: "fixed points of the scales",
      stdin: "0 C to F\n100 C to F\n212 F to C\n32 F to K\n0 K to C\n0 K to F\n-40 F to C\n",
      stdout:
        "0 C = 32 F\n100 C = 212 F\n212 F = 100 C\n32 F = 273.15 K\n0 K = -273.15 C\n0 K = -459.67 F\n-40 F = -40 C\n",
    },
    {
      name: "two decimals and no negative zero",
      stdin: "100 F to C\n-0.001 C to C\n98.6 f to c\n36.6 C to F\n",
      stdout: "100 F = 37.78 C\n-0.001 C = 0 C\n98.6 F = 37 C\n36.6 C = 97.88 F\n",
    },
    {
      name: "below absolute zero",
      stdin: "-1 K to C\n-273.15 C to K\n-273.16 C to K\n-459.67 F to K\n",
      stdout: "-1 K is below absolute zero\n-273.15 C = 0 K\n-273.16 C is below absolute zero\n-459.67 F = 0 K\n",
    },
    { name: "an unknown scale prints nothing", exitCode: 1, stdin: "20 C to F\n20 C to X\n", stdout: "" },
  ],
});

/** Freezing and boiling water and absolute zero on each scale: two points make the line, the third is the limit. */
const water: Readonly<Record<string, readonly [freezes: number, boils: number, least: number]>> = {
  C: [0, 100, -273.15],
  F: [32, 212, -459.67],
  K: [273.15, 373.15, 0],
};

function interpolated(value: number, way: string): string {
  const [from = "C", to = "F"] = way.split(" to ");
  const [freezes, boils, least] = water[from] ?? [0, 100, 0];
  const [freezesTo, boilsTo] = water[to] ?? [0, 100, 0];
  if (value < least - 1e-9) return `${value} ${from} is below absolute zero`;
  const result = freezesTo + ((value - freezes) / (boils - freezes)) * (boilsTo - freezesTo);
  return `${value} ${from} = ${Math.round(Number((result * 100).toFixed(6))) / 100 + 0} ${to}`;
}
