import type { Guard } from '../guard.ts';

/** “Paused, and in the background” of docs/SECURITY.md. */
export const BACKGROUND: readonly Guard[] = [
  {
    file: 'src-main/desktop/autostart/desktop-entry.ts',
    guard: 'if (keyOf(text, MARK) !== undefined) await this.#write();',
    without: 'await this.#write();',
    tests: [
      [
        'unit/desktop/autostart/autostart.test.ts',
        'follows an application that was moved, and leaves alone what others wrote, or switched off',
      ],
    ],
  },
  {
    file: 'src-main/desktop/notifications/approval-notices.ts',
    guard: "locked ? '' : count",
    without: 'count',
    tests: [
      [
        'unit/desktop/notifications/approval-notices.test.ts',
        'name nobody on a locked screen',
        'say no more than how many they are once the screen is locked',
      ],
    ],
  },
];
