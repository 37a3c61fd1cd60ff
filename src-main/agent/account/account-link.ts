import type { AccountLinkView, CallInput, CallOutput } from '#shared/app-api/index.ts';
import { equalBytes, fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { signClaim, signClaimEnd } from '#shared/identity/index.ts';
import type { PlatformRoutes } from '#shared/platform/index.ts';
import { relayKeyId } from '#shared/relay-api/index.ts';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { PAGE_PATHS } from '#shared/relay-page/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import type { Core } from '../core/core.ts';
import type { Network, TicketAdmission } from '../network/index.ts';
import { accountLinkError } from './errors.ts';

/** Time in which the relay accepts a claim, s. */
const CLAIM_LIFE = 600;
/** Most characters of an account's name and address. */
const MOST_TEXT = 256;

type ClaimRoute = Extract<keyof PlatformRoutes, `claims.${string}`>;

/**
 * Link between this device's project and an account at its relay. An owner device signs a claim, after a person has seen the account; the account never
 * takes a project. A device that its relay refuses, because it admits devices of accounts only, joins a project of the account. Sends requests to the
 * relay, remembers the account in the settings, and writes the audit log. Used by the handlers of the app API.
 */
export class AccountLink {
  readonly #core: Core;
  readonly #network: Network;
  readonly #admission: TicketAdmission;

  constructor(core: Core, network: Network, admission: TicketAdmission) {
    this.#core = core;
    this.#network = network;
    this.#admission = admission;
  }

  /** Returns the account to which this device has given its project at the present relay. */
  view(): AccountLinkView {
    const { settings } = this.#core;
    const { url, keyId } = this.#network.relay.status;
    const known = settings.value.accountLinks?.find(({ relayKey }) => relayKey === settings.value.relay.relayKey);
    return {
      relay: url === null ? null : { url, keyId },
      owner: this.#network.relay.ownProject !== undefined,
      joins: this.#network.relay.accountsOnly !== undefined,
      link: known === undefined ? null : { account: known.account, linkedAt: known.linkedAt },
    };
  }

  /**
   * Asks the relay whose account created a code.
   * @throws {PlatformError} the relay's error; {AccountLinkError} `account-link.not-owner`, `account-link.unavailable`; {DialError}
   */
  async lookUp(code: string, signal: AbortSignal): Promise<CallOutput<'account.lookUp'>> {
    const refusing = this.#network.relay.accountsOnly;
    const { relayKey, url } = refusing ?? this.#own();
    const { account, expiresAt } = await this.#call('claims.lookUp', { code }, signal);
    const { fromUuid } = await import('#shared/platform/index.ts');
    return {
      account: {
        id: fromUuid(account.id),
        address: cleanDetail(account.email, MOST_TEXT),
        name: cleanDetail(account.name, MOST_TEXT),
      },
      relay: { url, keyId: relayKeyId(this.#core.crypto, relayKey) },
      expiresAt,
      joins: refusing !== undefined,
    };
  }

  /**
   * Signs the claim for the account that a person has accepted, and sends it. At a relay that admits devices of its accounts only, and not this one yet,
   * the code admits this device to a project of the account instead.
   * @param keyId ID of the relay's key that the person has seen
   * @param label name of this device for the people of the project, which the relay can read; undefined: none
   * @throws as `lookUp`; {AccountLinkError} `account-link.relay-changed`; {StoreError}
   */
  async link(
    { code, account, keyId, label }: CallInput<'account.link'>,
    signal: AbortSignal,
  ): Promise<AccountLinkView> {
    const { audit, clock, crypto, identity, settings } = this.#core;
    const refusing = this.#network.relay.accountsOnly;
    const { relayKey, url } = refusing ?? this.#own();
    if (relayKeyId(crypto, relayKey) !== keyId)
      throw accountLinkError('account-link.relay-changed', 'another relay than the person has seen');
    if (refusing !== undefined) {
      await this.#join({ code, label }, relayKey, signal);
      audit.record('account.joined', { url, account: account.id, address: account.address });
      return this.view();
    }
    const { project } = this.#own();
    const claim = await signClaim(identity, {
      relayKey,
      project,
      account: account.id,
      serial: this.#network.relay.nextSerial(),
      notAfter: Math.floor(clock.now() / 1000) + CLAIM_LIFE,
    });
    await this.#call(
      'claims.create',
      { code, claim: toBase64Url(claim), ...(label !== undefined && { label }) },
      signal,
    );
    const link = { relayKey: toBase64Url(relayKey), project, account, linkedAt: clock.now() };
    settings.update((current) => ({
      ...current,
      accountLinks: [...others(current.accountLinks, link.relayKey), link],
    }));
    audit.record('account.linked', { url, account: account.id, address: account.address });
    return this.view();
  }

  /** Has the code admit this device to a project of its account, at the relay whose key the person has compared. */
  async #join(
    { code, label }: Pick<CallInput<'account.link'>, 'code' | 'label'>,
    relayKey: Uint8Array,
    signal: AbortSignal,
  ): Promise<void> {
    const { relay } = this.#network;
    const { ticket, secret } = await this.#call('claims.join', { code, ...(label !== undefined && { label }) }, signal);
    // The relay has only named it; it proves it when it takes the ticket.
    relay.trustKey(relayKey);
    await this.#admission.redeem(relay, { id: fromBase64Url(ticket), secret: fromBase64Url(secret) }, signal);
  }

  /**
   * Signs the end of the claim, and sends it.
   * @throws as `lookUp`; {AccountLinkError} `account-link.not-linked`; {StoreError}
   */
  async unlink(signal: AbortSignal): Promise<AccountLinkView> {
    const { audit, identity, settings } = this.#core;
    const { relayKey, url } = this.#own();
    const known = settings.value.accountLinks?.find((link) => equalBytes(fromBase64Url(link.relayKey), relayKey));
    if (known === undefined) throw accountLinkError('account-link.not-linked', 'the project has no account');
    const end = await signClaimEnd(identity, {
      relayKey,
      project: known.project,
      account: known.account.id,
      serial: this.#network.relay.nextSerial(),
    });
    await this.#call('claims.end', { end: toBase64Url(end) }, signal);
    settings.update(({ accountLinks, ...current }) => {
      const left = others(accountLinks, known.relayKey);
      return left.length === 0 ? current : { ...current, accountLinks: left };
    });
    audit.record('account.unlinked', { url, account: known.account.id, address: known.account.address });
    return this.view();
  }

  /** Returns the relay and this device's own project there. @throws {AccountLinkError} `account-link.not-owner`; {ClawReachError} if offline */
  #own(): Readonly<{ relayKey: Uint8Array; project: string; url: string }> {
    this.#network.relay.requireOnline();
    const own = this.#network.relay.ownProject;
    if (own === undefined) throw accountLinkError('account-link.not-owner', 'this device owns no project');
    return own;
  }

  /**
   * Returns the address of the dashboard: that of this device's project if an account has it. There is nothing secret in it; the browser that opens it
   * signs in there. Null if the relay has no accounts or serves no page, or browsers wouldn't trust it.
   * @throws {ClawReachError} the relay's problem if this device is offline; {DialError}
   */
  async dashboard(signal: AbortSignal): Promise<string | null> {
    const { relay } = this.#network;
    const place = relay.publicAddress;
    if (place === undefined || place.hasOwnCertificate) return null;
    const { secure, tls, authority } = parseRelayUrl(place.url, { insecure: true });
    if (!secure) return null;
    const { PLATFORM_ROUTES, toUuid } = await import('#shared/platform/index.ts');
    const paths = [PAGE_PATHS.facts, PLATFORM_ROUTES['relay.get'].path];
    const served = await Promise.all(paths.map(async (path) => await relay.http.serves(path, signal)));
    if (served.includes(false)) return null;
    const project = this.view().link === null ? undefined : relay.ownProject?.project;
    const { origin } = new URL(`${tls ? 'https' : 'http'}://${authority}`);
    return `${origin}${project === undefined ? '/dashboard' : `/project/${toUuid(project)}`}`;
  }

  async #call<Name extends ClaimRoute>(name: Name, input: unknown, signal: AbortSignal) {
    // Imported only here, since the contract is large.
    const { isPlatformErrorCode, PLATFORM_ROUTES, PlatformError, platformErrorBody } =
      await import('#shared/platform/index.ts');
    const route = PLATFORM_ROUTES[name];
    const { status, body } = await this.#network.relay.http.post(route.path, input, signal);
    if (status === route.status) {
      const parsed = route.output.safeParse(body);
      if (parsed.success) return parsed.data as ReturnType<PlatformRoutes[Name]['output']['parse']>;
      throw new PlatformError('platform.protocol', 'the answer does not follow the contract');
    }
    const failed = platformErrorBody.safeParse(body).data;
    // Only the code is what a person typed, and the relay looks at it first.
    if (name === 'claims.lookUp' && failed?.code === 'platform.input')
      throw new PlatformError('account.code', failed.error);
    if (failed === undefined || !isPlatformErrorCode(failed.code))
      throw accountLinkError('account-link.unavailable', `the relay answered ${status}`);
    throw new PlatformError(failed.code, failed.error, { retryAfter: failed.retryAfter });
  }
}

function others<Link extends Readonly<{ relayKey: string }>>(links: readonly Link[] | undefined, relayKey: string) {
  // The oldest are forgotten: a device uses few relays.
  return (links ?? []).filter((link) => link.relayKey !== relayKey).slice(-15);
}
