/** Builds the page that relays serve into `dist/page`, with its manifest. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { PAGE_SERVICE_WORKER } from '../src-shared/relay-page/index.ts';
import { appFiles } from './page/app-files.ts';
import { finishPage } from './page/finish-page.ts';
import { buildServiceWorker } from './page/service-worker.ts';
import { textFiles } from './page/text-files.ts';
import { writePage } from './page/write-page.ts';
import { describePageSize, measurePage } from './support/page-size.ts';
import type { UsedPackages } from './support/used-packages.ts';

export type BuildPageOptions = Readonly<{
  root: string;
  /** Folder, absolute. */
  dist: string;
  used: UsedPackages;
  /** `quick` for builds of developers, `best` for packages. */
  effort: 'quick' | 'best';
}>;

/** @returns Names within `dist` that are the page's. */
export async function buildPage({ root, dist, used, effort }: BuildPageOptions): Promise<readonly string[]> {
  if (!existsSync(join(root, 'src-renderer', 'dashboard.html'))) return [];
  process.env['NODE_ENV'] = 'production';
  const output = await build({
    configFile: join(root, 'vite.config.ts'),
    mode: 'page',
    logLevel: 'warn',
    // One style, which the page names with its hash: what the bundler loads with a later chunk has none. Maps are not served.
    build: { write: false, cssCodeSplit: false, sourcemap: false },
  });
  const results = Array.isArray(output) ? output : [output];
  const outputs = results.flatMap((result) => ('output' in result ? result.output : []));
  process.stdout.write(`${describePageSize(measurePage(outputs))}\n`);
  used.addFiles(
    outputs.flatMap((file) =>
      file.type === 'chunk'
        ? file.moduleIds
        : file.originalFileNames.map((name) => resolve(root, 'src-renderer', name)),
    ),
  );
  const files = new Map<string, Uint8Array>(
    outputs.map((file) => [`/${file.fileName}`, Buffer.from(file.type === 'chunk' ? file.code : file.source)]),
  );
  const worker = await buildServiceWorker(root);
  used.addFiles(worker.moduleIds);
  files.set(PAGE_SERVICE_WORKER, worker.code);
  for (const [path, content] of [...textFiles(root), ...appFiles(root)]) files.set(path, content);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  await writePage(join(dist, 'page'), finishPage(files, version), effort);
  return ['page'];
}
