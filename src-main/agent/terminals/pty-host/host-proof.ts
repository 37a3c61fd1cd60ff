import type { Duplex } from 'node:stream';
import { errorMessage } from '#shared/errors.ts';
import { TerminalError } from '#shared/terminal/index.ts';
import { proveToClient, proveToServer, type ProofKind } from '#node/control-socket/index.ts';
import { HOST_PROTOCOL } from './host-protocol.ts';

/**
 * Before agent and PTY host say anything, each proves to the other that it has read the token of this host, without telling it: what listens
 * there may not be the host, and whoever connects may not be an agent of its user.
 */
const KIND: ProofKind = {
  magic: 'CRPH',
  protocol: HOST_PROTOCOL,
  server: 'clawreach pty host',
  client: 'clawreach pty agent',
};

/** The agent's part, over a socket that just connected. @throws {TerminalError} `terminal.host-lost`: not the host, or not now */
export function proveToHost(socket: Duplex, token: Uint8Array, patience: number): Promise<void> {
  return proveToServer(socket, KIND, token, patience).catch(lost);
}

/** The host's part. @throws {TerminalError} `terminal.host-lost`: whoever it is, it gets no further */
export function proveToAgent(socket: Duplex, token: Uint8Array): Promise<void> {
  return proveToClient(socket, KIND, token).catch(lost);
}

function lost(error: unknown): never {
  throw new TerminalError('terminal.host-lost', errorMessage(error), { cause: error });
}
