import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivateFile } from '#node/files/index.ts';
import { errorMessage, systemCode } from '#shared/errors.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { ACCOUNT_LIMITS } from './limits.ts';
import type { AccountParts } from './parts.ts';

/** Name of the file in the data directory. */
export const FIRST_ACCOUNT_FILE = 'first-account.txt';

/** Link for the first account, as the relay shows it at its start. */
export type FirstAccountLink = Readonly<{
  path: string;
  /** The link, right after it was made; undefined if an earlier start has shown it, and only the file has it. */
  link: string | undefined;
}>;

/**
 * Link by which the first account signs up, in a file that only the relay's user can read (0600). It is made when a relay has no account, and made again
 * when it has expired. The caller shows it once to a person at a terminal; no log has it.
 */
export class FirstAccount {
  readonly #parts: Pick<AccountParts, 'store' | 'tokens' | 'clock' | 'site' | 'logger'>;
  readonly #path: string;

  constructor(parts: Pick<AccountParts, 'store' | 'tokens' | 'clock' | 'site' | 'logger'>, dataDirectory: string) {
    this.#parts = parts;
    this.#path = join(dataDirectory, FIRST_ACCOUNT_FILE);
  }

  /**
   * Makes the link if the relay has no account, or deletes its file if it has one. Called once the relay listens.
   * @returns undefined if there is an account
   */
  async prepare(): Promise<FirstAccountLink | undefined> {
    const { store, tokens, clock, site } = this.#parts;
    const shown = await this.#shown();
    const made = await store.transact(async (transaction) => {
      const now = clock.now();
      const account = await transaction.selectFrom('accounts').select('id').limit(1).executeTakeFirst();
      if (account !== undefined) return 'account' as const;
      const token = shown === undefined ? undefined : tokenOf(shown);
      if (token !== undefined && (await tokens.find(transaction, token, 'setup', now)) !== undefined) return undefined;
      await transaction.deleteFrom('one_time').where('purpose', '=', 'setup').execute();
      return tokens.create(transaction, { purpose: 'setup' }, now + ACCOUNT_LIMITS.setupLink);
    });
    if (made === 'account') {
      await this.forget();
      return undefined;
    }
    const token = made ?? tokenOf(shown ?? '') ?? '';
    const link = site.link('/auth', 'sign-up', token);
    // Also after an earlier start: the relay may have another address now.
    if (shown?.trim() !== link) await writePrivateFile(this.#path, toUtf8(`${link}\n`));
    return { path: this.#path, link: made === undefined ? undefined : link };
  }

  /** Deletes the file, once there is an account and the link no longer counts. */
  async forget(): Promise<void> {
    try {
      await rm(this.#path, { force: true });
    } catch (error) {
      this.#parts.logger.warn('file of the first account not deleted', { reason: errorMessage(error) });
    }
  }

  async #shown(): Promise<string | undefined> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

function tokenOf(link: string): string | undefined {
  return /#sign-up=([A-Za-z0-9_-]{43})\s*$/.exec(link)?.[1];
}
