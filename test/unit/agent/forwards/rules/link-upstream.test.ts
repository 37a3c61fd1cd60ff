import { describe, expect, it } from 'vitest';
import { openingError } from '#agent/forwards/rules/link-upstream.ts';
import { LinkError } from '#shared/link/index.ts';

const refused = (details: Readonly<Record<string, string | number>>): unknown =>
  openingError(new LinkError('link.refused', 'refused', { details }));

describe('a connection that the machine refuses', () => {
  it('was declined by a person there if the machine names a pause', () => {
    expect(refused({ code: 'forward.denied', message: 'no', retryAfter: 60_000 })).toMatchObject({
      code: 'forward.denied',
      details: { reason: 'no', retryAfter: 60_000 },
    });
  });

  it.each([
    { code: 'forward.denied', message: 'no' },
    { code: 'forward.denied', message: 'no', retryAfter: 0 },
    { code: 'forward.timeout', message: 'no', retryAfter: 60_000 },
  ])('is not said to be declined by a person otherwise: %j', (details) => {
    expect(refused(details)).toMatchObject({ code: details.code, details: { reason: 'no' } });
    expect(refused(details)).not.toHaveProperty('details.retryAfter');
  });
});
