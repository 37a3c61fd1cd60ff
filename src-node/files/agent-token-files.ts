import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '#shared/errors.ts';
import { tokenFile, type TokenFile } from '#shared/message-api/index.ts';
import { AGENT_NAME } from '#shared/messages/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { ensurePrivateDirectory, unreadableError, unwritableError } from './private-directory.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

const SUFFIX = '.token';
/** Most bytes of a token file. */
const LONGEST = 4096;

/**
 * Files `agents/NAME.token` of a profile, from which programs learn the address of the local API and the token of their agent. Only the owner can read
 * them.
 */
export class AgentTokenFiles {
  readonly #folder: string;

  /** @param folder `agents` of the profile; created with the first file */
  constructor(folder: string) {
    this.#folder = folder;
  }

  pathOf(agent: string): string {
    // A name has no slash and begins with a letter or digit.
    if (!AGENT_NAME.test(agent)) throw new TypeError('not a name of an agent');
    return join(this.#folder, `${agent}${SUFFIX}`);
  }

  /** Returns the names of agents that have a file. @throws {StoreError} `store.unreadable` */
  async list(): Promise<readonly string[]> {
    try {
      const names = await readdir(this.#folder);
      return names.flatMap((name) => {
        const agent = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : '';
        return AGENT_NAME.test(agent) ? [agent] : [];
      });
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw unreadableError(this.#folder, error);
    }
  }

  /** Reads a file; undefined if there is none, it isn't valid, or other users can read it: its token is no secret then. */
  async read(agent: string): Promise<TokenFile | undefined> {
    const text = await readPrivateFile(this.pathOf(agent), LONGEST);
    if (text === undefined) return undefined;
    try {
      const { data } = safeParse(tokenFile, JSON.parse(text));
      return data?.agent === agent ? data : undefined;
    } catch {
      return undefined;
    }
  }

  /** Writes a file. @throws {StoreError} `store.write` and others of a disk */
  async write(file: TokenFile): Promise<void> {
    const path = this.pathOf(file.agent);
    try {
      ensurePrivateDirectory(this.#folder);
      await writePrivateFile(path, `${JSON.stringify(file)}\n`);
    } catch (error) {
      throw unwritableError(path, error);
    }
  }

  async remove(agent: string): Promise<void> {
    const path = this.pathOf(agent);
    try {
      await rm(path, { force: true });
    } catch (error) {
      throw unwritableError(path, error);
    }
  }
}
