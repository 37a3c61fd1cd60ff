import type { BrowserLife, CallOutput, Right } from '#shared/app-api/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { equalBytes, toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { DeviceIdentity, EnrolledRole, PeerId } from '#shared/identity/index.ts';
import {
  createCodeSecret,
  createNameplate,
  createPairingLink,
  deriveCodeMailbox,
  deriveLink,
  formatCode,
  invite,
  join,
  MOST_LINK_ADDRESSES,
  PairingError,
  parseCode,
  parsePairingLink,
  SpentCodes,
  type BrowserMark,
  type Mailbox,
  type PairingContext,
  type PairingOutcome,
  type PairingWords,
  type DirectClaim,
} from '#shared/pairing/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import { DirectInvitations } from './direct/direct-invitations.ts';
import { DirectJoiner, type ClaimedDirect } from './direct/direct-joiner.ts';
import { findInviter, type NameLookup } from './direct/inviter-address.ts';
import { DIRECT_PAIRING_LIMITS } from './direct/limits.ts';
import type { PairingNetwork } from '../network/index.ts';
import { JoinerRegistration } from './joiner-registration.ts';
import { ReturningMailbox } from './returning-mailbox.ts';

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
  /** Signs and stores an enrolment that is about to be sent to the joiner. */
  addEnrolment(member: PeerId, role: EnrolledRole, sign: () => Promise<Uint8Array>): Promise<Uint8Array>;
  enrol(enrolment: Uint8Array): Promise<void>;
  /** Revokes a membership; later if the relay is unreachable now. */
  removeMember(member: PeerId): Promise<void>;
}>;

/** Relay of this device that can't be reached now. */
export type AwayRelay = Readonly<{
  url: string;
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
  /** Returns the relay while it can't be reached and is tried again; undefined if it works, if there is none, or if a person has to act first. */
  awayRelay(): AwayRelay | undefined;
  /** Waits until the relay can be reached. Rejects when the signal aborts. */
  relayBack(signal: AbortSignal): Promise<InviterRelay>;
  /** Looks up the name of a machine that a person has typed. */
  lookup: NameLookup;
  /** Connects to the relay that a link names; for a code (undefined target) to the configured relay. */
  joinerRelay(target: JoinTarget | undefined, signal: AbortSignal): Promise<JoinerRelay>;
  /** Pins the joiner, provisionally until the joiner has pinned this device too. @param life lifetime that the person has chosen for a browser */
  pinJoiner(outcome: PairingOutcome, grants: readonly Right[], life?: BrowserLife): JoinerPin;
  /**
   * Pins the inviter, and stores the relay of the pairing, or the address and the relay that the inviter named over a direct connection. If that
   * fails, it throws and stores nothing.
   * @param life lifetime that the person has chosen for a browser
   */
  pinInviter(outcome: PairingOutcome, grants: readonly Right[], through: PairedThrough, life?: BrowserLife): void;
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
  /** Codes that were already tried. Each can be tried once. */
  readonly #spent = new SpentCodes();
  readonly #direct: DirectInvitations;
  #nextPairing = 1;
  #codeFailures = 0;

  constructor(options: PairingServiceOptions) {
    this.#options = options;
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
   * reached, a code works on direct connections, and at the relay once it is back.
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

  /**
   * Joins with a code or a link that a person has entered, and pins the inviter. A code is looked for in the local network, then at the relay. Uses
   * the connection to the relay, or a temporary one.
   * @param at address or name of the inviter, with or without a port; undefined: it isn't known
   * @throws {PairingError} the code or link is invalid, no machine answers, or the pairing fails; errors of the relay and of `pinInviter`
   */
  async join(
    codeOrLink: string,
    grants: readonly Right[],
    signal: AbortSignal,
    onProgress: (step: PairingProgress) => void,
    at?: string,
  ): Promise<PairingDone> {
    const { crypto } = this.#options;
    if (codeOrLink.trim().toLowerCase().startsWith('clawreach:')) {
      const link = parsePairingLink(codeOrLink.trim());
      const { mailbox, psk } = deriveLink(crypto, link.secret);
      const { inviter } = link;
      const method = (inviterSid: Uint8Array) => ({ kind: 'link', psk, inviter, inviterSid }) as const;
      if (link.relayUrl === undefined) {
        const claim = { kind: 'link', mailbox } as const;
        const addresses = [...(await this.#addressesOf(at, signal)), ...link.addresses];
        const found = await this.#find(claim, addresses, 0, signal);
        if (found === undefined) throw notFound(addresses);
        return await this.#joinDirect(found, 'link', grants, signal, onProgress, method(found.deposit));
      }
      const target = { url: link.relayUrl, relayKey: link.relayKey, tlsPin: link.tlsPin };
      const relay = await this.#options.joinerRelay(target, signal);
      return await this.#join(relay, { mailbox }, grants, signal, onProgress, method);
    }
    const { nameplate, secret } = parseCode(codeOrLink, this.#spent);
    const method = (inviterSid: Uint8Array) => ({ kind: 'code', nameplate, secret, inviterSid }) as const;
    const hasRelay = this.#options.hasRelay();
    const isRelayNext = hasRelay && this.#options.awayRelay() === undefined;
    const patience = isRelayNext ? DIRECT_PAIRING_LIMITS.searchBeforeRelay : DIRECT_PAIRING_LIMITS.search;
    const addresses = at === undefined ? undefined : await this.#addressesOf(at, signal);
    const found = await this.#find({ kind: 'code', nameplate }, addresses, patience, signal);
    if (found !== undefined)
      return await this.#joinDirect(found, 'code', grants, signal, onProgress, method(found.deposit));
    if (!hasRelay || addresses !== undefined) throw notFound(addresses);
    const claims = [{ nameplate }, { mailbox: deriveCodeMailbox(crypto, nameplate) }] as const;
    for (const claim of claims) {
      const relay = await this.#options.joinerRelay(undefined, signal);
      try {
        return await this.#join(relay, claim, grants, signal, onProgress, method);
      } catch (error) {
        if (!('nameplate' in claim)) throw unknownCode(error);
        // The inviter may have drawn the nameplate itself while its relay was away. Nothing of the secret is used yet.
        if (errorCode(error) !== 'relay.nameplate') throw error;
      }
    }
    throw new TypeError('unreachable');
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

  async #addressesOf(at: string | undefined, signal: AbortSignal): Promise<readonly string[]> {
    const { lookup, clock } = this.#options;
    return at === undefined ? [] : await findInviter(at, { lookup, clock, signal });
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
      addresses: direct === undefined ? [] : [...(this.#options.direct?.addresses() ?? [])],
      ...(away === undefined ? {} : { away: { url: away.url, returns: place !== undefined } }),
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
      ...this.#context(atRelay?.relayKey, mailbox, signal, report),
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

  async #find(
    claim: DirectClaim,
    addresses: readonly string[] | undefined,
    patience: number,
    signal: AbortSignal,
  ): Promise<ClaimedDirect | undefined> {
    const { direct, clock } = this.#options;
    if (direct === undefined) return undefined;
    try {
      return await new DirectJoiner(clock, direct).claim({ claim, addresses, patience, signal });
    } catch (error) {
      if (errorCode(error) !== 'direct.address') throw error;
      const details = { address: addresses?.join(', ') ?? '' };
      throw new PairingError('pairing.address', 'no address of another machine', { cause: error, details });
    }
  }

  async #joinDirect(
    { address, mailbox }: ClaimedDirect,
    form: 'code' | 'link',
    grants: readonly Right[],
    signal: AbortSignal,
    onProgress: (step: PairingProgress) => void,
    method: Parameters<typeof join>[0]['method'],
  ): Promise<PairingDone> {
    const { audit } = this.#options;
    audit.record('pairing.started', { side: 'joiner', form });
    try {
      const outcome = await join({
        ...this.#context(undefined, mailbox, signal, onProgress),
        method,
        grants,
        store: (joined) => this.#options.pinInviter(joined, grants, { address }),
      });
      return { peer: outcome.peer.peerId, words: outcome.words };
    } catch (error) {
      const own = ownCause(error);
      audit.record('pairing.failed', { side: 'joiner', code: errorCode(own) });
      throw own;
    }
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
        store: (joined) => this.#options.pinInviter(joined, grants, { relay }),
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
    relayKey: Uint8Array | undefined,
    mailbox: Mailbox,
    signal: AbortSignal,
    onProgress: (step: PairingProgress) => void,
  ): PairingContext {
    const { crypto, identity, clock, browser, admit } = this.#options;
    const name = this.#options.deviceName();
    return {
      crypto,
      identity,
      clock,
      name,
      relayKey,
      mailbox,
      signal,
      onProgress,
      browser: browser?.(),
      ...(admit && { admit }),
    };
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

/** Returns the error of a code for which the relay has neither of its mailboxes. */
function unknownCode(error: unknown): unknown {
  if (errorCode(error) !== 'relay.mailbox') return error;
  return new PairingError('relay.nameplate', 'the relay knows no such code', { cause: error });
}

/** Returns the error for an invitation that no machine answers for. @param addresses undefined: the local network was searched */
function notFound(addresses: readonly string[] | undefined): PairingError {
  if (addresses === undefined)
    return new PairingError('pairing.not-found', 'no machine in this network shows this code');
  const details = { address: addresses.join(', ') };
  return new PairingError('pairing.not-there', 'no machine at this address shows this code', { details });
}
