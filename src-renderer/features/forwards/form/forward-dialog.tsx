import { ArrowLeft } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { applyForward, notify, openLink, useApi, useApp, useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice, FormDialog, quoteUntrusted } from '../../../ui/index.ts';
import {
  change,
  forwardDraft,
  freePort,
  isItself,
  uniqueForwardName,
  newDraft,
  splitTargetHost,
  takenPorts,
  type Draft,
} from './draft.ts';
import {
  checkDraft,
  passwordOf,
  portToCheck,
  ruleOf,
  type DraftProblems,
  type ForwardField,
  type PortCause,
} from './draft-check.ts';
import { changeGoal, goalDraft, portSuits, serviceOf, type Goal } from './goals.ts';
import { KindList } from './kind-list.tsx';
import type { FormKind } from './kinds.ts';
import { RuleFields } from './rule-fields.tsx';
import styles from './rule-dialog.module.css';
import { savedToast } from './saved-toast.ts';
import { pageAddressOf } from '../list/page-address.ts';
import { useStatusOf } from '../list/use-status-of.ts';
import { openViewer, viewerOf } from '../list/viewer.ts';
import { showRow } from './show-row.ts';
import { useFolderCheck } from './use-folder-check.ts';
import { usePortCheck } from './use-port-check.ts';

export type ForwardDialogProps = Readonly<{
  /** Forward to edit; without it the dialog adds one. */
  forward?: ForwardView;
  /** Prefilled form of a new forward; without it the person chooses a kind first. */
  draft?: Draft | undefined;
  /** Goal of a new forward: its form is short, and its name is proposed. */
  goal?: Goal | undefined;
  /** Peer that a new forward goes through at first. */
  peerId?: string | undefined;
  onClose(): void;
}>;

const ALL = 'all';

/**
 * Dialog that adds or edits a forward. The person chooses a kind, then fills the fields of that kind; the agent saves and starts the forward, and the
 * window's store takes its new view. Then a toast confirms it, and the page scrolls to the forward. The agent checks the local port while it is typed, and a
 * folder before it is saved; a web app is shown in the browser at once, if the person doesn't only add it.
 */
export function ForwardDialog({ forward, draft: given, goal, peerId, onClose }: ForwardDialogProps): ReactElement {
  const form = useId();
  const api = useApi();
  const facts = useApp((state) => state.facts);
  const add = useCall('forwards.add');
  const update = useCall('forwards.update');
  const forwards = useApp((state) => state.forwards);
  const peers = useApp((state) => state.peers);
  const statusOf = useStatusOf();
  const others = useMemo(() => forwards.filter(({ id }) => id !== forward?.id), [forwards, forward?.id]);
  const firstPeer = peerId ?? (peers.find(({ online }) => online) ?? peers[0])?.peerId ?? '';

  const nameOf = (named: Draft): string => {
    const peer = peers.find((one) => one.peerId === named.peer);
    const taken = others.map(({ rule }) => rule.name);
    if (goal === undefined) return uniqueForwardName(kindName(named.kind, peer?.name), taken);
    const proposed = goalName(goal, named, peer?.name);
    // The address of a page ends with the machine, as its name does: "Web app 2 on office".
    const isNumbered = goal !== 'browse' && peer !== undefined;
    return uniqueForwardName(
      proposed,
      taken,
      isNumbered ? (number) => goalName(goal, named, peer.name, number) : undefined,
    );
  };
  const named = (unnamed: Draft): Draft => ({ ...unnamed, name: nameOf(unnamed) });

  const [draft, setDraft] = useState<Draft | undefined>(() => {
    if (forward !== undefined) return forwardDraft(forward);
    if (goal === undefined) return given;
    return named(goalDraft(goal, firstPeer, takenPorts(others)));
  });
  const [touched, setTouched] = useState<ReadonlySet<ForwardField | typeof ALL>>(new Set());
  const [pendingPathMode, setPendingPathMode] = useState<string>();
  const body = useRef<HTMLFormElement>(null);
  const [moved, setMoved] = useState<Readonly<{ to: string; cause: PortCause }>>();
  // A port that the person hasn't typed moves to a free one by itself; a typed one stays, and the form says what is wrong with it.
  const movePort = (cause: PortCause): void => {
    const { free } = cause.details;
    if (draft === undefined || draft.isPortEdited || typeof free !== 'number' || free === 0) return;
    const to = freePort(String(free), takenPorts(others));
    setMoved({ to, cause });
    setDraft({ ...draft, listenPort: to });
  };
  const wanted = draft === undefined ? undefined : portToCheck(draft, others, forward);
  const portCheck = usePortCheck(wanted, movePort);
  const folderCheck = useFolderCheck(draft);
  const problems: DraftProblems = {
    ...(draft !== undefined && checkDraft(draft, others, forward)),
    ...(portCheck.cause !== undefined && { listenPort: { kind: 'port-unusable', cause: portCheck.cause } }),
    ...(folderCheck.cause !== undefined && { path: { kind: 'folder-unusable', cause: folderCheck.cause } }),
  };
  const call = forward === undefined ? add : update;
  const isBusy = call.busy || portCheck.busy || folderCheck.busy;
  const kind = draft?.kind;

  // The dialog focuses the field that matters when it opens; this one is rendered later.
  const chosenHere = useRef(false);
  useEffect(() => {
    if (kind === undefined || !chosenHere.current) return;
    const form = body.current;
    (form?.querySelector<HTMLElement>('[data-autofocus]') ?? form?.querySelector('input'))?.focus();
  }, [kind]);

  const choose = (chosen: FormKind): void => {
    const needsNone = chosen === 'ssh-tunnel' || chosen === 'folder';
    chosenHere.current = true;
    setDraft(named(newDraft(chosen, needsNone ? '' : firstPeer, '', takenPorts(others))));
  };

  const edit = (fields: Partial<Draft>): void => {
    setDraft((before) => {
      if (before === undefined) return before;
      if (forward !== undefined) return change(before, fields);
      const next = goal === undefined ? change(before, fields) : changeGoal(before, fields, takenPorts(others));
      // A proposed name follows the other fields; a typed one stays.
      return fields.name === undefined && before.name === nameOf(before) ? named(next) : next;
    });
    setTouched((before) => new Set([...before, ...(Object.keys(fields) as ForwardField[])]));
    call.reset();
  };

  /** @param opens shows the page of the forward in a browser once it runs */
  const apply = async (opens: boolean): Promise<void> => {
    if (draft === undefined || isBusy || pendingPathMode !== undefined) return;
    setTouched(new Set([ALL]));
    const settled = splitTargetHost(draft);
    setDraft(settled);
    const isWrong = Object.keys(checkDraft(settled, others, forward)).length > 0;
    const isUsable = !isWrong && (await portCheck.check()) === undefined && (await folderCheck.check(settled));
    const rule = isUsable ? ruleOf(settled) : undefined;
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
    notify(savedToast(view, statusOf(view), forward === undefined));
    onClose();
    showRow(view.id);
    const viewer = opens && view.state === 'ready' ? viewerOf(view, facts) : undefined;
    if (viewer !== undefined) void openViewer(api, viewer);
    const page = opens && view.state === 'ready' ? pageAddressOf(view, [...others, view], facts?.platform) : undefined;
    if (page === undefined) return;
    openLink(api, facts, page.url).catch((failure: unknown) => notify({ tone: 'bad', text: explain(failure).what }));
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
        <KindList onChoose={choose} />
      </Dialog>
    );
  }
  const hasPage = (goal === 'web-app' && opensPage(draft)) || (goal === 'desktop' && opensViewer(draft, facts?.kind));
  return (
    <FormDialog
      onClose={onClose}
      title={
        forward === undefined
          ? goal === undefined
            ? text('forwards.form.add.title', { kind: text(`forwards.kind.${draft.kind}`) })
            : text(`forwards.goal.${goal}`)
          : text('forwards.form.edit.title', { name: quoteUntrusted(forward.rule.name) })
      }
      description={explanation(goal, draft)}
      apply={text(
        forward !== undefined ? 'forwards.form.save' : hasPage ? 'forwards.form.add-open' : 'forwards.form.add',
      )}
      also={hasPage ? { label: text('forwards.form.add'), onApply: () => void apply(false) } : undefined}
      busy={isBusy}
      disabled={pendingPathMode !== undefined}
      describedBy={pendingPathMode === undefined ? undefined : `${form}-pending`}
      back={
        forward === undefined &&
        goal === undefined && (
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
      onApply={() => void apply(hasPage)}
    >
      <RuleFields
        goal={goal}
        draft={draft}
        before={forward}
        problems={problems}
        moved={draft.listenPort === moved?.to ? moved.cause : undefined}
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

/** Reports whether a browser on this machine opens the web app: its port is one that browsers open, and reached from this machine alone. */
function opensPage({ listenScope, targetPort }: Draft): boolean {
  return listenScope === 'loopback' && (targetPort === '' || portSuits('web-app', Number(targetPort)));
}

/** Reports whether the application opens the system's remote desktop program: the port is one of a desktop, and reached from this machine alone. */
function opensViewer({ listenScope, targetPort }: Draft, shell: string | undefined): boolean {
  return shell === 'desktop' && listenScope === 'loopback' && portSuits('desktop', Number(targetPort));
}

function explanation(goal: Goal | undefined, draft: Draft): string {
  if (goal === undefined) return text(`forwards.kind.${draft.kind}.explain`);
  return text(
    goal === 'web-app' && !opensPage(draft) ? 'forwards.kind.port-here.explain' : `forwards.goal.${goal}.explain`,
  );
}

function kindName(kind: FormKind, peer: string | undefined): string {
  // A folder belongs to this machine.
  return peer === undefined || kind === 'folder'
    ? text(`forwards.kind.${kind}`)
    : text(`forwards.kind.at.${kind}`, { peer });
}

/** @param number of the forward among those of this name, from 2; undefined for the first */
function goalName(goal: Goal, draft: Draft, peer: string | undefined, number?: number): string {
  const named =
    goal === 'folder'
      ? folderName(draft.path)
      : goal === 'port'
        ? portName(draft)
        : (serviceOf(goal, draft)?.product ?? text(`forwards.goal.name.${goal === 'browse' ? 'web-app' : goal}`));
  const what = number === undefined ? named : `${named} ${number}`;
  if (peer === undefined) return what;
  if (goal === 'browse') return text('forwards.goal.name.browse', { peer });
  // A folder is here, and for the other machine; everything else is there.
  return text(goal === 'folder' ? 'forwards.goal.name.for' : 'forwards.goal.name.at', { what, peer });
}

/** Names a port by its number, and by its host where that isn't the machine itself. */
function portName({ targetHost, targetPort }: Draft): string {
  const host = targetHost.trim();
  if (targetPort === '') return text('forwards.goal.name.port');
  if (host === '' || isItself(host)) return text('forwards.goal.name.port.number', { port: targetPort });
  return `${host}:${targetPort}`;
}

/** Returns the last part of a path, or a word for a folder while there is none. */
function folderName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => /[\p{L}\p{N}]/u.test(part)) ?? text('forwards.goal.name.folder');
}
