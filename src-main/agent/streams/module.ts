import type { RequestText } from '../core/approvals/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { HeartbeatMessage } from '#shared/openclaw/prompts/index.ts';
import { ownFacts, type OwnFactsOptions } from '../about/index.ts';
import type { AnsweringModule } from '../answering/index.ts';
import type { CommonRelayModule } from '../common-relay/index.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { IntroductionsModule } from '../introductions/index.ts';
import type { ForwardsModule } from '../forwards/index.ts';
import type { NetworkModule } from '../network/index.ts';
import type { RelayOffersModule } from '../relay-offers/index.ts';
import type { TerminalsModule } from '../terminals/index.ts';
import type { WakeOnLanModule } from '../wake-on-lan/index.ts';
import type { FilesHandler, MessageHandler, PromptHandler } from './servers.ts';
import type { RightRefusal } from './right-check.ts';
import { StreamGate } from './stream-gate.ts';

/** Module for the streams that peers open. */
export type StreamsModule = Module &
  Readonly<{
    /** Sets the service that handles peers' prompts to the gateways of this device. Until then prompts are refused. */
    servePrompts(server: PromptHandler): void;
    /** Sets the service that takes messages for agents of this device. Until then they are refused. */
    serveMessages(handler: MessageHandler): void;
    /** Sets the service that takes files for this device. Until then they are refused. */
    serveFiles(handler: FilesHandler): void;
    /**
     * Checks a peer's right `prompt` for something that it doesn't request by a stream of its own, and asks the person if it is undecided.
     * @param onAsked called when the person is asked
     * @returns the refusal; undefined if allowed. The caller must then act without waiting
     */
    authorizePrompt(
      peerId: PeerId,
      request: RequestText,
      signal: AbortSignal,
      onAsked: () => void,
    ): Promise<RightRefusal | undefined>;
    /** The same for the right `message` of a foreign instance, whose messages the relay brings. */
    authorizeMessage(peerId: PeerId, request: RequestText, signal: AbortSignal): Promise<RightRefusal | undefined>;
    /** Passes on or refuses a stream that a plain relay has opened on its local session. Never throws. */
    acceptPlain(stream: IncomingStream, relay: Readonly<{ peerId: PeerId; name: string }>): void;
    /** Ends all terminals, commands and prompts of a peer or plain relay. Its rights stay. */
    endAll(peerId: PeerId): void;
    /**
     * Returns the heartbeat of this device's OpenClaw; undefined if the right `prompt` of this peer or plain relay isn't `allow`, or if there is no
     * gateway.
     */
    heartbeatFor(peerId: PeerId): Promise<HeartbeatMessage | undefined>;
  }>;

/**
 * Creates the streams module: passes every stream of a peer through a `StreamGate` to the module that serves it. The gate checks rights and
 * asks the person; it writes denied requests, and streams that use this device as a hop, to the audit log. Called by `Agent`.
 */
export function createStreams(
  core: Core,
  {
    network: { network, serveStreams },
    terminals: { terminals, execs },
    forwards: { targetServer, ports },
    commonRelay,
    relayOffers,
    introductions,
    answering,
    wakeOnLan,
    machine,
    interfaces,
  }: Readonly<{ network: NetworkModule; terminals: TerminalsModule; forwards: ForwardsModule }> &
    Pick<CommonRelayModule, 'commonRelay'> &
    Pick<RelayOffersModule, 'relayOffers'> &
    Partial<Pick<IntroductionsModule, 'introductions'>> &
    Partial<Pick<AnsweringModule, 'answering'>> &
    Partial<Pick<WakeOnLanModule, 'wakeOnLan'>> &
    Partial<Omit<OwnFactsOptions, 'version'>>,
): StreamsModule {
  const { peers, policy, approvals, audit, events, logger } = core;
  const gate = new StreamGate({
    system: core.system,
    peers,
    policy,
    approvals,
    terminals,
    execs,
    hops: network.hops,
    udp: network.udp,
    forwards: targetServer,
    ports,
    commonRelay,
    relayOffers,
    introductions,
    answering,
    wakeOnLan,
    facts: () => ownFacts({ version: core.version, machine, interfaces }),
    onFactsChanged: (peerId, session) => events.emit('peer.facts-changed', { peerId, session }),
    audit,
    logger,
  });
  serveStreams((stream, peerId, session) => gate.accept(stream, peerId, session));
  return {
    servePrompts: (server) => gate.servePrompts(server),
    serveMessages: (handler) => gate.serveMessages(handler),
    serveFiles: (handler) => gate.serveFiles(handler),
    authorizePrompt: (...request) => gate.authorizePrompt(...request),
    authorizeMessage: (peerId, request, signal) => gate.authorizeMessage(peerId, request, signal),
    acceptPlain: (stream, relay) => gate.acceptPlain(stream, relay),
    endAll: (peerId) => gate.endAll(peerId),
    heartbeatFor: (peerId) => gate.heartbeatFor(peerId),
    stop: () => gate.close(),
  };
}
