import * as z from 'zod';
import { normalizeEmail, PlatformError } from '#shared/platform/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { answerJson, type RequestRoute } from '../../http/index.ts';
import type { PlainContext } from '../context.ts';
import { parseId } from '../envelope.ts';
import type { PlainRateLimits } from '../rates.ts';
import { requireAccount } from './caller.ts';
import { withDocumentedText } from './errors.ts';

/**
 * Invites an address to a project, as the route `invitations.create` does: checks the account's role in the project first.
 * @throws {PlatformError} `platform.not-found`, `platform.forbidden`, `platform.limit`, `project.already-member`, `project.already-invited`
 */
export type Invite = (
  invitation: Readonly<{ account: string; project: string; email: string; address: string }>,
) => Promise<Readonly<{ status: 'added' }> | Readonly<{ status: 'invited'; link: string | null }>>;

const input = z.object({ project_id: z.string(), email: z.string().max(512) });

const MESSAGES = { added: 'Member added to project', invited: 'Invitation sent' } as const;

/** Returns the function that invites a person to a project that allows the documented protocol. Reads the database; `invite` writes it. */
export function inviteMember(
  { store, callers }: PlainContext,
  { rates, invite }: Readonly<{ rates: PlainRateLimits; invite: Invite }>,
): RequestRoute {
  return {
    method: 'POST',
    path: '/functions/v1/invite-member',
    async handle(request) {
      const { account } = await requireAccount(callers, request);
      const { data } = safeParse(input, await request.json());
      const project = parseId(data?.project_id ?? '');
      const email = normalizeEmail(data?.email ?? '');
      if (email === undefined || project === undefined) {
        throw new PlatformError('platform.input', 'Invalid project_id or email');
      }
      const allowed = await store.read((database) =>
        database
          .selectFrom('projects')
          .select('id')
          .where('id', '=', project)
          .where('plain_allowed', '=', 1)
          .executeTakeFirst(),
      );
      if (allowed === undefined) throw new PlatformError('platform.not-found', 'Project not found');
      const wait = rates.take('invitationsPerAccount', account);
      if (wait > 0)
        throw new PlatformError('platform.rate', 'Too many invitations. Try again later.', { retryAfter: wait });
      try {
        const result = await invite({ account, project, email, address: request.address });
        // Without a mail server the owner hands the link over.
        const link = result.status === 'invited' && result.link !== null ? { link: result.link } : {};
        return answerJson({ status: result.status, message: MESSAGES[result.status], ...link });
      } catch (error) {
        throw withDocumentedText(error, {
          'platform.not-found': 'Project not found',
          'platform.forbidden': 'Only project owners can invite members',
          'platform.limit': 'Too many pending invitations',
          'project.already-member': 'This person is already a member',
          'project.already-invited': 'This person is already invited',
        });
      }
    },
  };
}
