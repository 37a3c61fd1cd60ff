import { expect, it } from 'vitest';
import * as z from 'zod';
import { decodeControlMessage } from '#relay/hub/decode-control-message.ts';
import { RELAY_PROCESS_LIMITS } from '#relay/limits/index.ts';
import { FormatError } from '#shared/errors.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** JSON.parse makes such objects of what a stranger sends; comparing their length with a number throws. */
const UNCOMPARABLE: unknown = JSON.parse('{"length":{"toString":1,"valueOf":1}}');

it.each([
  ['a text', z.string().max(3)],
  ['a text of exactly this length', z.string().length(4)],
  ['a list', z.array(z.string()).min(1)],
])(
  'an object whose length cannot be compared is a wrong value, and no exception, where %s is expected',
  (_what, schema) => {
    expect(() => schema.safeParse(UNCOMPARABLE)).toThrow(TypeError);
    expect(safeParse(schema, UNCOMPARABLE).success).toBe(false);
  },
);

it('a value that matches is parsed', () => {
  expect(safeParse(z.string().max(3), 'abc')).toEqual({ success: true, data: 'abc' });
});

it("a stranger's hello with such an object is malformed to the relay [S-RELAY-9]", () => {
  const hello = JSON.stringify({ type: 'hello', version: 1, certificate: UNCOMPARABLE });
  expect(() => decodeControlMessage(new TextEncoder().encode(hello), RELAY_PROCESS_LIMITS)).toThrow(FormatError);
});
