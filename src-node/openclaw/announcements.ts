import type { Answer, DecodedPacket, TxtData } from 'dns-packet';
import type { FoundGateway } from '#shared/app-api/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { parseIp } from '#shared/forward/index.ts';
import { parseFingerprint, parseGatewayHost } from '#shared/openclaw/gateway/index.ts';

/** Name of the DNS service by which OpenClaw gateways announce themselves in a LAN. */
export const GATEWAY_SERVICE = '_openclaw-gw._tcp.local';

/** Limit of records of each kind. */
const MOST = 64;
const MOST_TEXTS = 32;
const LONGEST_TEXT = 255;

type Service = Readonly<{ port: number; target: string }>;

/** Collects the multicast DNS answers of one gateway search and combines them into gateways. All answers are untrusted. Touches memory only. */
export class Announcements {
  readonly #instances = new Set<string>();
  readonly #services = new Map<string, Service>();
  readonly #texts = new Map<string, ReadonlyMap<string, string>>();
  readonly #addresses = new Map<string, string>();

  /** Adds the records of a received answer. */
  add(packet: DecodedPacket): void {
    for (const answer of [...(packet.answers ?? []), ...(packet.additionals ?? [])]) this.#addAnswer(answer);
  }

  /** Returns the names to ask about next: instances without a service or texts, hosts without an address. */
  missing(): readonly Readonly<{ name: string; type: 'A' | 'SRV' | 'TXT' }>[] {
    const instances = [...this.#instances].flatMap((name) => [
      ...(this.#services.has(name) ? [] : [{ name, type: 'SRV' as const }]),
      ...(this.#texts.has(name) ? [] : [{ name, type: 'TXT' as const }]),
    ]);
    const hosts = [...this.#services.values()]
      .filter(({ target }) => !this.#addresses.has(target))
      .map(({ target }) => ({ name: target, type: 'A' as const }));
    return [...instances, ...hosts].slice(0, MOST);
  }

  /** Returns the gateways found so far, one for each host and port, sorted by name. */
  found(): readonly FoundGateway[] {
    const gateways = new Map<string, FoundGateway>();
    for (const instance of this.#instances) {
      const gateway = this.#gateway(instance);
      if (gateway !== undefined) gateways.set(`${gateway.host}:${gateway.port}`, gateway);
    }
    return [...gateways.values()].toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  }

  #gateway(instance: string): FoundGateway | undefined {
    const service = this.#services.get(instance);
    if (service === undefined) return undefined;
    const host = this.#addresses.get(service.target) ?? service.target;
    const texts = this.#texts.get(instance);
    const label = instance.slice(0, -GATEWAY_SERVICE.length - 1);
    return {
      name: cleanName(texts?.get('displayname') ?? '') || cleanName(label) || host,
      // The host comes from the SRV and A records, never from the texts.
      host,
      port: service.port,
      tls: texts?.get('gatewaytls') === '1',
      fingerprint: fingerprintOf(texts?.get('gatewaytlssha256')),
    };
  }

  #addAnswer(answer: Answer): void {
    const name = 'name' in answer && typeof answer.name === 'string' ? answer.name.toLowerCase() : '';
    if (answer.type === 'PTR' && name === GATEWAY_SERVICE) this.#addInstance(answer.data);
    else if (answer.type === 'SRV' && isInstance(name)) store(this.#services, name, serviceOf(answer.data));
    else if (answer.type === 'TXT' && isInstance(name)) store(this.#texts, name, textsOf(answer.data));
    else if (answer.type === 'A') store(this.#addresses, name, addressOf(answer.data));
  }

  #addInstance(data: unknown): void {
    const instance = typeof data === 'string' ? data : '';
    if (isInstance(instance.toLowerCase()) && this.#instances.size < MOST) this.#instances.add(instance.toLowerCase());
  }
}

/** Stores the newest record of a name, as a DNS cache does; new names are dropped once the map is full. */
function store<Value>(records: Map<string, Value>, name: string, value: Value | undefined): void {
  if (value !== undefined && (records.has(name) || records.size < MOST)) records.set(name, value);
}

function isInstance(name: string): boolean {
  return name.length > GATEWAY_SERVICE.length + 1 && name.endsWith(`.${GATEWAY_SERVICE}`);
}

function serviceOf({ port, target }: Readonly<{ port: number; target: string }>): Service | undefined {
  if (port < 1 || port > 65_535) return undefined;
  try {
    const host = parseGatewayHost(target);
    return host.endsWith('.local') ? { port, target: host } : undefined;
  } catch {
    return undefined;
  }
}

function addressOf(data: unknown): string | undefined {
  const address = typeof data === 'string' ? parseIp(data) : undefined;
  return typeof data === 'string' && address?.family === 4 ? data : undefined;
}

function textsOf(data: TxtData): ReadonlyMap<string, string> {
  const pieces = Array.isArray(data) ? data : [data];
  const texts = pieces.slice(0, MOST_TEXTS).flatMap((piece) => {
    const text = (typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8')).slice(0, LONGEST_TEXT);
    const equals = text.indexOf('=');
    return equals < 1 ? [] : [[text.slice(0, equals).toLowerCase(), text.slice(equals + 1)] as const];
  });
  return new Map(texts);
}

function fingerprintOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return parseFingerprint(text);
  } catch {
    return null;
  }
}
