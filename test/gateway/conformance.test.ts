import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayDouble, modelConfiguration, RealGateway, StubModel } from '#test/support/gateway/index.ts';
import { CONVERSATIONS, differences, normal, placeOf, type Conversation, type Place } from './conversations/index.ts';

let model: StubModel;
let real: RealGateway;
let double: GatewayDouble;

beforeAll(async () => {
  model = await StubModel.start();
  real = await RealGateway.start({ configuration: modelConfiguration(model) });
  double = await GatewayDouble.start({ token: real.token });
}, 300_000);
afterAll(async () => {
  await double.stop();
  await real.stop();
  await model.stop();
});

describe('the double says what the real gateway says', () => {
  it.each(Object.entries(CONVERSATIONS))('%s', async (_name, hold) => {
    const said = await written(hold, {
      url: real.url,
      token: real.token,
      restart: () => real.restart(),
      say: (script) => {
        model.script = script;
      },
    });
    const imitated = await written(hold, placeOf(double));
    expect(differences(said, imitated)).toEqual([]);
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
