import type { AppHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { openExec, type ExecConnection } from './index.ts';
import type { PeerRecord } from '../peers/index.ts';
import type { AgentParts } from '../api/parts.ts';

type ExecHandlers = Pick<AppHandlers, 'exec.open' | 'exec.signal'>;
type ExecParts = Pick<AgentParts, 'peers' | 'network' | 'audit' | 'history' | 'execChannels'>;

/** The answers to the calls that run commands on peers without a terminal. */
export function createExecHandlers(parts: ExecParts): ExecHandlers {
  const { peers, network, audit, execChannels } = parts;
  return {
    'exec.open': async ({ peer, command, directory }, { signal, progress, connection }) => {
      const record = peers.find(peer);
      progress('connecting');
      const session = await network.session(record.peerId, signal);
      const onWaiting = (): void => progress('approval');
      const exec = await openExec(session, { command, directory }, { signal, onWaiting });
      try {
        if (connection.closed.aborted) throw new ClawReachError('control.lost', 'the user interface is gone');
        audit.record('terminal.used', { peer: record.peerId, name: record.name, terminal: exec.exec });
        const channels = execChannels.join(connection, exec);
        noteUse(parts, record, command?.[0] ?? '', exec);
        return { exec: exec.exec, ...channels };
      } catch (error) {
        exec.close();
        throw error;
      }
    },
    'exec.signal': async ({ channel, signal }, { connection }) => {
      execChannels.signal(connection, channel, signal);
      return {};
    },
  };
}

function noteUse({ history }: ExecParts, peer: PeerRecord, program: string, exec: ExecConnection): void {
  const { peerId, name: peerName } = peer;
  const entry = history.begin({ kind: 'terminal', direction: 'out', peerId, peerName, detail: program });
  void exec.ended.then(({ code, signal, exitCode }) => {
    const how = exec.isHungUp ? 'closed' : (code ?? signal ?? `exit ${exitCode}`);
    history.end(entry, how);
  });
}
