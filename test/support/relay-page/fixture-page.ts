import { sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { keyId } from '#node/releases/index.ts';
import { PAGE_PATHS, pageSignatureBytes } from '#shared/relay-page/index.ts';
import { finishPage, type PageContents } from '../../../scripts/page/finish-page.ts';
import { writePage } from '../../../scripts/page/write-page.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { ReleaseKey } from '../releases.ts';

export const VERSION = packageJson.version;

/** Script of the page: starts what it is told, and reports in the title. */
const MAIN = `
  import { config } from 'zod';
  // Before a schema is made: its probe for eval would show as a violation.
  config({ jitless: true });
  const { openCheckedWorker } = await import('#browser/workers/index.ts');
  globalThis.page = {
    lazy: () => import('/assets/lazy-b2b2b2b2.js').then((module) => module.word),
    async worker() {
      const worker = await openCheckedWorker('/assets/worker-c3c3c3c3.js');
      return new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data), { once: true }));
    },
  };
  document.querySelector('main').textContent = 'ready';
`;

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Fixture</title>
    <link rel="modulepreload" href="/assets/shared-d4d4d4d4.js">
    <script type="module" src="/assets/main-a1a1a1a1.js"></script>
    <link rel="icon" href="/icon.svg">
    <link rel="stylesheet" href="/assets/style-e5e5e5e5.css">
  </head>
  <body>
    <main></main>
  </body>
</html>
`;

/** What a bundler makes of a small page: a script, a chunk that is loaded later, a worker and a style. */
export async function fixtureFiles(): Promise<Map<string, Uint8Array>> {
  const build = await rolldown({
    input: 'main',
    platform: 'browser',
    logLevel: 'silent',
    external: ['/assets/lazy-b2b2b2b2.js'],
    plugins: [
      {
        name: 'main',
        resolveId: (id) => (id === 'main' ? `${process.cwd()}/src-browser/main.js` : undefined),
        load: (id) => (id.endsWith('/src-browser/main.js') ? MAIN : undefined),
      },
    ],
  });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  const texts: Record<string, string> = {
    '/index.html': HTML,
    '/assets/main-a1a1a1a1.js': output[0].code,
    '/assets/lazy-b2b2b2b2.js': `export const word = 'lazy';\n`,
    '/assets/worker-c3c3c3c3.js': `postMessage('worker');\n`,
    '/assets/shared-d4d4d4d4.js': `export const large = '${'x'.repeat(200_000)}';\n`,
    '/assets/style-e5e5e5e5.css': `main { color: rgb(1, 2, 3); }\n${'/* long */\n'.repeat(200)}`,
    '/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '/service-worker.js': `addEventListener('fetch', () => undefined);\n`,
    '/manifest.webmanifest': '{"name":"Fixture"}\n',
    '/llms.txt': '# ClawReach\n',
    '/llms-full.txt': '# ClawReach\n',
    '/robots.txt': 'User-agent: *\n',
  };
  return new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
}

/** Returns the text of a signature file for a manifest. */
export function signPageWith(manifest: Uint8Array, key: ReleaseKey): string {
  return `ed25519 ${keyId(key.public)} ${sign(null, pageSignatureBytes(manifest), key.private).toString('base64')}\n`;
}

export type FixturePage = Readonly<{ folder: string; files: PageContents; remove(): Promise<void> }>;

/** A folder with a finished page, signed if a key is given, as a build makes it. */
export async function writeFixturePage({
  key,
  version = VERSION,
}: Readonly<{ key?: ReleaseKey; version?: string }> = {}): Promise<FixturePage> {
  const folder = await mkdtemp(join(tmpdir(), 'clawreach-page-'));
  const files = finishPage(await fixtureFiles(), version);
  await writePage(folder, files, 'quick');
  const manifest = files.get(PAGE_PATHS.manifest);
  if (key !== undefined && manifest !== undefined)
    await writeFile(join(folder, PAGE_PATHS.signature), signPageWith(manifest, key));
  return { folder, files, remove: () => rm(folder, { recursive: true, force: true }) };
}
