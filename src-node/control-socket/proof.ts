import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { ControlError } from './errors.ts';

/**
 * Parameters of a mutual proof: two processes of one user prove to each other over a socket that they can read the same secret file, without
 * revealing the secret. The listener may be an impostor, and the caller may belong to another user. Used for the control pipe on Windows and
 * between agents and PTY hosts.
 *
 * | from | bytes |
 * | --- | --- |
 * | client | magic, u8 protocol, 32 random bytes C |
 * | server | magic, u8 protocol, 32 random bytes S, HMAC-SHA-256(secret, server ‖ protocol ‖ C ‖ S) |
 * | client | HMAC-SHA-256(secret, client ‖ protocol ‖ C ‖ S) |
 */
export type ProofKind = Readonly<{
  /** Four ASCII characters that both sides send first. */
  magic: string;
  /** Protocol version, 0 to 255; both sides must have the same. */
  protocol: number;
  /** Labels at the start of the server's and the client's MAC input. They differ, so that neither MAC can be sent back as the other one. */
  server: string;
  client: string;
}>;

const MAGIC = 4;
const NONCE = 32;
const MAC = 32;
const GREETING = MAGIC + 1 + NONCE;
/** Time limit for each message from the other side, ms. */
export const PROOF_TIMEOUT = 5_000;

/**
 * Performs the client's part of the proof, on a socket that has just connected.
 * @param patience time limit for the server's answer, ms
 * @throws {ControlError} `control.stranger` if the server doesn't prove itself in time
 */
export async function proveToServer(
  socket: Duplex,
  kind: ProofKind,
  secret: Uint8Array,
  patience = PROOF_TIMEOUT,
): Promise<void> {
  const ours = randomBytes(NONCE);
  socket.write(Buffer.concat([greetingOf(kind), ours]));
  const answer = await readExactly(socket, GREETING + MAC, patience);
  const theirs = nonceOf(kind, answer);
  check(answer.subarray(GREETING), macOf(kind, kind.server, secret, ours, theirs));
  socket.write(macOf(kind, kind.client, secret, ours, theirs));
}

/**
 * Performs the server's part of the proof, on a socket that has just been accepted.
 * @throws {ControlError} `control.stranger` if the client doesn't prove itself in time
 */
export async function proveToClient(socket: Duplex, kind: ProofKind, secret: Uint8Array): Promise<void> {
  const theirs = nonceOf(kind, await readExactly(socket, GREETING, PROOF_TIMEOUT));
  const ours = randomBytes(NONCE);
  socket.write(Buffer.concat([greetingOf(kind), ours, macOf(kind, kind.server, secret, theirs, ours)]));
  check(await readExactly(socket, MAC, PROOF_TIMEOUT), macOf(kind, kind.client, secret, theirs, ours));
}

function greetingOf({ magic, protocol }: ProofKind): Buffer {
  return Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.of(protocol)]);
}

function macOf(
  { protocol }: ProofKind,
  side: string,
  secret: Uint8Array,
  client: Uint8Array,
  server: Uint8Array,
): Buffer {
  return createHmac('sha256', secret).update(side).update(Buffer.of(protocol)).update(client).update(server).digest();
}

function check(given: Uint8Array, expected: Uint8Array): void {
  if (!timingSafeEqual(given, expected)) throw stranger('it does not know the secret');
}

function nonceOf(kind: ProofKind, greeting: Buffer): Buffer {
  if (greeting.toString('latin1', 0, MAGIC) !== kind.magic) throw stranger('it speaks another protocol');
  const protocol = greeting[MAGIC];
  if (protocol !== kind.protocol) throw stranger(`it speaks protocol ${protocol ?? 'none'}, not ${kind.protocol}`);
  return greeting.subarray(MAGIC + 1, GREETING);
}

function stranger(why: string): ControlError {
  return new ControlError('control.stranger', `not a process of ours: ${why}`, { details: { reason: why } });
}

/** Reads exactly `length` bytes and leaves the rest in the stream for its next reader. */
function readExactly(socket: Duplex, length: number, patience: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('readable', read);
      for (const event of ['end', 'close', 'error'] as const) socket.off(event, fail);
    };
    const fail = (): void => {
      settle();
      reject(stranger('it sent no proof'));
    };
    const read = (): void => {
      const bytes: unknown = socket.read(length);
      if (!(bytes instanceof Buffer)) return;
      settle();
      if (bytes.length === length) resolve(bytes);
      else reject(stranger('it ended too early'));
    };
    const timer = setTimeout(fail, patience);
    for (const event of ['end', 'close', 'error'] as const) socket.once(event, fail);
    socket.on('readable', read);
    if (socket.destroyed || socket.readableEnded) fail();
    else read();
  });
}
