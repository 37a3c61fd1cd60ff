import { join } from 'node:path';
import { CLAWREACH_RELAY, NODE, RunningCommand } from './commands.ts';

export type RelaySetup = Readonly<{
  tls?: 'off' | 'own';
  /** Address it listens at; loopback by default. */
  host?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  environment?: Readonly<Record<string, string>>;
  words?: readonly string[];
  /** Program and first words that run it in a network of its own. */
  on?: readonly string[];
}>;

/** `clawreach-relay` as its operator starts it. */
export class StageRelay {
  readonly process: RunningCommand;
  readonly port: number;
  /** As the operator passes it on. */
  readonly url: string;
  readonly token: string;
  readonly pin: string | undefined;

  private constructor(process: RunningCommand) {
    const said = (pattern: RegExp): string | undefined => pattern.exec(process.stdout)?.[1];
    this.process = process;
    this.port = Number(said(/listening on \S*:(\d+)/));
    this.url = said(/^url +(\S+)/m) ?? '';
    this.token = said(/^admission token +(\S+)/m) ?? '';
    this.pin = said(/^tls pin +(\S+)/m);
  }

  /** Takes connections when this resolves. The same directory again is the same relay. */
  static async start(
    directory: string,
    environment: Readonly<Record<string, string>>,
    setup: RelaySetup,
  ): Promise<StageRelay> {
    const [program, ...first] = [...(setup.on ?? []), NODE];
    const process = new RunningCommand(
      [
        ...first,
        CLAWREACH_RELAY,
        `--listen=${setup.host ?? '127.0.0.1'}:${setup.port ?? 0}`,
        `--tls=${setup.tls ?? 'off'}`,
        `--data=${join(directory, 'relay')}`,
        ...(setup.words ?? []),
      ],
      { environment: { ...environment, ...setup.environment }, program },
    );
    await process.said(/^data /m);
    return new StageRelay(process);
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
