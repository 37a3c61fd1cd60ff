import { readFile } from 'node:fs/promises';
import { it } from 'vitest';
import { answerEmpty } from '#relay/http/index.ts';
import { startFeatureRelay } from '#test/support/feature-relay.ts';
import { recordAnswers } from '#test/support/relay-answers.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

/** Written by the relay as it was before it had features, and never again. */
const RECORDED = '../../fixtures/relay-answers/plain.txt';

it.concurrent('a relay without features answers every request byte for byte as it always has', async ({ expect }) => {
  const { relay, stop } = await startTestRelay({ limits: { helloTimeout: 2000 } });
  try {
    await expect(await recordAnswers(relay.port)).toMatchFileSnapshot(RECORDED);
  } finally {
    await stop();
  }
});

it.concurrent('a relay with features answers every request that is for none of them as it always has', async ({
  expect,
}) => {
  const relay = await startFeatureRelay(
    [
      {
        name: 'elsewhere',
        prefix: '/elsewhere',
        requests: [{ method: 'POST', path: '/elsewhere/:item', handle: () => answerEmpty() }],
        sockets: [{ path: '/elsewhere/live', maxPayload: 1, maxBuffered: 1, accept: () => () => undefined }],
      },
    ],
    { helloTimeout: 2000 },
  );
  try {
    await expect(await recordAnswers(relay.port)).toMatchFileSnapshot(RECORDED);
  } finally {
    await relay.stop();
  }
});

it.concurrent('a relay with accounts and no documented protocol answers as if there were none of it [S-PLAIN-13]', async ({
  expect,
}) => {
  const { relay, stop } = await startTestRelay({ limits: { helloTimeout: 2000 }, accounts: {} });
  const of = (text: string): string[] =>
    text.split(/^(?=# )/m).filter((answer) => !(answer.split('\n', 1)[0] ?? '').includes('/api/v1/'));
  try {
    const answers = of(await recordAnswers(relay.port));
    expect(answers.filter((answer) => /^# .*(?:connect|session|functions)/.test(answer)).length).toBeGreaterThan(30);
    expect(answers.map((answer) => answer.trim())).toEqual(
      of(await readFile(new URL(RECORDED, import.meta.url), 'utf8')).map((answer) => answer.trim()),
    );
  } finally {
    await stop();
  }
});
