/**
 * `npm run types:electron`: checks the application against the types of the oldest supported Electron, as `npm run types` does against the newest. Gets
 * them from npm into a cache outside the project once (1 MB; Electron itself is not downloaded).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from './support/extra-tests.ts';

/** The version that the tests start as well. */
const OLDEST = '33.4.11';

const root = new URL('..', import.meta.url).pathname;
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const folder = join(cache, `clawreach-electron-types-${OLDEST}`);
const types = join(folder, 'node_modules', 'electron', 'electron.d.ts');
if (!existsSync(types)) {
  installOnce({ what: `electron@${OLDEST}`, folder, size: '3 MB', words: ['--ignore-scripts'] });
}
const project = mkdtempSync(join(tmpdir(), 'clawreach-types-'));
try {
  const file = join(project, 'tsconfig.json');
  writeFileSync(
    file,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { paths: { electron: [types] }, typeRoots: [join(root, 'node_modules', '@types')] },
      include: [join(root, 'src-main', 'desktop')],
    }),
  );
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '--noEmit', '--project', file], { stdio: 'inherit' });
  if (status === 0) console.info(`The application fits the types of Electron ${OLDEST}.`);
  process.exitCode = status ?? 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}
