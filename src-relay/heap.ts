import { setFlagsFromString } from 'node:v8';

/**
 * For a process that is only a relay, before it starts. A burst of hellos would let V8's nursery grow to 64 MiB and keep it: 8 KiB for each of 5 000
 * idle devices, twice what they need. What a relay allocates in a steady state is little, and the bytes it copies lie outside of that heap.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
