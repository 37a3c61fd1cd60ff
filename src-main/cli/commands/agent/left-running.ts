import type { AppApiClient } from '#shared/app-api/index.ts';
import { printable } from '../../output/index.ts';
import { peerName, peerWord } from '../machines/peer-format.ts';
import { shortTerminal } from '../terminals/terminal-id.ts';

/** Longest wait for a machine's list of terminals, ms. */
const PATIENCE = 2000;
/** Most terminals that `status` prints. */
const MOST_SHOWN = 8;

/** Terminal that runs although no one shows it. `here`: it runs on this machine, and the machine left it. */
export type LeftTerminal = Readonly<{ terminal: string; title: string; machine: string; word: string; here: boolean }>;

/**
 * Finds terminals that were left running: those of peers on this machine, and those of this machine on peers with a connection. No person is asked, and
 * a machine that doesn't answer is left out.
 */
export async function findLeftRunning(client: AppApiClient, signal: AbortSignal): Promise<readonly LeftTerminal[]> {
  const options = (): Readonly<{ signal: AbortSignal }> => ({
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
  });
  const [served, peers] = await Promise.all([
    client.call('terminal.served', {}, options()).catch(() => []),
    client.call('peers.list', {}, options()).catch(() => []),
  ]);
  const here = served
    .filter(({ attached, noTerminal }) => !attached && noTerminal !== true)
    .map(({ terminal, title, peerName: machine }) => ({ terminal, title, machine, word: '', here: true }));
  const linked = peers.filter(({ linked: isLinked, browser }) => isLinked && browser === undefined);
  const there = await Promise.all(
    linked.map(async (peer) => {
      const own = await client.call('terminal.list', { peer: peer.peerId, own: true }, options()).catch(() => []);
      return own
        .filter(({ attached, heldBy }) => !attached && heldBy === null)
        .map(({ terminal, title }) => ({
          terminal,
          title,
          machine: peerName(peer),
          word: peerWord(peer),
          here: false,
        }));
    }),
  );
  return [...here, ...there.flat()];
}

/** Formats the terminals that were left running, one line each; empty without any. Pure. */
export function formatLeftRunning(left: readonly LeftTerminal[]): readonly string[] {
  const more = left.length > MOST_SHOWN ? [`and ${left.length - MOST_SHOWN} more`] : [];
  const lines = left.slice(0, MOST_SHOWN).map(({ terminal, title, machine, word, here }) => {
    const id = printable(shortTerminal(terminal));
    const name = title === '' ? id : `${id} (${printable(title)})`;
    return here
      ? `left running here by ${printable(machine)}: ${name}; see \`clawreach share --here\``
      : `left running on ${machine}: ${name}; reopen: \`clawreach connect ${word} --terminal ${id}\``;
  });
  return [...lines, ...more];
}
