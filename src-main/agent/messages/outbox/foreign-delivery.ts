import { fullJitter } from '#shared/back-off.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { isUnconfirmed } from '#shared/messages/index.ts';
import type { ForeignPort } from '../foreign/foreign-port.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { OutboxPair } from './outbox-pair.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import type { Outbox } from './outbox.ts';

/** Pauses after a message had no receipt, ms. An instance that connects ends a pause. */
const BACK_OFF = { first: 5000, longest: 60_000 };

export type ForeignDeliveryOptions = Readonly<{
  peerId: PeerId;
  outbox: Outbox;
  inbox: Pick<Inbox, 'get'>;
  port: ForeignPort;
  clock: Clock;
  logger: Logger;
  random: () => number;
}>;

/**
 * Delivers the messages for one foreign instance through the relay, one after the other, while the relay says that it is connected. The relay keeps
 * nothing: what has no receipt stays in the outbox and is sent again with the same ID.
 */
export class ForeignDelivery {
  readonly #options: ForeignDeliveryOptions;
  #isRunning = false;
  #isWoken = false;
  #isClosed = false;
  #failures = 0;
  #pause: Timer | undefined;

  constructor(options: ForeignDeliveryOptions) {
    this.#options = options;
  }

  /** Called when a message for the instance was queued or withdrawn. */
  wake(): void {
    if (this.#isClosed) return;
    this.#isWoken = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** Called when the instance has connected: it ends a pause. */
  connected(): void {
    this.#endPause();
    this.#failures = 0;
    this.wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#endPause();
  }

  async #run(): Promise<void> {
    const { logger, peerId } = this.#options;
    try {
      while (this.#isWoken && !this.#isClosed) {
        this.#isWoken = false;
        await this.#settleWithdrawn();
        if (this.#pause === undefined) await this.#sendAll();
      }
    } catch (error) {
      logger.error('a message to an instance could not be settled', { peer: peerId, errorCode: errorCode(error) });
      this.#rest(undefined);
    } finally {
      this.#isRunning = false;
    }
  }

  /** Nothing is on its way now, so what was withdrawn is settled: as `lost` if the instance may have it. Begins new runs of numbers where the disk has refused one. */
  async #settleWithdrawn(): Promise<void> {
    const { outbox, peerId } = this.#options;
    const pairs = outbox.pairsOf(peerId).map((pair) => ({ ...addressesOf(pair), last: pair.confirmed }));
    await outbox.resume(peerId, { type: 'resume', pairs });
    for (const pair of outbox.pairsOf(peerId))
      for (const { id, withdrawn } of pair.pending)
        if (withdrawn !== undefined) await outbox.receive(peerId, { type: 'receipt', id, state: 'unknown' });
  }

  async #sendAll(): Promise<void> {
    const { outbox, peerId, port } = this.#options;
    for (const pair of outbox.pairsOf(peerId))
      for (const entry of pair.pending) {
        if (this.#isClosed) return;
        if (isUnconfirmed(entry.state)) {
          // One that is being withdrawn wakes this again.
          if (entry.withdrawn !== undefined || entry.settling > 0) break;
          if (!port.isOnline(peerId)) return;
          if (!(await this.#send(entry))) return;
        }
        outbox.passed(peerId, { type: 'resume', pairs: [{ ...addressesOf(pair), last: entry.seq }] });
      }
  }

  /** @returns false if it has to be sent again later */
  async #send(entry: OutboxEntry): Promise<boolean> {
    const { clock, outbox, inbox, peerId, port } = this.#options;
    const { id, from, to, body, reply_to: replyTo } = await outbox.read(entry);
    const answered = replyTo === undefined ? undefined : inbox.get(replyTo);
    const isOfInstance = answered?.from.device === peerId;
    const { mayBeThere } = entry;
    await outbox.sending(entry);
    // It was taken back while the disk was busy. What settles it wakes this again.
    if (entry.withdrawn !== undefined || entry.settling > 0 || !isUnconfirmed(entry.state)) {
      if (!mayBeThere) outbox.notSent(entry);
      return false;
    }
    outbox.sent(entry);
    const outcome = await port.send(peerId, {
      id,
      from,
      to: to.slice(to.indexOf('/') + 1),
      body,
      replyTo: isOfInstance ? answered?.foreign?.id : undefined,
    });
    if (outcome.kind === 'later') {
      if (!mayBeThere && !outcome.mayBeThere) outbox.notSent(entry);
      this.#rest(outcome.wait);
      return false;
    }
    this.#failures = 0;
    const refusal = outcome.kind === 'refused' ? { code: outcome.code } : {};
    await outbox.receive(peerId, { type: 'receipt', id, state: outcome.kind, time: clock.now(), ...refusal });
    return true;
  }

  #rest(wait = 0): void {
    if (this.#isClosed) return;
    this.#failures += 1;
    const pause = Math.max(wait, fullJitter(this.#failures, BACK_OFF, this.#options.random));
    this.#pause = this.#options.clock.setTimer(pause, () => {
      this.#pause = undefined;
      this.wake();
    });
  }

  #endPause(): void {
    this.#pause?.cancel();
    this.#pause = undefined;
  }
}

function addressesOf({ fromText: from, toText: to, epoch }: OutboxPair): { from: string; to: string; epoch: string } {
  return { from, to, epoch };
}
