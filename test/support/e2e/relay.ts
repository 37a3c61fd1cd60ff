import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { CLAWREACH_RELAY, NODE, RunningCommand } from './commands.ts';

export type RelaySetup = Readonly<{
  tls?: 'off' | 'own';
  /** Address it listens at; loopback by default. */
  host?: string;
  /** By default a free one. */
  port?: number;
  environment?: Readonly<Record<string, string>>;
  words?: readonly string[];
  /** Program and first words that run it in a network of its own. */
  on?: readonly string[];
}>;

/** `clawreach-relay` as its operator starts it. */
export class StageRelay {
  readonly port: number;
  /** As the operator passes it on. */
  readonly url: string;
  readonly token: string;
  readonly pin: string | undefined;

  readonly #begin: () => Promise<RunningCommand>;
  #process: RunningCommand;

  private constructor(process: RunningCommand, begin: () => Promise<RunningCommand>) {
    const said = (pattern: RegExp): string | undefined => pattern.exec(process.stdout)?.[1];
    this.#process = process;
    this.#begin = begin;
    this.port = Number(said(/listening on \S*:(\d+)/));
    this.url = said(/^url +(\S+)/m) ?? '';
    this.token = said(/^admission token +(\S+)/m) ?? '';
    this.pin = said(/^tls pin +(\S+)/m)?.replaceAll('-', '');
  }

  /** Takes connections when this resolves. The same directory again is the same relay. */
  static async start(
    directory: string,
    environment: Readonly<Record<string, string>>,
    setup: RelaySetup,
  ): Promise<StageRelay> {
    const [program, ...first] = [...(setup.on ?? []), NODE];
    // None of those that the system gives to others: nobody takes it while the relay is away.
    const port = setup.port ?? (await freePort());
    const begin = async (): Promise<RunningCommand> => {
      const process = new RunningCommand(
        [
          ...first,
          CLAWREACH_RELAY,
          `--listen=${setup.host ?? '127.0.0.1'}:${port}`,
          `--tls=${setup.tls ?? 'off'}`,
          `--data=${join(directory, 'relay')}`,
          ...(setup.words ?? []),
        ],
        { environment: { ...environment, ...setup.environment }, program },
      );
      try {
        await process.said(/^data /m);
      } catch (error) {
        // Else it would hold the port, and nobody knew of it.
        await process.end('SIGKILL');
        throw error;
      }
      return process;
    };
    return new StageRelay(await begin(), begin);
  }

  get process(): RunningCommand {
    return this.#process;
  }

  /** The same relay again, at the same address, after its process has ended. */
  async restart(): Promise<void> {
    await this.#process.ended;
    this.#process = await this.#begin();
  }

  /** What a device needs to find and trust this relay. */
  get options(): readonly string[] {
    return ['--relay', this.url, ...(this.pin === undefined ? [] : ['--pin', this.pin])];
  }

  /** Gauges and counters by name, without labels. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`http://127.0.0.1:${this.port}/metrics`);
    const lines = (await response.text()).matchAll(/^clawreach_relay_(\w+) (\S+)$/gm);
    return new Map([...lines].map(([, name = '', value]) => [name, Number(value)]));
  }
}
