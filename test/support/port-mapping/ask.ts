import { systemClock } from '#node/clock/index.ts';
import { PortMapper, type MappedPort, type MappingMethod, type MappingRequest } from '#node/port-mapping/index.ts';

/**
 * Program that a test runs in a namespace: `ask.ts map|unmap METHODS REQUEST [MAPPED]`. Asks the default router there, prints the outcome as JSON.
 */
const [action = '', methods = '', request = '', mapped = ''] = process.argv.slice(2);
const read = JSON.parse(request) as Omit<MappingRequest, 'nonce'>;
const wanted: MappingRequest = { ...read, nonce: new Uint8Array(12).fill(7) };
const mapper = new PortMapper({ clock: systemClock, methods: methods.split(',') as MappingMethod[] });
const signal = AbortSignal.timeout(30_000);
// The clock's timers keep no process alive, and a router may stay silent.
const alive = setTimeout(() => undefined, 60_000);
const outcome =
  action === 'map'
    ? await mapper.map(wanted, signal)
    : await mapper.unmap(wanted, JSON.parse(mapped) as MappedPort, signal);
process.stdout.write(JSON.stringify(outcome ?? null));
clearTimeout(alive);
