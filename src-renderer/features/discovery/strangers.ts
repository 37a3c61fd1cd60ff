import type { DiscoveredDeviceView, DiscoveryView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import type { ChosenMachine } from '../../store/index.ts';
import { quoteUntrusted } from '../../ui/index.ts';

/**
 * Returns the machines found that aren't paired, in the order in which they were found, so that none moves when it begins to show a code. Pure.
 * @param most most machines shown; if there are more, those that show a code are kept
 */
export function strangersOf(view: DiscoveryView | undefined, most: number): readonly DiscoveredDeviceView[] {
  const found = onceEach((view?.devices ?? []).filter(({ peer }) => peer === null));
  if (found.length <= most) return found;
  return [...found.filter(({ inviting }) => inviting), ...found.filter(({ inviting }) => !inviting)].slice(0, most);
}

/** Leaves out what a machine announced before: one address has one machine. Keeps the announcement with a code or a name, else the first. */
function onceEach(devices: readonly DiscoveredDeviceView[]): readonly DiscoveredDeviceView[] {
  const byAddress = new Map<string, DiscoveredDeviceView>();
  const worth = ({ inviting, name }: DiscoveredDeviceView): number => (inviting ? 2 : 0) + (name === null ? 0 : 1);
  for (const device of devices) {
    const before = byAddress.get(device.address);
    if (before === undefined || worth(device) > worth(before)) byAddress.set(device.address, device);
  }
  return [...byAddress.values()];
}

/** Returns the addresses of a machine without their ports, with the port where two of the machines have the same address. Pure. */
export function hostOf({ address, others = [] }: DiscoveredDeviceView, all: readonly DiscoveredDeviceView[]): string {
  const short = (one: string): string => {
    const host = one.slice(0, one.lastIndexOf(':') + 1);
    return all.filter((other) => other.address.startsWith(host)).length > 1 ? one : host.slice(0, -1);
  };
  return [address, ...others].map(short).join(', ');
}

/** Says why a machine that was found is shown by its address: it announces its name while it shows a code, unless its person hides it. */
export function unnamedText({ inviting }: Pick<DiscoveredDeviceView, 'inviting'>): string {
  return text(inviting ? 'discovery.unnamed' : 'discovery.unnamed.until');
}

/** Returns a machine that was found as the person chooses it to pair. Pure. @param all machines shown with it */
export function chosenOf(device: DiscoveredDeviceView, all: readonly DiscoveredDeviceView[]): ChosenMachine {
  const { address, name, inviting } = device;
  const host = hostOf(device, all);
  return { address, host, name: name === null ? host : quoteUntrusted(name), inviting };
}
