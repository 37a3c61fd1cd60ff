import { spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DesktopSession } from '../window/session.ts';

const SCRIPT = fileURLToPath(new URL('status-notifier-host.py', import.meta.url));
/** Ms. */
const PATIENCE = 20_000;

export type MenuEntry = Readonly<{
  label: string;
  separator: boolean;
  enabled: boolean;
  entries: readonly MenuEntry[];
}>;

export type TrayEvent =
  | Readonly<{ event: 'ready' | 'registered' | 'gone' | 'done' }>
  | Readonly<{ event: 'failed'; reason: string }>
  /** An icon is its width, height, and the sum of its bytes: enough to tell two apart. */
  | Readonly<{ event: 'state'; tooltip: string; icon: readonly (readonly number[])[]; menu: readonly MenuEntry[] }>;

/** With the system's own Python, for which Debian has these: packages: python3-dbus, python3-gi. */
export function canHostTray(): boolean {
  const can = spawnSync('/usr/bin/python3', ['-c', 'import dbus, gi'], { stdio: 'ignore' }).status === 0;
  if (!can) console.info('skipped: the tray of a desktop (install python3-dbus and python3-gi)');
  return can;
}

/** A desktop's tray (StatusNotifierItem) in a session of its own. */
export class TrayHostProcess {
  readonly #child: ChildProcess;
  readonly #events: TrayEvent[] = [];
  #wake: () => void = () => undefined;
  #complaint = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.on('data', (text: Buffer) => {
      this.#complaint += text.toString();
    });
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.#events.push(JSON.parse(line) as TrayEvent);
        this.#wake();
      });
    }
  }

  static async start(session: DesktopSession): Promise<TrayHostProcess> {
    const host = new TrayHostProcess(session.start(['/usr/bin/python3', SCRIPT]));
    await host.next('ready');
    return host;
  }

  /** The next event of this kind; what came before it is forgotten. */
  async next<Kind extends TrayEvent['event']>(kind: Kind): Promise<Extract<TrayEvent, { event: Kind }>> {
    const end = performance.now() + PATIENCE;
    for (;;) {
      for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
        if (event.event === kind) return event as Extract<TrayEvent, { event: Kind }>;
        if (event.event === 'failed') throw new Error(event.reason);
      }
      const left = end - performance.now();
      if (left <= 0) throw new Error(`no ${kind} of the tray: ${this.#complaint}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async state(): Promise<Extract<TrayEvent, { event: 'state' }>> {
    this.#say('state');
    return this.next('state');
  }

  /** A click on the icon. */
  async activate(): Promise<void> {
    this.#say('activate');
    await this.next('done');
  }

  /** A click on the entry with this label, wherever it is in the menu. */
  async choose(label: string): Promise<void> {
    this.#say(`choose ${label}`);
    await this.next('done');
  }

  /** The panel ends, as when a desktop's shell is started anew. */
  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#child.once('exit', () => resolve());
    });
    this.#child.stdin?.end();
    await ended;
  }

  #say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }
}
