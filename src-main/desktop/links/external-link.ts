import { ClawReachError } from '#shared/errors.ts';

/** Error of a call from the window that the application refuses or can't complete; codes `shell.*`. */
export class ShellError extends ClawReachError {
  override readonly name = 'ShellError';
}

const LONGEST = 2048;
/** Mail fields that a link may fill in; `attach` in any spelling isn't one of them. */
const MAIL_FIELDS = new Set(['subject', 'body', 'cc']);

/** Characters that would start another mail field, end a quoted word of a command, or break a line. */
const UNUSUAL = /[\p{Cc}"'`\\&?<>]/u;
const CONTROL = /\p{Cc}/u;

/**
 * Validates a link for `LinkOpener` and returns it serialised again, so that exactly what was checked is opened. Pure.
 * @throws {ShellError} `shell.link` for anything but a plain web or mail address
 */
export function parseExternalLink(text: string): string {
  // `new URL` removes line breaks and tabs and trims, so a link with any of them isn't what the person saw.
  if (text.length > LONGEST || !/^[\u0021-\u007e\u00a1-\uffff]+$/.test(text)) throw refused();
  const url = parse(text);
  switch (url.protocol) {
    case 'https:':
    case 'http:':
      // A user name before the host only serves to be mistaken for the host.
      if (url.hostname === '' || url.username !== '' || url.password !== '') throw refused();
      return url.href;
    case 'mailto:': {
      if (UNUSUAL.test(decode(url.pathname))) throw refused();
      const fields = [...url.searchParams].filter(([name]) => MAIL_FIELDS.has(name.toLowerCase()));
      if (fields.some(([name, value]) => name.toLowerCase() !== 'body' && CONTROL.test(value))) throw refused();
      const query = fields.map((field) => field.map(encodeField).join('=')).join('&');
      return `mailto:${url.pathname}${query === '' ? '' : `?${query}`}`;
    }
    default:
      throw refused();
  }
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw refused();
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused();
  }
}

/** Encodes a mail field, including the quote that mail programs put around what they pass on. */
function encodeField(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27');
}

function refused(): ShellError {
  return new ShellError('shell.link', 'links of this kind are not opened');
}
