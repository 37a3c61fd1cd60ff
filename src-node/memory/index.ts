import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation at the size it starts with (1 MiB a half) instead of letting it grow to 16. Call it once, first thing in a process
 * that carries bytes.
 *
 * Why: a burst of hellos lets it grow, and it never shrinks again: a relay with 5 000 idle devices keeps some 8 KiB more for each. Where buffers die
 * young it also frees them without a full collection, which the size of buffers outside the heap would force (ADR 12). The flag is one of V8's
 * own, not of its interface: where it is unknown, nothing happens. Figures: docs/PERFORMANCE.md.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
