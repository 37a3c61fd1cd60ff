import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { PairingError, type Mailbox } from '#shared/pairing/index.ts';
import { NAMES_MAILBOXES, RELAY_LIMITS, type AgentMessage, type RelayMessage } from '#shared/relay-api/index.ts';
import { RelayClientError, protocolError } from './errors.ts';
import { RelayMailbox } from './relay-mailbox.ts';
import type { Requests } from './requests.ts';

/** Messages of the relay about a mailbox. */
export type MailboxMessage = Extract<RelayMessage, { type: 'mailbox-joined' | 'mailbox-message' | 'mailbox-closed' }>;

/** Mailbox that an inviter has opened. */
export type OpenedMailbox = Readonly<{
  /** Four characters; undefined for an invitation by link. */
  nameplate: string | undefined;
  /** Lifetime, ms. */
  expiresIn: number;
  mailbox: Mailbox;
  /** Resolves when a joiner has claimed the mailbox; rejects with a `PairingError` if the mailbox closes first. */
  joined: Promise<void>;
}>;

/** Mailbox that a joiner has claimed. */
export type ClaimedMailbox = Readonly<{
  /** 16 random bytes from the inviter. */
  deposit: Uint8Array;
  mailbox: Mailbox;
}>;

/** Nameplate of a code, or mailbox name of a link. */
export type ClaimTarget = Readonly<{ nameplate: string }> | Readonly<{ mailbox: string }>;

type Current = Readonly<{
  box: RelayMailbox;
  inviter: boolean;
  joined(): void;
  failed(error: PairingError): void;
  timer: Timer | undefined;
}>;

/**
 * Opens or claims the pairing mailboxes of one control connection and passes on their messages. A connection has at most two, one at a relay of an
 * earlier version. Used by `RelayClient` and `connectAsJoiner`. In memory only.
 */
export class MailboxClient {
  readonly #requests: Requests;
  readonly #clock: Clock;
  readonly #send: (message: AgentMessage) => void;
  /** Mailboxes by the number of the request that opened or claimed them. */
  readonly #current = new Map<number, Current>();
  /** Mailboxes that have ended here. Messages that the relay sent before it knew are dropped. */
  readonly #ended = new Set<number>();
  #asking = 0;
  #version = 1;

  constructor(requests: Requests, clock: Clock, send: (message: AgentMessage) => void) {
    this.#requests = requests;
    this.#clock = clock;
    this.#send = send;
  }

  /** True if the relay holds a code and a link of this device beside each other. */
  get holdsTwo(): boolean {
    return this.#version >= NAMES_MAILBOXES;
  }

  /** Called when the control connection is up. @param version version of its protocol */
  connected(version: number): void {
    this.#version = version;
  }

  /** Opens a mailbox for an invitation: by name for a link, otherwise with a nameplate. */
  open(options: Readonly<{ mailbox?: string; deposit: Uint8Array }>): Promise<OpenedMailbox> {
    const { mailbox, deposit } = options;
    return this.#ask(() =>
      this.#requests.ask(
        'mailbox-opened',
        (request) => {
          const form = mailbox === undefined ? {} : { mailbox };
          this.#send({ type: 'mailbox-open', request, deposit: toBase64Url(deposit), ...form });
        },
        (answer) => {
          if ((answer.nameplate === undefined) !== (mailbox !== undefined)) {
            throw protocolError('a mailbox of the other form');
          }
          const expiresIn = Math.min(answer.expiresIn, RELAY_LIMITS.mailboxLife);
          const { box, joined } = this.#start(answer.request, true, expiresIn);
          return { nameplate: answer.nameplate, expiresIn, mailbox: box, joined };
        },
      ),
    );
  }

  /** Claims the mailbox of an invitation. */
  claim(target: ClaimTarget): Promise<ClaimedMailbox> {
    return this.#ask(() =>
      this.#requests.ask(
        'mailbox-claimed',
        (request) => this.#send({ type: 'mailbox-claim', request, ...target }),
        (answer) => ({
          deposit: fromBase64Url(answer.deposit),
          mailbox: this.#start(answer.request, false, undefined).box,
        }),
      ),
    );
  }

  /** Handles a message of the relay about a mailbox. @throws {RelayClientError} `relay.protocol` if no open mailbox explains the message */
  handle(message: MailboxMessage): void {
    const current = this.#addressed(message);
    if (current === undefined) return;
    switch (message.type) {
      case 'mailbox-joined':
        if (!current.inviter) throw protocolError('unexpected mailbox-joined');
        current.joined();
        return;
      case 'mailbox-message':
        current.box.deliver(fromBase64Url(message.body));
        return;
      case 'mailbox-closed':
        current.box.ended(closedError(message.reason));
    }
  }

  /** Ends the mailboxes. Called when the control connection is lost. */
  lost(): void {
    for (const { box } of this.#current.values())
      box.ended(new PairingError('pairing.interrupted', 'the connection to the relay broke'));
    this.#ended.clear();
  }

  /** Returns the mailbox that a message is about; undefined if it has ended here. */
  #addressed({ type, box }: MailboxMessage): Current | undefined {
    if (this.holdsTwo && box === undefined) throw protocolError(`${type} without its mailbox`);
    // Without numbers there is one at most.
    const current = box === undefined ? [...this.#current.values()][0] : this.#current.get(box);
    const hasEnded = box === undefined ? this.#ended.size > 0 : this.#ended.has(box);
    if (current === undefined && !hasEnded) throw protocolError(`unexpected ${type}`);
    return current;
  }

  async #ask<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (this.#asking + this.#current.size >= (this.holdsTwo ? RELAY_LIMITS.mailboxesPerDevice : 1)) {
      throw new RelayClientError('relay.mailbox', 'another pairing is already running');
    }
    this.#asking += 1;
    try {
      return await ask();
    } finally {
      this.#asking -= 1;
    }
  }

  #start(
    number: number,
    inviter: boolean,
    expiresIn: number | undefined,
  ): Readonly<{ box: RelayMailbox; joined: Promise<void> }> {
    const { promise: joined, resolve, reject } = Promise.withResolvers<void>();
    // A rejection that no one awaits must not end the process.
    joined.catch(() => undefined);
    const send = (message: Extract<AgentMessage, { type: 'mailbox-send' | 'mailbox-close' }>): void =>
      this.#send(this.holdsTwo ? { ...message, box: number } : message);
    const box = new RelayMailbox(send, (error) => {
      const current = this.#current.get(number);
      current?.timer?.cancel();
      current?.failed(error);
      this.#current.delete(number);
      this.#ended.add(number);
    });
    const expired = (): void => box.ended(new PairingError('pairing.expired', 'the mailbox has expired'));
    const timer = expiresIn === undefined ? undefined : this.#clock.setTimer(expiresIn, expired);
    this.#current.set(number, { box, inviter, timer, joined: resolve, failed: reject });
    return { box, joined };
  }
}

function closedError(reason: Extract<MailboxMessage, { type: 'mailbox-closed' }>['reason']): PairingError {
  if (reason === 'expired') return new PairingError('pairing.expired', 'the relay says that the mailbox has expired');
  return new PairingError('pairing.interrupted', `the mailbox was closed: ${reason}`);
}
