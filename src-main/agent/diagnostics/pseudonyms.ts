import { isIPv6 } from 'node:net';
import { ERROR_TEXTS } from '#shared/locales/index.ts';

/** Fewest characters of a text that is replaced. Shorter names are no secret and occur inside many words. */
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
  // A machine's bare name, as in errors of the operating system.
  [/(?<=\b(?:ENOTFOUND|EAI_AGAIN) )[\w.-]+/g, 'host'],
  [/(?<![\w.:/-])[a-z][\w-]{1,62}(?=:\d{2,5}(?![\w:]))/gi, 'host'],
  [/(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g, 'address'],
  [/(?<![\w.-])(?:[a-z0-9][a-z0-9-]{0,62}\.)+(?:[a-z]{2,24})(?![\w.-])/gi, 'host'],
];

/** Fields of a log line whose values are names that people chose, also for things that no longer exist. */
const NAMED = /"(name|label|title|rule|gateway|host|[a-z]+Name)":"((?:[^"\\]|\\.)*)"/g;
/** Class names of errors. They tell what failed and are not replaced. */
const ERROR_NAME = /^[A-Z][A-Za-z]*Error$/;

/** Text that may be an IPv6 address; `isIPv6` decides. */
const MAYBE_IPV6 = /(?<!\w)[0-9a-f.]*:[0-9a-f.]*:(?:[0-9a-f:.]*[0-9a-f:])?/gi;

/** Addresses that every machine has. They identify no one and are not replaced. */
const COMMON = new Set(['127.0.0.1', '0.0.0.0', '::1', '::', 'localhost']);

/**
 * Replaces names, addresses and keys in a text by pseudonyms such as `peer-1` and `address-2`. Equal values get equal pseudonyms within one report.
 * Used by `writeReport`. Keeps what it learns in memory.
 */
export class Pseudonyms {
  readonly #words = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** Adds a value that `clean` replaces wherever it occurs as a whole word. @returns its pseudonym */
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

  /** Adds another value for an existing pseudonym. */
  alias(value: string, word: string): void {
    if (!this.#words.has(value.toLowerCase())) this.#words.set(value.toLowerCase(), word);
  }

  /** Adds the names in the `NAMED` fields of a log line, as `RecentLog` writes it. */
  learnNamed(line: string): void {
    for (const [, field = '', coded = ''] of line.matchAll(NAMED)) {
      const value = decodeText(coded);
      if (value.length >= SHORTEST && !ERROR_NAME.test(value) && !isHarmless(value))
        this.learn(field.endsWith('Name') ? 'name' : field, value);
    }
  }

  /** Returns the text with pseudonyms instead of the added values and of everything that looks like an ID, key, address or host. */
  clean(text: string): string {
    const learned = [...this.#words.keys()].filter((key) => key.length >= SHORTEST).sort((a, b) => b.length - a.length);
    let cleaned = text;
    for (const key of learned) {
      // Log lines contain the value in JSON's escaping.
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

function decodeText(coded: string): string {
  try {
    const value: unknown = JSON.parse(`"${coded}"`);
    return typeof value === 'string' ? value : coded;
  } catch {
    return coded;
  }
}

function isHarmless(found: string): boolean {
  // Error codes look like host names.
  return COMMON.has(found.toLowerCase()) || /^[a-z]+-\d+$/.test(found) || Object.hasOwn(ERROR_TEXTS, found);
}

function escapeForm(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
