import type { WebglAddon } from '@xterm/addon-webgl';
import type { ITerminalAddon, Terminal } from '@xterm/xterm';
import { describe, expect, test, vi, type Mock } from 'vitest';
import {
  WebglDrawing,
  MOST_LOSSES,
  MOST_RESTING,
} from '../../../../src-renderer/features/terminals/screen/webgl-drawing.ts';

/** A drawing by the graphics card; there is no card in a test. */
class Drawing {
  disposed = 0;
  lose: () => void = () => undefined;

  activate(): void {
    // There is no card.
  }

  onContextLoss(listener: () => void): { dispose(): void } {
    this.lose = listener;
    return { dispose: () => undefined };
  }

  dispose(): void {
    this.disposed += 1;
  }
}

/** A terminal that takes addons, or has no WebGL to load them with. */
function createCard(
  hasCard = true,
): Readonly<{ card: WebglDrawing; drawings: readonly Drawing[]; lost: Mock<() => void> }> {
  const drawings: Drawing[] = [];
  const terminal = {
    loadAddon: (addon: ITerminalAddon) => {
      expect(drawings).toContain(addon);
      if (!hasCard) throw new Error('WebGL2 not supported');
    },
  } as Partial<Terminal> as Terminal;
  const lost = vi.fn<() => void>();
  const card = new WebglDrawing(terminal, lost, () => {
    const drawing = new Drawing();
    drawings.push(drawing);
    return drawing as Partial<WebglAddon> as WebglAddon;
  });
  return { card, drawings, lost };
}

describe('a WebGL drawing', () => {
  test('draws while it is wanted, once', () => {
    const { card, drawings } = createCard();
    expect(card.isDrawing).toBe(false);
    card.use(true);
    card.use(true);
    expect([card.isDrawing, drawings.length]).toEqual([true, 1]);
    card.use(false);
    card.use(false);
    expect([card.isDrawing, drawings[0]?.disposed]).toEqual([false, 1]);
    card.use(true);
    expect([card.isDrawing, drawings.length]).toEqual([true, 2]);
  });

  test('rests out of sight with its context, which the one that rested longest gives up when there are too many', () => {
    const all = Array.from({ length: MOST_RESTING + 1 }, () => createCard());
    for (const { card } of all) {
      card.use(true);
      card.rest();
      card.rest();
    }
    expect(all.map(({ card }) => card.isDrawing)).toEqual([false, ...all.slice(1).map(() => true)]);
    // One that is in sight again rests last.
    all[1]?.card.use(true);
    all[1]?.card.rest();
    all[0]?.card.use(true);
    all[0]?.card.rest();
    expect(all.map(({ card }) => card.isDrawing)).toEqual([true, true, false, true, true]);
    expect(all.map(({ drawings }) => drawings.length)).toEqual([2, 1, 1, 1, 1]);
    for (const { card } of all) card.dispose();
    expect(all.flatMap(({ drawings }) => drawings).every(({ disposed }) => disposed === 1)).toBe(true);
  });

  test('that is lost leaves the drawing to the page, is taken again when it is wanted next, and after some losses no more', () => {
    const { card, drawings, lost } = createCard();
    for (let losses = 1; losses <= MOST_LOSSES; losses += 1) {
      card.use(true);
      expect([card.isDrawing, drawings.length]).toEqual([true, losses]);
      drawings.at(-1)?.lose();
      expect([card.isDrawing, drawings.at(-1)?.disposed]).toEqual([false, 1]);
      expect(lost).toHaveBeenCalledTimes(losses);
    }
    card.use(true);
    expect([card.isDrawing, drawings.length]).toEqual([false, MOST_LOSSES]);
  });

  test('that is not there is asked for once', () => {
    const { card, drawings } = createCard(false);
    card.use(true);
    card.use(true);
    expect([card.isDrawing, drawings.length]).toEqual([false, 1]);
  });
});
