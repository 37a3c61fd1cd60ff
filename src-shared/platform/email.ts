import { toUtf8 } from '../bytes/index.ts';
import { PLATFORM_LIMITS } from './limits.ts';

/** Local part, bytes (RFC 5321 section 4.5.3.1.1). */
const LONGEST_LOCAL = 64;
/** Dot-separated words of `atext` (RFC 5322 section 3.2.3) or of letters, marks and digits of any script (RFC 6531). Rejects quoted local parts. */
const WORD = String.raw`(?:[a-z0-9!#$%&'*+/=?^_\x60{|}~-]|[^\x00-\x7f])+`;
const LOCAL = new RegExp(String.raw`^${WORD}(?:\.${WORD})*$`, 'u');
/** Characters that an address may have beyond ASCII: those that people can see and type. Each mark is on a letter, digit or sign. */
const VISIBLE = /^(?:[!-~\p{L}\p{N}]\p{M}*)+$/u;
/** Labels of letters, digits and hyphens, as the URL parser returns them. The last one isn't a number, which would make it an IPv4 address. */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Characters that are no part of a domain but have a meaning in a URL. */
const NOT_IN_DOMAIN = /[\p{Cc} -,/:-@[-`{-~]/u;

/**
 * Returns the canonical form of an e-mail address: NFC, lower case, an internationalised domain in its ASCII form (`xn--…`, UTS #46). Two addresses are
 * the same if their canonical forms are equal; mail goes to the canonical form too, so that no look-alike spelling receives another one's mail.
 * Returns undefined for anything else: quoted local parts, address literals, comments, display names, more than 254 bytes. Used by the relay for each
 * address that it stores or looks up, and by pages for early feedback. Pure.
 */
export function normalizeEmail(typed: string): string | undefined {
  if (typed.length > PLATFORM_LIMITS.email || !typed.isWellFormed()) return undefined;
  // Lower case can decompose a character, so the address is composed after it as well.
  const text = typed.trim().normalize('NFC').toLowerCase().normalize('NFC');
  const at = text.indexOf('@');
  if (at < 1 || at !== text.lastIndexOf('@')) return undefined;
  const local = text.slice(0, at);
  const domain = asciiDomain(text.slice(at + 1));
  if (domain === undefined || !LOCAL.test(local) || !VISIBLE.test(local)) return undefined;
  const email = `${local}@${domain}`;
  return toUtf8(local).length <= LONGEST_LOCAL && toUtf8(email).length <= PLATFORM_LIMITS.email ? email : undefined;
}

/** Returns a domain in its ASCII form; undefined if there is none. */
function asciiDomain(domain: string): string | undefined {
  if (domain === '' || NOT_IN_DOMAIN.test(domain)) return undefined;
  const url = `http://${domain}/`;
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return hostname.length <= 253 && DOMAIN.test(hostname) ? hostname : undefined;
}
