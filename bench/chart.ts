// Bar charts as plain SVG: panels below each other, one bar a row, colours for a light and a dark page.

export interface Bar {
  label: string;
  value: number;
  /** Drawn in the accent colour. */
  ours: boolean;
}

export interface Panel {
  title: string;
  bars: readonly Bar[];
}

const width = 760;
const labelWidth = 170;
const valueWidth = 90;
const barHeight = 16;
const rowHeight = 23;
const margin = 20;

// The background is part of the picture: it is legible on any page around it.
const style = `
  .page { fill: #ffffff; stroke: #d0d7de; } text { fill: #1f2328; font: 13px system-ui, sans-serif; }
  .title { font-size: 16px; font-weight: 600; } .panel { font-weight: 600; } .value { fill: #59636e; }
  .ours { fill: #0969da; } .peer { fill: #afb8c1; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; stroke: #3d444d; } text { fill: #f0f6fc; } .value { fill: #9198a1; }
    .ours { fill: #4493f8; } .peer { fill: #565e67; }
  }`;

/** Panels without bars are left out; `format` writes the values. */
export function chart(title: string, panels: readonly Panel[], format: (value: number) => string): string {
  const shown = panels.filter(({ bars }) => bars.length > 0);
  const parts: string[] = [];
  let y = margin + 16;
  parts.push(text("title", margin, y, title));
  for (const { title: name, bars } of shown) {
    y += 34;
    parts.push(text("panel", margin, y, name));
    const longest = Math.max(...bars.map(({ value }) => value));
    const room = width - margin * 2 - labelWidth - valueWidth;
    y += 10;
    for (const { label, value, ours } of bars) {
      const length = Math.max(1, (value / longest) * room);
      const left = margin + labelWidth;
      parts.push(
        text("label", margin, y + barHeight - 3, label),
        `<rect class="${ours ? "ours" : "peer"}" x="${left}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>`,
        text("value", left + length + 8, y + barHeight - 3, format(value)),
      );
      y += rowHeight;
    }
  }
  const height = y + margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>${style}
</style>
<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>
${parts.join("\n")}
</svg>
`;
}

function text(kind: string, x: number, y: number, words: string): string {
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
