import { describe, expect, it } from 'vitest';

import { echo } from '#test/support/compliance/session.ts';
import { linkInMemory } from '#test/support/link.ts';

describe('a session over a path in memory', () => {
  it('echoes, half-closes and leaves nothing behind', async () => {
    const { clock, initiator, responder } = linkInMemory();
    responder.onStream = echo;
    const stream = initiator.open('rpc', { welcome: true });
    await stream.write(new TextEncoder().encode('good morning'));
    const ended = stream.end();
    expect(await stream.opened).toEqual({ welcome: true });
    expect(new TextDecoder().decode((await stream.read()) ?? undefined)).toBe('good morning');
    expect(await stream.read()).toBeNull();
    await clock.advance(100);
    await ended;
    expect(await stream.closed).toBe('finished');
    expect(initiator.statistics().streamsOpen).toBe(0);
    expect(responder.statistics().streamsOpen).toBe(0);
    await initiator.close('done', 'test is over');
    await responder.closed;
    expect(clock.pending).toBe(0);
  });
});
