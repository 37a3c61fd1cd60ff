import { commandWithPin, parseRelayUrl, pinLines } from '#shared/relay-dialer/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { isWildcard, joinAuthority } from '../http/index.ts';
import type { RelayOptions, RunningRelay } from '../options.ts';

/** Line of a relay that serves the documented protocol. */
const PLAIN_WARNING =
  'plain protocol  on: this relay can read terminals and prompts of plain devices, in projects that allow them';

/**
 * Returns the lines that the relay prints when it has started: all that a person needs to add the first device. Scripts may rely on the first line:
 * `listening on :PORT`, with the address before the colon if the relay is bound to one only. Pure.
 * @param isTerminal true if a person reads the lines, and nothing keeps them: only then they have the link for the first account
 * @param columns width of that terminal; 0 for no limit
 */
export function startupBanner(
  relay: RunningRelay,
  { dataDirectory, listen, accounts, admission }: RelayOptions,
  isTerminal = false,
  columns = 0,
): string[] {
  const shown = relay.urls.slice(0, 6);
  return [
    `listening on ${isWildcard(listen?.host) ? `:${relay.port}` : joinAuthority(listen?.host ?? '', relay.port)}`,
    ...shown.map((url, index) => `${index === 0 ? 'url             ' : '                '}${url}`),
    ...(relay.tlsPin === undefined ? [] : pinOf(relay.tlsPin, columns)),
    `relay key       ${relay.keyId}`,
    relay.stunPort === undefined
      ? 'stun            off: devices behind NAT meet through this relay only'
      : `stun            UDP port ${relay.stunPort}: lets devices behind NAT meet directly`,
    admissionLine(relay, admission),
    ...firstDevice(relay, shown[0] ?? relay.url, columns),
    admission === 'accounts'
      ? "                then, with a code from the relay's page: clawreach account link CODE"
      : '                then, to pair it with another one: clawreach pair',
    ...firstAccount(relay, isTerminal),
    ...pageLine(relay),
    ...(accounts?.plainProtocol === true ? [PLAIN_WARNING] : []),
    ...unbroken(`data            ${dataDirectory}`, '(back it up: it holds the key that clients know)', columns),
  ];
}

/** Returns the line of the pin, in two halves where it would be too wide. */
function pinOf(pin: Uint8Array, columns: number): readonly string[] {
  const halves = pinLines(toHex(pin), 8).map((half) => half.replaceAll(' ', '-'));
  const line = `tls pin         ${halves.join('-')}`;
  return columns > 0 && line.length > columns
    ? halves.map((half, at) => (at === 0 ? 'tls pin' : '').padEnd(16) + half)
    : [line];
}

/** Returns a line and a remark, which follows on a line of its own where both are too wide. */
function unbroken(line: string, remark: string, columns: number): readonly string[] {
  const both = `${line} ${remark}`;
  return columns > 0 && both.length > columns ? [line, `${' '.repeat(16)}${remark}`] : [both];
}

function admissionLine({ admissionToken }: RunningRelay, admission: RelayOptions['admission']): string {
  if (admission === 'accounts')
    return 'admission       accounts: devices of its accounts, and those that they pair with';
  return admissionToken === undefined
    ? 'admission       open: anyone who reaches this relay may use it'
    : `admission token ${admissionToken}`;
}

/**
 * Returns the lines with the command that sets this relay on the first device. It contains all that a machine needs to find and trust the relay except
 * the token, for which the command asks: other users can read command lines.
 */
function firstDevice({ tlsPin }: RunningRelay, url: string, columns: number): readonly string[] {
  const isSecure = parseRelayUrl(url, { insecure: true }).secure;
  const command = `clawreach config relay ${url}${isSecure ? '' : ' --insecure'}`;
  if (tlsPin === undefined) return [`first device    ${command}`];
  const pin = toHex(tlsPin);
  const [line = '', ...more] = commandWithPin(`first device    ${command}`, pin, columns);
  // The pin would be broken here, so the command gets lines of its own.
  return more.length === 0 ? [line] : ['first device', ...commandWithPin(`    ${command}`, pin, columns)];
}

/** Returns the line about the page, where one was asked for. */
function pageLine({ page }: RunningRelay): string[] {
  if (page === undefined) return [];
  if (page.kind === 'refused') return [`page            not served: ${page.reason}. Reinstall ClawReach`];
  const { manifest, hash, signature } = page.page;
  const made = signature === 'release' ? '' : ', not signed: a build of developers';
  return [`page            version ${manifest.version}, ${hash}${made}`];
}

/** Returns the line about the first account, while there is none. */
function firstAccount({ firstAccount: first }: RunningRelay, isTerminal: boolean): string[] {
  if (first === undefined) return [];
  const shown =
    isTerminal && first.link !== undefined ? `${first.link} (shown once)` : `open the link in ${first.path}`;
  return [`first account   ${shown}`];
}
