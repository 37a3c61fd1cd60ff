import { ArrowLeft } from 'lucide-react';
import { useId, type ReactElement, type ReactNode } from 'react';
import type { AddingView, PeerView } from '#shared/app-api/index.ts';
import { formatPeerId, parsePeerId } from '#shared/identity/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { joinSentences, text } from '../../../locale/index.ts';
import { requestTerminal, useApp, useIsWithout, type Pairing } from '../../../store/index.ts';
import {
  Button,
  CopyButton,
  Countdown,
  Dialog,
  ErrorNotice,
  Field,
  Mono,
  Spinner,
  Tabs,
  TextInput,
  PairingWordChips,
  Prose,
  quoteUntrusted,
  useNow,
} from '../../../ui/index.ts';
import styles from '../pairing.module.css';
import { PagePromise } from '../page-promise.tsx';
import { QrCode } from '../qr/qr-code.tsx';
import { RelayForm } from '../relay/relay-form.tsx';
import { useAdding, type AddingControl, type AddingSide } from './use-adding.ts';
import { BrowserLifeChoice, rightsThere, useTargets } from '../../peers/index.ts';
import { lifeThereText, rightsText, type OpenTargets } from '../steps/rights-text.ts';
import { useFocusOnMount } from '../steps/use-focus.ts';
import { useClickGuard } from '../steps/use-click-guard.ts';

export type AddingDialogProps = Readonly<{
  /** Reason for which the dialog was opened; undefined: nothing is filled in. */
  pairing?: Pairing | undefined;
  onBack(): void;
  onClose(): void;
}>;

/**
 * Dialog that pairs two machines by ID, without a code: one machine waits, the other enters its ID and asks, and two people compare the pairing
 * words. Shows the form of the relay first if this machine uses none, the remaining time, the safety number, and errors. Buttons copy this machine's
 * ID to the clipboard, answer the comparison, try again, and open a terminal on the new peer. `onBack` returns to the choice of pairing by code.
 * `useAdding` makes the calls, and cancels a pending pairing when the dialog closes.
 */
export function AddingDialog({ pairing, onBack, onClose }: AddingDialogProps): ReactElement {
  const control = useAdding(pairing);
  const { view } = control;
  const formId = useId();
  const hasNoRelay = useApp(({ status }) => status !== undefined && status.relay.url === null);
  const isBrowser = useIsWithout('network');
  const isDelicate = view?.state === 'comparing' || view?.state === 'agreed';
  return (
    <Dialog
      open
      // A stray Escape must not discard a comparison in progress; Cancel does.
      onClose={() => {
        if (!isDelicate) onClose();
      }}
      title={titleOf(view, isBrowser)}
      actions={actionsOf(control, hasNoRelay ? undefined : formId, { onBack, onClose })}
    >
      <p role="status" className="visually-hidden" data-adding={view?.state ?? 'choose'}>
        {view === undefined ? '' : announcementOf(view)}
      </p>
      {hasNoRelay && view === undefined ? <AddRelay side={control.side} onBack={onBack} /> : bodyOf(control, formId)}
      {view?.state !== 'added' && view?.state !== 'failed' && <PagePromise />}
    </Dialog>
  );
}

function titleOf(view: AddingView | undefined, isBrowser: boolean): string {
  switch (view?.state) {
    case 'comparing':
      return text('adding.compare.title');
    case 'added':
      return text('adding.done.title');
    case 'failed':
      return text('adding.failed.title');
    case 'waiting':
      return text(isBrowser && view.side === 'waiting' ? 'adding.title.browser' : 'adding.title');
    default:
      return text('adding.title');
  }
}

function announcementOf(view: AddingView): string {
  switch (view.state) {
    case 'waiting':
      return text(view.side === 'waiting' ? 'adding.waiting' : 'adding.asking');
    case 'comparing':
      return text('adding.compare.title');
    case 'agreed':
      return text('adding.agreed');
    case 'added':
      return text('adding.done.title');
    case 'failed':
      return '';
  }
}

function bodyOf(control: AddingControl, formId: string): ReactNode {
  const { view } = control;
  switch (view?.state) {
    case undefined:
      return <Choose control={control} formId={formId} />;
    case 'waiting':
      return (
        <div className={styles['stack']}>
          {control.error !== undefined && <ErrorNotice error={control.error} onDismiss={control.dismiss} />}
          {view.side === 'waiting' && view.link !== undefined && <WaitingLink link={view.link} control={control} />}
          {view.side === 'waiting' && <WaitingId />}
          <p className={styles['waiting']}>
            <Spinner label={text('ui.busy')} />
            <span>{announcementOf(view)}</span>
            <Countdown until={view.expiresAt} />
          </p>
        </div>
      );
    case 'comparing':
    case 'agreed':
      return (
        <div className={styles['stack']}>
          {control.error !== undefined && <ErrorNotice error={control.error} onDismiss={control.dismiss} />}
          <Compare control={control} view={view} />
        </div>
      );
    case 'added':
      return view.other === null ? null : <Added other={view.other} />;
    case 'failed':
      return <ErrorNotice error={new ClawReachError(view.problem ?? 'internal', 'it was not added')} />;
  }
}

/** Says what is allowed now: in a browser, what it may do at the machine; at a machine, what the added one may do here. */
function Added({ other }: Readonly<{ other: NonNullable<AddingView['other']> }>): ReactElement {
  const isBrowser = useIsWithout('network');
  const peer = useApp(({ peers }) => peers.find(({ peerId }) => peerId === other.peerId));
  const now = useNow(60_000);
  const { known = [], approved } = useTargets(other.peerId);
  const name = peer?.name ?? other.name ?? other.shortId;
  return <p className={styles['strong']}>{addedText(name, peer, isBrowser, { known, approved }, now)}</p>;
}

function addedText(
  name: string,
  peer: PeerView | undefined,
  isBrowser: boolean,
  targets: OpenTargets,
  now: number,
): string {
  if (isBrowser) {
    const isOpen = peer !== undefined && rightsThere(peer, now)?.terminal === 'allow';
    return joinSentences(
      text(isOpen ? 'pairing.there.allow' : 'pairing.there.unknown', { name: quoteUntrusted(name) }),
      peer === undefined ? '' : lifeThereText(peer, now),
    );
  }
  return peer?.browser === undefined ? text('adding.done.text', { name }) : rightsText(peer, targets, now);
}

/** Link of this device as a QR code, for the camera of another one. In a browser before it the ways to ask someone who answers at a machine. */
function WaitingLink({ link, control }: Readonly<{ link: string; control: AddingControl }>): ReactElement {
  const isBrowser = useIsWithout('network');
  const owner = useApp(({ unpaired }) => unpaired?.owner);
  return (
    <>
      {isBrowser && (owner === undefined ? <AskOwn control={control} /> : <AskOwner owner={owner} />)}
      <QrCode value={link} label={text('adding.wait.qr')} />
      <p className={styles['note']}>
        {isBrowser && owner !== undefined
          ? text('adding.wait.scan.owner', { owner: quoteUntrusted(owner) })
          : text('adding.wait.scan')}
      </p>
    </>
  );
}

/** Button that asks the machines of this browser's account, or where to answer at them. */
function AskOwn({ control }: Readonly<{ control: AddingControl }>): ReactElement {
  return control.requesting === 'done' ? (
    <p className={styles['strong']} role="status">
      <Prose>{text('adding.request.done')}</Prose>
    </p>
  ) : (
    <div>
      <Button variant="primary" busy={control.requesting === 'busy'} onClick={control.request}>
        {text('adding.request')}
      </Button>
    </div>
  );
}

/** Message for the owner of the project, who adds this browser at the machine. */
function AskOwner({ owner }: Readonly<{ owner: string }>): ReactElement {
  const peerId = useApp(({ status }) => status?.device.peerId ?? '');
  const machine = useApp(({ unpaired }) => unpaired?.name ?? '');
  const message = text('adding.message', { machine, command: `clawreach add ${showId(peerId)}` });
  return (
    <div className={styles['stack']}>
      <p className={styles['strong']}>{text('adding.message.to', { owner: quoteUntrusted(owner) })}</p>
      <p className={styles['message']}>{message}</p>
      <div>
        <CopyButton value={message} label={text('adding.message.copy')} />
      </div>
    </div>
  );
}

/** Says that adding by ID needs a relay, with its form, and leads to pairing by code. */
function AddRelay({ side, onBack }: Readonly<{ side: AddingSide; onBack: () => void }>): ReactElement {
  return (
    <div className={styles['stack']}>
      <p className={styles['lead']}>{text('adding.needs-relay')}</p>
      <div>
        <Button size="small" onClick={onBack}>
          {text('adding.by-code')}
        </Button>
      </div>
      <RelayForm purpose={side === 'ask' ? 'join' : 'invite'} onReady={() => undefined} />
    </div>
  );
}

function Choose({ control, formId }: Readonly<{ control: AddingControl; formId: string }>): ReactElement {
  const { side, typed, isInvalid, error } = control;
  const input = useFocusOnMount<HTMLInputElement>();
  return (
    <div className={styles['stack']}>
      {error !== undefined && <ErrorNotice error={error} onDismiss={control.dismiss} />}
      <Tabs
        label={text('adding.sides')}
        value={side}
        items={[
          { value: 'ask', label: text('adding.side.ask') },
          { value: 'wait', label: text('adding.side.wait') },
        ]}
        onChange={control.choose}
      >
        <form
          id={formId}
          className={styles['stack']}
          onSubmit={(event) => {
            event.preventDefault();
            control.begin();
          }}
        >
          {side === 'ask' ? (
            <Field
              label={text('adding.ask.field')}
              hint={text('adding.ask.hint')}
              error={isInvalid ? text('adding.ask.invalid') : undefined}
            >
              <TextInput
                ref={input}
                mono
                maxLength={1024}
                autoCapitalize="characters"
                value={typed}
                onChange={control.type}
              />
            </Field>
          ) : (
            <>
              <ThisDeviceId />
              <p className={styles['note']}>{text('adding.wait.text')}</p>
            </>
          )}
        </form>
      </Tabs>
    </div>
  );
}

function ThisDeviceId(): ReactElement {
  const peerId = useApp(({ status }) => status?.device.peerId ?? '');
  const url = useApp(({ status }) => status?.relay.url ?? '');
  const shown = showId(peerId);
  return (
    <>
      <dl className={styles['facts']}>
        <dt>{text('adding.wait.id')}</dt>
        <dd>
          <Mono>{shown}</Mono>
          <CopyButton value={shown} label={text('adding.wait.copy')} />
        </dd>
      </dl>
      <p className={styles['note']}>{text('adding.wait.relay', { url })}</p>
    </>
  );
}

/** ID of this device while it waits. In a browser it is folded: those who are asked don't type it. */
function WaitingId(): ReactElement {
  return useIsWithout('network') ? (
    <details className={styles['id']}>
      <summary>{text('adding.wait.id')}</summary>
      <ThisDeviceId />
    </details>
  ) : (
    <ThisDeviceId />
  );
}

function Compare({ control, view }: Readonly<{ control: AddingControl; view: AddingView }>): ReactElement | null {
  const first = useFocusOnMount<HTMLDivElement>();
  const { other, side } = view;
  const label = useApp(({ labels }) => (other === null ? undefined : labels[other.peerId]));
  // A browser has asked by waiting: who comes is a machine that answers.
  const isAnswer = useIsWithout('network') && side === 'waiting';
  if (other === null) return null;
  // The machine's own name, which came over the encrypted link, goes before the relay's label.
  const name = quoteUntrusted(other.name ?? label ?? other.shortId);
  return (
    <div className={styles['stack']}>
      <p className={styles['lead']}>
        {isAnswer ? text('adding.compare.answers', { name }) : text('adding.compare.text')}
      </p>
      <div
        ref={first}
        tabIndex={-1}
        role="group"
        className={styles['words']}
        aria-label={text('pairing.words.label', { words: other.words.join(' ') })}
      >
        <PairingWordChips words={other.words} />
      </div>
      <dl className={styles['facts']}>
        <dt>{text('adding.compare.number')}</dt>
        <dd>
          <Mono>{other.safetyNumber}</Mono>
        </dd>
      </dl>
      {!isAnswer && (
        <p className={styles['note']}>
          {side === 'asking' ? (
            text('adding.compare.requested', { id: label === undefined ? other.shortId : quoteUntrusted(label) })
          ) : (
            <RequesterName id={other.shortId} name={other.name} />
          )}
        </p>
      )}
      {isAnswer && label !== undefined && other.name !== null && other.name !== label && (
        <p className={styles['note']}>{text('pairing.words.account', { name, label: quoteUntrusted(label) })}</p>
      )}
      {view.state === 'comparing' && other.browser !== undefined && (
        <BrowserLifeChoice
          name={other.name === null ? other.shortId : quoteUntrusted(other.name)}
          value={control.life ?? other.browser}
          onChange={control.chooseLife}
        />
      )}
      {view.state === 'agreed' && (
        <p className={styles['waiting']}>
          <Spinner label={text('ui.busy')} />
          {text('adding.agreed')}
        </p>
      )}
    </div>
  );
}

function RequesterName({ id, name }: Readonly<{ id: string; name: string | null }>): ReactElement {
  if (name === null) return <>{text('adding.compare.who', { id })}</>;
  const [before = '', after = ''] = text('adding.compare.who.named', { id, name: '\u0000' }).split('\u0000');
  return (
    <>
      {before}
      <bdi>{name}</bdi>
      {after}
    </>
  );
}

/** @param formId form to submit; undefined without a relay */
function actionsOf(
  control: AddingControl,
  formId: string | undefined,
  { onBack, onClose }: AddingDialogProps,
): ReactNode {
  const { view, side, busy } = control;
  const cancel = <Button onClick={onClose}>{text('pairing.cancel')}</Button>;
  switch (view?.state) {
    case undefined:
      return (
        <>
          <Button variant="quiet" icon={<ArrowLeft />} className={styles['back']} onClick={onBack}>
            {text('pairing.back')}
          </Button>
          {cancel}
          {formId !== undefined && (
            <Button type="submit" form={formId} variant="primary" busy={busy}>
              {text(side === 'ask' ? 'adding.ask.submit' : 'adding.wait.submit')}
            </Button>
          )}
        </>
      );
    case 'waiting':
    case 'agreed':
      return cancel;
    case 'comparing':
      return <CompareAnswers control={control} />;
    case 'failed':
      return (
        <>
          <Button onClick={onClose}>{text('pairing.close')}</Button>
          <Button variant="primary" onClick={control.again}>
            {text('adding.failed.again')}
          </Button>
        </>
      );
    case 'added':
      return <Done peerId={view.other?.peerId ?? ''} isBrowser={view.other?.browser !== undefined} onClose={onClose} />;
  }
}

/**
 * Buttons that answer the comparison. They appear when the other machine decides, where another button was before; clicks meant for that one are
 * ignored.
 */
function CompareAnswers({ control }: Readonly<{ control: AddingControl }>): ReactElement {
  const className = useClickGuard() ? styles['guarded'] : undefined;
  return (
    <>
      <Button size="large" className={className} onClick={() => control.answer(false)}>
        {text('adding.compare.differ')}
      </Button>
      <Button variant="primary" size="large" className={className} onClick={() => control.answer(true)}>
        {text('adding.compare.same')}
      </Button>
    </>
  );
}

type DoneProps = Readonly<{
  peerId: string;
  /** Says that the peer serves no terminals. */
  isBrowser: boolean;
  onClose(): void;
}>;

function Done({ peerId, isBrowser, onClose }: DoneProps): ReactElement {
  const first = useFocusOnMount<HTMLButtonElement>();
  if (isBrowser) {
    return (
      <Button ref={first} size="large" variant="primary" onClick={onClose}>
        {text('adding.done.close')}
      </Button>
    );
  }
  return (
    <>
      <Button size="large" onClick={onClose}>
        {text('adding.done.close')}
      </Button>
      <Button
        ref={first}
        size="large"
        variant="primary"
        onClick={() => {
          onClose();
          requestTerminal(peerId);
        }}
      >
        {text('adding.done.terminal')}
      </Button>
    </>
  );
}

function showId(peerId: string): string {
  try {
    return formatPeerId(parsePeerId(peerId));
  } catch {
    return peerId;
  }
}
