import type { AppHandlers, ApprovalFact, CallInput } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { commandLine } from '#shared/shell-quoting.ts';
import type { AuditLog } from '../../core/store/index.ts';
import type { PeerHistory } from '../../history/index.ts';
import type { Network } from '../../network/index.ts';
import type { PeerBook, PeerRecord } from '../../peers/index.ts';
import type { ExecChannels } from './channels.ts';
import { openExec, type ExecConnection } from './client.ts';

type ExecHandlers = Pick<AppHandlers, 'exec.open' | 'exec.signal' | 'exec.close'>;
type ExecParts = Readonly<{
  audit: AuditLog;
  channels: ExecChannels;
  history: PeerHistory;
  network: Network;
  peers: PeerBook;
}>;

/**
 * Creates the app-API handlers `exec.open`, `exec.signal` and `exec.close`, with which the command `connect` and saved commands run a command on a peer
 * without a terminal. Opens streams on the peer's session; writes to audit log and history. Used by the terminals module.
 */
export function createExecHandlers(parts: ExecParts): ExecHandlers {
  const { peers, network, audit } = parts;
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
        const channels = parts.channels.join(connection, exec);
        noteUse(parts, record, { command, directory }, exec);
        return { exec: exec.exec, ...channels };
      } catch (error) {
        exec.close();
        throw error;
      }
    },
    'exec.signal': async ({ channel, signal }, { connection }) => {
      parts.channels.signal(connection, channel, signal);
      return {};
    },
    'exec.close': async ({ channel }, { connection }) => {
      parts.channels.end(connection, channel);
      return {};
    },
  };
}

/** Records a command on a peer in the history until it ends or this device leaves it. */
function noteUse(
  { history }: ExecParts,
  { peerId, name: peerName }: PeerRecord,
  { command = [], directory }: Pick<CallInput<'exec.open'>, 'command' | 'directory'>,
  exec: ExecConnection,
): void {
  const facts: readonly ApprovalFact[] = directory === undefined ? [] : [{ fact: 'folder', value: directory }];
  const detail = commandLine(command);
  const entry = history.begin({ kind: 'terminal', direction: 'out', peerId, peerName, detail, facts });
  void exec.ended.then(({ code, signal, exitCode }) => {
    const how = exec.isHungUp ? 'closed' : (code ?? signal ?? `exit ${exitCode}`);
    history.end(entry, how);
  });
}
