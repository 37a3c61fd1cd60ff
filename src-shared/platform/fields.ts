import * as z from 'zod';
import { canonicalBase32, toUtf8 } from '../bytes/index.ts';
import { cleanLine } from '../visible-text/index.ts';
import { normalizeEmail } from './email.ts';
import { isBoundedJson } from './json.ts';
import { PLATFORM_LIMITS } from './limits.ts';

/** Empty parameters, query, body or answer. This file holds the zod schemas that several routes use. It is pure. */
export const none = z.strictObject({});
/** Answer without content. */
export const done = z.object({});

/** ID of an account, project or other row, as UUID in lower case: 8-4-4-4-12 hexadecimal digits, all of them random. */
export const uuid = z
  .string()
  .max(36)
  .regex(/^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/)
  .toLowerCase();

/** Peer ID of a sealed device in canonical form. `parsePeerId` verifies its check characters when the ID is used. */
export const peerId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{56}$/);

/** ID of a device: a peer ID (sealed) or a UUID (plain). */
export const deviceId = z.union([peerId, uuid]);

/** Time in ms since 1970. */
export const time = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Number of something. */
export const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Text that the relay wrote or passes on, in an answer. Pages clean it where they show it. */
export const text = (length: number) => z.string().max(length);

/** Base64url without padding, of at most `bytes` bytes. */
export const base64url = (bytes: number) =>
  z
    .string()
    .max(Math.ceil((bytes * 4) / 3))
    .regex(/^[A-Za-z0-9_-]*$/);

/** Credential ID of a passkey: up to 1023 bytes (Web Authentication Level 3, section 5.1). The API names passkeys by a UUID, the start of its hash. */
export const credentialId = base64url(1023).min(1);

/** ID of an enrol ticket: 16 bytes, base64url. */
export const ticketId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** Secret of 32 random bytes: the token of a mailed link, an API token, the secret of a ticket. */
export const secret = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, 'not a token: it has 43 characters, after the = of a link');

/**
 * Name that a person gives to an account, project, passkey, token or device. Rejects control characters, invisible ones that reorder text, `<` and
 * `>`; removes other invisible characters and double blanks, and returns NFC.
 */
export const name = z
  .string()
  .min(1)
  .max(PLATFORM_LIMITS.name)
  .regex(/^[^\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069<>]+$/u)
  .overwrite((typed) => cleanLine(typed, PLATFORM_LIMITS.name))
  .min(1);

/** E-mail address; parsed to the canonical form of `normalizeEmail`. */
export const email = z
  .string()
  .max(PLATFORM_LIMITS.email)
  .refine((typed) => normalizeEmail(typed) !== undefined, { error: 'not an e-mail address', abort: true })
  .overwrite((typed) => normalizeEmail(typed) ?? typed)
  .meta({ format: 'idn-email' });

const password = z
  .string()
  .min(1)
  .max(PLATFORM_LIMITS.passwordLongest)
  .refine((typed) => typed.isWellFormed(), { error: 'not well-formed text', abort: true })
  // The same password typed on another system may be decomposed differently (RFC 8265 section 4.2).
  .normalize('NFC')
  .refine((typed) => toUtf8(typed).length <= PLATFORM_LIMITS.passwordLongest, { error: 'too long' });

/** Password to compare, in NFC. */
export const currentPassword = password.meta({ format: 'password' });

/** Password to set, in NFC: 10 to 256 bytes of UTF-8. The relay also rejects common ones, with `account.weak-password`. */
export const newPassword = password
  .refine((typed) => toUtf8(typed).length >= PLATFORM_LIMITS.passwordShortest, { error: 'too short' })
  .meta({ format: 'password' });

/**
 * One-time code that a person types: ten Crockford characters, parsed in any case, with O for 0, I and L for 1, and with hyphens or blanks anywhere.
 * Parsed to the ten characters without separators.
 */
export const code = z
  .string()
  .max(64)
  .overwrite((typed) => plainCode(typed) ?? typed)
  .regex(/^[0-9A-HJKMNP-TV-Z]{10}$/);

/** Code as the relay issues it, for people to read: `ABCDE-FGHJK`. */
export const shownCode = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);

/** Check of JSON whose shape the contract doesn't know, for `refine`: at most `length` UTF-16 units as text, and bounded nesting. */
export const boundedJson = (length: number) => (value: unknown) =>
  isBoundedJson(value, { depth: PLATFORM_LIMITS.jsonDepth, length });

/** JSON object whose shape the contract doesn't know. */
export const jsonObject = (length: number) =>
  z.record(z.string().max(256), z.unknown()).refine(boundedJson(length), { error: 'too large or too deeply nested' });

/** Page size in a query string. */
export const pageSize = (longest: number) => z.coerce.number().int().min(1).max(longest);

function plainCode(typed: string): string | undefined {
  try {
    return canonicalBase32(typed.replaceAll(/[\s\u2010-\u2015\u2212-]/g, ''));
  } catch {
    return undefined;
  }
}
