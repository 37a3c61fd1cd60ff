import type { AppApiClient } from '#shared/app-api/index.ts';
import { profileDirectory, Prompter, type Host } from '../host/index.ts';
import { printable, Reporter } from '../output/index.ts';
import { DEFAULT_LIMIT, CallWatch } from './call-watch.ts';

/** Options that every command takes. */
export type CommonOptions = Readonly<{
  json?: boolean;
  profile?: string;
  /** Seconds after which a call without an answer ends; 0 waits without limit. */
  answerWithin?: number;
}>;

/** Options of commands that may set up the relay. */
export type RelayFlags = Readonly<{
  relay?: string;
  /** Reads the admission token from standard input; never an argument, which all users of the machine could read. */
  admissionStdin?: boolean;
  admissionFile?: string;
  insecure?: boolean;
  pin?: string;
  /** Sets a relay even if it can't be reached now. */
  force?: boolean;
}>;

/** Everything a command works with: its host, its output, and the connection to the agent of its profile. Closed when the command ends. */
export class CommandContext {
  readonly host: Host;
  readonly reporter: Reporter;
  readonly prompter: Prompter;
  readonly profile: string;
  readonly #clients: AppApiClient[] = [];
  readonly #callWatch: CallWatch;

  constructor(host: Host, options: CommonOptions) {
    this.host = host;
    const json = options.json === true;
    this.reporter = new Reporter({ stdout: host.stdout, stderr: host.stderr, variables: host.variables, json });
    this.prompter = new Prompter(host, json);
    this.profile = profileDirectory(options.profile, host);
    const seconds = options.answerWithin;
    this.#callWatch = new CallWatch({
      clock: host.clock,
      notify: (line) => this.reporter.note(this.reporter.noteStyle.dim(printable(line))),
      profile: this.profile,
      limit: seconds === undefined ? DEFAULT_LIMIT : seconds === 0 ? undefined : seconds * 1000,
    });
  }

  get json(): boolean {
    return this.reporter.json;
  }

  /** Connects to the agent; undefined if none runs. The context closes the connection. */
  async connect(): Promise<AppApiClient | undefined> {
    const client = await this.host.connect(this.profile);
    if (client !== undefined) {
      this.#callWatch.watch(client);
      this.#clients.push(client);
    }
    return client;
  }

  close(): void {
    for (const client of this.#clients.splice(0)) client.close();
  }
}
