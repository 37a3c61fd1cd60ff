/**
 * IP address as a number, so that checks compare addresses and not their spelling. An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) is
 * represented as the IPv4 address that it contains. All functions here are pure; agents, relays, commands and windows use them.
 */
export type IpAddress = Readonly<{ family: 4 | 6; value: bigint }>;
/** IP network: its first address, and the length of its prefix in bits. */
export type IpNetwork = Readonly<{ family: 4 | 6; value: bigint; bits: number }>;

const MAPPED = 0xffffn;
const WORD = 0xffff_ffffn;
/** 127.0.0.0/8 and ::1. */
const LOOPBACK: readonly IpNetwork[] = [
  { family: 4, value: 0x7f00_0000n, bits: 8 },
  { family: 6, value: 1n, bits: 128 },
];

/**
 * Parses an IPv4 address of four decimal numbers, or an IPv6 address in any form of RFC 4291 without a zone. Returns undefined for any other text.
 */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(':')) return parseDottedQuad(text);
  const value = parseIpv6(text);
  if (value === undefined) return undefined;
  return value >> 32n === MAPPED ? { family: 4, value: value & WORD } : { family: 6, value };
}

/**
 * Returns the family in which an address is spelled: an IPv4-mapped IPv6 address is of family 6. Returns undefined for a host name, an address with a
 * zone, and any other text.
 */
export function ipFamily(text: string): 4 | 6 | undefined {
  if (parseIp(text) === undefined) return undefined;
  return text.includes(':') ? 6 : 4;
}

/**
 * Parses an IPv4 address in every form that `inet_aton` and system resolvers accept: one to four parts, each decimal, octal (`0…`) or hexadecimal
 * (`0x…`), where the last part fills the remaining bytes. Returns undefined for any other text.
 */
export function parseLooseIpv4(text: string): IpAddress | undefined {
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  const numbers = parts.map(parseNumber);
  const last = numbers.pop();
  if (last === undefined || last >= 1n << BigInt(8 * (4 - numbers.length))) return undefined;
  let value = last;
  for (const [index, number] of numbers.entries()) {
    if (number === undefined || number > 255n) return undefined;
    value |= number << BigInt(8 * (3 - index));
  }
  return { family: 4, value };
}

/** Formats an address as RFC 5952 prescribes. */
export function formatIp({ family, value }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(16 * (7 - index))) & 0xffffn);
  const { start, length } = longestZeros(groups);
  const text = (from: number, to?: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return length < 2 ? text(0) : `${text(0, start)}::${text(start + length)}`;
}

/** Parses a network such as `10.0.0.0/8` and ignores host bits. Returns undefined for any other text, including a plain address. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [, host, digits] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = host === undefined ? undefined : parseIp(host);
  if (host === undefined || address === undefined) return undefined;
  const mapped = address.family === 4 && host.includes(':');
  const bits = Number(digits) - (mapped ? 96 : 0);
  const size = address.family === 4 ? 32 : 128;
  if (bits < 0 || bits > size) return undefined;
  const rest = BigInt(size - bits);
  return { family: address.family, value: (address.value >> rest) << rest, bits };
}

export function isInNetwork({ family, value }: IpAddress, network: IpNetwork): boolean {
  const rest = BigInt((family === 4 ? 32 : 128) - network.bits);
  return family === network.family && value >> rest === network.value >> rest;
}

/** Reports whether an address is a loopback address of IPv4 or IPv6. */
export function isLoopbackIp(address: IpAddress): boolean {
  return LOOPBACK.some((network) => isInNetwork(address, network));
}

/**
 * Reports whether traffic to a host stays on this machine: a loopback address without brackets, or `localhost`. Names below `.localhost` don't
 * count: some resolvers ask the network for them.
 * @param host in lower case
 */
export function isLoopbackHost(host: string): boolean {
  const address = parseIp(host);
  return address === undefined ? host === 'localhost' : isLoopbackIp(address);
}

export function equalIp(a: IpAddress, b: IpAddress): boolean {
  return a.family === b.family && a.value === b.value;
}

function parseDottedQuad(text: string): IpAddress | undefined {
  return /^(?:(?:0|[1-9]\d{0,2})(?:\.(?!$)|$)){4}$/.test(text) ? parseLooseIpv4(text) : undefined;
}

function parseNumber(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]{1,16}$/.test(text)) return BigInt(text);
  if (/^0[0-7]{1,22}$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  return /^(?:0|[1-9]\d{0,19})$/.test(text) ? BigInt(text) : undefined;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? join(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return join([...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0n), ...tail]);
}

/** @param last true for the groups that end the address, which may end in an IPv4 address */
function parseGroups(text: string, last: boolean): readonly bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(BigInt(`0x${part}`));
      continue;
    }
    const ipv4 = last && index === parts.length - 1 ? parseDottedQuad(part) : undefined;
    if (ipv4 === undefined) return undefined;
    groups.push(ipv4.value >> 16n, ipv4.value & 0xffffn);
  }
  return groups;
}

function join(groups: readonly bigint[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

function longestZeros(groups: readonly bigint[]): Readonly<{ start: number; length: number }> {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (groups[end] === 0n) end += 1;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}
