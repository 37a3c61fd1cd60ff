import { create } from 'zustand';
import { MACHINE_ORDERS, type MachineOrder } from './order.ts';

/** Keys in `localStorage`: order of the list, and times of the last use. */
const ORDER = 'machines.order';
const USED = 'machines.used';
/** Most machines whose last use is remembered. */
const MOST = 200;

type Remembered = Readonly<{
  /** Order of the list that this window shows. */
  order: MachineOrder;
  /** Time at which the person last opened each machine or a terminal on it, ms since 1970, by ID. */
  usedAt: Readonly<Record<string, number>>;
}>;

/** Order of the list in this window, and the machines used last. Kept in `localStorage`; groups and positions are the agent's. */
export const useMachineOrder = create<Remembered>()(() => ({
  order: MACHINE_ORDERS.find((order) => order === read(ORDER)) ?? 'mine',
  usedAt: parse(read(USED)),
}));

/** Changes the order of the list, and remembers it. */
export function setMachineOrder(order: MachineOrder): void {
  useMachineOrder.setState({ order });
  write(ORDER, order);
}

/** Remembers that the person uses a machine now. */
export function markUsed(peerId: string, now = Date.now()): void {
  const newest = Object.entries({ ...useMachineOrder.getState().usedAt, [peerId]: now })
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, MOST);
  const usedAt = Object.fromEntries(newest);
  useMachineOrder.setState({ usedAt });
  write(USED, JSON.stringify(usedAt));
}

function parse(stored: string | null): Remembered['usedAt'] {
  try {
    const value: unknown = JSON.parse(stored ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
    );
  } catch {
    return {};
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // The browser stores nothing for pages.
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The next start begins with the person's own order.
  }
}
