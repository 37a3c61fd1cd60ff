import type { GatewayDraft, GatewayEndpoint, GatewaySettings } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import {
  gatewayError,
  readGatewayText,
  secretObstacle,
  type GatewayMachine,
  type SetupCode,
} from '#shared/openclaw/gateway/index.ts';
import type { Bootstrap } from './book.ts';

/** Lifetime of a draft, ms. */
const LIFETIME = 10 * 60_000;
const MOST_DRAFTS = 16;
/** Length of a draft's random ID, bytes. */
const ID_LENGTH = 16;

/** Secrets found in a pasted text. */
export type DraftSecrets = Readonly<{ token: string | null; bootstrap: Bootstrap | null }>;

/** The gateway that the secrets belong to. */
type Destination = Readonly<{ endpoints: readonly GatewayEndpoint[]; fingerprint: string | null }>;

type Draft = DraftSecrets & Destination & Readonly<{ until: number }>;

/**
 * Drafts of gateways: setup codes, links and files that a person has pasted, in memory. A user interface gets the settings for its form; the secrets
 * stay here until the gateway is added. Fetches the setup code of a join link over HTTP. Used by `GatewayManager`; a draft lives for ten minutes.
 */
export class Drafts {
  readonly #machine: Pick<GatewayMachine, 'fetchSetup'>;
  readonly #clock: Clock;
  readonly #crypto: CryptoBackend;
  readonly #drafts = new Map<string, Draft>();

  constructor(options: Readonly<{ machine: Pick<GatewayMachine, 'fetchSetup'>; clock: Clock; crypto: CryptoBackend }>) {
    this.#machine = options.machine;
    this.#clock = options.clock;
    this.#crypto = options.crypto;
  }

  /**
   * Reads a text and keeps its secrets as a draft. Fetches the setup code of a join link over HTTP.
   * @throws {GatewayError} as `readGatewayText`; `gateway.join-refused` and others of the fetch; {DOMException} AbortError
   */
  async read(text: string, signal: AbortSignal): Promise<GatewayDraft> {
    const read = readGatewayText(text);
    switch (read.kind) {
      case 'setup':
        return this.#setup(read.setup);
      case 'join':
        return this.#setup(await this.#machine.fetchSetup(read.url, { signal }));
      case 'address': {
        const draft = this.#keep({ token: null, bootstrap: null }, { endpoints: [read.endpoint], fingerprint: null });
        return {
          ...EMPTY,
          draft,
          endpoint: read.endpoint,
          places: [hostOf(read.endpoint)],
          name: read.name?.slice(0, 64) ?? null,
        };
      }
      case 'file': {
        const { endpoint, fingerprint, nodeName, token, role } = read;
        const draft = this.#keep({ token, bootstrap: null }, { endpoints: [endpoint], fingerprint });
        return {
          ...EMPTY,
          draft,
          endpoint,
          places: [hostOf(endpoint)],
          fingerprint,
          nodeName: nodeName?.slice(0, 64) ?? null,
          hasToken: token !== null,
          role,
        };
      }
    }
  }

  /** Returns a draft's secrets, for the gateway they came with only, whatever the form says now.
   * @throws {GatewayError} `gateway.draft-unknown`, `gateway.draft-elsewhere`
   */
  take(draft: string, settings: Pick<GatewaySettings, 'endpoint' | 'fingerprint'>): DraftSecrets {
    this.#expire();
    const found = this.#drafts.get(draft);
    if (found === undefined) throw gatewayError('gateway.draft-unknown', 'the draft is too old, or used already');
    const hasSecret = found.token !== null || found.bootstrap !== null;
    if (hasSecret && secretObstacle(found, settings) !== undefined)
      throw gatewayError('gateway.draft-elsewhere', 'what was read is for another gateway', {
        host: found.endpoints[0]?.host ?? '',
      });
    return found;
  }

  /** Removes a draft after its gateway was added. */
  drop(draft: string): void {
    this.#drafts.delete(draft);
  }

  #setup(setup: SetupCode): GatewayDraft {
    const { endpoints, bootstrapToken, expiresAt, fingerprint } = setup;
    if (expiresAt !== null && expiresAt <= this.#clock.now())
      throw gatewayError('gateway.setup-expired', 'the setup code is too old');
    const draft = this.#keep(
      { token: null, bootstrap: { token: bootstrapToken, expiresAt } },
      { endpoints, fingerprint },
    );
    return {
      ...EMPTY,
      draft,
      endpoint: endpoints[0],
      places: endpoints.map(hostOf),
      fingerprint,
      hasToken: true,
      setupExpiresAt: expiresAt,
      role: 'node',
    };
  }

  #keep(secrets: DraftSecrets, destination: Destination): string {
    this.#expire();
    const [oldest] = this.#drafts.keys();
    if (this.#drafts.size >= MOST_DRAFTS && oldest !== undefined) this.#drafts.delete(oldest);
    const draft = toHex(this.#crypto.randomBytes(ID_LENGTH));
    this.#drafts.set(draft, { ...secrets, ...destination, until: this.#clock.monotonic() + LIFETIME });
    return draft;
  }

  #expire(): void {
    const now = this.#clock.monotonic();
    for (const [draft, { until }] of this.#drafts) if (until <= now) this.#drafts.delete(draft);
  }
}

const EMPTY = {
  fingerprint: null,
  name: null,
  nodeName: null,
  hasToken: false,
  setupExpiresAt: null,
  role: 'operator',
} as const;

function hostOf({ host, tls }: GatewayEndpoint): GatewayDraft['places'][number] {
  return { host, tls };
}
