import { expect, it } from 'vitest';
import { answerGuest } from '#renderer/features/guests/answer-guest.ts';
import { ARRIVAL_PERIOD, ArrivalGuard } from '#renderer/ui/arrival/arrival-guard.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

it('a press answers a guest only once its card has stayed in its place for the period [S-SHARE-7]', async () => {
  const clock = new FakeClock();
  const guard = new ArrivalGuard(clock);
  let sent = 0;
  const press = (guest: string): void => answerGuest(guard, guest, () => (sent += 1));
  guard.update(['ada']);
  press('ada');
  await clock.advance(ARRIVAL_PERIOD - 1);
  press('ada');
  expect(sent).toBe(0);
  await clock.advance(1);
  press('ada');
  expect(sent).toBe(1);
  // Another card has come, and this one has moved.
  guard.update(['ada', 'ben']);
  guard.shown();
  press('ada');
  press('ben');
  expect(sent).toBe(1);
  await clock.advance(ARRIVAL_PERIOD);
  press('ben');
  expect(sent).toBe(2);
});
