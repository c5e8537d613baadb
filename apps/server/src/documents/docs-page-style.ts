export const pageStyle = `
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5d6678; --paper: #fff; --line: #e3e6ee; --tint: #f5f7fb; --accent: #3b5bdb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f2; --soft: #98a2b8; --paper: #12151d; --line: #272d3b; --tint: #1a1f2b; --accent: #91a7ff; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template-columns: 16rem minmax(0, 1fr); background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem; background: var(--tint); border-right: 1px solid var(--line); font-size: .875rem; }
nav a { display: block; padding: .1rem .5rem; border-radius: .3rem; color: var(--ink); text-decoration: none; }
nav a:hover, nav a:focus-visible { background: var(--line); }
nav p { margin: 1rem .5rem .2rem; color: var(--soft); font-size: .75rem; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; }
nav .brand { margin-top: 0; color: var(--accent); font-size: 1.1rem; letter-spacing: 0; text-transform: none; }
nav .brand span { color: var(--soft); font-weight: 400; font-size: .8rem; }
main { max-width: 58rem; padding: 2rem 3rem 6rem; }
h1 { margin: 0 0 .5rem; font-size: 2rem; line-height: 1.2; }
h2 { margin: 3.5rem 0 .5rem; font-size: 1.5rem; }
h3 { margin: 0 0 .25rem; font: 600 1.1rem/1.4 ui-monospace, monospace; }
.kind { margin-top: 2rem; color: var(--soft); font-family: inherit; text-transform: capitalize; }
section { margin: 1.5rem 0; padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: .6rem; }
section p { margin: .4rem 0; }
section:target { border-color: var(--accent); }
.address { color: var(--soft); font: .875rem ui-monospace, monospace; overflow-wrap: anywhere; }
.address b { color: var(--accent); }
code { padding: .1rem .3rem; border-radius: .25rem; background: var(--tint); font: .875em ui-monospace, monospace; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 1rem; border-radius: .5rem; background: var(--tint); line-height: 1.5; }
pre code { padding: 0; background: none; overflow-wrap: normal; }
table { width: 100%; margin: .75rem 0; border-collapse: collapse; font-size: .9rem; }
th { color: var(--soft); font-weight: 600; text-align: left; }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td small, td i { color: var(--soft); font-size: .8rem; }
a { color: var(--accent); }
summary { color: var(--soft); cursor: pointer; font-size: .875rem; }
@media (max-width: 52rem) { body { display: block; } nav { position: static; height: auto; max-height: 40vh; } main { padding: 1.5rem; } }
`;
