import { describe, expect, it } from 'vitest';
import type { RelayServerAnswer, RelayServerProgress } from '#shared/app-api/index.ts';
import { createTaskAsker } from '../../../../src-main/agent/relay-server/task-asker.ts';
import { Questions } from '../../../../src-main/agent/relay-server/questions.ts';
import { systemClock } from '#node/clock/index.ts';

const SERVER = 'ada@relay:22';
const PASSWORD = { kind: 'password', server: SERVER, retry: false } as const;
const SUDO = { kind: 'sudo-password', server: SERVER, retry: false } as const;

/** A task whose person gives these answers, and what was asked. */
function task(...answers: readonly RelayServerAnswer[]) {
  const shown: RelayServerProgress[] = [];
  const left = [...answers];
  let count = 0;
  const questions = new Questions(systemClock, () => String((count += 1)));
  const asker = createTaskAsker({
    questions,
    show: (progress) => {
      shown.push(progress);
      const [answer] = left.splice(0, 1);
      if (progress.kind === 'question' && answer !== undefined)
        queueMicrotask(() => questions.answer(progress.id, answer));
    },
    signal: new AbortController().signal,
  });
  const offered = () => shown.map((one) => one.kind === 'question' && 'same' in one.question && one.question.same);
  return { asker, offered };
}
const secret = (value: string): RelayServerAnswer => ({ kind: 'secret', secret: value });

describe('the password for sudo', () => {
  it('may be the one of the sign-in, which is offered once', async () => {
    const { asker, offered } = task(secret('moonlight'), { kind: 'same' }, { kind: 'same' });
    expect(await asker.secret(PASSWORD)).toBe('moonlight');
    expect(await asker.secret(SUDO)).toBe('moonlight');
    expect(await asker.secret({ ...SUDO, retry: true })).toBeUndefined();
    expect(offered()).toEqual([false, true, false]);
  });

  it('is asked for alone where another server was signed in to with a password, or none was', async () => {
    const { asker, offered } = task(secret('jump'), { kind: 'same' });
    expect(await asker.secret({ ...PASSWORD, server: 'ada@jump:22' })).toBe('jump');
    expect(await asker.secret(SUDO)).toBeUndefined();
    const keyed = task({ kind: 'same' });
    expect(await keyed.asker.secret(SUDO)).toBeUndefined();
    expect([...offered(), ...keyed.offered()]).toEqual([false, false, false]);
  });
});
