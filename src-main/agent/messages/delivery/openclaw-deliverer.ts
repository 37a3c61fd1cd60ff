import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { DELIVERY_TIMEOUT, FILES_TIME } from '#shared/messages/index.ts';
import type { AgentPrompts } from '../../core/agent-prompts.ts';
import type { DelivererRecord } from '../agents/agent-book.ts';
import type { AgentFiles } from '../agents/agent-files.ts';
import type { Deliverer, Delivery } from './deliverer.ts';
import { deliveryText } from './delivery-text.ts';

type OpenClawDelivererOptions = Readonly<{
  /** Gateways of this device; undefined if it has none. */
  prompts(): AgentPrompts | undefined;
  clock: Clock;
  crypto: CryptoBackend;
  ownId: PeerId;
  /** Returns what the address of a device or program begins with here. */
  addressOf(peerId: PeerId): string;
  agentFiles: Pick<AgentFiles, 'filesOf' | 'untilArrived'>;
}>;

/**
 * Delivers messages to agents at this device's OpenClaw gateways: each thread of a peer is a session of its own. The message's ID is the key by which the
 * gateway starts one run for it, however often it is sent.
 */
export class OpenClawDeliverer implements Deliverer<'openclaw'> {
  readonly #options: OpenClawDelivererOptions;

  constructor(options: OpenClawDelivererOptions) {
    this.#options = options;
  }

  async deliver(
    { gateway, agent }: Extract<DelivererRecord, { kind: 'openclaw' }>,
    { entry, message, wasTaken }: Delivery,
    onTaken: () => void,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { prompts, clock, crypto, ownId, addressOf, agentFiles } = this.#options;
    const there = prompts();
    if (there?.nameOf(gateway) === undefined) throw new ClawReachError('remote.no-gateway', 'the gateway is gone');
    const { device } = entry.from;
    // The agent can open what is there when it gets the message. Of a run that goes on, only the answer is fetched.
    if (!wasTaken) await agentFiles.untilArrived(entry, device, FILES_TIME, clock, signal);
    signal.throwIfAborted();
    const isAnswered = !isAutomaticAnswer(entry);
    const delivered = {
      agent: entry.agent,
      from: `${addressOf(device)}/${entry.from.agent}`,
      deviceId: device === ownId ? undefined : device,
      thread: entry.thread,
      media: entry.media,
      isAnswered,
      body: message.body,
      files: agentFiles.filesOf(entry, device, 'in'),
    };
    const prompt = deliveryText(delivered, (size) => crypto.randomBytes(size));
    const session = sessionKey(agent, device, entry.thread);
    const limit = new AbortController();
    const timer = clock.setTimer(DELIVERY_TIMEOUT, () =>
      limit.abort(new ClawReachError('message.agent-slow', 'the agent took too long')),
    );
    try {
      const run = { gateway, session, prompt, runId: entry.id, wasTaken };
      const answer = await there.run(run, onTaken, AbortSignal.any([signal, limit.signal]));
      // An answer to an answer would be answered again, without end. The agent can still write a message of its own.
      return isAnswered ? answer : undefined;
    } finally {
      timer.cancel();
    }
  }
}

/** Returns the key of the session at a gateway in which an agent there gets the messages of one thread with one peer. */
export function sessionKey(agent: string, peerId: PeerId, thread: string): string {
  return `agent:${agent}:clawreach:${peerId}:${thread}`;
}

/** Reports whether an agent has written a message in answer to another, without a person. */
function isAutomaticAnswer({ auto, replyTo }: Delivery['entry']): boolean {
  return auto && replyTo !== undefined;
}
