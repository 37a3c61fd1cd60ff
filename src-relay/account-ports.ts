import { toUuid } from '#shared/platform/index.ts';
import type { AccountsInit, AccountTask, AfterCommit } from './accounts/index.ts';
import { listSkillConfigs } from './plain/index.ts';
import {
  announcePerson,
  endAccountDevices,
  exportAccountData,
  removeAccountData,
  type PlatformServices,
  type PlatformTask,
} from './platform/index.ts';

/**
 * Returns what the accounts need of projects, invitations and devices. Each call works in the transaction of the accounts, and tells the others once that
 * is stored.
 * @param platform returns the platform, which is created after the accounts
 */
export function accountPorts(
  platform: () => PlatformServices,
): Pick<AccountsInit, 'invitations' | 'data' | 'listener'> {
  const within = async (
    { transaction, members }: AccountTask,
    work: (task: PlatformTask) => Promise<unknown>,
  ): Promise<AfterCommit> => {
    const { tasks } = platform().context;
    const task = tasks.within(transaction, members);
    await work(task);
    return () => tasks.committed(task);
  };
  return {
    invitations: {
      isInvited: (database, email, now) => platform().invitations.isInvited(database, email, now),
      fulfil: (task, account, email) => within(task, (inner) => platform().invitations.fulfil(inner, account, email)),
      redeem: (task, account, token) => within(task, (inner) => platform().invitations.redeem(inner, account, token)),
    },
    data: {
      changed: (task, account) => within(task, (inner) => announcePerson(inner, account)),
      remove: (task, account) => within(task, (inner) => removeAccountData(inner, account)),
      disabled: (account) => platform().context.tasks.run((task) => endAccountDevices(task, account)),
      export: async (database, account) => ({
        ...(await exportAccountData(database, account, platform().context)),
        skillConfigs: await listSkillConfigs(database, account),
      }),
    },
    listener: {
      ended: (account) => platform().sessionsEnded(account),
      changed: (account, topic) =>
        platform().report([{ kind: 'account', account, topic, ids: topic === 'account' ? [toUuid(account)] : [] }]),
    },
  };
}
