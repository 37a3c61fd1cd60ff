import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { SenderBudget } from '#shared/sender-budget.ts';
import type { RequestText } from '../core/approvals/index.ts';
import { answerPeer } from '../core/peer-question.ts';
import type { AuditLog } from '../core/store/index.ts';
import type { PeerRecord } from '../peers/index.ts';
import type { RightRefusal } from '../streams/index.ts';
import { wakeRequest, type WakeRequest } from './messages.ts';

/** Requests that are carried out: four of each peer at once, then one in ten seconds; 16 of all, then one a second. */
const BUDGET = { each: { burst: 4, perSecond: 1 / 10 }, all: { burst: 16, perSecond: 1 } };

/** Sends the packets that wake the machines of these MAC addresses. @returns number of networks into which they were sent */
export type SendMagicPackets = (cards: readonly string[]) => Promise<number>;

/** Peer that asks. `authorize`: as that of `PromptCaller`; without a request no person is asked. */
export type WakeCaller = Readonly<{
  peerId: PeerId;
  name: string;
  authorize(
    request: RequestText | undefined,
    signal: AbortSignal,
    onWaiting: () => void,
  ): Promise<RightRefusal | undefined>;
}>;

/** Dependencies of `WakeServer`. */
export type WakeServerOptions = Readonly<{
  clock: Clock;
  audit: AuditLog;
  peers: Readonly<{ get(peerId: PeerId): Pick<PeerRecord, 'name' | 'cards'> | undefined }>;
  send: SendMagicPackets;
}>;

/**
 * Wakes machines in the networks of this one for peers with the right `wake`. Holds nothing but the number of their requests. `StreamGate` calls
 * `serve` for each stream that `isWakeRequest` accepts.
 */
export class WakeServer {
  readonly #options: WakeServerOptions;
  readonly #budget: SenderBudget;

  constructor(options: WakeServerOptions) {
    this.#options = options;
    this.#budget = new SenderBudget(options.clock, BUDGET);
  }

  /** Sends the packets that a peer asks for and says into how many networks, or refuses the stream. */
  async serve(stream: IncomingStream, { peerId, name, authorize }: WakeCaller): Promise<void> {
    const { audit, send } = this.#options;
    const request = safeParse(wakeRequest, stream.params);
    if (!request.success) {
      stream.refuse('wake.params', 'the request names no network card');
      return;
    }
    const { cards, ask } = request.data;
    const question = ask === false ? undefined : this.#question(request.data);
    const refusal = await authorize(question, stream.cancelled, () => stream.wait('approval'));
    if (refusal !== undefined) {
      stream.refuse(refusal.code, refusal.message, refusal.retryAfter);
      return;
    }
    if (stream.cancelled.aborted) return;
    if (!this.#budget.take(peerId)) {
      stream.refuse('wake.busy', 'this device was asked to wake machines too often');
      return;
    }
    const networks = await send(cards);
    audit.record('wake.sent', { peer: peerId, name, cards: cards.join(' '), networks });
    if (networks === 0) stream.refuse('wake.no-network', 'this device is in no local network');
    else answerPeer(stream, { networks });
  }

  /** Names the machine only if it has named these cards to this device: otherwise the peer could have another one woken than the person sees. */
  #question({ machine, cards }: WakeRequest): RequestText {
    const known = this.#options.peers.get(machine as PeerId);
    const isItsOwn = known !== undefined && cards.every((card) => known.cards?.includes(card) === true);
    const facts = [{ fact: 'cards', value: cards.join(', ') } as const];
    // One topic for all machines: another one doesn't get around a "Decline".
    return { detail: `wake ${isItsOwn ? known.name : cards.join(', ')}`, facts: isItsOwn ? facts : [], topic: 'wake' };
  }
}
