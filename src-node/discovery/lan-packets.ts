import { decode, encode, type Answer, type TxtData } from 'dns-packet';
import { MOST_TOKENS, SALT_BYTES, TOKEN_BYTES } from '#shared/lan/index.ts';

/** Name of ClawReach's DNS service (RFC 6763 section 4). */
export const LAN_SERVICE = '_clawreach._tcp.local';
/** Service name as DNS encodes it. */
const ENCODED_SERVICE = Buffer.from('\u000a_clawreach\u0004_tcp', 'latin1');
const VERSION = '1';

/** Limit of tokens in one string of a TXT record; a string has at most 255 bytes. */
const TOKENS_IN_TEXT = 30;
const LONGEST_NAME_BYTES = 200;
/** Limit of nameplates in one announcement. */
const MOST_INVITATIONS = 4;
/** Limit of addresses of a host read from one packet. */
const MOST_HOST_ADDRESSES = 4;
/** Limit of records examined in one packet. */
const MOST_RECORDS = 64;
/** Limit of announcements read from one packet; ClawReach sends one in each packet. */
const MOST_ANNOUNCEMENTS = 4;
/** Operating systems that an announcement can name. */
const LAN_SYSTEMS = ['linux', 'macos', 'windows', 'other'] as const;
/** Length of a mark. */
const MARK_BYTES = 8;
type LanSystem = (typeof LAN_SYSTEMS)[number];

/**
 * Announcement by which a device makes itself known to its peers in a LAN. The functions in this file encode and decode the packets of LAN discovery
 * for `src-main/agent/discovery`, which sends and receives them; all are pure.
 */
export type LanAnnouncement = Readonly<{
  /** DNS instance name: 16 hexadecimal digits, random for each announcement, so that it doesn't identify the device. */
  instance: string;
  /** TCP port of the device's direct listener. */
  port: number;
  /** Random bytes from which the tokens are derived, as `LanTokens` (src-shared/lan) describes. */
  salt: Uint8Array;
  /** Tokens by which peers recognize the device, mixed with random ones. */
  tokens: readonly Uint8Array[];
  /** Device name; undefined unless its user lets everyone in the network see it. */
  name: string | undefined;
  /** With a name: the device's operating system, for its icon. */
  system?: LanSystem | undefined;
  /** With a name: 16 hexadecimal digits, the same in all networks of the device, so that it is listed once. */
  mark?: string | undefined;
  /** Nameplates of the device's open pairing codes, at most 4; undefined for none. */
  invitations?: readonly string[];
}>;

/**
 * Message in a received packet: a question to which devices answer with their announcements, an announcement that is valid for `lifetime` seconds, or
 * a goodbye, which withdraws one.
 */
export type LanMessage =
  | Readonly<{ kind: 'question' }>
  | Readonly<{ kind: 'announcement'; announcement: LanAnnouncement; lifetime: number }>
  | Readonly<{ kind: 'goodbye'; instance: string }>;

/** Encodes the packet that asks all ClawReach devices in the LAN to announce themselves. */
export function questionPacket(): Uint8Array {
  return encode({ type: 'query', id: 0, flags: 0, questions: [{ name: LAN_SERVICE, type: 'PTR' }] });
}

/**
 * Encodes an announcement as a multicast DNS packet.
 * @param lifetime seconds; 0 encodes a goodbye
 */
export function announcementPacket(announcement: LanAnnouncement, lifetime: number): Uint8Array {
  const { instance, port, salt, tokens, name, system, mark, invitations = [] } = announcement;
  const full = `${instance}.${LAN_SERVICE}`;
  const pointer: Answer = { name: LAN_SERVICE, type: 'PTR', ttl: lifetime, data: full };
  const response = { type: 'response', id: 0, flags: 1 << 10 } as const;
  if (lifetime === 0) return encode({ ...response, answers: [pointer] });
  const texts: Buffer[] = [Buffer.from(`v=${VERSION}`), text('s', salt)];
  for (let first = 0; first < tokens.length; first += TOKENS_IN_TEXT) {
    const some = tokens.slice(first, first + TOKENS_IN_TEXT);
    texts.push(text(`t${first / TOKENS_IN_TEXT}`, Buffer.concat(some)));
  }
  if (name !== undefined) {
    texts.push(text('n', Buffer.from(name, 'utf8').subarray(0, LONGEST_NAME_BYTES)));
    if (system !== undefined) texts.push(Buffer.from(`o=${system}`));
    if (mark !== undefined) texts.push(text('m', Buffer.from(mark, 'hex')));
  }
  if (invitations.length > 0) texts.push(Buffer.from(`i=${invitations.slice(0, MOST_INVITATIONS).join('')}`));
  // No address: receivers use the packet's source address, so an announcement can't point elsewhere.
  return encode({
    ...response,
    answers: [pointer],
    additionals: [
      { name: full, type: 'SRV', ttl: lifetime, data: { port, target: `${instance}.local`, priority: 0, weight: 0 } },
      { name: full, type: 'TXT', ttl: lifetime, data: texts },
    ],
  });
}

/**
 * Reports whether the bytes of a packet contain the name of ClawReach's service. Called before the packet is parsed, because printers, loudspeakers
 * and others use the same port.
 */
export function containsServiceName(packet: Uint8Array): boolean {
  return view(packet).includes(ENCODED_SERVICE);
}

/** Encodes the question for the IPv4 addresses of a host, such as `nas.local`. */
export function hostQuestionPacket(host: string): Uint8Array {
  return encode({ type: 'query', id: 0, flags: 0, questions: [{ name: host, type: 'A' }] });
}

/** Returns the IPv4 addresses that an untrusted packet names for a host, at most `MOST_HOST_ADDRESSES`. Never throws. */
export function readHostAddresses(packet: Uint8Array, host: string): readonly string[] {
  try {
    const decoded = decode(view(packet));
    if (decoded.type !== 'response') return [];
    const records = [...(decoded.answers ?? []), ...(decoded.additionals ?? [])].slice(0, MOST_RECORDS);
    return records
      .flatMap((record) => (record.type === 'A' && record.name.toLowerCase() === host ? [record.data] : []))
      .slice(0, MOST_HOST_ADDRESSES);
  } catch {
    return [];
  }
}

/** Decodes the well-formed questions, announcements and goodbyes of an untrusted packet. Never throws. */
export function readPacket(packet: Uint8Array): readonly LanMessage[] {
  try {
    return readDecoded(view(packet));
  } catch {
    // Anyone in the network can send bytes that are not DNS.
    return [];
  }
}

function view(packet: Uint8Array): Buffer {
  return Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
}

function readDecoded(bytes: Buffer): readonly LanMessage[] {
  const decoded = decode(bytes);
  if (decoded.type !== 'response') {
    const questions = (decoded.questions ?? []).slice(0, MOST_RECORDS);
    return questions.some(({ name, type }) => type === 'PTR' && isService(name)) ? [{ kind: 'question' }] : [];
  }
  const records = [...(decoded.answers ?? []), ...(decoded.additionals ?? [])].slice(0, MOST_RECORDS);
  const messages: LanMessage[] = [];
  for (const record of records) {
    if (record.type !== 'PTR' || !isService(record.name)) continue;
    const instance = instanceOf(record.data);
    if (instance === undefined || messages.length >= MOST_ANNOUNCEMENTS) continue;
    const lifetime = record.ttl ?? 0;
    if (lifetime === 0) messages.push({ kind: 'goodbye', instance });
    else {
      const announcement = announcementOf(instance, records);
      if (announcement !== undefined) messages.push({ kind: 'announcement', announcement, lifetime });
    }
  }
  return messages;
}

function announcementOf(instance: string, records: readonly Answer[]): LanAnnouncement | undefined {
  const full = `${instance}.${LAN_SERVICE}`;
  let port: number | undefined;
  let texts: ReadonlyMap<string, Buffer> | undefined;
  for (const record of records) {
    if (!('name' in record) || record.name.toLowerCase() !== full) continue;
    if (record.type === 'SRV') port ??= record.data.port;
    else if (record.type === 'TXT') texts ??= textsOf(record.data);
  }
  if (port === undefined || port < 1 || port > 65_535 || texts?.get('v')?.toString('latin1') !== VERSION)
    return undefined;
  const salt = texts.get('s');
  const tokens = tokensOf(texts);
  if (salt?.length !== SALT_BYTES || tokens === undefined) return undefined;
  const invitations = invitationsOf(texts.get('i'));
  const open = invitations.length === 0 ? {} : { invitations };
  const name = nameOf(texts.get('n'));
  return { instance, port, salt, tokens, name, ...(name !== undefined && namedFacts(texts)), ...open };
}

/** Reads what a device announces with its name; what is malformed is left out. */
function namedFacts(texts: ReadonlyMap<string, Buffer>): Pick<LanAnnouncement, 'system' | 'mark'> {
  const named = texts.get('o')?.toString('latin1');
  const system = LAN_SYSTEMS.find((known) => known === named);
  const mark = texts.get('m');
  return {
    ...(system === undefined ? {} : { system }),
    ...(mark?.length === MARK_BYTES ? { mark: mark.toString('hex') } : {}),
  };
}

/** Reads nameplates, which are four Crockford characters each; none if the field is malformed. */
function invitationsOf(bytes: Buffer | undefined): readonly string[] {
  const text = bytes?.toString('latin1') ?? '';
  if (text.length > 4 * MOST_INVITATIONS || !/^(?:[0-9A-HJKMNP-TV-Z]{4})+$/.test(text)) return [];
  return text.match(/.{4}/g) ?? [];
}

function tokensOf(texts: ReadonlyMap<string, Buffer>): readonly Uint8Array[] | undefined {
  const tokens: Uint8Array[] = [];
  for (let index = 0; index * TOKENS_IN_TEXT < MOST_TOKENS; index += 1) {
    const some = texts.get(`t${index}`);
    if (some === undefined) break;
    if (some.length % TOKEN_BYTES !== 0) return undefined;
    for (let at = 0; at < some.length && tokens.length < MOST_TOKENS; at += TOKEN_BYTES)
      tokens.push(some.subarray(at, at + TOKEN_BYTES));
  }
  return tokens;
}

function nameOf(bytes: Buffer | undefined): string | undefined {
  if (bytes === undefined || bytes.length > LONGEST_NAME_BYTES) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function textsOf(data: TxtData): ReadonlyMap<string, Buffer> {
  const texts = new Map<string, Buffer>();
  for (const piece of (Array.isArray(data) ? data : [data]).slice(0, 16)) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece);
    const equals = bytes.indexOf('=');
    const key = bytes.subarray(0, Math.max(0, equals)).toString('latin1').toLowerCase();
    // RFC 6763 section 6.4: the first of a key counts.
    if (equals > 0 && equals <= 8 && !texts.has(key)) texts.set(key, bytes.subarray(equals + 1));
  }
  return texts;
}

function instanceOf(data: unknown): string | undefined {
  const name = typeof data === 'string' ? data.toLowerCase() : '';
  const label = name.endsWith(`.${LAN_SERVICE}`) ? name.slice(0, -LAN_SERVICE.length - 1) : '';
  return /^[0-9a-f]{16}$/.test(label) ? label : undefined;
}

function isService(name: string): boolean {
  return name.toLowerCase() === LAN_SERVICE;
}

function text(key: string, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${key}=`), value]);
}
