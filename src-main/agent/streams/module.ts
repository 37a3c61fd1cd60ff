import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { ForwardsModule } from '../forwards/index.ts';
import type { NetworkModule } from '../network/index.ts';
import type { TerminalsModule } from '../terminals/index.ts';
import type { PromptHandler } from './servers.ts';
import { StreamGate } from './stream-gate.ts';

/** Module for the streams that peers open. */
export type StreamsModule = Module &
  Readonly<{
    /** Sets the service that handles peers' prompts to the gateways of this device. Until then prompts are refused. */
    servePrompts(server: PromptHandler): void;
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
    forwards: { targetServer },
  }: Readonly<{ network: NetworkModule; terminals: TerminalsModule; forwards: ForwardsModule }>,
): StreamsModule {
  const { peers, policy, approvals, audit, logger } = core;
  const gate = new StreamGate({
    peers,
    policy,
    approvals,
    terminals,
    execs,
    hops: network.hops,
    udp: network.udp,
    forwards: targetServer,
    audit,
    logger,
  });
  serveStreams((stream, peerId, session) => gate.accept(stream, peerId, session));
  return { servePrompts: (server) => gate.servePrompts(server), stop: () => gate.close() };
}
