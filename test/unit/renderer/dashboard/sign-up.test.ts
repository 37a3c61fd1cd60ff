import { expect, it } from 'vitest';
import { createSignUp } from '#renderer/dashboard/auth/sign-up.ts';
import { PlatformError, type PlatformClient } from '#shared/platform/index.ts';

const INPUT = { name: 'Bea', email: 'bea@example.org', password: 'a long sentence', token: 'a'.repeat(43) };
const ACCOUNT = { status: 'signed-in', account: { id: '1' } };

/** Client whose calls are answered in order: an error code, or an answer. */
function clientOf(...answers: readonly unknown[]) {
  const calls: string[] = [];
  const left = [...answers];
  const call = async (name: string): Promise<unknown> => {
    calls.push(name);
    const answer = left.shift();
    if (typeof answer === 'string') throw new PlatformError(answer as 'account.link', answer);
    return answer;
  };
  return { calls, client: { call } as unknown as PlatformClient };
}

it('signs in after a try without an answer that has created the account', async () => {
  for (const used of ['account.link', 'account.exists']) {
    const { calls, client } = clientOf('platform.no-answer', used, ACCOUNT);
    const signUp = createSignUp();
    await expect(signUp(client, INPUT)).rejects.toMatchObject({ code: 'platform.no-answer' });
    await expect(signUp(client, INPUT)).resolves.toEqual(ACCOUNT);
    expect(calls).toEqual(['auth.signUp', 'auth.signUp', 'auth.signIn']);
  }
});

it('says that the account exists where the password is another one by now', async () => {
  const { client } = clientOf('platform.no-answer', 'account.link', 'account.credentials');
  const signUp = createSignUp();
  await expect(signUp(client, INPUT)).rejects.toMatchObject({ code: 'platform.no-answer' });
  await expect(signUp(client, INPUT)).rejects.toMatchObject({ code: 'account.exists' });
});

it('tells of a link that was used up before, without a try to sign in', async () => {
  const { calls, client } = clientOf('account.link');
  await expect(createSignUp()(client, INPUT)).rejects.toMatchObject({ code: 'account.link' });
  expect(calls).toEqual(['auth.signUp']);
});
