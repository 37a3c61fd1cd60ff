import type { Duplex } from 'node:stream';
import { errorMessage } from '#shared/errors.ts';
import { TerminalError } from '#shared/terminal/index.ts';
import { proveToClient, proveToServer, type ProofKind } from '#node/control-socket/index.ts';
import { HOST_PROTOCOL } from './host-protocol.ts';

/**
 * Parameters of the mutual proof between agent and PTY host, which comes before all other messages. Each side proves that it has read the host's
 * token, without sending it: another program may listen on the socket, and another user's program may connect to it.
 */
const KIND: ProofKind = {
  magic: 'CRPH',
  protocol: HOST_PROTOCOL,
  server: 'clawreach pty host',
  client: 'clawreach pty agent',
};

/**
 * Proves this agent to the host and checks the host's proof, over a socket that just connected.
 * @param patience longest time for the host to answer, ms
 * @throws {TerminalError} `terminal.host-lost` if the proof fails or doesn't come in time
 */
export function proveToHost(socket: Duplex, token: Uint8Array, patience: number): Promise<void> {
  return proveToServer(socket, KIND, token, patience).catch(lost);
}

/**
 * Proves this host to an agent and checks the agent's proof.
 * @throws {TerminalError} `terminal.host-lost` if the proof fails or doesn't come in time
 */
export function proveToAgent(socket: Duplex, token: Uint8Array): Promise<void> {
  return proveToClient(socket, KIND, token).catch(lost);
}

function lost(error: unknown): never {
  throw new TerminalError('terminal.host-lost', errorMessage(error), { cause: error });
}
