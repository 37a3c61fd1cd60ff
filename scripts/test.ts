/**
 * `npm test`: runs `npm run test:setup`, builds, runs unit, generated, integration and end-to-end tests, and ends with the test runner's own summary and
 * exit code. The heavy stories are left to `npm run test:full`. Words after `npm test --` go to the runner instead.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { keepCompiled } from '#test/support/compile-cache.ts';
import { BUILT } from '#test/support/e2e/global-setup.ts';
import { findElectron } from '#test/support/electron/distribution.ts';

const root = new URL('..', import.meta.url).pathname;
const words = process.argv.slice(2);

run(process.execPath, [join(root, 'scripts', 'test-setup.ts')]);
run(process.execPath, [join(root, 'scripts', 'build.ts'), '--if-changed']);
// Once for the whole run; says in one line when there is none.
findElectron();
process.env[BUILT] = '1';
keepCompiled();
run(process.execPath, [
  join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  ...(words.length === 0 ? ['--project=!heavy'] : words),
]);

/** Ends this process with the code of a step that fails. */
function run(command: string, words: readonly string[]): void {
  const { status, signal } = spawnSync(command, words, { cwd: root, stdio: 'inherit' });
  if (signal !== null) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status ?? 1);
}
