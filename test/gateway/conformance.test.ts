import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayDouble, RealGateway } from '#test/support/gateway/index.ts';
import { CONVERSATIONS, differences, normal, type Conversation, type Place } from './conversations/index.ts';

let real: RealGateway;
let double: GatewayDouble;

beforeAll(async () => {
  real = await RealGateway.start();
  double = await GatewayDouble.start({ token: real.token });
}, 300_000);
afterAll(async () => {
  await double.stop();
  await real.stop();
});

describe('the double says what the real gateway says', () => {
  it.each(Object.entries(CONVERSATIONS))('%s', async (_name, hold) => {
    const said = await written(hold, real);
    const double_ = await written(hold, {
      url: double.url,
      token: double.secret.value,
      restart: () => double.restart(),
    });
    expect(differences(said, double_)).toEqual([]);
  });
});

/** All notes of a conversation, without what differs from run to run. */
async function written(hold: Conversation, place: Place): Promise<unknown> {
  const notes: Record<string, unknown> = {};
  await hold(place, (step, value) => {
    notes[step] = normal(value);
  });
  return notes;
}
