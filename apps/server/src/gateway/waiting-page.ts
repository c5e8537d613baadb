// What a browser sees at `/` while the web client is being built: a second or two of a first start.
import { createHash } from 'node:crypto';

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{display:grid;place-content:center;min-height:90vh;text-align:center}`;
const styleHash = createHash('sha256').update(style).digest('base64');

export const waitingPagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function waitingPage(failed: boolean): string {
  const words = failed
    ? '<p>The web client could not be built; the log of the service says why.</p>'
    : '<p>Nova is getting its page ready. This takes a moment, once.</p>';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${failed ? '' : '<meta http-equiv="refresh" content="1">\n'}<title>Nova</title>
<style>${style}</style>
</head>
<body>${words}<p>The service itself is up: <a href="/docs">its interface</a>.</p></body>
</html>
`;
}
