import * as z from 'zod';
import type { DocumentDefinition } from '../store/index.ts';

export const MOST_REMOTES = 64;
/** Characters of all workflows together, as JSON. */
export const MOST_WORKFLOW_TEXT = 1_048_576;

const sealed = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/);

const remotesDocument = z.strictObject({
  /** Each sealed: which peers and gateways a person uses is nobody's business. */
  remotes: z.array(z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/), sealed: sealed(4096) })).max(MOST_REMOTES),
  /** All together, sealed: what is in prompts may be a secret. */
  workflows: sealed(8 * MOST_WORKFLOW_TEXT).nullable(),
});
export type RemotesDocument = z.infer<typeof remotesDocument>;

export const REMOTES_DOCUMENT: DocumentDefinition<RemotesDocument> = {
  name: 'remotes',
  version: 1,
  schema: remotesDocument,
  migrations: {},
  initial: () => ({ remotes: [], workflows: null }),
};
