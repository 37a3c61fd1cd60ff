import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { hasTooManyHops, isFinal, isUnconfirmed, type Receipt } from '#shared/messages/index.ts';
import type { Inbox } from './inbox/inbox.ts';
import type { LoopGuard } from './inbox/loop-guard.ts';
import type { MessageServerOptions } from './inbox/message-server.ts';
import type { OutboxEntry } from './outbox/outbox-entry.ts';
import type { Outbox } from './outbox/outbox.ts';

type OwnDeliveryOptions = Readonly<{
  ownId: PeerId;
  outbox: Outbox;
  inbox: Inbox;
  guard: LoopGuard;
  clock: Clock;
  logger: Logger;
}> &
  Pick<MessageServerOptions, 'unfit'>;

/**
 * Delivers messages between two agents of this device, from one box to the other. After a crash in between it goes on from what both boxes say, like a
 * delivery between devices.
 */
export class OwnDelivery {
  readonly #options: OwnDeliveryOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(options: OwnDeliveryOptions) {
    this.#options = options;
  }

  /** Delivers all that waits. Never rejects: what the disk refuses is tried again with the next message. */
  deliver(): Promise<void> {
    this.#last = this.#last.then(async () => {
      try {
        await this.#deliver();
      } catch (error) {
        this.#options.logger.error('a message could not be stored', { errorCode: errorCode(error) });
      }
    });
    return this.#last;
  }

  /** Stores the state of a message. Never rejects. */
  async receive(receipt: Receipt): Promise<void> {
    const { outbox, ownId, logger } = this.#options;
    try {
      await outbox.receive(ownId, receipt);
    } catch (error) {
      logger.error('a receipt could not be stored', { errorCode: errorCode(error) });
    }
  }

  async #deliver(): Promise<void> {
    const { outbox, inbox, ownId } = this.#options;
    if (outbox.pairsOf(ownId).length === 0) return;
    const { ask } = await outbox.resume(ownId, inbox.resume(ownId));
    for (const id of ask) await outbox.receive(ownId, inbox.outcomeOf(ownId, id));
    for (const pair of outbox.pairsOf(ownId)) {
      for (const entry of pair.pending) {
        const at = { from: pair.fromText, to: pair.toText, epoch: pair.epoch, seq: entry.seq };
        if (isFinal(entry.state)) await inbox.pass(ownId, at);
        else if (isUnconfirmed(entry.state)) await this.#bring(entry);
        outbox.passed(ownId, inbox.resumeOf(ownId, pair.fromText, pair.toText));
      }
    }
  }

  async #bring(entry: OutboxEntry): Promise<void> {
    const { outbox, inbox, guard, clock, ownId, unfit } = this.#options;
    const message = await outbox.read(entry);
    const { id } = message;
    if (inbox.knows(ownId, id)) await inbox.pass(ownId, message);
    else {
      const hops = hasTooManyHops(message) ? 'message.hops' : undefined;
      const code = hops ?? unfit(entry.to.agent)?.code ?? (inbox.hasRoomFor(message) ? undefined : 'message.full');
      if (code === undefined) await inbox.store(ownId, message, guard.count(message) ? 'loop' : undefined);
      else await inbox.pass(ownId, message, { id, outcome: { state: 'refused', code, time: clock.now() } });
    }
    await outbox.receive(ownId, inbox.outcomeOf(ownId, id));
  }
}
