import { useState, type ReactElement } from 'react';
import {
  NO_TERMINAL_PROFILE,
  terminalProfile,
  terminalThemeOf,
  type PeerView,
  type TerminalProfile as Profile,
  type TerminalTheme,
} from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { applyPeer, useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Field, FormDialog, quoteUntrusted, Select, TextInput } from '../../../ui/index.ts';
import { nameOfTheme, TerminalSwatch, themesFor, useScheme } from '../../terminal-appearance/index.ts';
import styles from './machine-terminals.module.css';

/** Value of the list of themes that follows the settings; no theme has this name. */
const AS_SET = '';

type Draft = Readonly<{ theme: TerminalTheme | typeof AS_SET; shell: string; directory: string }>;
type Fields = Readonly<{ draft: Draft; onChange(draft: Draft): void }>;

/** Look and start of terminals on one machine: theme, shell and start folder, saved on request (`peers.setTerminalProfile`). */
export function TerminalProfile({ peerId }: Readonly<{ peerId: string }>): ReactElement | null {
  const peer = useApp(({ peers }) => peers.find((each) => each.peerId === peerId));
  return peer === undefined ? null : <ProfileForm key={JSON.stringify(peer.terminalProfile)} peer={peer} />;
}

function ProfileForm({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const { draft, setDraft, profile, isChanged, save } = useProfile(peer);
  return (
    <form
      className={styles['profile']}
      aria-label={text('terminals.profile')}
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      {save.error !== undefined && <ErrorNotice error={save.error} />}
      <ProfileFields draft={draft} onChange={setDraft} />
      <div>
        <Button type="submit" busy={save.busy} disabled={!isChanged || profile === undefined}>
          {text('terminals.profile.save')}
        </Button>
      </div>
    </form>
  );
}

/** Dialog with the same fields, opened from a terminal's menu. */
export function TerminalProfileDialog({
  peerId,
  onClose,
}: Readonly<{ peerId: string; onClose(): void }>): ReactElement | null {
  const peer = useApp(({ peers }) => peers.find((each) => each.peerId === peerId));
  return peer === undefined ? null : <ProfileDialog peer={peer} onClose={onClose} />;
}

function ProfileDialog({ peer, onClose }: Readonly<{ peer: PeerView; onClose(): void }>): ReactElement {
  const { draft, setDraft, profile, save } = useProfile(peer);
  return (
    <FormDialog
      title={text('terminals.profile.of', { peer: quoteUntrusted(peer.name) })}
      size="small"
      apply={text('terminals.profile.save')}
      busy={save.busy}
      disabled={profile === undefined}
      onClose={onClose}
      onApply={() => void save.run().then((isSaved) => isSaved && onClose())}
    >
      {save.error !== undefined && <ErrorNotice error={save.error} />}
      <ProfileFields draft={draft} onChange={setDraft} />
    </FormDialog>
  );
}

function ProfileFields({ draft, onChange }: Fields): ReactElement {
  const { shape } = terminalProfile;
  const scheme = useScheme();
  const asSet = useApp(({ settings }) => terminalThemeOf(settings.terminal, scheme));
  const isShell = draft.shell === '' || shape.shell.safeParse(draft.shell).success;
  const isFolder = draft.directory === '' || shape.directory.safeParse(draft.directory).success;
  return (
    <>
      <Select
        label={text('terminals.profile.theme')}
        value={draft.theme}
        options={[
          { value: AS_SET, label: text('terminals.profile.theme.set') },
          ...themesFor(scheme).map((value) => ({ value, label: nameOfTheme(value) })),
        ]}
        onChange={(theme) => onChange({ ...draft, theme })}
      />
      <TerminalSwatch theme={draft.theme === AS_SET ? asSet : draft.theme} scheme={scheme} />
      <Field
        label={text('terminals.profile.shell')}
        hint={text('terminals.profile.shell.hint')}
        error={isShell ? undefined : text('terminals.profile.shell.invalid')}
      >
        <TextInput
          mono
          value={draft.shell}
          maxLength={256}
          placeholder={text('terminals.profile.shell.own')}
          onChange={(shell) => onChange({ ...draft, shell })}
        />
      </Field>
      <Field
        label={text('terminals.profile.folder')}
        hint={text('terminals.profile.folder.hint')}
        error={isFolder ? undefined : text('terminals.profile.folder.invalid')}
      >
        <TextInput
          mono
          value={draft.directory}
          maxLength={4096}
          placeholder={text('terminals.profile.folder.home')}
          onChange={(directory) => onChange({ ...draft, directory })}
        />
      </Field>
    </>
  );
}

function useProfile(peer: PeerView): Readonly<{
  draft: Draft;
  setDraft(draft: Draft): void;
  /** Profile of the draft; undefined while a field is invalid. */
  profile: Profile | undefined;
  isChanged: boolean;
  /** `run` resolves with whether the profile was saved. */
  save: Readonly<{ busy: boolean; error: unknown; run(): Promise<boolean> }>;
}> {
  const before = peer.terminalProfile ?? NO_TERMINAL_PROFILE;
  const [draft, setDraft] = useState<Draft>({
    theme: before.theme ?? AS_SET,
    shell: before.shell ?? '',
    directory: before.directory ?? '',
  });
  const call = useCall('peers.setTerminalProfile');
  const wanted = { theme: draft.theme || null, shell: draft.shell || null, directory: draft.directory || null };
  const profile = terminalProfile.safeParse(wanted).data;
  return {
    draft,
    setDraft,
    profile,
    isChanged:
      JSON.stringify(wanted) !==
      JSON.stringify({ theme: before.theme, shell: before.shell, directory: before.directory }),
    save: {
      busy: call.busy,
      error: call.error,
      run: async () => {
        if (profile === undefined) return false;
        const saved = await call.run({ peer: peer.peerId, profile });
        if (saved !== undefined) applyPeer(saved);
        return saved !== undefined;
      },
    },
  };
}
