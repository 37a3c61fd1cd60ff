import { showHidden } from '../../../ui/index.ts';

/** As the application takes it, UTF-16 units. */
const LONGEST = 2048;
const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);

export type Hyperlink =
  | Readonly<{
      kind: 'link';
      /** What is opened. */
      url: string;
      scheme: 'https' | 'http' | 'mailto';
      /** Where it really leads: in ASCII, other scripts in their coded form (`xn--…`); for mail the address. */
      host: string;
      /** Letters of other scripts are in the host, which can look like well-known names. */
      coded: boolean;
      /** Something stands before the host that could pass for one: `https://bank.example@evil.example`. */
      credentials: boolean;
      /** What the terminal showed, where that is not the address itself. */
      shown: string | undefined;
    }>
  | Readonly<{ kind: 'refused'; reason: 'scheme' | 'invalid'; text: string }>;

/**
 * Where a link of a terminal really leads.
 * @param target Address, as the program has given it.
 * @param shown Text that was clicked.
 */
export function inspectLink(target: string, shown: string): Hyperlink {
  const text = showHidden(target.slice(0, LONGEST));
  if (target.length > LONGEST || !URL.canParse(target)) return { kind: 'refused', reason: 'invalid', text };
  const url = new URL(target);
  if (!SCHEMES.has(url.protocol)) return { kind: 'refused', reason: 'scheme', text };
  const scheme = url.protocol.slice(0, -1) as 'https' | 'http' | 'mailto';
  const host = scheme === 'mailto' ? showHidden(url.pathname) : url.host;
  if (host === '' || url.href.length > LONGEST) return { kind: 'refused', reason: 'invalid', text };
  const visible = showHidden(shown.trim().slice(0, LONGEST));
  return {
    kind: 'link',
    url: url.href,
    scheme,
    host,
    coded: host.split('.').some((label) => label.startsWith('xn--')),
    credentials: url.username !== '' || url.password !== '',
    shown: visible === '' || sameAddress(visible, url) ? undefined : visible,
  };
}

/** Also without the scheme, as people write addresses. */
function sameAddress(shown: string, { href, protocol }: URL): boolean {
  const whole = `${protocol}${protocol === 'mailto:' ? '' : '//'}${shown}`;
  return [shown, whole].some((address) => URL.canParse(address) && new URL(address).href === href);
}
