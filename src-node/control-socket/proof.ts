import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { ControlError } from './errors.ts';

/**
 * A protocol by which two processes of one user prove to each other that they can read the same secret file, without
 * revealing it: the listener may be an impostor, and the caller may belong to another user.
 *
 * | from | bytes |
 * | --- | --- |
 * | client | magic, u8 protocol, 32 random bytes C |
 * | server | magic, u8 protocol, 32 random bytes S, HMAC-SHA-256(secret, server ‖ protocol ‖ C ‖ S) |
 * | client | HMAC-SHA-256(secret, client ‖ protocol ‖ C ‖ S) |
 */
export type ProofKind = Readonly<{
  /** Four characters of ASCII. */
  magic: string;
  /** 0 to 255. */
  protocol: number;
  /** First bytes of each side's MAC, different for each, so that neither can be sent back as the other. */
  server: string;
  client: string;
}>;

const MAGIC = 4;
const NONCE = 32;
const MAC = 32;
const GREETING = MAGIC + 1 + NONCE;
/** Time limit of each step of the other side, ms. */
export const PROOF_TIMEOUT = 5_000;

/**
 * The client's part, over a socket that has just connected.
 * @param patience For the answer, ms.
 * @throws {ControlError} `control.stranger`: not the one that it should be, or not now
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
 * Performs the server's part.
 * @throws {ControlError} `control.stranger` when the other side cannot prove itself
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
  if (greeting.toString('latin1', 0, MAGIC) !== kind.magic) throw stranger('it speaks something else');
  const protocol = greeting[MAGIC];
  if (protocol !== kind.protocol) throw stranger(`it speaks protocol ${protocol ?? 'none'}, not ${kind.protocol}`);
  return greeting.subarray(MAGIC + 1, GREETING);
}

function stranger(why: string): ControlError {
  return new ControlError('control.stranger', `not a process of ours: ${why}`, { details: { reason: why } });
}

/** Reads exactly `length` bytes and leaves the rest in the stream, which then flows for its next reader. */
function readExactly(socket: Duplex, length: number, patience: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('readable', read);
      for (const event of ['end', 'close', 'error'] as const) socket.off(event, fail);
    };
    const fail = (): void => {
      settle();
      reject(stranger('it said nothing'));
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
