import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ModeTracker, RedrawnScreen, SanitizedScreen } from '#cli/terminal/index.ts';
import { pumpOutput } from '#cli/terminal/output.ts';
import type { AppChannel } from '#shared/app-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const TITLE = '\u001b]2;rm -rf ~\u0007';
const CLIPBOARD = '\u001b]52;c;cm0gLXJmIH4=\u0007';
const QUESTION = '\u001b[6n\u001b[21t';

/** Watches a program, with a screen in place of what was dropped after its first output. Returns what the terminal here receives. */
async function watched(output: string, screen: string): Promise<string> {
  const clock = new FakeClock();
  const modes = new ModeTracker();
  const redrawn = new RedrawnScreen({ clock, modes });
  const pieces = [bytes(output), bytes(screen)];
  const channel = {
    read: async () => {
      if (pieces.length === 1) {
        redrawn.begins(bytes(output).length);
        redrawn.ends(bytes(output).length + bytes(screen).length);
      }
      return pieces.shift() ?? null;
    },
    close: () => undefined,
  } as unknown as AppChannel;
  const stdout = new PassThrough();
  const received = textOf(stdout);
  await pumpOutput(channel, stdout, { modes, redrawn, screen: new SanitizedScreen() });
  stdout.end();
  return await received;
}

describe('a screen that is drawn again for someone who watches', () => {
  it.each([
    ['of a shell', 'there$ ', `${TITLE}${CLIPBOARD}there$ ${QUESTION}make`],
    ['of an editor', '\u001b[?1049h~', `${TITLE}there$ vi\u001b[?1049h${CLIPBOARD}${QUESTION}${TITLE}make`],
    ['after a sequence that was cut', 'there$ \u001b]52;c;cm0g', `${TITLE}there$ ${CLIPBOARD}${QUESTION}make`],
  ])('controls nothing but the screen: %s', async (_name, output, screen) => {
    const received = await watched(output, screen);
    expect(received).toContain('make');
    expect(received).toContain('\u001b[2J');
    for (const part of ['\u001b]', 'rm -rf', 'cm0g', '\u001b[6n', '\u001b[21t']) expect(received).not.toContain(part);
  });
});
