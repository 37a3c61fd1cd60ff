import type { Callers } from '#relay/platform/index.ts';

/** Session of a test: its token names the account and how it signed in. */
export type TestSession = Readonly<{ account: string; kind?: 'web' | 'api'; strongAt?: number }>;

/** Callers by a table of tokens instead of passwords: the real ones belong to the accounts. */
export function testCallers(): Callers & Readonly<{ sessions: Map<string, TestSession> }> {
  const sessions = new Map<string, TestSession>();
  return {
    sessions,
    async of({ cookie, bearer }) {
      const token = bearer ?? cookie;
      const session = token === undefined ? undefined : sessions.get(token);
      if (token === undefined || session === undefined) return { kind: 'none' };
      const { account, kind = 'web', strongAt } = session;
      return { kind: 'account', account, session: { id: token, kind, strongAt } };
    },
    isCurrent: async (session) => sessions.has(session),
  };
}
