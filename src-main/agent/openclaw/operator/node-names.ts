import * as z from 'zod';
import { cleanName } from '#shared/visible-text/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

const MOST_NAMES = 4096;

const row = z.object({
  deviceId: z.string().max(256),
  displayName: z.string().max(4096).nullish(),
  operatorLabel: z.string().max(4096).nullish(),
});

/**
 * Names of a gateway's devices, which `OperatorLink` shows in requests: the operator's label, otherwise the name that the device reports. In memory.
 */
export class NodeNames {
  readonly #names = new Map<string, string>();

  /** Replaces all names by those in a list of devices. @param answer not validated; anything but a list is ignored */
  learn(answer: unknown): void {
    const paired: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'paired') : undefined;
    if (!Array.isArray(paired)) return;
    this.#names.clear();
    for (const value of paired.slice(0, MOST_NAMES)) {
      const parsed = safeParse(row, value);
      if (!parsed.success) continue;
      const name = cleanName(parsed.data.operatorLabel ?? '') || cleanName(parsed.data.displayName ?? '');
      if (name !== '') this.#names.set(parsed.data.deviceId, name);
    }
  }

  /** Returns the name of a device; undefined if it is unknown. */
  of(deviceId: string): string | undefined {
    return this.#names.get(deviceId);
  }
}
