import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';

const root = new URL('../..', import.meta.url).pathname;
/** Below node_modules, so that libraries are found from there. */
const folder = join(root, 'node_modules/.cache/clawreach-bench');

/** Where a program of this folder is once built. */
export function built(name: 'peer' | 'direct-peer' | 'relay'): string {
  return join(folder, `${name}.mjs`);
}

/** The product and the programs of this folder. */
export async function build(): Promise<void> {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' });
  await buildPrograms();
}

/** What is measured is what people run: bundles, not sources whose types are stripped at their start. */
export async function buildPrograms(): Promise<void> {
  await bundle({
    absWorkingDir: root,
    entryPoints: {
      peer: 'test/bench/peer.ts',
      'direct-peer': 'test/bench/direct-peer.ts',
      relay: 'test/bench/relay.ts',
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    alias: {
      '#shared': join(root, 'src-shared'),
      '#node': join(root, 'src-node'),
      '#agent': join(root, 'src-main/agent'),
      '#local': join(root, 'src-main/local'),
      '#relay': join(root, 'src-relay'),
    },
    logLevel: 'warning',
  });
}
