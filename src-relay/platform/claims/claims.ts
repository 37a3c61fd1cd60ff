import { equalBytes, fromBase64Url } from '#shared/bytes/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { verifyClaim, verifyClaimEnd, type Claim, type ClaimEnd } from '#shared/identity/index.ts';
import { PlatformError, toUuid } from '#shared/platform/index.ts';
import type { PlatformContext } from '../context.ts';
import { addOwner, requireRoomForProject } from '../projects/project-rows.ts';
import { endAccountProject } from '../projects/end-project.ts';
import type { PlatformTask } from '../tasks.ts';

/** Largest lead of a serial (a time in seconds) over this clock, s. No one could ever override a serial with a larger lead. */
const MOST_AHEAD = 24 * 3600;

type Verifier = Pick<PlatformContext, 'crypto' | 'relayKey'>;

/**
 * Decodes a claim that a device sent, and checks that it is for this relay and this time. Pure.
 * @param now Unix ms
 * @throws {PlatformError} `account.claim`
 */
export function readClaim(encoded: string, verifier: Verifier, now: number): Claim {
  const claim = verified(() => verifyClaim(verifier.crypto, fromBase64Url(encoded)));
  checkRecord(claim, verifier, now);
  if (claim.notAfter * 1000 < now) throw invalid('the claim has expired');
  return claim;
}

/** Decodes the end of a claim like `readClaim`. @throws {PlatformError} `account.claim` */
export function readClaimEnd(encoded: string, verifier: Verifier, now: number): ClaimEnd {
  const end = verified(() => verifyClaimEnd(verifier.crypto, fromBase64Url(encoded)));
  checkRecord(end, verifier, now);
  return end;
}

/**
 * Gives the project of an owner device to an account. Writes the database.
 * @param label name of the device in the project; a name that it has already stays
 * @throws {PlatformError} `account.claim`, `project.claimed`, `platform.limit`
 */
export async function applyClaim(task: PlatformTask, claim: Claim, label?: string): Promise<void> {
  const { database, now } = task;
  const { project, account, owner } = claim;
  const row = await requireOwnerDevice(task, claim);
  if (row.claim_serial !== null && claim.serial <= row.claim_serial) throw invalid('a newer claim or end was seen');
  const isAgain = row.owner_account === account;
  if (row.owner_account !== null && !isAgain) {
    throw new PlatformError('project.claimed', 'the project belongs to another account');
  }
  if (!isAgain) await requireRoomForProject(database, account);
  await database
    .updateTable('projects')
    .set({ owner_account: account, claim: claim.encoded, claim_serial: claim.serial, updated_at: now })
    .where('id', '=', project)
    .execute();
  if (label !== undefined) {
    await database
      .insertInto('device_labels')
      .values({ project, peer_id: owner, label })
      .onConflict((conflict) => conflict.columns(['project', 'peer_id']).doNothing())
      .execute();
    task.changed(project, 'devices', [owner]);
  }
  if (isAgain) return;
  await addOwner(database, { project, account }, now);
  task.accountChanged(account, 'projects', [toUuid(project)]);
}

/**
 * Takes a project back from its account. A project that was taken back already stays as it is. Writes the database.
 * @returns false for a project that had no account
 * @throws {PlatformError} `account.claim`
 */
export async function applyClaimEnd(task: PlatformTask, end: ClaimEnd): Promise<boolean> {
  const row = await requireOwnerDevice(task, end);
  // An end wins against a claim with an equal serial.
  if (row.claim_serial !== null && end.serial < row.claim_serial) throw invalid('a newer claim or end was seen');
  if (row.owner_account !== null && row.owner_account !== end.account)
    throw invalid('the claim was for another account');
  if (row.owner_account !== null) await endAccountProject(task, end.project);
  await task.database.updateTable('projects').set({ claim_serial: end.serial }).where('id', '=', end.project).execute();
  return row.owner_account !== null;
}

/** Returns the claimed state of a project, if the signer is one of its owner devices. */
async function requireOwnerDevice({ database }: PlatformTask, { project, owner }: ClaimEnd) {
  const row = await database
    .selectFrom('projects')
    .innerJoin('members', 'members.project_id', 'projects.id')
    .select(['projects.owner_account', 'projects.claim_serial'])
    .where('projects.id', '=', project)
    .where('projects.owner_device', 'is not', null)
    .where('members.peer_id', '=', owner)
    .where('members.role', '=', 'owner')
    .where('members.removed_at', 'is', null)
    .executeTakeFirst();
  // The same answer for a project that doesn't exist: the caller has no session.
  if (row === undefined) throw invalid('the device owns no such project');
  return row;
}

function checkRecord({ relayKey, serial }: ClaimEnd, verifier: Verifier, now: number): void {
  if (!equalBytes(relayKey, verifier.relayKey.publicKey)) throw invalid('the record is for another relay');
  if (serial > now / 1000 + MOST_AHEAD) throw invalid('the serial is of another time: check the clock');
}

function verified<Result>(verify: () => Result): Result {
  try {
    return verify();
  } catch (error) {
    if (error instanceof ClawReachError) throw invalid(error.message);
    throw error;
  }
}

function invalid(message: string): PlatformError {
  return new PlatformError('account.claim', message);
}
