import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { inputProblem } from '#agent/messages/api/input-problem.ts';
import { messageId, threadId } from '#shared/messages/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

const input = z.strictObject({
  body: z.string().min(1).max(10),
  media: z.enum(['text/plain', 'application/json']).optional(),
  ids: z.array(messageId).min(1).max(2).optional(),
  thread: threadId.optional(),
  timeout: z.number().int().min(1).max(60).optional(),
});
const problemOf = (value: unknown): string => inputProblem(safeParse(input, value).error?.issues[0]);

describe('a request that the local API does not take', () => {
  it.each([
    [{}, '"body" is missing: it is a string.'],
    [{ body: { a: 1 } }, '"body" has to be a string. Send a JSON value as its text, with "media": "application/json".'],
    [{ body: '' }, '"body" is too short: the least is 1 character.'],
    [{ body: 'x'.repeat(11) }, '"body" is too long: the most is 10 characters.'],
    [{ body: 'x', media: 'text' }, '"media" has to be "text/plain" or "application/json".'],
    [{ body: 'x', ids: ['7'] }, '"ids.0" has to be the ID of a message: 32 digits and letters from a to f'],
    [{ body: 'x', ids: [] }, '"ids" is too short: the least is 1 entry.'],
    [{ body: 'x', thread: 'a b' }, '"thread" has up to 64 letters'],
    [{ body: 'x', timeout: 61 }, '"timeout" is too large: the most is 60.'],
    [{ body: 'x', timeout: 'soon' }, '"timeout" has to be a number.'],
    [{ body: 'x', reply: 'y' }, 'There is no field "reply" here. Remove it, or check its name.'],
    ['text', 'The request has to be an object.'],
  ])('%j is explained in a sentence', (value, sentence) => {
    expect(problemOf(value)).toContain(sentence);
  });
});
