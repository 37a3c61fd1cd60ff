import { spawnSync, type ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { ROOT } from '../e2e/commands.ts';
import { canHaveSession, DesktopSession } from '../window/session.ts';
import { asUser, isRoot, mayRead, type User } from '../window/user.ts';
import { findElectron } from './distribution.ts';

export type ElectronOptions = Readonly<{
  /** Profile directory; without it the application takes its own default, inside the session's home. */
  profile?: string;
  /** Words for the application. */
  args?: readonly string[];
  /** Words for Chromium, such as `--disable-gpu`. */
  switches?: readonly string[];
  /** `normal` runs without any privilege and with Chromium's sandbox on; `root`, the default, as whoever runs the tests. */
  user?: User;
  env?: Readonly<Record<string, string>>;
  /** Folder or file of the application instead of ClawReach. */
  application?: string;
  /** A session that goes on after the application, for a second start; else it has one of its own. */
  session?: DesktopSession;
  /** See `DesktopSession`. */
  services?: boolean;
  /** Ms. */
  timeout?: number;
}>;

/** Of a start, ms: a busy machine with two cores takes its time. */
const START = 60_000;
/** For the application to quit, ms. */
const QUIT = 15_000;

/** Whether `launchElectron` works here. Says why not in one line. */
export function canLaunchElectron(): boolean {
  return process.platform === 'linux' && canHaveSession() && findElectron() !== undefined;
}

/** The real application in a real window, on a screen that nobody sees. */
export class RunningElectron {
  readonly application: ElectronApplication;
  readonly session: DesktopSession;
  readonly #ownsSession: boolean;
  readonly #output: { text: string };
  /** Of the main process. Taken at once: nothing can be asked of the application when it has quit by itself. */
  readonly #child: ChildProcess;

  constructor(
    application: ElectronApplication,
    session: DesktopSession,
    ownsSession: boolean,
    output: { text: string },
  ) {
    this.application = application;
    this.session = session;
    this.#ownsSession = ownsSession;
    this.#output = output;
    this.#child = application.process();
  }

  /** Of the main process. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What the main process has said on both outputs. */
  get output(): string {
    return this.#output.text;
  }

  /** The first window, shown or not. */
  window(): Promise<Page> {
    return this.application.firstWindow({ timeout: START });
  }

  /** Resolves with the exit code of the main process when that has ended; null where a signal did it. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  /** Quits as a person does. @throws when the application does not end by itself */
  async quit(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    let insisted = false;
    const insist = setTimeout(() => {
      insisted = true;
      child.kill('SIGKILL');
    }, QUIT);
    // The connection ends with the application, in the middle of this call.
    await this.application.evaluate(({ app }) => app.quit()).catch(() => undefined);
    await exited;
    clearTimeout(insist);
    if (insisted) throw new Error(`the application did not quit:\n${this.output}`);
  }

  /** Quits, and ends the session where it was made for this application. */
  async close(): Promise<void> {
    try {
      await this.quit();
    } finally {
      if (this.#ownsSession) await this.session.close();
    }
  }
}

/** Starts the built application (`npm run build`); its main process answers when this resolves. */
export async function launchElectron(options: ElectronOptions = {}): Promise<RunningElectron> {
  const electron = findElectron();
  if (electron === undefined) throw new Error('no Electron here');
  const { user = 'root', services = false } = options;
  const session = options.session ?? (await DesktopSession.start({ user, services }));
  const output = { text: '' };
  try {
    const normal = session.user === 'normal';
    const application = await _electron.launch({
      executablePath: normal ? runnerFor(session, electron) : join(electron, 'electron'),
      args: [
        ...(options.switches ?? []),
        options.application ?? readableFor(session, ROOT),
        ...(options.profile === undefined ? [] : [`--profile=${options.profile}`]),
        ...(options.args ?? []),
      ],
      cwd: session.directory,
      env: { ...session.environment, ...options.env },
      chromiumSandbox: normal || !isRoot(),
      timeout: options.timeout ?? START,
      colorScheme: null,
    });
    const child = application.process();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        output.text += text.toString();
      });
    }
    keepPromises(application);
    return new RunningElectron(application, session, options.session === undefined, output);
  } catch (error) {
    if (options.session === undefined) await session.close();
    throw error;
  }
}

/**
 * Lets every `application.evaluate` answer: the function runs in an immediate of the main process, which holds its promise until it has a value. The
 * inspector holds the promise it waits for weakly, and Electron runs no microtask after a message of the inspector: without the immediate, a collection
 * of garbage in between ends the call with "Resulting promise was garbage collected", though the function has run.
 */
function keepPromises(application: ElectronApplication): void {
  const evaluate = application.evaluate.bind(application) as (
    run: (electron: unknown, call: { source: string; argument: unknown }) => Promise<unknown>,
    call: { source: string; argument: unknown },
  ) => Promise<unknown>;
  application.evaluate = ((run: unknown, argument: unknown) =>
    evaluate(
      (electron, call) =>
        new Promise((resolve, reject) => {
          setImmediate(() => {
            try {
              const { runInThisContext } = process.getBuiltinModule('node:vm');
              const called = runInThisContext(`(${call.source})`) as (electron: unknown, argument: unknown) => unknown;
              resolve(called(electron, call.argument));
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)));
            }
          });
        }),
      { source: String(run), argument },
    )) as ElectronApplication['evaluate'];
}

/** A program that runs Electron as the session's user. */
function runnerFor(session: DesktopSession, electron: string): string {
  const runner = join(session.directory, 'electron-as-user');
  const words = asUser(session.user, [join(readableFor(session, electron), 'electron')]);
  writeFileSync(runner, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`, { mode: 0o755 });
  return runner;
}

/** The directory itself, or a copy in the session's where its user cannot reach it, as in the home of root. */
function readableFor(session: DesktopSession, directory: string): string {
  if (['package.json', 'icudtl.dat'].some((name) => mayRead(session.user, join(directory, name)))) return directory;
  const copy = join(session.directory, basename(directory));
  // Links where it is the same disk.
  const copied = ['-al', '-a'].some((how) => {
    rmSync(copy, { recursive: true, force: true });
    return spawnSync('cp', [how, directory, copy]).status === 0;
  });
  if (!copied) throw new Error(`could not copy ${directory}`);
  spawnSync('chmod', ['a+rx', copy]);
  return copy;
}
