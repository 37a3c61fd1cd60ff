import { showHidden } from '../../ui/index.ts';

/** Longest address that the application opens, UTF-16 units. */
const LONGEST = 2048;
const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);

/** Inspected link of a terminal or a message: an address that can be opened, or the reason why it can't. `text` is the refused address. */
export type Hyperlink =
  | Readonly<{
      kind: 'link';
      /** Address to open. */
      url: string;
      scheme: 'https' | 'http' | 'mailto';
      /** Real host in ASCII, other scripts as punycode (`xn--…`); of a mail address, the whole address. */
      host: string;
      /** The host contains other scripts, which can imitate well-known names. */
      coded: boolean;
      /** The URL has user information, which can imitate a host: `https://bank.example@evil.example`. */
      credentials: boolean;
      /** Text that was pressed, if it differs from the address. */
      shown: string | undefined;
    }>
  | Readonly<{ kind: 'refused'; reason: 'scheme' | 'invalid' | 'credentials'; text: string }>;

/**
 * Inspects a link that the person pressed in a terminal or a message; `LinkDialog` shows the result before anything is opened. Pure.
 * @param target address given by the program
 * @param shown text on the screen that the person pressed
 * @param options.allowsCredentials false: an address with a user name or password, which can imitate a host, is refused
 */
export function inspectLink(
  target: string,
  shown: string,
  { allowsCredentials = true }: Readonly<{ allowsCredentials?: boolean }> = {},
): Hyperlink {
  const text = showHidden(target.slice(0, LONGEST));
  if (target.length > LONGEST || !URL.canParse(target)) return { kind: 'refused', reason: 'invalid', text };
  const url = new URL(target);
  if (!SCHEMES.has(url.protocol)) return { kind: 'refused', reason: 'scheme', text };
  const scheme = url.protocol.slice(0, -1) as 'https' | 'http' | 'mailto';
  const host = scheme === 'mailto' ? showHidden(url.pathname) : url.host;
  if (host === '' || url.href.length > LONGEST) return { kind: 'refused', reason: 'invalid', text };
  const credentials = url.username !== '' || url.password !== '';
  if (credentials && !allowsCredentials) return { kind: 'refused', reason: 'credentials', text };
  const visible = showHidden(shown.trim().slice(0, LONGEST));
  return {
    kind: 'link',
    url: url.href,
    scheme,
    host,
    coded: host.split('.').some((label) => label.startsWith('xn--')),
    credentials,
    shown: visible === '' || sameAddress(visible, url) ? undefined : visible,
  };
}

/** Reports whether the shown text is the address, with or without its scheme. */
function sameAddress(shown: string, { href, protocol }: URL): boolean {
  const whole = `${protocol}${protocol === 'mailto:' ? '' : '//'}${shown}`;
  return [shown, whole].some((address) => URL.canParse(address) && new URL(address).href === href);
}
