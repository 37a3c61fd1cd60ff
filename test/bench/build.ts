import { execFileSync } from 'node:child_process';

/** The commands that are measured are the built ones. */
export function build(): void {
  execFileSync(process.execPath, [new URL('../../scripts/build.ts', import.meta.url).pathname], { stdio: 'inherit' });
}
