import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Initial size of V8's young generation, both halves, bytes. */
const INITIAL = 2_097_152;

/**
 * Keeps V8's young generation, the part of the heap for new objects, at its initial size (1 MiB a half) instead of letting it grow to 16 MiB. Called
 * first by `clawreach-relay`. Sets a V8 flag for the whole process; a V8 that doesn't know the flag ignores it.
 *
 * A burst of hellos would let the young generation grow, and it never shrinks again: a relay with 5 000 idle devices would keep some 8 KiB more for
 * each. A small one also frees buffers that die young without a full collection, which the size of buffers outside the heap would force (ADR 12).
 * Figures: docs/PERFORMANCE.md.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Lets V8's young generation grow once, from 1 MiB a half to 4 MiB, as soon as much in it stays in use, and no further. Called first by `clawreach run`: an
 * agent with many messages collects a quarter as often then, which saves it a sixth of its processor time. Sets V8 flags for the whole process; a V8 that
 * doesn't know them ignores them.
 */
export function limitYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=4');
  const watching = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young !== undefined && young.space_size <= INITIAL) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    watching.disconnect();
  });
  // It grows in a collection only.
  watching.observe({ entryTypes: ['gc'] });
}
