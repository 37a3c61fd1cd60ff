import type { AppApiServer } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import type { SessionHistory } from '../history/index.ts';
import type { PeerBook } from '../peers/index.ts';
import type { RightsPolicy } from '../core/policy/index.ts';
import { DeferredRecorder, Recordings } from '../recordings/index.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';
import { ExecService, startExec, type StartExec } from '../exec/index.ts';
import { readForeground, TerminalService, TerminalSessions, type TerminalServiceOptions } from './index.ts';

/**
 * The terminals of this device, and the recordings of them where the profile keeps any.
 * @param parts.onShared What is shared with a peer is another thing now.
 * @param parts.onNoticed A peer says that of what it shares with this device.
 */
export function createTerminals(
  parts: Pick<AgentOptions, 'terminals' | 'recordings' | 'crypto' | 'clock' | 'logger'> &
    Readonly<{
      /** Instead of starting programs of this machine. */
      startExec?: StartExec | undefined;
      settings: SettingsStore;
      peers: PeerBook;
      policy: RightsPolicy;
      audit: AuditLog;
      history: SessionHistory;
      /** To the user interfaces that are there. */
      broadcast: AppApiServer['broadcast'];
      onShared: (peerId: PeerId) => void;
      onNoticed: (peerId: PeerId) => void;
    }>,
): Readonly<{ terminals: TerminalService; execs: ExecService; recordings: Recordings | undefined }> {
  const { crypto, clock, settings, peers, policy } = parts;
  const recordings =
    parts.recordings === undefined
      ? undefined
      : new Recordings({
          folder: parts.recordings,
          clock,
          logger: parts.logger.child({ part: 'recordings' }),
          createId: () => toHex(crypto.randomBytes(4)),
          onChange: () => parts.broadcast('recordings.changed', {}),
        });
  const record: TerminalServiceOptions['record'] = ({ peerId, name: peerName }, title, cols, rows) =>
    recordings === undefined || !settings.value.recordings.served
      ? undefined
      : new DeferredRecorder(
          recordings
            .start({ peerId, peerName, title, side: 'target', input: false, cols, rows })
            .catch(() => undefined),
        );
  const createName = (): string => toHex(crypto.randomBytes(16));
  const execs = new ExecService({
    start: parts.startExec ?? startExec,
    clock,
    logger: parts.logger.child({ part: 'commands' }),
    home: parts.terminals.home,
    shell: parts.terminals.shell,
    decision: (peerId) => policy.decision(peerId, 'terminal'),
    hasRoomFor: (peerId) => terminals.hasRoomFor(peerId),
    createName,
    record,
    audit: parts.audit,
    history: parts.history,
  });
  const terminals = new TerminalService({
    ...parts.terminals,
    clock,
    logger: parts.logger.child({ part: 'terminals' }),
    audit: parts.audit,
    history: parts.history,
    decision: (peerId) => policy.decision(peerId, 'terminal'),
    viewDecision: (peerId) => policy.decision(peerId, 'view'),
    onShared: parts.onShared,
    onNoticed: parts.onNoticed,
    record,
    isOwn: (peerId) => peers.get(peerId)?.own === true,
    nameOf: (peerId) => peers.get(peerId)?.name,
    createName,
    commands: execs,
    foreground: readForeground,
    sessions: new TerminalSessions(clock),
  });
  return { terminals, execs, recordings };
}
