import type { AppApiClient } from '#shared/app-api/index.ts';
import { profileDirectory, Prompter, type Host } from '../host/index.ts';
import { printable, Reporter } from '../output/index.ts';
import { DEFAULT_LIMIT, CallWatch } from './call-watch.ts';

/** Options that every command takes. */
export type CommonOptions = Readonly<{
  /** Print JSON instead of text. */
  json?: boolean;
  /** Profile directory; by default that of CLAWREACH_PROFILE, or the user's own. */
  profile?: string;
  /** Seconds after which a call without an answer ends; 0 waits without limit. */
  answerWithin?: number;
}>;

/** Options of commands that may set up the relay, read by `ensureRelay`. */
export type RelayFlags = Readonly<{
  /** URL of the relay, or its host. */
  relay?: string;
  /**
   * True to read the admission token from standard input. The token is never an argument, which all users of the
   * machine could read.
   */
  admissionStdin?: boolean;
  /** Path of a file with the admission token. */
  admissionFile?: string;
  /** True to accept a relay without TLS. */
  insecure?: boolean;
  /** Pin of the relay's own certificate, 64 hexadecimal digits. */
  pin?: string;
  /** Sets a relay even if it can't be reached now. */
  force?: boolean;
}>;

/**
 * Everything that a running command uses: the host, its output, questions, and connections to the agent of its profile.
 * Created and closed by program.ts.
 */
export class CommandContext {
  readonly host: Host;
  readonly reporter: Reporter;
  readonly prompter: Prompter;
  /** Absolute path of the profile directory. */
  readonly profile: string;
  readonly #clients: AppApiClient[] = [];
  readonly #callWatch: CallWatch;

  constructor(host: Host, options: CommonOptions) {
    this.host = host;
    const json = options.json === true;
    this.reporter = new Reporter({ stdout: host.stdout, stderr: host.stderr, variables: host.variables, json });
    this.prompter = new Prompter(host, json, this.reporter);
    this.profile = profileDirectory(options.profile, host);
    const seconds = options.answerWithin;
    this.#callWatch = new CallWatch({
      clock: host.clock,
      showWait: (line) => this.reporter.showWait(printable(line)),
      waitIsOver: () => this.reporter.waitIsOver(),
      showsWait: () => this.reporter.isProgressShown,
      profile: this.profile,
      limit: seconds === undefined ? DEFAULT_LIMIT : seconds === 0 ? undefined : seconds * 1000,
    });
  }

  /** True if the command prints JSON. */
  get json(): boolean {
    return this.reporter.json;
  }

  /** Agent that the command is connected to; undefined if it isn't. */
  get agent(): AppApiClient | undefined {
    return this.#clients.at(-1);
  }

  /** Connects to the agent; undefined if none is running. The connection is closed with the context. */
  async connect(): Promise<AppApiClient | undefined> {
    const client = await this.host.connect(this.profile);
    if (client !== undefined) {
      this.#callWatch.watch(client);
      this.#clients.push(client);
    }
    return client;
  }

  /** Closes all connections to the agent. */
  close(): void {
    for (const client of this.#clients.splice(0)) client.close();
  }
}
