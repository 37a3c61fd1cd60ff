import * as z from 'zod';
import { forwardAsks, forwardRule, rightDecision, type ForwardRule } from '#shared/app-api/index.ts';
import type { DocumentDefinition } from '../../core/store/index.ts';

/** Most forwards that a device can have. */
export const MOST_RULES = 256;

const answer = z.strictObject({
  asks: forwardAsks,
  /** Decision on forwards there, as the machine had named it; null if it hadn't. */
  there: rightDecision.nullable(),
});
/** Lesson of earlier connections to a rule's target for the next one, and the permission under which it holds. */
export type StoredAnswer = z.infer<typeof answer>;

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
  /** Undefined until the machine has let a connection to the target through. */
  answer: answer.optional(),
});

/**
 * Saved rule: the definition of a forward, in `forwards.json` of the profile. `secret`: encrypted password, base64url, or null. `formerPort`: port
 * used last by a rule that takes any free one, or 0. `answer`: undefined until its machine has let a connection to its target through.
 */
export type StoredRule = Readonly<{
  id: string;
  rule: ForwardRule;
  secret: string | null;
  formerPort: number;
  answer?: StoredAnswer | undefined;
}>;

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
