/** Entry point of `clawreach`: runs the command line of this process, and exits with its code. `clawreach run` becomes the agent here. */
import { resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { ClawReachError } from '#shared/errors.ts';
import { EXIT } from './exit-codes.ts';
import { createSystemHost, outputError, type Host } from './host/index.ts';
import { runCommandLine } from './program.ts';

/** Keeps the process alive while a command runs: the agent's and the commands' timers don't. */
const keepAlive = setInterval(() => undefined, 2 ** 30);
/** Real host for the command line of this process. */
const host = createSystemHost({
  version: packageJson.version,
  entry: resolve(process.argv[1] ?? ''),
  // Imported only if this process becomes the agent.
  runHeadless: async (options) => (await import('./headless.ts')).runHeadless(options),
  endTerminals: async (profile) => (await import('./headless.ts')).endTerminals(profile),
  createIdleAgent: async (profile) => (await import('./idle-agent.ts')).createIdleAgent(profile),
  serveWindow: async (options) => (await import('./window.ts')).serveWindow(options),
});
// A reader that has ended (`| head`) is not an error.
process.stderr.on('error', () => undefined);
let unwritten: ClawReachError | undefined;
process.stdout.on('error', (error) => {
  unwritten ??= outputError(error);
});

let exit = await runCommandLine(process.argv.slice(2), host);
await flush(host.stdout);
// A stream reports errors one tick after the write that caused them.
await new Promise((resolve) => setImmediate(resolve));
if (unwritten !== undefined) {
  (await import('./report.ts')).report(unwritten, [], host);
  exit = EXIT.failure;
}
await flush(host.stderr);
clearInterval(keepAlive);
process.exit(exit);

/** Resolves when the operating system has everything that was written, or no one reads it any longer. */
function flush(stream: Host['stdout']): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
