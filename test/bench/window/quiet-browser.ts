import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { findChromium, QUIET } from '#test/support/chromium/launch.ts';
import { isRoot } from '#test/support/window/user.ts';

/** Pages that are not in front draw as if they were. */
const UNTHROTTLED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

type Answer = Readonly<{ id?: number; result?: unknown; error?: { message: string } }>;

/**
 * A headless Chromium that nobody listens in on. A driver of tests has each WebSocket message copied, encoded and passed on to itself, which costs
 * a page that lives from one a third of its speed and a page without one nothing; this driver asks for nothing but what it evaluates.
 */
export class QuietBrowser {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #last = 0;

  private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const { id, result, error } = JSON.parse(data.toString()) as Answer;
      const call = this.#waiting.get(id ?? 0);
      this.#waiting.delete(id ?? 0);
      if (error === undefined) call?.resolve(result);
      else call?.reject(new Error(error.message));
    });
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser is gone'));
      this.#waiting.clear();
    });
  }

  /** @param size of the window, CSS pixels */
  static async launch(size: Readonly<{ width: number; height: number }>): Promise<QuietBrowser> {
    const path = findChromium();
    if (path === undefined) throw new Error('no Chromium here');
    const profile = mkdtempSync(join(tmpdir(), 'clawreach-bench-browser-'));
    const browser = spawn(
      path,
      [
        ...QUIET,
        ...UNTHROTTLED,
        ...(isRoot() ? ['--no-sandbox'] : []),
        '--headless',
        '--disable-gpu',
        '--disable-3d-apis',
        '--remote-debugging-port=0',
        `--window-size=${size.width},${size.height}`,
        `--user-data-dir=${profile}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    for await (const line of createInterface({ input: browser.stderr })) {
      const [, url] = /listening on (ws:\S+)/.exec(line) ?? [];
      if (url === undefined) continue;
      browser.stderr.resume();
      const socket = new WebSocket(url, { perMessageDeflate: false });
      await once(socket, 'open');
      return new QuietBrowser(browser, profile, socket);
    }
    throw new Error('Chromium ended at its start');
  }

  async open(url: string): Promise<QuietPage> {
    const { targetId } = (await this.call('Target.createTarget', { url })) as { targetId: string };
    const { sessionId } = (await this.call('Target.attachToTarget', { targetId, flatten: true })) as {
      sessionId: string;
    };
    return new QuietPage(this, sessionId);
  }

  /** One call of the DevTools protocol. */
  call(method: string, params: unknown, sessionId?: string): Promise<unknown> {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  async close(): Promise<void> {
    this.#socket.close();
    this.#process.kill();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class QuietPage {
  readonly #browser: QuietBrowser;
  readonly #session: string;

  constructor(browser: QuietBrowser, session: string) {
    this.#browser = browser;
    this.#session = session;
  }

  /** The value of an expression; a promise is waited for. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.#call('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })) as { result: { value: T }; exceptionDetails?: { exception?: { description?: string }; text: string } };
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Resolves once the expression is true. */
  async until(expression: string): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      // A page that is still being loaded loses what is asked of it.
      if (await this.evaluate<boolean>(expression).catch(() => false)) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
    throw new Error(`never true: ${expression}`);
  }

  async toFront(): Promise<void> {
    await this.#call('Page.bringToFront', {});
  }

  async pressEnter(): Promise<void> {
    const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
    await this.#call('Input.dispatchKeyEvent', { type: 'keyDown', text: '\r', ...key });
    await this.#call('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  }

  #call(method: string, params: unknown): Promise<unknown> {
    return this.#browser.call(method, params, this.#session);
  }
}
