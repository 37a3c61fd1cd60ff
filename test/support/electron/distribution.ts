import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from '../e2e/commands.ts';

/** Set by `npm test`, so that a whole run looks for Electron once: its directory, or `none`. */
const FOUND = 'CLAWREACH_TEST_ELECTRON';
/** A script beside a checkout may bring Electron to a machine that cannot download it; it prints the directory. */
const HELPER = resolve(ROOT, '../shared/tools/get-electron.sh');
/** A download of 100 MB, where there is one. Milliseconds. */
const PATIENCE = 180_000;

/** Directory with a real Electron's executable, or undefined, after one line that says so. */
export function findElectron(): string | undefined {
  const known = process.env[FOUND];
  if (known !== undefined) return known === 'none' ? undefined : known;
  const found = [
    process.env['ELECTRON_OVERRIDE_DIST_PATH'],
    join(ROOT, 'node_modules/electron/dist'),
    fromHelper(),
  ].find((directory) => directory !== undefined && existsSync(join(directory, 'electron')));
  process.env[FOUND] = found ?? 'none';
  if (found === undefined)
    process.stderr.write('No Electron here, so its tests are left out: set ELECTRON_OVERRIDE_DIST_PATH to run them.\n');
  return found;
}

function fromHelper(): string | undefined {
  if (process.platform !== 'linux' || !existsSync(HELPER)) return undefined;
  const { status, stdout, stderr } = spawnSync('bash', [HELPER], { encoding: 'utf8', timeout: PATIENCE });
  if (status === 0) return stdout.trim();
  process.stderr.write(`${HELPER} failed: ${stderr.trim()}\n`);
  return undefined;
}
