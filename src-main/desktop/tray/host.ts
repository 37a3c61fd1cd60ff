import { execFile } from 'node:child_process';
import type { Clock, Timer } from '#shared/clock.ts';

/** Service by which Linux desktops show tray icons (freedesktop.org, StatusNotifierItem). */
const WATCHER = 'org.kde.StatusNotifierWatcher';
/** Longest wait for the session bus, ms. */
const PATIENCE = 1000;
/** Interval between two checks, ms, since panels start late and restart. */
const INTERVAL = 30_000;

/** Runs a program and returns its output; undefined if it is missing, fails or takes too long. */
export type RunProgram = (program: string, arguments_: readonly string[]) => Promise<string | undefined>;

/**
 * Returns the bus name of the desktop's tray service, so that a restarted service is noticed; undefined if there is no tray, or the check fails. Runs
 * `gdbus`.
 */
export async function findTrayHost(run: RunProgram): Promise<string | undefined> {
  const bus = ['--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus'];
  const watcher = ['--dest', WATCHER, '--object-path', '/StatusNotifierWatcher'];
  const call = (target: readonly string[], method: string, ...values: readonly string[]): Promise<string | undefined> =>
    run('gdbus', ['call', '--session', ...target, '--method', method, ...values]);
  const owner = /^\('(:[\w.]+)',\)/.exec((await call(bus, 'org.freedesktop.DBus.GetNameOwner', WATCHER)) ?? '')?.[1];
  if (owner === undefined) return undefined;
  const property = await call(
    watcher,
    'org.freedesktop.DBus.Properties.Get',
    WATCHER,
    'IsStatusNotifierHostRegistered',
  );
  // A watcher needs a registered host to show anything.
  return property?.startsWith('(<true>') === true ? owner : undefined;
}

/** Creates a function that runs programs as child processes. @param environment contains the session bus's address */
export function createProgramRunner(environment: NodeJS.ProcessEnv): RunProgram {
  return (program, arguments_) =>
    new Promise((resolve) => {
      const limits = { timeout: PATIENCE, maxBuffer: 64 * 1024, env: environment, encoding: 'utf8' } as const;
      execFile(program, arguments_, limits, (error, output) => resolve(error === null ? output : undefined));
    });
}

export type TrayHostOptions = Readonly<{
  platform: NodeJS.Platform;
  clock: Clock;
  run: RunProgram;
  /** Called when a tray has appeared or was replaced, or is gone. */
  changed: (there: boolean) => void;
}>;

/**
 * Detection of the desktop's tray, which shows the icons of programs; macOS and Windows always have one. Used by the shell, since a window may only
 * be hidden where a tray can restore it. On Linux runs `gdbus` every 30 seconds.
 */
export class TrayHost {
  readonly #options: TrayHostOptions;
  #host: string | undefined;
  #timer: Timer | undefined;
  #checking: Promise<boolean> | undefined;
  #closed = false;

  constructor(options: TrayHostOptions) {
    this.#options = options;
  }

  /** Returns the result of the latest check. */
  get isThere(): boolean {
    return this.#host !== undefined;
  }

  /** Checks now, and periodically from then on. @returns true if there is a tray */
  check(): Promise<boolean> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #check(): Promise<boolean> {
    const { platform, clock, run, changed } = this.#options;
    const always = platform === 'darwin' || platform === 'win32';
    const host = always ? platform : await findTrayHost(run);
    if (this.#closed) return false;
    if (host !== this.#host) {
      this.#host = host;
      changed(host !== undefined);
    }
    this.#timer?.cancel();
    if (!always) this.#timer = clock.setTimer(INTERVAL, () => void this.check());
    return host !== undefined;
  }
}
