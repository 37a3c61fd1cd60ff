/**
 * `npm start`: the application, from the built files; words after `npm start --` go to it. Where Electron or a display is missing, the same window
 * in a browser.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { electronHere } from './support/electron.ts';

const root = new URL('..', import.meta.url).pathname;
const words = process.argv.slice(2);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  process.exitCode = await start();
} catch (error) {
  say(`ClawReach could not be started: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function start(): Promise<number> {
  const electron = electronHere(root, say);
  if (electron.executable !== undefined) return run(electron.executable, [...electron.words, ...words]);
  say(`${electron.why}, so the window opens in a browser.`);
  const profile = words.filter((word) => word.startsWith('--profile='));
  return run(process.execPath, [join(root, 'dist', 'clawreach.js'), 'ui', ...profile]);
}

/** The exit code. Ctrl-C reaches the program from the terminal itself, other signals through us. */
async function run(program: string, programWords: readonly string[]): Promise<number> {
  const child = spawn(program, programWords, { stdio: 'inherit' });
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void child.kill(signal));
  const [code, signal] = await once(child, 'exit');
  return typeof code === 'number' ? code : 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
}
