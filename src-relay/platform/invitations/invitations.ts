import type { Kysely } from 'kysely';
import { toHex } from '#shared/bytes/index.ts';
import { PLATFORM_LIMITS, PlatformError, toUuid, type RouteOutput } from '#shared/platform/index.ts';
import type { Database } from '../../store/index.ts';
import type { OneTimeUse, PlatformContext } from '../context.ts';
import { requireAction } from '../project-access.ts';
import type { PlatformTask } from '../tasks.ts';
import {
  addMember,
  announceTo,
  closeInvitation,
  deleteLinks,
  findVerified,
  invitationView,
  isInProject,
  openInvitations,
  type InvitationRow,
} from './invitation-rows.ts';

/** Invitation of an address to a project, by a caller who may invite. */
export type InvitationRequest = Readonly<{ account: string; project: string; email: string; address: string }>;

/** Answer of the route that invites. */
export type InvitationResult = RouteOutput<'invitations.create'>;

/** Texts of the documented protocol for the two results of an invitation. */
const MESSAGES = { added: 'Member added to project', invited: 'Invitation sent' } as const;

/**
 * Invitations of people to projects, by address. An address counts only once a mail to it was answered, or its link was used. Reads and writes the database
 * in the caller's task.
 */
export class Invitations {
  readonly #context: PlatformContext;

  constructor(context: PlatformContext) {
    this.#context = context;
  }

  /**
   * Invites an address. Unless everyone may sign up, an account that has proved the address becomes a member at once.
   * @param request email in canonical form
   * @returns the answer of the route; `send` hands the link to the mail server, once the invitation is stored
   * @throws {PlatformError} `platform.not-found`, `platform.forbidden`, `platform.limit`, `project.already-member`, `project.already-invited`,
   * `platform.rate`
   */
  async invite(request: InvitationRequest): Promise<InvitationResult> {
    const { tasks, signUp, links, hasMail } = this.#context;
    const { account: inviter, project, email, address } = request;
    const invited = await tasks.run(async (task) => {
      await requireAction(task.database, inviter, project, 'invite');
      const known = await findVerified(task.database, email);
      if (known !== undefined && (await isInProject(task.database, project, known))) throw alreadyMember();
      await this.#requireUninvited(task, project, email);
      const event = { account: inviter, project, address };
      if (known !== undefined && signUp !== 'open') {
        await addMember(task, { project, account: known, invitedBy: inviter });
        await task.record({ ...event, event: 'person.added', subject: toUuid(known) });
        return undefined;
      }
      if (hasMail) links.admit(email, inviter);
      const row = await this.#add(task, request);
      await task.record({ ...event, event: 'invitation.created', subject: toUuid(row.id) });
      return row;
    });
    if (invited === undefined) return { status: 'added', message: MESSAGES.added };
    const link = links.linkTo(invited.secret);
    if (hasMail) links.send(email, link);
    return {
      status: 'invited',
      message: MESSAGES.invited,
      invitation: invitationView(invited),
      link: hasMail ? null : link,
    };
  }

  /** Reports whether an open invitation lets an address sign up. */
  async isInvited(database: Kysely<Database>, email: string, now: number): Promise<boolean> {
    const row = await openInvitations(database, now)
      .select('invitations.id')
      .where('invitations.email', '=', email)
      .executeTakeFirst();
    return row !== undefined;
  }

  /**
   * Accepts the open invitations to an address that an account has just proved by signing up. With open sign-up it accepts none: the person does, with a
   * click. Those of full projects stay open.
   */
  async fulfil(task: PlatformTask, account: string, email: string): Promise<void> {
    if (this.#context.signUp === 'open') return;
    const rows = await openInvitations(task.database, task.now)
      .selectAll('invitations')
      .where('invitations.email', '=', email)
      .orderBy('invitations.created_at')
      .execute();
    for (const row of rows) {
      try {
        await this.accept(task, row, account);
      } catch (error) {
        if (!(error instanceof PlatformError) || error.code !== 'platform.limit') throw error;
      }
    }
  }

  /**
   * Accepts the invitation of a link for an account, whatever address it was sent to. The caller has used the link's secret up in the same transaction.
   * @returns the project
   * @throws {PlatformError} `account.link` if the invitation is over, `project.already-member`, `platform.limit`
   */
  async redeem(task: PlatformTask, account: string, used: OneTimeUse | undefined): Promise<string> {
    const row = await findInvitation(task, used);
    if (row === undefined) throw overLink();
    if (await isInProject(task.database, row.project, account)) throw alreadyMember();
    await this.accept(task, row, account);
    return row.project;
  }

  /**
   * Accepts an open invitation for an account.
   * @throws {PlatformError} `platform.limit`
   */
  async accept(task: PlatformTask, row: InvitationRow, account: string): Promise<void> {
    await addMember(task, { project: row.project, account, invitedBy: row.invited_by });
    await closeInvitation(task, row, 'accepted');
    await task.record({ event: 'invitation.accepted', account, project: row.project, subject: toUuid(row.id) });
  }

  async #requireUninvited(task: PlatformTask, project: string, email: string): Promise<void> {
    const { database, now } = task;
    const pending = await database
      .selectFrom('invitations')
      .select(['id', 'expires_at', 'email'])
      .where('project', '=', project)
      .where('status', '=', 'pending')
      .execute();
    for (const row of pending.filter(({ expires_at: end }) => end <= now)) {
      await deleteLinks(task, { project, email: row.email });
      await database.deleteFrom('invitations').where('id', '=', row.id).execute();
    }
    const open = pending.filter(({ expires_at: end }) => end > now);
    if (open.some((row) => row.email === email)) {
      throw new PlatformError('project.already-invited', 'this address is invited already');
    }
    if (open.length >= PLATFORM_LIMITS.pendingInvitations) {
      throw new PlatformError(
        'platform.limit',
        `a project has at most ${PLATFORM_LIMITS.pendingInvitations} pending invitations`,
      );
    }
  }

  async #add(
    task: PlatformTask,
    { account, project, email }: InvitationRequest,
  ): Promise<InvitationRow & Readonly<{ secret: string }>> {
    const { crypto, secrets } = this.#context;
    const row: InvitationRow = {
      id: toHex(crypto.randomBytes(16)),
      project,
      email,
      invited_by: account,
      status: 'pending',
      created_at: task.now,
      expires_at: task.now + PLATFORM_LIMITS.invitationLife,
    };
    await task.database.insertInto('invitations').values(row).execute();
    const secret = await secrets.create(task.database, { purpose: 'invite', project, email }, row.expires_at);
    task.changed(project, 'invitations', [toUuid(row.id)]);
    await announceTo(task, email, row.id);
    return { ...row, secret };
  }
}

/** Creates the error for a link whose invitation is over. */
export function overLink(): PlatformError {
  return new PlatformError('account.link', 'the invitation of this link is over');
}

function alreadyMember(): PlatformError {
  return new PlatformError('project.already-member', 'this person is in the project already');
}

/** Returns the open invitation that a secret stands for. */
async function findInvitation(task: PlatformTask, used: OneTimeUse | undefined): Promise<InvitationRow | undefined> {
  const { project = null, email = null } = used ?? {};
  if (project === null || email === null) return undefined;
  return openInvitations(task.database, task.now)
    .selectAll('invitations')
    .where('invitations.project', '=', project)
    .where('invitations.email', '=', email)
    .executeTakeFirst();
}
