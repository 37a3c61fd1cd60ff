import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** True when this test may act as another user of the machine. */
export const CAN_BE_OTHER_USER = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;

/** Words of `setpriv` that run a module's text as user 65534. */
function words(source: string): string[] {
  return [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    process.execPath,
    '--input-type=module',
    '--eval',
    source,
  ];
}

/** Runs a module's text as user 65534 in the project's directory; the output, trimmed. */
export function runAsOtherUser(source: string): string {
  const result = spawnSync('setpriv', words(source), { encoding: 'utf8', timeout: 30_000 });
  if (result.status !== 0) throw new Error(`the other user's program failed: ${result.stderr}`);
  return result.stdout.trim();
}

/** The same while this process goes on, such as to answer that program. */
export async function runBesideAsOtherUser(source: string): Promise<string> {
  const { stdout } = await promisify(execFile)('setpriv', words(source), { timeout: 60_000 });
  return stdout.trim();
}
