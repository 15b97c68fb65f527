import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Answer } from '../answer';

/** The browsable page: swagger-ui from our own disk, with nothing inline, so that the strict content policy holds for it too. */

export const DOCS_PAGE = `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>Imaging Failsafe API</title>
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/page.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `window.SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });\n`;

const JS = 'text/javascript; charset=utf-8';
const dist = (): string => path.dirname(require.resolve('swagger-ui-dist/package.json'));

const FILES = {
  'start.js': { type: JS, read: () => START },
  'page.js': { type: JS, read: () => readFileSync(path.join(dist(), 'swagger-ui-bundle.js'), 'utf8') },
  'page.css': {
    type: 'text/css; charset=utf-8',
    read: () => readFileSync(path.join(dist(), 'swagger-ui.css'), 'utf8'),
  },
};

const read = new Map<string, string>();

/** One of the page's files; read from disk once. */
export const docsFile = (name: keyof typeof FILES): Answer => {
  const { type, read: fromDisk } = FILES[name];
  const text = read.get(name) ?? fromDisk();
  read.set(name, text);
  return new Answer(200, text, { 'content-type': type, 'cache-control': 'public, max-age=3600' });
};
