import type { MailQueue } from './mail-queue.ts';
import { MAIL_TEXTS, type MailKind } from './mail-texts.ts';

/** Sends the mails of accounts and invitations. Created only if the relay has a mail server. */
export class Mailer {
  readonly #queue: Pick<MailQueue, 'add' | 'close'>;
  readonly #host: () => string;

  /** @param host name of the relay, which every mail names */
  constructor(queue: Pick<MailQueue, 'add' | 'close'>, host: () => string) {
    this.#queue = queue;
    this.#host = host;
  }

  /**
   * Sends a mail in the background.
   * @param to address in canonical form
   */
  send(to: string, kind: MailKind, link: string): void {
    this.#queue.add({ to, kind, ...MAIL_TEXTS[kind](this.#host(), link) });
  }

  /** Ends its work; mails that wait are lost. */
  close(): Promise<void> {
    return this.#queue.close();
  }
}
