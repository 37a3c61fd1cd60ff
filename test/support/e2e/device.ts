import { dirname, join } from 'node:path';
import { AppApiClient, type AgentStatus } from '#shared/app-api/index.ts';
import { connectControlSocket, controlSocketPath } from '#node/control-socket/index.ts';
import { CLAWREACH, documents, NODE, runCommand, RunningCommand, type Ended, type StartOptions } from './commands.ts';
import { LocalTerminal, type LocalOptions } from './local-terminal.ts';
import type { StageRelay } from './relay.ts';
import { until } from './until.ts';

type Size = Pick<LocalOptions, 'cols' | 'rows'>;
type CommandOptions = Omit<StartOptions, 'environment'> & Readonly<{ environment?: Readonly<Record<string, string>> }>;

/** The back-off reaches 8 s in a test that lasts so long; and a machine may be busy. Milliseconds. */
const COMES_BACK = 40_000;

/** One machine of a test: a profile of its own, and the commands a person would run there. */
export class Device {
  readonly name: string;
  readonly profile: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #on: readonly string[];
  /** `clawreach run` in the foreground, where the test has started it. */
  agent: RunningCommand | undefined;

  /** @param on program and first words that run its agent in a network of its own */
  constructor(
    name: string,
    directory: string,
    environment: Readonly<Record<string, string>>,
    on: readonly string[] = [],
  ) {
    this.name = name;
    this.#on = on;
    this.profile = join(directory, name);
    this.#environment = environment;
  }

  /** The words as a process would take them. */
  words(...words: readonly string[]): readonly string[] {
    const [command = '', ...others] = words;
    return [CLAWREACH, command, ...(command.startsWith('-') ? [] : [`--profile=${this.profile}`]), ...others];
  }

  /** Runs `clawreach …` here to its end. */
  run(words: readonly string[], options: CommandOptions = {}): Promise<Ended> {
    return runCommand(this.words(...words), this.#options(options));
  }

  start(words: readonly string[], options: CommandOptions = {}): RunningCommand {
    return new RunningCommand(this.words(...words), this.#options(options));
  }

  /** Runs a command that has to succeed; what it printed. */
  async ok(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(words);
    if (code !== 0)
      throw new Error(`${this.name}: clawreach ${words.join(' ')} ended with ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** The last document of a command that has to succeed. */
  async json(...words: readonly string[]): Promise<unknown> {
    const [command = '', ...others] = words;
    return documents(await this.ok(command, '--json', ...others)).at(-1);
  }

  /** `clawreach run` in the foreground, online when this resolves; its terminals run a shell that reads no file. */
  async runAgent(
    relay: Pick<StageRelay, 'options' | 'token'>,
    options: Readonly<{ first?: boolean; environment?: Readonly<Record<string, string>> }> = {},
  ): Promise<RunningCommand> {
    const token = options.first === true ? ['--admission', relay.token] : [];
    const { environment = {} } = options;
    const words = this.words('run', '--name', this.name, '--shell=/bin/sh', ...relay.options, ...token);
    const [program, ...rest] = [...this.#on, NODE];
    this.agent = new RunningCommand([...rest, ...words], { ...this.#options({ environment }), program });
    await this.agent.said(/: online/);
    return this.agent;
  }

  /** `pair` here, `pair CODE` on the other; both have succeeded. */
  async pairWith(other: Device, allow: readonly string[] = ['--allow', 'terminal']): Promise<void> {
    const inviting = this.start(['pair', ...allow]);
    const [code] = await inviting.said(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    await other.ok('pair', code);
    const { code: exit, stderr } = await inviting.ended;
    if (exit !== 0) throw new Error(`pairing failed at the inviter: ${stderr}`);
  }

  /** A terminal window on which `clawreach …` runs. */
  window(words: readonly string[], size: Size = {}): LocalTerminal {
    return new LocalTerminal(NODE, this.words(...words), { environment: this.#environment, ...size });
  }

  /** A terminal window with a shell, where a person types `clawreach …`. The prompt is `here> `. */
  shell(size: Size = {}): LocalTerminal {
    const ENV = join(dirname(this.profile), 'here.sh');
    const environment = { ...this.#environment, CLAWREACH_PROFILE: this.profile, ENV };
    return new LocalTerminal('/bin/sh', [], { environment, ...size });
  }

  status(): Promise<AgentStatus> {
    return this.json('status') as Promise<AgentStatus>;
  }

  /** Resolves when the agent has come back to its relay by itself. */
  async untilOnline(): Promise<void> {
    const look = async (): Promise<true | undefined> =>
      (await this.status()).relay.state === 'online' ? true : undefined;
    await until(`${this.name} to be online`, look, COMES_BACK);
  }

  /** A user interface of this device's agent. */
  async connect(): Promise<AppApiClient> {
    return new AppApiClient(await connectControlSocket(controlSocketPath(this.profile)));
  }

  #options({ environment, ...options }: CommandOptions): StartOptions {
    return { ...options, environment: { ...this.#environment, ...environment } };
  }
}
