import type { AppApiClient } from '#shared/app-api/index.ts';
import { profileDirectory, Prompter, type Host } from '../host/index.ts';
import { Reporter } from '../output/index.ts';

/** Options that every command takes. */
export type CommonOptions = Readonly<{ json?: boolean; profile?: string }>;

/** Options of commands that may need the relay set up. */
export type RelayOptions = Readonly<{ relay?: string; admission?: string; insecure?: boolean; pin?: string }>;

/** What a command works with: where it runs, how it speaks, whose agent it means. Disposed when the command ends. */
export class CommandContext {
  readonly host: Host;
  readonly reporter: Reporter;
  readonly prompter: Prompter;
  readonly profile: string;
  readonly #clients: AppApiClient[] = [];

  constructor(host: Host, options: CommonOptions) {
    this.host = host;
    const json = options.json === true;
    this.reporter = new Reporter({ stdout: host.stdout, stderr: host.stderr, variables: host.variables, json });
    this.prompter = new Prompter(host, json);
    this.profile = profileDirectory(options.profile, host);
  }

  get json(): boolean {
    return this.reporter.json;
  }

  /** The agent's connection, or undefined when none runs; closed with the context. */
  async connect(): Promise<AppApiClient | undefined> {
    const client = await this.host.connect(this.profile);
    if (client !== undefined) this.#clients.push(client);
    return client;
  }

  close(): void {
    for (const client of this.#clients.splice(0)) client.close();
  }
}
