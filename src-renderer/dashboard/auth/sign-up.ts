import { errorCode } from '#shared/errors.ts';
import { PlatformError, type PlatformClient, type SignInAnswer, type SignUpAnswer } from '#shared/platform/index.ts';

/** Data of a sign-up. `token`: that of an invitation's link, or of the link for the first account. */
export type SignUpInput = Readonly<{ name: string; email: string; password: string; token?: string }>;

/** Errors after which the relay may have created the account all the same. */
const UNANSWERED: ReadonlySet<string> = new Set(['platform.no-answer', 'platform.unreachable']);
/** Errors of a sign-up whose account has been created meanwhile: its link is used up, or its address taken. */
const CREATED: ReadonlySet<string> = new Set(['account.link', 'account.exists']);

/**
 * Creates the action of a sign-up form. After a try without an answer the account may exist: the next one then signs in with the same address and
 * password.
 */
export function createSignUp(): (
  client: Pick<PlatformClient, 'call'>,
  input: SignUpInput,
) => Promise<SignUpAnswer | SignInAnswer> {
  let isUnanswered = false;
  return async (client, input) => {
    try {
      return await client.call('auth.signUp', { input });
    } catch (error) {
      if (UNANSWERED.has(errorCode(error))) isUnanswered = true;
      else if (isUnanswered && CREATED.has(errorCode(error))) return await signIn(client, input);
      throw error;
    }
  };
}

/** @throws {PlatformError} `account.exists` if the account has another password */
async function signIn(client: Pick<PlatformClient, 'call'>, { email, password }: SignUpInput): Promise<SignInAnswer> {
  try {
    return await client.call('auth.signIn', { input: { email, password } });
  } catch (error) {
    if (errorCode(error) !== 'account.credentials') throw error;
    throw new PlatformError('account.exists', 'the sign-up before has created the account', { cause: error });
  }
}
