import type { Right } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import {
  deriveCodeMailbox,
  deriveLink,
  join,
  PairingError,
  parseCode,
  parsePairingLink,
  SpentCodes,
  type DirectClaim,
  type PairingOutcome,
} from '#shared/pairing/index.ts';
import { DirectJoiner, type ClaimedDirect } from './direct/direct-joiner.ts';
import { findInviter } from './direct/inviter-address.ts';
import { DIRECT_PAIRING_LIMITS } from './direct/limits.ts';
import { ownCause, pairingContext } from './pairing-context.ts';
import type { JoinerRelay, PairingDone, PairingProgress, PairingServiceOptions } from './pairing-service.ts';

/** Joining side of pairings by code or link: finds the inviter in the local network or at a relay, and pins it. Used by `PairingService`. */
export class Joiner {
  readonly #options: PairingServiceOptions;
  /** Codes that were already tried. Each can be tried once. */
  readonly #spent = new SpentCodes();

  constructor(options: PairingServiceOptions) {
    this.#options = options;
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
      return await this.#join(relay, { mailbox }, 'link', grants, signal, onProgress, method);
    }
    const { nameplate, secret } = parseCode(codeOrLink, this.#spent);
    const method = (inviterSid: Uint8Array) => ({ kind: 'code', nameplate, secret, inviterSid }) as const;
    const hasRelay = this.#options.hasRelay();
    const away = this.#options.awayRelay();
    // A relay that refuses this device still lets it join there.
    const isRelayNext = hasRelay && (away === undefined || away.problem !== undefined);
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
        return await this.#join(relay, claim, 'code', grants, signal, onProgress, method);
      } catch (error) {
        if (!('nameplate' in claim)) throw unknownCode(error);
        // The inviter may have drawn the nameplate itself while its relay was away. Nothing of the secret is used yet.
        if (errorCode(error) !== 'relay.nameplate') throw error;
      }
    }
    throw new TypeError('unreachable');
  }

  async #addressesOf(at: string | undefined, signal: AbortSignal): Promise<readonly string[]> {
    const { lookup, clock } = this.#options;
    return at === undefined ? [] : await findInviter(at, { lookup, clock, signal });
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
    return await this.#audited(form, () =>
      join({
        ...pairingContext(this.#options, { relayKey: undefined, mailbox, signal, onProgress }),
        method,
        grants,
        store: (joined) => this.#options.pinInviter(joined, grants, { address }),
      }),
    );
  }

  async #join(
    relay: JoinerRelay,
    claim: Parameters<JoinerRelay['claimMailbox']>[0],
    form: 'code' | 'link',
    grants: readonly Right[],
    signal: AbortSignal,
    onProgress: (step: PairingProgress) => void,
    method: (deposit: Uint8Array) => Parameters<typeof join>[0]['method'],
  ): Promise<PairingDone> {
    try {
      return await this.#audited(form, async () => {
        const { mailbox, deposit } = await relay.claimMailbox(claim);
        return await join({
          ...pairingContext(this.#options, { relayKey: relay.relayKey, mailbox, signal, onProgress }),
          method: method(deposit),
          grants,
          store: (joined) => this.#options.pinInviter(joined, grants, { relay }),
        });
      });
    } finally {
      relay.close();
    }
  }

  /** Runs a pairing, whatever way it takes, between its entries in the audit log. @throws the cause on this side, if it is one */
  async #audited(form: 'code' | 'link', pair: () => Promise<PairingOutcome>): Promise<PairingDone> {
    const { audit } = this.#options;
    audit.record('pairing.started', { side: 'joiner', form });
    try {
      const { peer, words } = await pair();
      return { peer: peer.peerId, words };
    } catch (error) {
      const own = ownCause(error);
      audit.record('pairing.failed', { side: 'joiner', code: errorCode(own) });
      throw own;
    }
  }
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
