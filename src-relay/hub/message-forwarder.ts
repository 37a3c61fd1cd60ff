import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { AgentMessage, MessageRefusal, RelayMessage } from '#shared/relay-api/index.ts';
import type { HubLimits } from '../limits/index.ts';
import type { ControlConnection } from './control-connection.ts';
import { commonProject, type OnlineDevices } from './online-devices.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** Reason why a message was not delivered. `retryAfter`: time to wait before a retry, ms. */
export type RefusedMessage = Readonly<{ reason: MessageRefusal; retryAfter?: number }>;

/** Limits, rates and connections that the forwarder uses. */
export type MessageForwarderOptions = Readonly<{
  clock: Clock;
  limits: Pick<HubLimits, 'messageBuffer'>;
  rateLimiter: RateLimiter;
  devices: OnlineDevices;
}>;

/** Most bytes of a message without a body. */
const SMALL = 1024;
/** Time after which a recipient that doesn't read fast enough may be tried again, ms. */
const BUSY_WAIT = 1000;

/**
 * Forwards messages between devices of a common project, on their control connections. Keeps none: what can't be delivered now is refused. Created by
 * `Hub` for the dispatcher. Touches memory only.
 */
export class MessageForwarder {
  readonly #options: MessageForwarderOptions;

  constructor(options: MessageForwarderOptions) {
    this.#options = options;
  }

  /**
   * Sends a message to its recipient.
   * @returns `sent` once it is on its way; `absent` if the sender shares no project with a device online that has this address, which is then
   * offline or unknown
   */
  forward(
    from: ControlConnection,
    sender: PeerId,
    { to, body }: Pick<Extract<AgentMessage, { type: 'message' }>, 'to' | 'body'>,
  ): 'sent' | 'absent' | RefusedMessage {
    const { clock, devices, limits, rateLimiter } = this.#options;
    if (to === sender) return { reason: 'self' };
    const now = clock.monotonic();
    const recipient = devices.get(to as PeerId);
    const project = recipient === undefined ? undefined : commonProject(from, recipient);
    const wait =
      rateLimiter.take('messageBytesPerDevice', sender, now, body.length) ||
      (project === undefined ? 0 : rateLimiter.take('messageBytesPerProject', project, now, body.length));
    if (wait > 0) return { reason: 'rate', retryAfter: wait };
    if (recipient === undefined || project === undefined) return 'absent';
    if (recipient.version < 3) return { reason: 'version' };
    // The recipient is never dropped for the messages of others: its buffer keeps room for everything else.
    if (recipient.unsent + body.length > limits.messageBuffer) return { reason: 'busy', retryAfter: BUSY_WAIT };
    recipient.send({ type: 'message', from: sender, body });
    return 'sent';
  }

  /**
   * Sends a request to be added to those of the devices that are online, share a project with the sender and show such requests: not to pages.
   * @returns the number of devices that it is on its way to
   */
  toDevices(
    from: ControlConnection,
    devices: readonly string[],
    message: Extract<RelayMessage, { type: 'add-requested' }>,
  ): number {
    let sent = 0;
    for (const peer of devices) {
      const recipient = this.#options.devices.get(peer as PeerId);
      if (recipient === undefined || recipient === from || recipient.isPage || recipient.version < 4) continue;
      if (commonProject(from, recipient) === undefined) continue;
      if (recipient.unsent + SMALL > this.#options.limits.messageBuffer) continue;
      recipient.send(message);
      sent += 1;
    }
    return sent;
  }
}
