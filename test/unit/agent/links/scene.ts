import type { LinkStream, OutgoingStream } from '#shared/link/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { paired, type Device, type FakeNetwork, type PairOptions } from './network.ts';

/** Lets handshakes and records run, then time, then again. */
export async function run(network: FakeNetwork, milliseconds = 0): Promise<void> {
  for (let round = 0; round < 12; round += 1) await settle();
  await network.clock.advance(milliseconds);
  for (let round = 0; round < 12; round += 1) await settle();
}

export type Scene = Readonly<{
  network: FakeNetwork;
  /** The session's initiator. */
  near: Device;
  far: Device;
  /** Of the session. */
  id: string;
  stream: OutgoingStream;
  other: LinkStream;
}>;

/** Two devices with a session and an open stream. */
export async function scene(options: Readonly<{ direct?: boolean }> & PairOptions = {}): Promise<Scene> {
  const { network, lower: near, higher: far } = paired(undefined, options);
  const session = await near.links.session(far.identity.peerId);
  const stream = session.open('pty', null);
  await run(network, 50);
  const other = far.streams[0]?.stream.accept();
  if (other === undefined) throw new Error('the stream did not arrive');
  await run(network, 50);
  return { network, near, far, id: session.id, stream, other };
}

/** Sends a byte each way over the stream, the next one back, and returns what came. */
export async function exchange(
  { network, stream, other }: Scene,
  byte: number,
): Promise<readonly (number | undefined)[]> {
  void stream.write(Uint8Array.of(byte));
  void other.write(Uint8Array.of(byte + 1));
  const there = other.read();
  const back = stream.read();
  await run(network, 100);
  return [(await there)?.[0], (await back)?.[0]];
}
