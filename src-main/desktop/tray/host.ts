import { execFile } from 'node:child_process';
import type { Clock, Timer } from '#shared/clock.ts';

/** Where desktops of Linux show icons of programs (StatusNotifierItem specification of freedesktop.org). */
const WATCHER = 'org.kde.StatusNotifierWatcher';
/** For a session bus to answer, ms. */
const PATIENCE = 1000;
/** Between two looks, ms: panels are started late, and anew. */
const INTERVAL = 30_000;

/** Runs a program; its output, or undefined when it is missing, fails or takes too long. */
export type RunProgram = (program: string, arguments_: readonly string[]) => Promise<string | undefined>;

/** Name on the bus of the watcher that has a tray, so that a new one is noticed; undefined when there is none, or nobody who knows. */
export async function findTrayHost(ask: RunProgram): Promise<string | undefined> {
  const bus = ['--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus'];
  const watcher = ['--dest', WATCHER, '--object-path', '/StatusNotifierWatcher'];
  const call = (target: readonly string[], method: string, ...values: readonly string[]): Promise<string | undefined> =>
    ask('gdbus', ['call', '--session', ...target, '--method', method, ...values]);
  const owner = /^\('(:[\w.]+)',\)/.exec((await call(bus, 'org.freedesktop.DBus.GetNameOwner', WATCHER)) ?? '')?.[1];
  if (owner === undefined) return undefined;
  const property = await call(
    watcher,
    'org.freedesktop.DBus.Properties.Get',
    WATCHER,
    'IsStatusNotifierHostRegistered',
  );
  // A watcher alone shows nothing: somebody has to have told it that he does.
  return property?.startsWith('(<true>') === true ? owner : undefined;
}

/** @param environment where the session's bus is named */
export function askByProcess(environment: NodeJS.ProcessEnv): RunProgram {
  return (program, arguments_) =>
    new Promise((resolve) => {
      const limits = { timeout: PATIENCE, maxBuffer: 64 * 1024, env: environment, encoding: 'utf8' } as const;
      execFile(program, arguments_, limits, (error, output) => resolve(error === null ? output : undefined));
    });
}

export type TrayHostOptions = Readonly<{
  platform: NodeJS.Platform;
  clock: Clock;
  ask: RunProgram;
  /** A tray has come (also: another one), or has gone. */
  changed: (there: boolean) => void;
}>;

/** Whether there is a tray. macOS and Windows always have one. */
export class TrayHost {
  readonly #options: TrayHostOptions;
  #host: string | undefined;
  #timer: Timer | undefined;
  #looking: Promise<boolean> | undefined;
  #closed = false;

  constructor(options: TrayHostOptions) {
    this.#options = options;
  }

  /** As of the last look. */
  get isThere(): boolean {
    return this.#host !== undefined;
  }

  /** Looks now, and from then on again and again. */
  look(): Promise<boolean> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #look(): Promise<boolean> {
    const { platform, clock, ask, changed } = this.#options;
    const always = platform === 'darwin' || platform === 'win32';
    const host = always ? platform : await findTrayHost(ask);
    if (this.#closed) return false;
    if (host !== this.#host) {
      this.#host = host;
      changed(host !== undefined);
    }
    this.#timer?.cancel();
    if (!always) this.#timer = clock.setTimer(INTERVAL, () => void this.look());
    return host !== undefined;
  }
}
