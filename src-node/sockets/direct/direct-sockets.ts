import { networkInterfaces } from 'node:os';
import type { DirectSockets, InterfaceAddress } from '#shared/direct/index.ts';
import type { Clock } from '#shared/clock.ts';
import { dialDirect } from './direct-dial.ts';
import { measureDirect } from './direct-measure.ts';
import { DirectListener, type DirectListenerLimits } from './direct-listener.ts';

/** Clock, limits and time limit of direct connections. */
export type DirectSocketsOptions = Readonly<{
  clock: Clock;
  limits?: Partial<DirectListenerLimits>;
  /** Time limit of a dial, from the first packet to the complete message 2, ms; default 3000. */
  dialTimeout?: number;
}>;

/** Creates the TCP listener and dialer that the agent's direct transport uses. */
export function createDirectSockets(options: DirectSocketsOptions): DirectSockets {
  const { clock, limits, dialTimeout } = options;
  return {
    async listen({ port, ...listening }) {
      const listener = new DirectListener({ ...listening, clock, limits });
      await listener.listen(port);
      return listener;
    },
    measure: (target) => measureDirect(target, clock),
    dial: (target, message1, signal) => dialDirect(target, message1, { clock, signal, timeout: dialTimeout }),
  };
}

/** Returns the addresses of this machine's interfaces in the system's order; empty where the system does not list them. */
export function interfaceAddresses(): readonly InterfaceAddress[] {
  try {
    return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.map(({ address, family, internal }) => ({ interface: name, address, family, internal })),
    );
  } catch {
    // Some sandboxes forbid the call.
    return [];
  }
}
