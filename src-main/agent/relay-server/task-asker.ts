import type { RelayServerProgress, RelayServerQuestion } from '#shared/app-api/index.ts';
import type { Questions } from './questions.ts';
import type { Asker } from './sign-in.ts';

export type TaskAskerParts = Readonly<{
  questions: Pick<Questions, 'decide' | 'secret'>;
  show(progress: RelayServerProgress): void;
  signal: AbortSignal;
}>;

/**
 * Creates what asks the person of one task. It holds the password of the sign-in until sudo asks for one, so that the person may answer with the same;
 * after that, and after the task, it is gone.
 */
export function createTaskAsker({ questions, show, signal }: TaskAskerParts): Asker {
  let signIn: Readonly<{ server: string; secret: string }> | undefined;
  const ask = (question: RelayServerQuestion, former?: string): Promise<string | undefined> =>
    questions.secret((id) => show({ kind: 'question', id, question }), signal, former);
  return {
    decide: (question) => questions.decide((id) => show({ kind: 'question', id, question }), signal),
    secret: async (question) => {
      // A password that sudo has rejected isn't offered again, and neither is that of a jump host.
      if (question.kind === 'sudo-password') {
        const former = signIn?.server === question.server ? signIn.secret : undefined;
        signIn = undefined;
        return await ask(former === undefined ? question : { ...question, same: true }, former);
      }
      const secret = await ask(question);
      if (question.kind === 'password' && secret !== undefined) signIn = { server: question.server, secret };
      return secret;
    },
  };
}
