import type { AppHandlers, ServedTerminalView, SHARING_CALLS } from '#shared/app-api/index.ts';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import { shareTerminal } from './index.ts';
import type { AgentParts } from '../api/parts.ts';

type SharingHandlers = Pick<AppHandlers, keyof typeof SHARING_CALLS>;
type SharingParts = Pick<AgentParts, 'peers' | 'network' | 'terminals' | 'shares'>;

/** The answers to the calls about who looks on at terminals. */
export function createSharingHandlers({ peers, network, terminals, shares }: SharingParts): SharingHandlers {
  return {
    'terminal.share': async ({ peer, terminal, with: viewer }, { signal }) => {
      const { peerId } = peers.find(viewer);
      if (peer === null) terminals.sharing.share(terminal, peerId, undefined);
      else {
        const session = await network.session(peers.find(peer).peerId, signal);
        await shareTerminal(session, { action: 'share', terminal, peer: peerId }, signal);
      }
      return {};
    },
    'terminal.unshare': async ({ peer, terminal, with: viewer }, { signal }) => {
      // One that is not known here may still look on there: its id is enough.
      const whom = viewer === undefined ? undefined : (peerIdIn(viewer) ?? peers.find(viewer).peerId);
      if (peer === null) terminals.sharing.unshare(terminal, whom, undefined);
      else {
        const session = await network.session(peers.find(peer).peerId, signal);
        const wish = { action: 'unshare', terminal, ...(whom === undefined ? {} : { peer: whom }) } as const;
        await shareTerminal(session, wish, signal);
      }
      return {};
    },
    'terminal.shared': async () => {
      const linked = peers.list().filter(({ peerId }) => network.current(peerId) !== undefined);
      await Promise.all(linked.map(({ peerId }) => shares.ask(peerId)));
      return [...shares.list];
    },
    'terminal.served': async () =>
      terminals.served.map((served): ServedTerminalView => ({
        ...served,
        viewers: served.viewers.map(({ peer, name, watching }) => ({ peerId: peer, name, watching })),
      })),
  };
}

function peerIdIn(text: string): PeerId | undefined {
  try {
    return parsePeerId(text);
  } catch {
    return undefined;
  }
}
