import type { Guard } from '../guard.ts';

/** Guards of pauses, notices and start at login. */
export const BACKGROUND: readonly Guard[] = [
  {
    properties: ['S-APP-7'],
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
    properties: ['S-ASK-6'],
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
  {
    properties: ['S-NAME-5'],
    file: 'src-main/desktop/tray/model.ts',
    guard: 'const name = cleanName(peer.name) || peer.shortId;',
    without: 'const name = peer.name || peer.shortId;',
    tests: [['unit/desktop/tray/model.test.ts', 'shows names that others chose as plain text']],
  },
  {
    properties: ['S-NAME-5'],
    file: 'src-main/desktop/notifications/approval-notices.ts',
    guard: 'const clean = cleanName(name);',
    without: 'const clean = name;',
    tests: [['unit/desktop/notifications/approval-notices.test.ts', 'shows names that others chose as plain text']],
  },
  {
    properties: ['S-NAME-5'],
    file: 'src-main/desktop/notifications/approval-notices.ts',
    guard: "return name.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');",
    without: 'return name;',
    tests: [
      [
        'unit/desktop/notifications/approval-notices.test.ts',
        'has no markup of a peer, which desktops would make links and images of',
      ],
    ],
  },
  {
    properties: ['S-APP-3'],
    file: 'src-renderer/features/terminals/clipboard/clipboard-request.ts',
    guard: ".replaceAll(CONTROL, '')",
    without: '',
    tests: [
      [
        'unit/renderer/terminals/clipboard-request.test.ts',
        'text that a program wants on the clipboard is read, without what would be keys in another terminal',
      ],
    ],
  },
  {
    properties: ['S-APP-3'],
    file: 'src-renderer/features/terminals/clipboard/clipboard-request.ts',
    guard: "if (coded.length > Math.ceil(CLIPBOARD_LIMIT / 3) * 4) return { kind: 'refused', reason: 'large' };",
    without: '',
    tests: [['unit/renderer/terminals/clipboard-request.test.ts', 'what is too large, no text, or nothing is refused']],
  },
  {
    properties: ['S-RIGHT-6'],
    file: 'src-main/agent/core/store/document.ts',
    guard: 'if (!this.#damaged) return;',
    without: 'return;',
    tests: [['integration/profile/profile.test.ts', '%s starts, says which, and loses nothing']],
  },
  {
    properties: ['S-ASK-5'],
    file: 'src-main/desktop/notifications/approval-notices.ts',
    guard: 'Math.min(NOTICE_INTERVAL * 2 ** (before.times - 1), LONGEST_NOTICE_INTERVAL)',
    without: 'NOTICE_INTERVAL',
    tests: [
      [
        'unit/desktop/notifications/approval-notices.test.ts',
        'of one who asks again and again are told less and less often, and others at once',
      ],
    ],
  },
  {
    properties: ['S-RIGHT-5'],
    file: 'src-main/agent/pause/pause-switch.ts',
    guard: 'if (paused !== undefined && (paused.until === null || paused.until > clock.now())) this.#paused = paused;',
    without: '',
    tests: [['integration/agent/pause.test.ts', 'is still paused after a restart, until the time that was said']],
  },
  {
    properties: ['S-RIGHT-5'],
    file: 'src-main/agent/network/direct-listener-control.ts',
    guard: "listen === 'on' && !this.#options.isPaused()",
    without: "listen === 'on'",
    tests: [
      [
        'unit/agent/network/direct-listener-control.test.ts',
        'are taken or not as the last wish was, however fast wishes follow each other and however long a port takes to open',
      ],
    ],
  },
  {
    properties: ['S-ASK-7'],
    file: 'src-renderer/ui/arrival/arrival-guard.ts',
    guard: 'if (guarded !== undefined && guarded.until > this.#clock.monotonic()) return guarded.readiness;',
    without: '',
    tests: [
      ['unit/renderer/ui/arrival-guard.test.ts', 'lets nothing through before a request has been there for the period'],
      [
        'unit/renderer/ui/arrival-guard.test.ts',
        'holds what moves up when one above goes: a press meant for one must not answer the next',
      ],
      ['unit/renderer/ui/arrival-guard.test.ts', 'holds everything when the window comes to the front'],
    ],
  },
  {
    properties: ['S-ASK-9'],
    file: 'src-renderer/features/inbox/rows/once.ts',
    guard: "return right !== 'forward' && right !== 'use-relay';",
    without: 'return true;',
    tests: [['unit/renderer/inbox/once.test.ts', 'is not what the approval of an address, a relay or a device is for']],
  },
  {
    properties: ['S-SHARE-7'],
    file: 'src-renderer/features/guests/answer-guest.ts',
    guard: "if (guard.readiness(guest) !== 'ready') return;",
    without: '',
    tests: [
      [
        'unit/renderer/guests/answer-guest.test.ts',
        'a press answers a guest only once its card has stayed in its place for the period',
      ],
    ],
  },
];
