import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { RelayServerAnswer, RelayServerQuestion } from '#shared/app-api/index.ts';
import { connectionFailure } from '#shared/connection-failure.ts';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { Banner, Button, Caution, CopyButton, Field, Mono, TextInput } from '../../ui/index.ts';
import { useHeadingFocus } from './heading-focus.ts';
import { PlanView } from './plan-view.tsx';
import styles from './relay-servers.module.css';
import type { TaskKind } from './server-task.ts';

/** Prints the fingerprints of a server's keys. */
const SHOW_KEYS = 'cat /etc/ssh/ssh_host_*_key.pub | ssh-keygen -lf -';

type Props<Kind extends RelayServerQuestion['kind']> = Readonly<{
  /** Task that asks. */
  kind: TaskKind;
  question: Extract<RelayServerQuestion, { kind: Kind }>;
  onAnswer(answer: RelayServerAnswer): void;
  /** Cancels the task. */
  onCancel(): void;
}>;
export type QuestionViewProps = Props<RelayServerQuestion['kind']>;

/** Asks the person what the task has to know before it goes on. */
export function QuestionView({ question, ...rest }: QuestionViewProps): ReactElement {
  switch (question.kind) {
    case 'host-key':
      return <HostKey question={question} {...rest} />;
    case 'plan':
      return <Plan question={question} {...rest} />;
    case 'data':
      return <Data question={question} {...rest} />;
    case 'unreachable':
      return <Unreachable question={question} {...rest} />;
    default:
      return <Secret question={question} {...rest} />;
  }
}

function decided(yes: boolean): RelayServerAnswer {
  return { kind: 'decision', yes };
}

/** Neither button has the focus, so that Enter doesn't trust a key by accident. */
function HostKey({ question: { host, port, fingerprint }, onAnswer, onCancel }: Props<'host-key'>): ReactElement {
  const heading = useHeadingFocus();
  const [differs, setDiffers] = useState(false);
  return (
    <section className={styles['stack']}>
      <h3 ref={heading} tabIndex={-1} className={styles['heading']}>
        {text('deploy.host-key')}
      </h3>
      <p className={styles['lead']}>{text('deploy.host-key.text', { server: `${host}:${port}` })}</p>
      <div className={styles['fingerprint']}>
        {/* As ssh-keygen prints it, to compare and to search for. */}
        <Mono>{fingerprint}</Mono>
        <CopyButton value={fingerprint} label={text('deploy.host-key.copy')} />
      </div>
      <div className={styles['hint']}>
        <p>{text('deploy.host-key.how')}</p>
        <div className={styles['command']}>
          <Mono>{SHOW_KEYS}</Mono>
          <CopyButton value={SHOW_KEYS} label={text('deploy.host-key.copy-command')} />
        </div>
      </div>
      {differs ? (
        <>
          <Banner tone="bad">{text('deploy.host-key.different')}</Banner>
          <div className={styles['end']}>
            <Button onClick={onCancel}>{text('deploy.cancel')}</Button>
          </div>
        </>
      ) : (
        <div className={styles['end']}>
          <Button className={styles['first']} variant="quiet" onClick={onCancel}>
            {text('deploy.cancel')}
          </Button>
          <Button onClick={() => setDiffers(true)}>{text('deploy.host-key.no')}</Button>
          <Button variant="primary" onClick={() => onAnswer(decided(true))}>
            {text('deploy.host-key.yes')}
          </Button>
        </div>
      )}
    </section>
  );
}

/** The secret is in this component only, and gone with it. */
function Secret({
  kind,
  question,
  onAnswer,
  onCancel,
}: Props<'password' | 'passphrase' | 'sudo-password'>): ReactElement {
  const [secret, setSecret] = useState('');
  const [isMissing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const error = isMissing ? text('deploy.secret.empty') : question.retry ? text('deploy.secret.retry') : undefined;
  return (
    <form
      className={styles['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (secret === '') setMissing(true);
        else onAnswer({ kind: 'secret', secret });
      }}
    >
      <h3 className={styles['heading']}>{text(`deploy.${question.kind}`)}</h3>
      {question.kind === 'sudo-password' && (
        <p className={styles['lead']}>{text(`deploy.sudo-password.text.${kind}`)}</p>
      )}
      <Field
        label={
          question.kind === 'passphrase'
            ? text('deploy.passphrase.label', { file: question.file })
            : text(`deploy.${question.kind}.label`, { server: question.server })
        }
        hint={text('deploy.secret.hint')}
        error={error}
      >
        <TextInput
          type="password"
          ref={field}
          maxLength={1024}
          value={secret}
          onChange={(next) => {
            setSecret(next);
            setMissing(false);
          }}
        />
      </Field>
      <div className={styles['end']}>
        <Button onClick={onCancel}>{text('deploy.cancel')}</Button>
        {question.kind === 'sudo-password' && question.same === true && (
          <Button onClick={() => onAnswer({ kind: 'same' })}>{text('deploy.sudo-password.same')}</Button>
        )}
        <Button type="submit" variant="primary">
          {text('deploy.secret.continue')}
        </Button>
      </div>
    </form>
  );
}

function Plan({ question: { plan }, onAnswer }: Props<'plan'>): ReactElement {
  const usedUrl = useApp(({ status }) => status?.relay.url ?? null);
  const isRemoval = plan.task === 'remove';
  const isOpening = plan.task === 'deploy' || plan.actions.some(({ kind }) => kind === 'open-port');
  // 443 isn't in the URL.
  const opened = isOpening ? new URL(plan.url).port || '443' : undefined;
  const replaced =
    usedUrl !== null && usedUrl !== plan.url && plan.actions.some(({ kind }) => kind === 'use-relay')
      ? usedUrl
      : undefined;
  return (
    <PlanView plan={plan}>
      {opened !== undefined && <p className={styles['lead']}>{text('deploy.plan.provider', { port: opened })}</p>}
      {isRemoval && usedUrl === plan.url && <Caution>{text('deploy.plan.used')}</Caution>}
      {replaced !== undefined && <Caution>{text('deploy.plan.instead', { url: replaced })}</Caution>}
      <div className={styles['end']}>
        <Button className={styles['first']} variant="quiet" onClick={() => onAnswer(decided(false))}>
          {text('deploy.back')}
        </Button>
        <Button variant={isRemoval ? 'danger' : 'primary'} onClick={() => onAnswer(decided(true))}>
          {text(`deploy.plan.go.${plan.task}`)}
        </Button>
      </div>
    </PlanView>
  );
}

function Data({ question: { folder }, onAnswer, onCancel }: Props<'data'>): ReactElement {
  const heading = useHeadingFocus();
  return (
    <section className={styles['stack']}>
      <h3 ref={heading} tabIndex={-1} className={styles['heading']}>
        {text('deploy.data')}
      </h3>
      <p className={styles['lead']}>{text('deploy.data.text', { folder })}</p>
      <div className={styles['end']}>
        <Button className={styles['first']} variant="quiet" onClick={onCancel}>
          {text('deploy.cancel')}
        </Button>
        <Button onClick={() => onAnswer(decided(true))}>{text('deploy.data.delete')}</Button>
        <Button variant="primary" onClick={() => onAnswer(decided(false))}>
          {text('deploy.data.keep')}
        </Button>
      </div>
    </section>
  );
}

/** Says why the relay doesn't answer: in plain words where the system's message is a known one. */
function unreachableText(url: string, reason: string): string {
  const failure = connectionFailure(reason);
  return failure === undefined
    ? text('deploy.unreachable.text', { url, reason })
    : text(`deploy.unreachable.${failure}`, { url });
}

function Unreachable({ question: { url, port, reason }, onAnswer }: Props<'unreachable'>): ReactElement {
  const heading = useHeadingFocus();
  return (
    <section className={styles['stack']}>
      <h3 ref={heading} tabIndex={-1} className={styles['heading']}>
        {text('deploy.unreachable')}
      </h3>
      <p className={styles['lead']}>{unreachableText(url, reason)}</p>
      <Banner tone="warning">{text('deploy.unreachable.next', { port })}</Banner>
      <div className={styles['end']}>
        <Button onClick={() => onAnswer(decided(false))}>{text('deploy.unreachable.undo')}</Button>
        <Button variant="primary" onClick={() => onAnswer(decided(true))}>
          {text('deploy.unreachable.again')}
        </Button>
      </div>
    </section>
  );
}
