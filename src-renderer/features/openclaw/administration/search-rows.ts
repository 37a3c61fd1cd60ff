import { quoteUntrusted } from '../../../ui/index.ts';
import type { GatewayDeviceView, GatewayNodeView } from '#shared/app-api/index.ts';
import { compareNames } from '../../../locale/index.ts';

/** Least number of rows for which the lists of devices and nodes show search and filter. The functions of this file have no effects. */
export const FILTER_FROM = 6;

/** Filters of the devices: all, connected ones, or those with this role. */
export type DeviceFilter = 'all' | 'connected' | 'operator' | 'node';
/** Filters of the nodes: all, connected ones, or those that wait for approval. */
export type NodeFilter = 'all' | 'connected' | 'waiting';

/**
 * Returns the devices that match: this device first, then connected ones, each group by name.
 * @param query words that must all occur in the name, ID, platform or client
 */
export function searchDevices(
  devices: readonly GatewayDeviceView[],
  query: string,
  filter: DeviceFilter,
): readonly GatewayDeviceView[] {
  return devices
    .filter((device) => {
      if (filter === 'connected' && !device.connected) return false;
      if ((filter === 'operator' || filter === 'node') && !device.roles.includes(filter)) return false;
      return matches(query, device.label, device.name, device.deviceId, device.platform, device.clientId);
    })
    .toSorted((a, b) => order(a, b) || byName(deviceName(a), deviceName(b)));
}

/**
 * Returns the nodes that match: this machine's node first, then connected ones, each group by name.
 * @param query words that must all occur in the name, ID, platform or commands
 */
export function searchNodes(
  nodes: readonly GatewayNodeView[],
  query: string,
  filter: NodeFilter,
): readonly GatewayNodeView[] {
  return nodes
    .filter((node) => {
      if (filter === 'connected' && !node.connected) return false;
      if (filter === 'waiting' && !isWaiting(node)) return false;
      return matches(query, node.name, node.nodeId, node.platform, ...node.commands);
    })
    .toSorted((a, b) => order(a, b) || byName(a.name, b.name));
}

/** Reports whether the node or some of its commands wait for approval. */
export function isWaiting({ approval }: GatewayNodeView): boolean {
  return approval === 'pending-approval' || approval === 'pending-reapproval';
}

/** Returns the name that an operator gave a device, else the name that the device reports, else its ID. */
export function deviceName(device: Pick<GatewayDeviceView, 'label' | 'name' | 'deviceId'>): string {
  return device.label ?? (device.name === '' ? device.deviceId : device.name);
}

type Row = Readonly<{ self: boolean; connected: boolean }>;

function order(a: Row, b: Row): number {
  return Number(b.self) - Number(a.self) || Number(b.connected) - Number(a.connected);
}

/** Compares names in the window's language; `machine-9` comes before `machine-10`. */
function byName(a: string, b: string): number {
  return compareNames(a, b);
}

function matches(query: string, ...texts: readonly (string | null)[]): boolean {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  const all = texts.filter((each) => each !== null).map((each) => each.toLowerCase());
  return words.every((word) => all.some((each) => each.includes(word)));
}

/** Names of systems as their makers write them. Gateways report them in small letters. */
const PLATFORMS: ReadonlyMap<string, string> = new Map([
  ['linux', 'Linux'],
  ['darwin', 'macOS'],
  ['macos', 'macOS'],
  ['win32', 'Windows'],
  ['windows', 'Windows'],
  ['ios', 'iOS'],
  ['ipados', 'iPadOS'],
  ['android', 'Android'],
]);

/** Formats the system of a device or node; unknown ones as the gateway reports them, empty for null. */
export function platformText(platform: string | null): string {
  return platform === null ? '' : (PLATFORMS.get(platform) ?? quoteUntrusted(platform));
}
