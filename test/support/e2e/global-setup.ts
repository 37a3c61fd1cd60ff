import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { NODE, ROOT } from './commands.ts';

/** Set once the commands are built for this run: by `npm test`, or by the first of its tiers. */
export const BUILT = 'CLAWREACH_TEST_BUILT';

/** The commands are tested as they are built. */
export function setup(): void {
  if (process.env[BUILT] === '1') return;
  const { status } = spawnSync(NODE, [join(ROOT, 'scripts/build.ts')], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed');
  process.env[BUILT] = '1';
}
