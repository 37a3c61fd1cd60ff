import { MACHINE_ORDERS, type AppApiClient, type CallInput, type MachineOrder } from '#shared/app-api/index.ts';
import { useApp } from './state.ts';

/** Most uses in one call. */
const MOST = 200;

/** Keys in `localStorage` under which earlier versions of the window kept the order of the list, and times of last uses. */
const EARLIER_ORDER = 'machines.order';
const EARLIER_USES = 'machines.used';

/** Records that the person uses a machine now: in the store at once, and at the agent while it is connected. */
export function markUsed(peerId: string, now = Date.now()): void {
  useApp.setState(({ peers }) => ({
    peers: peers.map((peer) => (peer.peerId === peerId ? { ...peer, usedAt: now } : peer)),
    usedMachine: { peerId, at: now },
  }));
}

/** Shows lists of machines in that order at once. The caller saves it (`peers.setOrder`). */
export function showMachineOrder(machineOrder: MachineOrder): void {
  useApp.setState(({ status }) => (status === undefined ? {} : { status: { ...status, machineOrder } }));
}

/** Sends the machines that the person uses to the agent (`peers.markUsed`). @returns a function that stops it */
export function followUses(api: AppApiClient): () => void {
  return useApp.subscribe(({ usedMachine }, before) => {
    if (usedMachine === undefined || usedMachine === before.usedMachine) return;
    void api.call('peers.markUsed', { peers: [{ peer: usedMachine.peerId }] }).catch(() => undefined);
  });
}

/** Hands what an earlier version kept in this window over to the agent, once. Never rejects. */
export async function moveEarlierOrder(api: AppApiClient): Promise<void> {
  try {
    const order = earlierOrder();
    if (order !== undefined) await api.call('peers.setOrder', { order });
    const peers = earlierUses();
    if (peers.length > 0) await api.call('peers.markUsed', { peers });
    localStorage.removeItem(EARLIER_ORDER);
    localStorage.removeItem(EARLIER_USES);
  } catch {
    // The next connection tries again, or the browser stores nothing for pages.
  }
}

function earlierOrder(): MachineOrder | undefined {
  const stored = localStorage.getItem(EARLIER_ORDER);
  return MACHINE_ORDERS.find((order) => order === stored);
}

function earlierUses(): CallInput<'peers.markUsed'>['peers'] {
  const stored: unknown = parse(localStorage.getItem(EARLIER_USES) ?? '{}');
  return Object.entries(typeof stored === 'object' && stored !== null ? stored : {})
    .flatMap(([peer, at]) =>
      /^[0-9A-HJKMNP-TV-Z]{56}$/.test(peer) && typeof at === 'number' && Number.isFinite(at)
        ? [{ peer, at: Math.round(at) }]
        : [],
    )
    .slice(0, MOST);
}

function parse(stored: string): unknown {
  try {
    return JSON.parse(stored);
  } catch {
    return undefined;
  }
}
