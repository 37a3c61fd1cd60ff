import type { BrowserOffer, CallOutput, Right } from '#shared/app-api/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { equalBytes, toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { DeviceIdentity, EnrolledRole, PeerId } from '#shared/identity/index.ts';
import {
  createCodeSecret,
  createNameplate,
  createPairingLink,
  deriveCodeMailbox,
  deriveLink,
  formatCode,
  invite,
  MOST_LINK_ADDRESSES,
  PairingError,
  type BrowserMark,
  type Mailbox,
  type PairingOutcome,
  type PairingWords,
  type DirectClaim,
} from '#shared/pairing/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import { DirectInvitations } from './direct/direct-invitations.ts';
import type { NameLookup } from './direct/inviter-address.ts';
import type { PairingNetwork } from '../network/index.ts';
import { Joiner } from './joiner.ts';
import { JoinerRegistration } from './joiner-registration.ts';
import { ownCause, pairingContext } from './pairing-context.ts';
import { ReturningMailbox } from './returning-mailbox.ts';

/** Number of wrong codes in a row after which only links, which can't be guessed, are offered (PROTOCOL section 2). */
const MOST_CODE_FAILURES = 3;
/** Most open invitations. A relay holds two of them. */
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
  /** True if the relay holds a code and a link of this device beside each other; one of an earlier version holds one of them. */
  holdsTwo: boolean;
  /** True if the relay supports pending members, which may not invite other devices. */
  knowsPending: boolean;
  /** Signs and stores an enrolment that is about to be sent to the joiner. */
  addEnrolment(member: PeerId, role: EnrolledRole, sign: () => Promise<Uint8Array>): Promise<Uint8Array>;
  enrol(enrolment: Uint8Array): Promise<void>;
  /** Revokes a membership; later if the relay is unreachable now. */
  removeMember(member: PeerId): Promise<void>;
}>;

/** Relay of this device that can't be used now. */
export type AwayRelay = Readonly<{
  url: string;
  /** Problem that a person has to solve first, such as `relay.removed`; undefined if the relay can't be reached and is tried again. */
  problem?: string;
  /** Key of the relay from an earlier connection; undefined before the first one. */
  relayKey: Uint8Array | undefined;
  /** Relay as this device has seen it since its start; undefined if it hasn't. It signs enrolments, and opens no mailbox. */
  known: InviterRelay | undefined;
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
  /** Returns the mark of this device, which the other side learns; undefined for a machine. */
  browser?: (() => BrowserMark) | undefined;
  /** Called when the other side has said what it is. @throws {PairingError} `pairing.refused` if this device takes no browsers */
  admit?(browser: BrowserMark | undefined): void;
  /** Returns the trust in a device: `paired` for a peer, `compared` if a person has also confirmed its pairing words. */
  trust(peer: PeerId): 'unknown' | 'paired' | 'compared';
  /** Direct connections, for pairings without a relay; undefined: none. */
  direct?: PairingNetwork | undefined;
  /** Reports whether this device has a relay, whatever its state. */
  hasRelay(): boolean;
  /** Returns the relay connection for an invitation. @throws {ClawReachError} the relay's problem if this device is not online */
  inviterRelay(): InviterRelay;
  /** Returns the relay while it can't be used; undefined if it works, or if there is none. */
  awayRelay(): AwayRelay | undefined;
  /** Waits until the relay can be reached. Rejects when the signal aborts. */
  relayBack(signal: AbortSignal): Promise<InviterRelay>;
  /** Looks up the name of a machine that a person has typed. */
  lookup: NameLookup;
  /** Connects to the relay that a link names; for a code (undefined target) to the configured relay. */
  joinerRelay(target: JoinTarget | undefined, signal: AbortSignal): Promise<JoinerRelay>;
  /** Pins the joiner, provisionally until the joiner has pinned this device too. @param life lifetime that the person has chosen for a browser */
  pinJoiner(outcome: PairingOutcome, grants: readonly Right[], life?: BrowserOffer): JoinerPin;
  /**
   * Pins the inviter, and stores the relay of the pairing, or the address and the relay that the inviter named over a direct connection. If that
   * fails, it throws and stores nothing.
   * @param life lifetime that the person has chosen for a browser
   */
  pinInviter(outcome: PairingOutcome, grants: readonly Right[], through: PairedThrough, life?: BrowserOffer): void;
}>;

/** Relay through which a joiner paired, or the address of the inviter on a direct connection. */
export type PairedThrough = Readonly<{ relay: JoinTarget } | { relay?: undefined; address: string }>;

/** Inviter's provisional pin of the joiner. */
export type JoinerPin = Readonly<{
  /** Called when the pairing stands: nothing undoes it any more, though a provisional pin can still lapse. */
  stands(): void;
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

type Method = Exclude<Parameters<typeof invite>[0]['method'], { kind: 'guest' }>;

/** Invitation as user interfaces get it. */
export type OpenInvitation = CallOutput<'pairing.invite'>;

/** Parts of an invitation that is being opened. */
type Opening = Readonly<{
  form: Readonly<{ code?: string; link?: string }>;
  method: Method;
  grants: readonly Right[];
  asker: AbortSignal | undefined;
  relay: InviterRelay | undefined;
  away?: AwayRelay | undefined;
  opened?: Awaited<ReturnType<InviterRelay['openMailbox']>> | undefined;
  claim?: DirectClaim | undefined;
}>;

/** Place of an invitation at a relay: its mailbox, and the relay's key. */
type RelayPlace = Readonly<{ mailbox: Mailbox; relayKey: Uint8Array }>;

/** Parts of an invitation that waits for its joiner. */
type Running = Readonly<{
  /** Returns the relay for the joiner's enrolment. */
  relay: () => InviterRelay | undefined;
  atRelay: RelayPlace | undefined;
  direct: Readonly<{ mailbox: Mailbox; ownSid: Uint8Array }> | undefined;
  grants: readonly Right[];
  method: Method;
  signal: AbortSignal;
  report(step: PairingProgress): void;
}>;

/**
 * Pairs devices by code or link, as inviter and as joiner: creates codes and links, runs the pairing protocol over a mailbox at the relay, and pins
 * the other device through `pinJoiner` or `pinInviter`. One per agent: the pairing module creates it and answers the app API's `pairing.*` calls with
 * it. As inviter it also enrols the joiner at the relay. Writes audit entries; invitations are in memory only.
 */
export class PairingService {
  readonly #options: PairingServiceOptions;
  readonly #invitations = new Map<number, Invitation>();
  readonly #joiner: Joiner;
  readonly #direct: DirectInvitations;
  #nextPairing = 1;
  #codeFailures = 0;

  constructor(options: PairingServiceOptions) {
    this.#options = options;
    this.#joiner = new Joiner(options);
    let changed: () => void = () => undefined;
    const direct = new DirectInvitations(options.clock, () => changed());
    this.#direct = direct;
    changed =
      options.direct?.serve({ handle: (incoming) => direct.handle(incoming), nameplates: () => direct.nameplates }) ??
      changed;
  }

  /**
   * Opens an invitation, returns its code or link, and waits for the joiner in the background. A code works through the relay and on direct
   * connections, at the first of them that a joiner uses. A link names the relay, or this device's addresses if it has none. While the relay can't be
   * reached, a code works on direct connections, and at the relay once it is back; if the relay refuses this device, on direct connections only.
   * @param asker aborted when the window or command that shows the code has closed. An unused invitation then ends, so that a code that no one sees
   * doesn't stay valid or block the next one
   * @throws {PairingError} `pairing.use-link` after three wrong codes, `pairing.too-many` with four open invitations, `pairing.no-way` if this device
   * has no relay and takes no direct connections; errors of the relay
   */
  async invite(grants: readonly Right[], form: 'code' | 'link', asker?: AbortSignal): Promise<OpenInvitation> {
    const { crypto } = this.#options;
    if (form === 'code' && this.#codeFailures >= MOST_CODE_FAILURES) {
      throw new PairingError('pairing.use-link', 'too many wrong codes; use the link form');
    }
    if ([...this.#invitations.values()].filter((invitation) => !invitation.over).length >= MOST_INVITATIONS) {
      throw new PairingError('pairing.too-many', 'too many open invitations');
    }
    const addresses = this.#options.direct?.addresses() ?? [];
    const away = addresses.length === 0 ? undefined : this.#options.awayRelay();
    const relay = away === undefined ? this.#inviterRelay(addresses) : undefined;
    const deposit = crypto.randomBytes(16);
    if (form === 'link') {
      const secret = crypto.randomBytes(16);
      const { mailbox, psk } = deriveLink(crypto, secret);
      const method = { kind: 'link', psk, ownSid: deposit } as const;
      const inviter = this.#options.identity.peerId;
      if (relay === undefined) {
        const link = createPairingLink({ addresses: addresses.slice(0, MOST_LINK_ADDRESSES), inviter, secret });
        return this.#open({ form: { link }, method, grants, asker, relay, away, claim: { kind: 'link', mailbox } });
      }
      const opened = await relay.openMailbox({ mailbox, deposit });
      const { url: relayUrl, relayKey, tlsPin } = relay;
      const link = createPairingLink({
        relayUrl,
        relayKey,
        ...(tlsPin === undefined ? {} : { tlsPin }),
        inviter,
        secret,
      });
      return this.#open({ form: { link }, method, grants, asker, relay, opened });
    }
    const created = createCodeSecret(crypto);
    const opened = await relay?.openMailbox({ deposit });
    const nameplate = relay === undefined ? this.#freeNameplate() : opened?.nameplate;
    if (nameplate === undefined) throw new PairingError('pairing.interrupted', 'the relay gave no nameplate');
    const code = formatCode(nameplate, created.text);
    const method = { kind: 'code', nameplate, secret: created.secret, ownSid: deposit } as const;
    const claim: DirectClaim | undefined = addresses.length === 0 ? undefined : { kind: 'code', nameplate };
    return this.#open({ form: { code }, method, grants, asker, relay, away, opened, claim });
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

  /** Joins with a code or a link, as `Joiner.join`. */
  join(...words: Parameters<Joiner['join']>): Promise<PairingDone> {
    return this.#joiner.join(...words);
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

  /** Returns the relay for an invitation; undefined if there is none, but direct connections. */
  #inviterRelay(addresses: readonly string[]): InviterRelay | undefined {
    if (!this.#options.hasRelay()) {
      if (addresses.length > 0) return undefined;
      throw new PairingError('pairing.no-way', 'there is no relay, and no direct connections are accepted');
    }
    return this.#options.inviterRelay();
  }

  #freeNameplate(): string {
    for (;;) {
      const nameplate = createNameplate(this.#options.crypto);
      if (!this.#direct.nameplates.includes(nameplate)) return nameplate;
    }
  }

  /** Starts an invitation at the relay (`opened`), on direct connections (`claim`), or both. */
  #open({ form, method, grants, asker, relay, away, opened, claim }: Opening): OpenInvitation {
    const { crypto, clock } = this.#options;
    const place = this.#placeAtRelay(method, { relay, away, opened });
    const directSid = place === undefined ? method.ownSid : crypto.randomBytes(16);
    const direct =
      claim === undefined ? undefined : { mailbox: this.#direct.open(claim, directSid), ownSid: directSid };
    const pairing = this.#start({ relay: place?.relay ?? (() => relay ?? away?.known), place, direct, grants, method });
    this.#endWith(asker, pairing);
    return {
      pairing,
      code: form.code ?? null,
      link: form.link ?? null,
      pin: relay?.tlsPin === undefined ? null : toHex(relay.tlsPin),
      expiresAt: clock.now() + (opened?.expiresIn ?? RELAY_LIMITS.mailboxLife),
      relay: relay?.url ?? null,
      ...(place === undefined || (relay ?? away?.known)?.holdsTwo === true ? {} : { alone: true }),
      addresses: direct === undefined ? [] : [...(this.#options.direct?.addresses() ?? [])],
      ...(away === undefined
        ? {}
        : {
            away: {
              url: away.url,
              returns: place !== undefined,
              ...(away.problem === undefined ? {} : { problem: away.problem }),
            },
          }),
    };
  }

  /**
   * Returns the place of an invitation at the relay. The mailbox of a code is opened again when a lost relay is back; one that was drawn while the
   * relay was away is opened then for the first time.
   */
  #placeAtRelay(
    method: Method,
    { relay, away, opened }: Pick<Opening, 'relay' | 'away' | 'opened'>,
  ): (RelayPlace & Readonly<{ relay: () => InviterRelay | undefined }>) | undefined {
    const relayKey = relay?.relayKey ?? away?.relayKey;
    if (relayKey === undefined) return undefined;
    if (method.kind !== 'code')
      return opened === undefined ? undefined : { mailbox: opened.mailbox, relayKey, relay: () => relay };
    let current = relay ?? away?.known;
    const id = deriveCodeMailbox(this.#options.crypto, method.nameplate);
    const mailbox = new ReturningMailbox(opened?.mailbox, async (signal) => {
      const back = await this.#options.relayBack(signal);
      // A person has chosen another relay meanwhile, where no one looks for this code.
      if (!equalBytes(back.relayKey, relayKey)) throw new PairingError('pairing.failed', 'another relay');
      const again = await back.openMailbox({ mailbox: id, deposit: method.ownSid });
      current = back;
      return again.mailbox;
    });
    return { mailbox, relayKey, relay: () => current };
  }

  #start({
    relay,
    place: atRelay,
    direct,
    grants,
    method,
  }: Pick<Running, 'relay' | 'direct' | 'grants' | 'method'> & Readonly<{ place: RelayPlace | undefined }>): number {
    this.#options.audit.record('pairing.started', { side: 'inviter', form: method.kind });
    const pairing = this.#nextPairing;
    this.#nextPairing += 1;
    const abort = new AbortController();
    const listeners = new Set<(step: PairingProgress) => void>();
    const report = (step: PairingProgress): void => {
      invitation.step = step;
      for (const listener of listeners) listener(step);
    };
    const outcome = this.#runInvitation({ relay, atRelay, direct, grants, method, signal: abort.signal, report });
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

  async #runInvitation({ relay, atRelay, direct, grants, method, signal, report }: Running): Promise<PairingDone> {
    const mailbox = atRelay?.mailbox ?? direct?.mailbox;
    if (mailbox === undefined) throw new TypeError('an invitation without a mailbox');
    const inviting = new JoinerRegistration(this.#options, relay, grants, 'pending');
    const outcome = await invite({
      ...pairingContext(this.#options, { relayKey: atRelay?.relayKey, mailbox, signal, onProgress: report }),
      ...(atRelay === undefined || direct === undefined ? {} : { direct }),
      method,
      grants,
      relayOffer: () => {
        const offered = relay();
        return offered && { url: offered.url, relayKey: offered.relayKey, tlsPin: offered.tlsPin };
      },
      ...inviting.options,
    }).catch((error: unknown) => {
      inviting.fail();
      throw ownCause(error);
    });
    await inviting.finish();
    return { peer: outcome.peer.peerId, words: outcome.words };
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
