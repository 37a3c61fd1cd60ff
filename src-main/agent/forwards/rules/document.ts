import * as z from 'zod';
import { forwardRule, type ForwardRule } from '#shared/app-api/index.ts';
import type { DocumentDefinition } from '../../core/store/index.ts';

/** Rules a device may have. */
export const MOST_RULES = 256;

const storedRule = z.strictObject({
  id: z.string().min(1).max(64),
  rule: forwardRule,
  /** The password, sealed under a key of this device, base64url. */
  secret: z
    .string()
    .max(2048)
    .regex(/^[A-Za-z0-9_-]+$/)
    .nullable(),
  /** The port that a rule which takes any free one had last; 0 for none. */
  formerPort: z.number().int().min(0).max(65_535).default(0),
});

/** A rule as it is saved. */
export type StoredRule = Readonly<{ id: string; rule: ForwardRule; secret: string | null; formerPort: number }>;

const forwardsDocument = z.strictObject({ rules: z.array(storedRule).max(MOST_RULES) });
export type ForwardsDocument = z.infer<typeof forwardsDocument>;

export const FORWARDS_DOCUMENT: DocumentDefinition<ForwardsDocument> = {
  name: 'forwards',
  version: 1,
  schema: forwardsDocument,
  migrations: {},
  initial: () => ({ rules: [] }),
};
