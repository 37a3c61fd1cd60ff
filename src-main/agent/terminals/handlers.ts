import { MOST_SERVED, type AppHandlers, type ServedTerminalView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { Principals } from '../core/principals/index.ts';
import type { ClosingMode } from './pty-host/backend.ts';
import { NOMINAL_SIZE, type ExecService } from './exec/index.ts';
import type { TerminalService } from './service.ts';

/**
 * Creates the app-API handlers for terminals and commands that run here: `terminal.served` lists them, `terminal.stop` ends one, and `agent.stop` asks the program around the agent to end it,
 * with or without its terminals. Used by the terminals module.
 */
export function createTerminalHandlers({
  execs,
  principals,
  requestStop,
  terminals,
}: Readonly<{
  execs: Pick<ExecService, 'served' | 'stop'>;
  principals: Pick<Principals, 'relayReads' | 'get'>;
  /** Asks the program that runs the agent to close it. */
  requestStop(terminals: ClosingMode): void;
  terminals: TerminalService;
}>): Pick<AppHandlers, 'agent.stop' | 'terminal.served' | 'terminal.stop'> {
  return {
    'agent.stop': async ({ keepTerminals = false }) => {
      if (keepTerminals && !terminals.lasts)
        throw new ClawReachError('agent.terminals-bound', 'the terminals here end with their agent');
      requestStop(keepTerminals ? 'keep' : 'end');
      return {};
    },
    'terminal.served': async ({ commands = false, programs = false }) => {
      const running = programs ? await terminals.programs() : new Map<string, string>();
      const shells = terminals.served.map((served): ServedTerminalView => ({
        ...served,
        ...(running.has(served.terminal) && { program: running.get(served.terminal) }),
        ...(principals.relayReads(served.peerId) ? { relayReads: true } : {}),
        ...(principals.get(served.peerId)?.browser === undefined ? {} : { browser: true }),
        viewers: served.viewers.map(({ peer, name, watching }) => ({ peerId: peer, name, watching })),
      }));
      const pipes = execs.served.map(({ name, ...served }): ServedTerminalView => ({
        ...served,
        ...NOMINAL_SIZE,
        peerName: name,
        attached: true,
        viewers: [],
        noTerminal: true,
      }));
      return [...shells, ...(commands ? pipes : [])].slice(0, MOST_SERVED);
    },
    'terminal.stop': async ({ terminal }) => {
      if (!terminals.stop(terminal) && !execs.stop(terminal))
        throw new ClawReachError('terminal.unknown', 'no such terminal runs here');
      return {};
    },
  };
}
