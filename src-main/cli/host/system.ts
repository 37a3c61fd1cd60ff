import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { constants, homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#node/clock/index.ts';
import { ensurePrivateDirectory, tryWriting } from '#node/files/index.ts';
import { runTool } from '#node/service/index.ts';
import { InterruptedError, type EndingSignal } from '../errors.ts';
import type { RunHeadless } from '../headless-options.ts';
import type { ServeWindow } from '../window-options.ts';
import { startBackgroundAgent } from './background.ts';
import { openBrowser } from './browser.ts';
import { readText, writeText } from './files.ts';
import type { Host } from './host.ts';

/**
 * Time after the first Ctrl-C from which a second one ends the process at once, ms. Before that, a launcher and the
 * terminal may both have delivered the first.
 */
const FORCE_AFTER = 500;

/** Names of the file with a device's secret: plain, or sealed by the system's key store. */
const SECRET_FILES = ['secret', 'secret.sealed'] as const;

/** Parts of the host that main.ts supplies. `entry` is the absolute path of the script that runs the command line. */
export type HostFacts = Readonly<{
  version: string;
  entry: string;
  runHeadless: RunHeadless;
  endTerminals: Host['endTerminals'];
  createIdleAgent: Host['createIdleAgent'];
  serveWindow: ServeWindow;
}>;

/**
 * Creates the host of the real command line; `main.ts` calls it once. Installs signal handlers at once; everything else
 * happens when a command calls the host: files, streams, child processes, the system's tools and browser, starting an
 * agent, connecting to its control socket.
 */
export function createSystemHost({
  version,
  entry,
  runHeadless,
  endTerminals,
  createIdleAgent,
  serveWindow,
}: HostFacts): Host {
  const home = homedir();
  const signals = watchSignals();
  return {
    version,
    platform: process.platform,
    variables: process.env,
    home,
    workingDirectory: workingDirectory(home),
    stdin: process.stdin,
    closeInput,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    interrupted: signals.interrupted,
    takeSignals: signals.take,
    startCommand: {
      program: process.execPath,
      arguments: [...process.execArgv, entry],
      // Electron's executable runs as Node only with this variable.
      environment: process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' },
    },
    account: { user: userInfo().username, uid: process.getuid?.() },
    runTool: runTool(process.env),
    runAgain: (words, signal) => runAgain([...process.execArgv, entry, ...words], signal),
    // Imported when needed, since building the schemas of all calls takes longer than most commands.
    connect: async (profile) => (await import('./connect.ts')).connectToAgent(profile),
    startAgent: (options) => Promise.resolve(startBackgroundAgent(entry, options, home)),
    hasProfile: (profile) => Promise.resolve(SECRET_FILES.some((name) => existsSync(join(profile, name)))),
    prepareProfile: (profile) => Promise.resolve(ensurePrivateDirectory(profile)),
    checkStorage: tryWriting,
    readText,
    writeText,
    isFile: async (path) => (await stat(path).catch(() => undefined))?.isFile() === true,
    runHeadless,
    endTerminals,
    createIdleAgent,
    serveWindow,
    openBrowser: (url) => openBrowser(process.platform, process.env, url),
    passOutputThrough,
    onExit: (listener) => listen('exit', listener),
    onContinue: (listener) => listen('SIGCONT', listener),
  };
}

/** Returns the current directory; the name that it had if it has been removed meanwhile, for which Node has only an error. */
function workingDirectory(home: string): string {
  try {
    return process.cwd();
  } catch {
    return process.env['PWD'] ?? home;
  }
}

/**
 * Closes standard input together with its descriptor, so that the pipe's writer notices. Node alone leaves descriptors 0
 * to 2 open (libuv, uv__stream_close). Does nothing for a terminal or on Windows.
 */
function closeInput(): void {
  const { stdin } = process;
  if (stdin.isTTY || stdin.destroyed || process.platform === 'win32') return;
  stdin.once('close', () => {
    try {
      closeSync(0);
      // Occupy descriptor 0, so that no other file gets that number.
      openSync('/dev/null', 'r');
    } catch {
      // Already closed before this program started.
    }
  });
  stdin.destroy();
}

/**
 * Turns off the terminal's output processing with stty, so that line feeds arrive unchanged and programs such as tmux
 * or vim draw correctly. libuv's raw mode leaves it on (https://github.com/libuv/libuv, uv_tty_set_mode), and Node has
 * no call for it. Without stty the session works, with small drawing errors.
 */
function passOutputThrough(): void {
  if (process.platform === 'win32') return;
  spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'], timeout: 1000 });
}

function runAgain(words: readonly string[], signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, { stdio: 'inherit', windowsHide: true });
    const end = (): void => void child.kill();
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    const done = (code: number): void => {
      signal.removeEventListener('abort', end);
      resolve(code);
    };
    child.once('exit', (code, by) => done(code ?? 128 + (by === null ? 0 : constants.signals[by])));
    child.once('error', () => done(1));
  });
}

function listen(event: 'exit' | 'SIGCONT', listener: () => void): () => void {
  if (event === 'exit') {
    process.on('exit', listener);
    return () => void process.off('exit', listener);
  }
  // Windows has no such signal.
  if (!('SIGCONT' in constants.signals)) return () => undefined;
  process.on('SIGCONT', listener);
  return () => void process.off('SIGCONT', listener);
}

function watchSignals(): Readonly<{ interrupted: AbortSignal; take: Host['takeSignals'] }> {
  const controller = new AbortController();
  let taker: ((signal: EndingSignal) => void) | undefined;
  let first = 0;
  const onSignal = (signal: EndingSignal): void => {
    if (taker !== undefined) {
      taker(signal);
    } else if (!controller.signal.aborted) {
      first = performance.now();
      controller.abort(new InterruptedError(signal));
    } else if (performance.now() - first > FORCE_AFTER) {
      process.exit(128 + constants.signals[signal]);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return {
    interrupted: controller.signal,
    take: (listener) => {
      taker = listener;
      return () => {
        if (taker === listener) taker = undefined;
      };
    },
  };
}
