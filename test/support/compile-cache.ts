import { homedir } from 'node:os';
import { join } from 'node:path';

/** Node's own name of the setting (module.enableCompileCache). */
const NAME = 'NODE_COMPILE_CACHE';

/** Makes the processes that this one starts keep what they compile: hundreds of them load the same modules. */
export function keepCompiled(): void {
  process.env[NAME] ??= join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'clawreach-test-compiled');
}

/** Returns that setting for the environment of a process that does not inherit this one's. */
export function compileCache(): Readonly<Record<string, string>> {
  const folder = process.env[NAME];
  return folder === undefined ? {} : { [NAME]: folder };
}
