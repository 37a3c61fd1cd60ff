import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { NODE, ROOT } from './commands.ts';

/** The commands are tested as they are built. */
export function setup(): void {
  const { status } = spawnSync(NODE, [join(ROOT, 'scripts/build.ts')], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed');
}
