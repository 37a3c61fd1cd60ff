import type { DecidedGatewayRequest } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import { newestThatFit } from '../core/newest-that-fit.ts';
import type { NetworkModule } from '../network/index.ts';
import { AnswerClient } from './answer-client.ts';
import { AnswerServer, type GatewayRequests } from './answer-server.ts';
import { sendChanged, type RemoteAnswer } from './messages.ts';

/** Time in which changes of the requests are collected before browsers are told, ms. */
const NOTIFY_DELAY = 100;
/** Longest time to reach a browser, ms. */
const NOTIFY_TIMEOUT = 10_000;
/** Time until a browser that did not hear of the requests is told again, ms. */
const NOTIFY_RETRY = 2000;

/** Module through which browsers answer the requests that wait at this machine. */
export type AnsweringModule = Module &
  Readonly<{
    answering: Readonly<{
      /** Answers a stream in which a browser asks for requests or answers one. Never throws. */
      serve(stream: IncomingStream, peerId: PeerId): Promise<void>;
    }>;
    /** Sets the source of gateways' requests. Until then there are none. */
    serveGateways(gateways: GatewayRequests): void;
    /** Called when other requests of gateways wait. */
    gatewaysChanged(): void;
  }>;

/**
 * Creates the module with which a machine lets browsers answer its requests. It tells those that may, and can be reached, when its requests change, and one
 * that comes online while some wait. Called by `Agent`, which passes it the streams.
 */
export function createAnswering(core: Core, { network }: Pick<NetworkModule, 'network'>): AnsweringModule {
  const { approvals, audit, clock, closing, events, logger, peers, policy } = core;
  const server = new AnswerServer({ clock, peers, policy, approvals, audit });
  let timer: Timer | undefined;
  const retries = new Map<PeerId, Timer>();
  /**
   * Tells a browser that the requests have changed; it then asks for the list. Never rejects. Its page may have been loaded anew, so that the link leads
   * nowhere and the relay has not yet noticed: while requests wait, it is told again.
   */
  const tell = async (peerId: PeerId): Promise<void> => {
    retries.get(peerId)?.cancel();
    retries.delete(peerId);
    if (closing.aborted || !network.mayAnswer(peerId)) return;
    try {
      await sendChanged(await network.session(peerId, AbortSignal.timeout(NOTIFY_TIMEOUT)));
    } catch (error) {
      logger.debug('could not tell a browser of requests', { peer: peerId, error: errorMessage(error) });
      if (closing.aborted || retries.has(peerId) || !server.hasRequests(peerId)) return;
      retries.set(
        peerId,
        clock.setTimer(NOTIFY_RETRY, () => void tell(peerId)),
      );
    }
  };
  const changed = (): void => {
    timer ??= clock.setTimer(NOTIFY_DELAY, () => {
      timer = undefined;
      for (const peerId of server.answerers()) void tell(peerId);
    });
  };
  const stopListening = approvals.onChange(changed);
  let online: ReadonlySet<PeerId> = new Set();
  // A browser that was away has heard nothing of what waits.
  const stopWatching = events.on('links.changed', () => {
    const before = online;
    online = new Set(server.answerers().filter((peerId) => network.isAtRelay(peerId)));
    for (const peerId of online) if (!before.has(peerId) && server.hasRequests(peerId)) void tell(peerId);
  });
  return {
    answering: { serve: (stream, peerId) => server.serve(stream, peerId) },
    serveGateways: (gateways) => server.serveGateways(gateways),
    gatewaysChanged: changed,
    stop: () => {
      stopListening();
      stopWatching();
      timer?.cancel();
      for (const retry of retries.values()) retry.cancel();
      retries.clear();
    },
  };
}

/** Module through which this browser answers the requests of machines. */
export type AnsweringClientModule = Module &
  Readonly<{
    /** Called when a machine says that its requests have changed. */
    noticed(machine: PeerId): void;
  }>;

/**
 * Creates the module with which a browser answers the requests of machines that let it. Nothing asks a browser itself for a right, so it answers the calls
 * and sends the views that on a machine belong to its own requests. Called by the agent of a page.
 */
export function createAnsweringClient(core: Core, { network }: Pick<NetworkModule, 'network'>): AnsweringClientModule {
  const { clock, events, logger, peers, views } = core;
  const announce = (): void => views.broadcast('approvals.changed', newestThatFit(client.approvals));
  const client = new AnswerClient({
    clock,
    logger: logger.child({ part: 'answering' }),
    nameOf: (peerId) => peers.nameOf(peerId),
    current: (peerId) => network.current(peerId),
    session: (peerId, signal) => network.session(peerId, signal),
    onChange: () => {
      views.announce('approvals');
      views.broadcast('requests.changed', newestThatFit(client.requests));
    },
  });
  // The core's view has the requests to this browser itself: none.
  views.define('approvals', announce);
  views.addStatus(() => ({ approvalsPending: client.count }));
  events.on('peer.named', ({ peerId, browser }) => client.named(peerId, browser?.answers === true));
  events.on('links.changed', () => client.linksChanged());
  events.on('peers.changed', (change) => {
    if (change.kind === 'removed') client.forget(change.peerId);
  });
  return {
    noticed: (machine) => client.noticed(machine),
    handlers: {
      'approvals.list': async () => newestThatFit(client.approvals),
      'approvals.decide': async ({ id, decision, remember, duration }, { signal }) => {
        if (decision === 'ignore' || remember === true || duration !== undefined)
          throw new ClawReachError('approval.once-only', 'a browser answers one request at a time', {
            details: { id },
          });
        return client.decide(id, decision === 'approve' ? 'approve' : 'decline', signal);
      },
      'requests.list': async () => ({ waiting: newestThatFit(client.requests), decided: [] }),
      'requests.decide': async ({ key, decision }, { signal }) => {
        if (decision === 'approve-always')
          throw new ClawReachError('request.decision', 'this answer is not offered', { details: { decision } });
        const answer: RemoteAnswer = decision === 'approve' ? 'approve' : 'decline';
        const view = await client.decideGateway(key, answer, signal);
        const outcome: DecidedGatewayRequest['outcome'] = answer === 'approve' ? 'approved' : 'rejected';
        return { ...view, outcome, decision, by: null, decidedAt: Math.floor(clock.now()), reason: null };
      },
    },
    close: () => client.close(),
  };
}
