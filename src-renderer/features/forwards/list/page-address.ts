import type { ForwardView } from '#shared/app-api/index.ts';
import { goalOf } from '../form/goals.ts';
import { listensElsewhere } from '../form/kinds.ts';
import { addressOf, localPortOf, type ForwardAddress } from './meaning.ts';

/** Longest part of a name in the address of a page, characters. A label of a host name has at most 63. */
const LONGEST_PART = 24;
/** Hosts of a port that programs on this machine reach by loopback. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1', '0.0.0.0', '::']);

/** Address of a web app or folder in a browser of this machine. */
export type PageAddress = Readonly<{
  /** `host:port`, as it is shown. */
  address: string;
  url: string;
}>;

/**
 * Returns the address at which a browser opens a web app or folder; undefined for other forwards. The host is `NAME-MACHINE.localhost`, which browsers
 * take for this machine: cookies and storage belong to a host, not to a port, so those of different machines stay apart. Safari doesn't know such
 * hosts, so on macOS it is `localhost`. Pure.
 * @param all saved forwards, whose hosts must differ
 */
export function pageAddressOf(
  forward: ForwardView,
  all: readonly ForwardView[],
  platform: string | undefined,
): PageAddress | undefined {
  const { rule } = forward;
  const goal = goalOf(rule);
  if ((goal !== 'web-app' && goal !== 'folder') || listensElsewhere(rule)) return undefined;
  const port = localPortOf(forward);
  const isTls = goal === 'web-app' && 'to' in rule && rule.to !== null && String(rule.to.port).endsWith('443');
  const address = `${hostOf(forward, all, platform)}:${port}`;
  return { address, url: `${isTls ? 'https' : 'http'}://${address}/` };
}

/** Returns the address of a forward to show: that of its page, or the one that programs connect to. Pure. */
export function shownAddressOf(
  forward: ForwardView,
  all: readonly ForwardView[],
  platform: string | undefined,
): ForwardAddress {
  const page = pageAddressOf(forward, all, platform);
  return page === undefined ? addressOf(forward) : { address: page.address };
}

function hostOf(forward: ForwardView, all: readonly ForwardView[], platform: string | undefined): string {
  const { host } = forward.rule.listen;
  if (!LOOPBACK.has(host)) return host.includes(':') ? `[${host}]` : host;
  if (platform === 'darwin') return 'localhost';
  const label = labelOf(forward);
  // The first one keeps its host, and with it the cookies there, when another one of such a name comes.
  const isTaken = (all.find((other) => labelOf(other) === label)?.id ?? forward.id) !== forward.id;
  // Ports of saved forwards differ, and no label has two dashes in a row.
  return `${isTaken ? `${label}--${localPortOf(forward)}` : label}.localhost`;
}

/** Returns the label of a forward's host from its name and its machine's: small letters, digits and dashes. */
function labelOf({ rule, peerName }: ForwardView): string {
  const name = plain(rule.name);
  const peer = peerName === null ? '' : plain(peerName);
  // A name such as "Web app on office" has the machine already. Every label still ends with its machine.
  const parts = `-${name}`.endsWith(`-${peer}`) ? [name] : [name, peer];
  const label = parts.filter((part) => part !== '').join('-');
  // `xn--` begins an encoded name.
  return label === '' || label === 'xn' ? 'web' : label;
}

function plain(name: string): string {
  const letters = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const whole = letters.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  if (whole.length <= LONGEST_PART) return whole;
  const cut = whole.slice(0, LONGEST_PART + 1);
  const end = cut.lastIndexOf('-');
  // A word that is longer than all of it is cut.
  return end > 0 ? cut.slice(0, end) : whole.slice(0, LONGEST_PART);
}
