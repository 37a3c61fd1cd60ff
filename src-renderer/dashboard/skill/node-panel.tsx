import { Activity, CircleStop, RotateCcw, SendHorizontal } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { PLATFORM_LIMITS } from '#shared/platform/index.ts';
import { formatNumber, text } from '../../locale/index.ts';
import { Banner, Button, ConfirmDialog, ErrorNotice, Field, showHidden, TextArea } from '../../ui/index.ts';
import { deviceName } from '../devices/index.ts';
import { durationText } from '../formats/index.ts';
import type { Node } from './node.ts';
import styles from './skill.module.css';
import { useNodeRequest, type NodeExchange } from './use-node-request.ts';
import { WorkflowDialog } from './workflow-dialog.tsx';

/** One node: test of its connection, prompt, workflow and restart, and the answer. */
export function NodePanel({
  node,
  onRunning,
}: Readonly<{
  node: Node;
  /** Called when a request begins, and when its answer is over. */ onRunning(isRunning: boolean): void;
}>): ReactElement {
  const { device } = node;
  const { exchange, send, cancel } = useNodeRequest(device.id, onRunning);
  const [prompt, setPrompt] = useState('');
  const [question, setQuestion] = useState<'restart' | 'workflow'>();
  const isRunning = exchange?.state === 'running';
  const isLong = prompt.length > PLATFORM_LIMITS.prompt;
  const offline = device.online ? undefined : text('skill.offline');
  // Another request would end the one that runs.
  const blocked = offline ?? (isRunning ? text('skill.busy') : undefined);
  return (
    <div className={styles['panel']}>
      <div className={styles['buttons']}>
        <Button
          icon={<Activity />}
          busy={isRunning && exchange.request === 'status'}
          reason={isRunning && exchange.request === 'status' ? undefined : blocked}
          onClick={() => void send({ type: 'status' })}
        >
          {text('skill.test')}
        </Button>
        <Button reason={blocked} onClick={() => setQuestion('workflow')}>
          {text('skill.workflow')}
        </Button>
        <Button icon={<RotateCcw />} reason={blocked} onClick={() => setQuestion('restart')}>
          {text('skill.restart')}
        </Button>
      </div>
      <form
        className={styles['fields']}
        onSubmit={(event) => {
          event.preventDefault();
          if (prompt.trim() === '' || isLong || isRunning || offline !== undefined) return;
          void send({ type: 'prompt', prompt });
        }}
      >
        <Field
          label={text('skill.prompt', { name: deviceName(device) })}
          error={isLong ? text('skill.prompt.long', { count: PLATFORM_LIMITS.prompt }) : undefined}
        >
          <TextArea value={prompt} onChange={setPrompt} spellCheck />
        </Field>
        <div className={styles['buttons']}>
          {isRunning ? (
            <Button icon={<CircleStop />} onClick={cancel}>
              {text('ui.cancel')}
            </Button>
          ) : (
            <Button
              variant="primary"
              type="submit"
              icon={<SendHorizontal />}
              reason={offline ?? (prompt.trim() === '' ? text('skill.prompt.missing') : undefined)}
            >
              {text('skill.send')}
            </Button>
          )}
        </div>
      </form>
      {exchange !== undefined && <Answer exchange={exchange} />}
      {question === 'restart' && (
        <ConfirmDialog
          title={text('skill.restart.title', { name: deviceName(device) })}
          apply={text('skill.restart')}
          keep={text('ui.cancel')}
          onClose={() => setQuestion(undefined)}
          onApply={() => {
            setQuestion(undefined);
            void send({ type: 'restart' });
          }}
        >
          <p>{text('skill.restart.text')}</p>
        </ConfirmDialog>
      )}
      {question === 'workflow' && (
        <WorkflowDialog
          onClose={() => setQuestion(undefined)}
          onRun={(workflow, params) => {
            setQuestion(undefined);
            void send({ type: 'workflow', workflow, ...(params !== undefined && { params }) });
          }}
        />
      )}
    </div>
  );
}

/** Answer of a node as it arrives: what a stranger's program wrote, as text. */
function Answer({ exchange }: Readonly<{ exchange: NodeExchange }>): ReactElement {
  const { request, state, text: words, pending, status, failure, error } = exchange;
  return (
    <section aria-label={text('skill.answer')} aria-busy={state === 'running'} className={styles['panel']}>
      {status !== undefined && (
        <dl className={styles['facts']}>
          <Fact name={text('skill.status.state')} value={text(`skill.status.${status.connection_state}`)} />
          <Fact name={text('skill.status.uptime')} value={durationText(status.uptime * 1000)} />
          <Fact name={text('skill.status.tasks')} value={formatNumber(status.active_tasks)} />
          <Fact
            name={text('skill.status.error')}
            value={status.last_error === null ? text('skill.status.no-error') : showHidden(status.last_error)}
          />
        </dl>
      )}
      {pending.length > 0 && (
        <div>
          <p>{text('skill.restart.pending', { count: pending.length })}</p>
          <ul className={styles['pending']}>
            {[...new Set(pending)].map((task) => (
              <li key={task}>{showHidden(task)}</li>
            ))}
          </ul>
        </div>
      )}
      {words !== '' && (
        // A long answer scrolls within, so the keyboard has to reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className={styles['answer']} tabIndex={0}>
          {showHidden(words)}
        </pre>
      )}
      <div role="status">
        {state === 'running' && <span className={styles['waiting']}>{text('skill.running')}</span>}
        {state === 'done' && request === 'restart' && <Banner tone="good">{text('skill.restarted')}</Banner>}
        {state === 'done' && request === 'status' && <Banner tone="good">{text('skill.connected')}</Banner>}
        {state === 'done' && words === '' && request !== 'restart' && request !== 'status' && text('skill.no-words')}
        {state === 'cancelled' && <span className={styles['waiting']}>{text('ui.cancelled')}</span>}
      </div>
      {failure !== undefined && (
        <Banner tone="bad">
          {failure.reason === 'node' && failure.message !== ''
            ? text('skill.error.node.says', { message: showHidden(failure.message) })
            : text(`skill.error.${failure.reason}`)}
        </Banner>
      )}
      {error !== undefined && <ErrorNotice error={error} />}
    </section>
  );
}

function Fact({ name, value }: Readonly<{ name: string; value: string }>): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
