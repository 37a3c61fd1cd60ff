import { ArrowLeft } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { applyForward, notify, useApp, useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice, FormDialog, quoteUntrusted } from '../../../ui/index.ts';
import {
  change,
  changeNew,
  forwardDraft,
  uniqueForwardName,
  newDraft,
  splitTargetHost,
  takenPorts,
  type Draft,
} from './draft.ts';
import { checkDraft, passwordOf, ruleOf, type ForwardField } from './draft-check.ts';
import { KindCards } from './kind-cards.tsx';
import type { FormKind } from './kinds.ts';
import { RuleFields } from './rule-fields.tsx';
import styles from './rule-dialog.module.css';
import { savedToast } from './saved-toast.ts';
import { showRow } from './show-row.ts';

export type ForwardDialogProps = Readonly<{
  /** Forward to edit; without it the dialog adds one. */
  forward?: ForwardView;
  /** Prefilled form of a new forward; without it the person chooses a kind first. */
  draft?: Draft | undefined;
  onClose(): void;
}>;

const ALL = 'all';

/**
 * Dialog that adds or edits a forward. The person chooses a kind, then fills the fields of that kind; the agent saves and starts the forward, and the
 * window's store takes its new view. Then a toast confirms it, and the page scrolls to the forward.
 */
export function ForwardDialog({ forward, draft: given, onClose }: ForwardDialogProps): ReactElement {
  const form = useId();
  const add = useCall('forwards.add');
  const update = useCall('forwards.update');
  const forwards = useApp((state) => state.forwards);
  const peers = useApp((state) => state.peers);
  const [draft, setDraft] = useState<Draft | undefined>(() => (forward === undefined ? given : forwardDraft(forward)));
  const [touched, setTouched] = useState<ReadonlySet<ForwardField | typeof ALL>>(new Set());
  const [pendingPathMode, setPendingPathMode] = useState<string>();
  const body = useRef<HTMLFormElement>(null);
  const others = useMemo(() => forwards.filter(({ id }) => id !== forward?.id), [forwards, forward?.id]);
  const problems = draft === undefined ? {} : checkDraft(draft, others, forward);
  const call = forward === undefined ? add : update;
  const kind = draft?.kind;

  // The dialog focuses its first field when it opens; this one is rendered later.
  const chosenHere = useRef(false);
  useEffect(() => {
    if (kind !== undefined && chosenHere.current) body.current?.querySelector<HTMLElement>('input')?.focus();
  }, [kind]);

  const choose = (chosen: FormKind): void => {
    const peer = peers.find(({ online }) => online) ?? peers[0];
    const needsNone = chosen === 'ssh-tunnel' || chosen === 'folder';
    const through = needsNone ? '' : (peer?.peerId ?? '');
    chosenHere.current = true;
    setDraft(newDraft(chosen, through, nameOf(chosen, through), takenPorts(others)));
  };

  const nameOf = (chosen: FormKind, through: string): string => {
    const peer = peers.find(({ peerId }) => peerId === through);
    return uniqueForwardName(
      // A folder belongs to this machine.
      peer === undefined || chosen === 'folder'
        ? text(`forwards.kind.${chosen}`)
        : text(`forwards.kind.at.${chosen}`, { peer: peer.name }),
      others.map(({ rule }) => rule.name),
    );
  };

  const edit = (fields: Partial<Draft>): void => {
    setDraft((before) => {
      if (before === undefined) return before;
      return forward === undefined ? changeNew(before, fields, nameOf) : change(before, fields);
    });
    setTouched((before) => new Set([...before, ...(Object.keys(fields) as ForwardField[])]));
    call.reset();
  };

  const apply = async (): Promise<void> => {
    if (draft === undefined || call.busy || pendingPathMode !== undefined) return;
    setTouched(new Set([ALL]));
    const settled = splitTargetHost(draft);
    setDraft(settled);
    const isWrong = Object.keys(checkDraft(settled, others, forward)).length > 0;
    const rule = isWrong ? undefined : ruleOf(settled);
    if (rule === undefined) {
      // The errors are rendered by then.
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const password = passwordOf(settled, forward);
    const view =
      forward === undefined
        ? await add.run({ rule, ...password })
        : await update.run({ id: forward.id, rule, ...password });
    if (view === undefined) return;
    applyForward(view);
    notify(savedToast(view, forward === undefined));
    onClose();
    showRow(view.id);
  };

  if (draft === undefined) {
    return (
      <Dialog
        open
        onClose={onClose}
        size="large"
        title={text('forwards.form.choose.title')}
        actions={<Button onClick={onClose}>{text('ui.cancel')}</Button>}
      >
        <KindCards onChoose={choose} />
      </Dialog>
    );
  }
  return (
    <FormDialog
      onClose={onClose}
      title={
        forward === undefined
          ? text('forwards.form.add.title', { kind: text(`forwards.kind.${draft.kind}`) })
          : text('forwards.form.edit.title', { name: quoteUntrusted(forward.rule.name) })
      }
      description={text(`forwards.kind.${draft.kind}.explain`)}
      apply={text(forward === undefined ? 'forwards.form.add' : 'forwards.form.save')}
      busy={call.busy}
      disabled={pendingPathMode !== undefined}
      describedBy={pendingPathMode === undefined ? undefined : `${form}-pending`}
      back={
        forward === undefined && (
          <Button
            className={styles['back']}
            variant="quiet"
            icon={<ArrowLeft aria-hidden="true" />}
            onClick={() => {
              add.reset();
              setTouched(new Set());
              setDraft(undefined);
            }}
          >
            {text('forwards.form.back')}
          </Button>
        )
      }
      formRef={body}
      onApply={() => void apply()}
    >
      <RuleFields
        draft={draft}
        before={forward}
        problems={problems}
        shows={(field) => touched.has(ALL) || touched.has(field)}
        onChange={edit}
        onTargetHostBlur={() => setDraft(splitTargetHost(draft))}
        onPendingPathMode={setPendingPathMode}
      />
      {pendingPathMode !== undefined && (
        <p id={`${form}-pending`} className={styles['hint']} role="status">
          {text('forwards.form.path-mode.pending', { name: quoteUntrusted(pendingPathMode) })}
        </p>
      )}
      {forward !== undefined && forward.connections > 0 && (
        <p className={styles['hint']}>{text('forwards.form.ends')}</p>
      )}
      {call.error !== undefined && <ErrorNotice error={call.error} onDismiss={call.reset} />}
    </FormDialog>
  );
}
