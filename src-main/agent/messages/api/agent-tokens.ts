import { equalBytes, toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { TokenFile } from '#shared/message-api/index.ts';

/** Files of tokens, which `src-node` keeps. */
export type TokenFiles = Readonly<{
  pathOf(agent: string): string;
  list(): Promise<readonly string[]>;
  read(agent: string): Promise<TokenFile | undefined>;
  write(file: TokenFile): Promise<void>;
  remove(agent: string): Promise<void>;
}>;

type Kept = { token: string; hash: Uint8Array; written: TokenFile | undefined };

/** Tokens of the agents of this machine, each in a file that only its user can read. One token is good for one agent. */
export class AgentTokens {
  readonly #crypto: Pick<CryptoBackend, 'randomBytes' | 'sha256'>;
  readonly #files: TokenFiles;
  readonly #logger: Logger;
  readonly #kept = new Map<string, Kept>();
  #isCleaned = false;

  constructor(crypto: Pick<CryptoBackend, 'randomBytes' | 'sha256'>, files: TokenFiles, logger: Logger) {
    this.#crypto = crypto;
    this.#files = files;
    this.#logger = logger;
  }

  /**
   * Returns the agent whose token this is; undefined for none. Compares hashes with all agents', so that the time reveals nothing.
   */
  agentOf(token: string): string | undefined {
    const hash = this.#crypto.sha256(toUtf8(token));
    let found: string | undefined;
    for (const [agent, kept] of this.#kept) if (equalBytes(kept.hash, hash)) found = agent;
    return found;
  }

  /**
   * Reads or creates the tokens of these agents and removes those of all others.
   * @throws {StoreError} if a file can't be removed
   */
  async keep(agents: readonly string[]): Promise<void> {
    const known = this.#isCleaned ? [...this.#kept.keys()] : await this.#files.list();
    for (const agent of known) {
      if (agents.includes(agent)) continue;
      this.#kept.delete(agent);
      await this.#files.remove(agent);
    }
    this.#isCleaned = true;
    for (const agent of agents) if (!this.#kept.has(agent)) this.#kept.set(agent, await this.#load(agent));
  }

  /** Creates another token for an agent. `publish` writes it. */
  renew(agent: string): void {
    this.#kept.set(agent, this.#create());
  }

  /**
   * Creates other tokens for agents that no longer have a port. A program may still send theirs there, when another program has the port. `publish` writes
   * them.
   */
  leavePort(hasPort: (agent: string) => boolean): void {
    for (const [agent, { written }] of this.#kept)
      if (written !== undefined && written.http !== null && !hasPort(agent)) this.renew(agent);
  }

  /**
   * Writes the files whose content has changed.
   * @param addressOf addresses at which the agent's token is taken
   * @throws {StoreError} if a file can't be written
   */
  async publish(addressOf: (agent: string) => Pick<TokenFile, 'socket' | 'http'>): Promise<void> {
    for (const [agent, kept] of this.#kept) {
      const { written } = kept;
      const { socket, http } = addressOf(agent);
      if (written?.socket === socket && written.http === http && written.token === kept.token) continue;
      const file: TokenFile = { version: 1, agent, socket, http, token: kept.token };
      await this.#files.write(file);
      kept.written = file;
    }
  }

  async #load(agent: string): Promise<Kept> {
    let file: TokenFile | undefined;
    try {
      file = await this.#files.read(agent);
    } catch (error) {
      this.#logger.warn('the token of an agent can not be read', { agent, errorCode: errorCode(error) });
    }
    if (file === undefined) return this.#create();
    // The agent of the machine has ended. Another program may have had its port since then, or another user a pipe of its name, and have been sent the token.
    if (file.http !== null || isPipe(file.socket)) return this.#create();
    return { token: file.token, hash: this.#crypto.sha256(toUtf8(file.token)), written: file };
  }

  #create(): Kept {
    const token = toBase64Url(this.#crypto.randomBytes(32));
    return { token, hash: this.#crypto.sha256(toUtf8(token)), written: undefined };
  }
}

/** Reports whether a path is the name of a pipe of Windows: in no directory, so that any user may take it once it is free. */
function isPipe(path: string): boolean {
  return path.startsWith('\\\\.\\pipe\\');
}
