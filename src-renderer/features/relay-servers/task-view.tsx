import { Check, Circle, X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { errorCode } from '#shared/errors.ts';
import { groupPin } from '#shared/relay-dialer/index.ts';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { Banner, Button, classes, ErrorNotice, formatBytes, Mono, Spinner } from '../../ui/index.ts';
import { useHeadingFocus } from './heading-focus.ts';
import { QuestionView } from './question-view.tsx';
import { RelayMissing } from './relay-missing.tsx';
import styles from './relay-servers.module.css';
import { serverName } from './server-draft.ts';
import { stepsOf, type ServerTask, type StepReport, type TaskOutput, type TaskState } from './server-task.ts';

export type TaskViewProps = Readonly<{
  task: ServerTask;
  state: TaskState;
  /** Buttons below a task that has ended with a success. */
  actions: ReactNode;
  /** Leaves a task that has failed. */
  onBack(): void;
  /** Closes the dialog around a task that the person has agreed to, which goes on; undefined outside of dialogs. */
  onHide?: (() => void) | undefined;
}>;

/** Shows a task at a server from its first question to its end: questions, the plan, the steps, and the result. */
export function TaskView({ task, state, actions, onBack, onHide }: TaskViewProps): ReactElement {
  const { question, end } = state;
  const cancel = (): void => void task.cancel().catch(() => undefined);
  if (question !== undefined)
    return (
      <QuestionView
        // A new question starts with empty fields.
        key={question.id}
        kind={state.input.task}
        question={question.question}
        onAnswer={(answer) => void task.answer(answer).catch(() => undefined)}
        onCancel={cancel}
      />
    );
  if (end === undefined) return <Running state={state} onCancel={cancel} onHide={onHide} />;
  if ('error' in end) return <Failed task={task} state={state} error={end.error} onBack={onBack} />;
  return (
    <Ended state={state} output={end.output}>
      {actions}
    </Ended>
  );
}

type RunningProps = Pick<TaskViewProps, 'state' | 'onHide'> & Readonly<{ onCancel(): void }>;

function Running({ state, onCancel, onHide }: RunningProps): ReactElement {
  const heading = useHeadingFocus();
  const { input, agreed, cancelling } = state;
  return (
    <section className={styles['stack']}>
      <h3 ref={heading} tabIndex={-1} className={styles['heading']}>
        {text(`deploy.running.${input.task}`, { server: serverName(input.server) })}
      </h3>
      <Steps state={state} />
      <div className={styles['end']}>
        <span role="status" className={styles['status']}>
          {cancelling && text('deploy.cancelling')}
        </span>
        <Button busy={cancelling} onClick={onCancel}>
          {text('deploy.cancel')}
        </Button>
        {agreed && !cancelling && onHide !== undefined && <Button onClick={onHide}>{text('deploy.hide')}</Button>}
      </div>
    </section>
  );
}

function Steps({ state }: Readonly<{ state: TaskState }>): ReactElement {
  const reports = new Map(state.steps.map((report) => [report.step, report]));
  return (
    <ol className={styles['steps']} aria-label={text('deploy.steps')}>
      {stepsOf(state).map((step) => {
        const report = reports.get(step);
        return (
          <li
            key={step}
            className={classes(styles['step'], styles[report?.state ?? 'later'])}
            aria-current={report?.state === 'running' ? 'step' : undefined}
          >
            <span className={styles['sign']}>
              <Sign state={report?.state} />
            </span>
            <span>{text(`deploy.step.${step}`)}</span>
            {report?.total !== undefined && report.state === 'running' && <Copied report={report} />}
          </li>
        );
      })}
    </ol>
  );
}

function Sign({ state }: Readonly<{ state: StepReport['state'] | undefined }>): ReactElement {
  switch (state) {
    case 'running':
      return <Spinner label={text('deploy.step.running')} />;
    case 'done':
      return <Check aria-label={text('deploy.step.done')} />;
    case 'failed':
      return <X aria-label={text('deploy.step.failed')} />;
    case undefined:
      return <Circle aria-hidden="true" />;
  }
}

function Copied({ report: { done = 0, total = 0 } }: Readonly<{ report: StepReport }>): ReactElement {
  return (
    <span className={styles['copied']}>
      <progress max={total} value={done} aria-label={text('deploy.step.copy')} />
      <span className={styles['figures']}>
        {text('deploy.copied', { done: formatBytes(done), total: formatBytes(total) })}
      </span>
    </span>
  );
}

type FailedProps = Pick<TaskViewProps, 'task' | 'state' | 'onBack'> & Readonly<{ error: unknown }>;

function Failed({ task, state, error, onBack }: FailedProps): ReactElement {
  const heading = useHeadingFocus();
  const { input, steps, remains } = state;
  const failed = steps.findLast(({ step, state: mark }) => mark === 'failed' && step !== 'undo')?.step;
  const isCancelled = errorCode(error) === 'relay-server.cancelled';
  return (
    <section className={styles['stack']}>
      <h3 ref={heading} tabIndex={-1} className={styles['heading']}>
        {isCancelled
          ? text('deploy.cancelled')
          : text(`deploy.failed.${input.task}`, { server: serverName(input.server) })}
      </h3>
      {!isCancelled && <ErrorNotice error={error} />}
      {!isCancelled && failed !== undefined && (
        <p className={styles['lead']}>{text('deploy.failed.at', { step: text(`deploy.step.${failed}`) })}</p>
      )}
      {failed === 'adopt' && <p className={styles['lead']}>{text('deploy.failed.adopt')}</p>}
      <Undone remains={remains} isUntouched={!state.agreed} />
      <div className={styles['end']}>
        <Button className={styles['first']} variant="quiet" onClick={onBack}>
          {text('deploy.back')}
        </Button>
        <Button variant="primary" onClick={() => void task.run(input)}>
          {text('deploy.again')}
        </Button>
      </div>
    </section>
  );
}

type UndoneProps = Readonly<{ remains: readonly string[] | undefined; isUntouched: boolean }>;

function Undone({ remains, isUntouched }: UndoneProps): ReactElement | null {
  if (remains === undefined)
    return isUntouched ? <p className={styles['lead']}>{text('deploy.undone.nothing')}</p> : null;
  if (remains.length === 0) return <p className={styles['lead']}>{text('deploy.undone')}</p>;
  return (
    <Banner tone="warning">
      <p className={styles['text']}>{text('deploy.undone.not')}</p>
      <ul className={styles['remains']}>
        {remains.map((what) => (
          <li key={what}>
            <Mono>{what}</Mono>
          </li>
        ))}
      </ul>
    </Banner>
  );
}

type EndedProps = Readonly<{ state: TaskState; output: TaskOutput; children: ReactNode }>;

function Ended({ state: { input, agreed }, output, children }: EndedProps): ReactElement {
  const heading = useHeadingFocus();
  const usedUrl = useApp(({ status }) => (status?.relay.state === 'online' ? status.relay.url : null));
  const machines = useApp(({ peers }) => peers);
  const pin = useApp(({ status }) => status?.relay.pin);
  const { state, kept, outcome } = output;
  const isUsed = state !== null && state.installed && usedUrl === state.url;
  return (
    <section className={styles['stack']}>
      <h3 ref={heading} tabIndex={-1} className={styles['heading']}>
        {titleOf(input.task, output, agreed)}
      </h3>
      {state !== null && state.installed && (
        <>
          {outcome !== 'status' && isUsed && <p className={styles['lead']}>{text('deploy.done.used')}</p>}
          <dl className={styles['facts']}>
            <div>
              <dt>{text('deploy.plan.url')}</dt>
              <dd>
                <Mono>{state.url}</Mono>
              </dd>
            </div>
            {isUsed && pin !== undefined && (
              <div>
                <dt>{text('relay.host.pin')}</dt>
                <dd>
                  <Mono>{groupPin(pin)}</Mono>
                </dd>
              </div>
            )}
            <div>
              <dt>{text('deploy.plan.version')}</dt>
              <dd>{state.version ?? '–'}</dd>
            </div>
            <div>
              <dt>{text('deploy.state')}</dt>
              <dd>
                {text(
                  !state.running
                    ? 'deploy.state.off'
                    : state.reachable
                      ? 'deploy.state.on'
                      : 'deploy.state.unreachable',
                )}
              </dd>
            </div>
          </dl>
          {outcome !== 'status' && isUsed && <RelayMissing machines={machines} isNew />}
        </>
      )}
      {kept.length > 0 && (
        <p className={styles['lead']}>
          {text('deploy.kept')} <Mono>{kept.join(', ')}</Mono>
        </p>
      )}
      <div className={styles['end']}>{children}</div>
    </section>
  );
}

function titleOf(kind: TaskState['input']['task'], { outcome, state }: TaskOutput, agreed: boolean): string {
  if (outcome === 'declined') return text('deploy.undone.nothing');
  if (outcome === 'unchanged' && !agreed) return text('deploy.unchanged');
  if (kind === 'status' && state?.installed !== true) return text('deploy.none');
  return text(`deploy.done.${kind}`);
}
