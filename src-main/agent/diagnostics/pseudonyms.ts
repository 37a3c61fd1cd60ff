import { isIPv6 } from 'node:net';

/** A name shorter than this is no secret, and would be found in the middle of every word. */
const SHORTEST = 3;

/**
 * Forms of text that identify someone or something: peer IDs, keys and fingerprints, e-mail addresses, hosts of URLs, IPv4 addresses, host names.
 * Broad on purpose: hiding a version number costs less than showing an address.
 */
const FORMS: readonly (readonly [form: RegExp, kind: string])[] = [
  [/\b[0-9A-HJKMNP-TV-Z]{52,64}\b/g, 'id'],
  [/\b[0-9a-f]{32,}\b/gi, 'key'],
  [/\bSHA256:[A-Za-z0-9+/=]{40,}/g, 'key'],
  [/\b[^\s"@/]+@[^\s"@/]+\b/g, 'account'],
  [/(?<=\b[a-z]{2,12}:\/\/)[^\s"/?#]+/gi, 'host'],
  // A machine by its bare name, as the system's own errors say it.
  [/(?<=\b(?:ENOTFOUND|EAI_AGAIN) )[\w.-]+/g, 'host'],
  [/(?<![\w.:/-])[a-z][\w-]{1,62}(?=:\d{2,5}(?![\w:]))/gi, 'host'],
  [/(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g, 'address'],
  [/(?<![\w.-])(?:[a-z0-9][a-z0-9-]{0,62}\.)+(?:[a-z]{2,24})(?![\w.-])/gi, 'host'],
];

/** Fields of a line of the log whose value is what somebody calls something, also somebody who is known no more. */
const NAMED = /"(name|label|title|rule|gateway|host|[a-z]+Name)":"((?:[^"\\]|\\.)*)"/g;
/** Errors have names of their own, which tell what went wrong. */
const ERROR_NAME = /^[A-Z][A-Za-z]*Error$/;

/** May be an IPv6 address, which is found out by asking. */
const MAYBE_IPV6 = /(?<!\w)[0-9a-f.]*:[0-9a-f.]*:(?:[0-9a-f:.]*[0-9a-f:])?/gi;

/** Machines of everybody, which tell nothing. */
const COMMON = new Set(['127.0.0.1', '0.0.0.0', '::1', '::', 'localhost']);

/** Replaces what tells who and where by words that stay the same through one text, so that it can still be followed: `peer-1`, `address-2`. */
export class Pseudonyms {
  readonly #words = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** @param value is always replaced, wherever it stands by itself */
  learn(kind: string, value: string): string {
    const key = value.toLowerCase();
    const known = this.#words.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const word = `${kind}-${count}`;
    this.#words.set(key, word);
    return word;
  }

  /** Another name for what has a word already. */
  alias(value: string, word: string): void {
    if (!this.#words.has(value.toLowerCase())) this.#words.set(value.toLowerCase(), word);
  }

  /** Everything in a line of the log, as `RecentLog` writes it, that is called something there. */
  learnNamed(line: string): void {
    for (const [, field = '', coded = ''] of line.matchAll(NAMED)) {
      const value = readText(coded);
      if (value.length >= SHORTEST && !ERROR_NAME.test(value) && !isHarmless(value))
        this.learn(field.endsWith('Name') ? 'name' : field, value);
    }
  }

  /** The text with everything replaced that was learned, or that has the form of an id, a key, an address or a host. */
  clean(text: string): string {
    const learned = [...this.#words.keys()].filter((key) => key.length >= SHORTEST).sort((a, b) => b.length - a.length);
    let cleaned = text;
    for (const key of learned) {
      // A line of the log has it as JSON does.
      for (const written of new Set([JSON.stringify(key).slice(1, -1), key])) {
        const form = new RegExp(`(?<![\\p{L}\\p{N}])${escapeForm(written)}(?![\\p{L}\\p{N}])`, 'giu');
        cleaned = cleaned.replaceAll(form, this.#words.get(key) ?? '');
      }
    }
    cleaned = cleaned.replaceAll(MAYBE_IPV6, (found) =>
      isIPv6(found) && !isHarmless(found) ? this.learn('address', found) : found,
    );
    for (const [form, kind] of FORMS)
      cleaned = cleaned.replaceAll(form, (found) => (isHarmless(found) ? found : this.learn(kind, found)));
    return cleaned;
  }
}

function readText(coded: string): string {
  try {
    const value: unknown = JSON.parse(`"${coded}"`);
    return typeof value === 'string' ? value : coded;
  } catch {
    return coded;
  }
}

function isHarmless(found: string): boolean {
  return COMMON.has(found.toLowerCase()) || /^[a-z]+-\d+$/.test(found);
}

function escapeForm(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
