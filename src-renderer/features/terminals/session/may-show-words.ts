import type { Machine } from './machine.ts';

/** Time after a pairing for which the other machine may still show the words, ms. */
const WORDS_SHOWN = 10 * 60_000;

/**
 * Reports whether the words of the pairing may still wait for a person at the machine: it was paired a moment ago, and hasn't said that someone there
 * has confirmed them. Pure but for the clock. @param now ms since 1970
 */
export function mayShowWords(machine: Machine, now = Date.now()): boolean {
  const peer = machine.kind === 'peer' ? machine.peer : undefined;
  return peer !== undefined && peer.comparedThere !== true && now - peer.pairedAt < WORDS_SHOWN;
}
