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

const LIFE = 10 * 60_000;
const MOST = 16;
const NAME = 16;

/** The secrets that came with a text. */
export type DraftSecrets = Readonly<{ token: string | null; bootstrap: Bootstrap | null }>;

/** Whom the secrets are for. */
type Place = Readonly<{ endpoints: readonly GatewayEndpoint[]; fingerprint: string | null }>;

type Kept = DraftSecrets & Place & Readonly<{ until: number }>;

/** What was read of setup codes, links and files: shown to fill a form, while the secrets in it wait here. */
export class Drafts {
  readonly #machine: Pick<GatewayMachine, 'fetchSetup'>;
  readonly #clock: Clock;
  readonly #crypto: CryptoBackend;
  readonly #kept = new Map<string, Kept>();

  constructor(options: Readonly<{ machine: Pick<GatewayMachine, 'fetchSetup'>; clock: Clock; crypto: CryptoBackend }>) {
    this.#machine = options.machine;
    this.#clock = options.clock;
    this.#crypto = options.crypto;
  }

  /** @throws {GatewayError} as `readGatewayText`; `gateway.join-refused` and others of the fetch; {DOMException} AbortError */
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
          places: [placeOf(read.endpoint)],
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
          places: [placeOf(endpoint)],
          fingerprint,
          nodeName: nodeName?.slice(0, 64) ?? null,
          hasToken: token !== null,
          role,
        };
      }
    }
  }

  /**
   * The secrets of a draft, for the gateway that it came from and no other, whatever was put into the form since.
   * @throws {GatewayError} `gateway.draft-unknown`, `gateway.draft-elsewhere`
   */
  take(draft: string, settings: Pick<GatewaySettings, 'endpoint' | 'fingerprint'>): DraftSecrets {
    this.#expire();
    const kept = this.#kept.get(draft);
    if (kept === undefined) throw gatewayError('gateway.draft-unknown', 'the draft is too old, or used already');
    const hasSecret = kept.token !== null || kept.bootstrap !== null;
    if (hasSecret && secretObstacle(kept, settings) !== undefined)
      throw gatewayError('gateway.draft-elsewhere', 'what was read is for another gateway', {
        host: kept.endpoints[0]?.host ?? '',
      });
    return kept;
  }

  /** It became a gateway. */
  drop(draft: string): void {
    this.#kept.delete(draft);
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
      places: endpoints.map(placeOf),
      fingerprint,
      hasToken: true,
      setupExpiresAt: expiresAt,
      role: 'node',
    };
  }

  #keep(secrets: DraftSecrets, place: Place): string {
    this.#expire();
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST && oldest !== undefined) this.#kept.delete(oldest);
    const draft = toHex(this.#crypto.randomBytes(NAME));
    this.#kept.set(draft, { ...secrets, ...place, until: this.#clock.monotonic() + LIFE });
    return draft;
  }

  #expire(): void {
    const now = this.#clock.monotonic();
    for (const [draft, { until }] of this.#kept) if (until <= now) this.#kept.delete(draft);
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

function placeOf({ host, tls }: GatewayEndpoint): GatewayDraft['places'][number] {
  return { host, tls };
}
