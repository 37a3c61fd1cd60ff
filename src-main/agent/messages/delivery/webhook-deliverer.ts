import * as z from 'zod';
import { toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { ApiMessage } from '#shared/message-api/index.ts';
import { WEBHOOK_ANSWER_BYTES, WEBHOOK_TIMEOUT } from '#shared/messages/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import type { postJson } from '#node/webhook/index.ts';
import type { DelivererRecord } from '../agents/agent-book.ts';
import type { InboxEntry } from '../inbox/inbox.ts';
import type { Deliverer, Delivery } from './deliverer.ts';

const answerBody = z.object({ reply: z.string().optional() });

/** Files with the secrets of webhooks. */
export interface WebhookSecrets {
  /** Returns the path of an agent's file. */
  pathOf(agent: string): string;
  /** Returns an agent's secret, a new one if there is none. @throws {StoreError} `store.write` */
  secret(agent: string): Promise<string>;
  /** Removes an agent's file. @throws {StoreError} `store.write` */
  remove(agent: string): Promise<void>;
}

type WebhookDelivererOptions = Readonly<{
  secrets: WebhookSecrets;
  post: typeof postJson;
  clock: Clock;
  crypto: CryptoBackend;
  /** Returns a message as the local API shows it. */
  view(entry: InboxEntry, body: string, redelivered: boolean): ApiMessage;
}>;

/**
 * Delivers messages to webhooks: programs of this machine that take them by HTTP. A 2xx answer acknowledges a message; everything else is tried again, so
 * that a message may come twice, with the same ID.
 */
export class WebhookDeliverer implements Deliverer<'webhook'> {
  readonly #options: WebhookDelivererOptions;

  constructor(options: WebhookDelivererOptions) {
    this.#options = options;
  }

  async deliver(
    { url }: Extract<DelivererRecord, { kind: 'webhook' }>,
    delivery: Delivery,
    _onTaken: () => void,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { secrets, post, clock, crypto, view } = this.#options;
    const body = JSON.stringify(view(delivery.entry, delivery.message.body, delivery.isRepeated));
    const timestamp = String(Math.floor(clock.now() / 1000));
    const key = toUtf8(await secrets.secret(delivery.entry.agent));
    const signature = toHex(crypto.hmacSha256(key, toUtf8(`${timestamp}.${body}`)));
    const headers = {
      'ClawReach-Message': delivery.entry.id,
      'ClawReach-Timestamp': timestamp,
      'ClawReach-Signature': `sha256=${signature}`,
    };
    const limits = { timeout: WEBHOOK_TIMEOUT, answerBytes: WEBHOOK_ANSWER_BYTES };
    const answer = await post({ url, headers, body, ...limits }, signal);
    if (answer.status < 200 || answer.status > 299)
      throw new ClawReachError('message.webhook-status', 'the webhook refused the message', {
        details: { status: answer.status },
      });
    return replyOf(answer.body);
  }
}

/** Returns the reply in a webhook's answer; undefined if there is none. Other answers than JSON are no error. */
function replyOf(body: string): string | undefined {
  try {
    return safeParse(answerBody, JSON.parse(body)).data?.reply;
  } catch {
    return undefined;
  }
}
