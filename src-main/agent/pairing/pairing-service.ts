import type { Right } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { DeviceIdentity, EnrolledRole, PeerId } from '#shared/identity/index.ts';
import {
  createCodeSecret,
  createPairingLink,
  deriveLink,
  formatCode,
  invite,
  join,
  PairingError,
  parseCode,
  parsePairingLink,
  SpentCodes,
  type Mailbox,
  type PairingContext,
  type PairingOutcome,
  type PairingWords,
} from '#shared/pairing/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import { JoinerRegistration } from './joiner-registration.ts';

/** Number of wrong codes in a row after which only links, which can't be guessed, are offered (PROTOCOL section 2). */
const MOST_CODE_FAILURES = 3;
/** Most open invitations. Each holds a mailbox at the relay. */
const MOST_INVITATIONS = 4;
/** Time for which an invitation's outcome is kept for a user interface that asks late, ms. */
const RESULT_KEPT = 10 * 60_000;
/** Time for which an invitation stays open after the window or command that shows its code has closed, ms. Another one may ask for it meanwhile. */
const UNWATCHED_LIFE = 3000;

/** Step of a running pairing: the other device has joined, or confirms the keys. */
export type PairingProgress = 'joined' | 'confirming';

/** Relay connection that an inviter uses. */
export type InviterRelay = Readonly<{
  url: string;
  relayKey: Uint8Array;
  tlsPin: Uint8Array | undefined;
  /** Project into which new devices are enrolled, 32 hexadecimal digits. */
  project: string;
  /** Returns the serial of the next enrolment, above those of all earlier enrolments and removals. */
  nextSerial(): number;
  openMailbox(request: {
    mailbox?: string;
    deposit: Uint8Array;
  }): Promise<{ nameplate: string | undefined; expiresIn: number; mailbox: Mailbox; joined: Promise<void> }>;
  /** True if the relay supports pending members, which may not invite other devices. */
  knowsPending: boolean;
  /** Stores an enrolment that is about to be sent to the joiner. */
  addEnrolment(member: PeerId, role: EnrolledRole, enrolment: Uint8Array): void;
  enrol(enrolment: Uint8Array): Promise<void>;
  /** Revokes a membership; later if the relay is unreachable now. */
  removeMember(member: PeerId): Promise<void>;
}>;

/** Relay connection over which a joiner claims one mailbox. */
export type JoinerRelay = Readonly<{
  url: string;
  relayKey: Uint8Array;
  tlsPin: Uint8Array | undefined;
  claimMailbox(
    request: { nameplate: string } | { mailbox: string },
  ): Promise<{ deposit: Uint8Array; mailbox: Mailbox }>;
  close(): void;
}>;

/** Relay that an invitation link names. `tlsPin`: SHA-256 of the relay's TLS key. */
export type JoinTarget = Readonly<{ url: string; relayKey: Uint8Array; tlsPin: Uint8Array | undefined }>;

export type PairingServiceOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  audit: AuditLog;
  deviceName(): string;
  /** Returns the trust in a device: `paired` for a peer, `compared` if a person has also confirmed its pairing words. */
  trust(peer: PeerId): 'unknown' | 'paired' | 'compared';
  /** Returns the relay connection for an invitation. @throws {ClawReachError} the relay's problem if this device is not online */
  inviterRelay(): InviterRelay;
  /** Connects to the relay that a link names; for a code (undefined target) to the configured relay. */
  joinerRelay(target: JoinTarget | undefined, signal: AbortSignal): Promise<JoinerRelay>;
  /** Pins the joiner, provisionally until the joiner has pinned this device too. */
  pinJoiner(outcome: PairingOutcome, grants: readonly Right[]): JoinerPin;
  /** Pins the inviter and stores its relay. If that fails, it throws and stores neither. */
  pinInviter(outcome: PairingOutcome, grants: readonly Right[], relay: JoinerRelay): void;
}>;

/** Inviter's provisional pin of the joiner. */
export type JoinerPin = Readonly<{
  /** Makes the pin permanent: the joiner has pinned this device. */
  confirm(): void;
  /** Removes the pin: the joiner has not pinned this device. */
  undo(): void;
}>;

/** New peer, and the words that both people compare. */
export type PairingDone = Readonly<{ peer: PeerId; words: PairingWords }>;

type Invitation = {
  readonly abort: AbortController;
  readonly outcome: Promise<PairingDone>;
  step: PairingProgress | undefined;
  readonly listeners: Set<(step: PairingProgress) => void>;
  /** True if the outcome is known and is kept only for a late user interface. */
  over: boolean;
};

/**
 * Pairs devices by code or link, as inviter and as joiner: creates codes and links, runs the pairing protocol over a mailbox at the relay, and pins
 * the other device through `pinJoiner` or `pinInviter`. One per agent: the pairing module creates it and answers the app API's `pairing.*` calls with
 * it. As inviter it also enrols the joiner at the relay. Writes audit entries; invitations are in memory only.
 */
export class PairingService {
  readonly #options: PairingServiceOptions;
  readonly #invitations = new Map<number, Invitation>();
  /** Codes that were already tried. Each can be tried once. */
  readonly #spent = new SpentCodes();
  #nextPairing = 1;
  #codeFailures = 0;

  constructor(options: PairingServiceOptions) {
    this.#options = options;
  }

  /**
   * Opens a mailbox, returns its code or link, and waits for the joiner in the background.
   * @param asker aborted when the window or command that shows the code has closed. An unused invitation then ends, so that a code that no one sees
   * doesn't stay valid or block the next one
   * @throws {PairingError} `pairing.use-link` after three wrong codes, `pairing.too-many` with four open invitations; errors of the relay
   */
  async invite(
    grants: readonly Right[],
    form: 'code' | 'link',
    asker?: AbortSignal,
  ): Promise<{ pairing: number; code: string | null; link: string | null; pin: string | null; expiresAt: number }> {
    const { crypto, clock } = this.#options;
    if (form === 'code' && this.#codeFailures >= MOST_CODE_FAILURES) {
      throw new PairingError('pairing.use-link', 'too many wrong codes; use the link form');
    }
    if ([...this.#invitations.values()].filter((invitation) => !invitation.over).length >= MOST_INVITATIONS) {
      throw new PairingError('pairing.too-many', 'too many open invitations');
    }
    const relay = this.#options.inviterRelay();
    const pin = relay.tlsPin === undefined ? null : toHex(relay.tlsPin);
    const deposit = crypto.randomBytes(16);
    if (form === 'link') {
      const secret = crypto.randomBytes(16);
      const derived = deriveLink(crypto, secret);
      const opened = await relay.openMailbox({ mailbox: derived.mailbox, deposit });
      const link = createPairingLink({
        relayUrl: relay.url,
        relayKey: relay.relayKey,
        ...(relay.tlsPin === undefined ? {} : { tlsPin: relay.tlsPin }),
        inviter: this.#options.identity.peerId,
        secret,
      });
      const pairing = this.#start(relay, opened, grants, { kind: 'link', psk: derived.psk, ownSid: deposit });
      this.#endWith(asker, pairing);
      return { pairing, code: null, link, pin, expiresAt: clock.now() + opened.expiresIn };
    }
    const created = createCodeSecret(crypto);
    const opened = await relay.openMailbox({ deposit });
    if (opened.nameplate === undefined) throw new PairingError('pairing.interrupted', 'the relay gave no nameplate');
    const code = formatCode(opened.nameplate, created.text);
    const method = { kind: 'code', nameplate: opened.nameplate, secret: created.secret, ownSid: deposit } as const;
    const pairing = this.#start(relay, opened, grants, method);
    this.#endWith(asker, pairing);
    return { pairing, code, link: null, pin, expiresAt: clock.now() + opened.expiresIn };
  }

  /** Waits for an invitation's outcome. @throws {PairingError} `pairing.unknown`, or the reason of the failure */
  async result(
    pairing: number,
    signal: AbortSignal,
    onProgress: (step: PairingProgress) => void,
  ): Promise<PairingDone> {
    const invitation = this.#invitations.get(pairing);
    if (invitation === undefined) throw new PairingError('pairing.unknown', 'no such invitation');
    if (invitation.step !== undefined) onProgress(invitation.step);
    invitation.listeners.add(onProgress);
    try {
      return await untilAborted(invitation.outcome, signal);
    } finally {
      invitation.listeners.delete(onProgress);
    }
  }

  /** Ends an invitation. Does nothing if the ID is unknown. */
  cancel(pairing: number): void {
    this.#invitations.get(pairing)?.abort.abort();
    this.#invitations.delete(pairing);
  }

  /**
   * Joins with a code or a link that a person has entered. Uses the connection to that relay, or a temporary one, and pins the inviter.
   * @throws {PairingError} the code or link is invalid, or the pairing fails; errors of the relay and of `pinInviter`
   */
  async join(
    codeOrLink: string,
    grants: readonly Right[],
    signal: AbortSignal,
    onProgress: (step: PairingProgress) => void,
  ): Promise<PairingDone> {
    const { crypto } = this.#options;
    if (codeOrLink.trim().toLowerCase().startsWith('clawreach:')) {
      const link = parsePairingLink(codeOrLink.trim());
      const derived = deriveLink(crypto, link.secret);
      const relay = await this.#options.joinerRelay(
        { url: link.relayUrl, relayKey: link.relayKey, tlsPin: link.tlsPin },
        signal,
      );
      return await this.#join(relay, { mailbox: derived.mailbox }, grants, signal, onProgress, (deposit) => ({
        kind: 'link',
        psk: derived.psk,
        inviter: link.inviter,
        inviterSid: deposit,
      }));
    }
    const code = parseCode(codeOrLink, this.#spent);
    const relay = await this.#options.joinerRelay(undefined, signal);
    return await this.#join(relay, { nameplate: code.nameplate }, grants, signal, onProgress, (deposit) => ({
      kind: 'code',
      nameplate: code.nameplate,
      secret: code.secret,
      inviterSid: deposit,
    }));
  }

  close(): void {
    for (const pairing of this.#invitations.keys()) this.cancel(pairing);
  }

  #endWith(asker: AbortSignal | undefined, pairing: number): void {
    const left = (): void => {
      this.#options.clock.setTimer(UNWATCHED_LIFE, () => {
        const invitation = this.#invitations.get(pairing);
        // An invitation that another connection waits for, or that the joiner has started, goes on.
        if (invitation === undefined || invitation.over || invitation.listeners.size > 0) return;
        if (invitation.step === undefined) this.cancel(pairing);
      });
    };
    if (asker?.aborted === true) left();
    else asker?.addEventListener('abort', left, { once: true });
  }

  #start(
    relay: InviterRelay,
    opened: Awaited<ReturnType<InviterRelay['openMailbox']>>,
    grants: readonly Right[],
    method: Parameters<typeof invite>[0]['method'],
  ): number {
    this.#options.audit.record('pairing.started', { side: 'inviter', form: method.kind });
    const pairing = this.#nextPairing;
    this.#nextPairing += 1;
    const abort = new AbortController();
    const listeners = new Set<(step: PairingProgress) => void>();
    const report = (step: PairingProgress): void => {
      invitation.step = step;
      for (const listener of listeners) listener(step);
    };
    const outcome = this.#runInvitation(relay, opened, grants, method, abort.signal, report);
    const invitation: Invitation = { abort, outcome, step: undefined, listeners, over: false };
    this.#invitations.set(pairing, invitation);
    outcome
      .then(
        () => {
          this.#codeFailures = 0;
        },
        (error: unknown) => {
          if (errorCode(error) === 'pairing.wrong-code') this.#codeFailures += 1;
          this.#options.audit.record('pairing.failed', { side: 'inviter', code: errorCode(error) });
        },
      )
      .finally(() => {
        invitation.over = true;
        this.#options.clock.setTimer(RESULT_KEPT, () => this.#invitations.delete(pairing));
      })
      .catch(() => undefined);
    return pairing;
  }

  async #runInvitation(
    relay: InviterRelay,
    opened: Awaited<ReturnType<InviterRelay['openMailbox']>>,
    grants: readonly Right[],
    method: Parameters<typeof invite>[0]['method'],
    signal: AbortSignal,
    onProgress: (step: PairingProgress) => void,
  ): Promise<PairingDone> {
    const inviting = new JoinerRegistration(this.#options, relay, grants, 'pending');
    const outcome = await invite({
      ...this.#context(relay.relayKey, opened.mailbox, signal, onProgress),
      method,
      grants,
      ...inviting.options,
    }).catch((error: unknown) => {
      inviting.fail();
      throw ownCause(error);
    });
    await inviting.finish();
    return { peer: outcome.peer.peerId, words: outcome.words };
  }

  async #join(
    relay: JoinerRelay,
    claim: Parameters<JoinerRelay['claimMailbox']>[0],
    grants: readonly Right[],
    signal: AbortSignal,
    onProgress: (step: PairingProgress) => void,
    method: (deposit: Uint8Array) => Parameters<typeof join>[0]['method'],
  ): Promise<PairingDone> {
    const { audit } = this.#options;
    audit.record('pairing.started', { side: 'joiner', form: 'mailbox' in claim ? 'link' : 'code' });
    try {
      const claimed = await relay.claimMailbox(claim);
      const outcome = await join({
        ...this.#context(relay.relayKey, claimed.mailbox, signal, onProgress),
        method: method(claimed.deposit),
        grants,
        store: (joined) => this.#options.pinInviter(joined, grants, relay),
      });
      return { peer: outcome.peer.peerId, words: outcome.words };
    } catch (error) {
      const own = ownCause(error);
      audit.record('pairing.failed', { side: 'joiner', code: errorCode(own) });
      throw own;
    } finally {
      relay.close();
    }
  }

  #context(
    relayKey: Uint8Array,
    mailbox: Mailbox,
    signal: AbortSignal,
    onProgress: (step: PairingProgress) => void,
  ): PairingContext {
    const { crypto, identity, clock } = this.#options;
    return { crypto, identity, clock, name: this.#options.deviceName(), relayKey, mailbox, signal, onProgress };
  }
}

async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) throw new PairingError('pairing.cancelled', 'cancelled');
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(new PairingError('pairing.cancelled', 'cancelled'));
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Returns the cause of a `pairing.failed` error if it lies in this device, such as a file that can't be written, since a person here can solve it;
 * otherwise the error itself.
 */
function ownCause(error: unknown): unknown {
  return error instanceof ClawReachError && error.code === 'pairing.failed' && error.cause instanceof ClawReachError
    ? error.cause
    : error;
}
