/**
 * Bundles our own sources into `dist/`, one file per command; libraries stay in node_modules. Runs at `npm install` (prepare) and before
 * the tests, takes a fraction of a second, and needs neither type checker nor linter.
 */
import { rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;
const entries = {
  clawreach: 'src-main/cli/main.ts',
  'pty-host': 'src-main/agent/terminals/pty-host-main.ts',
  'clawreach-relay': 'src-relay/main.ts',
} as const;

await rm(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: Object.entries(entries)
    .filter(([, source]) => existsSync(`${root}${source}`))
    .map(([out, source]) => ({ in: source, out })),
  outdir: 'dist',
  bundle: true,
  splitting: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  alias: Object.fromEntries(
    Object.entries({
      '#shared': 'src-shared',
      '#node': 'src-node',
      '#agent': 'src-main/agent',
      '#cli': 'src-main/cli',
      '#relay': 'src-relay',
    }).map(([name, folder]) => [name, `${root}${folder}`]),
  ),
  sourcemap: true,
  logLevel: 'warning',
});
