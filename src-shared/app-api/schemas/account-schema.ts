import * as z from 'zod';
import { none } from '../fields.ts';

const address = z.string().max(320);
const name = z.string().max(256);
const keyId = z.string().max(64);

/** Account of a relay, as the relay names it. Nothing proves its address to this device. */
const account = z.strictObject({ id: z.string().regex(/^[0-9a-f]{32}$/), address, name });
export type LinkedAccount = z.infer<typeof account>;

const accountLinkView = z.strictObject({
  /** URL of the relay and ID of its key, to compare with what the relay's page shows; null without a relay. */
  relay: z.strictObject({ url: z.string(), keyId: keyId.nullable() }).nullable(),
  /** True if this device owns a project at the relay, which it can give to an account. */
  owner: z.boolean(),
  /** True if the relay admits devices of its accounts only and refuses this one: the code of an account admits it. */
  joins: z.boolean(),
  /** Account to which this device has given its project; null for none. */
  link: z.strictObject({ account, linkedAt: z.number().int() }).nullable(),
});
/** Link between this device's project and an account at its relay. */
export type AccountLinkView = z.infer<typeof accountLinkView>;

/** Calls by which an owner device gives its project to an account at its relay, and takes it back. Part of `AGENT_CALLS`. Times are ms since 1970. */
export const ACCOUNT_CALLS = {
  'account.get': { input: none, output: accountLinkView },
  /** Returns the address of the relay's page where accounts manage projects, for a browser; null if the relay has none that browsers trust. */
  'account.dashboard': { input: none, output: z.strictObject({ url: z.string().max(400).nullable() }) },
  /** Asks the relay whose account created a code, for the person to check. Changes nothing. */
  'account.lookUp': {
    input: z.strictObject({ code: z.string().max(64) }),
    output: z.strictObject({
      account,
      relay: z.strictObject({ url: z.string(), keyId }),
      expiresAt: z.number().int(),
      /** True if the code admits this device to a project of the account, and it gives none. */
      joins: z.boolean(),
    }),
  },
  /**
   * Signs a claim for the account that the person has seen and accepted, at the relay whose key they have seen; or joins a project of the account, if
   * `account.lookUp` said so.
   */
  'account.link': {
    input: z.strictObject({
      code: z.string().max(64),
      account,
      keyId,
      /** Name of this device for the people of the project, which the relay can read; none without it. */
      label: z.string().max(100).optional(),
    }),
    output: accountLinkView,
  },
  /** Signs the end of the claim. */
  'account.unlink': { input: none, output: accountLinkView },
} as const;
