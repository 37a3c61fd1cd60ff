import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { withTimeout } from '#shared/timeout.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import { answerPeer, askPeer, isQuestionTo } from '../core/peer-question.ts';
import type { NetworkModule } from '../network/index.ts';
import type { PeerBook } from '../peers/index.ts';

/** Value of the field `service` in the parameters of an `rpc` stream by which a browser says that it signs out. */
const SERVICE = 'leave';
/** Longest wait for the relay, ms: once until this device is online, and once until the relay has taken the removal. */
const RELAY_PATIENCE = 1500;
/** Longest wait for the peers, ms. A person waits; a machine that doesn't answer hears it from the relay. */
const PEER_PATIENCE = 800;

/** Reports whether the parameters of an `rpc` stream say that a browser signs out. */
export function isLeaving(value: unknown): boolean {
  return isQuestionTo(SERVICE, value);
}

/** Answers a browser that signs out, and forgets it. Its session has authenticated it; a machine stays until a person removes it. */
export function serveLeaving(
  stream: IncomingStream,
  peerId: PeerId,
  peers: Pick<PeerBook, 'isBrowser' | 'endBrowser'>,
): void {
  if (!peers.isBrowser(peerId)) {
    stream.refuse('rights.denied', 'only a browser signs out');
    return;
  }
  answerPeer(stream, {});
  peers.endBrowser(peerId, 'sign-out');
}

/**
 * Creates the module by which a browser signs out: it tells the peers that can be reached, which forget it, signs its removal from its projects at the
 * relay, which tells the others, and removes its keys and documents. This device is over then. Called by the agent of a page.
 * @param parts.store what the browser keeps
 */
export function createLeave(
  { clock, identity, logger, peers }: Core,
  { network, store }: Pick<NetworkModule, 'network'> & Readonly<{ store: Readonly<{ keepNothing(): Promise<void> }> }>,
): Module {
  const within = async (patience: number, work: Promise<unknown>): Promise<boolean> => {
    try {
      await withTimeout(clock, patience, work);
      return true;
    } catch (error) {
      logger.info('not everyone learned that this device signs out', { errorCode: errorCode(error) });
      return false;
    }
  };
  const tell = async (peerId: PeerId, signal: AbortSignal): Promise<void> => {
    await askPeer(await network.session(peerId, signal), SERVICE);
  };
  return {
    handlers: {
      'device.leave': async () => {
        const dialing = new AbortController();
        // Just after the start of the page it isn't known yet who is online.
        await within(RELAY_PATIENCE, network.relay.ready(RELAY_PATIENCE, dialing.signal));
        const all = peers.list().map(({ peerId }) => peerId);
        const reachable = all.filter((peerId) => network.mayAnswer(peerId));
        const answered = new Set<PeerId>();
        const telling = reachable.map(async (peerId) => {
          await tell(peerId, dialing.signal);
          answered.add(peerId);
        });
        await within(PEER_PATIENCE, Promise.allSettled(telling));
        dialing.abort();
        // The relay tells the others, also later. Without it no one waits for its answer.
        const isRemoved =
          network.relay.status.state === 'online' &&
          (await within(RELAY_PATIENCE, network.relay.memberships.remove(identity.peerId)));
        const told = isRemoved || answered.size === all.length;
        for (const { peerId } of peers.list()) peers.forget(peerId);
        await store.keepNothing();
        return { told };
      },
    },
  };
}
