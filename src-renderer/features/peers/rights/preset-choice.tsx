import { useState, type ReactElement } from 'react';
import type { Grant, PeerView, Right } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { ErrorNotice, Segments, quoteUntrusted } from '../../../ui/index.ts';
import styles from './access.module.css';
import { Confirmation } from './confirmation.tsx';
import { changesFor, lacksOwnMark, PRESETS, presetOf, type Preset } from './presets.ts';
import { SavedMark } from './saved-mark.tsx';
import { useOpenTerminals } from './use-open-terminals.ts';
import { useSaved } from './use-saved.ts';
import { useWaiting } from './use-waiting.ts';

type Changes = ReturnType<typeof changesFor>;
/** Grants that a preset has replaced, and the mark of an own device before it. */
type Before = Readonly<{ grants: readonly Readonly<{ right: Right; grant: Grant }>[]; own: boolean }>;

/**
 * Choice of a preset above the rights of a peer. The preset `mine` asks for a confirmation, and so does `guest` if it closes open terminals. Sets the
 * changed rights one by one (`rights.set`) and the mark of an own device (`peers.setOwn`); after an error the rest stays as it is. All of it can be taken
 * back for a moment.
 */
export function PresetChoice({ peer }: Readonly<{ peer: PeerView }>): ReactElement {
  const set = useCall('rights.set');
  const mark = useCall('peers.setOwn');
  const countTerminals = useOpenTerminals(peer.peerId);
  const [isBusy, setBusy] = useState(false);
  const [waiting, setWaiting] = useWaiting<Readonly<{ preset: Preset; changes: Changes; terminals: number }>>(
    peer,
    isBusy,
  );
  const [isSaved, showSaved] = useSaved();
  /** State before the last preset; undefined after it was taken back. */
  const [before, setBefore] = useState<Before>();
  const name = quoteUntrusted(peer.name);
  const current = presetOf(peer);
  const error = set.error ?? mark.error;

  const setRights = async (
    changes: readonly Readonly<{ right: Right; grant: Grant; was: Grant }>[],
  ): Promise<boolean> => {
    for (const { right, grant, was } of changes) {
      // eslint-disable-next-line no-await-in-loop -- one after the other: after an error nothing more is changed
      if ((await set.run({ peer: peer.peerId, right, ...grant, was })) === undefined) return false;
    }
    return true;
  };
  const setOwn = async (own: boolean): Promise<boolean> =>
    peer.own === own || (await mark.run({ peer: peer.peerId, own })) !== undefined;
  const apply = async (preset: Preset, changes: Changes): Promise<void> => {
    setBusy(true);
    const meant = changes.map(({ right, decision, was }) => ({ right, grant: { decision, expiresAt: null }, was }));
    const done = (await setRights(meant)) && (await setOwn(preset === 'mine'));
    setBusy(false);
    setWaiting(undefined);
    if (!done) return;
    setBefore({ grants: changes.map(({ right, was }) => ({ right, grant: was })), own: peer.own });
    showSaved();
  };
  const undo = async ({ grants, own }: Before): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    const meant = grants.map(({ right, grant }) => ({ right, grant, was: peer.rights[right] }));
    const done = (await setRights(meant)) && (await setOwn(own));
    setBusy(false);
    setBefore(undefined);
    if (done) showSaved();
  };
  const choose = async (preset: Preset): Promise<void> => {
    if (isBusy) return;
    set.reset();
    mark.reset();
    const changes = changesFor(preset, peer);
    if (preset === current) return setWaiting(undefined);
    const closes = preset === 'guest' && changes.some(({ right }) => right === 'terminal');
    const terminals = closes ? await countTerminals() : 0;
    if (preset === 'mine' || terminals > 0) return setWaiting({ preset, changes, terminals });
    return apply(preset, changes);
  };

  return (
    <>
      <div className={styles['preset']}>
        <span className={styles['preset-label']} aria-hidden="true">
          {text('access.preset')}
        </span>
        <Segments<Preset | 'custom'>
          label={text('access.preset')}
          value={current ?? 'custom'}
          waiting={waiting?.preset}
          options={[
            ...PRESETS.map((preset) => ({
              value: preset,
              label: text(`access.preset.${preset}`),
              description: text(`access.preset.${preset}.explain`),
            })),
            ...(current === undefined ? [{ value: 'custom' as const, label: text('access.preset.custom') }] : []),
          ]}
          onChange={(preset) => {
            if (preset === 'custom') setWaiting(undefined);
            else void choose(preset);
          }}
        />
      </div>
      <div className={styles['preset-meaning']}>
        <p>{text(lacksOwnMark(peer) ? 'access.preset.nearly' : `access.preset.${current ?? 'custom'}.explain`)}</p>
        <SavedMark shown={isSaved} onUndo={before === undefined ? undefined : () => void undo(before)} />
      </div>
      <div className={styles['preset-below']}>
        {waiting !== undefined && (
          <Confirmation
            message={
              waiting.preset === 'mine'
                ? text('access.preset.mine.confirm', { name })
                : text('access.closes', { name, count: waiting.terminals })
            }
            apply={waiting.preset === 'mine' ? text('access.preset.mine.apply') : text('access.closes.ask')}
            busy={isBusy}
            onApply={() => void apply(waiting.preset, waiting.changes)}
            onCancel={() => setWaiting(undefined)}
          />
        )}
        {error !== undefined && (
          <ErrorNotice
            error={error}
            onDismiss={() => {
              set.reset();
              mark.reset();
            }}
          />
        )}
      </div>
    </>
  );
}
