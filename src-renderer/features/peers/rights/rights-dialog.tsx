import { useEffect, useState, type ReactElement } from 'react';
import { RIGHTS, type PeerView, type Right, type TargetPattern } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useCall } from '../../../store/index.ts';
import { Caution, ErrorNotice, FormDialog, Switch, browserClock, quoteUntrusted } from '../../../ui/index.ts';
import rights from './rights-dialog.module.css';
import { pendingRightsText } from './right-text.ts';
import { choiceOf, hasEnd, sameChoice, type RightChoice } from './right-choice.ts';
import { RightFields } from './right-fields.tsx';
import { resolveEnd } from './right-ends.ts';
import { AllowedTargets } from './allowed-targets.tsx';
import { mergeTargets } from './target-patterns.ts';

export type RightsDialogProps = Readonly<{ peer: PeerView; onClose(): void }>;

/**
 * Dialog that edits a peer's permissions on this machine (`rights.set`), the targets it may reach (`targets.set`), and whether it is my device
 * (`peers.setOwn`). Calls the agent only on Apply, except to load the targets; then shows a toast or the error. Warns if the pairing words haven't
 * been compared yet. Permissions that the person doesn't touch stay as they are.
 */
export function RightsDialog({ peer, onClose }: RightsDialogProps): ReactElement {
  const set = useCall('rights.set');
  const mark = useCall('peers.setOwn');
  const [chosen, setChosen] = useState<Readonly<Partial<Record<Right, RightChoice>>>>({});
  const [mine, setMine] = useState<boolean>();
  const list = useCall('targets.list');
  const setTargets = useCall('targets.set');
  const [known, setKnown] = useState<readonly TargetPattern[]>();
  const [targets, setChosenTargets] = useState<readonly TargetPattern[]>();
  const [tried, setTried] = useState(false);
  const name = quoteUntrusted(peer.name);
  const waiting = pendingRightsText(peer, browserClock.now());
  const changed = RIGHTS.flatMap((right) => {
    const choice = chosen[right];
    return choice === undefined || sameChoice(choice, choiceOf(peer.rights[right])) ? [] : [{ right, choice }];
  });

  const listTargets = list.run;
  useEffect(() => {
    void listTargets({ peer: peer.peerId }).then((answer) => setKnown((before) => before ?? answer));
  }, [listTargets, peer.peerId]);

  const isMine = mine ?? peer.own;
  const isChanged = changed.length > 0 || isMine !== peer.own || targets !== undefined;
  const isBusy = set.busy || mark.busy || setTargets.busy;
  const error = set.error ?? mark.error ?? setTargets.error ?? list.error;

  const apply = async (): Promise<void> => {
    setTried(true);
    const now = browserClock.now();
    for (const { right, choice } of changed) {
      const end = hasEnd(choice.decision) ? resolveEnd(choice.end, choice.date, now) : NO_END;
      if (end.kind === 'problem') return;
      const done = await set.run({
        peer: peer.peerId,
        right,
        decision: choice.decision,
        expiresAt: end.expiresAt,
      });
      if (done === undefined) return;
    }
    if (targets !== undefined && known !== undefined) {
      // Targets that were allowed under Approvals since then are kept.
      const current = await list.run({ peer: peer.peerId });
      if (current === undefined) return;
      const merged = mergeTargets(current, known, targets);
      if ((await setTargets.run({ peer: peer.peerId, targets: merged })) === undefined) return;
    }
    if (isMine !== peer.own && (await mark.run({ peer: peer.peerId, own: isMine })) === undefined) return;
    if (isChanged) notify({ tone: 'good', text: text('peers.rights.applied', { name }) });
    onClose();
  };

  return (
    <FormDialog
      onClose={onClose}
      title={text('peers.rights.title', { name })}
      description={text('peers.rights.description')}
      apply={text('peers.rights.apply')}
      busy={isBusy}
      disabled={!isChanged}
      onApply={() => void apply()}
    >
      {peer.pairing?.compared === false && (
        <Caution>
          {waiting === ''
            ? text('peers.rights.pending', { name })
            : text('peers.compare.row.pending', { rights: waiting })}
        </Caution>
      )}
      <div className={rights['mine']}>
        <Switch
          label={text('peers.my-device')}
          description={text('peers.my-device.explain')}
          checked={isMine}
          onChange={(checked) => {
            setMine(checked);
            mark.reset();
          }}
        />
        <Caution className={rights['warning']}>{isMine && !peer.own && text('peers.my-device.warning')}</Caution>
      </div>
      {RIGHTS.map((right) => (
        <RightFields
          key={right}
          right={right}
          name={name}
          grant={peer.rights[right]}
          choice={chosen[right] ?? choiceOf(peer.rights[right])}
          strict={tried}
          onChange={(choice) => {
            setChosen((before) => ({ ...before, [right]: choice }));
            set.reset();
          }}
        >
          {right === 'forward' && (
            <AllowedTargets
              targets={targets ?? known}
              onChange={(wanted) => {
                setChosenTargets(wanted);
                setTargets.reset();
              }}
            />
          )}
        </RightFields>
      ))}
      {error !== undefined && (
        <ErrorNotice
          error={error}
          onDismiss={() => {
            set.reset();
            mark.reset();
            setTargets.reset();
            list.reset();
          }}
        />
      )}
    </FormDialog>
  );
}

const NO_END = { kind: 'end', expiresAt: null } as const;
