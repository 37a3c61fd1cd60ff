import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AGENT_NAME } from '#shared/messages/index.ts';
import { ensurePrivateDirectory, unwritableError } from './private-directory.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;
/** Longest file that is read, bytes. */
const LONGEST = 256;

/**
 * Files `agents/NAME.webhook` of a profile: the secret by which an agent's webhook knows that ClawReach calls, 43 characters of base64url. Only the owner
 * can read them.
 */
export class WebhookSecretFiles {
  readonly #folder: string;

  /** @param folder `agents` of the profile; created with the first file */
  constructor(folder: string) {
    this.#folder = folder;
  }

  pathOf(agent: string): string {
    // A name has no slash and begins with a letter or digit.
    if (!AGENT_NAME.test(agent)) throw new TypeError('not a name of an agent');
    return join(this.#folder, `${agent}.webhook`);
  }

  /** Returns the secret as the file has it. Writes a new one if there is none, it isn't valid, or other users can read it. @throws {StoreError} `store.write` */
  async secret(agent: string): Promise<string> {
    const path = this.pathOf(agent);
    const known = (await readPrivateFile(path, LONGEST))?.trim();
    if (known !== undefined && SECRET.test(known)) return known;
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    try {
      ensurePrivateDirectory(this.#folder);
      await writePrivateFile(path, `${secret}\n`);
    } catch (error) {
      throw unwritableError(path, error);
    }
    return secret;
  }

  /** Removes the file of an agent that has no webhook. @throws {StoreError} `store.write` */
  async remove(agent: string): Promise<void> {
    const path = this.pathOf(agent);
    try {
      await rm(path, { force: true });
    } catch (error) {
      throw unwritableError(path, error);
    }
  }
}
