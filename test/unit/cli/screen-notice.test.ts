import { describe, expect, it } from 'vitest';
import { ScreenModel } from '#agent/terminals/screen/screen-model.ts';
import { ModeTracker, RedrawnScreen, ScreenNotice } from '#cli/terminal/index.ts';
import { CapturedOutput } from '#test/support/cli-host.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { ScreenProbe } from '#test/support/screen-probe.ts';

const SIZE = { cols: 80, rows: 24 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** What the person's terminal shows before `clawreach connect`. */
const ABOVE = 'here$ ls\r\nnotes.txt\r\nhere$ clawreach connect office\r\n';
const SHELL = 'there$ vim notes.txt\r\n';
const EDITOR =
  '\u001b[?1049h\u001b[?1h\u001b=\u001b[?2004h\u001b[1;24r\u001b[H\u001b[2J\u001b[44mfirst line\u001b[0m\r\n~\r\n~\u001b[24;1H"notes.txt" 1L\u001b[1;5H';
const LEAVE = '\u001b[?1l\u001b>\u001b[?2004l\u001b[24;1H\u001b[K\u001b[?1049l';

/** A terminal here and its program there, whose screen is kept there as well. */
function attach() {
  const clock = new FakeClock();
  const probe = new ScreenProbe();
  const modes = new ModeTracker();
  const redrawn = new RedrawnScreen({ clock, modes });
  const pieces: Uint8Array[] = [];
  redrawn.start((shown) => {
    modes.feed(shown);
    pieces.push(shown);
  });
  const there = new ScreenModel({ ...SIZE, onTitle: () => undefined, onParsed: () => undefined });
  const stdout = new CapturedOutput();
  let redraws = 0;
  const notice = new ScreenNotice({
    stdout,
    size: () => SIZE,
    isFullScreen: () => modes.isFullScreen,
    redraw: () => (redraws += 1),
  });
  let sent = 0;
  const send = (output: Uint8Array): void => {
    sent += output.length;
    redrawn.take(output);
  };
  return {
    clock,
    notice,
    redrawn,
    redraws: () => redraws,
    stdout,
    /** Output of the program, which arrives here. */
    print(text: string): void {
      there.feed(bytes(text));
      send(bytes(text));
    },
    /** Output of the program, which doesn't. */
    printUnseen: (text: string): void => there.feed(bytes(text)),
    send,
    get sent() {
      return sent;
    },
    snapshot: (): Promise<Uint8Array> =>
      new Promise((resolve) => there.whenParsed(() => resolve(there.serialize('screen')))),
    async shown(): Promise<unknown> {
      for (const piece of pieces.splice(0)) await probe.feed(piece);
      await probe.feed(bytes(stdout.text));
      stdout.text = '';
      return probe.shown();
    },
    here: (text: string): void => void pieces.push(bytes(text)),
  };
}

type Attached = ReturnType<typeof attach>;

/** The screen of now comes in parts of that size. */
async function redraw(terminal: Attached, size: number): Promise<void> {
  const screen = await terminal.snapshot();
  terminal.redrawn.begins(terminal.sent);
  for (let at = 0; at < screen.length; at += size) terminal.send(screen.slice(at, at + size));
  terminal.redrawn.ends(terminal.sent);
}

describe('a line over a program that fills the screen', () => {
  it.each([7, 100_000])('leaves nothing behind once the screen is drawn again, in parts of %d', async (size) => {
    const terminal = attach();
    terminal.here(ABOVE);
    terminal.print(SHELL + EDITOR);
    const before = await terminal.shown();
    terminal.notice.show(['connection lost']);
    expect(JSON.stringify(await terminal.shown())).toContain('connection lost');
    terminal.notice.hide();
    expect(terminal.redraws()).toBe(1);
    await redraw(terminal, size);
    expect(await terminal.shown()).toEqual(before);

    const other = attach();
    other.here(ABOVE);
    other.print(SHELL + EDITOR + LEAVE);
    terminal.print(LEAVE);
    // The lines above those of the terminal there are still in place.
    expect(await terminal.shown()).toEqual(await other.shown());
    expect(terminal.clock.pending).toBe(0);
  });

  it('leaves nothing behind if the program has left the screen meanwhile', async () => {
    const terminal = attach();
    terminal.print(SHELL + EDITOR);
    terminal.notice.show(['connection lost']);
    await terminal.shown();
    terminal.printUnseen(`${LEAVE}there$ `);
    terminal.notice.hide();
    await redraw(terminal, 50);
    terminal.print('pwd');
    const whole = attach();
    whole.print(`${SHELL}${EDITOR}${LEAVE}there$ pwd`);
    expect(await terminal.shown()).toEqual(await whole.shown());
  });

  it('draws a program that has filled the screen meanwhile, and what follows it', async () => {
    const terminal = attach();
    terminal.print(SHELL);
    terminal.printUnseen(EDITOR);
    await redraw(terminal, 64);
    terminal.print('x');
    const whole = attach();
    whole.print(`${SHELL}${EDITOR}x`);
    expect(await terminal.shown()).toEqual(await whole.shown());
  });

  it('is drawn again at its place, shorter if the terminal is narrow, and only over such a program', () => {
    const stdout = new CapturedOutput();
    let isFullScreen = true;
    const size = { cols: 40, rows: 10 };
    const notice = new ScreenNotice({
      stdout,
      size: () => size,
      isFullScreen: () => isFullScreen,
      redraw: () => undefined,
    });
    notice.show(['a long text that needs forty-five columns, yes', 'a short text']);
    expect(stdout.text).toContain(`\u001b[10;1H\u001b[0;7m${'a short text'.padEnd(40)}\u001b[0m`);
    size.cols = 60;
    size.rows = 12;
    stdout.text = '';
    notice.draw();
    expect(stdout.text).toContain('\u001b[10;1H\u001b[0m\u001b[K\u001b[12;1H\u001b[0;7ma long text that needs');
    isFullScreen = false;
    stdout.text = '';
    notice.draw();
    expect(stdout.text).toBe('');
  });

  it('does not wait for ever for an agent that does not report the end of the screen', async () => {
    const terminal = attach();
    terminal.print(SHELL + EDITOR);
    const before = await terminal.shown();
    const screen = await terminal.snapshot();
    terminal.redrawn.begins(terminal.sent);
    terminal.send(screen);
    await terminal.clock.advance(2000);
    expect(await terminal.shown()).toEqual(before);
  });
});
