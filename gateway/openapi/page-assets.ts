// How the page looks, and its one gesture: copying a line.

export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6572; --line: #e1e5ea; --wash: #f5f7f9; --paper: #fff;
  --link: #0b5cad; --get: #0a6b52; --post: #8a3f00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ed; --soft: #9aa5b1; --line: #2b323a; --wash: #171b20; --paper: #0f1216;
    --link: #79b8ff; --get: #5fd0ad; --post: #f0a868; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 76rem; padding: 0 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 0 3rem; }
header { grid-column: 1 / -1; padding: 2.5rem 0 1.5rem; max-width: 48rem; }
h1 { margin: 0; font-size: 2rem; letter-spacing: -0.02em; }
h1 small { font-size: 1rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
h2 { margin: 3rem 0 0; font-size: 1.4rem; }
section:first-child h2 { margin-top: 0; }
h3 { margin: 0; font: 600 1rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
h3 a { color: inherit; }
h4 { margin: 1.25rem 0 0.25rem; font-size: 0.8rem; color: var(--soft); letter-spacing: 0.04em; }
p { margin: 0.4rem 0; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code { font: 0.875em ui-monospace, monospace; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 0.25rem 0 1rem; }
nav > a { display: block; margin-top: 0.75rem; font-weight: 600; color: var(--ink); }
nav ul { margin: 0; padding: 0; list-style: none; font: 0.8rem/1.8 ui-monospace, monospace; }
article { margin-top: 1.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
#types article { margin-top: 1rem; padding-top: 1rem; }
article:target > h3 { color: var(--link); }
b { text-transform: uppercase; font-size: 0.8em; letter-spacing: 0.04em; margin-right: 0.25rem; }
b.get { color: var(--get); }
b.post { color: var(--post); }
pre { position: relative; margin: 0.75rem 0; padding: 0.75rem 1rem; padding-right: 4.5rem; background: var(--wash);
  border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
pre button { position: absolute; top: 0.5rem; right: 0.5rem; padding: 0.15rem 0.6rem; font: 0.8rem system-ui, sans-serif;
  color: var(--soft); background: var(--paper); border: 1px solid var(--line); border-radius: 4px; cursor: pointer; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.35rem 1rem 0.35rem 0; text-align: left; vertical-align: top; font-weight: 400;
  border-bottom: 1px solid var(--line); }
th { width: 24%; }
td:nth-child(2) { width: 24%; overflow-wrap: anywhere; }
tr:last-child > * { border-bottom: 0; }
em { font-size: 0.75rem; font-style: normal; color: var(--post); }
small, .kind > code, .otherwise { color: var(--soft); }
main ul { margin: 0.25rem 0; padding-left: 1.2rem; font-size: 0.9rem; }
@media (max-width: 52rem) {
  body { display: block; padding: 0 1rem 3rem; }
  nav { position: static; display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0 0 1.5rem; }
  nav > a { color: var(--link); margin: 0; }
  nav ul { display: none; }
  th, td { display: block; width: auto !important; padding: 0; border: 0; }
  tr { display: block; padding: 0.4rem 0; border-bottom: 1px solid var(--line); }
}
`;

/** Buttons show only where they work: the clipboard asks for a secure origin, as localhost is. */
export const script = `
for (const button of document.querySelectorAll("pre button")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.nextElementSibling.textContent);
    button.textContent = "copied";
  });
  button.addEventListener("pointerleave", () => { button.textContent = "copy"; });
}
`;
