import { spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { NODE, ROOT, runCommand, type Ended } from '../e2e/commands.ts';
import { until } from '../e2e/until.ts';
import { findElectron } from '../electron/distribution.ts';
import type { DesktopSession } from '../window/session.ts';
import { isRoot } from '../window/user.ts';

/** Of a start, ms: a busy machine with two cores takes its time. */
const START = 90_000;

/** The folder of an installation, built as releases are. */
export class PackagedApplication {
  readonly folder: string;
  /** The program that opens the window. */
  readonly program: string;
  /** The `clawreach` command that comes with it. */
  readonly command: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.program = join(folder, 'clawreach-desktop');
    this.command = join(folder, 'resources', 'command', 'clawreach');
  }

  /** @param updates as `build/updates.json` has it */
  static build(to: string, updates: string): PackagedApplication {
    const electron = findElectron();
    if (electron === undefined) throw new Error('no Electron here');
    const script = join(ROOT, 'test', 'support', 'packaged', 'build.ts');
    const { status, stderr } = spawnSync(NODE, [script, to, electron, updates], { cwd: ROOT, encoding: 'utf8' });
    if (status !== 0) throw new Error(`the application could not be packaged:\n${stderr}`);
    return new PackagedApplication(join(to, 'artifacts', 'linux-unpacked'));
  }

  /** Runs its command to the end. */
  run(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
    return runCommand(words, { program: this.command, environment, timeout: 60_000 });
  }

  /** Starts it with a window that can be looked into. Its fuses are set, so nothing else of it can be. */
  async start(
    session: DesktopSession,
    profile: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<RunningPackaged> {
    const child = session.start(
      [
        this.program,
        ...(isRoot() ? ['--no-sandbox'] : []),
        '--remote-debugging-port=0',
        // Has no effect; a test looks.
        '--inspect=0',
        `--profile=${profile}`,
      ],
      { environment },
    );
    const running = new RunningPackaged(child);
    await running.open();
    return running;
  }
}

export class RunningPackaged {
  readonly child: ChildProcess;
  output = '';
  #browser: Browser | undefined;

  constructor(child: ChildProcess) {
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.output += text.toString();
      });
    }
  }

  async open(): Promise<void> {
    const address = await until(
      'the packaged application',
      () => {
        if (this.child.exitCode !== null) throw new Error(`it ended:\n${this.output}`);
        return /DevTools listening on (ws:\S+)/.exec(this.output)?.[1];
      },
      START,
    );
    this.#browser = await chromium.connectOverCDP(address, { timeout: START });
  }

  page(): Promise<Page> {
    return until('its window', () => this.#browser?.contexts()[0]?.pages()[0], START);
  }

  /** As a session does that ends. */
  async quit(): Promise<number | null> {
    await this.#browser?.close().catch(() => undefined);
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    return child.exitCode;
  }
}
