import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { TerminalError } from '#shared/terminal/index.ts';
import { HOST_PROTOCOL } from './host-protocol.ts';

/**
 * Before agent and PTY host say anything, each proves to the other that it has read the token of this host, without telling it: what listens
 * there may not be the host, and whoever connects may not be an agent of its user.
 *
 * | from | bytes |
 * | --- | --- |
 * | agent | `CRPH`, u8 protocol, 32 random bytes A |
 * | host | `CRPH`, u8 protocol, 32 random bytes H, HMAC-SHA-256(token, "clawreach pty host" ‖ protocol ‖ A ‖ H) |
 * | agent | HMAC-SHA-256(token, "clawreach pty agent" ‖ protocol ‖ A ‖ H) |
 */
const MAGIC = Buffer.from('CRPH');
const NONCE = 32;
const MAC = 32;
const GREETING = MAGIC.length + 1 + NONCE;
/** For each step of the other side, ms. */
export const PROOF_TIMEOUT = 5_000;

type Side = 'host' | 'agent';

/** The agent's part, over a socket that just connected. @throws {TerminalError} `terminal.host-lost`: not the host, or not now */
export async function proveToHost(socket: Duplex, token: Uint8Array, patience: number): Promise<void> {
  const ours = randomBytes(NONCE);
  socket.write(Buffer.concat([MAGIC, Buffer.of(HOST_PROTOCOL), ours]));
  const answer = await readExactly(socket, GREETING + MAC, patience);
  const theirs = nonceOf(answer);
  check(answer.subarray(GREETING), proof('host', token, ours, theirs));
  socket.write(proof('agent', token, ours, theirs));
}

/** The host's part. @throws {TerminalError} `terminal.host-lost`: whoever it is, it gets no further */
export async function proveToAgent(socket: Duplex, token: Uint8Array): Promise<void> {
  const theirs = nonceOf(await readExactly(socket, GREETING, PROOF_TIMEOUT));
  const ours = randomBytes(NONCE);
  const greeting = Buffer.concat([MAGIC, Buffer.of(HOST_PROTOCOL), ours]);
  socket.write(Buffer.concat([greeting, proof('host', token, theirs, ours)]));
  check(await readExactly(socket, MAC, PROOF_TIMEOUT), proof('agent', token, theirs, ours));
}

function proof(side: Side, token: Uint8Array, agent: Uint8Array, host: Uint8Array): Buffer {
  return createHmac('sha256', token)
    .update(`clawreach pty ${side}`)
    .update(Buffer.of(HOST_PROTOCOL))
    .update(agent)
    .update(host)
    .digest();
}

function check(given: Uint8Array, expected: Uint8Array): void {
  if (!timingSafeEqual(given, expected)) throw stranger('it does not know the token');
}

function nonceOf(greeting: Buffer): Buffer {
  if (!greeting.subarray(0, MAGIC.length).equals(MAGIC)) throw stranger('it speaks something else');
  const protocol = greeting[MAGIC.length];
  if (protocol !== HOST_PROTOCOL) throw stranger(`it speaks protocol ${protocol ?? 'none'}, not ${HOST_PROTOCOL}`);
  return greeting.subarray(MAGIC.length + 1, GREETING);
}

function stranger(why: string): TerminalError {
  return new TerminalError('terminal.host-lost', `not a process of our terminals: ${why}`);
}

/** Leaves what follows in the stream, which then flows for whoever listens to it. */
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
