import { ClawReachError } from '#shared/errors.ts';

/** What the application does for its window was refused. */
export class ShellError extends ClawReachError {
  override readonly name = 'ShellError';
}

const LONGEST = 2048;
/** Fields of a mail that somebody else may fill in; `attach` in any spelling is not among them. */
const MAIL_FIELDS = new Set(['subject', 'body', 'cc']);

/** In an address: what begins another field, ends a quoted word of a command, or another line of the mail. */
const UNUSUAL = /[\p{Cc}"'`\\&?<>]/u;
const CONTROL = /\p{Cc}/u;

/**
 * The link as it is handed to the system: read and written again, so that what was checked is what is opened.
 * @throws {ShellError} `shell.link` for anything but a plain web or mail address
 */
export function readOutsideLink(text: string): string {
  // `new URL` drops line breaks and tabs and trims; a link with any of them is not what somebody saw.
  if (text.length > LONGEST || !/^[\u0021-\u007e\u00a1-\uffff]+$/.test(text)) throw refused();
  const url = parse(text);
  switch (url.protocol) {
    case 'https:':
    case 'http:':
      // A name before the host is there to be taken for it.
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

/** Also the quote, which programs that open mail put around what they pass on. */
function encodeField(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27');
}

function refused(): ShellError {
  return new ShellError('shell.link', 'links of this kind are not opened');
}
