import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation, the part of the heap for new objects, at its initial size (1 MiB a half) instead of letting it grow to 16 MiB. Called
 * first by `clawreach run` and `clawreach-relay`. Sets a V8 flag for the whole process; a V8 that doesn't know the flag ignores it.
 *
 * A burst of hellos would let the young generation grow, and it never shrinks again: a relay with 5 000 idle devices would keep some 8 KiB more for
 * each. A small one also frees buffers that die young without a full collection, which the size of buffers outside the heap would force (ADR 12).
 * Figures: docs/PERFORMANCE.md.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
