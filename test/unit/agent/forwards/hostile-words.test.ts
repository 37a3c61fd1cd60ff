import { expect, it } from 'vitest';
import { openingError } from '#agent/forwards/rules/index.ts';
import { LinkError } from '#shared/link/index.ts';

it('a refusal of a peer has nothing in its words that drives a terminal, and is not long [S-NAME-5]', () => {
  const said = `\u001b]0;title\u0007\u009b2J\r\n\u202e${'x'.repeat(5000)}`;
  const error = openingError(
    new LinkError('link.refused', 'refused', { details: { code: 'forward.failed', message: said } }),
  );
  expect(error.code).toBe('forward.failed');
  for (const text of [error.message, String(error.details['reason'])]) {
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.length).toBeLessThan(300);
  }
});
