import { describe, expect, test } from 'vitest';
import { programOf } from '../../../../src-renderer/features/terminals/tabs/pane-text.ts';
import {
  ownerAfterAnswer,
  ownerOfTitle,
  SHELL_TITLE,
  type TitleOwner,
} from '../../../../src-renderer/features/terminals/tabs/title-owner.ts';

/** Event of a terminal: a title that was set, or the machine's answer (undefined while only the shell runs). */
type Step = Readonly<{ title: string }> | Readonly<{ program: string | undefined }>;

/** Returns the shown name after these events of a terminal whose shell is zsh. */
function shownAfter(...steps: readonly Step[]): string {
  let title = '';
  let titleOwner: TitleOwner = SHELL_TITLE;
  let running: string | undefined;
  for (const step of steps) {
    if ('title' in step) {
      title = step.title;
      titleOwner = ownerOfTitle(title, titleOwner, running);
    } else {
      running = step.program;
      titleOwner = ownerAfterAnswer(title, titleOwner, running);
    }
  }
  return programOf({ title, titleOwner, foreground: { program: running ?? 'zsh' } });
}

const PROMPT = { title: 'mira@office: ~/work' };
const SHELL = { program: undefined };

describe('the name of a terminal', () => {
  test('is the shell at its prompt, whatever title the prompt has set', () => {
    expect(shownAfter(PROMPT, SHELL)).toBe('zsh');
    expect(shownAfter({ title: 'work' }, SHELL)).toBe('zsh');
  });

  test('is the program in the foreground while the prompt title is still there, even where the prompt was never seen alone', () => {
    expect(shownAfter(PROMPT, SHELL, { program: 'htop' })).toBe('htop');
    expect(shownAfter(PROMPT, { program: 'htop' })).toBe('htop');
    // A resumed terminal may show its screen, with the title, after the machine has named the program.
    expect(shownAfter({ program: 'htop' }, PROMPT, { program: 'htop' })).toBe('htop');
  });

  test('is the title that a running program has set, before or after it was known to run', () => {
    expect(shownAfter(PROMPT, SHELL, { title: 'notes.md - VIM' }, { program: 'vim' })).toBe('notes.md - VIM');
    expect(shownAfter(PROMPT, SHELL, { program: 'vim' }, { title: 'notes.md - VIM' }, { program: 'vim' })).toBe(
      'notes.md - VIM',
    );
  });

  test('does not flicker while a program changes its title between two answers', () => {
    expect(shownAfter({ title: '1 %' }, { program: 'rsync' }, { title: '2 %' })).toBe('2 %');
  });

  test('is the prompt of another machine while ssh shows it', () => {
    expect(shownAfter(PROMPT, SHELL, { program: 'ssh' }, { title: 'mira@db: /srv' }, { program: 'ssh' })).toBe(
      'mira@db: /srv',
    );
  });

  test('leaves the title of a program that has ended', () => {
    expect(shownAfter({ title: 'notes.md - VIM' }, { program: 'vim' }, SHELL)).toBe('zsh');
    expect(shownAfter({ title: 'notes.md - VIM' }, { program: 'vim' }, { program: 'make' })).toBe('make');
    expect(shownAfter({ title: 'a - VIM' }, { program: 'vim' }, PROMPT, SHELL)).toBe('zsh');
  });

  test('is the last title on a machine that does not tell its programs', () => {
    expect(programOf({ title: 'mira@office: ~', titleOwner: SHELL_TITLE, foreground: undefined })).toBe(
      'mira@office: ~',
    );
  });
});
