import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe } from 'vitest';
import { WebSocket } from 'ws';
import type { TypedPage } from '../browser/page-scripts.ts';
import { childrenOf } from '../e2e/process-table.ts';
import { ProcessControl } from '../faults/index.ts';

const NAMES = ['firefox-esr', 'firefox'];

/** Settings of a browser that stays on this machine, asks nothing and updates nothing. */
const QUIET = {
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'http://127.0.0.1:1',
  'extensions.update.enabled': false,
  // As Chromium's --allow-loopback-in-peer-connection.
  'media.peerconnection.ice.loopback': true,
  'intl.accept_languages': 'en',
  'ui.prefersReducedMotion': 1,
} as const;

/** Keys of WebDriver that a text stands for. */
const KEYS: Readonly<Record<string, string>> = { '\n': '\uE007' };

/** Path of a Firefox of this machine; CLAWREACH_TEST_FIREFOX names another. */
export function findFirefox(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    process.env['CLAWREACH_TEST_FIREFOX'],
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/** Tells tests in Firefox. Without one, a line says what is left out. */
export function inFirefox(title: string, tell: () => void): void {
  const isHere = findFirefox() !== undefined;
  if (!isHere) process.stderr.write(`No Firefox here: “${title}” is left out.\n`);
  describe.skipIf(!isHere)(`${title}, in Firefox`, () => {
    tell();
  });
}

/** Says on the console what the page can't do in Firefox, or what no test can show there. */
export function tellLeftOut(what: string, why: string): void {
  if (findFirefox() !== undefined) process.stderr.write(`Firefox: ${what} is left out: ${why}\n`);
}

type Answer = Readonly<{ id?: number; type: string; result?: unknown; error?: string; message?: string }>;
type Evaluated = Readonly<
  | { type: 'success'; result: { type: string; value?: string } }
  | { type: 'exception'; exceptionDetails: { text: string } }
>;

/** Tab of a Firefox. */
export type FirefoxPage = TypedPage &
  Readonly<{
    /** Loads an address. */
    go(address: string): Promise<void>;
    /** Loads the page again. */
    reload(): Promise<void>;
    close(): Promise<void>;
  }>;

/**
 * A headless Firefox, driven by WebDriver BiDi. Playwright drives Firefox from version 143 on, by commands that the ESR of Debian (140) doesn't have; these few
 * it has.
 */
export class Firefox {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #control = new ProcessControl();
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  /** @param options.policy false: policies of pages don't count, so that tests can add scripts to them */
  static async launch({ policy = false }: Readonly<{ policy?: boolean }> = {}): Promise<Firefox> {
    const program = findFirefox();
    if (program === undefined) throw new Error('no Firefox here');
    const profile = await mkdtemp(join(tmpdir(), 'clawreach-firefox-'));
    const settings = Object.entries({ ...QUIET, 'security.csp.enable': policy }).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    );
    await writeFile(join(profile, 'user.js'), settings.join(''));
    const child = spawn(program, ['--headless', '--remote-debugging-port=0', '--profile', profile], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, MOZ_HEADLESS: '1' },
    });
    let url: string | undefined;
    for await (const line of createInterface({ input: child.stderr })) {
      url = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
      if (url !== undefined) break;
    }
    if (url === undefined) throw new Error('Firefox does not listen');
    child.stderr.resume();
    const socket = new WebSocket(`${url}/session`);
    await once(socket, 'open');
    const firefox = new Firefox(child, profile, socket);
    await firefox.#call('session.new', { capabilities: {} });
    return firefox;
  }

  private constructor(child: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = child;
    this.#profile = profile;
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer;
      const waiting = this.#waiting.get(answer.id ?? -1);
      if (waiting === undefined) return;
      this.#waiting.delete(answer.id ?? -1);
      if (answer.type === 'success') waiting.resolve(answer.result);
      else waiting.reject(new Error(`${answer.error ?? ''}: ${answer.message ?? ''}`));
    });
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Firefox has ended'));
    });
  }

  /** Makes another profile, which shares nothing with the others. @returns its name */
  async profile(): Promise<string> {
    return ((await this.#call('browser.createUserContext', {})) as { userContext: string }).userContext;
  }

  /** Opens an address in a new tab. @param userContext profile; that of the start without one */
  async open(address: string, userContext = 'default'): Promise<FirefoxPage> {
    const create = { type: 'tab', userContext };
    const { context } = (await this.#call('browsingContext.create', create)) as { context: string };
    await this.#call('browsingContext.navigate', { context, url: address, wait: 'complete' });
    const evaluate = async <Result>(expression: string): Promise<Result> => {
      const answer = (await this.#call('script.evaluate', {
        // JSON is all that tests ask for, and simpler than the protocol's own form of values.
        expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`,
        target: { context },
        awaitPromise: true,
      })) as Evaluated;
      if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
      return JSON.parse(answer.result.value ?? 'null') as Result;
    };
    return {
      evaluate,
      go: async (to) => {
        await this.#call('browsingContext.navigate', { context, url: to, wait: 'complete' });
      },
      reload: async () => {
        await this.#call('browsingContext.reload', { context, wait: 'complete' });
      },
      type: async (text) => {
        const actions = [...text].flatMap((key) => {
          const value = KEYS[key] ?? key;
          return [
            { type: 'keyDown', value },
            { type: 'keyUp', value },
          ];
        });
        await this.#call('input.performActions', { context, actions: [{ type: 'key', id: 'keys', actions }] });
      },
      close: async () => {
        await this.#call('browsingContext.close', { context });
      },
    };
  }

  /** Has all its processes stand still, as on a machine that sleeps: their sockets stay open. */
  async freeze(): Promise<void> {
    for (const pid of withDescendants(this.#process.pid ?? 0)) await this.#control.freeze(pid);
  }

  /** Has all its processes go on. */
  thaw(): void {
    this.#control.close();
  }

  async close(): Promise<void> {
    this.thaw();
    const ended = once(this.#process, 'exit');
    await this.#call('browser.close', {}).catch(() => this.#process.kill('SIGKILL'));
    await ended;
    this.#socket.terminate();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #call(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.#calls += 1;
    const id = this.#calls;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await waiting.promise;
  }
}

/** Returns a process and all that it has started, the process first: it starts no more then. */
function withDescendants(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(withDescendants)];
}
