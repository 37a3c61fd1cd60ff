import type { IncomingStream, LinkStream, OutgoingStream, Session } from '#shared/link/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { device, FakeNetwork, know, type Device, type DeviceOptions } from './network.ts';

/** Lets handshakes and records run, then time in steps, so that what is made on the way goes on in its own time. */
export async function run(network: FakeNetwork, milliseconds = 0): Promise<void> {
  const settled = async (): Promise<void> => {
    for (let round = 0; round < 12; round += 1) await settle();
  };
  await settled();
  for (let left = milliseconds; left > 0; left -= 250) {
    await network.clock.advance(Math.min(250, left));
    await settled();
  }
}

/** `left` has a session with `right`; `hop` knows both. */
export type Three = Readonly<{
  network: FakeNetwork;
  left: Device;
  hop: Device;
  right: Device;
  session: Session;
  near: OutgoingStream;
  far: LinkStream;
  /** The hop one after it was killed: the same device, which remembers no session. */
  again(): Device;
  /** From now on the relay connects left and right no more, in what it carries, too. */
  separate(): void;
  /** Whether a byte comes through each way. */
  carries(): Promise<boolean>;
}>;

export function know3(devices: readonly Device[]): void {
  for (const one of devices) for (const other of devices) if (one !== other) know(one, other.identity);
}

/** Left and right have a session with a stream over the relay; left is linked with the hop. */
export async function three(options: DeviceOptions = { hop: { relay: 'allow' } }): Promise<Three> {
  const network = new FakeNetwork();
  const make = (): Device => device(network, undefined, options);
  const [left, hop, right] = [make(), make(), make()];
  know3([left, hop, right]);
  const session = await left.links.session(right.identity.peerId);
  const near = session.open('pty', null);
  await run(network, 50);
  const far = offerOf(right).accept();
  await left.links.session(hop.identity.peerId);
  await run(network, 50);
  return {
    network,
    left,
    hop,
    right,
    session,
    near,
    far,
    again() {
      const reborn = device(network, hop.identity, options);
      know3([left, reborn, right]);
      network.tellPresence();
      return reborn;
    },
    separate() {
      const apart = new Set([left.identity.peerId, right.identity.peerId]);
      const { connects } = network;
      network.connects = (from, to) => connects(from, to) && !(apart.has(from) && apart.has(to));
      network.tellPresence();
      network.cutOff(left.identity.peerId, right.identity.peerId);
    },
    async carries() {
      void near.write(Uint8Array.of(1)).catch(() => undefined);
      void far.write(Uint8Array.of(2)).catch(() => undefined);
      let came = 0;
      for (const stream of [near, far]) void stream.read().then(() => (came += 1));
      await run(network, 250);
      return came === 2;
    },
  };
}

function offerOf({ streams }: Device): IncomingStream {
  const [offer] = streams;
  if (offer === undefined) throw new Error('the stream did not arrive');
  return offer.stream;
}
