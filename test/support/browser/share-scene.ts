import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { startRelay, type RunningRelay } from '#relay/index.ts';
import type { CallInput, CallOutput, ShareLinkView } from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { pairDevices, TestDevice } from '../hostile/device.ts';

export type Guest = ShareLinkView['guests'][number];

/** A relay that serves its page without accounts, and a machine that shares a terminal which another one has open there. */
export class ShareScene {
  relay: RunningRelay;
  readonly office: TestDevice;
  readonly laptop: TestDevice;
  readonly #folder: string;
  readonly #time: { ahead: number };
  #opened: CallOutput<'terminal.open'> | undefined;

  static async start(): Promise<ShareScene> {
    const folder = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    const relay = await startIn(folder, 0);
    const time = { ahead: 0 };
    const dialer = createRelayDialer({ clock: systemClock });
    const clock = { ...systemClock, now: () => systemClock.now() + time.ahead };
    const [office, laptop] = [
      await TestDevice.create({ name: 'office', clock, dialer }),
      await TestDevice.create({ name: 'laptop', dialer }),
    ];
    for (const each of [office, laptop]) {
      each.agent.start();
      await each.configure(relay.url, relay.admissionToken);
    }
    await pairDevices(office, laptop, { allow: ['terminal'] });
    const scene = new ShareScene(folder, relay, time, { office, laptop });
    await scene.openTerminal();
    return scene;
  }

  private constructor(
    folder: string,
    relay: RunningRelay,
    time: { ahead: number },
    { office, laptop }: Readonly<{ office: TestDevice; laptop: TestDevice }>,
  ) {
    this.#folder = folder;
    this.relay = relay;
    this.#time = time;
    this.office = office;
    this.laptop = laptop;
  }

  /** Sets the time by which the clock of the office is ahead, ms: as if it had slept. */
  set ahead(time: number) {
    this.#time.ahead = time;
  }

  /** Opens another terminal at the office, which is the one to share from now on. */
  async openTerminal(): Promise<void> {
    const size = { cols: 60, rows: 12, term: 'xterm' };
    this.#opened = await this.laptop.api.call('terminal.open', { peer: this.office.peerId, ...size });
  }

  /** Types into the terminal at the laptop. Its program prints what is typed. */
  async type(text: string): Promise<void> {
    await this.laptop.api.channel(this.#opened?.channel ?? 0).write(toUtf8(text));
  }

  async share(role: ShareLinkView['role'], more: Partial<CallInput<'shareLink.create'>> = {}): Promise<ShareLinkView> {
    return await this.office.api.call('shareLink.create', {
      peer: null,
      terminal: this.#opened?.terminal ?? '',
      role,
      ...more,
    });
  }

  async guests(): Promise<readonly Guest[]> {
    return (await this.office.api.call('shareLink.list', {})).flatMap(({ guests }) => guests);
  }

  /** Ends all that is shared. */
  async endAll(): Promise<void> {
    for (const { id } of await this.office.api.call('shareLink.list', {}))
      await this.office.api.call('shareLink.end', { id });
  }

  async stopRelay(): Promise<void> {
    await this.relay.close({ drain: 0 });
  }

  /** Starts the relay again, at the same port. */
  async startRelay(): Promise<void> {
    this.relay = await startIn(this.#folder, this.relay.port);
  }

  async close(): Promise<void> {
    await this.laptop.close();
    await this.office.close();
    await this.stopRelay();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function startIn(dataDirectory: string, port: number): Promise<RunningRelay> {
  return await startRelay({
    dataDirectory,
    listen: { host: '127.0.0.1', port },
    tls: { mode: 'off' },
    page: {},
    rates: { guestsPerAddress: { burst: 100, perSecond: 10 } },
  });
}
