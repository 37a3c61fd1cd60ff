import { toBase64Url, toHex } from '#shared/bytes/index.ts';
import { PlatformError, toUuid } from '#shared/platform/index.ts';
import { TokenBuckets } from '../../limits/index.ts';
import type { PlatformContext } from '../context.ts';
import { createEnrolTicket } from '../devices/enrol-tickets.ts';
import { isSteppedUp, type RouteHandlers } from '../serve-routes.ts';
import { createClaimCode, readClaimCode } from './claim-codes.ts';
import { projectForDevice } from './project-for-device.ts';
import { applyClaim, applyClaimEnd, readClaim, readClaimEnd } from './claims.ts';

type ClaimRouteName = 'account.createLinkCode' | 'claims.lookUp' | 'claims.create' | 'claims.join' | 'claims.end';

/** Requests of one address group without a session: codes that may be guessed, and signatures to check. */
const CLAIMS_PER_ADDRESS = { burst: 20, perSecond: 1 / 6 };

/** Returns the handlers by which a device gives its project to an account and takes it back, or joins a project of the account. They read and write the database. */
export function claimRoutes(context: PlatformContext): RouteHandlers<ClaimRouteName> {
  const { store, tasks, clock, crypto, secrets, relayKey, joining } = context;
  const buckets = new TokenBuckets(CLAIMS_PER_ADDRESS);
  const admit = (addressGroup: string): void => {
    const retryAfter = buckets.take(addressGroup, clock.monotonic());
    if (retryAfter > 0)
      throw new PlatformError('platform.rate', `too many attempts: try again in ${Math.ceil(retryAfter / 1000)} s`, {
        retryAfter,
      });
  };
  return {
    async 'account.createLinkCode'({ caller }) {
      // It admits a device, as an enrol ticket does.
      if (joining().accountsOnly && !isSteppedUp(caller, clock.now()))
        throw new PlatformError('platform.step-up', 'give the password again, or a passkey');
      return tasks.run(async (task) => ({
        ...(await createClaimCode(task, { crypto, secrets }, caller.account)),
        relayKeyId: relayKey.keyId,
      }));
    },

    async 'claims.lookUp'({ input, addressGroup }) {
      admit(addressGroup);
      const { id, email, name, expiresAt } = await store.read((database) =>
        readClaimCode(database, secrets, { code: input.code, use: false }, clock.now()),
      );
      return { account: { id: toUuid(id), email, name }, expiresAt };
    },

    async 'claims.create'({ input, addressGroup, address }) {
      admit(addressGroup);
      const claim = readClaim(input.claim, context, clock.now());
      const { project } = claim;
      return tasks.run(async (task) => {
        const holder = await readClaimCode(task.database, secrets, { code: input.code, use: true }, task.now);
        if (holder.id !== claim.account) throw new PlatformError('account.claim', 'the claim is for another account');
        await applyClaim(task, claim, input.label);
        await task.record({ event: 'project.claimed', account: holder.id, project, subject: claim.owner, address });
        return { project: toUuid(project) };
      });
    },

    async 'claims.join'({ input, addressGroup, address }) {
      admit(addressGroup);
      if (!joining().accountsOnly)
        throw new PlatformError('account.claim', 'a device gives its own project to an account at this relay');
      return tasks.run(async (task) => {
        const holder = await readClaimCode(task.database, secrets, { code: input.code, use: true }, task.now);
        const account = holder.id;
        const project = await projectForDevice(task, crypto, holder);
        const ticket = await createEnrolTicket(task, context, { account, project, label: input.label ?? null });
        const subject = toUuid(toHex(ticket.id));
        await task.record({ event: 'device.ticket-created', account, project, subject, address });
        return {
          project: toUuid(project),
          ticket: toBase64Url(ticket.id),
          secret: toBase64Url(ticket.secret),
          expiresAt: ticket.expiresAt,
        };
      });
    },

    async 'claims.end'({ input, addressGroup, address }) {
      admit(addressGroup);
      const end = readClaimEnd(input.end, context, clock.now());
      const { account, project, owner } = end;
      await tasks.run(async (task) => {
        // A device that never gave its project to the account must not write into the account's log.
        if (!(await applyClaimEnd(task, end))) return;
        await task.record({ event: 'project.claim-ended', account, project, subject: owner, address });
      });
      return {};
    },
  };
}
