import { addressGroup } from '#shared/forward/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import {
  decodeDirectClaim,
  encodeDeposit,
  isHello,
  PairingError,
  type DirectClaim,
  type Mailbox,
} from '#shared/pairing/index.ts';
import { parseAddress, type IncomingPath } from '../../direct/index.ts';
import { SenderBudget } from '#shared/sender-budget.ts';
import { ChannelMailbox } from './channel-mailbox.ts';
import { DIRECT_PAIRING_LIMITS } from './limits.ts';

/** Claim that was answered, whose joiner hasn't sent its hello yet. */
type Waiting = Readonly<{ group: string; mailbox: ChannelMailbox; timer: Timer }>;

/**
 * Open invitations of this device on its port for direct connections (PROTOCOL section 2.4). Only a claim that names an open invitation gets an
 * answer; everything else meets the silence of the port. An invitation serves the first joiner that sends a well-formed hello, and no other. Limits
 * the claims of an address and of all. Used by `PairingService`.
 */
export class DirectInvitations {
  readonly #clock: Clock;
  readonly #budget: SenderBudget;
  readonly #open = new Map<string, OpenInvitation>();
  readonly #onChange: () => void;

  /** @param onChange called when `nameplates` has changed */
  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    const { each, all } = DIRECT_PAIRING_LIMITS;
    this.#budget = new SenderBudget(clock, { each, all });
  }

  /** Nameplates of the codes that are open. */
  get nameplates(): readonly string[] {
    return [...this.#open.values()].flatMap(({ claim }) => (claim.kind === 'code' ? [claim.nameplate] : []));
  }

  /** Opens an invitation. @returns its mailbox, which is open until it is closed or a joiner's pairing ends */
  open(claim: DirectClaim, deposit: Uint8Array): Mailbox {
    const key = keyOf(claim);
    const invitation = new OpenInvitation(this.#clock, claim, deposit, () => {
      if (this.#open.get(key) !== invitation) return;
      this.#open.delete(key);
      this.#onChange();
    });
    this.#open.set(key, invitation);
    this.#onChange();
    return invitation;
  }

  /** Handles an incoming connection that begins with a claim. */
  handle(incoming: IncomingPath): void {
    const claim = decodeDirectClaim(incoming.message1);
    const group = addressGroup(parseAddress(incoming.address)?.host ?? incoming.address);
    const invitation = claim === undefined ? undefined : this.#open.get(keyOf(claim));
    if (!this.#budget.take(group) || invitation === undefined) incoming.drop();
    else invitation.answer(incoming, group);
  }
}

/** One open invitation, as the mailbox of its pairing: it holds the connections of those who have claimed it until one of them sends a hello. */
class OpenInvitation implements Mailbox {
  readonly claim: DirectClaim;
  readonly #clock: Clock;
  readonly #deposit: Uint8Array;
  readonly #waiting = new Set<Waiting>();
  readonly #claimed: Promise<Readonly<{ mailbox: ChannelMailbox; hello: Uint8Array }>>;
  #settle: (joiner: Readonly<{ mailbox: ChannelMailbox; hello: Uint8Array }>) => void = () => undefined;
  #fail: (error: PairingError) => void = () => undefined;
  #onOver: () => void;
  #joiner: ChannelMailbox | undefined;
  #helloRead = false;
  #closed = false;

  /** @param onOver called when the invitation takes no more claims */
  constructor(clock: Clock, claim: DirectClaim, deposit: Uint8Array, onOver: () => void) {
    this.#clock = clock;
    this.claim = claim;
    this.#deposit = deposit;
    this.#onOver = onOver;
    this.#claimed = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    this.#claimed.catch(() => undefined);
  }

  /** Answers a claim, and waits for the joiner's hello. */
  answer(incoming: IncomingPath, group: string): void {
    const { hello, waiting: most, waitingPerAddress } = DIRECT_PAIRING_LIMITS;
    const ofGroup = [...this.#waiting].filter((waiting) => waiting.group === group);
    // The oldest goes, since a joiner sends its hello at once.
    if (ofGroup.length >= waitingPerAddress) this.#drop(ofGroup[0]);
    if (this.#waiting.size >= most) this.#drop([...this.#waiting][0]);
    const mailbox = new ChannelMailbox(incoming.accept(encodeDeposit(this.#deposit)));
    const waiting: Waiting = { group, mailbox, timer: this.#clock.setTimer(hello, () => this.#drop(waiting)) };
    this.#waiting.add(waiting);
    mailbox.receive().then(
      (body) => this.#take(waiting, body),
      () => this.#drop(waiting),
    );
  }

  send(body: Uint8Array): void {
    this.#joiner?.send(body);
  }

  async receive(signal?: AbortSignal): Promise<Uint8Array> {
    if (this.#helloRead) return await (await this.#claimed).mailbox.receive(signal);
    const { hello } = await untilAborted(this.#claimed, signal);
    this.#helloRead = true;
    return hello;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#end();
    this.#joiner?.close();
    this.#fail(new PairingError('pairing.interrupted', 'the invitation is closed'));
  }

  #take(waiting: Waiting, hello: Uint8Array): void {
    const isFirst = this.#joiner === undefined && !this.#closed && this.#waiting.has(waiting);
    if (!isFirst || !isHello(hello, this.claim.kind)) {
      this.#drop(waiting);
      return;
    }
    waiting.timer.cancel();
    this.#waiting.delete(waiting);
    this.#joiner = waiting.mailbox;
    this.#end();
    this.#settle({ mailbox: waiting.mailbox, hello });
  }

  /** Ends the waiting claims, and takes no more. */
  #end(): void {
    for (const waiting of this.#waiting) this.#drop(waiting);
    this.#onOver();
    this.#onOver = () => undefined;
  }

  #drop(waiting: Waiting | undefined): void {
    if (waiting === undefined || !this.#waiting.delete(waiting)) return;
    waiting.timer.cancel();
    waiting.mailbox.close();
  }
}

function keyOf(claim: DirectClaim): string {
  return claim.kind === 'code' ? `code ${claim.nameplate}` : `link ${claim.mailbox}`;
}

/** Waits for the promise or the signal. Rejects with `pairing.interrupted` when the signal aborts first. */
function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new PairingError('pairing.interrupted', 'no longer waited for'));
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal?.removeEventListener('abort', stop));
  });
}
