import { once } from 'node:events';
import { join } from 'node:path';
import { field, parse, text, texts } from './json.ts';
import type { Processes } from './processes.ts';

/** Both machines of the demo are this one, and its person sees both screens. */
const CONFIRMED = '--words-confirmed-elsewhere';

/** The relay and the two machines of the demo, all from the built commands and in one directory. */
export class Machines {
  readonly office: string;
  readonly here: string;
  readonly #processes: Processes;
  readonly #command: string;
  readonly #relayCommand: string;
  readonly #directory: string;

  constructor(options: Readonly<{ processes: Processes; dist: string; directory: string }>) {
    this.#processes = options.processes;
    this.#command = join(options.dist, 'clawreach.js');
    this.#relayCommand = join(options.dist, 'clawreach-relay.js');
    this.#directory = options.directory;
    this.office = join(options.directory, 'office');
    this.here = join(options.directory, 'here');
  }

  /** The relay's address. */
  async startRelay(): Promise<string> {
    const { found } = await this.#processes.start(
      'the relay',
      [
        this.#relayCommand,
        '--listen=127.0.0.1:0',
        `--data=${join(this.#directory, 'relay')}`,
        '--tls=off',
        '--admission=open',
      ],
      (line) => /wss?:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0],
    );
    return found;
  }

  /** Resolves with the short id when the agent is online at the relay, or accepts direct connections without one. */
  async startAgent(name: string, profile: string, relay: string | undefined): Promise<string> {
    const words = [this.#command, 'run', '--json', `--profile=${profile}`, `--name=${name}`];
    if (relay !== undefined) words.push(`--relay=${relay}`);
    const { found } = await this.#processes.start(name, words, (line) => {
      const status = field(parse(line), 'status');
      const isReady =
        relay === undefined ? text(status, 'reach') === 'network' : text(field(status, 'relay'), 'state') === 'online';
      return isReady ? text(field(status, 'device'), 'shortId') : undefined;
    });
    return found;
  }

  /** Ends the agent of this machine; its profile stays, so that the application can have it. */
  async stopHere(): Promise<void> {
    await this.json(this.here, ['stop']);
  }

  /** By code, as two people would: "office" shows it and lets the other open terminals and forwards; this machine types it. */
  async pair(): Promise<Readonly<{ code: string; address: string | undefined; words: readonly string[] }>> {
    const { code, address, paired } = await this.invite();
    const at = address === undefined ? [] : [`--at=${address}`];
    await this.json(this.here, ['pair', CONFIRMED, ...at], { CLAWREACH_PAIR_CODE: code });
    const outcome = await paired;
    if (outcome.words === undefined) throw new Error(`pairing failed: ${outcome.reason}`);
    return { code, address, words: outcome.words };
  }

  /** A code that "office" shows, and its address if there is no relay; `paired` resolves when somebody has typed it, or with why it is good no more (undefined: the demo ends). */
  async invite(): Promise<
    Readonly<{
      code: string;
      address: string | undefined;
      paired: Promise<
        Readonly<{ words: readonly string[] }> | Readonly<{ words: undefined; reason: string | undefined }>
      >;
    }>
  > {
    let last: unknown;
    const words = [
      this.#command,
      'pair',
      '--json',
      `--profile=${this.office}`,
      '--allow',
      'terminal',
      '--allow',
      'forward',
      CONFIRMED,
    ];
    const { child, found } = await this.#processes.start('pairing on office', words, (line) => {
      last = parse(line);
      const code = text(last, 'code');
      const [address] = text(last, 'relay') === '' ? texts(last, 'addresses') : [];
      return code === '' ? undefined : { code, address };
    });
    const paired = once(child, 'close').then(() =>
      text(last, 'event') === 'paired'
        ? { words: texts(last, 'words') }
        : {
            words: undefined,
            reason: child.killed
              ? undefined
              : text(field(last, 'error'), 'what') ||
                'That code was mistyped, or ten minutes are over: each is good for one try.',
          },
    );
    return { ...found, paired };
  }

  /** Runs a command to its end and gives the last JSON line that it printed. */
  async json(
    profile: string,
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const [name = ''] = words;
    let last: unknown;
    const { child } = await this.#processes.start(
      name,
      [this.#command, ...words, '--json', `--profile=${profile}`],
      (line) => {
        last = parse(line);
        return field(last, 'error') === undefined && (name !== 'pair' || text(last, 'event') === 'paired')
          ? last
          : undefined;
      },
      environment,
    );
    if (child.exitCode === null) await once(child, 'exit');
    return last;
  }
}
