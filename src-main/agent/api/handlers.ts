import type { AppHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { describePerson, describeSystem } from '#node/system/index.ts';
import { writeReport } from '../diagnostics/index.ts';
import type { PeerRecord } from '../peers/index.ts';
import { listTerminals, openTerminal, type TerminalConnection } from '../terminals/index.ts';
import { createDiscoveryHandlers } from '../discovery/handlers.ts';
import { createExecHandlers } from '../exec/handlers.ts';
import { createForwardHandlers } from '../forwards/handlers.ts';
import { createGatewayHandlers } from '../openclaw/gateways/handlers.ts';
import { createNodeHandlers } from '../openclaw/node/handlers.ts';
import { createOperatorHandlers } from '../openclaw/operator/handlers.ts';
import { createProxyHandlers } from '../network/handlers.ts';
import { createRecordingHandlers, recordAlways } from '../recordings/handlers.ts';
import { createRemoteHandlers } from '../openclaw/prompts/handlers.ts';
import { newestThatFit } from '../core/fit-newest.ts';
import type { AgentParts } from './parts.ts';
import { prepareSafetyNumbers } from '../peers/safety-numbers.ts';
import { createSessionHandlers } from '../history/handlers.ts';
import { createSharingHandlers } from '../terminals/handlers.ts';
import { createTargetHandlers } from '../targets/handlers.ts';
import { viewPeer, viewStatus } from '../peers/views.ts';

/** How long `peers.list` with `measure` waits for one peer, ms: the list is wanted within about two seconds. */
const MEASURE_TIMEOUT = 1800;
const PING_TIMEOUT = 5000;

/** The agent's answers to app-api. */
export function createHandlers(parts: AgentParts): AppHandlers {
  const { peers, policy, approvals, network, pairing, settings, audit, pause } = parts;
  const view = (record: PeerRecord) => viewPeer(parts, record);

  return {
    'status.get': async () => viewStatus(parts),
    'agent.stop': async ({ keepTerminals = false }) => {
      if (keepTerminals && !parts.terminals.lasts)
        throw new ClawReachError('agent.terminals-bound', 'the terminals here end with their agent');
      parts.stop(keepTerminals);
      return {};
    },
    'agent.pause': async ({ until }) => {
      pause.pause(until);
      return viewStatus(parts);
    },
    'agent.resume': async () => {
      pause.resume();
      return viewStatus(parts);
    },
    'device.rename': async ({ name }) => {
      peers.checkOwnName(name);
      settings.update((current) => ({ ...current, deviceName: name }));
      parts.discovery.changed();
      return viewStatus(parts);
    },

    'relay.configure': async (input, { signal }) => network.relay.change(input, signal),
    'relay.ready': async ({ timeout }, { signal }) => network.relay.ready(timeout, signal),

    'pairing.invite': async ({ allow, link }, { connection }) =>
      pairing.invite(allow, link === true ? 'link' : 'code', connection.closed),
    'pairing.result': async ({ pairing: id }, { signal, progress }) => {
      const done = await pairing.result(id, signal, progress);
      return { peer: view(peers.find(done.peer)), words: [...done.words] };
    },
    'pairing.join': async ({ codeOrLink, allow }, { signal, progress }) => {
      const done = await pairing.join(codeOrLink, allow, signal, progress);
      return { peer: view(peers.find(done.peer)), words: [...done.words] };
    },
    'pairing.confirm': async ({ peer, words }) => {
      const before = peers.find(peer);
      const after = peers.confirmWords(before.peerId, words);
      if (before.pairing?.compared === false) audit.record('peer.compared', { peer: after.peerId, name: after.name });
      if (after.enrolledBy === parts.identity.peerId) await network.relay.memberships.confirm(after.peerId);
      return view(after);
    },
    'pairing.cancel': async ({ pairing: id }) => {
      pairing.cancel(id);
      return {};
    },

    'peers.list': async ({ measure }, { signal }) => {
      const records = peers.list();
      if (measure === true) {
        const reachable = records.filter(({ peerId }) => network.mayAnswer(peerId));
        await Promise.allSettled(
          reachable.map(({ peerId }) =>
            network.path(peerId, MEASURE_TIMEOUT, AbortSignal.any([signal, AbortSignal.timeout(MEASURE_TIMEOUT)])),
          ),
        );
      }
      await prepareSafetyNumbers(parts, peers.list());
      return peers.list().map(view);
    },
    'peers.get': async ({ peer }) => view(peers.find(peer)),
    'peers.rename': async ({ peer, name }) => {
      const before = peers.find(peer);
      const after = peers.rename(before.peerId, name);
      audit.record('peer.renamed', { peer: after.peerId, name: after.name, before: before.name });
      return view(after);
    },
    'peers.forget': async ({ peer }) => {
      const record = peers.find(peer);
      peers.forget(record.peerId);
      parts.terminals.revoke(record.peerId);
      network.drop(record.peerId, 'peer.forgotten');
      audit.record('peer.forgotten', { peer: record.peerId, name: record.name });
      await network.relay.memberships.settle();
      return {};
    },
    'peers.setOwn': async ({ peer, own }) => {
      const before = peers.find(peer);
      const after = peers.setOwn(before.peerId, own);
      if (before.own !== own) audit.record('peer.own', { peer: after.peerId, name: after.name, own });
      return view(after);
    },
    'peers.ping': async ({ peer, timeout }, { signal }) =>
      network.ping(peers.find(peer).peerId, timeout ?? PING_TIMEOUT, signal),

    'peers.setPathMode': async ({ peer, mode, via }) => {
      const { peerId } = peers.find(peer);
      const hops = typeof via === 'string' ? [via] : (via ?? []);
      network.setPathMode(
        peerId,
        mode,
        hops.map((hop) => peers.find(hop).peerId),
      );
      return view(peers.find(peerId));
    },
    'peers.reconnect': async ({ peer }) => {
      network.reconnect(peers.find(peer).peerId);
      return {};
    },
    'network.get': async () => network.settings,
    'network.set': async (input) => network.configure(input),

    'rights.set': async ({ peer, right, decision, expiresAt }) => {
      const record = peers.find(peer);
      policy.set(record.peerId, right, decision, expiresAt);
      // Also where it stays as it was: the person has looked at it.
      approvals.mayAskAgain(record.peerId, right);
      return view(peers.find(record.peerId));
    },

    'approvals.list': async ({ all }) => newestThatFit(approvals.list(all === true)),
    'approvals.decide': async ({ id, decision, remember, reason }) => {
      const grantThis = approvals.remembering(id);
      const decided = approvals.decide(id, decision, reason);
      if (decision === 'approve' && remember === true) {
        if (grantThis === undefined) policy.set(decided.peerId as PeerId, decided.right, 'allow');
        else {
          grantThis();
          const record = peers.find(decided.peerId);
          audit.record('targets.changed', { peer: record.peerId, name: record.name, count: record.targets.length });
        }
      }
      return decided;
    },

    'terminal.open': async (input, { signal, progress, connection }) => {
      const record = peers.find(input.peer);
      progress('connecting');
      const session = await network.session(record.peerId, signal);
      const { peer: _peer, ...wanted } = input;
      const terminal = await openTerminal(session, wanted, { signal, onWaiting: () => progress('approval') });
      audit.record('terminal.used', { peer: record.peerId, name: record.name, terminal: terminal.terminal });
      try {
        const path = await network.path(record.peerId, PING_TIMEOUT, signal);
        if (connection.closed.aborted) throw new ClawReachError('control.lost', 'the user interface is gone');
        const title = input.command?.join(' ') ?? record.name;
        const about = { peerId: record.peerId, peerName: record.name, title, cols: input.cols, rows: input.rows };
        const recording = await recordAlways(parts, about, input.record === true);
        if (connection.closed.aborted) await recording?.recorder.stop();
        const channel = parts.channels.join(connection, terminal, about, recording);
        const kind = input.view === true ? 'shared' : 'terminal';
        noteUse(parts, record, kind, input.command?.[0] ?? '', terminal);
        return { channel, terminal: terminal.terminal, path };
      } catch (error) {
        // Nobody will ever watch it from here; one that ran before goes on.
        if (input.terminal === undefined) terminal.close();
        else terminal.detach();
        throw error;
      }
    },
    'terminal.resize': async ({ channel, cols, rows }, { connection }) => {
      parts.channels.resize(connection, channel, cols, rows);
      return {};
    },
    'terminal.catchUp': async ({ channel, waiting }, { connection }) => {
      parts.channels.catchUp(connection, channel, waiting);
      return {};
    },
    'terminal.close': async ({ channel, detach }, { connection }) => {
      await parts.channels.leave(connection, channel, detach ? 'detach' : 'close');
      return {};
    },
    'terminal.list': async ({ peer, watched = false, commands = false }, { signal, progress }) => {
      const record = peers.find(peer);
      // What is watched comes by a path that is there: none is made to ask about it.
      const session = watched ? network.current(record.peerId) : await network.session(record.peerId, signal);
      const onWaiting = (): void => progress('approval');
      const listings =
        session === undefined ? [] : await listTerminals(session, signal, { watched, commands, onWaiting });
      return listings.map((listing) => ({ ...listing, peerId: record.peerId }));
    },

    'diagnostics.get': async () => ({
      text: writeReport({
        at: parts.clock.now(),
        status: viewStatus(parts),
        network: network.settings,
        peers: peers.list().map(view),
        forwards: parts.forwards.list(),
        gateways: parts.gateways?.views() ?? [],
        system: describeSystem(),
        person: describePerson(),
        log: parts.recentLog.lines,
      }),
    }),
    'audit.list': async ({ limit }) => newestThatFit(await audit.list(limit)),

    ...createDiscoveryHandlers(parts),
    ...createExecHandlers(parts),
    ...createForwardHandlers(parts),
    ...createTargetHandlers(parts),
    ...createGatewayHandlers(parts),
    ...createOperatorHandlers(
      parts.operator === undefined || parts.administration === undefined
        ? undefined
        : { operator: parts.operator, administration: parts.administration },
    ),
    ...createNodeHandlers(
      parts.node === undefined || parts.gateways === undefined
        ? undefined
        : { node: parts.node, gateways: parts.gateways },
    ),
    ...createRemoteHandlers(parts),
    ...createProxyHandlers(parts),
    ...createRecordingHandlers(parts),
    ...createSessionHandlers(parts),
    ...createSharingHandlers(parts),
  };
}

/** A terminal there, from now to its end or until this device leaves it. */
function noteUse(
  { history }: AgentParts,
  peer: PeerRecord,
  kind: 'terminal' | 'shared',
  program: string,
  terminal: TerminalConnection,
): void {
  const { peerId, name: peerName } = peer;
  const entry = history.begin({ kind, direction: 'out', peerId, peerName, detail: program });
  void terminal.ended.then(({ code, signal, exitCode }) => {
    const gone = terminal.isHungUp === true ? 'closed' : 'left';
    history.end(entry, code ?? signal ?? (exitCode === null ? gone : `exit ${exitCode}`));
  });
}
