import type { TransferView } from '#shared/app-api/index.ts';
import { isOver } from '#shared/files/index.ts';
import type { Device } from './device.ts';
import type { StageRelay } from './relay.ts';
import { until } from './until.ts';

/** A transfer from one machine to another, while its path moves and processes are killed. */
export class TransferJourney {
  readonly #from: Device;
  readonly #to: Device;
  readonly #relay: StageRelay;
  /** For it to get on, on a busy machine, ms. */
  readonly #patience: number;
  #id = '';

  constructor(parts: Readonly<{ from: Device; to: Device; relay: StageRelay; patience: number }>) {
    this.#from = parts.from;
    this.#to = parts.to;
    this.#relay = parts.relay;
    this.#patience = parts.patience;
  }

  /** Allows what a journey needs. Called once, when the machines are paired. */
  async prepare(): Promise<void> {
    await this.#to.ok('rights', this.#from.name, '--allow', 'send');
    for (const device of [this.#from, this.#to]) await device.ok('network', '--listen', 'on');
  }

  async begin(...paths: readonly string[]): Promise<void> {
    const { id } = (await this.#from.json('send', ...paths, this.#to.name, '--detach')) as TransferView;
    this.#id = id;
  }

  /** Moves to this path, and waits until it is used. */
  async move(path: 'relay' | 'direct'): Promise<void> {
    await this.#from.ok('path', this.#to.name, '--mode', `${path}-only`);
    const client = await this.#from.connect();
    try {
      await until(
        `the path ${path}`,
        async () => ((await client.call('peers.get', { peer: this.#to.name })).path === path ? true : undefined),
        this.#patience,
      );
    } finally {
      client.close();
    }
  }

  /** Waits until this share of the bytes has arrived. @throws if it was all */
  async reaches(share: number): Promise<void> {
    const reached = await this.#wait(this.#from, `${share * 100} % of it`, ({ state, bytes }) => {
      return isOver(state) || (bytes.of !== null && bytes.done >= share * bytes.of);
    });
    if (reached.state === 'done') throw new Error(`all of it is there before ${share * 100} % were seen`);
  }

  /** Kills a process, as a machine that loses its power does, and starts it again. */
  async kill(what: 'sender' | 'receiver' | 'relay'): Promise<void> {
    if (what === 'relay') {
      await this.#relay.process.end('SIGKILL');
      await this.#relay.restart();
      return;
    }
    const device = what === 'sender' ? this.#from : this.#to;
    await device.agent?.end('SIGKILL');
    await device.runAgent(this.#relay);
  }

  /** Waits until all has arrived. @returns the folder there @throws if something is missing or has another name */
  async end(): Promise<string> {
    await this.#wait(this.#from, 'its end', ({ state }) => state === 'done');
    const { state, failed, renamed, folder } = await this.#wait(this.#to, 'its end there', (view) =>
      isOver(view.state),
    );
    if (state !== 'done' || failed > 0 || renamed > 0)
      throw new Error(`it is ${state} there, ${failed} failed, ${renamed} have other names`);
    return folder ?? '';
  }

  async #wait(device: Device, what: string, is: (view: TransferView) => boolean): Promise<TransferView> {
    const client = await device.connect();
    try {
      return await until(
        what,
        async () => {
          const { transfer } = await client.call('transfers.get', { id: this.#id });
          if (['failed', 'refused', 'cancelled', 'partly'].includes(transfer.state))
            throw new Error(`the transfer is ${transfer.state}: ${transfer.code}`);
          return is(transfer) ? transfer : undefined;
        },
        this.#patience,
      );
    } finally {
      client.close();
    }
  }
}
