import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { launchHost, PtyHostBackend } from '#agent/terminals/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { createWebRtcSockets } from '#node/webrtc/index.ts';
import type { RelayOptions, RunningRelay } from '#relay/index.ts';
import type { CallOutput } from '#shared/app-api/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { eventually } from '#test/support/hostile/attempts.ts';
import { TestDevice } from '#test/support/hostile/device.ts';
import { loopbackDirect } from '#test/support/loopback-transports.ts';
import { PlatformRows } from '#test/support/platform-rows.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

const ENTRY = new URL('../../unit/browser/agent/chromium-page.ts', import.meta.url).pathname;
const WORKER = new URL('../../../src-browser/worker/worker-main.ts', import.meta.url).pathname;
const PTY_HOST = new URL('../../../src-main/agent/terminals/pty-host/pty-host-main.ts', import.meta.url).pathname;

/** Page of a browser, whichever program drives it. */
export type DrivenPage = Readonly<{
  /** Runs an expression there and returns its value, which is JSON, also of a promise. */
  evaluate<Result>(expression: string): Promise<Result>;
}>;

/** Calls a function of the page (`test/unit/browser/agent/chromium-page.ts`) with JSON arguments. */
export async function ask<Result>(page: DrivenPage, name: string, ...given: readonly unknown[]): Promise<Result> {
  return await page.evaluate<Result>(`page.${name}(...${JSON.stringify(given)})`);
}

async function bundle(input: string): Promise<string> {
  const build = await rolldown({ input, platform: 'browser', logLevel: 'silent' });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  return output[0].code;
}

/** Script that makes a page one that tests drive, with the agent in a worker of it. */
export async function pageScript(): Promise<string> {
  const [page, worker] = await Promise.all([bundle(ENTRY), bundle(WORKER)]);
  return `globalThis.workerScript = ${JSON.stringify(worker).replaceAll('<', String.raw`\u003c`)};\n${page}`;
}

/** A relay with a project, and a machine of it with real terminals, for pages. */
export class PageScene {
  relay: RunningRelay;
  readonly office: TestDevice;
  readonly rows: PlatformRows;
  /** Folder with everything that the relay stores. */
  readonly folder: string;
  readonly #project: string;
  readonly #owner: string;
  #stop: () => Promise<void>;

  /** @param options of the relay */
  static async start(options: Partial<RelayOptions> = {}): Promise<PageScene> {
    const folder = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    const { relay, stop } = await startTestRelay({ dataDirectory: folder, accounts: {}, ...options });
    const rows = new PlatformRows(folder);
    const owner = rows.account();
    const project = rows.project(owner);
    const ticket = rows.ticket(project, owner);
    const office = await TestDevice.create({
      name: 'office',
      dialer: createRelayDialer({ clock: systemClock }),
      enrolTicket: () => ticket,
      direct: loopbackDirect(() => []),
      webrtc: createWebRtcSockets({ clock: systemClock, logger: silentLogger }),
      environment: { PATH: process.env['PATH'] },
      backend: new PtyHostBackend({
        clock: systemClock,
        logger: silentLogger,
        launch: () =>
          launchHost({
            executable: process.execPath,
            args: [PTY_HOST],
            environment: process.env,
            onStderr: () => undefined,
          }),
      }),
    });
    const scene = new PageScene({ relay, stop, rows, office, folder, project, owner });
    office.agent.start();
    await office.configure(relay.url);
    await office.api.call('relay.ready', { timeout: 10_000 });
    return scene;
  }

  private constructor(
    made: Readonly<{
      relay: RunningRelay;
      stop: () => Promise<void>;
      rows: PlatformRows;
      office: TestDevice;
      folder: string;
      project: string;
      owner: string;
    }>,
  ) {
    this.relay = made.relay;
    this.#stop = made.stop;
    this.rows = made.rows;
    this.office = made.office;
    this.folder = made.folder;
    this.#project = made.project;
    this.#owner = made.owner;
  }

  /** Options with which a page becomes a member of the project. @param url the relay's, or of what stands before it */
  admission(url = this.relay.url): Readonly<{ url: string; ticket: Readonly<{ id: string; secret: string }> }> {
    const { id, secret } = this.rows.ticket(this.#project, this.#owner);
    return { url, ticket: { id: toBase64Url(id), secret: toBase64Url(secret) } };
  }

  /** Adds another project, of which the account with this address is a member, with one machine. The caller closes it. */
  async addProject(name: string, email: string): Promise<TestDevice> {
    const project = this.rows.project(this.#owner);
    this.rows.addPerson(project, this.rows.accountOf(email));
    return await this.#machineOf(name, project, this.#owner);
  }

  /** Adds a project of the account with this address, with one machine. The caller closes it. */
  async addOwnProject(name: string, email: string): Promise<TestDevice> {
    const account = this.rows.accountOf(email);
    return await this.#machineOf(name, this.rows.project(account), account);
  }

  async #machineOf(name: string, project: string, account: string): Promise<TestDevice> {
    const ticket = this.rows.ticket(project, account);
    const device = await TestDevice.create({
      name,
      dialer: createRelayDialer({ clock: systemClock }),
      enrolTicket: () => ticket,
    });
    device.agent.start();
    await device.configure(this.relay.url);
    await device.api.call('relay.ready', { timeout: 10_000 });
    return device;
  }

  /** Ends the relay. Only `close` may follow. */
  async stopRelay(): Promise<void> {
    await this.#stop();
    this.#stop = () => Promise.resolve();
  }

  /** Makes the account with this address a member of the project. */
  adopt(email: string): void {
    this.rows.addPerson(this.#project, this.rows.accountOf(email));
  }

  async online(page: DrivenPage): Promise<void> {
    await eventually(
      async () => (await ask<CallOutput<'status.get'>>(page, 'call', 'status.get', {})).relay.state === 'online',
      'being online',
      30_000,
    );
  }

  /** Pairs the page by a code that office shows; both people compare the words. */
  async pair(page: DrivenPage): Promise<void> {
    const { office } = this;
    const { pairing, code } = await office.api.call('pairing.invite', { allow: ['terminal'] });
    const invited = office.api.call('pairing.result', { pairing });
    const joined = await ask<CallOutput<'pairing.join'>>(page, 'call', 'pairing.join', {
      codeOrLink: code ?? '',
      allow: [],
    });
    const { peer, words } = await invited;
    if (joined.words.join(' ') !== words.join(' ')) throw new Error('the words differ');
    await office.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    await ask(page, 'call', 'pairing.confirm', { peer: office.peerId, words: [...words] });
  }

  /** Ends the relay at once, and starts it again on what it has stored, at the same port. */
  async restartRelay(): Promise<void> {
    const { port } = this.relay;
    await this.#stop();
    const { relay, stop } = await startTestRelay({
      dataDirectory: this.folder,
      accounts: {},
      listen: { host: '127.0.0.1', port },
    });
    this.relay = relay;
    this.#stop = stop;
  }

  async close(): Promise<void> {
    await this.office.close();
    this.rows.close();
    await this.#stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
