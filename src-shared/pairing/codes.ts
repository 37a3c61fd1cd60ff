import { CROCKFORD, toHex, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { PairingError } from './errors.ts';
import { PairingSecret, type SpentCodes } from './secret.ts';

/** Number of characters of the nameplate and of the secret, 20 bits each. */
const PART = 4;
/** Maximum length of a text that is parsed, characters. */
const LONGEST_INPUT = 64;

const PART_PATTERN = /^[0-9A-HJKMNP-TV-Z]{4}$/;
/** Letters that people confuse with digits. Crockford's alphabet contains none of them. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };
/** Spaces, the hyphen, and the dashes with which text programs replace it. */
const SEPARATORS = /[\s\u2010-\u2015\u2212-]/g;

/**
 * Creates the secret half of a pairing code: 20 random bits as four Crockford characters. The inviter's screen shows `text`, and the people pass it
 * on; it is never sent through the relay.
 */
export function createCodeSecret(crypto: CryptoBackend): Readonly<{ text: string; secret: PairingSecret }> {
  const text = randomPart(crypto);
  return { text, secret: new PairingSecret(toUtf8(text)) };
}

/** Creates the nameplate of a code that no relay assigns: 20 random bits as four Crockford characters. */
export function createNameplate(crypto: CryptoBackend): string {
  return randomPart(crypto);
}

/**
 * Derives the ID of the relay's mailbox for a code whose nameplate no relay has assigned, 32 hexadecimal digits. The inviter opens it once its relay
 * can be reached; a joiner tries it after the nameplate (PROTOCOL section 2.4). Like a nameplate, it isn't secret. Pure.
 */
export function deriveCodeMailbox(crypto: CryptoBackend, nameplate: string): string {
  const info = toUtf8('clawreach pairing code mailbox 1');
  return toHex(crypto.hkdfSha256(toUtf8(nameplate), new Uint8Array(0), info, 16));
}

function randomPart(crypto: CryptoBackend): string {
  const [first = 0, second = 0, third = 0] = crypto.randomBytes(3);
  // 24 random bits, the top four dropped: 2^20 is a power of two, so nothing is skewed.
  let value = ((first << 16) | (second << 8) | third) & 0xf_ffff;
  let text = '';
  for (let index = 0; index < PART; index += 1) {
    text = (CROCKFORD[value & 31] ?? '') + text;
    value >>= 5;
  }
  return text;
}

/**
 * Formats a code such as `ABCD-1234` from the relay's nameplate and the secret's text.
 * @throws {PairingError} `pairing.code-format` if either isn't four Crockford characters
 */
export function formatCode(nameplate: string, secretText: string): string {
  if (!PART_PATTERN.test(nameplate) || !PART_PATTERN.test(secretText)) throw badCode();
  return `${nameplate}-${secretText}`;
}

/**
 * Parses a code as people type it: in either case, with spaces or dashes anywhere, with O for 0, I and L for 1. Used by the agent, and by the window
 * and the command line to check what a person typed. Pure, except that a taken secret is recorded in `spent`.
 * @param spent codes already used: `take` of the returned secret fails with `pairing.used` for one of them
 * @returns the canonical nameplate, and the single-use secret
 * @throws {PairingError} `pairing.code-format`
 */
export function parseCode(text: string, spent?: SpentCodes): Readonly<{ nameplate: string; secret: PairingSecret }> {
  if (text.length > LONGEST_INPUT) throw badCode();
  const typed = text.replaceAll(SEPARATORS, '');
  // Before the case is changed: some foreign letters turn into ASCII ones by it.
  if (!/^[0-9A-Za-z]{8}$/.test(typed)) throw badCode();
  const canonical = [...typed.toUpperCase()].map((character) => LOOK_ALIKES[character] ?? character).join('');
  const nameplate = canonical.slice(0, PART);
  const secret = canonical.slice(PART);
  if (!PART_PATTERN.test(nameplate) || !PART_PATTERN.test(secret)) throw badCode();
  return { nameplate, secret: new PairingSecret(toUtf8(secret), () => spent?.spend(canonical)) };
}

function badCode(): PairingError {
  // The text itself stays out of the message: it may hold a good secret with one bad character.
  return new PairingError('pairing.code-format', 'a pairing code has eight letters and digits, such as ABCD-1234');
}
