import type { ServedTerminalView } from '#shared/app-api/index.ts';
import { useApp } from './state.ts';

/**
 * Notes which peers use terminals of this machine, from the agent's list (`terminal.served`). One that was left running, and a command, is used by no
 * one. An equal list changes nothing in the store.
 */
export function noteUsedHere(served: readonly ServedTerminalView[]): void {
  const used: Record<string, number> = {};
  for (const { peerId, startedAt, attached, noTerminal } of served)
    if (attached && noTerminal !== true) used[peerId] = Math.min(used[peerId] ?? startedAt, startedAt);
  useApp.setState((before) => (isEqual(before.usedHere, used) ? before : { usedHere: used }));
}

function isEqual(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
