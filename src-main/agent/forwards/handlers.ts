import type { AppHandlers } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { PeerBook } from '../peers/index.ts';
import { requestPorts } from '../ports/index.ts';
import { checkPort } from './check-port.ts';
import { checkFolder, type FolderSettings } from './folders/index.ts';
import { exportRules, importRules } from './rules/index.ts';
import type { CommandConnections } from './command-connections.ts';
import type { ForwardManager } from './rules/index.ts';

/** Longest time to link to a peer for the list of its ports, ms. */
const PORTS_TIMEOUT = 10_000;

type ForwardHandlers = Pick<AppHandlers, Extract<keyof AppHandlers, `forwards.${string}`>>;

/**
 * Creates the handlers of the app API's `forwards.*` calls. The forward manager answers them: it saves rules and trusted SSH host keys, and starts
 * and stops forwards. Imports and exports also read the peer book. None of them writes the audit log.
 */
export function createForwardHandlers(
  parts: Readonly<{
    forwards: ForwardManager;
    commandConnections: CommandConnections;
    peers: PeerBook;
    folders: FolderSettings;
    /** Returns the session with a peer; links to it first if there is none. */
    session(peerId: PeerId, signal: AbortSignal): Promise<Pick<Session, 'open'>>;
  }>,
): ForwardHandlers {
  const { forwards, commandConnections, peers, folders, session } = parts;
  return {
    'forwards.list': async () => forwards.list(),
    'forwards.add': async ({ rule, password }) => {
      return await forwards.add({ rule, password });
    },
    'forwards.update': async ({ id, rule, password }) => forwards.update(id, rule, password),
    'forwards.remove': async ({ id }) => {
      await forwards.remove(id);
      return {};
    },
    'forwards.enable': async ({ id, enabled }) => forwards.enable(id, enabled),
    'forwards.restart': async ({ id }) => forwards.restart(id),
    'forwards.trustHostKey': async ({ id, fingerprint }) => forwards.trustHostKey(id, fingerprint),
    'forwards.probe': async ({ id }) => forwards.probe(id),
    'forwards.connections': async () => forwards.listConnections(),
    'forwards.connect': async ({ peer, to }, { signal, progress, connection }) => {
      progress('connecting');
      const onWaiting = (): void => progress('approval');
      return await commandConnections.open(connection, { peer: peers.find(peer), to }, { signal, onWaiting });
    },
    'forwards.disconnect': async ({ connection }) => {
      forwards.connections.disconnect(connection);
      return {};
    },
    'forwards.ports': async ({ peer }, { signal }) => {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(PORTS_TIMEOUT)]);
      const ports = await requestPorts(await session(peers.find(peer).peerId, patience));
      return { ports: ports === undefined ? null : [...ports] };
    },
    'forwards.checkPort': async (input) => checkPort(input),
    'forwards.checkFolder': async (input) => checkFolder(input, folders),
    'forwards.import': async (input) => importRules(parts, input),
    'forwards.export': async (input) => exportRules(parts, input),
  };
}
