import * as z from 'zod';
import { base64url, code, done, name, secret, text, ticketId, time, uuid } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { defineRoutes } from './route.ts';

/** Signed record of a device. */
const record = base64url(1024).min(1);

/**
 * Routes for a device that gives its project to an account, or joins one of its projects (`clawreach account link` and `unlink`). They have no session:
 * the code or the device's signature says what the caller may do.
 */
export const CLAIM_ROUTES = defineRoutes({
  'claims.lookUp': {
    summary:
      'Returns the account that created a code, so that a person at the device can check it. The code stays valid.',
    method: 'POST',
    path: '/api/v1/claims/look-up',
    input: z.strictObject({ code }),
    output: z.object({
      account: z.object({ id: uuid, email: text(PLATFORM_LIMITS.email), name: text(PLATFORM_LIMITS.name) }),
      expiresAt: time,
    }),
    errors: ['account.code'],
    who: 'anyone',
  },
  'claims.create': {
    summary: 'Gives the project of an owner device to the account that created the code. Uses the code up.',
    method: 'POST',
    path: '/api/v1/claims',
    input: z.strictObject({
      code,
      /** Claim that the device signed: relay key, project, account, end, serial. */
      claim: record,
      /** Name of the device, as the people of the project see it; none without it. */
      label: name.optional(),
    }),
    output: z.object({ project: uuid }),
    errors: ['account.code', 'account.claim', 'project.claimed', 'platform.limit'],
    who: 'anyone',
    status: 201,
  },
  'claims.join': {
    summary:
      'Creates a ticket that admits the device with the code to a project of its account, where the relay admits devices of its accounts only. Uses ' +
      'the code up.',
    method: 'POST',
    path: '/api/v1/claims/join',
    input: z.strictObject({
      code,
      /** Name of the device, as the people of the project see it; none without it. */
      label: name.optional(),
    }),
    output: z.object({ project: uuid, ticket: ticketId, secret, expiresAt: time }),
    errors: ['account.code', 'account.claim', 'platform.limit'],
    who: 'anyone',
    status: 201,
  },
  'claims.end': {
    summary: 'Takes the project back from the account.',
    method: 'POST',
    path: '/api/v1/claims/end',
    input: z.strictObject({
      /** End of the claim that the device signed. */
      end: record,
    }),
    output: done,
    errors: ['account.claim'],
    who: 'anyone',
  },
});
