import { plainRelayError } from './errors.ts';

/** Fewest and most characters of a code, without separators. */
const LENGTH = { least: 6, most: 20 };
/** Characters of the code of a machine, whose second half is a secret that no relay may see. */
const SEALED_LENGTH = 8;

/**
 * Parses a pairing code of a plain device as a person typed it: hyphens and blanks don't count, nor does case. A code of eight characters may be that of
 * a machine, and is rejected before anyone sends it. Pure.
 * @throws {PlainRelayError} `plain.sealed-code`, `plain.code`
 */
export function parsePlainCode(text: string): string {
  const code = text.replaceAll(/[\s\u2010-\u2015\u2212-]/g, '').toUpperCase();
  if (code.length === SEALED_LENGTH) throw plainRelayError('plain.sealed-code', 'eight characters');
  const reason =
    code.length < LENGTH.least || code.length > LENGTH.most
      ? `it has ${code.length} characters`
      : /^[0-9A-Z]*$/.test(code)
        ? undefined
        : 'it has other characters than letters and digits';
  if (reason !== undefined) throw plainRelayError('plain.code', 'not a code of a plain device', { reason });
  return code;
}

/** Reports whether the address given by `--api` is that of a plain relay's functions: its path ends with `/functions/v1`. Pure. */
export function isPlainApi(url: string): boolean {
  return /\/functions\/v1\/*$/.test(url.trim());
}
