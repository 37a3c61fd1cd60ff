import type { AppApiServer } from '#shared/app-api/index.ts';
import type { PoolTrimmer } from '#shared/bytes/index.ts';
import type { AgentParts } from './api/index.ts';
import type { ForwardParts } from './forwards/module.ts';
import type { GatewayParts } from './openclaw/module.ts';
import type { ConnectionHistory } from './history/index.ts';
import type { StreamGate } from './streams/index.ts';
import type { ClosingMode } from './terminals/index.ts';
import { withTimeout } from './core/timeout.ts';

/** How long parts of the end may take, ms: together about six seconds, whatever a peer, the relay, a disk or a terminal does. */
export const CLOSING = { forwards: 500, terminals: 3500, network: 1500, audit: 500 };

/** What ends with an agent, besides what the calls of a user interface reach. */
export type ClosingParts = Readonly<{
  server: AppApiServer;
  gate: StreamGate;
  forwardParts: ForwardParts;
  gatewayParts: GatewayParts | undefined;
  carried: ConnectionHistory;
  poolTrimmer: PoolTrimmer;
}>;

/** Ends everything in order: what others do here, what this device does elsewhere, the user interfaces, the books. @returns how many terminals were left running */
export async function closeParts(
  parts: AgentParts,
  { server, gate, forwardParts, gatewayParts, carried, poolTrimmer }: ClosingParts,
  reason: string,
  mode: ClosingMode,
): Promise<number> {
  const { audit, clock, execs, history, network, terminals } = parts;
  audit.record('agent.stopped', { reason });
  // Before their channels end: a user interface must not take this for a crash.
  server.broadcast('agent.ending', { returns: mode === 'keep' });
  parts.pause.close();
  parts.problems?.close();
  parts.pairing.close();
  parts.adding.close();
  parts.approvals.close();
  parts.channels.close();
  parts.execChannels.close();
  gate.close();
  forwardParts.closeTargets();
  parts.remote?.close();
  gatewayParts?.close();
  // Each has bounds of its own; these hold where even a process that was killed does not go.
  await withTimeout(clock, CLOSING.forwards, parts.forwards.close());
  const ended = withTimeout(clock, CLOSING.terminals, execs.close());
  const left = (await withTimeout(clock, CLOSING.terminals, terminals.close(mode))) ?? 0;
  await ended;
  await withTimeout(clock, CLOSING.network, parts.discovery.close());
  await withTimeout(clock, CLOSING.network, network.close());
  poolTrimmer.close();
  server.close();
  parts.policy.close();
  parts.peers.close();
  await withTimeout(clock, CLOSING.audit, audit.close());
  carried.close();
  await withTimeout(clock, CLOSING.audit, Promise.resolve(parts.recordings?.close()));
  await withTimeout(
    clock,
    CLOSING.audit,
    history.close((entry) => terminals.runs(entry)),
  );
  return left;
}
