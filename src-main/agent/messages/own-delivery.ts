import { fullJitter } from '#shared/back-off.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { hasTooManyHops, isUnconfirmed, type Receipt } from '#shared/messages/index.ts';
import type { Inbox } from './inbox/inbox.ts';
import type { LoopGuard } from './inbox/loop-guard.ts';
import type { MessageServerOptions } from './inbox/message-server.ts';
import type { OutboxEntry } from './outbox/outbox-entry.ts';
import type { Outbox } from './outbox/outbox.ts';

/** Pauses after a disk has refused something, ms. */
const BACK_OFF = { first: 1000, longest: 60_000 };

type OwnDeliveryOptions = Readonly<{
  ownId: PeerId;
  outbox: Outbox;
  inbox: Inbox;
  guard: LoopGuard;
  clock: Clock;
  logger: Logger;
  random: () => number;
}> &
  Pick<MessageServerOptions, 'unfit'>;

/**
 * Delivers messages between two agents of this device, from one box to the other. After a crash or a failure of the disk in between it goes on from what
 * both boxes say, like a delivery between devices.
 */
export class OwnDelivery {
  readonly #options: OwnDeliveryOptions;
  #last: Promise<void> = Promise.resolve();
  /** True until the outbox has heard of all its messages, after a start or a failure: also of those that the inbox has passed. */
  #isAskWanted = true;
  #failures = 0;
  #pause: Timer | undefined;
  #isClosed = false;

  constructor(options: OwnDeliveryOptions) {
    this.#options = options;
  }

  /**
   * Delivers all that waits, and settles what was withdrawn and isn't in the inbox. Never rejects: what the disk refuses is tried again, after longer and
   * longer pauses or with the next message.
   */
  deliver(): Promise<void> {
    this.#last = this.#last.then(async () => {
      this.#pause?.cancel();
      if (this.#isClosed) return;
      try {
        await this.#deliver();
        this.#failures = 0;
      } catch (error) {
        this.#options.logger.error('a message could not be stored', { errorCode: errorCode(error) });
        this.#rest();
      }
    });
    return this.#last;
  }

  /** Stores the state of a message. Never rejects: what the disk refuses is asked for again. */
  async receive(receipt: Receipt): Promise<void> {
    const { outbox, ownId, logger } = this.#options;
    try {
      await outbox.receive(ownId, receipt);
    } catch (error) {
      logger.error('a receipt could not be stored', { errorCode: errorCode(error) });
      this.#rest();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#pause?.cancel();
  }

  #rest(): void {
    const { clock, random } = this.#options;
    this.#pause?.cancel();
    if (this.#isClosed) return;
    this.#isAskWanted = true;
    this.#failures += 1;
    this.#pause = clock.setTimer(fullJitter(this.#failures, BACK_OFF, random), () => void this.deliver());
  }

  async #deliver(): Promise<void> {
    const { outbox, inbox, ownId } = this.#options;
    if (outbox.pairsOf(ownId).length === 0 && !this.#isAskWanted) return;
    this.#isAskWanted = false;
    const { ask } = await outbox.resume(ownId, inbox.resume(ownId));
    for (const id of ask) await outbox.receive(ownId, inbox.outcomeOf(ownId, id));
    for (const pair of outbox.pairsOf(ownId)) {
      for (const entry of pair.pending) {
        const at = { from: pair.fromText, to: pair.toText, epoch: pair.epoch, seq: entry.seq };
        if (isUnconfirmed(entry.state) && !(await this.#bring(entry))) break;
        // It is withdrawn, or came with a number of an earlier run.
        if (!isUnconfirmed(entry.state) && inbox.place(ownId, at) === 'next') await inbox.pass(ownId, at);
        outbox.passed(ownId, inbox.resumeOf(ownId, pair.fromText, pair.toText));
      }
    }
  }

  /** @returns false if the outbox is about to settle it: that wakes this again, and those behind it wait */
  async #bring(entry: OutboxEntry): Promise<boolean> {
    const { outbox, inbox, guard, clock, ownId, unfit } = this.#options;
    const message = await outbox.read(entry);
    const { id } = message;
    if (entry.settling > 0) return false;
    if (entry.withdrawn !== undefined) {
      await outbox.receive(ownId, inbox.outcomeOf(ownId, id));
      return true;
    }
    if (!isUnconfirmed(entry.state)) return true;
    // Before the inbox has it: from here on only the inbox can say that it doesn't.
    outbox.sent(entry);
    if (inbox.knows(ownId, id)) await inbox.pass(ownId, message);
    else {
      const hops = hasTooManyHops(message) ? 'message.hops' : undefined;
      const code = hops ?? unfit(entry.to.agent)?.code ?? (inbox.hasRoomFor(message) ? undefined : 'message.full');
      if (code === undefined) await inbox.store(ownId, message, guard.count(message) ? 'loop' : undefined);
      else await inbox.pass(ownId, message, { id, outcome: { state: 'refused', code, time: clock.now() } });
    }
    await outbox.receive(ownId, inbox.outcomeOf(ownId, id));
    return true;
  }
}
