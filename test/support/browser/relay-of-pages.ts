import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchHost, PtyHostBackend } from '#agent/terminals/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { createWebRtcSockets } from '#node/webrtc/index.ts';
import type { RelayOptions, RunningRelay } from '#relay/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { TestDevice, type TestDeviceOptions } from '#test/support/hostile/device.ts';
import { loopbackDirect } from '#test/support/loopback-transports.ts';
import { PlatformRows } from '#test/support/platform-rows.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

const PTY_HOST = new URL('../../../src-main/agent/terminals/pty-host/pty-host-main.ts', import.meta.url).pathname;

/** Options of a machine that runs real programs. */
export function withPrograms(): Pick<TestDeviceOptions, 'environment' | 'backend'> {
  return {
    environment: { PATH: process.env['PATH'] },
    backend: new PtyHostBackend({
      // Its process is loaded from the sources, which takes longer on a busy machine than the built one may.
      clock: { ...systemClock, setTimer: (delay, act) => systemClock.setTimer(delay * 6, act) },
      logger: silentLogger,
      launch: () =>
        launchHost({
          executable: process.execPath,
          args: [PTY_HOST],
          environment: process.env,
          onStderr: () => undefined,
        }),
    }),
  };
}

/** Options of a machine that is reached directly, within this machine: over TCP and UDP. */
export function withDirectPaths(): Pick<TestDeviceOptions, 'direct' | 'webrtc'> {
  return {
    direct: loopbackDirect(() => []),
    webrtc: createWebRtcSockets({ clock: systemClock, logger: silentLogger }),
  };
}

/** A relay with accounts and one project, which machines and pages join. Everything that runs pages against a relay begins with it. */
export class RelayOfPages {
  relay: RunningRelay;
  readonly rows: PlatformRows;
  /** Folder with everything that the relay stores. */
  readonly folder: string;
  /** Account that owns the project. */
  readonly owner: string;
  readonly project: string;
  readonly #options: Partial<RelayOptions>;
  readonly #machines: TestDevice[] = [];
  #stop: () => Promise<void>;

  /** @param options of the relay */
  static async start(options: Partial<RelayOptions> = {}): Promise<RelayOfPages> {
    const folder = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    const { relay, stop } = await startTestRelay({ dataDirectory: folder, accounts: {}, ...options });
    return new RelayOfPages(folder, relay, stop, options);
  }

  private constructor(folder: string, relay: RunningRelay, stop: () => Promise<void>, options: Partial<RelayOptions>) {
    this.folder = folder;
    this.relay = relay;
    this.#stop = stop;
    this.#options = options;
    this.rows = new PlatformRows(folder);
    this.owner = this.rows.account();
    this.rows.session(this.owner);
    this.project = this.rows.project(this.owner);
  }

  /** Options with which a page becomes a member of the project. @param url the relay's, or of what stands before it */
  admission(url = this.relay.url): Readonly<{ url: string; ticket: Readonly<{ id: string; secret: string }> }> {
    const { id, secret } = this.rows.ticket(this.project, this.owner);
    return { url, ticket: { id: toBase64Url(id), secret: toBase64Url(secret) } };
  }

  /**
   * Adds a machine to a project, and waits until it is online. Closed with this.
   * @param place project and the account that admits it there; default: the project and its owner
   * @param url what it takes for the relay
   */
  async machine(
    name: string,
    options: Partial<TestDeviceOptions> = {},
    { project, owner }: Readonly<{ project: string; owner: string }> = this,
    url: string = this.relay.url,
  ): Promise<TestDevice> {
    const ticket = this.rows.ticket(project, owner);
    const device = await TestDevice.create({
      name,
      dialer: createRelayDialer({ clock: systemClock }),
      enrolTicket: () => ticket,
      ...options,
    });
    this.#machines.push(device);
    device.agent.start();
    await device.configure(url);
    await device.api.call('relay.ready', { timeout: 10_000 });
    return device;
  }

  /** Ends the relay. Only `close` may follow. */
  async stopRelay(): Promise<void> {
    await this.#stop();
    this.#stop = () => Promise.resolve();
  }

  /** Ends the relay at once, and starts it again on what it has stored, at the same port. */
  async restartRelay(): Promise<void> {
    const { port } = this.relay;
    await this.#stop();
    const { relay, stop } = await startTestRelay({
      dataDirectory: this.folder,
      accounts: {},
      ...this.#options,
      listen: { host: '127.0.0.1', port },
    });
    this.relay = relay;
    this.#stop = stop;
  }

  async close(): Promise<void> {
    for (const machine of this.#machines.toReversed()) await machine.close();
    this.rows.close();
    await this.#stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
