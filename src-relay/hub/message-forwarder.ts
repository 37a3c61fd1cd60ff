import type { Clock } from '#shared/clock.ts';
import { INSTANCE_ID } from '#shared/foreign/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { AgentMessage, MessageRefusal, RelayMessage } from '#shared/relay-api/index.ts';
import type { HubLimits } from '../limits/index.ts';
import type { ControlConnection } from './control-connection.ts';
import { commonProject, type OnlineDevices } from './online-devices.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** Reason why a message was not delivered. `retryAfter`: time to wait before a retry, ms. */
export type RefusedMessage = Readonly<{ reason: MessageRefusal; retryAfter?: number }>;

/** Receiver of what devices send to foreign instances, such as the service for these. It is called at once and doesn't throw. */
export type InstanceReceiver = Readonly<{
  /** Takes the body of a message. @param device as its connection is authenticated */
  received(device: Readonly<{ peerId: PeerId; projects: readonly string[] }>, instance: string, body: Uint8Array): void;
  /** Called when a device has entered or left projects, or has gone online or offline in them. */
  devicesChanged(projects: readonly string[], peer: PeerId): void;
}>;

/** Limits, rates and connections that the forwarder uses. */
export type MessageForwarderOptions = Readonly<{
  clock: Clock;
  limits: Pick<HubLimits, 'messageBuffer'>;
  rateLimiter: RateLimiter;
  devices: OnlineDevices;
  /** Returns the receiver of messages to foreign instances; undefined if the relay has none. */
  instances(): InstanceReceiver | undefined;
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
   * @returns `sent` once it is on its way, for an instance that may exist or not; `absent` if the sender shares no project with a device online that has this address, which is then
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
    const instances = INSTANCE_ID.test(to) ? this.#options.instances() : undefined;
    if (instances !== undefined) {
      const projects = from.memberships.map((membership) => membership.project);
      instances.received({ peerId: sender, projects }, to, Buffer.from(body, 'base64url'));
      return 'sent';
    }
    if (recipient === undefined || project === undefined) return 'absent';
    if (recipient.version < 3) return { reason: 'version' };
    // The recipient is never dropped for the messages of others: its buffer keeps room for everything else.
    if (recipient.unsent + body.length > limits.messageBuffer) return { reason: 'busy', retryAfter: BUSY_WAIT };
    recipient.send({ type: 'message', from: sender, body });
    return 'sent';
  }

  /**
   * Sends a message of a foreign instance to a device, unless it is a page.
   * @returns `absent` if the project has no such device online that takes messages; `busy` if the device doesn't read fast enough
   */
  fromInstance(instance: string, project: string, to: PeerId, body: string): 'sent' | 'absent' | 'busy' {
    const { devices, limits } = this.#options;
    const recipient = devices.get(to);
    if (recipient === undefined || recipient.isPage || recipient.version < 3) return 'absent';
    if (!recipient.memberships.some((membership) => membership.project === project)) return 'absent';
    if (limits.messageBuffer < recipient.unsent + body.length) return 'busy';
    recipient.send({ type: 'message', from: instance, body });
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
