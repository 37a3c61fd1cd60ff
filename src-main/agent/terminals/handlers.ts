import type { AppHandlers, ServedTerminalView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { Principals } from '../core/principals/index.ts';
import type { ClosingMode } from './pty-host/backend.ts';
import type { TerminalService } from './service.ts';

/**
 * Creates the app-API handlers for terminals that run here: `terminal.served` lists them, and `agent.stop` asks the program around the agent to end it,
 * with or without its terminals. Used by the terminals module.
 */
export function createTerminalHandlers({
  principals,
  requestStop,
  terminals,
}: Readonly<{
  principals: Pick<Principals, 'relayReads'>;
  /** Asks the program that runs the agent to close it. */
  requestStop(terminals: ClosingMode): void;
  terminals: TerminalService;
}>): Pick<AppHandlers, 'agent.stop' | 'terminal.served'> {
  return {
    'agent.stop': async ({ keepTerminals = false }) => {
      if (keepTerminals && !terminals.lasts)
        throw new ClawReachError('agent.terminals-bound', 'the terminals here end with their agent');
      requestStop(keepTerminals ? 'keep' : 'end');
      return {};
    },
    'terminal.served': async () =>
      terminals.served.map((served): ServedTerminalView => ({
        ...served,
        ...(principals.relayReads(served.peerId) ? { relayReads: true } : {}),
        viewers: served.viewers.map(({ peer, name, watching }) => ({ peerId: peer, name, watching })),
      })),
  };
}
