import * as z from 'zod';
import { forwardRule, type ForwardRule } from '#shared/app-api/index.ts';
import type { DocumentDefinition } from '../../core/store/index.ts';

/** Most forwards that a device can have. */
export const MOST_RULES = 256;

const storedRule = z.strictObject({
  id: z.string().min(1).max(64),
  rule: forwardRule,
  /** Encrypted password, base64url; null if there is none. */
  secret: z
    .string()
    .max(2048)
    .regex(/^[A-Za-z0-9_-]+$/)
    .nullable(),
  /** Port that the rule used last, if it takes any free one; 0 for none. */
  formerPort: z.number().int().min(0).max(65_535).default(0),
});

/**
 * Saved rule: the definition of a forward, in `forwards.json` of the profile. `secret`: encrypted password, base64url, or null. `formerPort`: port
 * used last by a rule that takes any free one, or 0.
 */
export type StoredRule = Readonly<{ id: string; rule: ForwardRule; secret: string | null; formerPort: number }>;

const forwardsDocument = z.strictObject({ rules: z.array(storedRule).max(MOST_RULES) });
export type ForwardsDocument = z.infer<typeof forwardsDocument>;

/** Definition of the document `forwards.json` that holds all rules; `RuleBook` reads and writes it. */
export const FORWARDS_DOCUMENT: DocumentDefinition<ForwardsDocument> = {
  name: 'forwards',
  version: 1,
  schema: forwardsDocument,
  migrations: {},
  initial: () => ({ rules: [] }),
};
